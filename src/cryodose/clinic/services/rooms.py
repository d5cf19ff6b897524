"""Rooms: what their air can bear, and what their oxygen sensors have said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cryodose import evidence
from cryodose.clinic.live.readings import RANGES, Reading, Status, judged, status_now
from cryodose.clinic.models import Clinic, Device, Room, SessionEvent, SessionRecord
from cryodose.units import PERCENT

_KEPT = 64
# A low reading counts as an alarm of the room for so long.
ALARM = timedelta(hours=1)
# So many of the last sessions are looked through.
_OF_DEVICE, _OF_ROOM = 5, 40
_MOST_ALARMS = 20
_LATELY_S = 5


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
    """Return the last oxygen reading of each device of a room, if its last sessions had one."""
    return [
        found
        for device in room.devices.filter(retired_at=None)
        if (found := _last_of(device, now)) is not None
    ]


def _last_of(device: Device, now: datetime) -> Oxygen | None:
    recent = device.sessions.exclude(started_at=None).order_by("-started_at")[:_OF_DEVICE]
    for session in recent:
        newest = list(_readings(session.pk)[:2])
        if newest:
            last = _reading(newest[0])
            before = judged(_reading(newest[1]), None) if len(newest) > 1 else None
            told = judged(last, before if before and before.status == "ok" else None)
            low = last.value <= lowest_percent()
            return Oxygen(device, session, last.value, last.at, status_now(told, now), low)
    return None


def _readings(session: Any) -> QuerySet[SessionEvent]:
    """Return the oxygen readings of a session, newest first: by number, which has an index."""
    rows = SessionEvent.objects.filter(session=session, kind="reading", data__quantity="oxygen")
    return rows.order_by("-number")


def _reading(event: SessionEvent) -> Reading:
    said = event.data
    return Reading("oxygen", said.get("site", ""), said["value"], said["source"], event.at, "ok")


def alarms_of(room: Room) -> list[SessionEvent]:
    """Return the oxygen alarms of the last sessions in a room, newest first."""
    rows = SessionRecord.objects.filter(device__room=room).exclude(started_at=None)
    recent = list(rows.order_by("-started_at").values_list("pk", flat=True)[:_OF_ROOM])
    alarms = SessionEvent.objects.filter(session__in=recent, kind="alarm-due")
    alarms = alarms.filter(data__alarm__startswith="oxygen-low").select_related("session")
    return list(alarms.order_by("-at")[:_MOST_ALARMS])


def low_now(clinic: Clinic | None) -> list[Oxygen]:
    """Return the devices of a clinic whose last believable reading of the last hour was low."""
    now = timezone.now()
    rows = SessionRecord.objects.filter(clinic=clinic, device__room__isnull=False)
    rows = rows.exclude(started_at=None)
    rows = rows.filter(Q(ended_at=None) | Q(ended_at__gte=now - ALARM))
    low, high, _ = RANGES["oxygen"]
    # What no sensor can show is used for nothing.
    last = _readings(OuterRef("pk")).filter(data__value__gte=low, data__value__lte=high)
    told = rows.annotate(said=Subquery(last.values("data")[:1]), at=Subquery(last.values("at")[:1]))
    found: dict[Any, Oxygen] = {}
    for row in told.filter(at__gte=now - ALARM).select_related("device__room").order_by("-at"):
        if row.device is not None and row.device.pk not in found:
            value = row.said["value"]
            is_low = value <= lowest_percent()
            found[row.device.pk] = Oxygen(row.device, row, value, row.at, "ok", is_low)
    return [one for one in found.values() if one.is_low]


def low_lately(clinic: Clinic) -> list[Oxygen]:
    """Return the same as it was some seconds ago at most, for a page that many look at."""
    found = cache.get(f"low-{clinic.pk}")
    if found is None:
        found = low_now(clinic)
        cache.set(f"low-{clinic.pk}", found, timeout=_LATELY_S)
    return list(found)
