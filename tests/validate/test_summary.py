"""Bias, RMSE and shares on paper."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from cryodose.validate.results import ExperimentScore, NumberScore, RelationScore
from cryodose.validate.summary import group_of, score_of, summary_of


def row(error: float | None, unit: str = "C", **keys: Any) -> NumberScore:
    blank = NumberScore(
        quantity="skin-temperature",
        variant="base",
        modality="cold-pack",
        site=None,
        depth_mm=None,
        depth_from="skin",
        time_s=None,
        since="start",
        change=False,
        unit=unit,
        mean=0.0,
        sd=None,
        n=None,
    )
    predicted = None if error is None else error
    return replace(blank, error=error, predicted=predicted, **keys)


def experiment(*rows: NumberScore, **keys: Any) -> ExperimentScore:
    blank = ExperimentScore("k", "t", "cold-pack", "c", None, "text", None, rows, (), ())
    return replace(blank, **keys)


def test_score_on_paper() -> None:
    rows = [
        row(1.0, within_1sd=True, within_2sd=True),
        row(-3.0, within_1sd=False, within_2sd=True),
        row(2.0),
        row(None, share_reached=0.2, within_1sd=False, within_2sd=False),
        row(None),
    ]
    got = score_of(rows, "C")
    assert (got.n, got.n_sd, got.not_reached, got.not_predicted) == (3, 3, 1, 1)
    assert got.bias == pytest.approx(0.0)
    assert got.rmse == pytest.approx(math.sqrt(14 / 3))
    assert (got.within_1sd, got.within_2sd) == (pytest.approx(1 / 3), pytest.approx(2 / 3))


def test_nothing_scores_as_unknown() -> None:
    got = score_of([], "C")
    assert (got.n, got.bias, got.rmse, got.within_1sd) == (0, None, None, None)


def test_units_are_never_mixed() -> None:
    rows = (
        row(1.0),
        row(3.0, quantity="tissue-temperature"),
        row(100.0, "s", quantity="time-of-minimum"),
        row(20.0, "percent", quantity="muscle-flow-change"),
        row(None, "m/s", quantity="nerve-velocity-change"),
        row(None, "cm3", quantity="frozen-volume"),
    )
    got = summary_of([experiment(*rows)])
    assert (got.temperatures.n, got.temperatures.bias) == (2, 2.0)
    assert set(got.groups) == {
        "skin temperature",
        "tissue temperature",
        "times",
        "flows and nerve",
        "flows and nerve (m/s)",
        "frozen-volume (cm3)",
    }
    assert next(iter(got.groups)) == "skin temperature"
    assert all(len({r.unit for r in rows if group_of(r) == g}) == 1 for g in got.groups)
    assert got.groups["times"].bias == 100.0


def test_numbers_go_with_the_modality_of_their_session() -> None:
    mixed = experiment(row(1.0), row(5.0, modality="immersion"))
    assert summary_of([mixed], "immersion").temperatures.bias == 5.0
    assert summary_of([mixed], "cold-pack").temperatures.bias == 1.0
    assert summary_of([mixed]).temperatures.bias == 3.0


def test_relations_are_counted() -> None:
    relations = tuple(
        RelationScore("less", "a", "b", "skin-temperature", None, None, holds=holds)
        for holds in (True, True, False, None)
    )
    got = summary_of([experiment(expected=relations), experiment(not_run="no procedure")])
    assert (got.relations, got.relations_tried, got.relations_holding) == (4, 3, 2)
    assert (got.experiments, got.experiments_not_run) == (2, 1)
