"""Weighted quantiles, probabilities and draws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cryodose.dosing.bands import mean_sd, probability, weighted_quantiles
from cryodose.dosing.ensemble import scores

VALUES = arrays(
    np.float64, st.tuples(st.integers(1, 4), st.integers(2, 40)), elements=st.floats(-50, 50)
)


@given(VALUES)
def test_quantiles_rise_and_stay_inside(values: np.ndarray) -> None:
    low, mid, high = weighted_quantiles(values, (0.05, 0.5, 0.95))
    assert np.all((low <= mid) & (mid <= high))
    assert np.all((values.min(axis=-1) <= low) & (high <= values.max(axis=-1)))


def test_equal_weights_give_hazen_quantiles() -> None:
    values = np.random.default_rng(1).normal(size=200)
    ours = weighted_quantiles(values, (0.1, 0.5, 0.9))
    assert ours == pytest.approx(np.quantile(values, [0.1, 0.5, 0.9], method="hazen"))


def test_weight_moves_the_quantile() -> None:
    values = np.arange(10.0)
    weights = np.where(values > 7, 0.4, 0.2 / 8)
    assert weighted_quantiles(values, (0.5,), weights)[0] > 7


def test_never_counts_as_late() -> None:
    values = np.array([1.0, 2.0, np.nan, np.nan])
    low, high = weighted_quantiles(values, (0.2, 0.9))
    assert low < 2.0
    assert np.isnan(high)


def test_mean_and_sd_leave_out_nan() -> None:
    mean, sd = mean_sd(np.array([[1.0, 3.0, np.nan]]), np.full(3, 1 / 3))
    assert (mean[0], sd[0]) == pytest.approx((2.0, 1.0))
    assert probability(np.array([True, False]), np.array([3.0, 1.0])) == pytest.approx(0.75)


def test_a_hypercube_has_one_draw_in_every_slice() -> None:
    z = scores(5, 100, seed=3)
    slices = np.floor(np.sort(_cdf(z), axis=1) * 100)
    assert np.array_equal(slices, np.tile(np.arange(100.0), (5, 1)))
    assert np.array_equal(z, scores(5, 100, seed=3))
    assert not np.array_equal(z, scores(5, 100, seed=4))
    assert abs(np.corrcoef(scores(2, 4000, 1))[0, 1]) < 0.06


def _cdf(z: np.ndarray) -> np.ndarray:
    from statistics import NormalDist

    return np.vectorize(NormalDist().cdf)(z)
