"""Rooms: what their air can bear, and what their oxygen sensors have said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone

from cryodose import evidence
from cryodose.clinic.live.readings import RANGES, Reading, Status, judged, status_now
from cryodose.clinic.models import Clinic, Device, Room, SessionEvent, SessionRecord
from cryodose.units import PERCENT

_KEPT = 64
# A low reading counts as an alarm of the room for so long.
ALARM = timedelta(hours=1)
_SHOWN = timedelta(days=30)
_MOST_ALARMS = 20
_MOST_READINGS = 50


@dataclass(frozen=True)
class Answer:
    """What the room calculator says: plain data, and its drawings for a page."""

    data: dict[str, Any]
    drawn: dict[str, str]

    @property
    def holds(self) -> bool:
        """Whether a normal day stays above the first alarm."""
        return bool(self.data["verdict"] == "holds")


@dataclass(frozen=True)
class Oxygen:
    """The last reading of a device's oxygen sensor."""

    device: Device
    session: SessionRecord
    percent: float
    at: datetime
    status: Status
    is_low: bool


def assessed(file: Mapping[str, Any], *, drawn: bool = True) -> Answer:
    """Return what the room of a room file can bear.

    Raises
    ------
    BadInput, BadInputs
        For a file that does not follow the format.
    """
    return _assessed(json.dumps(file, sort_keys=True), drawn)


@lru_cache(maxsize=_KEPT)
def _assessed(text: str, drawn: bool) -> Answer:
    from cryodose.front import room

    result = room(json.loads(text))
    if not drawn:
        return Answer(result.to_dict(), {})
    from cryodose.plots.special import room_figures
    from cryodose.plots.style import without_styles

    figures = room_figures(result)
    return Answer(result.to_dict(), {k: without_styles(v) for k, v in figures.items()})


def lowest_percent() -> float:
    """Return the oxygen of the first alarm."""
    return evidence.value("room", "alarm.warn_share") * PERCENT


def oxygen_of(room: Room, now: datetime) -> list[Oxygen]:
    """Return the last oxygen reading of each device of a room."""
    return [
        found
        for device in room.devices.filter(retired_at=None)
        if (found := _last_of(device, now)) is not None
    ]


def _last_of(device: Device, now: datetime) -> Oxygen | None:
    rows = SessionEvent.objects.filter(session__device=device, kind="reading")
    rows = rows.filter(data__quantity="oxygen").select_related("session")
    newest = list(rows.order_by("-at", "-number")[:2])
    if not newest:
        return None
    last = newest[0]
    reading = _reading(last)
    is_same = len(newest) > 1 and newest[1].session_id == last.session_id
    before = judged(_reading(newest[1]), None) if is_same else None
    told = judged(reading, before if before and before.status == "ok" else None)
    low = reading.value <= lowest_percent()
    return Oxygen(device, last.session, reading.value, last.at, status_now(told, now), low)


def _reading(event: SessionEvent) -> Reading:
    said = event.data
    return Reading("oxygen", said.get("site", ""), said["value"], said["source"], event.at, "ok")


def alarms_of(room: Room, now: datetime) -> list[SessionEvent]:
    """Return the oxygen alarms of the last month in a room, newest first."""
    rows = SessionEvent.objects.filter(session__device__room=room, kind="alarm-due")
    rows = rows.filter(at__gte=now - _SHOWN, data__alarm__startswith="oxygen-low")
    return list(rows.select_related("session").order_by("-at")[:_MOST_ALARMS])


def low_now(clinic: Clinic | None) -> list[Oxygen]:
    """Return the believable low readings of the last hour in a clinic, newest first."""
    now = timezone.now()
    rows = SessionEvent.objects.filter(session__clinic=clinic, kind="reading", at__gte=now - ALARM)
    rows = rows.filter(data__quantity="oxygen", session__device__room__isnull=False)
    rows = rows.select_related("session__device__room").order_by("-at", "-number")
    found: dict[Any, Oxygen] = {}
    low, high, _ = RANGES["oxygen"]
    for event in rows:
        device = event.session.device
        value = event.data["value"]
        if device is None or device.pk in found or not low <= value <= high:
            continue
        found[device.pk] = Oxygen(
            device, event.session, value, event.at, "ok", value <= lowest_percent()
        )
    return [one for one in found.values() if one.is_low]
