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
    when_of,
    words_of,
)
from cryodose.screening.match import matcher_of
from cryodose.screening.rules import Measure, Question, RuleSet

_MOST_PARTS = 1000
_LONGEST_NAME = 100
_INVALID = frozenset({"entered-in-error", "cancelled"})
_YES = frozenset({"373066001", "LA33-6", "LA9633-4", "Y", "yes", "true", "POS", "pregnant"})
# No, negative, absent, not detected.
_NO = frozenset(
    {"373067005", "260385009", "2667000", "260415000", "LA32-8", "LA9634-2", "N", "no", "false",
     "NEG", "not pregnant"}
)  # fmt: skip


class _Meaning(NamedTuple):
    """What an Observation is about: a quantity, a question, a disease, or codes without a rule."""

    measure: Measure | None = None
    question: Question | None = None
    is_disease: bool = False
    unknown: tuple[Code, ...] = ()


class _Known:
    """What the codes and words of Observations mean to a rule set; the same ones come often."""

    def __init__(self, rules: RuleSet) -> None:
        self._measures = {(LOINC, c): m for m in rules.measures.values() for c in m.loinc}
        self._measures |= {(SNOMED, c): m for m in rules.measures.values() for c in m.snomed}
        self._named = {w: m for m in rules.measures.values() for w in m.words}
        self._questions = {(LOINC, c): q for q in rules.questions.values() for c in q.loinc}
        self._code = matcher_of(rules).code
        self.meaning = lru_cache(maxsize=8192)(self._meaning)

    def _meaning(self, codes: tuple[Code, ...], text: str) -> _Meaning:
        for key in ((c.system, c.code) for c in codes):
            if key in self._measures:
                return _Meaning(measure=self._measures[key])
            if key in self._questions:
                return _Meaning(question=self._questions[key])
        if text.lower() in self._named:
            return _Meaning(measure=self._named[text.lower()])
        unknown = tuple(c for c in codes if not self._code(c.system, c.code).known)
        return _Meaning(is_disease=self.tells_of_disease(codes), unknown=unknown)

    def tells_of_disease(self, codes: tuple[Code, ...]) -> bool:
        """Tell whether one of some codes touches a rule."""
        return any(self._code(c.system, c.code).targets for c in codes)


@lru_cache(maxsize=8)
def _known(rules: RuleSet) -> _Known:
    return _Known(rules)


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
    text = concept.get("text") if isinstance(concept, dict) else None
    short = text.strip() if isinstance(text, str) and len(text) <= _LONGEST_NAME else ""
    means = known.meaning(codes, short)
    if means.measure is not None:
        add_reading(part, where, at, facts, means.measure)
    elif means.question is not None:
        _status(part, where, at, facts, means.question)
    elif means.unknown and not means.is_disease and "valueCodeableConcept" not in part:
        # What was looked for is no finding.
        facts.unknown += means.unknown
    else:
        words = () if codes else words_of(concept)
        _finding(part, Coded(where, codes, words, "present", at), means, facts, known)


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
    due = when_of(part.get("valueDateTime"))
    # A day of birth that is expected tells of a pregnancy on the day on which it is.
    flag = True if due is not None and at is not None and due.last >= at.first else flag
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


def _finding(
    part: dict[str, Any], told: Coded, means: _Meaning, facts: Facts, known: _Known
) -> None:
    """Add a disease told by an Observation: its code, words without a code, or its coded value."""
    value = part.get("valueCodeableConcept")
    values, flag = (codes_of(value) if value is not None else ()), part.get("valueBoolean")
    if not told.codes and not told.texts:
        facts.ignored.append((told.where, "neither a code nor words"))
    elif not told.codes or means.is_disease:
        if flag is False or {c.code for c in values} & _NO:
            facts.ignored.append((told.words, "observed as not present"))
        else:
            facts.coded.append(told)
        return
    facts.unknown += means.unknown
    if values and known.tells_of_disease(values):
        facts.coded.append(replace(told, codes=values, texts=()))
    elif values:
        facts.unknown += [c for c in values if c.code not in _YES | _NO]
