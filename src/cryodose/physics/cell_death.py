"""How likely a cell dies of a freeze: coldest temperature, hold and repetition."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def death_share(t_min_c: ArrayLike, half_c: ArrayLike, width_k: ArrayLike) -> Array:
    r"""Return the share of cells that die at a coldest temperature.

    .. math:: P = \frac{1}{1 + e^{(T_{min} - T_{50})/s}}

    Dog skin after three minutes: T50 -28 degC, s 6.5 K (from the ranges of doi
    10.1016/0011-2240(82)90153-5). Meant for frozen tissue; above its freezing point nothing dies.
    """
    return np.asarray(
        np.exp(-np.logaddexp(0.0, (np.asarray(t_min_c) - half_c) / np.asarray(width_k)))
    )


def hold_shift_k(hold_s: ArrayLike, reference_s: float, per_decade_k: ArrayLike) -> Array:
    r"""Return how far a longer hold moves T50 towards warmer, K, one decade either way at most.

    .. math:: \Delta = a \log_{10}(t/t_0), \quad |\log_{10}| \le 1

    A longer hold adds, how much is not known (doi 10.1006/cryo.1998.2115): `per_decade_k` is a
    prior.
    """
    hold = np.maximum(np.asarray(hold_s, dtype=np.float64), 1e-6)
    return np.asarray(np.asarray(per_decade_k) * np.clip(np.log10(hold / reference_s), -1.0, 1.0))


def death_of_cycles(
    t_min_c: Array, thawed: NDArray[np.bool_], half_c: Array, shift_k: ArrayLike, width_k: ArrayLike
) -> Array:
    """Return the share that dies of several cycles; one that adds nothing takes nothing away.

    Parameters
    ----------
    t_min_c : ndarray, shape (n_cycles, ...)
        Coldest temperature of each cycle.
    thawed : ndarray, shape (n_cycles, ...)
        True where the place froze and thawed before this cycle; then T50 lies `shift_k` warmer.
    half_c : ndarray, shape (n_cycles, ...)
        T50 of each cycle, its hold counted.
    """
    half = half_c + np.where(thawed, np.asarray(shift_k), 0.0)
    return np.asarray(death_share(t_min_c, half, width_k).max(axis=0))
