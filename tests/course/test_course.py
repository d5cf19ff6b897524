"""Courses: days, length, re-screening, pauses, stop rules, spacing, calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.course import icalendar, plan_course, progress_of
from cryodose.course.spec import course_from
from cryodose.errors import BadInput, Refused

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
    ("before", "words"),
    [
        ({"before_min": 10}, "TOO CLOSE"),
        ({"before_min": 45}, "planned 45 min"),
        ({}, "does not say"),
    ],
)
def test_spacing_to_other_treatments(before: dict, words: str) -> None:
    made = plan_course(
        spec(sessions=3, days_between=1, **{"with": [{"kind": "exercise", **before}]})
    )
    assert any(words in note and "COCS" in note for note in made.notes)


def test_no_spacing_to_physiotherapy_is_known() -> None:
    made = plan_course(spec(sessions=3, days_between=1, **{"with": [{"kind": "physiotherapy"}]}))
    assert any("no spacing" in note for note in made.notes)


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


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120))
def test_calendar_is_whole_whatever_the_title(title: str) -> None:
    text = icalendar(plan_course(spec(sessions=2, days_between=1, title=title)))
    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert all(len(line.encode("utf-8")) <= 75 for line in lines)
    assert len(re.findall(r"^BEGIN:VEVENT\r$", text, re.MULTILINE)) == 2
    assert len(re.findall(r"^(?:BEGIN|END|UID|DTSTAMP|DTSTART|DTEND)", text, re.MULTILINE)) == 14
    assert icalendar(plan_course(spec(sessions=2, days_between=1, title=title))) == text


def test_calendar_days() -> None:
    text = icalendar(plan_course(spec(sessions=2, days_between=3, title="a, b; c")))
    assert "DTSTART;VALUE=DATE:20261201" in text
    assert "DTSTART;VALUE=DATE:20261204" in text
    assert "SUMMARY:a\\, b\\; c 1 of 2" in text
