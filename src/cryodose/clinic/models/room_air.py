"""Oxygen sensors that watch a room day and night: what they said, and what alarms came of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, get_args

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cryodose.clinic.models.base import Record, Unchanging
from cryodose.clinic.models.places import Device, Room
from cryodose.clinic.models.users import User
from cryodose.sensors.readings import Quality

LONGEST_NAME = 40
# What `cryodose.sensors` says of a reading.
QUALITIES = get_args(Quality)
# Would make a name something else in a topic of MQTT.
_NOT_IN_NAMES = "/+#"


def speakable(name: str) -> None:
    """Check that a gateway can send a name as a level of a topic.

    Raises
    ------
    ValidationError
        Naming what is not allowed.
    """
    if any(c in _NOT_IN_NAMES or not c.isprintable() for c in name) or name != name.strip():
        raise ValidationError(_("A name without /, + and #, as the device sends it."))


class RoomSensor(Record):
    """An oxygen sensor on the wall of a room."""

    person_path: ClassVar[str] = ""

    room = models.ForeignKey(Room, models.PROTECT, related_name="sensors", editable=False)
    name = models.CharField(
        _("name, as the device sends it"), max_length=LONGEST_NAME, validators=[speakable]
    )
    place = models.CharField(_("place"), max_length=80)
    height_m = models.FloatField(
        _("height above the floor, m"), validators=[MinValueValidator(0.0), MaxValueValidator(20.0)]
    )
    maker = models.CharField(_("maker and model"), max_length=80, blank=True)
    serial = models.CharField(_("serial number"), max_length=80, blank=True)
    calibrated_on = models.DateField(_("last calibration"))
    calibrate_days = models.PositiveIntegerField(
        _("days until the next calibration, as its maker says"),
        validators=[MinValueValidator(1), MaxValueValidator(3650)],
    )
    every_s = models.PositiveIntegerField(
        _("must speak at least every so many seconds"),
        validators=[MinValueValidator(5), MaxValueValidator(3600)],
    )

    class Meta(Record.Meta):
        ordering: ClassVar = ["room", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["room", "name"],
                condition=Q(retired_at=None),
                name="sensor_name",
                violation_error_message=_("This room has a sensor of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def calibrate_by(self) -> date:
        """The last day on which its calibration counts."""
        return self.calibrated_on + timedelta(days=self.calibrate_days)


class RoomReading(Unchanging):
    """What a sensor said: written once, and thinned out by `air.thin` alone when it is old.

    `percent` is empty where the sensor gave no number; `quality` is that of `cryodose.sensors`, and
    only what is good says anything good about the air.
    """

    sensor = models.ForeignKey(
        RoomSensor, models.PROTECT, related_name="readings", db_index=False, editable=False
    )
    key = models.CharField(max_length=24)
    at = models.DateTimeField()
    came_at = models.DateTimeField()
    percent = models.FloatField(null=True)
    quality = models.CharField(max_length=12)
    why = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar = ["sensor", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sensor", "key"], name="room_reading_key"),
        ]
        indexes: ClassVar = [
            # Holds all that a curve needs: a day may have 86 400 readings.
            models.Index(fields=["sensor", "quality", "at", "percent"], name="room_reading_good"),
            models.Index(fields=["sensor", "id"], name="room_reading_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.percent} {self.quality}"


class RoomAlarm(Record):
    """An alarm of the air of a room.

    It stands until somebody has acknowledged it and its cause is gone: `over_at` says when both
    were so. Of each kind a sensor has at most one that stands.
    """

    class Kind(models.TextChoices):
        """What can be wrong."""

        LEAVE = "oxygen-leave", _("Oxygen is very low: leave the room, close the feed")
        LOW = "oxygen-low", _("Oxygen is low: stop the feed, leave, air")
        SILENT = "silent", _("The oxygen sensor is silent: nobody watches the air")
        IMPLAUSIBLE = "implausible", _("The oxygen sensor says what cannot be")
        CALIBRATION = "calibration", _("The calibration of the oxygen sensor is overdue")

    person_path: ClassVar[str] = ""

    sensor = models.ForeignKey(RoomSensor, models.PROTECT, related_name="alarms", editable=False)
    kind = models.CharField(max_length=16, choices=Kind.choices, editable=False)
    began_at = models.DateTimeField(editable=False)
    percent = models.FloatField(null=True, editable=False)
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", editable=False
    )
    words = models.CharField(_("what was found and done"), max_length=300, editable=False)
    over_at = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-began_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sensor", "kind"], condition=Q(over_at=None), name="room_alarm_stands"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["clinic"], condition=Q(over_at=None), name="room_alarm_open"),
            models.Index(fields=["sensor", "began_at"], name="room_alarm_began"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody has seen it."""
        return self.acknowledged_at is not None

    @property
    def is_air(self) -> bool:
        """Whether the air itself is bad, or may be: then nobody starts, and who runs must stop."""
        return self.kind != self.Kind.CALIBRATION
