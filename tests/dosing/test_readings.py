"""Readings of a whole body in cold gas, and readings in a simulation."""

from __future__ import annotations

from typing import Any

import pytest

from cryodose import plan, simulate
from cryodose.errors import CryodoseError
from cryodose.outcome import Simulated

GAS = {
    "subject": {"sex": "male", "age_y": 34, "height_m": 1.8, "mass_kg": 80, "sessions_before": 9},
    "exposure": {
        "modality": "cryosauna",
        "stages": [{"gas_temperature_C": -110, "duration_s": 150}],
    },
}
PACK = {
    "subject": {"adipose_mm": 8},
    "exposure": {
        "modality": "cold-pack",
        "agent": "crushed-ice",
        "site": "calf",
        "cycles": [{"on_s": 900}],
    },
}


def skin(mean: float, time_s: float, site: str | None = None, **more: Any) -> dict[str, Any]:
    row = {"quantity": "skin-temperature", "unit": "C", "time_s": time_s, "mean": mean, **more}
    return row | ({"site": site} if site else {})


def core(mean: float, time_s: float, site: str = "rectal") -> dict[str, Any]:
    return {**skin(mean, time_s, site), "quantity": "core-temperature"}


def run(session: dict[str, Any], *readings: dict[str, Any], members: int = 128) -> Simulated:
    shown = simulate({**session, **({"measured": list(readings)} if readings else {})},
                     members=members, seed=3)  # fmt: skip
    assert isinstance(shown, Simulated)
    return shown


def at(shown: Simulated, name: str, time_s: float) -> tuple[float, float, float]:
    curve = shown.curve(name)
    i = int(abs(curve.time_s - time_s).argmin())
    return float(curve.low[i]), float(curve.median[i]), float(curve.high[i])


def test_reading_of_the_skin_narrows_a_simulation() -> None:
    before = at(run(PACK), "skin", 900.0)
    middle = at(run(PACK), "skin", 300.0)[1]
    after = run(PACK, skin(middle, 300.0), skin(at(run(PACK), "skin", 600.0)[1], 600.0))
    low, _, high = at(after, "skin", 900.0)
    assert after.warnings == ()
    assert high - low < 0.8 * (before[2] - before[0])


def test_readings_of_a_whole_body_narrow_skin_and_core() -> None:
    wide = run(GAS)
    thigh = at(wide, "skin-thigh", 120.0)[1]
    inside = at(wide, "core-rectal", 120.0)[1]
    with_skin = run(GAS, skin(thigh, 120.0, "thigh"))
    with_core = run(GAS, core(inside, 120.0))
    assert with_skin.warnings == with_core.warnings == ()
    for known, name in ((with_skin, "skin-thigh"), (with_core, "core-rectal")):
        before, after = at(wide, name, 150.0), at(known, name, 150.0)
        assert after[2] - after[0] < 0.85 * (before[2] - before[0]), name


@pytest.mark.parametrize(
    "row", [skin(36.9, 120.0, "thigh"), skin(-60.0, 120.0, "thigh"), core(30.0, 60.0)]
)
def test_reading_that_cannot_be_moves_nothing_and_is_named(row: dict[str, Any]) -> None:
    plain, told = run(GAS), run(GAS, row)
    assert len(told.warnings) == 1
    assert "left out" in told.warnings[0]
    assert [c.to_dict() for c in told.curves] == [c.to_dict() for c in plain.curves]


def test_readings_that_contradict_each_other_move_nothing() -> None:
    plain = run(GAS)
    low, _, high = at(plain, "skin-thigh", 120.0)
    pair = [skin(low - 4, 118.0, "thigh", sd=0.2), skin(high + 4, 122.0, "thigh", sd=0.2)]
    told = run(GAS, *pair)
    assert told.warnings
    assert [c.to_dict() for c in told.curves] == [c.to_dict() for c in plain.curves]


def test_plan_of_a_cabin_knows_the_readings_and_comes_out_the_same_again() -> None:
    session = {**GAS, "measured": [skin(15.0, 120.0, "thigh"), core(36.9, 100.0)]}
    first = plan(session, members=256, seed=5).to_dict()
    assert [row["mean"] for row in first["session"]["measured"]] == [[15.0], [36.9]]
    assert first == plan(first["session"], members=256, seed=5).to_dict()
    assert first != plan(GAS, members=256, seed=5).to_dict()
    assert first["longest_s"] <= 180.0


@pytest.mark.parametrize(
    ("session", "row", "key"),
    [
        (GAS, skin(15.0, 100.0), "measured[0].site"),
        (GAS, {**core(37.0, 100.0), "site": "thigh"}, "site"),
        (GAS, skin(15.0, 5000.0, "thigh"), "measured[0].time_s"),
        (PACK, core(37.0, 100.0), "measured[0].quantity"),
        (PACK, skin(15.0, 100.0, "knee"), "measured[0].site"),
        (PACK, {**skin(15.0, 100.0), "quantity": "mean-skin-temperature"}, "quantity"),
    ],
)
def test_reading_of_what_the_run_does_not_have(session: Any, row: Any, key: str) -> None:
    for call in (plan, simulate):
        with pytest.raises(CryodoseError) as error:
            call({**session, "measured": [row]}, members=16)
        assert key in str(error.value)
