"""What is written once: events of live sessions, and who looked at whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from cryodose.clinic.models.base import Unchanging
from cryodose.clinic.models.care import SessionRecord
from cryodose.clinic.models.people import Person
from cryodose.clinic.models.places import Device
from cryodose.clinic.models.users import Clinic, User


class SessionEvent(Unchanging):
    """One thing that happened in a live session, at the server's time.

    `number` counts the events of a session without a gap; `key` is chosen by whoever sends the
    event, so that sending it twice records it once.
    """

    session = models.ForeignKey(SessionRecord, models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["session", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "number"], name="event_number"),
            models.UniqueConstraint(fields=["session", "key"], name="event_key"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class Access(Unchanging):
    """Somebody was shown, or was refused, something of a person."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # The person themself, by their link; then `user` is empty.
    by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="accesses")
    action = models.CharField(max_length=40)
    route = models.CharField(max_length=80)
    what = models.CharField(max_length=80, blank=True)
    allowed = models.BooleanField()
    request_id = models.CharField(max_length=36)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
