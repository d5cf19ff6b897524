"""Experiment files as freezing studies write them: all run, and relations of physics hold.

No number here was measured: `mean = 0` only asks for a prediction.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cryodose.session import load_experiment
from cryodose.validate import run_validation
from cryodose.validate.results import ExperimentScore

MEMBERS = 2
HEAD = """
title = "A made-up freeze"
[source]
key = "made-up"
citation = "Nobody, Nowhere, 2020"
read = "text"
"""
GEL_SPRAY = """
[subject]
kind = "gel"
medium = "agarose-1%-nacl-2%"
initial_temperature_C = 20
[exposure]
modality = "liquid-nitrogen"
technique = "open-spray"
nozzle = "1 x 0.8 mm"
distance_mm = 18
cycles = [{ freeze_s = 60, thaw_s = 60 }]
[[variant]]
key = "narrow"
exposure.nozzle = "1 x 0.4 mm"
[[variant]]
key = "five-holes"
exposure.nozzle = "5 x 0.8 mm"
[[variant]]
key = "letter"
exposure.nozzle = "C"
[[variant]]
key = "short"
exposure.cycles = [{ freeze_s = 20, thaw_s = 60 }]
[[variant]]
key = "twice"
exposure.cycles = [{ freeze_s = 60, thaw_s = 60 }, { freeze_s = 60, thaw_s = 60 }]
[[variant]]
key = "far"
exposure.distance_mm = 60
"""
NEEDLE = """
[subject]
kind = "gel"
medium = "agar-1.5%"
[subject.properties]
conductivity_W_mK = 0.6
latent_heat_kJ_kg = 320
[exposure]
modality = "liquid-nitrogen"
technique = "needle-probe"
probe_diameter_mm = 3
probe_temperature_C = -160
insertion_mm = 25
cycles = [{ freeze_s = 60, thaw = "complete" }]
[assumed.subject]
initial_temperature_C = 22
[[variant]]
key = "twice"
exposure.cycles = [{ freeze_s = 60, thaw = "complete" }, { freeze_s = 60, thaw = "complete" }]
[[variant]]
key = "gas"
exposure.agent = "nitrous-oxide"
exposure.probe_temperature_C = -80
[[variant]]
key = "warm-gel"
subject.initial_temperature_C = 37
[[variant]]
key = "lard"
subject.medium = "agar-lard-50%"
"""
ANIMALS = """
[subject]
kind = "pig-skin"
initial_temperature_C = 33
[exposure]
modality = "liquid-nitrogen"
technique = "contact-probe"
probe_diameter_mm = 10
probe_temperature_C = -150
cycles = [{ freeze_s = 30, thaw = "complete" }]
[[variant]]
key = "gas"
exposure.agent = "nitrous-oxide"
exposure.probe_temperature_C = -75
[[variant]]
key = "swab"
exposure.technique = "cotton-swab"
exposure.probe_diameter_mm = 6
[[variant]]
key = "dog"
subject.kind = "dog-skin"
[[variant]]
key = "rat"
subject.kind = "rat-skin"
[[variant]]
key = "sprayed"
exposure = { modality = "liquid-nitrogen", cycles = [{ freeze_s = 30, thaw = "complete" }] }
[[variant]]
key = "coned"
exposure.technique = "cone-spray"
exposure.spot_diameter_mm = 10
[[variant]]
key = "foam"
exposure.agent = "dmep"
exposure.technique = "cotton-swab"
exposure.probe_temperature_C = -40
"""
PEOPLE = """
[subject]
sex = "male"
skin_type = 4
age_y = 40
baseline = { skin_C = 33 }
[exposure]
modality = "liquid-nitrogen"
site = "forearm"
cycles = [{ freeze_s = 10, thaw = "complete" }]
lesion = { kind = "common wart", diameter_mm = 6, depth_mm = 2, keratin_mm = 0.4 }
[[variant]]
key = "longer"
exposure.cycles = [{ freeze_s = 30, thaw = "complete" }]
[[variant]]
key = "twice"
exposure.cycles = [{ freeze_s = 10, thaw = "complete" }, { freeze_s = 10, thaw_s = 60 }]
"""
EVERYTHING = [
    ("tissue-temperature", "C", "depth_mm = 2\ntime_s = [5, 10, 20]\nmean = [0, 0, 0]"),
    ("tissue-temperature", "C", "depth_mm = 2\nfrom_edge_mm = 2\ntime_s = 10\nmean = 0"),
    ("tissue-temperature", "C", "depth_mm = 5\ntime_s = 10\nchange = true\nmean = 0"),
    ("tissue-temperature", "C", "depth_mm = 1\ntime_s = 5\nsince = 'exit'\nmean = 0"),
    ("tissue-temperature", "C", "depth_mm = 3\nwhen_skin_C = 5\nmean = 0"),
    ("surface-temperature", "C", "time_s = 0\nsince = 'exit'\nread_delay_s = [1, 4]\nmean = 0"),
    ("skin-temperature", "C", "time_s = [5, 10]\nmean = [0, 0]"),
    ("surface-temperature", "C", "from_edge_mm = 3\ntime_s = 10\nmean = 0"),
    ("time-to-temperature", "s", "depth_mm = 1\ntarget_C = 10\nmean = 0"),
    ("time-to-temperature", "s", "depth_mm = 0\ntarget_C = 0\nsince = 'exit'\nmean = 0"),
    ("time-to-change", "s", "depth_mm = 1\nchange_C = -5\nmean = 0"),
    ("time-of-minimum", "s", "depth_mm = 3\nmean = 0"),
    ("isotherm-depth", "mm", "time_s = [5, 10]\nmean = [0, 0]"),
    ("isotherm-depth", "mm", "isotherm_C = -25\ntime_s = 10\nmean = 0"),
    ("isotherm-diameter", "mm", "mean = 0"),
    ("isotherm-diameter", "mm", "isotherm_C = -50\ntime_s = 0\nsince = 'exit'\nmean = 0"),
    ("frozen-volume", "cm3", "time_s = 10\nmean = 0"),
    ("frozen-volume", "mm3", "isotherm_C = -20\nmean = 0"),
    ("necrosis-depth", "mm", "mean = 0"),
    ("necrosis-volume", "cm3", "mean = 0"),
]


def asked(variants: list[str]) -> str:
    """Ask everything of every variant."""
    rows = [
        f'[[measured]]\nvariant = "{v}"\nquantity = "{quantity}"\nunit = "{unit}"\n{rest}\n'
        for v in variants
        for quantity, unit, rest in EVERYTHING
    ]
    return "".join(rows).replace("'", '"')


# Its name, its variants and its score.
Family = tuple[str, list[str], ExperimentScore]
FAMILIES = {"gel": GEL_SPRAY, "needle": NEEDLE, "animals": ANIMALS, "people": PEOPLE}
RELATIONS = [
    ("gel", "less", "narrow", "base", "isotherm-depth", "time_s = 60"),
    ("gel", "less", "base", "five-holes", "isotherm-diameter", "time_s = 60"),
    ("gel", "less", "short", "base", "frozen-volume", ""),
    ("gel", "greater", "far", "base", "tissue-temperature", "depth_mm = 2\ntime_s = 60"),
    ("gel", "greater", "twice", "base", "isotherm-depth", "time_s = 0\nsince = 'exit'"),
    ("gel", "greater", "twice", "base", "necrosis-volume", ""),
    ("needle", "less", "gas", "base", "isotherm-diameter", "time_s = 60"),
    ("needle", "less", "warm-gel", "base", "isotherm-diameter", "time_s = 60"),
    ("needle", "less", "lard", "base", "isotherm-diameter", "time_s = 60"),
    ("needle", "greater", "twice", "base", "isotherm-diameter", "time_s = 0\nsince = 'exit'"),
    ("animals", "less", "base", "gas", "surface-temperature", "time_s = 0\nsince = 'exit'"),
    ("animals", "less", "swab", "base", "isotherm-depth", "time_s = 30"),
    ("animals", "less", "foam", "base", "necrosis-depth", ""),
    ("people", "greater", "longer", "base", "necrosis-depth", ""),
    ("people", "greater", "longer", "base", "isotherm-depth", "isotherm_C = -20"),
    ("people", "greater", "twice", "base", "necrosis-volume", ""),
]


def demanded(family: str) -> str:
    """Return what physics demands of a family."""
    rows = [
        f'[[expected]]\nrelation = "{relation}"\na = "{a}"\nb = "{b}"\n'
        f'quantity = "{quantity}"\n{keys}\n'
        for of, relation, a, b, quantity, keys in RELATIONS
        if of == family
    ]
    return "".join(rows).replace("'", '"')


def score(folder: Path, text: str, members: int = MEMBERS) -> ExperimentScore:
    path = folder / "made-up.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return run_validation([path], members=members).experiments[0]


@pytest.fixture(scope="module", params=FAMILIES)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Family:
    """Run each session of a family once, for all questions."""
    folder, text = tmp_path_factory.mktemp("family"), FAMILIES[request.param]
    path = folder / "names.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    variants = list(load_experiment(path).sessions)
    found = score(folder, text + asked(variants) + demanded(request.param))
    return request.param, variants, found


def test_everything_can_be_asked_of_every_session(family: Family) -> None:
    _, variants, found = family
    assert found.not_run is None
    places = sum(rest[rest.index("mean") :].count(",") + 1 for _, _, rest in EVERYTHING)
    assert len(found.measured) == len(variants) * places
    for row in found.measured:
        if row.predicted is None:
            # A moment that is not reached is said so; nothing else may be missing.
            assert row.note is not None
            assert "not within" in row.note
        else:
            assert math.isfinite(row.predicted)


def test_relations_that_physics_demands(family: Family) -> None:
    name, _, found = family
    assert len(found.expected) == sum(of == name for of, *_ in RELATIONS) > 0
    assert [row for row in found.expected if not row.holds] == []


@pytest.mark.parametrize("quantity", ["mean-skin-temperature", "skin-conductance-change"])
def test_what_a_freeze_has_no_model_for_is_said(tmp_path: Path, quantity: str) -> None:
    unit = "C" if quantity.endswith("temperature") else "percent"
    row = f'[[measured]]\nquantity = "{quantity}"\nunit = "{unit}"\ntime_s = 5\nmean = 0\n'
    found = score(tmp_path, PEOPLE + row, members=1)
    assert found.measured[0].predicted is None
    assert f"no model: {quantity}" in str(found.measured[0].note)


def test_another_site_than_the_frozen_one_is_not_guessed(tmp_path: Path) -> None:
    row = (
        '[[measured]]\nquantity = "skin-temperature"\nsite = "cheek"\nunit = "C"\ntime_s = 5\n'
        "mean = 0\n"
    )
    found = score(tmp_path, PEOPLE + row, members=1)
    assert found.measured[0].predicted is None
    assert "the cold is at forearm" in str(found.measured[0].note)


def test_published_freezes_run(experiments: Path) -> None:
    found = run_validation([experiments / "liquid-nitrogen"], members=2)
    assert len(found.experiments) == 7
    assert all(e.not_run is None for e in found.experiments)
    calibrated = [e.key for e in found.experiments if e.fitted]
    assert calibrated == ["gaspar1997-spray"]
