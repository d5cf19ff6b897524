"""Liquid boiling on a warm surface: the textbook limits of what a cryogen can take away."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

# Coefficients of the correlations themselves, fixed by their authors.
ZUBER = 0.131  # numerical: Zuber 1959
LIENHARD = 0.149  # numerical: Lienhard and Dhir 1973, large flat plate
BERENSON_MIN = 0.09  # numerical: Berenson 1961
BERENSON_FILM = 0.425  # numerical: Berenson 1961
QUARTER = 0.25  # numerical: the fourth root that all of them take


class Cryogen(NamedTuple):
    """A saturated liquid and its vapour; the vapour film is taken at its mean temperature.

    Attributes
    ----------
    latent_j_kg, liquid_kg_m3, vapour_kg_m3, tension_n_m : at saturation
    """

    latent_j_kg: float
    liquid_kg_m3: float
    vapour_kg_m3: float
    tension_n_m: float


class Film(NamedTuple):
    """Vapour of the film at its mean temperature."""

    k_w_mk: ArrayLike
    kg_m3: ArrayLike
    viscosity_pa_s: ArrayLike
    c_j_kgk: ArrayLike


def critical_w_m2(fluid: Cryogen, gravity_m_s2: float, coefficient: float = ZUBER) -> Array:
    r"""Return the highest flux of pool boiling (Zuber 1959; 0.149 for a large flat plate).

    .. math:: q = C\,h_{fg}\,\rho_v^{1/2} [\sigma g (\rho_l - \rho_v)]^{1/4}

    A ceiling for every wetted surface.
    """
    buoyant = fluid.tension_n_m * gravity_m_s2 * (fluid.liquid_kg_m3 - fluid.vapour_kg_m3)
    return np.asarray(
        coefficient * fluid.latent_j_kg * np.sqrt(fluid.vapour_kg_m3) * buoyant**QUARTER
    )


def least_film_w_m2(fluid: Cryogen, gravity_m_s2: float) -> Array:
    r"""Return the least flux of film boiling, where the film collapses (Zuber, Berenson 1961).

    .. math:: q = 0.09\,h_{fg}\,\rho_v
              \left[\frac{\sigma g (\rho_l - \rho_v)}{(\rho_l + \rho_v)^2}\right]^{1/4}
    """
    rise = fluid.liquid_kg_m3 - fluid.vapour_kg_m3
    both = fluid.liquid_kg_m3 + fluid.vapour_kg_m3
    speed = (fluid.tension_n_m * gravity_m_s2 * rise / both**2) ** QUARTER
    return np.asarray(BERENSON_MIN * fluid.latent_j_kg * fluid.vapour_kg_m3 * speed)


def film_w_m2k(superheat_k: ArrayLike, fluid: Cryogen, film: Film, gravity_m_s2: float) -> Array:
    r"""Return the film-boiling coefficient on a plate under a pool (Berenson 1961).

    .. math:: h = 0.425 \left[\frac{k_v^3 \rho_v g (\rho_l - \rho_v) h'_{fg}}
              {\mu_v \Delta T \sqrt{\sigma/(g(\rho_l - \rho_v))}}\right]^{1/4}, \quad
              h'_{fg} = h_{fg} + c_v \Delta T/2

    doi 10.1115/1.3680524. Without spray impact: droplets that strike the film raise it.

    Parameters
    ----------
    superheat_k : array_like
        Surface above saturation, > 0.
    """
    dt = np.asarray(superheat_k)
    rise = gravity_m_s2 * (fluid.liquid_kg_m3 - np.asarray(film.kg_m3))
    length = np.sqrt(fluid.tension_n_m / rise)
    latent = fluid.latent_j_kg + 0.5 * np.asarray(film.c_j_kgk) * dt
    inside = np.asarray(film.k_w_mk) ** 3 * film.kg_m3 * rise * latent
    return np.asarray(
        BERENSON_FILM * (inside / (np.asarray(film.viscosity_pa_s) * dt * length)) ** QUARTER
    )


def spray_w_m2k(
    t_surface_c: ArrayLike,
    film_w_m2k: ArrayLike,
    wet_w_m2k: ArrayLike,
    t_wetting_c: ArrayLike,
    width_k: float,
) -> Array:
    r"""Return the coefficient of a spray on a surface: dry film, wetted surface, and between.

    .. math:: h(T) = h_f + (h_w - h_f)\,w(T), \quad w = \frac{1}{1 + e^{(T - T_w)/s}}

    w is the share of the surface that droplets touch. It rises as the surface gets colder and
    the vapour film under the droplets fails.
    """
    share = np.exp(-np.logaddexp(0.0, (np.asarray(t_surface_c) - t_wetting_c) / width_k))
    film = np.asarray(film_w_m2k)
    return np.asarray(film + (np.asarray(wet_w_m2k) - film) * share)


def spray_w_m2(
    t_surface_c: ArrayLike, h_w_m2k: ArrayLike, t_boil_c: ArrayLike, ceiling_w_m2: ArrayLike
) -> Array:
    r"""Return the flux of a spray, :math:`q = \min(h (T - T_b), q_{max})`, 0 below boiling."""
    superheat = np.maximum(np.asarray(t_surface_c) - t_boil_c, 0.0)
    return np.asarray(np.minimum(np.asarray(h_w_m2k) * superheat, ceiling_w_m2))
