"""Reads a patient file of our own: answers, readings, diseases and medicines, in TOML or JSON."""

from __future__ import annotations

from datetime import date, datetime

from cryodose.errors import BadInput
from cryodose.screening.codes import ATC, ICD10, SNOMED, icd10_block, plain_code
from cryodose.screening.dates import When, on_day, when
from cryodose.screening.facts import Answer, Code, Coded, Facts, Measured, Override, State
from cryodose.screening.rules import Measure, RuleSet
from cryodose.screening.table import Table
from cryodose.units import converted

FORMAT = "cryodose-patient/1"
_SAYS = ("yes", "no", "unknown")
_STATES: dict[str, State] = {
    "active": "present",
    "recurrence": "present",
    "relapse": "present",
    "inactive": "past",
    "remission": "past",
    "resolved": "past",
    "": "unstated",
}
_VERIFICATIONS = (
    "confirmed", "unconfirmed", "provisional", "differential", "refuted", "entered-in-error",
)  # fmt: skip
_SEXES = ("", "female", "male", "other", "unknown")


def facts_from_form(data: object, rules: RuleSet, file: object = None) -> Facts:
    """Return what a patient file says.

    Parameters
    ----------
    data : dict
        As `tomllib` or `json` give it, with ``format = "cryodose-patient/1"``.
    rules : RuleSet
        Whose questions and measures the file may name.
    file : object
        Name for errors.

    Raises
    ------
    BadInput
        Naming file, key, value and expectation.
    """
    top = Table(data, file)
    top.one_of("format", (FORMAT,))
    facts = Facts(subject=top.text("name", ""), sex=top.one_of("sex", _SEXES, ""))
    day = _when(top, "date")
    birth = _when(top, "birth_date")
    if birth is not None:
        facts.births.append(birth)
    facts.wishes += top.texts("wishes")
    _answers(top.table("answers"), day, facts, rules)
    for t in top.list("measured"):
        facts.measured.append(_measured(t, day, rules))
    for n, t in enumerate(top.list("condition")):
        _condition(t, f"condition[{n}]", facts)
    for n, t in enumerate(top.list("medicine")):
        _medicine(t, f"medicine[{n}]", facts)
    facts.overrides += [_override(t) for t in top.list("override")]
    top.done()
    return facts


def _when(t: Table, key: str) -> When | None:
    value = t.any(key)
    if isinstance(value, datetime):
        value = value.isoformat()
    if isinstance(value, date):
        return on_day(value)
    if value is None:
        return None
    found = when(value) if isinstance(value, str) else None
    if found is None:
        raise t.wrong(key, value, 'a date such as "2026-11-22", "2026-11" or "2026"')
    return found


def _answers(t: Table, day: When | None, facts: Facts, rules: RuleSet) -> None:
    for key, value in t.raw.items():
        if key not in rules.questions:
            raise t.wrong(key, value, "a question of the rules (cryodose rules questions)")
        if isinstance(value, dict):
            inner = t.table(key)
            say = inner.one_of("answer", _SAYS)
            since, at = _when(inner, "since"), _when(inner, "date") or day
            inner.done()
        else:
            say, since, at = t.one_of(key, _SAYS), None, day
        if at is None and say == "no":
            raise t.wrong(key, value, "a date for the answers: date = ... at the top of the file")
        facts.answers.append(Answer("answers", key, say, at, since))


def _measured(t: Table, day: When | None, rules: RuleSet) -> Measured:
    quantity = t.one_of("quantity", tuple(rules.measures))
    measure: Measure = rules.measures[quantity]
    number = t.number("value")
    unit = t.text("unit", measure.unit)
    found = converted(number, unit, measure.unit)
    if found is None:
        raise t.wrong("unit", unit, f"a unit for {quantity}, such as {measure.unit}")
    if not measure.low <= found <= measure.high:
        expected = f"{measure.low:g} to {measure.high:g} {measure.unit}"
        raise t.wrong("value", number, expected)
    at = _when(t, "date") or day
    t.done()
    return Measured("measured", quantity, found, found, measure.unit, at)


def _condition(t: Table, where: str, facts: Facts) -> None:
    codes, text = _codes(t, (("icd10", ICD10), ("snomed", SNOMED)))
    state = _STATES[t.one_of("status", tuple(_STATES), "")]
    certain = t.one_of("verification", _VERIFICATIONS, "confirmed")
    start, end = _when(t, "since"), _when(t, "until")
    family = t.flag("family")
    t.done()
    entry = Coded(where, codes, text, state, start, end)
    if family:
        facts.ignored.append((entry.words, "family history"))
    elif certain in ("refuted", "entered-in-error"):
        facts.ignored.append((entry.words, certain.replace("-", " ")))
    else:
        facts.coded.append(entry)


def _medicine(t: Table, where: str, facts: Facts) -> None:
    codes, text = _codes(t, (("atc", ATC),))
    over = t.one_of("status", ("active", "stopped"), "active") == "stopped"
    start, end = _when(t, "since"), _when(t, "until")
    t.done()
    state: State = "past" if over else "unstated"
    facts.coded.append(Coded(where, codes, text, state, start, end, True))


def _codes(
    t: Table, systems: tuple[tuple[str, str], ...]
) -> tuple[tuple[Code, ...], tuple[str, ...]]:
    codes = []
    for key, system in systems:
        code = t.text(key, "")
        block = system == ICD10 and icd10_block(code) is not None
        if code and plain_code(system, code) is None and not block:
            raise t.wrong(key, code, f"a code of {key}")
        if code:
            codes.append(Code(system, code, True))
    text = t.text("text", "")
    if not codes and not text:
        keys = " or ".join(key for key, _ in systems)
        raise t.wrong("text", "", f"{keys} or text")
    return tuple(codes), (text,) * bool(text)


def _override(t: Table) -> Override:
    made = Override(t.text("rule"), t.text("by"), t.text("reason"), _day(t))
    for key, value in (("by", made.by), ("reason", made.reason)):
        if not value.strip():
            raise t.wrong(key, value, "a name" if key == "by" else "a reason")
    t.done()
    return made


def _day(t: Table) -> date | None:
    found = _when(t, "date")
    return None if found is None else found.first


def bad_format(file: object, found: object) -> BadInput:
    """Return the error for data that is neither ours nor FHIR."""
    return BadInput(file, "format", found, f'"{FORMAT}", or a FHIR resource with its resourceType')
