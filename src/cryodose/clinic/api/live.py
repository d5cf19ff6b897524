"""Sessions: plan one, see its state, send events; devices send readings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from cryodose.clinic import clock
from cryodose.clinic.access import ClinicRequest, mine
from cryodose.clinic.api.frame import FAULTS, Strict, says
from cryodose.clinic.live.before import before_next, lasting_of, too_early
from cryodose.clinic.live.command import send
from cryodose.clinic.live.kinds import QUANTITIES
from cryodose.clinic.live.payload import payload
from cryodose.clinic.live.store import Sender, story_of
from cryodose.clinic.models import Device, Person, SessionRecord
from cryodose.errors import BadInput
from cryodose.sensors import Reading, readings_from_json

router = Router(tags=["sessions"])


class SessionIn(Strict):
    """A session from a plan of this person."""

    plan: UUID
    device: UUID | None = None
    planned_for: AwareDatetime | None = None
    planned_s: Annotated[int, Field(ge=1, le=36_000)] | None = None


class SessionOut(Schema):
    """A session."""

    id: UUID
    procedure: str
    planned_for: datetime
    planned_s: int
    started_at: datetime | None
    ended_at: datetime | None
    cold_s: float | None
    ended_how: str


class EventIn(Strict):
    """An event; the same key again records nothing twice."""

    kind: Annotated[str, Field(max_length=24)]
    key: Annotated[str, Field(min_length=1, max_length=64)]
    data: Annotated[dict[str, Any], Field(default_factory=dict)]


class EventOut(Schema):
    """An event as it was written."""

    number: int
    at: datetime


class ReadingIn(Strict):
    """A reading; without `at` it is of now, a value of null is a missing one."""

    quantity: str
    value: float | None
    unit: str = ""
    at: str = ""
    site: str = ""
    sensor: str = ""


class ReadingsIn(Strict):
    """Readings of one device."""

    readings: Annotated[list[ReadingIn], Field(min_length=1, max_length=1000)]


class ReadingOut(Schema):
    """What became of a reading, in the order in which they were sent."""

    quality: str
    why: str
    number: int | None


class ReadingsOut(Schema):
    """What became of the readings."""

    readings: list[ReadingOut]


@router.post(
    "/persons/{uuid:pk}/sessions/new",
    response={201: SessionOut, **FAULTS},
    url_name="api_session_new",
)
@says("session.run", of=Person)
def session_new(request: ClinicRequest, pk: UUID, data: SessionIn) -> Any:
    """Plan a session of a person, never longer than its plan allows."""
    person: Any = request.record
    plan = person.plans.in_use().filter(pk=data.plan).first()
    if plan is None:
        raise BadInput("body", "plan", str(data.plan), "a plan of this person")
    before = before_next(plan, clock.now())
    dose_s, longest_s = lasting_of(plan, plan.procedure, before)
    planned_s = data.planned_s or (round(dose_s) if dose_s else None)
    if plan.verdict == "refused" or not planned_s:
        raise BadInput("body", "plan", str(data.plan), "a plan that gives a dose")
    if longest_s is not None and planned_s > longest_s:
        says = "as the plan says"
        if too_early(plan.procedure, before, planned_s):
            says = f"as it is whole-body session {before + 1} for this person"
        raise BadInput("body", "planned_s", planned_s, f"at most {longest_s:g}, {says}")
    device = None
    if data.device is not None:
        device = mine(request.actor, Device).in_use().filter(pk=data.device).first()
        if device is None:
            raise BadInput("body", "device", str(data.device), "a device of this clinic")
    made = SessionRecord(
        clinic=person.clinic,
        person=person,
        plan=plan,
        screening=plan.screening,
        device=device,
        procedure=plan.procedure,
        planned_for=data.planned_for or timezone.now(),
        planned_s=planned_s,
    ).keep(request.actor.user, "planned")
    return Status(201, made)


@router.get("/sessions/{uuid:pk}", response={200: dict[str, Any], **FAULTS}, url_name="api_session")
@says("session.run", of=SessionRecord)
def session(request: ClinicRequest, pk: UUID) -> dict[str, Any]:
    """Return the state of a session at this moment, by the clock of the server."""
    return payload(story_of(_session(request)), clock.now())


@router.post(
    "/sessions/{uuid:pk}/events", response={201: EventOut, **FAULTS}, url_name="api_session_event"
)
@says("session.run", of=SessionRecord)
def session_event(request: ClinicRequest, pk: UUID, data: EventIn) -> Any:
    """Write an event."""
    by = Sender(user=request.actor.user)
    return Status(201, send(_session(request), data.kind, data.data, data.key, by))


@router.post(
    "/sessions/{uuid:pk}/readings",
    response={200: ReadingsOut, **FAULTS},
    url_name="api_session_readings",
)
@says("reading.send", of=SessionRecord)
def session_readings(request: ClinicRequest, pk: UUID, data: ReadingsIn) -> ReadingsOut:
    """Write readings of the device of the session.

    A missing, stale or unknown reading is told and not written: it has no value to write. One that
    the session finds implausible is written, and shown as such.
    """
    row, device = _session(request), request.actor.device
    sent = [{k: v for k, v in r.dict().items() if v != ""} for r in data.readings]
    readings = readings_from_json({"readings": sent}, clock.now(), "body")
    return ReadingsOut(readings=list(_written(row, readings, Sender(device=device))))


def _written(row: SessionRecord, readings: list[Reading], by: Sender) -> Iterator[ReadingOut]:
    for reading in readings:
        quality, why, number = reading.quality, reading.why, None
        if reading.quantity not in QUANTITIES:
            quality, why = "missing", "live sessions do not watch this quantity"
        elif reading.value is not None and quality != "stale":
            said = {"quantity": reading.quantity, "value": reading.value, "source": "http"}
            if reading.site:
                said["site"] = reading.site[:40]
            number = send(row, "reading", said, _key(reading), by).number
        yield ReadingOut(quality=quality, why=why, number=number)


def _key(reading: Reading) -> str:
    """Return the key of a reading: the same one sent twice is one."""
    named = f"{reading.key} {reading.at.isoformat()} {reading.value}"
    return hashlib.sha256(named.encode()).hexdigest()


def _session(request: ClinicRequest) -> SessionRecord:
    assert isinstance(request.record, SessionRecord)  # noqa: S101  # the rule loads it
    return request.record
