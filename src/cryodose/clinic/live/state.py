"""The state of a live session: a pure function of its events and of the time.

A `Story` adds the events up one after the other, so that a new one costs the same in the first
minute and in the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from cryodose.clinic.live.kinds import ROOM
from cryodose.clinic.live.readings import UNITS, Judge, Reading, status_now

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
    """A live session at a moment.

    Attributes
    ----------
    readings : sequence of Reading
        All of them, judged. The list is that of the story and grows with it.
    last : mapping
        The last reading of each channel.
    """

    phase: Phase
    cold_s: float
    left_s: float
    started_at: datetime | None
    stopped_at: datetime | None
    stop_reason: str
    checked: frozenset[str]
    alarms: tuple[Alarm, ...]
    readings: Sequence[Reading]
    last: Mapping[tuple[str, str], Reading]
    pressure: dict[str, dict[str, float]] = field(default_factory=dict)
    felt: dict[str, Any] = field(default_factory=dict)

    @property
    def due(self) -> tuple[Alarm, ...]:
        """Alarms that nobody has acknowledged."""
        return tuple(a for a in self.alarms if not a.acknowledged)

    def channels(self, now: datetime) -> list[dict[str, Any]]:
        """Return the last reading of each channel with what is to be thought of it now."""
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
            for (quantity, site), reading in sorted(self.last.items())
        ]


_AFTER: dict[str, Phase] = {
    "started": "running",
    "pause": "paused",
    "resume": "running",
    "stop": "stopped",
}


class Story:
    """What the events of a session add up to.

    Parameters
    ----------
    terms : Terms
    events : iterable of Event
        In the order of their numbers.
    """

    def __init__(self, terms: Terms, events: Iterable[Event] = ()) -> None:
        self.terms = terms
        self.number = 0
        self.readings: list[Reading] = []
        self.raised: set[str] = set()
        self._phase: Phase = "prepared"
        self._spans: list[tuple[datetime, datetime | None]] = []
        self._pauses: list[tuple[int, datetime, datetime | None]] = []
        self._stopped: Event | None = None
        self._ticks: dict[str, bool] = {}
        self._seen: set[str] = set()
        self._of_room: list[tuple[str, str, datetime]] = []
        self._pressure: dict[str, dict[str, float]] = {}
        self._felt: dict[str, Any] = {}
        self._judge = Judge()
        self._last: dict[tuple[str, str], Reading] = {}
        self._crossings = (
            _Crossings("skin", terms.coldest_skin_c, "skin-cold"),
            _Crossings("oxygen", terms.lowest_oxygen_percent, "oxygen-low"),
        )
        for event in events:
            self.add(event)

    def add(self, event: Event) -> None:
        """Take the next event in."""
        self.number = event.number
        data = event.data
        if event.kind == "reading":
            self._read(reading_of(event))
        elif event.kind in _AFTER:
            self._turn(event)
        elif event.kind == "check":
            self._ticks[data["item"]] = data["done"]
        elif event.kind == "alarm-due":
            self.raised.add(data["alarm"])
            if data["alarm"].startswith(ROOM):
                self._of_room.append((data["alarm"], data["alarm"].rpartition("-")[0], event.at))
        elif event.kind == "alarm-acknowledged":
            self._seen.add(data["alarm"])
        elif event.kind == "pressure":
            self._pressure[data["when"]] = data
        elif event.kind == "felt":
            self._felt = data

    def _read(self, reading: Reading) -> None:
        one = self._judge.judge(reading)
        self.readings.append(one)
        self._last[one.channel] = one
        for crossings in self._crossings:
            crossings.add(one)

    def _turn(self, event: Event) -> None:
        """Go into another phase."""
        self._phase = _AFTER[event.kind]
        if event.kind in ("started", "resume"):
            self._spans.append((event.at, None))
        elif self._spans and self._spans[-1][1] is None:
            self._spans[-1] = (self._spans[-1][0], event.at)
        if event.kind == "pause":
            self._pauses.append((event.number, event.at, None))
        elif self._pauses and self._pauses[-1][2] is None:
            number, begin, _ = self._pauses[-1]
            self._pauses[-1] = (number, begin, event.at)
        if event.kind == "stop" and self._stopped is None:
            self._stopped = event

    def at(self, now: datetime) -> State:
        """Return the state at a moment, not before the last event."""
        cold_s = sum(((end or now) - begin).total_seconds() for begin, end in self._spans)
        stopped = self._stopped
        over = stopped is not None
        return State(
            phase=self._phase,
            cold_s=cold_s,
            left_s=self.terms.planned_s - cold_s,
            started_at=self._spans[0][0] if self._spans else None,
            stopped_at=stopped.at if stopped else None,
            stop_reason=str(stopped.data["reason"]) if stopped else "",
            checked=frozenset(item for item, done in self._ticks.items() if done),
            # Whoever stops has seen that time is up; the air of the room is another matter.
            alarms=tuple(
                Alarm(key, kind, at, key in self._seen or (over and kind in TIMED))
                for key, kind, at in self.schedule()
                if at <= now
            ),
            readings=self.readings,
            last=dict(self._last),
            pressure=dict(self._pressure),
            felt=self._felt,
        )

    def schedule(self) -> list[tuple[str, str, datetime]]:
        """Return key, kind and time of every alarm, also of those to come if it goes on so."""
        terms = self.terms
        found: list[tuple[str, str, datetime]] = []
        times = [("time-up", terms.planned_s)]
        if terms.longest_s is not None and terms.longest_s > terms.planned_s:
            times.append(("limit", terms.longest_s))
        for kind, after_s in times:
            at = reached_at(self._spans, after_s)
            if at is not None:
                found.append((kind, kind, at))
        for number, begin, end in self._pauses:
            at = begin + timedelta(seconds=LONG_PAUSE_S)
            if end is None or at <= end:
                found.append((f"long-pause-{number}", "long-pause", at))
        for crossings in self._crossings:
            found += crossings.found
        found += self._of_room
        return sorted(found, key=lambda row: row[2])

    def ahead(self) -> list[tuple[str, datetime]]:
        """Return key and time of the alarms that are due or to come and not written down yet."""
        return [(key, at) for key, _, at in self.schedule() if key not in self.raised]


class _Crossings:
    """An alarm each time a believable reading comes down to a limit."""

    def __init__(self, quantity: str, least: float | None, kind: str) -> None:
        self._quantity, self._least, self._kind = quantity, least, kind
        self._below: dict[str, bool] = {}
        self.found: list[tuple[str, str, datetime]] = []

    def add(self, reading: Reading) -> None:
        """Look at the next reading, judged."""
        if self._least is None or reading.quantity != self._quantity or reading.status != "ok":
            return
        is_below = reading.value <= self._least
        if is_below and not self._below.get(reading.site, False):
            key = f"{self._kind}-{reading.site or 'any'}-{len(self.found) + 1}"
            self.found.append((key, self._kind, reading.at))
        self._below[reading.site] = is_below


def state_of(events: Iterable[Event], terms: Terms, now: datetime) -> State:
    """Return the state of a session.

    Parameters
    ----------
    events : iterable of Event
        All of them, in the order of their numbers.
    terms : Terms
    now : datetime
        The server's time; not before the last event.
    """
    return Story(terms, events).at(now)


def phase_of(kinds: Iterable[str]) -> Phase:
    """Return the phase after some events."""
    phase: Phase = "prepared"
    for kind in kinds:
        phase = _AFTER.get(kind, phase)
    return phase


def reading_of(event: Event) -> Reading:
    """Return the reading of an event, not judged yet."""
    d = event.data
    return Reading(d["quantity"], d.get("site", ""), d["value"], d["source"], event.at, "ok")


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
