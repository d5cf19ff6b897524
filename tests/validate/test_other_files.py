"""Files as other people hold them: every quantity at every place, and no number lost on the way."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from cryodose.session.names import CoreSite, RegionGroup, Site
from cryodose.validate import run_validation, to_json
from cryodose.validate.results import ExperimentScore, NumberScore

Write = Callable[..., ExperimentScore]

SOURCE = '[source]\nkey = "other"\ncitation = "Others, 2026"\nread = "table"\n'
WOMAN = (
    '[subject]\nsex = "female"\nage_y = 28\nage_y_sd = 4\nheight_m = 1.66\nmass_kg = 62\n'
    "mass_kg_sd = 7\nbody_fat_percent = 26\nskinfold_mm = 24\ngirth_mm = 560\n"
    "[subject.baseline]\nmean_skin_C = 32.4\ncore_C = 37.1\ncore_C_sd = 0.2\n"
)
ROOMS = (
    '[exposure]\nmodality = "cryochamber"\nroom_temperature_C = 22\ngas_speed_m_s = 0.3\n'
    "stages = [{ gas_temperature_C = -10, duration_s = 30 }, { gas_temperature_C = -60, "
    "duration_s = 30 }, { gas_temperature_C = -110, duration_s = 120 }]\n"
    'coverings = { hands = "wool mittens", feet = "wool socks", face = "mask", '
    'groin = "underwear", ears = "headband" }\n'
)
CABIN = (
    '[exposure]\nmodality = "cryosauna"\n'
    "stages = [{ displayed_temperature_C = -150, duration_s = 180 }]\n"
    "gas_profile = [{ height_m = 1.4, gas_temperature_C = -25 }, "
    "{ height_m = 0.2, gas_temperature_C = -80 }]\n"
)
BATH = (
    '[exposure]\nmodality = "immersion"\nwater_temperature_C = 10\nimmersed = "to-chest"\n'
    "stirred = true\nduration_s = 600\nrecovery_s = 3600\n"
)
EXIT = 'time_s = 0\nsince = "exit"\n'


@pytest.fixture
def score(tmp_path: Path) -> Write:
    def scored(*parts: str) -> ExperimentScore:
        path = tmp_path / "other.toml"
        path.write_text('title = "Of others"\n' + SOURCE + "".join(parts), encoding="utf-8")
        found = run_validation([path], members=4)
        json.dumps(to_json(found), allow_nan=False)
        return found.experiments[0]

    return scored


def measured(quantity: str, where: str, unit: str = "C", mean: str = "20.0") -> str:
    return (
        f'[[measured]]\nquantity = "{quantity}"\n{where}\nunit = "{unit}"\nmean = {mean}\nn = 9\n'
    )


def at(site: str) -> str:
    return f'site = "{site}"\n'


def everything() -> Iterator[str]:
    for site in (*get_args(Site), *get_args(RegionGroup)):
        yield measured("skin-temperature", at(site) + EXIT + "read_delay_s = [0, 60]")
        yield measured("skin-temperature", at(site) + EXIT + "change = true", mean="-9.0")
        yield measured("time-to-change", at(site) + "change_C = -0.2", "s")
        yield measured("time-of-minimum", at(site), "s")
    yield measured("surface-temperature", at("thigh") + EXIT)
    weights = "{ chest = 0.3, upper-arm = 0.3, thigh = 0.2, calf = 0.2 }"
    for weighted in ("", f"weights = {weights}\n", "weights = { arm = 0.5, leg = 0.5 }\n"):
        yield measured("mean-skin-temperature", weighted + EXIT)
        yield measured("mean-skin-temperature", weighted + EXIT + "change = true\nsd = 2")
    for site in get_args(CoreSite):
        curve = at(site) + 'time_s = [0, 600, 3600]\nsince = "exit"\nchange = true'
        yield measured("core-temperature", curve, mean="[0.0, -0.1, -0.2]")
        yield measured("time-of-minimum", at(site) + 'since = "exit"\nrange = [0, 3600]', "s")
    for below in ("skin", "adipose"):
        for depth in (0, 5, 10, 20, 30, 40):
            place = at("thigh") + f'depth_mm = {depth}\ndepth_from = "{below}"\n'
            yield measured("tissue-temperature", place + "time_s = 900\nchange_from_s = 60\n"
                           "change = true")  # fmt: skip
    for layer in ("fat", "joint"):
        yield measured("tissue-temperature", at("calf") + f'layer = "{layer}"\n' + EXIT)
    yield measured("tissue-temperature", at("calf") + "depth_mm = 10\nwhen_skin_C = 30")
    yield measured("skin-conductance-change", at("leg") + "time_s = 120", "percent", "-50.0")
    yield measured("muscle-flow-change", at("leg") + EXIT, "percent", "-20.0")
    for nerve in ("sural-sensory", "tibial-motor"):
        keys = f'nerve = "{nerve}"\n' + at("ankle") + EXIT
        yield measured("nerve-velocity-change", keys, "percent", "-10.0")


@pytest.mark.parametrize("exposure", [ROOMS, CABIN, BATH], ids=["chamber", "cabin", "bath"])
def test_every_quantity_at_every_place_is_predicted(score: Write, exposure: str) -> None:
    texts = list(everything())
    got = score(WOMAN, exposure, *texts)
    places = sum(3 if "3600]\nsince" in text and "change" in text else 1 for text in texts)
    assert len(got.measured) == places
    for row in got.measured:
        known = row.predicted is not None and math.isfinite(row.predicted)
        assert known or row.share_reached is not None, row
        assert known or "reached by" in (row.note or ""), row


def test_orders_that_nature_has(score: Write) -> None:
    variants = (
        '[[variant]]\nkey = "bare"\nexposure.coverings = {}\n'
        '[[variant]]\nkey = "wet"\nexposure.coverings = { feet = "wet wool socks" }\n'
        '[[variant]]\nkey = "warmer"\n'
        "exposure.stages = [{ gas_temperature_C = -60, duration_s = 180 }]\n"
        '[[variant]]\nkey = "water"\nexposure.modality = "immersion"\n'
        "exposure.water_temperature_C = 8\nexposure.duration_s = 180\n"
        'exposure.immersed = "lower-leg"\n'
    )
    orders = (
        ("bare", "base", at("toe")), ("wet", "base", at("toe")), ("base", "warmer", at("thigh")),
        ("bare", "wet", at("toe")), ("base", "water", at("thigh")),
        ("base", "base", 'site_a = "calf"\nsite_b = "hand"\n'),
    )  # fmt: skip
    relations = "".join(
        f'[[expected]]\nrelation = "less"\na = "{a}"\nb = "{b}"\nquantity = "skin-temperature"\n'
        f"{where}{EXIT}"
        for a, b, where in orders
    )
    got = score(WOMAN, ROOMS, variants, relations)
    assert [relation.holds for relation in got.expected] == [True] * len(orders)


def rows_of(got: ExperimentScore) -> list[NumberScore]:
    return list(got.measured)


def test_what_cannot_be_meant_is_said(score: Write) -> None:
    core = measured("core-temperature", at("rectal") + "when_skin_C = 25")
    edge = measured("skin-temperature", at("calf") + EXIT + "from_edge_mm = 20")
    ice = measured("isotherm-depth", at("toe") + EXIT, "mm", "1.0")
    notes = [row.note or "" for row in rows_of(score(WOMAN, ROOMS, core, edge, ice))]
    assert "which has no skin" in notes[0]
    assert "has no edge" in notes[1]
    assert "no model: isotherm-depth in cryochamber" in notes[2]


@pytest.mark.parametrize("exposure", [ROOMS, BATH], ids=["chamber", "bath"])
@pytest.mark.parametrize(
    ("quantity", "where", "unit", "whole"),
    [
        ("muscle-flow-change", at("thigh"), "mL/100g/min", (0.3, 4.0)),
        ("nerve-velocity-change", at("ankle") + 'nerve = "sural-sensory"\n', "m/s", (50, 50)),
    ],
)
def test_flow_and_speed_as_papers_print_them(
    score: Write, exposure: str, quantity: str, where: str, unit: str, whole: tuple[float, float]
) -> None:
    late = 'time_s = 300\nsince = "exit"'
    asked = (measured(quantity, where + late, u, "-1.0") for u in ("percent", unit))
    share, change = (row.predicted for row in rows_of(score(WOMAN, exposure, *asked)))
    assert share is not None
    assert change is not None
    low, high = whole
    assert share < -1.0
    assert low - 1e-6 <= change / (share / 100.0) <= high + 1e-6


@pytest.mark.parametrize("exposure", [ROOMS, BATH], ids=["chamber", "bath"])
def test_a_site_that_is_not_stated_is_named(score: Write, exposure: str) -> None:
    row = rows_of(score(WOMAN, exposure, measured("skin-temperature", EXIT)))[0]
    assert row.predicted is not None
    assert row.note == "no site stated: thigh"
    whole = rows_of(score(WOMAN, exposure, measured("mean-skin-temperature", EXIT)))[0]
    assert whole.note is None


@pytest.mark.parametrize(
    "person",
    [
        'sex = "female"\nage_y = 12\nheight_m = 1.4\nmass_kg = 40\nbody_fat_percent = 5\n',
        'sex = "male"\nage_y = 90\nheight_m = 1.4\nmass_kg = 180\nbody_fat_percent = 55\n',
        'sex = "mixed"\nheight_m = 2.1\nheight_m_sd = 0.2\nmass_kg = 40\nmass_kg_sd = 20\n',
        "[subject.sites]\nthigh = { skinfold_mm = 28, girth_mm = 560 }\nchest.adipose_mm = 9\n",
        "",
    ],
)
@pytest.mark.parametrize("gas", [-196, 20])
def test_people_at_the_ends_of_what_is_admitted(score: Write, person: str, gas: int) -> None:
    cold = CABIN.replace("displayed_temperature_C = -150, duration_s = 180",
                         f"gas_temperature_C = {gas}, duration_s = 300")  # fmt: skip
    asked = [
        measured("skin-temperature", at(site) + 'time_s = [0, 60, 5400]\nsince = "exit"',
                 mean="[20.0, 21.0, 30.0]")
        for site in ("ear", "finger", "toe", "sole", "mean")
    ]  # fmt: skip
    asked.append(measured("core-temperature", at("oesophagus") + EXIT))
    rows = rows_of(score(f"[subject]\n{person}", cold, *asked))
    assert len(rows) == 16
    assert all(row.predicted is not None and -196 <= row.predicted < 42 for row in rows)
