"""What a course shall be, and what was done of it: read from a file of our own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from cryodose import evidence
from cryodose.files import read_toml
from cryodose.screening.dates import when
from cryodose.screening.rules import PROCEDURES
from cryodose.screening.table import Table

FORMAT = "cryodose-course/1"
_MOST_SESSIONS = 200
_MOST_DAYS = 365
_MOST_BEFORE = 10_000
_MOST_MINUTES = 600
_LAST_YEAR = 9000


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which no session takes place, first and last."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """One session that took place; `score` is the outcome, lower is better.

    One that was called off counts for its signs and pressure, but not as a session. One that was
    cut short is a session, but the next one is no longer for it.
    """

    day: date
    minutes: float | None = None
    score: float | None = None
    signs: tuple[str, ...] = ()
    systolic: float | None = None
    diastolic: float | None = None
    called_off: bool = False
    cut_short: bool = False


@dataclass(frozen=True, slots=True)
class Combined:
    """Another treatment on the same day, so many minutes before the cold or after it."""

    kind: str
    before_min: float | None = None
    after_min: float | None = None
    name: str = ""


@dataclass(frozen=True)
class CourseSpec:
    """What a course shall be; what is None is taken from trials.

    `sessions_before` are sessions of whole-body cold that the person has had.
    """

    procedure: str
    start: date
    goal: str = ""
    title: str = ""
    sessions: int | None = None
    days_between: int | None = None
    outcome: str = ""
    pauses: tuple[Pause, ...] = ()
    done: tuple[Done, ...] = ()
    combined: tuple[Combined, ...] = ()
    id: str = ""
    sessions_before: int = 0


def load_course(path: str | Path) -> CourseSpec:
    """Read a course file.

    Raises
    ------
    BadInput
        Naming file, key, value and expectation.
    """
    return course_from(read_toml(path), path)


def course_from(data: object, file: object = None) -> CourseSpec:
    """Return the course that data with the keys of a course file describes.

    Raises
    ------
    BadInput
        Naming file, key, value and expectation.
    """
    t = Table(data, file)
    t.one_of("format", (FORMAT,))
    spec = CourseSpec(
        procedure=t.one_of("procedure", PROCEDURES),
        start=_day(t, "start"),
        goal=t.text("goal", ""),
        title=t.text("title", ""),
        sessions=_whole(t, "sessions", 1, _MOST_SESSIONS),
        days_between=_whole(t, "days_between", 0, _MOST_DAYS),
        outcome=t.text("outcome", ""),
        pauses=tuple(_pause(p) for p in t.list("pause")),
        done=tuple(_done(d) for d in t.list("done")),
        combined=tuple(_combined(c) for c in t.list("with")),
        id=t.text("id", ""),
        sessions_before=_whole(t, "sessions_before", 0, _MOST_BEFORE) or 0,
    )
    t.done()
    return spec


def _whole(t: Table, key: str, low: int, high: int) -> int | None:
    value: Any = t.whole(key, None)
    if value is not None and not low <= value <= high:
        raise t.wrong(key, value, f"{low} to {high}")
    return value if value is None else int(value)


def _day(t: Table, key: str) -> date:
    value = t.any(key)
    found = when(value.isoformat() if isinstance(value, date) else str(value))
    if found is None or found.first != found.last or found.first.year > _LAST_YEAR:
        raise t.wrong(key, value, "a day such as 2026-12-01")
    return found.first


def _number(t: Table, key: str, high: float) -> float | None:
    if key not in t.raw:
        t.any(key)
        return None
    value = t.number(key)
    if not 0 <= value <= high:
        raise t.wrong(key, value, f"0 to {high:g}")
    return value


def _pause(t: Table) -> Pause:
    made = Pause(_day(t, "first"), _day(t, "last"), t.text("reason", ""))
    t.done()
    if made.last < made.first:
        raise t.wrong("last", made.last.isoformat(), f"{made.first} or later")
    return made


def _done(t: Table) -> Done:
    known = tuple(k for k in evidence.names("courses", "stop") if k != "pressure")
    signs = t.many_of("signs", known) if "signs" in t.raw else ()
    made = Done(
        _day(t, "day"),
        _number(t, "minutes", _MOST_MINUTES),
        _number(t, "score", 1e6),
        signs,
        _number(t, "systolic_mmHg", 350),
        _number(t, "diastolic_mmHg", 250),
        t.flag("called_off"),
        t.flag("cut_short"),
    )
    t.any("signs")
    t.done()
    return made


def _combined(t: Table) -> Combined:
    kind = t.one_of("kind", evidence.names("courses", "with"))
    before, after = _number(t, "before_min", 1e5), _number(t, "after_min", 1e5)
    if before is not None and after is not None:
        raise t.wrong("after_min", after, "before_min or after_min, not both")
    made = Combined(kind, before, after, t.text("name", ""))
    t.done()
    return made
