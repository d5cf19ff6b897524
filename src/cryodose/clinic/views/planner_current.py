"""The form for a drug driven by current through cold skin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.views.planner_fields import (
    SECONDS,
    SITES,
    PlannerForm,
    Words,
    kept,
    number,
)

DRUGS = {
    "lidocaine": _l("Lidocaine"),
    "procaine": _l("Procaine"),
    "fentanyl": _l("Fentanyl"),
    "sumatriptan": _l("Sumatriptan"),
    "zolmitriptan": _l("Zolmitriptan"),
    "ropinirole": _l("Ropinirole"),
    "apomorphine": _l("Apomorphine"),
    "pilocarpine": _l("Pilocarpine"),
    "granisetron": _l("Granisetron"),
    "acyclovir": _l("Acyclovir"),
    "5-aminolevulinic-acid": _l("5-aminolevulinic acid"),
    "methyl-aminolevulinate": _l("Methyl aminolevulinate"),
    "diclofenac": _l("Diclofenac"),
    "dexamethasone-phosphate": _l("Dexamethasone phosphate"),
    "methotrexate": _l("Methotrexate"),
    "salicylate": _l("Salicylate"),
    "ascorbate": _l("Ascorbate"),
    "nicotinate": _l("Nicotinate"),
    "iodide": _l("Iodide"),
    "glycine": _l("Glycine"),
    "cytochrome-c": _l("Cytochrome c"),
    "hbfgf": _l("Basic fibroblast growth factor"),
}
POLARITY = {"anode": _l("Anode (+)"), "cathode": _l("Cathode (−)")}
STATES = {"frozen": _l("Frozen"), "liquid": _l("Liquid")}
WAVES = {
    "continuous": _l("Continuous"),
    "pulsed": _l("Pulsed"),
    "alternating": _l("Alternating"),
}
ELECTRODES = {"": _l("not asked"), "ag-agcl": _l("Silver chloride"), "inert": _l("Inert")}
ASKED = {"": _l("not asked"), "no": _l("no"), "yes": _l("yes")}
QUESTIONS: dict[str, Words] = {
    "implanted_device": _l("Pacemaker or another implanted device"),
    "metal_in_field": _l("Metal between the pads"),
    "broken_skin": _l("Broken skin under a pad"),
    "pregnant": _l("Pregnant"),
    "epilepsy": _l("Epilepsy"),
    "drug_allergy": _l("Allergy to the drug"),
    "reduced_sensation": _l("Numb skin under a pad"),
    "cold_hypersensitivity": _l("Does not bear cold"),
    "thyroid_disease": _l("Disease of the thyroid"),
    "tumour_in_field": _l("Tumour between the pads"),
}

_OTHERS: dict[str, Words] = {
    "return_site": _l("The other pad"),
    "earlier": _l("No current on this skin earlier today"),
}


def question_words(name: str) -> str:
    """Return what a question of safety asks."""
    return str(QUESTIONS.get(name) or _OTHERS.get(name) or name.replace("_", " "))


class CurrentForm(PlannerForm):
    """Cryoelectrophoresis. Each question of safety that is left open stands in the answer."""

    drug = forms.ChoiceField(label=_l("Drug"), choices=DRUGS)
    donor_percent = number(_l("Strength, %"), (0.1, 10), 4, 0.1)
    donor_ph = forms.FloatField(
        label=_l("pH (empty: not known)"), required=False, min_value=0, max_value=14, initial=5.5
    )
    donor_state = forms.ChoiceField(label=_l("The drug is"), choices=STATES)
    polarity = forms.ChoiceField(label=_l("Electrode over the drug"), choices=POLARITY)
    mean_ma = number(_l("Current, mA"), (0.1, 10), 2, 0.1)
    minutes = number(_l("Minutes"), (1, 40), 15)
    area_cm2 = number(_l("Pad, cm²"), (1, 100), 10)
    waveform = forms.ChoiceField(label=_l("Current is"), choices=WAVES)
    frequency_hz = number(_l("Pulses a second (not of a continuous current)"), (1, 5000), 100)
    duty = number(_l("Share of the time with current (likewise)"), (0.05, 1), 0.5, 0.05)
    site = forms.ChoiceField(label=_l("Where"), choices=SITES, initial="forearm")
    return_site = forms.ChoiceField(
        label=_OTHERS["return_site"], choices={"": _l("not asked"), **SITES}, required=False
    )
    electrode = forms.ChoiceField(label=_l("Electrode"), choices=ELECTRODES, required=False)
    fresh = forms.BooleanField(label=_OTHERS["earlier"], required=False)
    target_ug = forms.FloatField(
        label=_l("Goal: drug that goes in, µg (empty: none)"),
        required=False,
        min_value=0.001,
        max_value=1e6,
        initial=300,
    )
    groups = (
        (_l("The current"), ("mean_ma", "minutes", "area_cm2")),
        (_l("The drug"), ("drug", "donor_percent", "donor_ph", "donor_state", "polarity")),
        (_l("The device"), ("waveform", "frequency_hz", "duty", "electrode")),
        (_l("The place"), ("site", "return_site", "fresh")),
        (_l("Asked before the current"), tuple(QUESTIONS)),
        (_l("Goal"), ("target_ug",)),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, words in QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(label=words, choices=ASKED, required=False)

    def session(self) -> dict[str, Any]:
        """Return what a session file would hold, without what is known of the person."""
        given = self.cleaned_data
        current = {"mean_mA": given["mean_ma"], "waveform": given["waveform"]}
        if given["waveform"] != "continuous":
            current |= {"frequency_hz": given["frequency_hz"], "duty": given["duty"]}
        keys = ("drug", "donor_percent", "donor_ph", "donor_state", "polarity", "area_cm2", "site")
        safety: dict[str, Any] = {k: given[k] == "yes" for k in QUESTIONS if given[k]}
        safety |= kept({k: given[k] for k in ("electrode", "return_site")})
        if given["fresh"]:
            safety["earlier"] = []
        goal = given["target_ug"]
        made: dict[str, Any] = {
            "exposure": {
                "modality": "cryoelectrophoresis",
                **kept({k: given[k] for k in keys}),
                "current": current,
                "duration_s": given["minutes"] * SECONDS,
            },
            "safety": safety,
        }
        return made | ({"goal": [{"kind": "delivered-mass", "target_ug": goal}]} if goal else {})

    @classmethod
    def given_by(cls, session: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stood in the form that made a session."""
        exposure, safety = session["exposure"], session.get("safety", {})
        current = exposure.get("current") or {}
        keys = ("drug", "donor_percent", "donor_ph", "donor_state", "polarity", "area_cm2", "site")
        goals = [g for g in session.get("goal", ()) if g["kind"] == "delivered-mass"]
        duration = exposure.get("duration_s")
        found = {
            **{k: exposure.get(k) for k in keys},
            **{k: current.get(k) for k in ("waveform", "frequency_hz", "duty")},
            **{k: safety.get(k) for k in ("electrode", "return_site")},
            **{k: "yes" if safety[k] else "no" for k in QUESTIONS if k in safety},
            "mean_ma": current.get("mean_mA"),
            "minutes": None if duration is None else duration / SECONDS,
            "fresh": safety.get("earlier") == [],
        }
        # Left open there, left open here: what the form would begin with is not what was stated.
        goal = goals[0]["target_ug"] if goals else None
        return kept(found) | {"donor_ph": exposure.get("donor_ph"), "target_ug": goal}
