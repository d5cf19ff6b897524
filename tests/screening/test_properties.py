"""What holds for any set of facts: no absolute rule is missed, more facts never make it milder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import DAY, bundle
from random_people import (
    CLEAR,
    HARM,
    NOISE_CODES,
    PROCEDURE,
    READINGS,
    Harm,
    answered_harm,
    coded_harm,
    measured_harm,
    merged,
    moment,
    noise,
    read,
    reading,
    told_harm,
)

from cryodose.screening import Facts, Screening, facts_from, load_rules, screen
from cryodose.screening.facts import Answer, Coded, Override
from cryodose.screening.rules import Case

RULES = load_rules()
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))
RANK = {"stop": 3, "ask-clinician": 2, "incomplete": 1, "no-rule-hit": 0}
HARM_AND_NOISE = HARM.flatmap(lambda harm: noise(harm).map(lambda facts: (harm, facts)))


def never_missed(harm: Harm, other: Facts) -> None:
    # Every question is answered as if nothing were the matter: the harm must win.
    told = screen(merged(CLEAR, other, harm.facts), PROCEDURE[harm.rule[:3]], DAY)
    found = {f.rule: f.effect for f in told.findings}
    # A number that is known may have settled a diagnosis: then a clinician decides.
    settled = any(c.when_settled for c in RULES.rules[harm.rule].cases)
    allowed = ("stop", "ask") if settled and not harm.quantity else ("stop",)
    assert found.get(harm.rule) in allowed, (harm, told.findings, told.ignored)
    assert told.verdict in ("stop", "ask-clinician")


def cases_of(rule: str) -> list[Case]:
    """Return the cases of a rule, with those of the rules that it takes over."""
    own = RULES.rules[rule]
    return [*own.cases, *(c for other in own.rules for c in cases_of(other))]


def quantities(rule: str) -> set[str]:
    """Return the quantities by which a rule can be lifted: of its limits and its settled cases."""
    cases = cases_of(rule)
    found = {q for c in cases for q in (*c.settled_by, *c.when_settled)}
    return found | {c.limit.quantity for c in cases if c.limit is not None}


def may_lift(before: Facts, first: Screening, added: Facts) -> bool:
    """Tell whether a reading may lift a stop: decision 21 in the docs, written once more.

    It must be dated, be of a quantity on which every stop stands, and be surely later than what
    stopped; what was measured on the day of the session holds for that day.
    """
    # The first hours of the next date in UTC are the evening of the day in the west.
    new = {
        m.quantity
        for m in added.measured
        if m.at is not None
        and (m.at.first <= DAY or (m.at.zone == "utc" and (m.at.second or 0) < 12 * 3600))
    }
    stops = [f.rule for f in first.findings if f.effect == "stop"]
    if not all(new & quantities(rule) for rule in stops):
        return False
    of_day = [m for m in before.measured if m.quantity in new and m.at and m.at.last >= DAY]
    undated = [m for m in before.measured if m.quantity in new and m.at is None]
    # What stops by these numbers alone, no diagnosis and no other answer beside them, is held.
    medicine = [a for a in before.answers if a.question == "pressure_medicine"]
    alone = Facts(measured=[*of_day, *undated], answers=medicine)
    held = {f.rule for f in screen(alone, first.procedure, DAY).findings if f.effect == "stop"}
    return not held & set(stops)


def never_milder(before: Facts, added: Facts, procedure: str) -> None:
    first = screen(before, procedure, DAY)
    then = screen(merged(before, added), procedure, DAY)
    if first.verdict != "stop" or then.verdict == "stop":
        return
    assert may_lift(before, first, added), (first.findings, added)
    # What was replaced is shown, and a diagnosis never gets milder than a clinician's decision.
    diagnosed = any(c.settled_by for f in first.findings for c in cases_of(f.rule))
    older = any("measured again" in why for _, why in then.ignored)
    assert older or diagnosed
    if diagnosed and not older:
        assert then.verdict == "ask-clinician"


@st.composite
def any_facts(draw: Any) -> Facts:
    """Return facts of every kind, good and bad ones, at any time."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 5))
        if kind == 0:
            parts.append(draw(HARM).facts)
        elif kind == 1:
            parts.append(draw(noise(draw(coded_harm()))))
        elif kind == 2:
            key = draw(st.sampled_from(sorted(RULES.questions)))
            day = DAY - timedelta(days=draw(st.integers(-3, 500)))
            at = draw(st.sampled_from([None, *read(_dated(day)).measured[:1]]))
            say = draw(st.sampled_from(["yes", "no", "unknown"]))
            parts.append(Facts(answers=[Answer("form", key, say, at.at if at else None)]))
        elif kind == 3:
            parts.append(draw(any_reading()))
        elif kind == 4:
            sex = draw(st.sampled_from(["male", "female", ""]))
            parts.append(Facts(sex=sex, births=draw(st.sampled_from([CLEAR.births, []]))))
        else:
            wish = draw(st.sampled_from(["cellulite", "migraine", "bronchitis", "moles"]))
            parts.append(Facts(wishes=[wish]))
    return merged(*parts)


