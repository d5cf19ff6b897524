"""A live session as plain data, for pages, streams and the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cryodose.clinic import clock
from cryodose.clinic.live.kinds import ROOM
from cryodose.clinic.live.readings import Reading
from cryodose.clinic.live.state import State, Story
from cryodose.clinic.models import RoomAlarm


def alarm_words(kind: str) -> str:
    """Return what an alarm says."""
    words = {
        "time-up": _("Time is up: take the cold off."),
        "limit": _("A limit of the plan no longer holds: stop now."),
        "long-pause": _("The pause is long: go on or stop."),
        "skin-cold": _("The skin is too cold: look at it, and stop."),
        "oxygen-low": _("Oxygen in the room is low: stop the feed, leave, air."),
    }
    if kind.startswith(ROOM):
        return room_alarm_words(kind.removeprefix(ROOM))
    return words.get(kind, kind)


def room_alarm_words(kind: str) -> str:
    """Return what an alarm of the air of a room says."""
    return str(dict(RoomAlarm.Kind.choices).get(kind, kind))


def payload(story: Story, now: datetime, known: int = 0) -> dict[str, Any]:
    """Return what a page shows of a session.

    Of the readings only those after the first `known` are told; `first` says which that is.
    Times are seconds since 1970 by the server's clock; `now_s` lets a page count on with its own,
    of which `speed` seconds pass in one; 1 outside tests.
    """
    state = story.at(now)
    return {
        "number": story.number,
        "now_s": now.timestamp(),
        "speed": clock.speed(),
        "phase": state.phase,
        "cold_s": round(state.cold_s, 3),
        "left_s": round(state.left_s, 3),
        "planned_s": story.terms.planned_s,
        "started_s": _seconds(state.started_at),
        "stopped_s": _seconds(state.stopped_at),
        "stop_reason": state.stop_reason,
        "checked": sorted(state.checked),
        "alarms": [
            {
                "key": a.key,
                "kind": a.kind,
                "words": alarm_words(a.kind),
                "due_s": a.due_at.timestamp(),
                "acknowledged": a.acknowledged,
            }
            for a in state.alarms
        ],
        "channels": [c | {"at": c["at"].timestamp()} for c in state.channels(now)],
        "first": known,
        "readings": [_plain(r) for r in state.readings[known:]],
        "pressure": state.pressure,
        "felt": state.felt,
    }


def summary(state: State) -> dict[str, Any]:
    """Return what was measured, for records and exports: believable readings alone count."""
    found: dict[str, dict[str, float]] = {}
    doubted = 0
    for reading in state.readings:
        if reading.status != "ok":
            doubted += 1
            continue
        name = f"{reading.quantity} {reading.site}".strip()
        row = found.setdefault(name, {"lowest": reading.value, "last": reading.value, "count": 0})
        row["lowest"] = min(row["lowest"], reading.value)
        row["last"] = reading.value
        row["count"] += 1
    return {"channels": found, "doubted": doubted, "pressure": state.pressure, "felt": state.felt}


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _plain(reading: Reading) -> dict[str, Any]:
    return {
        "quantity": reading.quantity,
        "site": reading.site,
        "value": reading.value,
        "at": reading.at.timestamp(),
        "status": reading.status,
    }
