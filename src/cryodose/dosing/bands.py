"""Weighted quantiles and probabilities over an ensemble."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def weighted_quantiles(
    values: Array, shares: Sequence[float], weights: Array | None = None
) -> Array:
    """Return quantiles over the last axis, shape (len(shares), ...).

    Parameters
    ----------
    values : ndarray, shape (..., n)
        nan sorts last, so "never" counts as later than any time.
    weights : ndarray, shape (n,), optional
        Default: all alike.
    """
    n = values.shape[-1]
    if weights is None:
        weights = np.full(n, 1.0 / n)
    if np.all(weights == weights[0]):
        return _of_equals(values, shares, weights)
    order = np.argsort(values, axis=-1)
    ranked = np.take_along_axis(values, order, axis=-1)
    w = weights[order]
    middle = np.cumsum(w, axis=-1) - w / 2.0
    return np.stack([_interpolated(share, middle, ranked) for share in shares])


def _of_equals(values: Array, shares: Sequence[float], weights: Array) -> Array:
    """Return the same of members that count alike: their places in the order are known before."""
    ranked = np.sort(values, axis=-1)
    middle = np.cumsum(weights) - weights / 2.0
    places = [_place(share, middle) for share in shares]
    return np.stack([_between(part, ranked[..., a], ranked[..., b]) for a, b, part in places])


def _place(share: float, middle: Array) -> tuple[int, int, np.float64]:
    """Return the ranks on both sides of a share, and how far it lies from the lower one."""
    above = min(int((middle < share).sum()), len(middle) - 1)
    below = max(above - 1, 0)
    apart = middle[above] - middle[below]
    part = (share - middle[below]) / (apart if apart > 0.0 else 1.0)
    return below, above, np.float64(min(max(part, 0.0), 1.0))


def _interpolated(share: float, middle: Array, ranked: Array) -> Array:
    """Value at a share between the middles of the ranked members; held at both ends."""
    last = ranked.shape[-1] - 1
    above = np.minimum((middle < share).sum(axis=-1, keepdims=True), last)
    below = np.maximum(above - 1, 0)
    m0, m1 = (np.take_along_axis(middle, i, axis=-1)[..., 0] for i in (below, above))
    v0, v1 = (np.take_along_axis(ranked, i, axis=-1)[..., 0] for i in (below, above))
    return _between(np.clip((share - m0) / np.where(m1 > m0, m1 - m0, 1.0), 0.0, 1.0), v0, v1)


def _between(part: Array | np.float64, v0: Array, v1: Array) -> Array:
    # 0 times nan or infinity would spoil an exact hit of the finite neighbour.
    return np.where(part == 0.0, v0, np.where(part == 1.0, v1, v0 + part * (v1 - v0)))


def probability(is_true: ArrayLike, weights: Array) -> float:
    """Return the weight of the members for which something holds."""
    return float(np.sum(np.where(np.asarray(is_true), weights, 0.0)) / np.sum(weights))


def mean_sd(values: Array, weights: Array) -> tuple[Array, Array]:
    """Return weighted mean and standard deviation over the last axis; nan members are left out."""
    ok = np.isfinite(values)
    w = np.where(ok, weights, 0.0)
    total = w.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(ok, values, 0.0) @ weights / total
        spread = np.where(ok, values - mean[..., None], 0.0)
        sd = np.sqrt((spread**2 * w).sum(axis=-1) / total)
    return mean, sd
