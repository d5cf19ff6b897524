"""Measured numbers: lengths, units, places, moments and spreads."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.errors import CryodoseError
from cryodose.session import Experiment, Measured
from cryodose.session.compose import compose_experiment
from cryodose.session.quantities import BOUNDS, UNITS

SKIN = {"quantity": "skin-temperature", "site": "calf", "time_s": 60, "unit": "C", "mean": 20}


def load(*rows: dict[str, Any]) -> Experiment:
    data = {
        "title": "T",
        "source": {"key": "k", "citation": "c", "read": "text"},
        "exposure": {"modality": "immersion", "water_temperature_C": 8, "immersed": "legs"},
        "variant": [{"key": "warm", "exposure": {"water_temperature_C": 15}}],
        "measured": list(rows),
    }
    return compose_experiment(data, "m.toml")


def measured(**changes: Any) -> Measured:
    row = {**SKIN, **changes}
    return load({key: value for key, value in row.items() if value is not None}).measured[0]


def test_a_single_number() -> None:
    got = measured(sd=2, n=6, note="x", change=True, change_from_s=30, read_delay_s=[0, 60])
    assert (got.time_s, got.mean, got.sd, got.n) == ((60.0,), (20.0,), (2.0,), 6)
    assert (got.variant, got.since, got.depth_from) == ("base", "start", "skin")
    assert (got.change, got.change_from_s, got.read_delay_s) == (True, 30.0, (0.0, 60.0))


def test_a_curve() -> None:
    got = measured(time_s=[0, 60], mean=[30, 20], sd=[1, 2])
    assert (got.time_s, got.mean, got.sd_effective) == ((0.0, 60.0), (30.0, 20.0), (1.0, 2.0))


TIME_TO = {
    "quantity": "time-to-temperature", "unit": "s", "mean": 9, "time_s": None, "target_C": 10,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"mean": [1, 2]}, "mean", "one number"),
        ({"time_s": [0, 60]}, "mean", "2 numbers"),
        ({"time_s": [0, 60], "mean": [1, 2], "sd": 1}, "sd", "2 numbers"),
        ({"time_s": [0, 60], "mean": [1, 2], "range": [1, 2]}, "range", "single value"),
        ({"time_s": []}, "time_s", "a list of numbers"),
        ({"time_s": -1}, "time_s", 'since = "start"'),
        ({"time_s": None}, "time_s", "time_s or when_skin_C"),
        ({"when_skin_C": 10}, "when_skin_C", "not both"),
        ({"unit": "s"}, "unit", 'one of "C"'),
        ({"mean": 400}, "mean", "from -273.15 to 300 C"),
        ({"sd": 1, "ci95": 2}, "ci95", "one spread only"),
        ({"range": [2, 1]}, "range", "[lowest, highest]"),
        ({"range": [21, 22]}, "range", "holds mean = 20"),
        ({"read_delay_s": [60, 0]}, "read_delay_s", "[lowest, highest]"),
        ({"read_delay_s": [60]}, "read_delay_s", "[lowest, highest]"),
        ({"site": "gut"}, "site", "not of the core"),
        ({"site": "blood"}, "site", "delivered-mass"),
        ({"quantity": "core-temperature"}, "site", '"rectal"'),
        ({"layer": "fat", "depth_mm": 3}, "layer", "either depth_mm or layer"),
        ({"nerve": "sural-sensory"}, "nerve", "nerve-velocity-change"),
        ({"weights": {"calf": 1}}, "weights", "mean-skin-temperature"),
        ({"target_C": 10}, "target_C", "time-to-temperature"),
        ({"isotherm_C": 0}, "isotherm_C", "isotherm-depth"),
        ({"change_from_s": 3}, "change_from_s", "change = true"),
        ({"variant": "warn"}, "variant", 'did you mean "warm"?'),
        ({**TIME_TO, "target_C": None}, "target_C", "a number in C"),
        ({**TIME_TO, "time_s": 3}, "time_s", "a time itself"),
        ({**TIME_TO, "quantity": "time-to-change", "target_C": None}, "change_C", "a number in C"),
    ],
)
def test_what_does_not_fit_is_told(changes: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(CryodoseError) as caught:
        measured(**changes)
    line = str(caught.value).splitlines()[0]
    assert line.startswith(f"m.toml: measured[0].{key} = ")
    assert says in line


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ({"calf": 0.5}, "sum is 1"),
        ({"calves": 1}, "region"),
        ({"calf": 7}, "from 0 to 1"),
        ({}, "at least one"),
    ],
)
def test_weights(weights: dict[str, float], says: str) -> None:
    with pytest.raises(CryodoseError, match=says):
        measured(quantity="mean-skin-temperature", site=None, weights=weights)


def test_weights_of_a_rule() -> None:
    weights = {"chest": 0.3, "upper-arm": 0.3, "thigh": 0.2, "calf": 0.2}
    got = measured(quantity="mean-skin-temperature", site=None, weights=weights)
    assert got.weights == weights


def test_time_before_the_end_of_cooling() -> None:
    assert measured(time_s=-60, since="exit").time_s == (-60.0,)


def test_when_the_skin_reaches_a_temperature() -> None:
    got = measured(time_s=None, when_skin_C=10)
    assert (got.time_s, got.when_skin_c) == (None, 10.0)


def test_every_quantity_has_units_with_bounds() -> None:
    assert {unit for units in UNITS.values() for unit in units} == set(BOUNDS)


@pytest.mark.parametrize(
    ("changes", "sd"),
    [
        ({"sd": 2}, 2.0),
        ({"ci90": 1.645}, 1.0),
        ({"ci95": 1.96}, 1.0),
        ({"ci95": 1.96, "n": 16}, 4.0),
        ({"ci90": 1.645, "n": 9}, 3.0),
        ({"range": [18, 20.059], "n": None}, 1.0),
        ({"range": [18, 20.534], "n": 6}, 1.0),
    ],
)
def test_sd_from_every_spread(changes: dict[str, Any], sd: float) -> None:
    (got,) = measured(**changes).sd_effective or ()
    assert got == pytest.approx(sd, rel=1e-3)


@pytest.mark.parametrize("changes", [{}, {"range": [19, 21], "n": 1}])
def test_no_sd_where_no_spread_is_known(changes: dict[str, Any]) -> None:
    assert measured(**changes).sd_effective is None


@given(st.floats(0.01, 100), st.floats(1.01, 10), st.integers(2, 500))
def test_a_wider_range_is_a_larger_sd(width: float, factor: float, n: int) -> None:
    narrow = Measured.model_validate({**SKIN, "range": (20, 20 + width), "n": n}).sd_effective
    wide = Measured.model_validate(
        {**SKIN, "range": (20, 20 + width * factor), "n": n}
    ).sd_effective
    assert narrow is not None
    assert wide is not None
    assert math.isclose(wide[0], narrow[0] * factor, rel_tol=1e-6)
