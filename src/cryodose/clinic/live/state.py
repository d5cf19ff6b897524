"""The state of a live session: a pure function of its events and of the time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from cryodose.clinic.live.readings import UNITS, Reading, judged_all, status_now

Phase = Literal["prepared", "running", "paused", "stopped"]
# Which event may come in which phase; the others may always come.
FOLLOWS: dict[str, tuple[Phase, ...]] = {
    "check": ("prepared",),
    "started": ("prepared",),
    "pause": ("running",),
    "resume": ("paused",),
    "stop": ("running", "paused"),
}
# A pause longer than this is no pause: somebody must decide.
LONG_PAUSE_S = 120.0
# Alarms of the clock; a stop answers them.
TIMED = ("time-up", "limit", "long-pause")


@dataclass(frozen=True, slots=True)
class Event:
    """One event as the state sees it."""

    number: int
    kind: str
    at: datetime
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What was set before the start.

    Attributes
    ----------
    planned_s : float
        Seconds of cold.
    longest_s : float or None
        Beyond this a limit of the plan no longer holds.
    coldest_skin_c : float or None
        A believable skin reading at or below it is an alarm.
    """

    planned_s: float
    longest_s: float | None = None
    coldest_skin_c: float | None = None
    lowest_oxygen_percent: float | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody must see now; it stays until somebody says that they have."""

    key: str
    kind: str
    due_at: datetime
    acknowledged: bool


@dataclass(frozen=True)
class State:
    """A live session at a moment."""

    phase: Phase
    cold_s: float
    left_s: float
    started_at: datetime | None
    stopped_at: datetime | None
    stop_reason: str
    checked: frozenset[str]
    alarms: tuple[Alarm, ...]
    readings: tuple[Reading, ...]
    pressure: dict[str, dict[str, float]] = field(default_factory=dict)
    felt: dict[str, Any] = field(default_factory=dict)

    @property
    def due(self) -> tuple[Alarm, ...]:
        """Alarms that nobody has acknowledged."""
        return tuple(a for a in self.alarms if not a.acknowledged)

    def channels(self, now: datetime) -> list[dict[str, Any]]:
        """Return the last reading of each channel with what is to be thought of it now."""
        last: dict[tuple[str, str], Reading] = {r.channel: r for r in self.readings}
        return [
            {
                "quantity": quantity,
                "site": site,
                "value": reading.value,
                "unit": UNITS[quantity],
                "source": reading.source,
                "at": reading.at,
                "status": status_now(reading, now),
                "why": reading.why,
            }
            for (quantity, site), reading in sorted(last.items())
        ]


def state_of(events: Sequence[Event], terms: Terms, now: datetime) -> State:
    """Return the state of a session.

    Parameters
    ----------
    events : sequence of Event
        All of them, in the order of their numbers.
    terms : Terms
    now : datetime
        The server's time; not before the last event.
    """
    spans = _spans(events)
    cold_s = sum(((end or now) - begin).total_seconds() for begin, end in spans)
    phase = phase_of(e.kind for e in events)
    stopped = next((e for e in events if e.kind == "stop"), None)
    readings = tuple(judged_all([reading_of(e) for e in events if e.kind == "reading"]))
    seen = {e.data["alarm"] for e in events if e.kind == "alarm-acknowledged"}
    over = stopped is not None
    return State(
        phase=phase,
        cold_s=cold_s,
        left_s=terms.planned_s - cold_s,
        started_at=spans[0][0] if spans else None,
        stopped_at=stopped.at if stopped else None,
        stop_reason=str(stopped.data["reason"]) if stopped else "",
        checked=frozenset(_ticked(events)),
        # Whoever stops has seen that time is up; the air of the room is another matter.
        alarms=tuple(
            Alarm(k, kind, at, k in seen or (over and kind in TIMED))
            for k, kind, at in schedule(events, terms, readings)
            if at <= now
        ),
        readings=readings,
        pressure={e.data["when"]: e.data for e in events if e.kind == "pressure"},
        felt=next((e.data for e in reversed(events) if e.kind == "felt"), {}),
    )


def phase_of(kinds: Iterable[str]) -> Phase:
    """Return the phase after some events."""
    phase: Phase = "prepared"
    after: dict[str, Phase] = {
        "started": "running",
        "pause": "paused",
        "resume": "running",
        "stop": "stopped",
    }
    for kind in kinds:
        phase = after.get(kind, phase)
    return phase


def _spans(events: Sequence[Event]) -> list[tuple[datetime, datetime | None]]:
    """Return begin and end of each stretch of cold; the last is open while it runs."""
    spans: list[tuple[datetime, datetime | None]] = []
    for event in events:
        if event.kind in ("started", "resume"):
            spans.append((event.at, None))
        elif event.kind in ("pause", "stop") and spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], event.at)
    return spans


def _ticked(events: Sequence[Event]) -> set[str]:
    found: dict[str, bool] = {}
    for event in events:
        if event.kind == "check":
            found[event.data["item"]] = event.data["done"]
    return {item for item, done in found.items() if done}


def reading_of(event: Event) -> Reading:
    """Return the reading of an event, not judged yet."""
    d = event.data
    return Reading(d["quantity"], d.get("site", ""), d["value"], d["source"], event.at, "ok")


def schedule(
    events: Sequence[Event], terms: Terms, readings: Sequence[Reading] | None = None
) -> list[tuple[str, str, datetime]]:
    """Return key, kind and time of every alarm, also of those to come if nothing else happens.

    Parameters
    ----------
    events, terms : as for `state_of`
    readings : sequence of Reading, optional
        Those of the events, judged; where they are at hand already.
    """
    if readings is None:
        readings = judged_all([reading_of(e) for e in events if e.kind == "reading"])
    found: list[tuple[str, str, datetime]] = []
    spans = _spans(events)
    times = [("time-up", terms.planned_s)]
    if terms.longest_s is not None and terms.longest_s > terms.planned_s:
        times.append(("limit", terms.longest_s))
    for kind, after_s in times:
        at = reached_at(spans, after_s)
        if at is not None:
            found.append((kind, kind, at))
    for number, begin, end in _pauses(events):
        at = begin + timedelta(seconds=LONG_PAUSE_S)
        if end is None or at <= end:
            found.append((f"long-pause-{number}", "long-pause", at))
    found += _crossings(readings, "skin", terms.coldest_skin_c, "skin-cold")
    found += _crossings(readings, "oxygen", terms.lowest_oxygen_percent, "oxygen-low")
    return sorted(found, key=lambda row: row[2])


def reached_at(
    spans: Sequence[tuple[datetime, datetime | None]], after_s: float
) -> datetime | None:
    """Return when so many seconds of cold are reached, if it goes on as it stands."""
    left = after_s
    for begin, end in spans:
        if end is None:
            return begin + timedelta(seconds=left)
        span_s = (end - begin).total_seconds()
        if span_s >= left:
            return begin + timedelta(seconds=left)
        left -= span_s
    return None


def _pauses(events: Sequence[Event]) -> list[tuple[int, datetime, datetime | None]]:
    found: list[tuple[int, datetime, datetime | None]] = []
    for event in events:
        if event.kind == "pause":
            found.append((event.number, event.at, None))
        elif event.kind in ("resume", "stop") and found and found[-1][2] is None:
            number, begin, _ = found[-1]
            found[-1] = (number, begin, event.at)
    return found


def _crossings(
    readings: Sequence[Reading], quantity: str, least: float | None, kind: str
) -> list[tuple[str, str, datetime]]:
    """Return an alarm each time a believable reading comes down to a limit."""
    if least is None:
        return []
    below: dict[str, bool] = {}
    found: list[tuple[str, str, datetime]] = []
    for reading in readings:
        if reading.quantity != quantity or reading.status != "ok":
            continue
        is_below = reading.value <= least
        if is_below and not below.get(reading.site, False):
            key = f"{kind}-{reading.site or 'any'}-{len(found) + 1}"
            found.append((key, kind, reading.at))
        below[reading.site] = is_below
    return found
