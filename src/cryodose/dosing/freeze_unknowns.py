"""Which of the uncertain numbers matter most for how deep a freeze reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.freeze_dose import Unknown
from cryodose.dosing.freeze_target import POLICY

Array = NDArray[np.float64]

# numerical: quantities that are named, at most
SHOWN = 6
# numerical: a correlation counts from so many times that of chance on
SURE = 3.0


def ranks(values: Array) -> Array:
    """Return ranks over the last axis, the mean rank where values are equal.

    Examples
    --------
    >>> ranks(np.array([3.0, 1.0, 3.0, 9.0])).tolist()
    [1.5, 0.0, 1.5, 3.0]
    """
    rows = np.atleast_2d(values)
    out = np.empty(rows.shape)
    for i, row in enumerate(rows):
        _, group, count = np.unique(row, return_inverse=True, return_counts=True)
        last = np.cumsum(count)
        out[i] = (last - (count + 1) / 2.0)[group]
    return out.reshape(values.shape)


def rank_correlations(z: Array, result: Array) -> Array:
    """Return Spearman's correlation of each row of draws with a result, (n_quantities,).

    Parameters
    ----------
    z : ndarray, shape (n_quantities, n)
    result : ndarray, shape (n,)
    """
    a, b = ranks(z), ranks(result)
    a = a - a.mean(axis=-1, keepdims=True)
    b = b - b.mean()
    size = np.sqrt((a**2).sum(axis=-1) * (b**2).sum())
    return np.asarray((a @ b) / np.where(size > 0, size, 1.0))


def unknowns_of(names: tuple[str, ...], z: Array, result: Array) -> tuple[Unknown, ...]:
    """Return the quantities that a result depends on most, largest share first.

    The share of a quantity is its squared rank correlation over the sum of all that stand out from
    chance: with n members, a correlation of a quantity without any effect is about 1/sqrt(n).
    """
    rho = rank_correlations(z, result)
    noise = 1.0 / np.sqrt(max(z.shape[1] - 1, 1))
    weight = np.where(np.abs(rho) > SURE * noise, rho**2, 0.0)
    total = float(weight.sum())
    if total <= 0:
        return ()
    order = np.argsort(-weight, kind="stable")[:SHOWN]
    return tuple(
        Unknown(names[i], words_of(names[i]), float(weight[i]) / total, float(rho[i]))
        for i in order
        if weight[i] > 0
    )


def words_of(name: str) -> str:
    """Return the name of an uncertain quantity for people."""
    known = evidence.document(POLICY)["unknown"]
    if name in known:
        return str(known[name])
    first, _, rest = name.partition(".")
    if first == "water":
        return f"water in {rest}"
    if first == "lesion":
        return f"{rest.removesuffix('_mm')} of the lesion"
    return name.replace("_", " ")
