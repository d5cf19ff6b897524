"""Puts facts in order for the rules: latest readings, answers, and what codes touch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from cryodose.screening.dates import When, on_day, seen_on, years_between
from cryodose.screening.facts import Answer, Code, Coded, Facts, Say
from cryodose.screening.match import Matcher, Target
from cryodose.screening.phrases import Tense
from cryodose.screening.readings import Reading, counted
from cryodose.screening.rules import Question, RuleSet
from cryodose.screening.wishes import disease_of

_WHY_NOT = {
    "denied": "the words say that it is not so",
    "elsewhere": "the words tell of somebody else, of a check or of a fear",
}


@dataclass(slots=True)
class Gathered:
    """Facts in the order in which rules ask for them."""

    on: date
    touched: dict[Target, list[tuple[Coded, Tense, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    touched_rules: set[str] = field(default_factory=set)
    maybe: dict[str, list[Coded]] = field(default_factory=lambda: defaultdict(list))
    readings: dict[str, Reading] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    skipped: set[str] = field(default_factory=set)
    unknown: dict[tuple[str, str], tuple[Code, int]] = field(default_factory=dict)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[tuple[str, str]] = field(default_factory=list)


def gathered(facts: Facts, rules: RuleSet, matcher: Matcher, on: date) -> Gathered:
    """Return the facts in order, whatever order they came in."""
    book = Gathered(on, ignored=list(facts.ignored), conflicts=list(facts.conflicts))
    for entry in facts.coded:
        _file(entry, matcher, book)
    for wish in sorted(set(facts.wishes)):
        _wish(wish, matcher, book)
    for code in facts.unknown:
        _count(code, book)
    for given in facts.answers:
        seen = given.at and seen_on(given.at, on)
        if given.at is not None and seen is None:
            book.ignored.append((_say(given), "given after the day of screening"))
            continue
        answer = given if seen is given.at else replace(given, at=seen)
        if answer.question in rules.questions:
            _answer(answer, rules.questions[answer.question], book)
        else:
            book.ignored.append((_say(answer), "not a question of these rules"))
    found, book.unread = counted(facts.measured, facts.unread, rules.measures, on, book.ignored)
    for quantity, reading in found.items():
        book.readings[quantity] = reading
        if reading.differ:
            what = f"readings that count alike differ, the worse holds: {reading.words}"
            book.conflicts.append((quantity, what))
    _read_age(facts.births, book)
    for question in _answered_by_facts(rules):
        _answer_by_facts(question, facts.sex, book)
    for key, said in book.answers.items():
        _note_conflict(rules.questions[key], said, book)
    return book


@lru_cache(maxsize=8)
def _answered_by_facts(rules: RuleSet) -> tuple[Question, ...]:
    return tuple(q for q in rules.questions.values() if q.skip_for or q.answered_by)


def _answer_by_facts(question: Question, sex: str, book: Gathered) -> None:
    """Answer what need not be asked: of a man, or what was measured on the day."""
    if question.skip_for and question.skip_for == sex:
        book.skipped.add(question.id)
        if any(a.say == question.bad for a in book.answers.get(question.id, ())):
            book.conflicts.append((question.id, f"answered {question.bad}, sex {sex}"))
    measured = (book.readings.get(q) for q in question.answered_by)
    if question.answered_by and all(r is not None and r.today for r in measured):
        say: Say = "no" if question.bad == "yes" else "yes"
        book.answers[question.id].append(Answer("measured", question.id, say, on_day(book.on)))


def _wish(wish: str, matcher: Matcher, book: Gathered) -> None:
    entry = disease_of(wish)
    read = matcher.read(entry)
    # A wish is no record: what the rules do not know of it is not counted as an unknown code.
    if read.targets:
        known = tuple(c for c in entry.codes if c not in read.unknown)
        _file(replace(entry, codes=known), matcher, book)


def _file(given: Coded, matcher: Matcher, book: Gathered) -> None:
    read = matcher.read(given)
    entry = _with_state(given, book) if read.targets or read.questions else given
    for code in read.unknown:
        _count(code, book)
    if read.tense:
        book.ignored.append((entry.words, _WHY_NOT[read.tense]))
    if read.differ:
        book.conflicts.append((entry.words, "its codes name different diseases: all count"))
    for rule in read.maybe:
        book.maybe[rule].append(_with_state(given, book))
    for target, tense in read.targets:
        book.touched[target].append((entry, tense, read.broad))
        book.touched_rules.add(target[0])
    for question in read.questions:
        if entry.state == "past":
            book.ignored.append((entry.words, "no longer taken"))
        else:
            book.answers[question].append(Answer(entry.words, question, "yes", None, entry.start))


def _answer(answer: Answer, question: Question, book: Gathered) -> None:
    days = question.ends_after_days
    if days is not None and answer.at is not None and (book.on - answer.at.first).days > days:
        book.ignored.append((_say(answer), f"over: it is more than {days} days old"))
    else:
        book.answers[answer.question].append(answer)


def _with_state(entry: Coded, book: Gathered) -> Coded:
    """Say whether an entry is present on the day; where record and dates differ, it is."""
    end = entry.end
    over = end is not None and end.last <= book.on
    if entry.state == "present" and over:
        book.conflicts.append((entry.words, f"said to be present, but over since {end}"))
    if entry.state == "past" and end is not None and not over:
        book.conflicts.append((entry.words, f"said to be over, but its end is {end}"))
        return replace(entry, state="present")
    if entry.state == "unstated":
        return replace(entry, state="past" if over else "present")
    return entry


def _count(code: Code, book: Gathered) -> None:
    key = (code.system, code.code)
    if key not in book.unknown:
        book.unknown[key] = (code, 1)
        return
    kept, count = book.unknown[key]
    # The longest display stands for all, so that the order of the facts does not matter.
    best = max(kept, code, key=lambda c: (len(c.display), c.display))
    book.unknown[key] = (best, count + 1)


def _read_age(births: list[When], book: Gathered) -> None:
    known = [b for b in births if b.first <= book.on]
    book.ignored += [
        (f"birth date {b}", "after the day of screening") for b in births if b.first > book.on
    ]
    if not known:
        return
    low = min(years_between(min(b.last, book.on), book.on) for b in known)
    high = max(years_between(b.first, book.on) for b in known)
    shown = f"{low}" if low == high else f"{low} to {high}"
    book.readings["age"] = Reading(low, high, f"age {shown} years", True, True)
    if len({(b.first, b.last) for b in known}) > 1:
        book.conflicts.append(("age", "more than one birth date"))


def _note_conflict(question: Question, said: list[Answer], book: Gathered) -> None:
    says = {a.say for a in said}
    if {"yes", "no"} <= says:
        told = "; ".join(sorted({_say(a) for a in said}))
        book.conflicts.append((question.id, f"both yes and no ({told}): {question.bad} counts"))


def _say(answer: Answer) -> str:
    at = f" on {answer.at}" if answer.at else ""
    return f"{answer.where}: {answer.question} {answer.say}{at}"
