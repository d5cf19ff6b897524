"""The promises of the project: decided on paper here, and on the real curves in the slow test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cryodose.validate import run_validation
from cryodose.validate.curves import BandScore, Study
from cryodose.validate.gas import gas_targets
from cryodose.validate.results import ExperimentScore, NumberScore, RelationScore
from cryodose.validate.summary import summary_of
from cryodose.validate.targets import COVERAGE, MUSCLE_RMSE_C, SKIN_RMSE_C, targets_of


def study(n: int, skin: float, muscle: float, coverage: float) -> Study:
    scores = {
        "skin": BandScore(n, skin, 0.0, 1.0, 0.0, coverage),
        "muscle": BandScore(n, muscle, 0.0, 1.0, 0.0, coverage),
        "both": BandScore(2 * n, None, None, 1.0, 0.0, coverage),
    }
    return Study("k", Path("k.csv"), 1200.0, (), (), (), scores, {})


@pytest.mark.parametrize(
    ("found", "met"),
    [
        ((1.0, 0.6, 0.80), (True, True, True)),
        ((1.01, 0.61, 0.79), (False, False, False)),
        ((0.0, 0.0, 0.98), (True, True, False)),
    ],
)
def test_limits_belong_to_what_is_wanted(found, met) -> None:
    got = targets_of(summary_of([]), [study(10, *found)])
    assert tuple(target.is_met for target in got[:3]) == met
    assert [target.value for target in got[:3]] == pytest.approx(list(found))
    assert (got[3].value, got[3].is_met) == (None, None)


def test_studies_count_by_their_readings() -> None:
    got = targets_of(summary_of([]), [study(10, 1.0, 0.0, 0.5), study(30, 1.0, 1.0, 0.9)])
    assert [t.value for t in got[:3]] == pytest.approx([1.0, 0.75**0.5, 0.8])


@pytest.mark.parametrize(("holds", "is_met"), [((True, True), True), ((True, False), False)])
def test_all_relations_must_hold(holds: tuple[bool, ...], is_met: bool) -> None:
    relations = tuple(
        RelationScore("less", "a", "b", "skin-temperature", None, None, holds=one)
        for one in (*holds, None)
    )
    tried = ExperimentScore("k", "t", "cold-pack", "c", None, "text", None, (), relations, ())
    assert targets_of(summary_of([tried]), [])[3].is_met is is_met


@pytest.mark.slow
def test_the_project_keeps_its_promises(experiments: Path) -> None:
    got = run_validation([experiments / "cold-pack", experiments / "immersion"])
    scores = got.individuals[0].scores
    assert scores["skin"].group_rmse_c <= SKIN_RMSE_C
    assert scores["muscle"].group_rmse_c <= MUSCLE_RMSE_C
    assert COVERAGE[0] <= scores["both"].coverage <= COVERAGE[1]
    failing = [(e.key, r) for e in got.experiments for r in e.expected if r.holds is False]
    assert failing == []
    assert [target.name for target in got.targets if not target.is_met] == []


def in_gas(quantity: str, error: float, sd: float | None = 1.0, **keys: Any) -> NumberScore:
    z = None if sd is None else error / sd
    return NumberScore(
        **{
            "quantity": quantity, "variant": "base", "modality": "cryochamber", "site": "thigh",
            "depth_mm": None, "depth_from": "skin", "time_s": 0.0, "since": "exit",
            "change": quantity == "core-temperature", "unit": "C", "mean": 0.0, "sd": sd, "n": 8,
            "predicted": error, "predicted_sd": 1.0, "error": error, "z": z,
            "within_1sd": z is None or abs(z) <= 1, "within_2sd": z is None or abs(z) <= 2,
            **keys,
        }
    )  # fmt: skip


def gas_experiment(*rows: NumberScore) -> ExperimentScore:
    return ExperimentScore("k", "t", "cryochamber", "c", None, "text", None, rows, (), ())


def test_promises_about_cold_gas_count_skin_at_the_exit_alone() -> None:
    rows = (
        in_gas("skin-temperature", 1.0),
        in_gas("mean-skin-temperature", -2.0, time_s=60.0),
        in_gas("skin-temperature", 50.0, time_s=600.0),
        in_gas("skin-temperature", 50.0, since="start"),
        in_gas("skin-temperature", 50.0, modality="immersion"),
        in_gas("core-temperature", 0.5, time_s=3600.0),
    )
    rmse, one, two, core = gas_targets([gas_experiment(*rows)])
    assert (rmse.value, rmse.is_met) == (pytest.approx(2.5**0.5), False)
    assert (one.value, one.is_met) == (0.5, False)
    assert (two.value, two.is_met) == (1.0, True)
    assert (core.value, core.is_met) == (1.0, True)
    assert gas_targets([gas_experiment(in_gas("skin-temperature", 1.0, modality="x"))]) == ()
