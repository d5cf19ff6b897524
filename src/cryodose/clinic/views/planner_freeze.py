"""The form for liquid nitrogen. It states; whether it may be frozen the rules of the engine say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.views.planner_fields import SITES, Listed, PlannerForm, few, kept, number
from cryodose.evidence.diagnoses import LesionKind, lesion_kinds, lesion_of

TECHNIQUES = {
    "open-spray": _l("Open spray"),
    "cone-spray": _l("Spray through a cone"),
    "contact-probe": _l("Contact probe"),
    "cotton-swab": _l("Cotton swab"),
    "vapour-jet": _l("Jet of vapour"),
}
DIAGNOSED = {
    "": _l("not stated"),
    "looking": _l("by looking"),
    "dermoscopy": _l("by dermoscopy"),
    "histology": _l("by histology"),
}
NEAR = {
    "digital-nerve": _l("Nerve of a finger or toe"),
    "nerve": _l("Another nerve"),
    "nail-fold": _l("Nail fold"),
    "eyelid": _l("Eyelid"),
    "eye-corner": _l("Corner of the eye"),
    "nostril": _l("Nostril"),
    "nasolabial-fold": _l("Fold beside the nose"),
    "lip-border": _l("Border of the lip"),
    "cartilage": _l("Cartilage"),
    "tendon": _l("Tendon"),
    "hair": _l("Hair that shall stay"),
}
SURE = {
    "": _l("as usual for the lesion"),
    "0.5": _l("50 %: it can be frozen again"),
    "0.8": _l("80 %"),
    "0.95": _l("95 %"),
}
_PROBES = ("contact-probe", "cotton-swab")
_MALIGNANT = "malignant"


class FreezeForm(PlannerForm):
    """Liquid nitrogen on a lesion."""

    kind = forms.CharField(
        label=_l("Diagnosis"),
        max_length=100,
        required=False,
        help_text=_l("In English. What is no diagnosis is not frozen, and neither is a mole."),
        widget=Listed([k.name for k in lesion_kinds()]),
    )
    diagnosed_by = forms.ChoiceField(label=_l("Diagnosed"), choices=DIAGNOSED, required=False)
    site = forms.ChoiceField(label=_l("Where"), choices=SITES, initial="hand")
    diameter_mm = number(_l("Width of the lesion, mm"), (1, 30), 6, 0.5)
    depth_mm = forms.FloatField(
        label=_l("Depth of the lesion, mm (empty: usual)"),
        required=False,
        min_value=0.05,
        max_value=20,
    )
    keratin_mm = forms.FloatField(
        label=_l("Horny cap on it, mm (empty: usual)"), required=False, min_value=0, max_value=10
    )
    looked = forms.BooleanField(
        label=_l("Somebody looked at what lies near"), required=False, initial=False
    )
    near = few(_l("Near the lesion"), NEAR, [])
    technique = forms.ChoiceField(label=_l("Technique"), choices=TECHNIQUES)
    spot_mm = number(_l("Spot, mm"), (2, 30), 8, 0.5)
    seconds = number(_l("Seconds of each freeze"), (2, 120), 15)
    cycles = number(_l("Freezes, each with a full thaw"), (1, 3), 1)
    sure = forms.ChoiceField(label=_l("How sure it shall be"), choices=SURE, required=False)
    groups = (
        (_l("The cold"), ("technique", "spot_mm", "seconds", "cycles")),
        (
            _l("The lesion"),
            ("kind", "diagnosed_by", "site", "diameter_mm", "depth_mm", "keratin_mm"),
        ),
        (_l("What lies near"), ("looked", "near")),
        (_l("Goal"), ("sure",)),
    )

    def clean_cycles(self) -> int:
        """Return a whole number of freezes."""
        count = self.cleaned_data["cycles"]
        if count != int(count):
            raise forms.ValidationError(_l("A whole number of freezes."))
        return int(count)

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without what is known of the person."""
        given = self.cleaned_data
        keys = ("kind", "diagnosed_by", "diameter_mm", "depth_mm", "keratin_mm")
        lesion = kept({k: given[k] for k in keys})
        if given["looked"] or given["near"]:
            lesion["near"] = given["near"]
        spot = "probe_diameter_mm" if given["technique"] in _PROBES else "spot_diameter_mm"
        freeze = {"freeze_s": given["seconds"], "thaw": "complete"}
        exposure = {
            "modality": "liquid-nitrogen",
            "technique": given["technique"],
            "site": given["site"],
            spot: given["spot_mm"],
            "cycles": [freeze] * given["cycles"],
            "lesion": lesion,
        }
        made: dict[str, Any] = {"exposure": exposure}
        return made | ({"plan": {"probability": sure}} if (sure := self._sure()) else {})

    def _sure(self) -> float | None:
        """Return how sure it shall be; of a cancer the rules say that, and nobody asks for less."""
        found = lesion_of(self.cleaned_data["kind"])
        is_malignant = isinstance(found, LesionKind) and found.cell == _MALIGNANT
        stated = self.cleaned_data["sure"]
        return None if is_malignant or not stated else float(stated)

    @classmethod
    def given_by(cls, session: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stood in the form that made a session."""
        exposure = session["exposure"]
        lesion = exposure.get("lesion") or {}
        keys = ("kind", "diagnosed_by", "diameter_mm", "depth_mm", "keratin_mm", "near")
        cycles = exposure.get("cycles") or ()
        sure = session.get("plan", {}).get("probability")
        spot = exposure.get("probe_diameter_mm") or exposure.get("spot_diameter_mm")
        found = {
            **{k: lesion.get(k) for k in keys},
            "looked": "near" in lesion,
            "site": exposure.get("site"),
            "technique": exposure.get("technique"),
            "spot_mm": spot,
            "seconds": cycles[0]["freeze_s"] if cycles else None,
            "cycles": len(cycles) or None,
            "sure": None if sure is None else f"{sure:g}",
        }
        return kept(found)
