"""Bare skin to room air: convection, radiation and evaporation as one film and one temperature."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryodose.units import ZERO_C_K

Array = NDArray[np.float64]


class Magnus(NamedTuple):
    """Coefficients of the saturation pressure ``p = a exp(b t / (t + c))``, kPa, -, degC."""

    a_kpa: float
    b: float
    c_c: float


def radiation_w_m2k(t_mean_c: ArrayLike, emissivity: float, sigma_w_m2k4: float) -> Array:
    r"""Return the linearised radiative film :math:`4 \varepsilon \sigma T^3`."""
    return np.asarray(4.0 * emissivity * sigma_w_m2k4 * (np.asarray(t_mean_c) + ZERO_C_K) ** 3)


def saturation_kpa(t_c: ArrayLike, magnus: Magnus) -> Array:
    """Return the saturation pressure of water vapour; valid from -20 to 60 degC."""
    t = np.asarray(t_c)
    return np.asarray(magnus.a_kpa * np.exp(magnus.b * t / (t + magnus.c_c)))


def evaporation_film(
    t_mean_c: ArrayLike, vapour_kpa: ArrayLike, h_vapour_w_m2kpa: ArrayLike, magnus: Magnus
) -> tuple[Array, Array]:
    r"""Return film and temperature that stand for evaporation near a mean skin temperature.

    Lewis relation, :math:`q = h_v (p_s(T) - p_a)` with :math:`h_v = w L h_c`, linearised:
    :math:`q \approx h_e (T - T_e)`, :math:`h_e = h_v p_s'(T_m)`,
    :math:`T_e = T_m - (p_s(T_m) - p_a)/p_s'(T_m)`.
    """
    t = np.asarray(t_mean_c)
    pressure = saturation_kpa(t, magnus)
    slope = pressure * magnus.b * magnus.c_c / (t + magnus.c_c) ** 2
    film = np.asarray(h_vapour_w_m2kpa) * slope
    return film, np.asarray(t - (pressure - np.asarray(vapour_kpa)) / slope)


def combined(films: list[tuple[ArrayLike, ArrayLike]]) -> tuple[Array, Array]:
    """Return the film and the temperature that replace several films in parallel."""
    total = sum(np.asarray(h) for h, _ in films)
    mean = sum(np.asarray(h) * np.asarray(t) for h, t in films) / total
    return np.asarray(total, dtype=np.float64), np.asarray(mean, dtype=np.float64)
