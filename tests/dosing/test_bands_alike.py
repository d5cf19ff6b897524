"""Quantiles of members that count alike take a shorter way to the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from cryodose.dosing import bands

SHARES = (0.0, 0.001, 0.05, 0.5, 0.8, 0.95, 1.0)


@pytest.mark.parametrize("n", [1, 2, 16, 33, 256])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_short_way_gives_the_same_bits(n: int, dtype: type) -> None:
    rng = np.random.default_rng(n)
    values = rng.normal(size=(5, 3, n)).astype(dtype)
    values[rng.random(values.shape) < 0.1] = np.nan
    weights = np.full(n, 1.0 / n)
    order = np.argsort(values, axis=-1)
    ranked = np.take_along_axis(values, order, axis=-1)
    middle = np.cumsum(weights[order], axis=-1) - weights[order] / 2.0
    expected = np.stack([bands._interpolated(share, middle, ranked) for share in SHARES])
    for given in (weights, None):
        found = bands.weighted_quantiles(values, SHARES, given)
        assert found.dtype == expected.dtype
        assert found.tobytes() == expected.tobytes()


def test_never_stays_never() -> None:
    values = np.array([1.0, 2.0, np.inf, np.nan])
    low, middle, high = bands.weighted_quantiles(values, (0.0, 0.375, 1.0))
    assert (low, middle) == (1.0, 2.0)
    assert np.isnan(high)
