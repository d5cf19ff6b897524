"""Writes what sensors of rooms say, each at once and once, with the alarms that come of it."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cryodose.clinic.air.causes import Heard, Kind, causes, is_gone, is_new, low_kind
from cryodose.clinic.models import Device, Kept, Room, RoomAlarm, RoomReading, RoomSensor, User
from cryodose.sensors import Reading, judged

_OXYGEN = "oxygen"
# Digits of a key: a day of a sensor may have 86 400 of them, so they are kept short.
_KEY = 24
# No sensor has measured before this.
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
STANDS = Q(over_at=None)


@dataclass(frozen=True)
class Taken:
    """What became of a reading; `number` is empty where it was not written."""

    quality: str
    why: str
    number: int | None = None


@dataclass(frozen=True)
class Sender:
    """Who sends readings."""

    user: User | None = None
    device: Device | None = None


def take(room: Room, readings: Sequence[Reading], by: Sender, now: datetime) -> list[Taken]:
    """Write readings of the sensors of a room and raise their alarms, all or nothing.

    When this returns, readings and alarms are on the disk. A reading that is late, implausible or
    missing is written with that mark; a late one that was low raises its alarm all the same. The
    same reading sent again is written once.

    Parameters
    ----------
    room : Room
    readings : sequence of Reading
        In the order in which they were sent; `sensor` names one of the room.
    by : Sender
    now : datetime
        The server's time.

    Returns
    -------
    list of Taken
        One for each reading, in their order.
    """
    with transaction.atomic():
        # Locks the sensors on PostgreSQL; on SQLite the transaction has the database to itself.
        rows = RoomSensor.objects.in_use().filter(room=room).order_by("pk")
        sensors = {row.name: row for row in rows.select_for_update(of=("self",))}
        known = _known(sensors.values(), readings)
        befores: dict[uuid.UUID, Reading | None] = {}
        taken = []
        for reading in readings:
            sensor = sensors.get(reading.sensor)
            if reading.quantity != _OXYGEN or sensor is None:
                taken.append(Taken("missing", _not_ours(reading)))
                continue
            key = _key(reading)
            row = known.get((sensor.pk, key))
            if row is None:
                if sensor.pk not in befores:
                    befores[sensor.pk] = _last_good(sensor)
                one = judged(reading, now, befores[sensor.pk])
                row = known[sensor.pk, key] = _written(sensor, one, by, now)
                if one.quality == "good":
                    befores[sensor.pk] = one
                # Each by itself: a good one that follows in the same request hides none.
                if kind := kind_of(one):
                    _raise(sensor, kind, row.at, one.value)
            taken.append(Taken(row.quality, row.why, row.pk))
        for sensor in (s for s in sensors.values() if s.pk in befores):
            _settle(sensor, now, sensor.made_at)
    return taken


def kind_of(reading: Reading) -> str:
    """Return which alarm a judged reading is by itself; empty for none."""
    if reading.quality == "implausible":
        return Kind.IMPLAUSIBLE
    return low_kind(reading.value) if reading.quality in ("good", "stale") else ""


def _not_ours(reading: Reading) -> str:
    if reading.quantity != _OXYGEN:
        return "rooms watch oxygen alone"
    return f"this room has no sensor {reading.sensor!r}"


def _key(reading: Reading) -> str:
    """Return the key of a reading: the same one sent twice is one."""
    named = f"{reading.at.isoformat()} {reading.value}"
    return hashlib.sha256(named.encode()).hexdigest()[:_KEY]


def _known(
    sensors: Iterable[RoomSensor], readings: Iterable[Reading]
) -> dict[tuple[uuid.UUID, str], RoomReading]:
    keys = {_key(r) for r in readings}
    rows = RoomReading.objects.filter(sensor__in=list(sensors), key__in=keys)
    return {(row.sensor_id, row.key): row for row in rows}


def _last_good(sensor: RoomSensor) -> Reading | None:
    row = good_of(sensor).first()
    return None if row is None else Reading(_OXYGEN, row.percent, row.at, sensor=sensor.name)


def good_of(sensor: RoomSensor) -> QuerySet[RoomReading]:
    """Return the good readings of a sensor, the last first."""
    return RoomReading.objects.filter(sensor=sensor, quality="good").order_by("-at")


def _written(sensor: RoomSensor, one: Reading, by: Sender, now: datetime) -> RoomReading:
    row = RoomReading(
        sensor=sensor,
        key=_key(one),
        # A clock that runs ahead must not keep a reading from growing old, and one without battery
        # may name a year that no database knows; `why` tells how far off it was.
        at=min(max(one.at, _FIRST), now),
        came_at=now,
        percent=one.value,
        quality=one.quality,
        why=one.why,
        by=by.user,
        device=by.device,
    )
    row.save()
    return row


def settle(sensor: RoomSensor, now: datetime, awaited_since: datetime) -> None:
    """Raise what is wrong with a sensor now, and end what was acknowledged and is gone.

    Parameters
    ----------
    sensor : RoomSensor
    now : datetime
    awaited_since : datetime
        Since when the server could hear it.
    """
    with transaction.atomic():
        locked = RoomSensor.objects.select_for_update(of=("self",)).get(pk=sensor.pk)
        _settle(locked, now, awaited_since)


def _settle(sensor: RoomSensor, now: datetime, awaited_since: datetime) -> None:
    found = causes_of(sensor, now, awaited_since)
    standing = {a.kind: a for a in RoomAlarm.objects.filter(STANDS, sensor=sensor)}
    for kind, percent in found.items():
        _raise(sensor, kind, now, percent)
    for kind, alarm in standing.items():
        if alarm.is_acknowledged and is_gone(kind, found):
            alarm.over_at = now
            alarm.keep(None, "its cause is gone")


def causes_of(
    sensor: RoomSensor, now: datetime, awaited_since: datetime | None = None
) -> dict[str, float | None]:
    """Return what is wrong with a sensor now; with nothing awaited since, from its beginning."""
    if sensor.is_retired or sensor.room.is_retired:
        return {}
    since = max(awaited_since or sensor.made_at, sensor.made_at)
    (heard,) = heard_of(RoomSensor.objects.filter(pk=sensor.pk), since)
    return causes(heard[1], now, timezone.localdate(now))


def heard_of(
    sensors: QuerySet[RoomSensor], since: datetime | None = None
) -> list[tuple[RoomSensor, Heard]]:
    """Return sensors, each with what is known of it, by one query."""
    mine = RoomReading.objects.filter(sensor=OuterRef("pk"))
    good, newest = mine.filter(quality="good").order_by("-at"), mine.order_by("-id")
    rows = sensors.select_related("room").annotate(
        good_at=Subquery(good.values("at")[:1]),
        good_percent=Subquery(good.values("percent")[:1]),
        newest=Subquery(newest.values("quality")[:1]),
        newest_percent=Subquery(newest.values("percent")[:1]),
    )
    return [(row, _heard(row, since)) for row in rows]


def _heard(row: RoomSensor, since: datetime | None) -> Heard:
    told = {k: getattr(row, k) for k in ("good_at", "good_percent", "newest_percent")}
    return Heard(
        every_s=row.every_s,
        calibrate_by=row.calibrate_by,
        awaited_since=max(row.made_at, since or row.made_at),
        newest=getattr(row, "newest", "") or "",
        **told,
    )


def watched() -> QuerySet[RoomSensor]:
    """Return the sensors that are waited for."""
    return RoomSensor.objects.in_use().filter(room__retired_at=None)


def _raise(sensor: RoomSensor, kind: str, at: datetime, percent: float | None) -> None:
    """Write an alarm down, unless one stands that says it already."""
    rows = RoomAlarm.objects.filter(STANDS, sensor=sensor)
    if is_new(kind, dict.fromkeys(rows.values_list("kind", flat=True))):
        RoomAlarm(
            clinic_id=sensor.clinic_id, sensor=sensor, kind=kind, began_at=at, percent=percent
        ).keep(None, "raised")


def acknowledge(alarm: RoomAlarm, by: User | None, words: str, now: datetime) -> RoomAlarm:
    """Write down that somebody has seen an alarm, and what they found and did.

    It is over at once where its cause is gone; else it goes on barring until then.

    Raises
    ------
    Kept
        Without words, without a user, or where somebody has acknowledged it already.
    """
    if by is None or not words.strip():
        raise Kept("an alarm is acknowledged by somebody, in words")
    with transaction.atomic():
        sensor = RoomSensor.objects.select_for_update(of=("self",)).get(pk=alarm.sensor_id)
        row = RoomAlarm.objects.get(pk=alarm.pk)
        if row.is_acknowledged:
            raise Kept("somebody has acknowledged this alarm already")
        row.acknowledged_at, row.acknowledged_by = now, by
        row.words = words.strip()
        found = causes_of(sensor, now)
        if is_gone(row.kind, found):
            row.over_at = now
        return row.keep(by, f"acknowledged: {row.words}")


def standing(clinic_id: uuid.UUID) -> QuerySet[RoomAlarm]:
    """Return the alarms that stand in a clinic, the newest first."""
    rows = RoomAlarm.objects.filter(STANDS, clinic=clinic_id)
    return rows.select_related("sensor__room", "acknowledged_by")


def barring(room: Room | None, now: datetime) -> list[str]:
    """Return the kinds of what keeps people out of a room: its alarms, and what was not yet raised.

    A sensor that has not spoken since the server began is not waited for here: what is not known is
    never clear.
    """
    if room is None:
        return []
    alarms = RoomAlarm.objects.filter(STANDS, sensor__room=room)
    told = list(alarms.values_list("kind", "sensor", "acknowledged_at"))
    # Somebody has answered for a calibration that is overdue; for the air nobody can.
    answered = {s for kind, s, seen in told if kind == Kind.CALIBRATION and seen is not None}
    found = {kind for kind, s, _ in told if kind != Kind.CALIBRATION or s not in answered}
    for sensor, heard in heard_of(watched().filter(room=room)):
        wrong = causes(heard, now, timezone.localdate(now))
        if heard.good_at is None:
            wrong[Kind.SILENT] = None
        if sensor.pk in answered:
            wrong.pop(Kind.CALIBRATION, None)
        found |= set(wrong)
    return [kind for kind in Kind.values if kind in found]
