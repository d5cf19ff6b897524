"""Forms of the planner for packs, water and cold gas, and which form plans which procedure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.views.planner_current import CurrentForm
from cryodose.clinic.views.planner_fields import SECONDS, SITES, PlannerForm, Words, few, number
from cryodose.clinic.views.planner_freeze import FreezeForm

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
GOALS = {
    "analgesia": _l("Relief of pain"),
    "skin-temperature": _l("Skin as cold as set below"),
    "tissue-temperature": _l("Muscle 10 mm below the fat, cooled by 1 °C"),
}
_MUSCLE = {"kind": "tissue-temperature", "depth_mm": 10, "depth_from": "adipose", "change_C": -1}
_SKIN_C, _FALL_K = 15.0, 8.0


class PackForm(PlannerForm):
    """A cold pack."""

    agent = forms.ChoiceField(label=_l("What is cold"), choices=AGENTS)
    barrier = forms.ChoiceField(label=_l("Between cold and skin"), choices=BARRIERS)
    minutes = number(_l("Minutes"), (1, 40), 10)
    site = forms.ChoiceField(label=_l("Where"), choices={k: SITES[k] for k in SITES if k != "sole"})
    adipose_mm = number(_l("Fat under the skin there, mm"), (1, 40), 6)
    aim = forms.ChoiceField(label=_l("Goal"), choices=GOALS)
    target_c = number(_l("Goal: skin at or below, °C"), (6, 25), _SKIN_C, 0.5)
    groups = (
        (_l("The cold"), ("agent", "barrier", "minutes")),
        (_l("The place"), ("site", "adipose_mm")),
        (_l("Goal"), ("aim", "target_c")),
    )

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without what is known of the person."""
        given = self.cleaned_data
        keys = ("agent", "barrier", "site")
        return {
            "subject": {"adipose_mm": given["adipose_mm"]},
            "exposure": {
                "modality": "cold-pack",
                **{k: given[k] for k in keys},
                "cycles": [{"on_s": given["minutes"] * SECONDS}],
            },
            "goal": [_goal(given["aim"], given["target_c"])],
        }

    @classmethod
    def given_by(cls, session: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stood in the form that made a session."""
        exposure = session["exposure"]
        found = {k: exposure[k] for k in ("agent", "barrier", "site") if k in exposure}
        cycles = exposure.get("cycles") or ()
        if cycles:
            found["minutes"] = cycles[0]["on_s"] / SECONDS
        if "adipose_mm" in session.get("subject", {}):
            found["adipose_mm"] = session["subject"]["adipose_mm"]
        return found | _aim(session)


def _goal(aim: str, target_c: float) -> dict[str, Any]:
    if aim == "tissue-temperature":
        return dict(_MUSCLE)
    return {"kind": aim} | ({"target_C": target_c} if aim == "skin-temperature" else {})


def _aim(session: Mapping[str, Any]) -> dict[str, Any]:
    goal = next(iter(session.get("goal", ())), {"kind": "analgesia"})
    found = {"aim": goal["kind"]} if goal["kind"] in GOALS else {}
    target = goal.get("target_C") if goal["kind"] == "skin-temperature" else None
    return found if target is None else found | {"target_c": target}


class WaterForm(PlannerForm):
    """Cold water."""

    water_temperature_c = number(_l("Water, °C"), (2, 20), 10, 0.5)
    immersed = forms.ChoiceField(label=_l("How deep"), choices=IMMERSED, initial="legs")
    stirred = forms.BooleanField(label=_l("The water moves"), required=False, initial=True)
    minutes = number(_l("Minutes"), (1, 40), 10)
    target_c = number(_l("Goal: skin at or below, °C"), (6, 25), _SKIN_C, 0.5)
    groups = (
        (_l("The cold"), ("water_temperature_c", "minutes", "immersed", "stirred")),
        (_l("Goal"), ("target_c",)),
    )

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without what is known of the person."""
        given = self.cleaned_data
        return {
            "exposure": {
                "modality": "immersion",
                "water_temperature_C": given["water_temperature_c"],
                "immersed": given["immersed"],
                "stirred": given["stirred"],
                "duration_s": given["minutes"] * SECONDS,
            },
            "goal": [_goal("skin-temperature", given["target_c"])],
        }

    @classmethod
    def given_by(cls, session: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stood in the form that made a session."""
        exposure = session["exposure"]
        found = {
            "water_temperature_c": exposure["water_temperature_C"],
            "immersed": exposure["immersed"],
            "stirred": exposure.get("stirred", False),
        }
        if exposure.get("duration_s"):
            found["minutes"] = exposure["duration_s"] / SECONDS
        target = _aim(session).get("target_c")
        return found if target is None else found | {"target_c": target}


class GasForm(PlannerForm):
    """Cold gas: what the device shows is no gas temperature, and the form asks which it is."""

    modality: ClassVar[str] = "cryosauna"
    temperature_c = number(_l("Temperature, °C"), (-190, -60), -130, 5)
    is_displayed = forms.BooleanField(
        label=_l("That is what the device displays (not measured gas)"),
        required=False,
        initial=True,
    )
    minutes = number(_l("Minutes"), (0.5, 4), 2, 0.25)
    coverings = few(
        _l("Covered"), {k: words for k, (words, _) in COVERINGS.items()}, ["hands", "feet", "groin"]
    )
    fall_k = number(_l("Goal: mean skin cooler by, °C"), (2, 15), _FALL_K, 0.5)
    groups: ClassVar[Sequence[tuple[Words, tuple[str, ...]]]] = (
        (_l("The cold"), ("temperature_c", "is_displayed", "minutes")),
        (_l("What is worn"), ("coverings",)),
        (_l("Goal"), ("fall_k",)),
    )

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without what is known of the person."""
        given = self.cleaned_data
        key = "displayed_temperature_C" if given["is_displayed"] else "gas_temperature_C"
        stage = {key: given["temperature_c"], "duration_s": given["minutes"] * SECONDS}
        worn = {k: COVERINGS[k][1] for k in given["coverings"]}
        exposure: dict[str, Any] = {"modality": self.modality, "stages": [stage]}
        return {
            "exposure": exposure | ({"coverings": worn} if worn else {}),
            "goal": [{"kind": "mean-skin", "change_C": -given["fall_k"]}],
        }

    @classmethod
    def given_by(cls, session: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stood in the form that made a session."""
        exposure = session["exposure"]
        stage = exposure["stages"][-1]
        shown = stage.get("displayed_temperature_C")
        found = {
            "temperature_c": stage["gas_temperature_C"] if shown is None else shown,
            "is_displayed": shown is not None,
            "minutes": stage["duration_s"] / SECONDS,
            "coverings": [k for k in exposure.get("coverings", {}) if k in COVERINGS],
        }
        goals = [g for g in session.get("goal", ()) if g["kind"] == "mean-skin"]
        return found | ({"fall_k": -goals[0]["change_C"]} if goals else {})


class ChamberForm(GasForm):
    """A walk-in chamber."""

    modality = "cryochamber"
    temperature_c = number(_l("Temperature, °C"), (-190, -60), -110, 5)


FORMS: dict[str, type[PlannerForm]] = {
    "cryosauna": GasForm,
    "cryochamber": ChamberForm,
    "cold-pack": PackForm,
    "immersion": WaterForm,
    "liquid-nitrogen": FreezeForm,
    "cryoelectrophoresis": CurrentForm,
}
