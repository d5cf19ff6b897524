"""The calendar against RFC 5545, by a reader that knows nothing of the writer."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.course import icalendar, plan_course, progress_of
from cryodose.course.spec import course_from

START = date(2026, 12, 1)
# 3.1 of the RFC: name, parameters, value; the values have no control characters but the tab.
LINE = re.compile(
    r"(?P<name>[A-Z][A-Z0-9-]*)(?P<params>(?:;[A-Z-]+=[^\x00-\x1f\x7f\":;,]+)*)"
    r":(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
# 3.3.11: a text has no bare semicolon or comma, and four escapes.
TEXT = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")


def made(**more: Any) -> str:
    data = {"format": "cryodose-course/1", "procedure": "cryosauna", "start": START,
            "sessions": 3, "days_between": 2, **more}  # fmt: skip
    return icalendar(plan_course(course_from(data, "c.toml")))


def read(text: str) -> list[dict[str, tuple[str, str]]]:
    """Return the events of a calendar, each with its properties; fail where the RFC is broken."""
    content = text.encode("utf-8")
    assert content.endswith(b"\r\n")
    physical = content.split(b"\r\n")[:-1]
    assert not any(b"\r" in line or b"\n" in line for line in physical)
    assert all(len(line) <= 75 for line in physical)
    for line in physical:
        line.decode("utf-8")  # no letter is torn
    lines = re.sub(r"\r\n[ \t]", "", text).split("\r\n")[:-1]
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    events: list[dict[str, tuple[str, str]]] = []
    head: Counter[str] = Counter()
    inside = False
    for line in lines[1:-1]:
        found = LINE.fullmatch(line)
        assert found, line
        name, params, value = found.group("name", "params", "value")
        if line == "BEGIN:VEVENT":
            assert not inside
            inside = True
            events.append({})
        elif line == "END:VEVENT":
            inside = False
        elif inside:
            assert name not in events[-1], name
            events[-1][name] = (params, value)
        else:
            head[name] += 1
    assert not inside
    assert (head["VERSION"], head["PRODID"]) == (1, 1)
    return events


def plain(value: str) -> str:
    assert TEXT.fullmatch(value), value
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], value)


def check(events: list[dict[str, tuple[str, str]]]) -> None:
    assert len({e["UID"][1] for e in events}) == len(events)
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART"} <= event.keys()
        datetime.strptime(event["DTSTAMP"][1], "%Y%m%dT%H%M%SZ")  # in UTC, as it must be
        first, after = event["DTSTART"], event["DTEND"]
        assert first[0] == after[0] == ";VALUE=DATE"
        days = [datetime.strptime(x[1], "%Y%m%d").date() for x in (first, after)]
        assert (days[1] - days[0]).days == 1
        for key in ("SUMMARY", "DESCRIPTION"):
            plain(event[key][1])


def test_events_are_the_sessions() -> None:
    events = read(made(title="a, b; c\\d"))
    check(events)
    assert [e["DTSTART"][1] for e in events] == ["20261201", "20261203", "20261205"]
    assert plain(events[0]["SUMMARY"][1]) == "a, b; c\\d 1 of 3"
    told = plain(events[0]["DESCRIPTION"][1])
    assert told.startswith("cryosauna, at most 1 min. Screen again before it.")
    assert "stop at pain in chest" in told


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=150), st.text(max_size=60))
def test_any_title_and_name_is_kept_whole(title: str, name: str) -> None:
    other = {"kind": "physiotherapy", "after_min": 10, "name": name}
    text = made(title=title, **{"with": [other]})
    events = read(text)
    check(events)
    assert len(events) == 3
    assert made(title=title, **{"with": [other]}) == text
    if title.isprintable() and title.strip() == title and title:
        assert plain(events[0]["SUMMARY"][1]) == f"{title} 1 of 3"


def uids(**more: Any) -> list[str]:
    return [e["UID"][1] for e in read(made(**more))]


def test_events_keep_their_names_while_their_days_move() -> None:
    pause = {"first": date(2026, 12, 2), "last": date(2026, 12, 4)}
    assert uids(pause=[pause]) == uids()
    assert read(made(pause=[pause]))[1]["DTSTART"][1] == "20261205"
    assert uids(id="course 7", start=date(2027, 1, 1)) == uids(id="course 7", title="x")
    assert set(uids(id="a")).isdisjoint(uids(id="b"))


def test_calendar_of_a_course_under_way() -> None:
    def course(*signs: str) -> Any:
        told = {"day": START, **({"signs": list(signs)} if signs else {})}
        data = {"format": "cryodose-course/1", "procedure": "cryosauna", "start": START,
                "sessions": 3, "days_between": 2, "done": [told]}  # fmt: skip
        return plan_course(course_from(data, "c.toml"))

    on = date(2026, 12, 9)
    left = read(icalendar(course(), progress_of(course(), on)))
    check(left)
    assert [e["DTSTART"][1] for e in left] == ["20261209", "20261211"]
    assert [e["UID"][1] for e in left] == uids()[1:]
    ended = course("chest_pain")
    events = read(icalendar(ended, progress_of(ended, on)))
    assert [e["STATUS"][1] for e in events] == ["CANCELLED"] * 2
    assert [e["UID"][1] for e in events] == uids()[1:]


@pytest.mark.parametrize(
    "title", ["\r\nEND:VCALENDAR", "\x00\x1b", "\u2028x", "Ж" * 200, "😀" * 60]
)
def test_hostile_titles(title: str) -> None:
    events = read(made(title=title))
    check(events)
    assert len(events) == 3
