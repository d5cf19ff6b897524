"""Time steps that start short after every switch and grow as the field smooths out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Phase:
    """A stretch of time with unchanged surroundings, solved in `n_steps` graded steps."""

    duration_s: float
    n_steps: int


def phase_steps(duration_s: float, n_steps: int, power: float = 2.0) -> Array:
    """Return step lengths with step ends at ``duration (k/n)**power``, shape (n_steps,).

    A step in the surroundings makes the surface change with the square root of time; ends that go
    with k squared therefore spread the error evenly.
    """
    if not duration_s > 0 or n_steps < 1:
        raise ValueError("a phase needs a positive duration and at least one step")
    ends = duration_s * (np.arange(n_steps + 1) / n_steps) ** power
    return np.asarray(np.diff(ends), dtype=np.float64)


def solve_steps(phases: Sequence[Phase], power: float = 2.0) -> tuple[Array, NDArray[np.int64]]:
    """Return the steps of consecutive phases and the phase index of every step."""
    if not phases:
        raise ValueError("at least one phase")
    parts = [phase_steps(p.duration_s, p.n_steps, power) for p in phases]
    index = np.repeat(np.arange(len(parts)), [len(p) for p in parts])
    return np.concatenate(parts), index.astype(np.int64)
