"""Rooms and devices of the clinic."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.air.shown import rooms_without_air
from cryodose.clinic.forms import RecordForm, WhyForm, date_input
from cryodose.clinic.models import Device, Room
from cryodose.clinic.services.rooms import assessed, low_now
from cryodose.errors import CryodoseError


class DeviceForm(RecordForm):
    """A device."""

    class Meta:
        model = Device
        fields: ClassVar = ["name", "kind", "room", "maker", "model", "serial", "serviced_on"]
        widgets: ClassVar = {"serviced_on": date_input()}


class DeviceChangeForm(WhyForm, DeviceForm):
    """The same, with the reason of the change."""


def _only_own_rooms(form: DeviceForm, request: ClinicRequest) -> None:
    field = form.fields["room"]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = mine(request.actor, Room).in_use()


@rule("place.read")
def places(request: ClinicRequest) -> HttpResponse:
    """Show rooms and devices."""
    told = {
        "devices": mine(request.actor, Device).in_use().select_related("room"),
        "rooms": [(row, _holds(row)) for row in mine(request.actor, Room).in_use()],
        "low": {one.device.room_id for one in low_now(request.actor.clinic)},
        "alarmed": rooms_without_air(request.actor.clinic) if request.actor.clinic else (),
    }
    return render(request, "clinic/places.html", told)


def _holds(room: Room) -> bool | None:
    """Tell whether the air of a room bears a normal day; None where nobody said enough of it."""
    if not room.file.get("room"):
        return None
    try:
        return assessed(room.file, drawn=False).holds
    except CryodoseError:
        return None


@rule("place.write")
def device_new(request: ClinicRequest) -> HttpResponse:
    """Write down a device."""
    form = DeviceForm(request.POST or None)
    _only_own_rooms(form, request)
    if request.method == "POST" and form.is_valid() and request.actor.clinic:
        record = form.save(commit=False)
        record.clinic = request.actor.clinic
        record.keep(request.actor.user, "new device")
        return redirect("places")
    return render(request, "clinic/form.html", {"form": form, "title": _("New device")})


@rule("place.write", of=Device)
def device_edit(request: ClinicRequest, device: Device) -> HttpResponse:
    """Change a device."""
    form = DeviceChangeForm(request.POST or None, instance=device)
    _only_own_rooms(form, request)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).keep(request.actor.user, form.cleaned_data["why"])
        return redirect("places")
    return render(request, "clinic/form.html", {"form": form, "title": device.name})


@require_POST
@rule("place.write", of=Device)
def device_token(request: ClinicRequest, device: Device) -> HttpResponse:
    """Make a new token with which a device reports readings."""
    secret = device.new_token(request.actor.user, "new token")
    return render(request, "clinic/token.html", {"device": device, "secret": secret})
