"""The air of rooms: devices send what their sensors say, with or without a session."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from cryodose.clinic.access import ClinicRequest
from cryodose.clinic.air.shown import Now, alarms_of, now_of
from cryodose.clinic.air.store import Sender, acknowledge, take
from cryodose.clinic.api.frame import FAULTS, Strict, says
from cryodose.clinic.api.live import ReadingsIn, ReadingsOut
from cryodose.clinic.live.room_watch import tell
from cryodose.clinic.models import Room, RoomAlarm
from cryodose.sensors import readings_from_json

router = Router(tags=["rooms"])


class SensorOut(Schema):
    """A sensor as it stands now; `state` is empty where nothing is wrong."""

    id: UUID
    name: str
    place: str
    height_m: float
    every_s: int
    calibrate_by: date
    good_percent: float | None
    good_at: datetime | None
    state: str


class AlarmOut(Schema):
    """An alarm; it stands as long as `over_at` is empty."""

    id: UUID
    sensor: str
    kind: str
    began_at: datetime
    percent: float | None
    acknowledged_at: datetime | None
    acknowledged_by: str
    words: str
    over_at: datetime | None


class AirOut(Schema):
    """The air of a room."""

    sensors: list[SensorOut]
    alarms: list[AlarmOut]


class SeenIn(Strict):
    """What somebody found and did."""

    words: Annotated[str, Field(min_length=1, max_length=240)]


@router.get("/rooms/{uuid:pk}/air", response={200: AirOut, **FAULTS}, url_name="api_room_air")
@says("place.read", of=Room)
def room_air(request: ClinicRequest, pk: UUID) -> Any:
    """Return the sensors of a room as they stand now, and its last alarms."""
    room: Any = request.record
    sensors = [_sensor(one) for one in now_of(room, timezone.now())]
    return {"sensors": sensors, "alarms": [_alarm(row) for row in alarms_of(room)]}


@router.post(
    "/rooms/{uuid:pk}/readings",
    response={200: ReadingsOut, **FAULTS},
    url_name="api_room_readings",
)
@says("air.send", of=Room)
def room_readings(request: ClinicRequest, pk: UUID, data: ReadingsIn) -> Any:
    """Write what the oxygen sensors of a room say; `sensor` names one of them.

    Late, implausible and missing readings are written with that mark. Other quantities, and sensors
    that the room does not have, are answered and not written.
    """
    room: Any = request.record
    now = timezone.now()
    sent = [{k: v for k, v in r.dict().items() if v != ""} for r in data.readings]
    by = Sender(request.actor.user, request.actor.device)
    taken = take(room, readings_from_json({"readings": sent}, now, "body"), by, now)
    tell()
    return {"readings": [{"quality": t.quality, "why": t.why, "number": t.number} for t in taken]}


@router.post(
    "/room-alarms/{uuid:pk}/seen",
    response={200: AlarmOut, **FAULTS},
    url_name="api_room_alarm_seen",
)
@says("air.acknowledge", of=RoomAlarm)
def alarm_seen(request: ClinicRequest, pk: UUID, data: SeenIn) -> Any:
    """Acknowledge an alarm, with what was found and done."""
    row: Any = request.record
    return _alarm(acknowledge(row, request.actor.user, data.words, timezone.now()))


def _sensor(one: Now) -> dict[str, Any]:
    names = ("id", "name", "place", "height_m", "every_s", "calibrate_by")
    told = {name: getattr(one.sensor, name) for name in names}
    heard = {"good_percent": one.heard.good_percent, "good_at": one.heard.good_at}
    return told | heard | {"state": one.state}


def _alarm(row: RoomAlarm) -> dict[str, Any]:
    names = ("id", "kind", "began_at", "percent", "acknowledged_at", "words", "over_at")
    by = row.acknowledged_by
    told = {name: getattr(row, name) for name in names}
    return told | {"sensor": row.sensor.name, "acknowledged_by": by.name if by else ""}
