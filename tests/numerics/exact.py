"""Exact solutions of heat problems, written without the package; temperatures in degC, SI else.

Each function names its problem; sources are the textbook of Carslaw and Jaeger, Conduction of Heat
in Solids (1959), and for perfused tissue H. H. Pennes, doi:10.1152/jappl.1948.1.2.93.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import erf, erfc, erfcx, j0, j1, k0, k1

SQRT_PI = np.sqrt(np.pi)


@dataclass(frozen=True)
class Freezing:
    """Frozen and unfrozen properties and the freezing point or range of a medium."""

    k_f: float
    k_u: float
    c_f: float
    c_u: float
    latent: float
    t_liq: float
    t_sol: float

    @property
    def a_f(self) -> float:
        return self.k_f / self.c_f

    @property
    def a_u(self) -> float:
        return self.k_u / self.c_u


WATER = Freezing(2.22, 0.556, 1.762e6, 4.226e6, 338e6, 0.0, 0.0)
SHARP = Freezing(2.0, 0.5, 1.8e6, 3.6e6, 250e6, -1.0, -1.0)
MUSHY = Freezing(2.0, 0.5, 1.8e6, 3.6e6, 250e6, -1.0, -8.0)
WIDE = Freezing(2.0, 0.5, 1.8e6, 3.6e6, 250e6, -0.5, -22.0)


def freezing_front(m: Freezing, t_wall: float, t_start: float) -> float:
    """Two-phase Stefan problem: lambda of the front 2 lambda sqrt(a_f t) that freezes inwards."""
    t_f = m.t_liq

    def fault(x: float) -> float:
        gain = m.k_f * (t_f - t_wall) * np.exp(-x * x) / (SQRT_PI * np.sqrt(m.a_f) * erf(x))
        loss = m.k_u * (t_start - t_f) / (np.sqrt(np.pi * m.a_u))
        return gain - loss / erfcx(x * np.sqrt(m.a_f / m.a_u)) - m.latent * x * np.sqrt(m.a_f)

    return brentq(fault, 1e-6, 5.0, xtol=1e-14)


def thawing_front(m: Freezing, t_wall: float, t_start: float) -> float:
    """Lambda of the front 2 lambda sqrt(a_u t) that thaws inwards from a warm wall."""
    t_f = m.t_liq

    def fault(x: float) -> float:
        gain = m.k_u * (t_wall - t_f) * np.exp(-x * x) / (SQRT_PI * np.sqrt(m.a_u) * erf(x))
        loss = m.k_f * (t_f - t_start) / (np.sqrt(np.pi * m.a_f))
        return gain - loss / erfcx(x * np.sqrt(m.a_u / m.a_f)) - m.latent * x * np.sqrt(m.a_u)

    return brentq(fault, 1e-6, 5.0, xtol=1e-14)


def mushy_fronts(
    m: Freezing, t_wall: float, t_start: float, k_mushy: float | None = None
) -> tuple[float, float]:
    """Fronts of a freezing range, both as x / sqrt(t): solidus and liquidus.

    Conductivity in the range is `k_mushy`, or linear between both values. Frozen and unfrozen parts
    are error functions; between them the similarity equation d(k T')/d eta = -eta/2 C T' becomes,
    with temperature as the variable, two ordinary equations for eta and the flux k T'.
    """
    width = m.t_liq - m.t_sol
    c_mushy = m.latent / width + (m.c_f + m.c_u) / 2.0

    def k(t: float) -> float:
        return k_mushy if k_mushy else m.k_f + (m.k_u - m.k_f) * (t - m.t_sol) / width

    def through(eta_sol: float) -> tuple[float, float]:
        z = eta_sol / (2.0 * np.sqrt(m.a_f))
        rise = (m.t_sol - t_wall) / erf(z)
        flux = m.k_f * rise * np.exp(-z * z) / (SQRT_PI * np.sqrt(m.a_f))

        def slope(t: float, y: np.ndarray) -> list[float]:
            return [k(t) / y[1], -y[0] / 2.0 * c_mushy]

        def stalled(t: float, y: np.ndarray) -> float:
            return y[1] - 1e-6 * flux

        stalled.terminal = True
        end = solve_ivp(
            slope, (m.t_sol, m.t_liq), [eta_sol, flux], rtol=1e-11, atol=1e-14, events=stalled
        )
        return (end.y[0, -1], end.y[1, -1]) if end.t[-1] == m.t_liq else (end.y[0, -1], -1.0)

    def fault(eta_sol: float) -> float:
        eta_liq, flux = through(eta_sol)
        z = eta_liq / (2.0 * np.sqrt(m.a_u))
        needed = m.k_u * (t_start - m.t_liq) / (SQRT_PI * np.sqrt(m.a_u) * erfcx(z))
        return flux - needed

    eta_sol = brentq(fault, 1e-5, 3e-3, xtol=1e-13)
    return eta_sol, through(eta_sol)[0]


def perfused_half_space(
    x: np.ndarray, t: float, *, k: float, c: float, w: float, step: tuple[float, float]
) -> np.ndarray:
    """Pennes half-space at arterial temperature whose surface drops at t = 0; step = (to, from)."""
    a = k / c
    rate = w / c
    decay = np.sqrt(rate / a)
    z, s = x / (2.0 * np.sqrt(a * t)), np.sqrt(rate * t)
    part = np.exp(-decay * x) * erfc(z - s) + np.exp(decay * x) * erfc(z + s)
    return step[1] + (step[0] - step[1]) * part / 2.0


def perfused_slab(
    x: np.ndarray, *, depth: float, k: float, w: float, q: float, h: float, t: tuple[float, ...]
) -> np.ndarray:
    """Steady Pennes slab; t = (surroundings, artery, fixed inner face)."""
    env, art, inner = t
    m = np.sqrt(w / k)
    rest = art + q / w  # where nothing conducts
    # T = rest + a cosh(m x) + b sinh(m x); -k T' + h (T - env) = 0 at x = 0 read inwards.
    lines = [[h, -k * m], [np.cosh(m * depth), np.sinh(m * depth)]]
    a, b = np.linalg.solve(lines, [h * (env - rest), inner - rest])
    return rest + a * np.cosh(m * x) + b * np.sinh(m * x)


def convective_half_space(
    x: np.ndarray, t: float, *, k: float, c: float, h: float, start: float, env: float
) -> np.ndarray:
    """Half-space that meets colder air at t = 0."""
    a = k / c
    z, s = x / (2.0 * np.sqrt(a * t)), h / k * np.sqrt(a * t)
    return start + (env - start) * (erfc(z) - np.exp(-z * z) * erfcx(z + s))


def convective_body(
    shape: int, r: np.ndarray, fourier: float, biot: float, terms: int = 60
) -> np.ndarray:
    """Cylinder (1) or sphere (2): (T - env) / (start - env) at r / R, by its eigenfunctions."""

    def fault(z: float) -> float:
        if shape == 1:
            return z * j1(z) - biot * j0(z)
        return z * np.cos(z) - (1.0 - biot) * np.sin(z)

    scan = np.linspace(1e-6, (terms + 2) * np.pi, 40 * terms)
    value = np.array([fault(z) for z in scan])
    signs = np.nonzero(np.sign(value[:-1]) != np.sign(value[1:]))[0]
    roots = [brentq(fault, scan[i], scan[i + 1], xtol=1e-14) for i in signs][:terms]
    total = np.zeros_like(r)
    for z in roots:
        if shape == 1:
            factor = 2.0 * j1(z) / (z * (j0(z) ** 2 + j1(z) ** 2))
            form = j0(z * r)
        else:
            factor = 4.0 * (np.sin(z) - z * np.cos(z)) / (2.0 * z - np.sin(2.0 * z))
            form = np.sinc(z * r / np.pi)
        total += factor * np.exp(-z * z * fourier) * form
    return total


def ice_radius(shape: int, m: Freezing, w: float, r0: float, t: tuple[float, float]) -> float:
    """Steady front around a cold probe of radius r0 (plane: thickness); t = (probe, blood)."""
    probe, blood = t
    delta = np.sqrt(m.k_u / w)
    if shape == 0:
        return m.k_f * (m.t_liq - probe) * delta / (m.k_u * (blood - m.t_liq))

    def fault(r: float) -> float:
        if shape == 1:
            frozen = m.k_f * (m.t_liq - probe) / (r * np.log(r / r0))
            slope = k1(r / delta) / (delta * k0(r / delta))
        else:
            frozen = m.k_f * (m.t_liq - probe) / ((1.0 / r0 - 1.0 / r) * r * r)
            slope = 1.0 / r + 1.0 / delta
        return frozen - m.k_u * (blood - m.t_liq) * slope

    return brentq(fault, r0 * 1.001, 0.5, xtol=1e-12)


@dataclass(frozen=True)
class Side:
    """One of two half-spaces in contact."""

    k: float
    c: float
    start: float

    @property
    def effusivity(self) -> float:
        return np.sqrt(self.k * self.c)


def contact_face(here: Side, there: Side, h: float, t: float) -> float:
    """Temperature of the near face of two half-spaces that meet through a conductance h."""
    beta = h * (1.0 / here.effusivity + 1.0 / there.effusivity)
    share = there.effusivity / (here.effusivity + there.effusivity)
    return here.start + share * (there.start - here.start) * (1.0 - erfcx(beta * np.sqrt(t)))


def contact_heat(here: Side, there: Side, h: float, t: float) -> float:
    """Heat per area that has passed from here to there, J/m2."""
    beta = h * (1.0 / here.effusivity + 1.0 / there.effusivity)
    x = beta * np.sqrt(t)
    return h * (here.start - there.start) / beta**2 * (erfcx(x) - 1.0 + 2.0 * x / SQRT_PI)


def touching_half_spaces(x: np.ndarray, t: float, above: Side, below: Side) -> np.ndarray:
    """Two half-spaces in perfect contact at x = 0; `above` lies at x < 0."""
    e_a, e_b = above.effusivity, below.effusivity
    face = (e_a * above.start + e_b * below.start) / (e_a + e_b)
    side = np.where(x < 0, above.k / above.c, below.k / below.c)
    start = np.where(x < 0, above.start, below.start)
    return face + (start - face) * erf(np.abs(x) / (2.0 * np.sqrt(side * t)))
