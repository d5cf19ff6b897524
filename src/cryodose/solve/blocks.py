"""Systems of blocks on three diagonals, solved by odd-even reduction: every level at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def solve_block_tridiagonal(lower: Array, diagonal: Array, upper: Array, right: Array) -> Array:
    """Solve ``lower[i] x[i-1] + diagonal[i] x[i] + upper[i] x[i+1] = right[i]``.

    Each level eliminates every second row, so numpy works on whole arrays and a system of n rows
    takes log2(n) levels. No pivoting between blocks: meant for the diagonally heavy systems of
    implicit steps.

    Parameters
    ----------
    lower, diagonal, upper : ndarray, shape (n, m, m)
        The first `lower` and the last `upper` are not read.
    right : ndarray, shape (n, m)

    Returns
    -------
    ndarray, shape (n, m)
    """
    n, m = right.shape
    if n == 1:
        return np.asarray(np.linalg.solve(diagonal, right[..., None])[..., 0])
    lower, upper = lower.copy(), upper.copy()
    lower[0], upper[-1] = 0.0, 0.0
    packed = np.concatenate([lower[::2], upper[::2], right[::2, :, None]], axis=2)
    gone = np.linalg.solve(diagonal[::2], packed)
    below, above, alone = gone[:, :, :m], gone[:, :, m : 2 * m], gone[:, :, 2 * m]
    odd = n // 2
    left = slice(0, odd)
    next_below, next_above, next_alone = (_shifted(a, odd) for a in (below, above, alone))
    low, up = lower[1::2], upper[1::2]
    reduced = solve_block_tridiagonal(
        -low @ below[left],
        diagonal[1::2] - low @ above[left] - up @ next_below,
        -up @ next_above,
        right[1::2] - _times(low, alone[left]) - _times(up, next_alone),
    )
    found = np.empty_like(right)
    found[1::2] = reduced
    before = np.concatenate([np.zeros((1, m)), reduced])[: len(alone)]
    after = np.concatenate([reduced, np.zeros((1, m))])[: len(alone)]
    found[::2] = alone - _times(below, before) - _times(above, after)
    return found


def _shifted(rows: Array, count: int) -> Array:
    """Return rows 1 to `count`, zero past the end."""
    taken = rows[1 : count + 1]
    if len(taken) == count:
        return taken
    return np.concatenate([taken, np.zeros((1, *rows.shape[1:]))])


def _times(blocks: Array, vectors: Array) -> Array:
    return np.asarray((blocks @ vectors[..., None])[..., 0])
