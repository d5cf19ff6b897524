"""Heat passing from a pack through its contact and a barrier to the skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def settled_share(time_s: ArrayLike, start: ArrayLike, settle_s: ArrayLike) -> Array:
    r"""Return how much of its final contact a pack has reached.

    .. math:: g(t) = 1 - (1 - g_0)\,e^{-t/\tau}

    Parameters
    ----------
    time_s : array_like
        Time since the pack was put on, >= 0.
    start : array_like
        Share at once, 0 to 1.
    settle_s : array_like
        Time constant of settling, > 0.
    """
    return np.asarray(1.0 - (1.0 - np.asarray(start)) * np.exp(-np.asarray(time_s) / settle_s))


def pressed_share(share: ArrayLike, pressure_mmhg: ArrayLike, scale_mmhg: ArrayLike) -> Array:
    r"""Return the bridged share of the contact under pressure.

    .. math:: \varphi(p) = 1 - (1 - \varphi)\,e^{-p/p_0}
    """
    return np.asarray(
        1.0 - (1.0 - np.asarray(share)) * np.exp(-np.asarray(pressure_mmhg) / scale_mmhg)
    )


def contact_w_m2k(
    share: ArrayLike, film_w_m2k: ArrayLike, gap_w_m2k: ArrayLike, barrier_m2k_w: ArrayLike
) -> Array:
    r"""Return the conductance between pack and skin.

    Water or soft gel bridges a share of the area, air the rest; both stand in series with a cloth.

    .. math:: \frac1h = \frac{1}{\varphi h_f + (1-\varphi) h_g} + R_b
    """
    phi = np.asarray(share)
    bare = phi * film_w_m2k + (1.0 - phi) * np.asarray(gap_w_m2k)
    return np.asarray(bare / (1.0 + bare * np.asarray(barrier_m2k_w)))


def first_contact_c(
    t_skin_c: ArrayLike,
    t_agent_c: ArrayLike,
    effusivity_skin: ArrayLike,
    effusivity_agent: ArrayLike,
) -> Array:
    r"""Return the temperature at once of two half-spaces in perfect contact.

    .. math:: T = (e_1 T_1 + e_2 T_2)/(e_1 + e_2), \quad e = \sqrt{k \rho c}

    A lower bound for the skin under a pack, since real contact is imperfect.
    """
    e1, e2 = np.asarray(effusivity_skin), np.asarray(effusivity_agent)
    return np.asarray((e1 * t_skin_c + e2 * t_agent_c) / (e1 + e2))
