"""Rooms: what the air of each can bear, its bad days, and what its oxygen sensors say."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.models import Room
from cryodose.clinic.services.rooms import alarms_of, assessed, lowest_percent, oxygen_of
from cryodose.clinic.views.retire import retire_with_reason
from cryodose.clinic.views.room_forms import RoomChangeForm, RoomForm, initial_of
from cryodose.clinic.words import ROOM_CASES, oxygen_effect
from cryodose.errors import BadInput, BadInputs, CryodoseError


@rule("place.write")
def room_new(request: ClinicRequest) -> HttpResponse:
    """Write down a room with its size, its air and its nitrogen."""
    form = RoomForm(request.POST or None, initial=initial_of("", {}))
    if request.method == "POST" and form.is_valid() and request.actor.clinic:
        row = Room(clinic=request.actor.clinic)
        if _keep(row, form, request, "new room"):
            return redirect("room", pk=row.pk)
    told = {"form": form, "title": _("New room"), "is_new": True}
    return render(request, "clinic/room_edit.html", told, status=422 if form.errors else 200)


@rule("place.read", of=Room)
def room(request: ClinicRequest, room: Room) -> HttpResponse:
    """Show a room: what its air can bear, its devices, its sensors, and its versions."""
    now = timezone.now()
    told = {
        "room": room,
        "devices": room.devices.filter(retired_at=None),
        "oxygen": oxygen_of(room, now),
        "alarms": alarms_of(room),
        "lowest": lowest_percent(),
        "versions": room.history.select_related("history_user").order_by("-history_date"),
        "is_known": bool(room.file.get("room")),
        **(answer_of(room.file) if room.file.get("room") else {}),
    }
    return render(request, "clinic/room.html", told)


@rule("place.write", of=Room)
def room_edit(request: ClinicRequest, room: Room) -> HttpResponse:
    """Change a room; the older version stays in its history."""
    form = RoomChangeForm(request.POST or None, initial=initial_of(room.name, room.file))
    is_sound = request.method == "POST" and form.is_valid()
    if is_sound and _keep(room, form, request, form.cleaned_data["why"]):
        messages.success(request, _("Saved."))
        return redirect("room", pk=room.pk)
    told = {"form": form, "title": room.name, "room": room}
    return render(request, "clinic/room_edit.html", told, status=422 if form.errors else 200)


@rule("place.read", of=Room)
def room_calculator(request: ClinicRequest, room: Room) -> HttpResponse:
    """Let somebody try other values for a room; nothing is kept."""
    form = RoomForm(initial=initial_of(room.name, room.file))
    told = {"form": form, "title": _("Room calculator"), "room": room, "is_trial": True}
    return render(request, "clinic/room_edit.html", told)


@require_POST
@rule("place.read")
def room_try(request: ClinicRequest) -> HttpResponse:
    """Say what the air of a room with these values can bear; nothing is kept."""
    form = RoomForm(request.POST)
    form.fields["name"].required = False
    told = answer_of(form.file()) if form.is_valid() else {"error": _("Something is missing.")}
    return render(request, "clinic/room_answer.html", told)


@rule("place.write", of=Room)
def room_retire(request: ClinicRequest, room: Room) -> HttpResponse:
    """Take a room out of use."""
    return retire_with_reason(request, room, reverse("places"))


def answer_of(file: dict[str, Any]) -> dict[str, Any]:
    """Return what a page says of a room file: the answer, or what is wrong with the file."""
    try:
        found = assessed(file)
    except CryodoseError as error:
        return {"error": _lines(error)}
    data = found.data
    cases = [
        {
            **case,
            "words": ROOM_CASES.get(case["name"], case["name"]),
            "effect": oxygen_effect(case["breathing_share"]),
        }
        for case in data["worst"]
    ]
    return {"answer": data, "holds": found.holds, "drawn": found.drawn, "cases": cases}


def _lines(error: CryodoseError) -> str:
    """Return what is wrong, without the name of a file that nobody has."""
    problems = error.problems if isinstance(error, BadInputs) else (error,)
    return "; ".join(
        f"{p.key}: {_('expected')} {p.expected}" if isinstance(p, BadInput) else str(p)
        for p in problems
    )


def _keep(row: Room, form: RoomForm, request: ClinicRequest, why: str) -> bool:
    """Keep a room, or say in the form why its values cannot be."""
    file = form.file()
    file.pop("title")
    has_values = "floor_m2" in file.get("room", {}) or "volume_m3" in file.get("room", {})
    if has_values:
        try:
            assessed(file, drawn=False)
        except CryodoseError as error:
            form.add_error(None, _lines(error))
            return False
    row.name, row.file = form.cleaned_data["name"], file if has_values else {}
    row.keep(request.actor.user, why)
    return True
