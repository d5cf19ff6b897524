"""Spreads against printed tables (Tippett 1925; normal quantiles)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.session.spread import expected_range, normal_quantile


@pytest.mark.parametrize(
    ("n", "range_in_sd"),
    [(2, 1.12838), (3, 1.69257), (4, 2.05875), (6, 2.53441), (10, 3.07751), (25, 3.93063),
     (100, 5.01519), (1000, 6.48287)],
)  # fmt: skip
def test_expected_range_of_normal_samples(n: int, range_in_sd: float) -> None:
    assert expected_range(n) == pytest.approx(range_in_sd, abs=1e-4)


@given(st.integers(2, 2000))
def test_a_larger_sample_reaches_further(n: int) -> None:
    assert expected_range(n + 1) > expected_range(n)


def test_one_value_has_no_range() -> None:
    with pytest.raises(ValueError, match="at least two"):
        expected_range(1)


@pytest.mark.parametrize(("p", "quantile"), [(0.5, 0.0), (0.95, 1.644854), (0.975, 1.959964)])
def test_normal_quantiles(p: float, quantile: float) -> None:
    assert normal_quantile(p) == pytest.approx(quantile, abs=1e-6)
