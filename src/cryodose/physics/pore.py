"""Narrow charged pores: what size and charge leave of the motion of a solute."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

# numerical: series of the drag of a sphere on the axis of a cylinder, first order in its radius
_DRAG_1 = 2.104
# numerical: third order
_DRAG_3 = 2.09
# numerical: fifth order
_DRAG_5 = 0.95
# numerical: lag of a sphere behind the flow on the axis, second order in its radius
_LAG_2 = 2.0 / 3.0
# numerical: third order
_LAG_3 = 0.163


def stokes_radius_m(diffusivity_m2s: ArrayLike, radius_m3_s: float) -> Array:
    """Return the radius of the sphere that diffuses so fast, m.

    Parameters
    ----------
    radius_m3_s : radius times diffusion coefficient at the same temperature
    """
    return np.asarray(radius_m3_s / np.asarray(diffusivity_m2s, dtype=np.float64))


def migration_hindrance(radius_m: ArrayLike, pore_m: ArrayLike) -> Array:
    r"""Return diffusion or migration in a pore over that in free solution, 0 to 1.

    :math:`(1-\lambda)^2 (1 - 2.104\lambda + 2.09\lambda^3 - 0.95\lambda^5)`: the room that the
    centre of the solute has, and its drag (Renkin 1954, doi 10.1085/jgp.38.2.225; good to a share
    of the pore of about 0.4 and falling rightly beyond).

    Examples
    --------
    >>> [round(float(migration_hindrance(r, 12e-10)), 3) for r in (0.0, 1.8e-10, 4.4e-10)]
    [1.0, 0.5, 0.13]
    """
    x = _share(radius_m, pore_m)
    drag = 1.0 - _DRAG_1 * x + _DRAG_3 * x**3 - _DRAG_5 * x**5
    return np.asarray((1.0 - x) ** 2 * drag)


def convection_hindrance(radius_m: ArrayLike, pore_m: ArrayLike) -> Array:
    r"""Return the speed of a solute swept by the water over the mean speed of the water.

    :math:`\Phi(2 - \Phi)(1 - \frac{2}{3}\lambda^2 - 0.163\lambda^3)`,
    :math:`\Phi = (1-\lambda)^2` (Deen 1987, doi 10.1002/aic.690330902).
    """
    x = _share(radius_m, pore_m)
    room = (1.0 - x) ** 2
    return np.asarray(room * (2.0 - room) * (1.0 - _LAG_2 * x**2 - _LAG_3 * x**3))


def donnan_factor(charge: ArrayLike, preference: ArrayLike) -> Array:
    r"""Return how much a charged pore takes up of an ion, over a neutral solute: :math:`S^{z/2}`.

    Parameters
    ----------
    charge : signed
    preference : S, what the pore takes up of a cation over an anion, both of one charge; 1 without
        fixed charge, below 1 where it is positive
    """
    z, s = np.asarray(charge, dtype=np.float64), np.asarray(preference, dtype=np.float64)
    return np.asarray(s ** (z / 2.0))


def _share(radius_m: ArrayLike, pore_m: ArrayLike) -> Array:
    """Return radius over pore radius, at most 1: what is larger does not enter."""
    share = np.asarray(radius_m, dtype=np.float64) / np.asarray(pore_m, dtype=np.float64)
    return np.asarray(np.minimum(share, 1.0))
