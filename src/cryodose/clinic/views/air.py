"""The air of a room: its sensors now and over the last day, its alarms, and who has seen them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.air.causes import leave_percent, warn_percent
from cryodose.clinic.air.shown import alarms_of, seen_of
from cryodose.clinic.air.store import acknowledge
from cryodose.clinic.forms import RecordForm, WhyForm, date_input
from cryodose.clinic.models import Kept, Room, RoomAlarm, RoomSensor
from cryodose.clinic.views.retire import retire_with_reason

# What a new sensor begins with: a cell is checked twice a year, and must speak each minute.
_BEGINS = {"calibrate_days": 180, "every_s": 60, "height_m": 1.5}


class SensorForm(RecordForm):
    """An oxygen sensor of a room."""

    class Meta:
        model = RoomSensor
        fields: ClassVar = [
            "name",
            "place",
            "height_m",
            "maker",
            "serial",
            "every_s",
            "calibrated_on",
            "calibrate_days",
        ]
        widgets: ClassVar = {"calibrated_on": date_input()}

    def clean(self) -> dict[str, Any]:
        """Check that the room has no other sensor of this name, and no calibration to come."""
        given = super().clean() or {}
        day = given.get("calibrated_on")
        if day is not None and day > timezone.localdate():
            self.add_error("calibrated_on", _("This day is yet to come."))
        rows = RoomSensor.objects.in_use().filter(room=self.instance.room, name=given.get("name"))
        if rows.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("This room has a sensor of this name."))
        return given


class SensorChangeForm(WhyForm, SensorForm):
    """The same, with the reason of the change."""


class SeenForm(forms.Form):
    """What somebody found and did who acknowledges an alarm."""

    words = forms.CharField(label=_l("What was found and done"), max_length=240)


@rule("place.read", of=Room)
def room_air(request: ClinicRequest, room: Room) -> HttpResponse:
    """Show the sensors of a room now and over the last day, and its alarms."""
    now = timezone.now()
    told = {
        "room": room,
        "now": now,
        "seen": seen_of(room, now),
        "alarms": alarms_of(room),
        "warn": warn_percent(),
        "leave": leave_percent(),
        "address": request.build_absolute_uri(reverse("api_room_readings", kwargs={"pk": room.pk})),
    }
    return render(request, "clinic/room_air.html", told)


@rule("place.read")
def room_alarms(request: ClinicRequest) -> JsonResponse:
    """Return what stands on every page, as HTML: pages that stay open ask for it again."""
    return JsonResponse({"alarms": render_to_string("clinic/room_alarms.html", request=request)})


@rule("place.write", of=Room)
def sensor_new(request: ClinicRequest, room: Room) -> HttpResponse:
    """Write down a sensor of a room."""
    row = RoomSensor(clinic=room.clinic, room=room)
    form = SensorForm(request.POST or None, instance=row, initial=_BEGINS)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).keep(request.actor.user, "new sensor")
        return redirect("room_air", pk=room.pk)
    told = {"form": form, "title": f"{room.name}: {_('New oxygen sensor')}"}
    return render(request, "clinic/form.html", told, status=422 if form.errors else 200)


@rule("place.write", of=RoomSensor)
def sensor_edit(request: ClinicRequest, sensor: RoomSensor) -> HttpResponse:
    """Change a sensor, such as after a calibration; the older version stays in its history."""
    form = SensorChangeForm(request.POST or None, instance=sensor)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).keep(request.actor.user, form.cleaned_data["why"])
        messages.success(request, _("Saved."))
        return redirect("room_air", pk=sensor.room_id)
    told = {"form": form, "title": f"{sensor.room.name}: {sensor.name}"}
    return render(request, "clinic/form.html", told, status=422 if form.errors else 200)


@rule("place.write", of=RoomSensor)
def sensor_retire(request: ClinicRequest, sensor: RoomSensor) -> HttpResponse:
    """Take a sensor out of use; what it said stays, and so does an alarm that nobody has seen."""
    back = reverse("room_air", args=[sensor.room_id])
    title = f"{_('Take out of use')}: {sensor.room.name}, {sensor.name}"
    return retire_with_reason(request, sensor, back, title=title)


@rule("air.acknowledge", of=RoomAlarm)
def alarm_seen(request: ClinicRequest, alarm: RoomAlarm) -> HttpResponse:
    """Let somebody acknowledge an alarm under their name, with what they found and did."""
    room = alarm.sensor.room
    form = SeenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            acknowledge(alarm, request.actor.user, words, timezone.now())
        except Kept:
            messages.warning(request, _("Somebody has acknowledged this alarm already."))
        return redirect("room_air", pk=room.pk)
    told = {
        "form": form,
        "title": f"{_('Acknowledge')}: {alarm.get_kind_display()}",
        "words": f"{room.name}, {alarm.sensor.name} ({alarm.sensor.place})",
    }
    return render(request, "clinic/form.html", told)
