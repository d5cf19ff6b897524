"""Nerve conduction under cooling."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def velocity_ratio(t_nerve_c: ArrayLike, t_start_c: ArrayLike, q10: ArrayLike) -> Array:
    r"""Return conduction velocity over its start value.

    .. math:: v/v_0 = Q_{10}^{(T - T_0)/10}

    Valid from about 8 to 38 degC; below that conduction fails and the ratio is an upper bound.
    """
    decade = 10.0
    change = np.asarray(t_nerve_c) - np.asarray(t_start_c)
    return np.asarray(np.power(q10, change / decade))
