"""The promises of the project: decided on paper here, and on the real curves in the slow test."""

from __future__ import annotations

from pathlib import Path

import pytest

from cryodose.validate import run_validation
from cryodose.validate.curves import BandScore, Study
from cryodose.validate.results import ExperimentScore, RelationScore
from cryodose.validate.summary import summary_of
from cryodose.validate.targets import (
    COVERAGE,
    MUSCLE_RMSE_C,
    SKIN_RMSE_C,
    pack_targets,
    relation_targets,
)


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
    got = pack_targets([study(10, *found)])
    assert tuple(target.is_met for target in got) == met
    assert [target.value for target in got] == pytest.approx(list(found))


def test_a_promise_without_data_is_neither_met_nor_missed() -> None:
    without = (*pack_targets([]), *relation_targets(summary_of([])))
    assert {(target.value, target.is_met) for target in without} == {(None, None)}


def test_studies_count_by_their_readings() -> None:
    got = pack_targets([study(10, 1.0, 0.0, 0.5), study(30, 1.0, 1.0, 0.9)])
    assert [t.value for t in got] == pytest.approx([1.0, 0.75**0.5, 0.8])


@pytest.mark.parametrize(("holds", "is_met"), [((True, True), True), ((True, False), False)])
def test_all_relations_must_hold(holds: tuple[bool, ...], is_met: bool) -> None:
    relations = tuple(
        RelationScore("less", "a", "b", "skin-temperature", None, None, holds=one)
        for one in (*holds, None)
    )
    tried = ExperimentScore("k", "t", "cold-pack", "c", None, "text", None, (), relations, ())
    assert relation_targets(summary_of([tried]))[0].is_met is is_met


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
