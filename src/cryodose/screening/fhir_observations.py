"""Turns FHIR Observations into readings, answers and findings."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from cryodose.screening.codes import LOINC, SNOMED
from cryodose.screening.dates import When
from cryodose.screening.facts import Answer, Code, Coded, Facts, Measured, Unread
from cryodose.screening.fhir_values import (
    NoNumber,
    codes_of,
    first_when,
    items,
    status_of,
    too_much,
    value_of,
    words_of,
)
from cryodose.screening.match import Matcher, matcher_of
from cryodose.screening.rules import Measure, Question, RuleSet

_MOST_PARTS = 1000
_INVALID = frozenset({"entered-in-error", "cancelled"})
_YES = frozenset({"373066001", "LA33-6", "LA9633-4", "Y", "yes", "true", "POS", "pregnant"})
# No, negative, absent, not detected.
_NO = frozenset(
    {"373067005", "260385009", "2667000", "260415000", "LA32-8", "LA9634-2", "N", "no", "false",
     "NEG", "not pregnant"}
)  # fmt: skip


class _Known(NamedTuple):
    """What the codes and words of Observations mean to a rule set."""

    measures: dict[tuple[str, str], Measure]
    named: dict[str, Measure]
    questions: dict[tuple[str, str], Question]
    matcher: Matcher

    def is_listed(self, code: Code) -> bool:
        """Tell whether a code is one of a system and a rule that are known."""
        return self.matcher.code(code.system, code.code).known

    def tells_of_disease(self, codes: tuple[Code, ...]) -> bool:
        """Tell whether one of some codes touches a rule."""
        read = self.matcher.code
        return any(read(c.system, c.code).targets for c in codes)


@lru_cache(maxsize=8)
def _known(rules: RuleSet) -> _Known:
    measures = {(LOINC, c): m for m in rules.measures.values() for c in m.loinc}
    measures |= {(SNOMED, c): m for m in rules.measures.values() for c in m.snomed}
    named = {w: m for m in rules.measures.values() for w in m.words}
    questions = {(LOINC, c): q for q in rules.questions.values() for c in q.loinc}
    return _Known(measures, named, questions, matcher_of(rules))


def add_observation(resource: dict[str, Any], where: str, facts: Facts, rules: RuleSet) -> None:
    """Add what an Observation and its components say."""
    status = status_of(resource.get("status"))
    at = first_when(resource, "effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued")
    if status in _INVALID:
        names = codes_of(resource.get("code"))
        facts.ignored.append((f"{where}: {names[0].code}" if names else where, status))
        return
    given = resource.get("component")
    parts = [p for p in items(given) if isinstance(p, dict)] if given else []
    if len(parts) > _MOST_PARTS or too_much(resource.get("code")):
        facts.open_points.append((where, f"{where} holds more than is read"))
    for part in parts[:_MOST_PARTS]:
        _part(part, where, at, facts, rules)
    if not parts or any(key.startswith("value") for key in resource):
        _part(resource, where, at, facts, rules)


def _part(part: dict[str, Any], where: str, at: When | None, facts: Facts, rules: RuleSet) -> None:
    concept, known = part.get("code"), _known(rules)
    codes = codes_of(concept)
    for code in codes:
        key = code.system, code.code
        if key in known.measures:
            add_reading(part, where, at, facts, known.measures[key])
            return
        if key in known.questions:
            _status(part, where, at, facts, known.questions[key])
            return
    words = words_of(concept)
    for word in words:
        measure = known.named.get(word.lower())
        if measure is not None:
            add_reading(part, where, at, facts, measure)
            return
    told = Coded(where, codes, () if codes else words, "present", at)
    _finding(part, told, facts, known)


def add_reading(
    part: dict[str, Any], where: str, at: When | None, facts: Facts, measure: Measure
) -> None:
    """Add the reading of an Observation, a component or an answer, or say why it is of no use."""
    try:
        low, high, differ = value_of(part, measure.unit)
    except NoNumber as error:
        why = str(error)
        marks = {c.code for i in items(part.get("interpretation")) for c in codes_of(i)}
        if marks:
            why += f", interpretation {', '.join(sorted(marks))[:40]}"
        facts.ignored.append((f"{where}: {measure.id}", why))
        facts.unread.append(Unread(where, measure.id, why, at))
        return
    if differ:
        facts.conflicts.append((f"{where}: {measure.id}", "its two units differ"))
    if high < measure.low or low > measure.high:
        span = f"{measure.low:g} to {measure.high:g}" + (
            "" if measure.unit == "1" else f" {measure.unit}"
        )
        why = f"not within {span}"
        facts.ignored.append((f"{where}: {measure.id} {low:g}", why))
        facts.unread.append(Unread(where, measure.id, why, at))
        return
    facts.measured.append(Measured(where, measure.id, low, high, measure.unit, at))


def _status(
    part: dict[str, Any], where: str, at: When | None, facts: Facts, question: Question
) -> None:
    concept, flag = part.get("valueCodeableConcept"), part.get("valueBoolean")
    said = {c.code for c in codes_of(concept)}
    said |= {w.lower() for w in (*words_of(concept), *words_of(part.get("valueString")))}
    # Where it says both, the worse counts.
    yes, no = said & {*question.yes, *_YES} or flag is True, said & {*question.no, *_NO}
    if yes:
        facts.answers.append(Answer(where, question.id, "yes", at))
    elif no or flag is False:
        facts.answers.append(Answer(where, question.id, "no", at))
    else:
        facts.answers.append(Answer(where, question.id, "unknown", at))
        facts.ignored.append((f"{where}: {question.id}", "its answer is not one that we know"))
        facts.open_points.append((where, f"{where} answers {question.id} in an unknown way"))


def _finding(part: dict[str, Any], told: Coded, facts: Facts, known: _Known) -> None:
    """Add a disease told by an Observation: its code, or its coded value."""
    value = part.get("valueCodeableConcept")
    values, flag = (codes_of(value) if value is not None else ()), part.get("valueBoolean")
    # What was looked for is no finding: only codes of a disease count, or words without a code.
    if not told.codes and not told.texts:
        facts.ignored.append((told.where, "neither a code nor words"))
    elif not told.codes or known.tells_of_disease(told.codes):
        if flag is False or {c.code for c in values} & _NO:
            facts.ignored.append((told.words, "observed as not present"))
        else:
            facts.coded.append(told)
        return
    facts.unknown += [c for c in told.codes if not known.is_listed(c)]
    if values and known.tells_of_disease(values):
        facts.coded.append(replace(told, codes=values, texts=()))
    elif values:
        facts.unknown += [c for c in values if c.code not in _YES | _NO]