def _dated(day: Any) -> dict[str, Any]:
    return reading("8480-6", 120, "mmHg", day.isoformat())


@st.composite
def any_reading(draw: Any) -> Facts:
    _, _, loinc, values, harmless = draw(st.sampled_from(READINGS))
    day = DAY - timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 1, 2, 30, 95, 120, -1])))
    at = draw(st.sampled_from([None, moment(day, draw(st.integers(0, 3))), day.isoformat()[:7]]))
    value, unit = draw(st.sampled_from([*values, *[(harmless, UNITS[loinc])] * 3]))
    return read(reading(loinc, draw(st.sampled_from([value, value, str(value)])), unit, at))


def order_is_nothing(facts: Facts, shuffled: Facts, procedure: str) -> None:
    told = screen(facts, procedure, DAY).to_dict()
    assert screen(shuffled, procedure, DAY).to_dict() == told


def shuffled_copy(facts: Facts, random: Any) -> Facts:
    made = merged(facts)
    for entries in (made.coded, made.measured, made.unread, made.answers, made.ignored,
                    made.unknown, made.births, made.wishes):  # fmt: skip
        random.shuffle(entries)
    return made


PROCEDURES = st.sampled_from(sorted(set(PROCEDURE.values())))


@QUICK
@given(HARM_AND_NOISE)
def test_no_absolute_rule_is_missed(both) -> None:
    never_missed(*both)


@pytest.mark.slow
@LONG
@given(HARM_AND_NOISE)
def test_no_absolute_rule_is_missed_at_length(both) -> None:
    never_missed(*both)


@QUICK
@given(any_facts(), any_facts(), PROCEDURES)
def test_a_fact_more_is_never_milder(before, added, procedure) -> None:
    never_milder(before, added, procedure)


@pytest.mark.slow
@LONG
@given(any_facts(), any_facts(), PROCEDURES)
def test_a_fact_more_is_never_milder_at_length(before, added, procedure) -> None:
    never_milder(before, added, procedure)


TIMES = [
    None, "2026-11", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-21T08:00:00Z",
    "2026-11-21T09:30:00+02:00", "2026-11-21T23:00:00-05:00", "2026-11-22T03:00:00Z",
    "2026-11-22T08:00:00Z", "2026-11-22T08:30:00Z", "2026-11-22T09:00:00", "2026-11-23T02:00:00Z",
]  # fmt: skip
UNITS = {"8480-6": "mmHg", "8462-4": "mmHg", "8867-4": "/min", "718-7": "g/dL", "8310-5": "Cel",
         "29463-7": "kg", "8302-2": "cm"}  # fmt: skip


@st.composite
def readings_of_one(draw: Any) -> tuple[Facts, Facts, str]:
    """Return readings of one quantity, a harmless one more, and a procedure that asks for it."""
    rule, _, loinc, values, harmless = draw(st.sampled_from(READINGS))
    times = draw(st.lists(st.sampled_from(TIMES), min_size=2, max_size=4))
    harm = [read(reading(loinc, *draw(st.sampled_from(values)), at)) for at in times[1:]]
    return (
        merged(*harm),
        read(reading(loinc, harmless, UNITS[loinc], times[0])),
        PROCEDURE[rule[:3]],
    )


def test_a_pressure_lifts_the_rule_that_takes_over_the_list_of_packs() -> None:
    """CEP-01 stops by the limit of LOC rules, so a surely later reading of it lifts CEP-01."""
    before = read(reading("8462-4", 130, "mmHg", "2026-11-01"))
    added = read(reading("8462-4", 75, "mmHg", "2026-11-20"))
    assert screen(before, "cryoelectrophoresis", DAY).verdict == "stop"
    assert screen(merged(before, added), "cryoelectrophoresis", DAY).verdict != "stop"
    never_milder(before, added, "cryoelectrophoresis")


