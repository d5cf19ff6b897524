"""Rooms and devices of a clinic, and its protocols."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cryodose.clinic.models.base import Kept, Record
from cryodose.clinic.models.procedures import Procedure
from cryodose.clinic.models.users import digest


class Room(Record):
    """A treatment room; `file` holds what `cryodose room` needs to know of it."""

    person_path: ClassVar[str] = ""

    name = models.CharField(_("name"), max_length=80)
    file = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Device(Record):
    """A cabin, chamber, spray, pack or current source, and perhaps a sensor on it."""

    class Kind(models.TextChoices):
        """What the screening rules ask about a device."""

        OPEN_TOP = "open-top", _("Open-top cabin, head outside")
        WALK_IN = "walk-in", _("Walk-in chamber, head inside")
        COLD_AIR = "cold-air", _("Cold air")
        OTHER = "other", _("Other")

    person_path: ClassVar[str] = ""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    maker = models.CharField(_("maker"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="devices", verbose_name=_("room")
    )
    serviced_on = models.DateField(_("last service"), null=True, blank=True)
    token_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def rules_device(self) -> str:
        """The name of the device in the screening rules; empty where they know none."""
        return "" if self.kind == self.Kind.OTHER else self.kind

    def new_token(self, by: Any, why: str) -> str:
        """Return a new secret with which the device reports readings; the old one ends."""
        secret = secrets.token_urlsafe(32)
        self.token_digest = digest(secret)
        self.keep(by, why)
        return secret

    @classmethod
    def of_token(cls, secret: str) -> Device | None:
        """Return the device with a secret."""
        rows = cls.objects.in_use().filter(token_digest=digest(secret)).order_by()
        return rows.select_related("clinic").first()


class Protocol(Record):
    """A session that a clinic has agreed upon: drafted, published by a clinician, retired."""

    class State(models.TextChoices):
        """A published protocol is not changed: its successor is a new draft."""

        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")

    person_path: ClassVar[str] = ""

    title = models.CharField(_("title"), max_length=120)
    procedure = models.CharField(_("procedure"), max_length=24, choices=Procedure.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    # What a session file holds, without the person.
    session = models.JSONField(default=dict)
    note = models.TextField(_("note"), blank=True, max_length=4000)
    follows = models.ForeignKey("self", models.PROTECT, null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Check the session as a file would be checked."""
        from cryodose.errors import CryodoseError
        from cryodose.session import session_from_dict

        try:
            session = session_from_dict(self.session)
        except CryodoseError as error:
            raise ValidationError({"session": str(error)}) from None
        if session.modality != self.procedure:
            raise ValidationError({"session": f"expected a session for {self.procedure}"})

    def publish(self, by: Any, why: str) -> Protocol:
        """Let the clinic use it."""
        if self.state != self.State.DRAFT or self.is_retired:
            raise Kept("Protocol.publish: only a draft can be published")
        self.state = self.State.PUBLISHED
        self.published_at = timezone.now()
        return self.keep(by, why)
