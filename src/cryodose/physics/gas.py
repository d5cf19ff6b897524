"""Convection of a cold gas on a standing body, from the gas properties at film temperature."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryodose.units import ZERO_C_K

Array = NDArray[np.float64]

_SUTHERLAND = 3 / 2
_SIXTH, _FOURTH, _THIRD = 1 / 6, 1 / 4, 1 / 3


class Gas(NamedTuple):
    """Ideal gas with viscosity and conductivity after Sutherland; valid from 90 to 400 K at 1 bar.

    ``mu = mu_0 (T/T_0)^(3/2) (T_0 + S)/(T + S)``, and the same for the conductivity.
    """

    molar_kg_mol: float
    cp_j_kgk: float
    mu_0_pa_s: float
    mu_s_k: float
    k_0_w_mk: float
    k_s_k: float
    t_0_k: float
    pressure_pa: float
    gas_constant_j_molk: float


class State(NamedTuple):
    """Properties of a gas at one temperature."""

    k_w_mk: Array
    kinematic_m2_s: Array
    prandtl: Array
    t_k: Array


def state_at(gas: Gas, t_c: ArrayLike) -> State:
    """Return conductivity, kinematic viscosity and Prandtl number at a film temperature."""
    t = np.asarray(t_c, dtype=np.float64) + ZERO_C_K
    ratio = (t / gas.t_0_k) ** _SUTHERLAND
    mu = gas.mu_0_pa_s * ratio * (gas.t_0_k + gas.mu_s_k) / (t + gas.mu_s_k)
    k = gas.k_0_w_mk * ratio * (gas.t_0_k + gas.k_s_k) / (t + gas.k_s_k)
    density = gas.pressure_pa * gas.molar_kg_mol / (gas.gas_constant_j_molk * t)
    return State(k, mu / density, mu * gas.cp_j_kgk / k, t)


def grashof(state: State, fall_k: ArrayLike, height_m: ArrayLike, gravity_m_s2: float) -> Array:
    r"""Return :math:`g \beta \Delta T H^3/\nu^2` of an ideal gas, :math:`\beta = 1/T_{film}`."""
    size = np.abs(np.asarray(fall_k, dtype=np.float64))
    cubed = np.asarray(height_m, dtype=np.float64) ** 3
    return np.asarray(gravity_m_s2 * size * cubed / (state.t_k * state.kinematic_m2_s**2))


class Plate(NamedTuple):
    """Coefficients of Churchill and Chu's law."""

    a: float
    b: float
    c: float


def natural_w_m2k(state: State, gr: Array, height_m: ArrayLike, law: Plate) -> Array:
    r"""Return the mean film of a vertical plate in its own falling gas.

    .. math:: Nu = \left(a + \frac{b\,Ra^{1/6}}{(1 + (c/Pr)^{9/16})^{8/27}}\right)^2

    All Rayleigh numbers (doi 10.1016/0017-9310(75)90243-4).
    """
    bracket = (1.0 + (law.c / state.prandtl) ** (9 / 16)) ** (8 / 27)
    nusselt = (law.a + law.b * (gr * state.prandtl) ** _SIXTH / bracket) ** 2
    return np.asarray(nusselt * state.k_w_mk / np.asarray(height_m))


def slender_share(gr: Array, slenderness: ArrayLike, a: float, b: float) -> Array:
    r"""Return the film of a vertical cylinder over that of a plate of the same height H.

    :math:`1 + a (\sqrt{32}\,H/(D\,Gr^{1/4}))^b` (doi 10.1080/01457630801891557); `slenderness` is
    H/D. The warm layer of a finger is as thick as the finger; round a trunk it is flat.
    """
    floor = np.maximum(gr, 1.0)
    return np.asarray(1.0 + a * (np.sqrt(32) * np.asarray(slenderness) / floor**_FOURTH) ** b)


class Crossflow(NamedTuple):
    """Coefficients of Churchill and Bernstein's law."""

    a: float
    b: float
    c: float
    d: float


def forced_w_m2k(
    state: State, speed_m_s: ArrayLike, diameter_m: ArrayLike, law: Crossflow
) -> Array:
    r"""Return the mean film of a cylinder in cross flow.

    .. math:: Nu = a + \frac{b\,Re^{1/2} Pr^{1/3}}{(1 + (c/Pr)^{2/3})^{1/4}}
              \left(1 + (Re/d)^{5/8}\right)^{4/5}

    Re Pr above 0.2 (doi 10.1115/1.3450685).
    """
    d = np.asarray(diameter_m, dtype=np.float64)
    re = np.asarray(speed_m_s) * d / state.kinematic_m2_s
    bracket = (1.0 + (law.c / state.prandtl) ** (2 / 3)) ** _FOURTH
    first = law.b * np.sqrt(re) * state.prandtl**_THIRD / bracket
    nusselt = law.a + first * (1.0 + (re / law.d) ** (5 / 8)) ** (4 / 5)
    return np.asarray(nusselt * state.k_w_mk / d)


def mixed_w_m2k(natural: Array, forced: Array, power: float) -> Array:
    r"""Return free and forced flow together, :math:`(h_n^m + h_f^m)^{1/m}`."""
    return np.asarray((natural**power + forced**power) ** (1.0 / power))


def wall_radiation_w_m2k(
    t_skin_c: ArrayLike, t_wall_c: ArrayLike, emissivity: float, sigma_w_m2k4: float
) -> Array:
    r"""Return the exact radiative film :math:`\varepsilon\sigma(T_s^2+T_w^2)(T_s+T_w)`.

    Against walls at -110 degC it is near 2.8 W/m2K, not the 5 to 6 of a room.
    """
    ts, tw = np.asarray(t_skin_c) + ZERO_C_K, np.asarray(t_wall_c) + ZERO_C_K
    return np.asarray(emissivity * sigma_w_m2k4 * (ts**2 + tw**2) * (ts + tw))
