"""The verdict with everything behind it, as an object and as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from cryodose.screening.facts import Override
from cryodose.screening.rules import RANK, Change, Class, Effect, id_key

Verdict = Literal["stop", "ask-clinician", "incomplete", "no-rule-hit"]
NOTICE = (
    "Decision support for trained people, not a certified medical device. "
    '"no-rule-hit" means that no rule was hit; it does not mean "safe".'
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that counts for this person on this day.

    Attributes
    ----------
    until : date or None
        First day on which it no longer counts, where a date is known.
    change : str
        What would change it.
    override : Override or None
        Who decided that it shall count one step less.
    """

    rule: str
    condition: str
    class_: Class
    effect: Effect
    because: tuple[str, ...]
    sources: tuple[str, ...]
    until: date | None = None
    change: str = ""
    conflict: bool = False
    override: Override | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "rule": self.rule,
            "class": self.class_,
            "effect": self.effect,
            "because": list(self.because),
            "sources": list(self.sources),
            "until": self.until.isoformat() if self.until else None,
            "condition": self.condition,
            "change": self.change,
            "sources_disagree": self.conflict,
            "override": {"by": self.override.by, "reason": self.override.reason}
            if self.override
            else None,
        }


@dataclass(frozen=True, slots=True)
class Open:
    """A question or measurement without an answer; `rule` is empty where it concerns them all."""

    rule: str
    question: str
    ask: str

    def to_dict(self) -> dict[str, str]:
        """Return plain data."""
        return {"rule": self.rule, "question": self.question, "ask": self.ask}


@dataclass(frozen=True)
class Screening:
    """What the rules say about a person, a procedure and a day."""

    verdict: Verdict
    procedure: str
    device: str
    on: date
    stage: str
    subject: str
    findings: tuple[Finding, ...]
    not_assessed: tuple[Open, ...]
    unknown_codes: tuple[dict[str, Any], ...]
    ignored: tuple[tuple[str, str], ...]
    conflicts: tuple[tuple[str, str], ...]
    rules_asked: int
    rules_version: str
    changes: tuple[Change, ...] = ()
    wishes: tuple[str, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """3 where the verdict is stop, else 0."""
        return 3 if self.verdict == "stop" else 0

    @property
    def would_change(self) -> tuple[str, ...]:
        """What would make the verdict milder, one line for each finding in its way."""
        worst = max((RANK[f.effect] for f in self.findings), default=0)
        if worst < RANK["ask"]:
            return ()
        return tuple(
            f"{f.rule}: {f.change}" for f in self.findings if RANK[f.effect] == worst and f.change
        )

    @property
    def share_assessed(self) -> float:
        """Part of the rules that could stop or ask for which nothing is missing."""
        left = {o.rule for o in self.not_assessed if o.rule}
        return 1.0 - len(left) / self.rules_asked if self.rules_asked else 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as the JSON schema in the docs has it."""
        return {
            "verdict": self.verdict,
            "findings": [f.to_dict() for f in self.findings],
            "not_assessed": [o.to_dict() for o in self.not_assessed],
            "unknown_codes": list(self.unknown_codes),
            "ignored": [{"fact": fact, "why": why} for fact, why in self.ignored],
            "rules_version": self.rules_version,
            "procedure": self.procedure,
            "device": self.device or None,
            "date": self.on.isoformat(),
            "stage": self.stage,
            "subject": self.subject,
            "conflicts": [{"about": about, "what": what} for about, what in self.conflicts],
            "would_change": list(self.would_change),
            "share_assessed": round(self.share_assessed, 4),
            "rule_changes": [c.to_dict() for c in self.changes],
            "wishes": list(self.wishes),
            "notice": NOTICE,
        }


def finding_key(finding: Finding) -> tuple[int, tuple[int, int, str]]:
    """Return a key that sorts the strictest first, then by the number of the rule."""
    return -RANK[finding.effect], id_key(finding.rule)