@settings(QUICK, max_examples=500)
@given(readings_of_one())
def test_one_reading_more_lifts_only_what_is_surely_older(told) -> None:
    never_milder(*told)


@QUICK
@given(any_facts(), any_facts(), PROCEDURES, st.randoms(use_true_random=False))
def test_order_of_facts_never_matters(some, more, procedure, random) -> None:
    facts = merged(CLEAR, some, more)
    order_is_nothing(facts, shuffled_copy(facts, random), procedure)


@pytest.mark.slow
@LONG
@given(any_facts(), any_facts(), PROCEDURES, st.randoms(use_true_random=False))
def test_order_of_facts_never_matters_at_length(some, more, procedure, random) -> None:
    facts = merged(CLEAR, some, more)
    order_is_nothing(facts, shuffled_copy(facts, random), procedure)


@QUICK
@given(coded_harm(), st.lists(st.sampled_from(NOISE_CODES), max_size=3), st.randoms())
def test_order_of_a_bundle_never_matters(harm, codes, random) -> None:
    more = [{"resourceType": "Condition", "id": c, "code": {"text": c}} for c in codes]
    data = bundle(harm.record, *more, {"resourceType": "Patient", "id": "other"})
    told = screen(facts_from(data), "cryosauna", DAY).to_dict()
    random.shuffle(data["entry"])
    assert screen(facts_from(data), "cryosauna", DAY).to_dict() == told


@QUICK
@given(any_facts(), st.sampled_from(sorted(RULES.rules)), PROCEDURES)
def test_only_a_named_override_makes_it_milder_and_by_one_step(facts, rule, procedure) -> None:
    first = screen(facts, procedure, DAY)
    for by, reason in (("", "x"), ("Dr A", " ")):
        void = merged(facts, Facts(overrides=[Override(rule, by, reason)]))
        assert screen(void, procedure, DAY).verdict == first.verdict
    named = merged(facts, Facts(overrides=[Override(rule, "Dr A", "seen")]))
    then = screen(named, procedure, DAY)
    steps = {"stop": "ask", "ask": "caution", "caution": "caution"}
    hard = RULES.rules[rule].hard
    assert [(f.rule, f.effect) for f in sorted(then.findings, key=lambda f: f.rule)] == [
        (f.rule, steps[f.effect] if f.rule == rule and not hard else f.effect)
        for f in sorted(first.findings, key=lambda f: f.rule)
    ]
    assert all((f.override is not None) == (f.rule == rule and not hard) for f in then.findings)


@QUICK
@given(st.sets(st.sampled_from(sorted(RULES.questions)), max_size=6))
def test_unanswered_question_is_never_clear(dropped) -> None:
    facts = merged(CLEAR)
    facts.answers = [a for a in facts.answers if a.question not in dropped]
    for procedure in sorted(set(PROCEDURE.values())):
        told = screen(facts, procedure, DAY)
        open_ones = {o.question for o in told.not_assessed}
        assert open_ones <= dropped
        assert (told.verdict == "no-rule-hit") == (not open_ones)


@pytest.mark.parametrize("kind", [coded_harm, told_harm, measured_harm, answered_harm])
def test_each_kind_of_harm_stops(kind) -> None:
    found: list[str] = []

    @settings(
        max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(kind())
    def look(harm: Harm) -> None:
        told = screen(harm.facts, PROCEDURE[harm.rule[:3]], DAY)
        found.append({f.rule: f.effect for f in told.findings}.get(harm.rule, "none"))

    look()
    # The rest are waiting times that are over, and rules that ask.
    assert found.count("stop") > 0.8 * len(found)


def test_a_later_reading_lifts_what_an_earlier_one_stopped() -> None:
    high = read(reading("8480-6", 190, "mmHg", "2026-11-01"))
    low = read(reading("8480-6", 120, "mmHg", "2026-11-20"))
    first, then = screen(high, "cryosauna", DAY), screen(merged(high, low), "cryosauna", DAY)
    assert (first.verdict, then.verdict) == ("stop", "incomplete")
    assert RANK[then.verdict] < RANK[first.verdict]
    today = replace(high.measured[0], at=CLEAR.measured[0].at)
    held = merged(Facts(measured=[today]), read(reading("8480-6", 120, "mmHg", "2026-11-22")))
    assert screen(held, "cryosauna", DAY).verdict == "stop"


def test_the_wall_can_fall() -> None:
    nothing = Coded("x", (), ("hay fever",))
    told = screen(merged(CLEAR, Facts(coded=[nothing])), "cryosauna", DAY)
    assert told.verdict == "no-rule-hit"
