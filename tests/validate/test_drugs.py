"""Fold errors by class of ion."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from cryodose.validate.drugs import drug_targets, fold_of, fold_scores
from cryodose.validate.results import NumberScore

BLANK = NumberScore(
    "delivered-mass", "base", "cryoelectrophoresis", None, None, "skin", None, "start", False,
    "ug", 10.0, None, None, ion_class="cation",
)  # fmt: skip


def row(predicted: float, low: float, high: float, kind: str = "cation") -> NumberScore:
    return replace(BLANK, predicted=predicted, low=low, high=high, ion_class=kind)


def of(*rows: NumberScore):
    return fold_scores([SimpleNamespace(measured=rows)])


def test_too_much_and_too_little_count_alike() -> None:
    assert fold_of(row(20, 1, 2)) == pytest.approx(2)
    assert fold_of(row(5, 1, 2)) == pytest.approx(2)
    assert fold_of(row(-1, 1, 2)) == math.inf
    assert fold_of(BLANK) is None


def test_scores_by_class() -> None:
    anion, cation = of(row(20, 15, 30), row(12, 8, 16), row(11, 5, 20), row(1, 0, 20, "anion"))
    assert (cation.n, cation.inside, cation.width) == (3, pytest.approx(2 / 3), 2)
    assert (cation.median, cation.largest) == (pytest.approx(1.2), pytest.approx(2))
    assert (anion.largest, anion.width) == (pytest.approx(10), math.inf)


def test_promises() -> None:
    assert drug_targets(()) == ()
    met = [t.is_met for t in drug_targets(of(row(14, 9, 15), row(13.5, 9, 20)))]
    assert met == [False, True, True]
    assert [t.is_met for t in drug_targets(of(row(25, 20, 30)))] == [False, False, False]
    assert drug_targets(of(row(25, 20, 30, "anion")))[0].is_met is None
