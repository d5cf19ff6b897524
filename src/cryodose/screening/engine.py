"""The engine: facts, procedure, device and date in; a verdict with its reasons out.

Pure and deterministic: the order of the facts never matters, nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from cryodose.errors import BadInput
from cryodose.screening.facts import Facts, Override
from cryodose.screening.gather import Gathered, gathered
from cryodose.screening.judge import Judge
from cryodose.screening.load import load_rules
from cryodose.screening.match import matcher_of
from cryodose.screening.prepare import ask, prepared
from cryodose.screening.result import Finding, Open, Screening, Verdict, finding_key
from cryodose.screening.rules import DEVICES, PROCEDURES, Effect, RuleSet, id_key

STAGES = ("all", "once", "session")


def screen(
    facts: Facts,
    procedure: str,
    on: date,
    *,
    device: str = "",
    stage: str = "all",
    rules: RuleSet | None = None,
) -> Screening:
    """Judge whether a person may have a procedure on a day.

    Parameters
    ----------
    facts : Facts
        What is known about the person.
    procedure : str
        One of `PROCEDURES`.
    on : date
        The day of the session.
    device : str
        ``open-top``, ``walk-in``, ``cold-air`` or empty.
    stage : {"all", "once", "session"}
        Which questions must be answered: those asked once, those asked before each session, or
        all. What is known counts at every stage.
    rules : RuleSet, optional
        Default the rules of the package.

    Returns
    -------
    Screening
        Its verdict is the first that applies of ``stop``, ``ask-clinician``, ``incomplete`` and
        ``no-rule-hit``.

    Raises
    ------
    BadInput
        For an unknown procedure, device or stage.
    """
    _check("procedure", procedure, PROCEDURES)
    _check("device", device, ("", *DEVICES))
    _check("stage", stage, STAGES)
    used = load_rules() if rules is None else rules
    book = gathered(facts, used, matcher_of(used), on)
    judge = Judge(used, book, device, stage)
    findings: list[Finding] = []
    missing: list[Open] = [Open("", key, ask) for key, ask in sorted(set(facts.open_points))]
    asked = 0
    over: list[tuple[str, str]] = []
    known = {*book.touched_rules, *book.maybe, *book.answers, *book.readings, *book.skipped}
    known |= book.unread
    for ready in prepared(used, procedure, device, stage):
        asked += ready.asked
        if ready.keys is not None and ready.keys.isdisjoint(known):
            missing += ready.blank
            continue
        told = judge.judge(ready.rule)
        over += told.over
        book.conflicts += told.conflicts
        if told.finding is not None:
            findings.append(told.finding)
        if ready.asked:
            missing += [Open(ready.rule.id, key, ask(key, used)) for key in told.missing]
    findings = _overridden(findings, facts.overrides, used, book)
    counted = {why for finding in findings for why in finding.because}
    book.ignored += [(f, w) for f, w in over if not any(c.startswith(f) for c in counted)]
    return Screening(
        _verdict(findings, missing),
        procedure,
        device,
        on,
        stage,
        facts.subject,
        tuple(sorted(findings, key=finding_key)),
        tuple(sorted(missing, key=lambda o: (id_key(o.rule), o.question))),
        _unknown(book),
        tuple(sorted(set(book.ignored))),
        tuple(sorted(set(book.conflicts))),
        asked,
        used.version,
        used.changes,
        tuple(sorted(set(facts.wishes))),
    )


def _check(key: str, value: str, names: Sequence[str]) -> None:
    if value not in names:
        raise BadInput(None, key, value, f"one of {', '.join(n for n in names if n)}")


def _verdict(findings: Sequence[Finding], missing: Sequence[Open]) -> Verdict:
    effects = {f.effect for f in findings}
    if "stop" in effects:
        return "stop"
    if "ask" in effects:
        return "ask-clinician"
    return "incomplete" if missing else "no-rule-hit"


_MILDER: dict[Effect, Effect] = {"stop": "ask", "ask": "caution", "caution": "caution"}


def _overridden(
    findings: list[Finding], overrides: Sequence[Override], rules: RuleSet, book: Gathered
) -> list[Finding]:
    """Let each rule that a named person overrode count one step less."""
    usable: dict[str, Override] = {}
    for one in sorted(overrides, key=lambda o: (o.rule, o.by, o.reason, str(o.on))):
        told = f"override of {one.rule} by {one.by}"
        if not one.by.strip() or not one.reason.strip():
            book.ignored.append((told, "an override needs a name and a reason"))
        elif one.on is not None and one.on > book.on:
            book.ignored.append((told, "made after the day of screening"))
        elif one.rule not in rules.rules:
            book.ignored.append((told, "there is no such rule"))
        elif rules.rules[one.rule].hard:
            book.ignored.append((told, "this rule cannot be overridden"))
        else:
            usable.setdefault(one.rule, one)
    return [
        replace(f, effect=_MILDER[f.effect], override=usable[f.rule]) if f.rule in usable else f
        for f in findings
    ]


def _unknown(book: Gathered) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"system": code.system, "code": code.code, "display": code.display, "count": count}
        for _, (code, count) in sorted(book.unknown.items())
    )
