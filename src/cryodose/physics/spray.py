"""How a jet of cryogen spreads, evaporates on its way and covers a spot."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


class Jet(NamedTuple):
    """How jets spread.

    Attributes
    ----------
    slope : tangent of the half angle
    struck_widths : m, the spot of a jet from close by over its width: liquid runs outwards
    hole_spread : p, exponent of the number of holes; 0 where their jets fall on one another
    """

    slope: ArrayLike
    struck_widths: ArrayLike
    hole_spread: ArrayLike


# numerical: beyond so many lengths of the rim there is nothing left
FARTHEST = 20.0


def footprint_mm(width_mm: ArrayLike, distance_mm: ArrayLike, jet: Jet, holes: int) -> Array:
    r"""Return the diameter of the spot that a jet wets.

    .. math:: D = (m d + 2 L \tan\theta)\,N^p

    Parameters
    ----------
    width_mm : array_like
        Width of one hole.
    distance_mm : array_like
        From nozzle to skin.
    jet : Jet
    holes : int
        Number of holes.
    """
    struck = np.asarray(jet.struck_widths) * np.asarray(width_mm)
    one = struck + 2.0 * np.asarray(distance_mm) * np.asarray(jet.slope)
    return np.asarray(one * float(holes) ** np.asarray(jet.hole_spread))


def liquid_share(distance_mm: ArrayLike, width_mm: ArrayLike, half_widths: ArrayLike) -> Array:
    r"""Return how much of a jet is still liquid where it lands.

    .. math:: \lambda = \frac{1}{1 + (L/(n d))^2}

    Half is gone after n nozzle widths; a wider jet carries its liquid farther.
    """
    reach = np.asarray(distance_mm) / (np.asarray(half_widths) * np.asarray(width_mm))
    return np.asarray(1.0 / (1.0 + reach**2))


def flow_factor(flow_ratio: ArrayLike, exponent: ArrayLike) -> Array:
    r"""Return how the film coefficient follows the liquid that arrives, :math:`(G/G_0)^m`.

    Sprays above the Leidenfrost point: m about a quarter (Klinzing, Rozzi and Mudawar, Journal of
    Heat Treating 9:91, 1992), valid near the flow that the coefficient was found at.
    """
    return np.asarray(np.asarray(flow_ratio) ** np.asarray(exponent))


def covered(r_m: ArrayLike, spot_radius_m: ArrayLike, rim: ArrayLike) -> Array:
    r"""Return the share of the surface that a spray reaches at a distance from its centre.

    1 inside the spot, :math:`e^{-((r - R)/(\varepsilon R))^2}` outside. `rim` 0 is a sharp edge,
    as in a cone.
    """
    r, spot = np.asarray(r_m), np.asarray(spot_radius_m)
    length = np.maximum(np.asarray(rim) * spot, 1e-9)
    outside = np.maximum(r - spot, 0.0) / length
    return np.asarray(np.exp(-(np.minimum(outside, FARTHEST) ** 2)))


def jet_film_w_m2k(
    at_reference_w_m2k: ArrayLike, distance_ratio: ArrayLike, exponent: ArrayLike
) -> Array:
    r"""Return the film of a gas jet, :math:`h = h_0 (L/L_0)^{-m}`.

    A free round jet slows as 1/L and widens as L, so :math:`h \propto (u/D)^{1/2}` falls as 1/L at
    most (m = 1); a heavy cold jet that falls keeps more of its speed (m below 1).
    """
    return np.asarray(
        np.asarray(at_reference_w_m2k) * np.asarray(distance_ratio) ** -np.asarray(exponent)
    )


def jet_c(t_room_c: ArrayLike, t_reference_c: ArrayLike, distance_ratio: ArrayLike) -> Array:
    r"""Return the gas of a jet where it lands: it mixes with room air as 1/L.

    .. math:: T = T_r + (T_0 - T_r)\,L_0/L
    """
    room = np.asarray(t_room_c)
    return np.asarray(room + (np.asarray(t_reference_c) - room) / np.asarray(distance_ratio))


def pull_down_c(
    time_s: ArrayLike, t_start_c: ArrayLike, t_end_c: ArrayLike, time_constant_s: ArrayLike
) -> Array:
    r"""Return the temperature of a tool of thermal mass C cooled through a conductance G.

    .. math:: T = T_e + (T_0 - T_e)\,e^{-t/\tau}, \quad \tau = C/G
    """
    t, tau = np.asarray(time_s), np.maximum(np.asarray(time_constant_s), 1e-9)
    return np.asarray(t_end_c + (np.asarray(t_start_c) - t_end_c) * np.exp(-t / tau))
