"""Vessels that narrow with local cooling and open again far more slowly."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class Vessels(NamedTuple):
    """Constants of one tissue's vessels, each a number or (n,); see `equilibrium_flow`."""

    floor: ArrayLike
    half_k: ArrayLike
    narrow_s: ArrayLike
    recover_s: ArrayLike


def equilibrium_flow(
    t_c: ArrayLike, t_start_c: ArrayLike, floor: ArrayLike, half_k: ArrayLike
) -> Array:
    r"""Return the flow, as a share of that at the start, that belongs to a local temperature.

    .. math:: m = m_0 + (1 - m_0)\,\frac{b}{b + \max(0, T_0 - T)}

    Half of what can be lost is lost at b kelvin of cooling.
    """
    fall = np.maximum(np.asarray(t_start_c) - np.asarray(t_c), 0.0)
    least, half = np.asarray(floor), np.asarray(half_k)
    return np.asarray(least + (1.0 - least) * half / (half + fall))


def follow_flow(time_s: Array, t_c: Array, vessels: Vessels) -> Array:
    r"""Return the flow along a temperature history, as a share of that at the start.

    :math:`\dot m = (m_{eq}(T) - m)/\tau` with a short :math:`\tau` while the vessels narrow and a
    long one while they recover: the hysteresis seen after cold packs.

    Parameters
    ----------
    time_s : ndarray, shape (n_times,)
    t_c : ndarray, shape (n_times, n)
    """
    flow = np.ones_like(t_c)
    for i in range(1, len(time_s)):
        target = equilibrium_flow(t_c[i], t_c[0], vessels.floor, vessels.half_k)
        constant = np.where(target < flow[i - 1], vessels.narrow_s, vessels.recover_s)
        rate = (time_s[i] - time_s[i - 1]) / constant
        flow[i] = (flow[i - 1] + rate * target) / (1.0 + rate)
    return flow
