"""The state of a session follows from its events alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.clinic import words
from cryodose.clinic.live.kinds import KINDS, QUANTITIES, STOP_REASONS, checked
from cryodose.clinic.live.readings import RANGES, Reading, judged_all, status_now
from cryodose.clinic.live.state import Event, Story, Terms, phase_of, reading_of, state_of
from cryodose.clinic.models import Record
from cryodose.errors import BadInput

T0 = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
TERMS = Terms(planned_s=180, longest_s=200, coldest_skin_c=5.0, lowest_oxygen_percent=19.5)


def at(s: float) -> datetime:
    return T0 + timedelta(seconds=s)


def events(*rows: tuple[float, str] | tuple[float, str, dict[str, Any]]) -> list[Event]:
    return [
        Event(n, row[1], at(row[0]), row[2] if len(row) > 2 else {})
        for n, row in enumerate(rows, start=1)
    ]


def skin(value: float, source: str = "http") -> dict[str, Any]:
    return {"quantity": "skin", "value": value, "source": source, "site": "thigh"}


def test_nothing_has_happened() -> None:
    state = state_of([], TERMS, T0)
    assert (state.phase, state.cold_s, state.left_s, state.due) == ("prepared", 0.0, 180.0, ())


def test_seconds_of_cold_leave_out_the_pauses() -> None:
    row = events((0, "started"), (60, "pause"), (100, "resume"))
    state = state_of(row, TERMS, at(130))
    assert state.phase == "running"
    assert state.cold_s == pytest.approx(90)
    assert state.left_s == pytest.approx(90)
    stopped = state_of([*row, *events((140, "stop", {"reason": "pain"}))], TERMS, at(999))
    assert stopped.cold_s == pytest.approx(100)
    assert (stopped.phase, stopped.stop_reason) == ("stopped", "pain")


def test_alarm_is_due_to_the_second_and_stays() -> None:
    row = events((0, "started"), (60, "pause"), (100, "resume"))
    assert state_of(row, TERMS, at(219.9)).due == ()
    due = state_of(row, TERMS, at(220)).due
    assert [(a.key, a.due_at) for a in due] == [("time-up", at(220))]
    assert len(state_of(row, TERMS, at(10_000)).due) == 2
    seen = [*row, *events((225, "alarm-acknowledged", {"alarm": "time-up"}))]
    assert [a.key for a in state_of(seen, TERMS, at(230)).due] == []
    assert [a.key for a in state_of(seen, TERMS, at(241)).due] == ["limit"]


def test_stop_answers_the_clock_but_not_the_air() -> None:
    low = {"quantity": "oxygen", "value": 19.0, "source": "http"}
    row = events(
        (0, "started"), (1, "reading", low), (181, "note"), (182, "stop", {"reason": "done"})
    )
    due = state_of(row, TERMS, at(190)).due
    assert [a.kind for a in due] == ["oxygen-low"]


def test_long_pause_is_an_alarm() -> None:
    row = events((0, "started"), (10, "pause"))
    assert state_of(row, TERMS, at(129)).due == ()
    assert [a.kind for a in state_of(row, TERMS, at(130)).due] == ["long-pause"]
    later = [*row, *events((131, "resume"))]
    assert [a.kind for a in state_of(later, TERMS, at(132)).alarms] == ["long-pause"]


def test_cold_skin_is_an_alarm_each_time_it_comes_down() -> None:
    values = (20.0, 14.0, 8.0, 5.0, 4.0, 9.0, 4.5)
    rows = [(float(i), "reading", skin(v)) for i, v in enumerate(values, start=1)]
    state = state_of(events((0, "started"), *rows), TERMS, at(10))
    assert [(a.kind, a.due_at) for a in state.due] == [
        ("skin-cold", at(4)),
        ("skin-cold", at(7)),
    ]


def test_implausible_reading_is_shown_and_never_used() -> None:
    rows = [(1.0, "reading", skin(25.0)), (2.0, "reading", skin(-40.0)), (3.0, "reading", skin(24))]
    state = state_of(events((0, "started"), *rows), TERMS, at(4))
    assert [r.status for r in state.readings] == ["ok", "implausible", "ok"]
    assert state.due == ()


def test_three_readings_that_agree_are_believed_again() -> None:
    values = (25.0, 12.0, 12.1, 12.0, 11.9)
    rows = [Reading("skin", "", v, "http", at(i * 0.1), "ok") for i, v in enumerate(values)]
    found = [r.status for r in judged_all(rows)]
    assert found == ["ok", "implausible", "implausible", "ok", "ok"]


@pytest.mark.parametrize(
    ("source", "age_s", "status"),
    [("http", 9, "ok"), ("http", 11, "stale"), ("hand", 170, "ok"), ("hand", 190, "stale")],
)
def test_reading_grows_old(source: str, age_s: float, status: str) -> None:
    assert status_now(Reading("skin", "", 20.0, source, T0, "ok"), at(age_s)) == status
    assert status_now(None, T0) == "missing"


@pytest.mark.parametrize(
    ("kind", "data", "key"),
    [
        ("explode", {}, "kind"),
        ("reading", {"quantity": "skin", "value": "cold", "source": "hand"}, "value"),
        ("reading", {"quantity": "skin", "value": float("nan"), "source": "hand"}, "value"),
        ("reading", {"quantity": "skin", "value": True, "source": "hand"}, "value"),
        ("reading", {"quantity": "mood", "value": 1, "source": "hand"}, "quantity"),
        ("reading", {"quantity": "skin", "value": 1, "source": "hand", "site": "x" * 99}, "site"),
        ("stop", {"reason": "because"}, "reason"),
        ("stop", {"reason": "other"}, "words"),
        ("pressure", {"when": "before", "systolic_mmhg": 80, "diastolic_mmhg": 120}, "diastolic"),
        ("pressure", {"when": "before", "systolic_mmhg": 1200, "diastolic_mmhg": 80}, "systolic"),
        ("pressure", {"when": "during", "systolic_mmhg": 120, "diastolic_mmhg": 80}, "when"),
        ("felt", {}, "cold"),
        ("felt", {"cold": 11}, "cold"),
        ("check", {"item": "dry", "done": "perhaps"}, "done"),
        ("note", {"words": " "}, "words"),
        ("note", {"words": "a\x00b"}, "words"),
    ],
)
def test_wrong_event_names_its_key(kind: str, data: dict[str, Any], key: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked(kind, data)
    assert str(caught.value).startswith(f"event: {key}")


def test_form_fields_are_numbers_too() -> None:
    told = checked("pressure", {"when": "after", "systolic_mmhg": "131", "diastolic_mmhg": "84,5"})
    assert told == {"when": "after", "systolic_mmhg": 131.0, "diastolic_mmhg": 84.5}
    assert checked("started", {"extra": "is left out"}) == {}


MOVES = st.lists(
    st.tuples(st.sampled_from(["started", "pause", "resume", "stop"]), st.floats(0.0, 300.0)),
    max_size=12,
)


@given(MOVES, st.floats(0.0, 1000.0))
def test_any_history_has_a_state(moves: list[tuple[str, float]], later_s: float) -> None:
    """Cold time never exceeds time passed, and alarms are in the past, whatever followed."""
    allowed = {"started": "prepared", "pause": "running", "resume": "paused"}
    row: list[Event] = []
    s = 0.0
    for kind, gap_s in moves:
        phase = phase_of(e.kind for e in row)
        if kind == "stop":
            if phase not in ("running", "paused"):
                continue
        elif phase != allowed[kind]:
            continue
        s += gap_s
        row.append(Event(len(row) + 1, kind, at(s), {"reason": "done"} if kind == "stop" else {}))
    now = at(s + later_s)
    state = state_of(row, TERMS, now)
    assert 0.0 <= state.cold_s <= s + later_s + 1e-6
    assert all(a.due_at <= now for a in state.alarms)
    again = state_of(row, TERMS, now)
    assert again == state
    # What was due stays on the list, however much later one looks.
    later = {a.key for a in state_of(row, TERMS, now + timedelta(hours=1)).alarms}
    assert {a.key for a in state.alarms} <= later
    ahead = Story(TERMS, row).ahead()
    assert {key for key, when in ahead if when <= now} == {a.key for a in state.alarms}


ROUGH = st.lists(st.tuples(st.floats(0.0, 4.0), st.floats(-80.0, 60.0)), max_size=30)


@given(ROUGH)
def test_a_story_does_not_depend_on_when_one_looks(rough: list[tuple[float, float]]) -> None:
    """Looking after every event, and once at the end, gives the same readings and alarms."""
    row, s = events((0, "started")), 0.0
    story = Story(TERMS, row)
    for gap_s, value in rough:
        s += gap_s
        event = Event(len(row) + 1, "reading", at(s), skin(value))
        row.append(event)
        story.add(event)
        state = story.at(at(s))
        assert state.last["skin", "thigh"] == state.readings[-1]
        assert list(state.readings) == judged_all([reading_of(e) for e in row[1:]])
    assert story.at(at(s)) == state_of(row, TERMS, at(s))
    assert story.number == len(row)


def test_an_alarm_that_was_written_down_is_not_ahead() -> None:
    row = [*events((0, "started")), Event(2, "alarm-due", at(180), {"alarm": "time-up"})]
    assert [key for key, _ in Story(TERMS, row).ahead()] == ["limit"]


def test_every_kind_is_known_to_the_check() -> None:
    assert {"started", "pause", "resume", "stop", "reading", "alarm-due"} <= set(KINDS)


def test_every_code_has_its_words() -> None:
    assert set(words.STOP_REASONS) == set(STOP_REASONS)
    assert set(words.QUANTITIES) == set(QUANTITIES) == set(RANGES)
    assert set(words.EVENTS) == set(KINDS)
    assert set(words.RECORDS) >= {m.__name__ for m in Record.__subclasses__()}
    assert set(words.VERDICTS) == set(words.LOOKS)
    assert words.kind_of_alarm("skin-cold-left thigh-2") == "skin-cold"
    assert words.event_says("alarm-due", {"alarm": "long-pause-3"}).startswith("The pause")
    assert words.event_says("check", {"item": "dry", "done": True}).startswith("✓ Skin")
