"""Courses: days, length, re-screening, pauses, stop rules, spacing, calendar."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.course import icalendar, plan_course, progress_of
from cryodose.course.spec import course_from
from cryodose.errors import BadInput, Refused
from cryodose.evidence.build_up import longest_after_s

START = date(2026, 12, 1)


def spec(**more: Any):
    data = {"format": "cryodose-course/1", "procedure": "cryosauna", "start": START, **more}
    return course_from(data, "c.toml")


def test_number_and_spacing_come_from_the_trial() -> None:
    made = plan_course(spec(goal="fibromyalgia"))
    assert len(made.sittings) == 10
    assert "VITENET2018" in made.rests_on
    assert [s.minutes for s in made.sittings[:4]] == [1, 2, 3, 3]
    assert made.sittings[0].screen_again


def test_article_is_shown_beside_the_evidence_and_is_no_default() -> None:
    made = plan_course(spec(goal="fibromyalgia"))
    text = " ".join(made.notes)
    assert "at least 20 sessions" in text
    assert "18 months" in text
    assert "against the claim" in text
    with pytest.raises(BadInput, match="no trial"):
        plan_course(spec())


def test_wish_without_a_trial_is_told() -> None:
    made = plan_course(spec(goal="cellulite", sessions=5, days_between=2))
    assert made.notes[0].endswith("it is no reason for this plan.")
    assert "No trial found" in made.notes[0]


@pytest.mark.parametrize("goal", ["bronchitis", "pneumonia"])
def test_goal_that_bars_the_cold_is_refused(goal: str) -> None:
    with pytest.raises(Refused, match="WBC-24"):
        plan_course(spec(goal=goal, sessions=5, days_between=2))


def test_too_close_and_unplannable_are_bad_input() -> None:
    with pytest.raises(BadInput, match="NEVADA2015"):
        plan_course(spec(sessions=5, days_between=0))
    with pytest.raises(BadInput, match="cryoelectrophoresis has none"):
        plan_course(spec(procedure="cryoelectrophoresis", sessions=5, days_between=2))
    with pytest.raises(BadInput, match="at least 14 days"):
        plan_course(spec(procedure="liquid-nitrogen", goal="warts", days_between=7))


def test_pause_moves_the_rest_and_a_long_one_screens_again() -> None:
    pause = {"first": date(2026, 12, 3), "last": date(2026, 12, 24)}
    made = plan_course(spec(sessions=5, days_between=1, pause=[pause]))
    assert [s.day.day for s in made.sittings] == [1, 2, 25, 26, 27]
    assert [s.screen_again for s in made.sittings] == [True, False, True, False, False]


def done(*sessions: dict[str, Any]):
    days = [{"day": START + timedelta(days=n), **s} for n, s in enumerate(sessions)]
    return plan_course(spec(sessions=8, days_between=1, done=days))


@pytest.mark.parametrize("sign", ["skin_injury", "chest_pain", "confusion"])
def test_stop_sign_ends_the_course_for_good(sign: str) -> None:
    told = progress_of(done({}, {"signs": [sign]}, {}), START + timedelta(days=5))
    assert (told.action, told.left) == ("stop", ())
    assert told.reasons
    assert told.screen_again


def test_pressure_pauses_until_it_is_down() -> None:
    high, low = {"systolic_mmHg": 160}, {"systolic_mmHg": 159, "diastolic_mmHg": 99}
    assert progress_of(done({}, high), START + timedelta(days=2)).action == "pause"
    assert progress_of(done(high, low), START + timedelta(days=2)).action == "go-on"
    assert (
        progress_of(done({}, {"diastolic_mmHg": 100}), START + timedelta(days=2)).action == "pause"
    )


def test_scores_are_kept_and_getting_worse_pauses() -> None:
    worse = progress_of(done({"score": 5}, {"score": 6}, {"score": 7}), START + timedelta(days=3))
    assert worse.action == "pause"
    assert [score for _, score in worse.scores] == [5, 6, 7]
    better = progress_of(done({"score": 5}, {"score": 6}, {"score": 4}), START + timedelta(days=3))
    assert better.action == "go-on"
    assert len(better.left) == 5


def test_sessions_after_the_day_do_not_count() -> None:
    told = progress_of(done({}, {"signs": ["chest_pain"]}), START)
    assert (told.action, told.done) == ("go-on", 1)


@pytest.mark.parametrize(
    ("missing", "left", "minutes"),
    [
        # Sessions 1 and 2 took place on 1 and 2 December; a course of one a day goes on.
        (1, ["12-03", "12-04"], [3, 3]),
        (5, ["12-07", "12-08"], [3, 3]),
        # After more than 14 days it starts short again.
        (20, ["12-22", "12-23"], [1, 2]),
    ],
)
def test_course_resumes_on_the_day_and_never_in_the_past(
    missing: int, left: list[str], minutes: list[int]
) -> None:
    on = START + timedelta(days=1 + missing)
    told = progress_of(done({}, {}), on)
    assert [f"{s.day:%m-%d}" for s in told.left[:2]] == left
    assert [s.minutes for s in told.left[:2]] == minutes
    assert [s.number for s in told.left] == [3, 4, 5, 6, 7, 8]
    assert told.screen_again == (missing > 1)


def test_times_are_built_up_from_what_the_person_is_used_to() -> None:
    made = plan_course(spec(sessions=3, days_between=1, sessions_before=1))
    assert [s.minutes for s in made.sittings] == [2, 3, 3]
    assert [longest_after_s(n) for n in range(4)] == [60, 120, 180, 180]
    far = plan_course(spec(sessions=3, days_between=21, sessions_before=5))
    # Every three weeks the body is not used to it any more; nobody knows of the time before.
    assert [s.minutes for s in far.sittings] == [3, 1, 1]


def test_session_that_was_cut_short_builds_nothing_up() -> None:
    told = progress_of(done({}, {"cut_short": True}), START + timedelta(days=2))
    assert (told.done, [s.minutes for s in told.left[:3]]) == (2, [2, 3, 3])
    first = progress_of(done({"cut_short": True}), START + timedelta(days=1))
    assert [s.minutes for s in first.left[:3]] == [1, 2, 3]


def test_pause_within_what_was_done_counts_too() -> None:
    days = [{"day": START}, {"day": START}, {"day": START + timedelta(days=30)}]
    course = plan_course(spec(sessions=6, days_between=1, done=days))
    assert [s.minutes for s in progress_of(course, START + timedelta(days=31)).left] == [2, 3, 3]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 6), st.integers(0, 30), st.lists(st.booleans(), max_size=6))
def test_more_sessions_before_never_shorten_one(before: int, gap: int, cut: list[bool]) -> None:
    days = [{"day": START + timedelta(days=n * 2), "cut_short": c} for n, c in enumerate(cut)]
    on = START + timedelta(days=2 * len(cut) + gap)
    kept = [
        progress_of(
            plan_course(spec(sessions=9, days_between=2, sessions_before=n, done=days)), on
        ).left
        for n in (0, before)
    ]
    assert all(a.minutes <= b.minutes for a, b in zip(*kept, strict=True))
    assert all(s.minutes <= 3 for s in kept[1])


def test_course_that_never_began_begins_later() -> None:
    told = progress_of(done(), START + timedelta(days=9))
    assert (told.left[0].number, told.left[0].day) == (1, START + timedelta(days=9))
    assert len(told.left) == 8


def test_session_that_was_called_off_is_none() -> None:
    off = {"called_off": True, "systolic_mmHg": 175}
    told = progress_of(done({}, off), START + timedelta(days=2))
    assert (told.action, told.done, told.left[0].number) == ("pause", 1, 2)


def test_pause_for_pressure_ends_only_with_a_lower_one() -> None:
    high = {"systolic_mmHg": 160}
    silent = progress_of(done({}, high, {}), START + timedelta(days=3))
    assert silent.action == "pause"
    lower = progress_of(done({}, high, {}, {"systolic_mmHg": 140}), START + timedelta(days=4))
    assert lower.action == "go-on"


def with_others(procedure: str = "cryosauna", *others: dict[str, Any]):
    return plan_course(
        spec(procedure=procedure, sessions=3, days_between=1, **{"with": list(others)})
    )


@pytest.mark.parametrize(
    ("other", "state", "words"),
    [
        ({"kind": "exercise", "before_min": 29}, "too-close", "COCS"),
        ({"kind": "exercise", "before_min": 30}, "kept", "planned 30 min before"),
        ({"kind": "exercise"}, "not-stated", "does not say when"),
        ({"kind": "exercise", "after_min": 5}, "no-source", "planned 5 min after; no distance"),
        ({"kind": "shower", "before_min": 10}, "too-close", "30 min apart"),
        ({"kind": "topical-drug", "before_min": 59}, "too-close", "RATERMANN"),
        ({"kind": "topical-drug", "before_min": 60}, "kept", "RATERMANN"),
        ({"kind": "cold-pack", "after_min": 59}, "too-close", "PALMER"),
        ({"kind": "cold-bath", "before_min": 120}, "kept", "PALMER"),
        ({"kind": "whole-body-cold", "before_min": 600}, "too-close", "NEVADA2015"),
        ({"kind": "physiotherapy", "after_min": 30}, "no-source", "no distance from this cold"),
    ],
)
def test_spacing_to_other_treatments(other: dict, state: str, words: str) -> None:
    made = with_others("cryosauna", other)
    assert [b.state for b in made.beside] == [state]
    assert words in made.beside[0].words
    assert bool(made.unsettled) == (state in ("too-close", "not-stated"))


def test_spacing_of_one_cold_is_not_that_of_another() -> None:
    assert with_others("cold-pack", {"kind": "exercise", "before_min": 0}).unsettled == ()
    assert with_others("cold-pack", {"kind": "cold-bath", "after_min": 30}).unsettled


def test_order_of_the_day_is_told_everywhere() -> None:
    sport = {"kind": "exercise", "before_min": 45, "name": "bicycle"}
    made = with_others("cryosauna", {"kind": "physiotherapy", "after_min": 30}, sport)
    order = ("45 min before: bicycle", "cryosauna", "30 min after: physiotherapy")
    assert made.order == order
    assert made.to_dict()["order_of_day"] == list(order)
    assert "45 min before: bicycle\\; cryosauna" in icalendar(made).replace("\r\n ", "")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"start": "soon"}, "start"),
        ({"sessions": 0}, "sessions"),
        ({"sessions": 2.5}, "sessions"),
        ({"days_between": 400}, "days_between"),
        ({"pause": [{"first": START, "last": START - timedelta(days=1)}]}, "pause[0].last"),
        ({"done": [{"day": START, "signs": ["sneeze"]}]}, "done[0].signs"),
        ({"with": [{"kind": "dance"}]}, "with[0].kind"),
        (
            {"with": [{"kind": "exercise", "before_min": 1, "after_min": 1}]},
            "with[0].after_min",
        ),
        ({"with": [{"kind": "exercise", "before_min": -1}]}, "with[0].before_min"),
        ({"done": [{"day": START, "called_off": "yes"}]}, "done[0].called_off"),
        ({"done": [{"day": START, "cut_short": 1}]}, "done[0].cut_short"),
        ({"sessions_before": -1}, "sessions_before"),
        ({"sessions_before": 1.5}, "sessions_before"),
        ({"colour": 1}, "colour"),
    ],
)
def test_each_key(change: dict[str, Any], key: str) -> None:
    with pytest.raises(BadInput) as caught:
        spec(**change)
    assert str(caught.value).startswith(f"c.toml: {key} = ")


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 40), st.integers(1, 9),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 30)), max_size=3),
)  # fmt: skip
def test_any_course_keeps_its_distances(sessions: int, gap: int, pauses: list) -> None:
    days = [(START + timedelta(days=a), START + timedelta(days=a + b)) for a, b in pauses]
    given_pauses = [{"first": a, "last": b} for a, b in days]
    made = plan_course(spec(sessions=sessions, days_between=gap, pause=given_pauses))
    found = [s.day for s in made.sittings]
    assert len(found) == sessions
    assert all((b - a).days >= gap for a, b in pairwise(found))
    assert not any(a <= day <= b for day in found for a, b in days)
    assert all(s.minutes <= 3 for s in made.sittings)
