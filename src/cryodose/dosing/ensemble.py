"""Latin hypercube draws of uncertain quantities."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def scores(n_quantities: int, members: int, seed: int) -> Array:
    """Return standard normal scores, one Latin hypercube, (n_quantities, members).

    Every quantity takes the middle of each of `members` equally likely slices once, in random
    order, so the ensemble settles far faster than with plain random numbers. scipy's sampler does
    the same, but importing it takes longer than a whole plan.

    Parameters
    ----------
    n_quantities, members : int
    seed : int
        The same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    inverse = NormalDist().inv_cdf
    middle = np.array([inverse((i + 0.5) / members) for i in range(members)])
    order = np.argsort(rng.random((n_quantities, members)), axis=1)
    return np.asarray(middle[order], dtype=np.float64)
