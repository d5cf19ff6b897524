"""What pages and programs are told of the air of a room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from cryodose.clinic.air.causes import Heard, Kind, causes
from cryodose.clinic.air.curve import Curve, curve_of
from cryodose.clinic.air.store import heard_of
from cryodose.clinic.models import Clinic, Room, RoomAlarm, RoomSensor

_MOST_ALARMS = 50


@dataclass(frozen=True)
class Now:
    """A sensor as it stands now."""

    sensor: RoomSensor
    heard: Heard
    causes: dict[str, float | None]

    @property
    def state(self) -> str:
        """The worst that is wrong, as a kind of alarm; ``waiting`` before its first reading."""
        for kind in Kind.values:
            if kind in self.causes:
                return str(kind)
        return "" if self.heard.good_at is not None else "waiting"

    @property
    def wrong(self) -> list[tuple[str, str, bool]]:
        """Everything that is wrong: kind, words, and whether the air itself is known to be bad."""
        bad = (Kind.LOW, Kind.LEAVE)
        return [(k, str(words), k in bad) for k, words in Kind.choices if k in self.causes]


@dataclass(frozen=True)
class Seen:
    """A sensor now and over the last day."""

    now: Now
    curve: Curve


def now_of(room: Room, now: datetime) -> list[Now]:
    """Return the sensors of a room that are in use, as they stand now."""
    rows = RoomSensor.objects.in_use().filter(room=room)
    today = timezone.localdate(now)
    return [Now(row, heard, causes(heard, now, today)) for row, heard in heard_of(rows)]


def seen_of(room: Room, now: datetime) -> list[Seen]:
    """Return the sensors of a room that are in use, now and over the last day."""
    return [Seen(one, curve_of(one.sensor, now)) for one in now_of(room, now)]


def alarms_of(room: Room) -> list[RoomAlarm]:
    """Return the last alarms of a room, the newest first; what stands comes in any case."""
    rows = RoomAlarm.objects.filter(sensor__room=room)
    rows = rows.select_related("sensor", "acknowledged_by").order_by("-began_at")
    last = list(rows[:_MOST_ALARMS])
    return last + [a for a in rows.filter(over_at=None) if a not in last]


def rooms_without_air(clinic: Clinic) -> set[object]:
    """Return the rooms of a clinic in which an alarm of the air stands."""
    rows = RoomAlarm.objects.filter(over_at=None, clinic=clinic).exclude(kind=Kind.CALIBRATION)
    return set(rows.values_list("sensor__room", flat=True))
