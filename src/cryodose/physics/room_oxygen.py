"""Oxygen in a room into which nitrogen escapes: one mixed zone in closed form."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Fan = Literal["supply", "exhaust"]


def steady_share(fresh_m3h: float, nitrogen_m3h: float, air_share: float, fan: Fan) -> float:
    """Return the share of oxygen that a room settles at.

    Parameters
    ----------
    fresh_m3h : flow of the fan; an exhaust fan draws out nitrogen and air together
    nitrogen_m3h : nitrogen set free, any unit shared with the fan
    air_share : share of oxygen in fresh air
    fan : ``supply`` blows air in, ``exhaust`` draws it out

    Notes
    -----
    Supply: :math:`C = C_a Q/(Q + R)`. Exhaust: :math:`C = C_a (1 - R/Q)`, 0 where the fan draws
    less than the nitrogen made.
    """
    if nitrogen_m3h == 0:
        return air_share
    if fan == "supply":
        return air_share * fresh_m3h / (fresh_m3h + nitrogen_m3h)
    return air_share * max(1.0 - nitrogen_m3h / fresh_m3h, 0.0) if fresh_m3h > 0 else 0.0


def ventilation_for(least_share: float, nitrogen_m3h: float, air_share: float, fan: Fan) -> float:
    """Return the fan flow that holds a share of oxygen against a steady source.

    Examples
    --------
    >>> round(ventilation_for(0.195, 1.0, 0.2095, "supply"), 1)
    13.4
    >>> round(ventilation_for(0.195, 1.0, 0.2095, "exhaust"), 1)
    14.4
    """
    if least_share >= air_share:
        return np.inf if nitrogen_m3h > 0 else 0.0
    top = least_share if fan == "supply" else air_share
    return nitrogen_m3h * top / (air_share - least_share)


def mixed_share(
    time_s: ArrayLike, start_share: float, steady: float, through_m3s: float, volume_m3: float
) -> Array:
    r"""Return the share of oxygen over time, :math:`C_\infty + (C_0 - C_\infty) e^{-Q t/V}`.

    Parameters
    ----------
    through_m3s : flow through the room: fan and nitrogen together for a supply fan, the larger of
        fan and nitrogen for an exhaust fan
    """
    t = np.asarray(time_s, dtype=np.float64)
    return np.asarray(steady + (start_share - steady) * np.exp(-through_m3s * t / volume_m3))


def displaced_share(volume_m3: float, gas_m3: float, air_share: float) -> float:
    """Return the share after gas pushed out as much air, nothing mixing before (worst case)."""
    return air_share * max(volume_m3 - gas_m3, 0.0) / volume_m3


def diluted_share(volume_m3: float, gas_m3: float, air_share: float) -> float:
    """Return the share after gas mixed in while room air left."""
    return float(air_share * np.exp(-gas_m3 / volume_m3))


def reentry_s(
    share: float, least_share: float, air_share: float, fresh_m3s: float, volume_m3: float
) -> float:
    """Return how long ventilation takes back to a share once the source has stopped; inf: never."""
    if share >= least_share:
        return 0.0
    if fresh_m3s <= 0 or least_share >= air_share:
        return float("inf")
    ratio = (air_share - share) / (air_share - least_share)
    return float(volume_m3 / fresh_m3s * np.log(ratio))
