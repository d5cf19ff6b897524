"""The records of a clinic."""

from __future__ import annotations

from cryodose.clinic.models.base import Kept, Record, RecordQuerySet, Unchanging
from cryodose.clinic.models.care import (
    AdverseEvent,
    Attachment,
    CourseRecord,
    FollowUp,
    OutcomeScore,
    PlanRecord,
    ScreeningRecord,
    SessionRecord,
    Sign,
)
from cryodose.clinic.models.conditions import Condition
from cryodose.clinic.models.people import Consent, Person, PersonLink
from cryodose.clinic.models.places import Device, Protocol, Room
from cryodose.clinic.models.procedures import Procedure
from cryodose.clinic.models.room_air import RoomAlarm, RoomReading, RoomSensor
from cryodose.clinic.models.tokens import ApiToken
from cryodose.clinic.models.trail import Access, SessionEvent
from cryodose.clinic.models.users import Clinic, Invitation, Membership, Role, User

__all__ = [
    "Access",
    "AdverseEvent",
    "ApiToken",
    "Attachment",
    "Clinic",
    "Condition",
    "Consent",
    "CourseRecord",
    "Device",
    "FollowUp",
    "Invitation",
    "Kept",
    "Membership",
    "OutcomeScore",
    "Person",
    "PersonLink",
    "PlanRecord",
    "Procedure",
    "Protocol",
    "Record",
    "RecordQuerySet",
    "Role",
    "Room",
    "RoomAlarm",
    "RoomReading",
    "RoomSensor",
    "ScreeningRecord",
    "SessionEvent",
    "SessionRecord",
    "Sign",
    "Unchanging",
    "User",
]
