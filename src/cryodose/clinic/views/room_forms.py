"""The form of a room: what is filled in becomes a room file, and nothing else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

# Field -> part of a room file and its key there; the file's own reader knows the bounds.
_KEYS = {
    "floor_m2": ("room", "floor_m2"),
    "volume_m3": ("room", "volume_m3"),
    "height_m": ("room", "height_m"),
    "temperature_c": ("room", "temperature_C"),
    "door": ("room", "door"),
    "fan": ("ventilation", "fan"),
    "air_changes_per_h": ("ventilation", "air_changes_per_h"),
    "fresh_m3_h": ("ventilation", "fresh_m3_h"),
    "opening": ("ventilation", "opening"),
    "device_extraction_percent": ("ventilation", "device_extraction_percent"),
    "sessions_per_h": ("nitrogen", "sessions_per_h"),
    "session_s": ("nitrogen", "session_s"),
    "per_session_kg": ("nitrogen", "per_session_kg"),
    "boil_off_kg_day": ("nitrogen", "boil_off_kg_day"),
    "leak_kg_h": ("nitrogen", "leak_kg_h"),
    "vessel_l": ("nitrogen", "vessel_l"),
    "hose_burst_kg_s": ("nitrogen", "hose_burst_kg_s"),
}
_FANS = {
    "none": _l("None"),
    "exhaust": _l("It draws air out"),
    "supply": _l("It blows air in"),
}
_PLACES = {"low": _l("Near the floor"), "high": _l("Near the ceiling")}
_DOORS = {"closed": _l("Shut"), "open": _l("Stands open")}


def _number(label: Any, help_text: Any = "") -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, required=False, widget=widget, help_text=help_text)


class RoomForm(forms.Form):
    """Size and air of a room, and the nitrogen in it."""

    name = forms.CharField(label=_l("Name"), max_length=80)
    floor_m2 = _number(_l("Floor, m²"))
    volume_m3 = _number(_l("or volume, m³"))
    height_m = _number(_l("Height, m"))
    temperature_c = _number(_l("Temperature of the room, °C"))
    door = forms.ChoiceField(label=_l("Door"), choices=_DOORS, required=False)
    fan = forms.ChoiceField(label=_l("Fan"), choices=_FANS, required=False)
    air_changes_per_h = _number(_l("Air changes an hour"))
    fresh_m3_h = _number(_l("or its flow, m³/h"))
    opening = forms.ChoiceField(label=_l("Opening of the fan"), choices=_PLACES, required=False)
    device_extraction_percent = _number(_l("Drawn off at the device, %"))
    sessions_per_h = _number(_l("Sessions an hour"))
    session_s = _number(_l("Seconds of a session"))
    per_session_kg = _number(
        _l("Nitrogen of a session, kg"), _l("Empty: what the sources say of such cabins")
    )
    boil_off_kg_day = _number(_l("Boils off in a day, kg"))
    leak_kg_h = _number(_l("Leaks in an hour, kg"))
    vessel_l = _number(_l("Vessel, litres of liquid"))
    hose_burst_kg_s = _number(_l("A burst hose lets out, kg/s"), _l("Empty: what the sources say"))
    hours = _number(_l("Hours of use in a day"))

    def file(self) -> dict[str, Any]:
        """Return what a room file would hold; what is left empty is left out."""
        given = self.cleaned_data
        made: dict[str, Any] = {"title": given.get("name") or ""}
        for name, (part, key) in _KEYS.items():
            value = given.get(name)
            if value not in (None, ""):
                made.setdefault(part, {})[key] = value
        air = made.get("ventilation", {})
        if air.get("fan", "none") == "none":
            # Without a fan there is nothing to say of its flow and its opening.
            kept = ("fan", "device_extraction_percent")
            made["ventilation"] = {k: v for k, v in air.items() if k in kept}
        if given.get("hours") is not None:
            made["hours"] = given["hours"]
        return made


class RoomChangeForm(RoomForm):
    """The same, with the reason of the change."""

    why = forms.CharField(label=_l("Reason of the change"), max_length=300)


def initial_of(name: str, file: dict[str, Any]) -> dict[str, Any]:
    """Return what the form of a room that is there shows first."""
    usual: dict[str, Any] = {"height_m": 2.5, "temperature_c": 20, "session_s": 180, "hours": 8}
    found = {
        field: file[part][key]
        for field, (part, key) in _KEYS.items()
        if isinstance(file.get(part), dict) and key in file[part]
    }
    return usual | found | {"name": name} | ({"hours": file["hours"]} if "hours" in file else {})
