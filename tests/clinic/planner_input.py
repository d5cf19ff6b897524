"""What the forms of the planner send, for tests and for the measurement of the sliders."""

from __future__ import annotations

PACK = {
    "agent": "crushed-ice",
    "barrier": "damp-cloth",
    "site": "ankle",
    "adipose_mm": "6",
    "minutes": "8",
    "aim": "analgesia",
    "target_c": "15",
}
GAS = {"temperature_c": "-130", "is_displayed": "on", "minutes": "2", "fall_k": "8"}
FREEZE = {
    "kind": "actinic keratosis",
    "site": "forehead",
    "diameter_mm": "8",
    "depth_mm": "0.4",
    "looked": "on",
    "technique": "open-spray",
    "spot_mm": "10",
    "seconds": "12",
    "cycles": "1",
}
CURRENT = {
    "drug": "lidocaine",
    "donor_percent": "4",
    "donor_ph": "5.5",
    "donor_state": "frozen",
    "polarity": "anode",
    "mean_ma": "2",
    "minutes": "12",
    "area_cm2": "10",
    "waveform": "continuous",
    "frequency_hz": "100",
    "duty": "0.5",
    "site": "forearm",
    "return_site": "upper-arm",
    "electrode": "ag-agcl",
    "fresh": "on",
    "target_ug": "200",
    **dict.fromkeys(
        (
            "implanted_device",
            "metal_in_field",
            "broken_skin",
            "pregnant",
            "epilepsy",
            "drug_allergy",
            "reduced_sensation",
            "cold_hypersensitivity",
            "thyroid_disease",
            "tumour_in_field",
        ),
        "no",
    ),
}
GIVEN: dict[str, dict[str, object]] = {
    "cryosauna": {**GAS, "coverings": ["hands", "feet", "groin"]},
    "cryochamber": {**GAS, "temperature_c": "-110", "coverings": ["hands", "face"]},
    "cold-pack": {**PACK},
    "immersion": {
        "water_temperature_c": "10",
        "immersed": "legs",
        "stirred": "on",
        "minutes": "10",
        "target_c": "15",
    },
    "liquid-nitrogen": {**FREEZE},
    "cryoelectrophoresis": {**CURRENT},
}
# Sliders that are moved: from, to, by.
MOVES: dict[str, dict[str, tuple[float, float, float]]] = {
    "cryosauna": {"temperature_c": (-160, -90, 5), "minutes": (1, 3, 0.25)},
    "cryochamber": {"temperature_c": (-160, -90, 5), "minutes": (1, 3, 0.25)},
    "cold-pack": {"minutes": (2, 20, 1), "adipose_mm": (2, 30, 1)},
    "immersion": {"minutes": (2, 20, 1), "water_temperature_c": (6, 16, 0.5)},
    "liquid-nitrogen": {
        "seconds": (4, 40, 1),
        "spot_mm": (4, 16, 0.5),
        "cycles": (1, 2, 1),
        "diameter_mm": (4, 12, 0.5),
    },
    "cryoelectrophoresis": {"minutes": (2, 20, 1), "mean_ma": (0.5, 2.5, 0.1)},
}
