"""A screening as CDS Hooks cards."""

from __future__ import annotations

import re
import uuid
from typing import Any

from cryodose import evidence
from cryodose.fhir.codes import OWN, PROCEDURES
from cryodose.screening import Finding, Screening
from cryodose.screening.result import NOTICE

Card = dict[str, Any]
_SUMMARY = 139
_LINE = 500
_LINES = 40
_INDICATOR = {"stop": "critical", "ask": "warning", "caution": "info"}
_VERDICT = {
    "stop": ("critical", "do not treat"),
    "ask-clinician": ("warning", "a clinician must decide first"),
    "incomplete": ("warning", "questions are open that could stop it"),
    "no-rule-hit": ("info", "no rule was hit; this does not mean safe"),
}
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>&<:/@])")
_REASONS = (
    ("specialist-agreed", "A specialist was asked and agreed"),
    ("record-outdated", "The record is out of date"),
    ("patient-informed", "The person was informed and wishes it"),
)


def cards_of(told: Screening, instance: str) -> list[Card]:
    """Return a screening as cards: first the verdict, then each rule that counts.

    Parameters
    ----------
    told : Screening
    instance : str
        The `hookInstance`; the ids of the cards follow from it.
    """
    cards = [_verdict(told), *(_finding(told, f) for f in told.findings)]
    for n, card in enumerate(cards):
        card["uuid"] = str(uuid.uuid5(uuid.UUID(instance), f"{told.procedure}/{n}"))
    return cards


def _verdict(told: Screening) -> Card:
    indicator, words = _VERDICT[told.verdict]
    lines = [f"- **{f.rule}** {plain(f.condition)}: {f.effect}" for f in told.findings]
    asks = list(dict.fromkeys(o.ask for o in told.not_assessed))
    lines += [f"- open: {plain(ask)}" for ask in asks]
    lines += [f"- contradiction: {plain(a)}: {plain(w)}" for a, w in told.conflicts]
    left = len(lines) - _LINES
    if left > 0:
        lines = [*lines[:_LINES], f"- and {left} more"]
    return {
        "summary": _short(f"{PROCEDURES[told.procedure][0]}: {words}"),
        "indicator": indicator,
        "detail": "\n".join([*lines, "", NOTICE]),
        "source": {"label": _short(f"cryodose, rules {told.rules_version}")},
    }


def _finding(told: Screening, finding: Finding) -> Card:
    indicator = _INDICATOR[finding.effect]
    because = [f"- {plain(b)}" for b in finding.because[:_LINES]]
    change = [f"Would change it: {plain(finding.change)}"] if finding.change else []
    conflict = ["The sources disagree; the stricter counts."] if finding.conflict else []
    override = (
        [f"Overridden by {plain(finding.override.by)}: {plain(finding.override.reason)}"]
        if finding.override
        else []
    )
    card: Card = {
        "summary": _short(f"{finding.rule}: {finding.condition}"),
        "indicator": indicator,
        "detail": "\n".join([*because, "", *change, *conflict, *override]).strip() or finding.rule,
        "source": _source(finding, told),
    }
    if indicator == "warning":
        card["overrideReasons"] = [
            {"system": f"{OWN}:override-reason", "code": code, "display": display}
            for code, display in _REASONS
        ]
    return card


def _source(finding: Finding, told: Screening) -> dict[str, Any]:
    """Return the first source that is known, else the rule itself."""
    known = evidence.source_keys()
    for key in finding.sources:
        if key in known:
            source = evidence.source(key)
            made = {"label": _short(source.citation)}
            return {**made, "url": f"https://doi.org/{source.doi}"} if source.doi else made
    named = ", ".join(finding.sources) or told.rules_version
    return {"label": _short(f"cryodose, rule {finding.rule} ({named})")}


def plain(text: str) -> str:
    r"""Return text that Markdown shows as it is: it comes from records that anybody wrote.

    Examples
    --------
    >>> plain("[x](y) <b>")
    '\\[x\\]\\(y\\) \\<b\\>'
    """
    shown = "".join(c if c.isprintable() else " " for c in text)
    return _MARKUP.sub(r"\\\1", shown if len(shown) <= _LINE else shown[: _LINE - 3] + "...")


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= _SUMMARY else shown[: _SUMMARY - 3] + "..."
