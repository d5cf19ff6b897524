"""Turns FHIR Observations into readings, answers and findings."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryodose.screening.codes import LOINC, SNOMED
from cryodose.screening.dates import When
from cryodose.screening.facts import Answer, Code, Coded, Facts, Measured
from cryodose.screening.fhir_values import (
    NoNumber,
    codes_of,
    first_when,
    items,
    quantity_of,
    status_of,
    words_of,
)
from cryodose.screening.match import matcher_of
from cryodose.screening.rules import Measure, Question, RuleSet

_INVALID = frozenset({"entered-in-error", "cancelled"})
_YES = frozenset({"373066001", "LA33-6", "Y", "yes", "true"})
_NO = frozenset({"373067005", "LA32-8", "N", "no", "false"})


@lru_cache(maxsize=8)
def _tables(rules: RuleSet) -> tuple[dict[tuple[str, str], Measure], dict[str, Question]]:
    measures = {(LOINC, c): m for m in rules.measures.values() for c in m.loinc}
    measures |= {(SNOMED, c): m for m in rules.measures.values() for c in m.snomed}
    return measures, {c: q for q in rules.questions.values() for c in q.loinc}


def add_observation(resource: dict[str, Any], where: str, facts: Facts, rules: RuleSet) -> None:
    """Add what an Observation and its components say."""
    status = status_of(resource.get("status"))
    at = first_when(resource, "effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued")
    if status in _INVALID:
        names = codes_of(resource.get("code"))
        facts.ignored.append((f"{where}: {names[0].code}" if names else where, status))
        return
    parts = [p for p in items(resource.get("component")) if isinstance(p, dict)]
    for part in parts:
        _part(part, where, at, facts, rules)
    if not parts or any(key.startswith("value") for key in resource):
        _part(resource, where, at, facts, rules)


def _part(part: dict[str, Any], where: str, at: When | None, facts: Facts, rules: RuleSet) -> None:
    codes = codes_of(part.get("code"))
    measures, questions = _tables(rules)
    for code in codes:
        measure = measures.get((code.system, code.code))
        if measure is not None:
            add_quantity(part.get("valueQuantity"), where, at, facts, measure)
            return
        question = questions.get(code.code) if code.system == LOINC else None
        if question is not None:
            _status(part, where, at, facts, question)
            return
    _finding(part, codes, where, at, facts, rules)


def add_quantity(
    value: object, where: str, at: When | None, facts: Facts, measure: Measure
) -> None:
    """Add a reading, or say why it cannot be used."""
    try:
        low, high, differ = quantity_of(value, measure.unit)
    except NoNumber as error:
        facts.ignored.append((f"{where}: {measure.id}", str(error)))
        return
    if differ:
        facts.conflicts.append((f"{where}: {measure.id}", "its two units differ"))
    if high < measure.low or low > measure.high:
        span = f"{measure.low:g} to {measure.high:g}" + (
            "" if measure.unit == "1" else f" {measure.unit}"
        )
        facts.ignored.append((f"{where}: {measure.id} {low:g}", f"not within {span}"))
        return
    facts.measured.append(Measured(where, measure.id, low, high, measure.unit, at))


def _status(
    part: dict[str, Any], where: str, at: When | None, facts: Facts, question: Question
) -> None:
    said = {c.code for c in codes_of(part.get("valueCodeableConcept"))}
    flag = part.get("valueBoolean")
    if said & set(question.yes) or flag is True:
        facts.answers.append(Answer(where, question.id, "yes", at))
    elif said & set(question.no) or flag is False:
        facts.answers.append(Answer(where, question.id, "no", at))
    else:
        facts.answers.append(Answer(where, question.id, "unknown", at))
        facts.ignored.append((f"{where}: {question.id}", "its answer is not one that we know"))


def _finding(
    part: dict[str, Any],
    codes: tuple[Code, ...],
    where: str,
    at: When | None,
    facts: Facts,
    rules: RuleSet,
) -> None:
    """Add a disease told by an Observation: its code, or its coded value."""
    value = part.get("valueCodeableConcept")
    values, flag = (codes_of(value) if value is not None else ()), part.get("valueBoolean")
    # What was looked for is no finding: only codes of a disease count, or words without a code.
    if not codes or any(matcher_of(rules).code(c.system, c.code)[1] for c in codes):
        told = Coded(where, codes, () if codes else words_of(part.get("code")), "present", at)
        if flag is False or {c.code for c in values} & _NO:
            facts.ignored.append((told.words, "observed as not present"))
        else:
            facts.coded.append(told)
        return
    facts.unknown += [c for c in codes if not _is_listed(c, rules)]
    if not values:
        return
    if any(matcher_of(rules).code(c.system, c.code)[1] for c in values):
        facts.coded.append(Coded(where, values, (), "present", at))
    else:
        facts.unknown += [c for c in values if c.code not in _YES | _NO]


def _is_listed(code: Code, rules: RuleSet) -> bool:
    return matcher_of(rules).code(code.system, code.code)[0]
