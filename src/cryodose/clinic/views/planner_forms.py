"""Forms of the planner: what is chosen becomes the exposure of a session file, and nothing else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

AGENTS = {
    "crushed-ice": _l("Crushed ice"),
    "cubed-ice": _l("Ice cubes"),
    "wetted-ice": _l("Ice with water"),
    "gel-pack": _l("Gel pack"),
    "frozen-peas": _l("Frozen peas"),
    "cold-compress": _l("Cold compress"),
    "instant-pack": _l("Instant pack"),
}
BARRIERS = {
    "damp-cloth": _l("Damp cloth"),
    "dry-cloth": _l("Thin dry cloth"),
    "dry-towel": _l("Dry towel"),
    "elastic-bandage": _l("Elastic bandage"),
    "none": _l("Bare skin"),
}
SITES = {
    "ankle": _l("Ankle"),
    "knee": _l("Knee"),
    "calf": _l("Calf"),
    "thigh": _l("Thigh"),
    "foot": _l("Foot"),
    "hand": _l("Hand"),
    "forearm": _l("Forearm"),
    "upper-arm": _l("Upper arm"),
    "shoulder": _l("Shoulder"),
    "neck": _l("Neck"),
    "back": _l("Back (body)"),
    "forehead": _l("Forehead"),
}
IMMERSED = {
    "lower-leg": _l("Lower leg"),
    "legs": _l("Legs"),
    "to-iliac-crest": _l("To the hips"),
    "to-chest": _l("To the chest"),
}
COVERINGS = {
    "hands": (_l("Wool mittens"), "wool mittens"),
    "feet": (_l("Wool socks"), "wool socks"),
    "groin": (_l("Underwear"), "underwear"),
    "ears": (_l("Headband"), "headband"),
    "face": (_l("Mask"), "mask"),
}


def slider(low: float, high: float, step: float) -> forms.NumberInput:
    """Return a field that is drawn as a slider with its value beside it."""
    attrs = {"type": "range", "min": low, "max": high, "step": step, "data-shows": "yes"}
    return forms.NumberInput(attrs=attrs)


def number(label: Any, low: float, high: float, start: float, step: float = 1) -> forms.FloatField:
    """Return a number within bounds, as a slider."""
    return forms.FloatField(
        label=label,
        min_value=low,
        max_value=high,
        initial=start,
        widget=slider(low, high, step),
    )


class PackForm(forms.Form):
    """A cold pack."""

    agent = forms.ChoiceField(label=_l("What is cold"), choices=AGENTS)
    barrier = forms.ChoiceField(label=_l("Between cold and skin"), choices=BARRIERS)
    site = forms.ChoiceField(label=_l("Where"), choices=SITES)
    adipose_mm = number(_l("Fat under the skin there, mm"), 1, 40, 6)
    numb = forms.BooleanField(label=_l("Goal: relief of pain"), required=False, initial=True)

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without the person."""
        given = self.cleaned_data
        keys = ("agent", "barrier", "site")
        made: dict[str, Any] = {
            "subject": {"adipose_mm": given["adipose_mm"]},
            "exposure": {"modality": "cold-pack", **{k: given[k] for k in keys}},
        }
        return made | ({"goal": [{"kind": "analgesia"}]} if given["numb"] else {})


class WaterForm(forms.Form):
    """Cold water."""

    water_temperature_c = number(_l("Water, °C"), 2, 20, 10, 0.5)
    immersed = forms.ChoiceField(label=_l("How deep"), choices=IMMERSED)
    stirred = forms.BooleanField(label=_l("The water moves"), required=False, initial=True)
    target_c = number(_l("Goal: skin at or below, °C"), 8, 20, 15, 0.5)

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without the person."""
        given = self.cleaned_data
        return {
            "exposure": {
                "modality": "immersion",
                "water_temperature_C": given["water_temperature_c"],
                "immersed": given["immersed"],
                "stirred": given["stirred"],
            },
            "goal": [{"kind": "skin-temperature", "target_C": given["target_c"]}],
        }


class GasForm(forms.Form):
    """Cold gas: what the device shows is no gas temperature, and the form asks which it is."""

    modality = "cryosauna"
    temperature_c = number(_l("Temperature, °C"), -180, -60, -130, 5)
    is_displayed = forms.BooleanField(
        label=_l("That is what the device displays (not measured gas)"),
        required=False,
        initial=True,
    )
    minutes = number(_l("Minutes"), 0.5, 3, 2, 0.25)
    coverings = forms.MultipleChoiceField(
        label=_l("Covered"),
        choices=[(k, words) for k, (words, _) in COVERINGS.items()],
        initial=["hands", "feet", "groin"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without the person."""
        given = self.cleaned_data
        key = "displayed_temperature_C" if given["is_displayed"] else "gas_temperature_C"
        stage = {key: given["temperature_c"], "duration_s": given["minutes"] * 60.0}
        worn = {k: COVERINGS[k][1] for k in given["coverings"]}
        exposure: dict[str, Any] = {"modality": self.modality, "stages": [stage]}
        return {"exposure": exposure | ({"coverings": worn} if worn else {})}


class ChamberForm(GasForm):
    """A walk-in chamber."""

    modality = "cryochamber"


FORMS: dict[str, type[PackForm | WaterForm | GasForm]] = {
    "cold-pack": PackForm,
    "immersion": WaterForm,
    "cryosauna": GasForm,
    "cryochamber": ChamberForm,
}
