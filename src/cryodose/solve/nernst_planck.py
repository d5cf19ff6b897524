r"""Electroneutral Nernst-Planck through a layered membrane at a given current.

.. math::
   \theta \partial_t c_i = -\partial_x J_i - k (c_i - c_i^b), \quad
   J_i = -D_i (\partial_x c_i - z_i c_i \psi') + v c_i, \quad F \sum_i z_i J_i = i

Finite volumes with exponentially fitted fluxes; the drop of potential across each face follows
from the current alone, so the unknowns are the concentrations, and neutrality, once true, stays
true. In time a singly diagonally implicit Runge-Kutta scheme of two stages, second order and
L-stable (Alexander 1977, doi 10.1137/0714068). Cells are updated from the fluxes, so mass and
charge balance to rounding whatever the step.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cryodose.physics.electrodiffusion import bernoulli, bernoulli_slope
from cryodose.solve.blocks import solve_block_tridiagonal
from cryodose.units import FARADAY_C_MOL

Array = NDArray[np.float64]

GAMMA = 1.0 - 1.0 / math.sqrt(2.0)
NEWTON_ROUNDS = 30
# numerical: relative change of a concentration at which Newton's iteration ends
NEWTON_TOLERANCE = 1e-9
# numerical: a change takes at most this share out of a cell
MOST = 0.9
# numerical: and it counts only if the cell holds more than this share of the most
LITTLE = 1e-3
# numerical: a step that does not converge is halved, down to this part of it
SMALLEST_PART = 1024.0
# numerical: rounding of a sum of a few fluxes
ROUNDING = 4.0 * float(np.finfo(float).eps)


class NotConvergedError(Exception):
    """A step was too large for Newton's iteration."""


@dataclass(frozen=True)
class Membrane:
    """A membrane of n cells and s species, the donor side left.

    Attributes
    ----------
    width_m : (n,)
    diffusivity_m2s : (n, s)
    capacity : (n,)
        Share of the volume that holds ions.
    clearance_per_s : (n,)
        Exchange with the blood, alike for all species so that it stays neutral.
    charge : (s,)
    blood_mol_m3 : (s,), neutral
    water_m_s : flow of the water, positive with the current
    """

    width_m: Array
    diffusivity_m2s: Array
    capacity: Array
    clearance_per_s: Array
    charge: Array
    blood_mol_m3: Array
    water_m_s: float = 0.0


@dataclass(frozen=True)
class Side:
    """What lies beside the membrane, (s,): held concentrations, or a given flux to the right."""

    value: Array
    is_flux: bool = False


@dataclass(frozen=True)
class Donor:
    """A stirred donor of finite volume left of the membrane.

    `volume_m` is volume over area; `electrode` says how many moles of each species the electrode
    sets free per mole of electrons (an Ag/AgCl anode: -1 of chloride), (s,); its charge sums to 1.
    """

    volume_m: float
    electrode: Array


@dataclass(frozen=True)
class Drive:
    """Times and, between them, the mean current density; (n_t,) and (n_t - 1,)."""

    time_s: Array
    current_a_m2: Array


@dataclass(frozen=True)
class Transport:
    """What happened; first axis time.

    Attributes
    ----------
    inside_mol_m3 : (n_t, n, s)
    donor_mol_m3 : (n_t, s), nan without a finite donor
    entered_mol_m2, left_mol_m2, cleared_mol_m2 : (n_t, s), since the start, through the left and
        right face and into the blood
    flux_in_mol_m2s, flux_out_mol_m2s : (n_t, s), at the end of each step; nan at the start
    drop : (n_t,), potential from left to right face over RT/F; nan at the start
    charge_error : largest departure of the current through any face, relative
    """

    time_s: Array
    inside_mol_m3: Array
    donor_mol_m3: Array
    entered_mol_m2: Array
    left_mol_m2: Array
    cleared_mol_m2: Array
    flux_in_mol_m2s: Array
    flux_out_mol_m2s: Array
    drop: Array
    charge_error: float


@dataclass(frozen=True)
class Problem:
    """A membrane between two sides, and how it starts.

    `left` is a `Side`, or a `Donor` whose strength at the start is `donor_mol_m3`.
    """

    membrane: Membrane
    left: Side | Donor
    right: Side
    start_mol_m3: Array
    donor_mol_m3: Array = field(default_factory=lambda: np.zeros(0))


class _Fluxes(NamedTuple):
    through: Array  # (faces, s)
    drop: Array  # (faces,)
    by_left: Array  # (faces, s, s)
    by_right: Array  # (faces, s, s)


class _Setup:
    """Geometry of cells and faces; a finite donor is a cell of no depth."""

    def __init__(self, problem: Problem) -> None:
        m = problem.membrane
        self.problem, self.z = problem, m.charge
        half, hold, d = m.width_m / 2.0, m.width_m * m.capacity, m.diffusivity_m2s
        clear = m.clearance_per_s * m.width_m
        self.has_donor = isinstance(problem.left, Donor)
        if isinstance(problem.left, Donor):
            half, clear = np.r_[0.0, half], np.r_[0.0, clear]
            hold, d = np.r_[problem.left.volume_m, hold], np.vstack([d[:1], d])
        self.hold_m, self.clear_m_s = hold, clear
        n = len(half)
        left = np.zeros((1, len(self.z))) if self.has_donor else half[:1, None] / d[:1]
        resist = half[:, None] / d
        self.resistance = np.vstack([left, resist[:-1] + resist[1:], half[-1:, None] / d[-1:]])
        self.first = 1 if self.has_donor else 0  # no face closes the donor to its left
        self.n = n
        self.fastest_per_s = float((1.0 / (self.resistance[self.first :]).min()) / hold.min())

    def source(self, current_a_m2: float) -> Array:
        """Return what the electrode sets free in each cell, (n, s)."""
        out = np.zeros((self.n, len(self.z)))
        if isinstance(self.problem.left, Donor):
            out[0] = self.problem.left.electrode * current_a_m2 / FARADAY_C_MOL
        return out

    def fluxes(self, c: Array, current_a_m2: float, guess: Array) -> _Fluxes:
        """Return the flux through every face and what it depends on."""
        p = self.problem
        outer = p.left.value if isinstance(p.left, Side) else c[0]
        a = np.vstack([outer, c])
        b = np.vstack([c, p.right.value])
        resistance = self.resistance.copy()
        resistance[: self.first] = 1.0
        conduct = 1.0 / resistance
        flow = p.membrane.water_m_s * resistance
        drop = _drop(conduct, flow, a, b, (self.z, current_a_m2, guess))
        x = self.z * drop[:, None] + flow
        right, left = bernoulli(-x), bernoulli(x)
        through = conduct * (right * a - left * b)
        by_drop = conduct * self.z * (-bernoulli_slope(-x) * a - bernoulli_slope(x) * b)
        total = (self.z * by_drop).sum(axis=1)
        by_a, by_b = conduct * right, -conduct * left
        back = by_drop / total[:, None]
        unit = np.eye(len(self.z))
        by_left = unit * by_a[:, None, :] - back[:, :, None] * (self.z * by_a)[:, None, :]
        by_right = unit * by_b[:, None, :] - back[:, :, None] * (self.z * by_b)[:, None, :]
        found = _Fluxes(through, drop, by_left, by_right)
        return self._given(found)

    def _given(self, found: _Fluxes) -> _Fluxes:
        """Put the given fluxes of the sides in place."""
        p = self.problem
        for face, side in ((0, p.left), (-1, p.right)):
            if isinstance(side, Side) and not side.is_flux:
                continue
            found.through[face] = side.value if isinstance(side, Side) else 0.0
            found.by_left[face] = found.by_right[face] = found.drop[face] = 0.0
        return found

    def rate(self, c: Array, fluxes: _Fluxes, current_a_m2: float) -> Array:
        """Return the amount that each cell gains, mol/(m2 s), (n, s)."""
        j = fluxes.through
        blood = self.clear_m_s[:, None] * (c - self.problem.membrane.blood_mol_m3)
        return np.asarray(j[:-1] - j[1:] - blood + self.source(current_a_m2))


def _drop(
    conduct: Array, flow: Array, a: Array, b: Array, drive: tuple[Array, float, Array]
) -> Array:
    """Return the drop across each face that carries the current (Newton, all faces at once)."""
    z, current, drop = drive
    wanted = current / FARADAY_C_MOL
    for _ in range(2 * NEWTON_ROUNDS):
        x = z * drop[:, None] + flow
        j = conduct * (bernoulli(-x) * a - bernoulli(x) * b)
        slope = conduct * z * (-bernoulli_slope(-x) * a - bernoulli_slope(x) * b)
        change = ((z * j).sum(axis=1) - wanted) / (z * slope).sum(axis=1)
        drop = drop - change
        if np.all(np.abs(change) <= 4.0 * np.finfo(float).eps * (1.0 + np.abs(drop))):
            break
    return drop


def transport(problem: Problem, drive: Drive) -> Transport:
    """Run a membrane along a current.

    Raises
    ------
    NotConvergedError
        Where a step is too large.
    """
    setup = _Setup(problem)
    c = problem.start_mol_m3
    if setup.has_donor:
        c = np.vstack([problem.donor_mol_m3, c])
    guess = np.zeros(setup.n + 1)
    keep = _Record(setup, len(drive.time_s), c)
    for step, (begin, end) in enumerate(zip(drive.time_s[:-1], drive.time_s[1:], strict=True)):
        current = float(drive.current_a_m2[step])
        keep.open(step + 1)
        parts = [float(end - begin)]
        while parts:
            h = parts.pop()
            try:
                c, stages = _advance(setup, c, h, current, guess)
            except NotConvergedError:
                if h < (end - begin) / SMALLEST_PART:
                    raise
                parts += [h / 2.0, h / 2.0]
                continue
            guess = stages[-1][2].drop
            keep.add(step + 1, h, stages, current)
        keep.states[step + 1] = c
    return keep.result(drive.time_s)


_Stages = tuple[tuple[float, Array, _Fluxes], ...]


def _advance(
    setup: _Setup, c: Array, h: float, current: float, guess: Array
) -> tuple[Array, _Stages]:
    """Return the state after one step, and its stages with their weights."""
    hold = setup.hold_m[:, None]
    first, one = _stage(setup, c, GAMMA * h, current, guess)
    gained = setup.rate(first, one, current)
    base = c + (1.0 - GAMMA) * h * gained / hold
    last, two = _stage(setup, base, GAMMA * h, current, one.drop)
    more = setup.rate(last, two, current)
    c = c + h * ((1.0 - GAMMA) * gained + GAMMA * more) / hold
    return c, ((1.0 - GAMMA, first, one), (GAMMA, last, two))


def _stage(
    setup: _Setup, base: Array, h: float, current: float, guess: Array
) -> tuple[Array, _Fluxes]:
    """Solve one implicit stage, ``c = base + h f(c)``."""
    hold = setup.hold_m[:, None]
    scale = np.abs(base).max() + 1e-12
    c = base
    for _ in range(NEWTON_ROUNDS):
        found = setup.fluxes(c, current, guess)
        guess = found.drop
        miss = c - base - h * setup.rate(c, found, current) / hold
        k = (h / setup.hold_m)[:, None, None]
        unit = np.eye(len(setup.z))
        diagonal = unit * (1.0 + h * setup.clear_m_s / setup.hold_m)[:, None, None] - k * (
            found.by_right[:-1] - found.by_left[1:]
        )
        lower, upper = -k * found.by_left[:-1], k * found.by_right[1:]
        if setup.has_donor:  # the donor's own face depends on the donor from its left
            lower[0] = 0.0
        if not np.all(np.isfinite(miss)):
            break
        change = solve_block_tridiagonal(lower, diagonal, upper, miss)
        c = c - _damped(c, change, scale)
        # Rounding of the fluxes, carried through a long step, is the least that can be reached.
        noise = ROUNDING * h * setup.fastest_per_s * scale
        if np.abs(change).max() <= max(NEWTON_TOLERANCE * scale, noise):
            return c, setup.fluxes(c, current, guess)
    raise NotConvergedError(f"no solution of a step of {h:g} s")


def _damped(c: Array, change: Array, scale: float) -> Array:
    """Shorten a change that would take most of an ion out of a cell at once."""
    much = (c > LITTLE * scale) & (change > MOST * c)
    if not much.any():
        return change
    return np.asarray(change * (MOST * c[much] / change[much]).min())


class _Record:
    """Collects what a run shows."""

    def __init__(self, setup: _Setup, n_times: int, c: Array) -> None:
        s = len(setup.z)
        self.setup = setup
        self.states = np.empty((n_times, *c.shape))
        self.states[0] = c
        self.sums = np.zeros((3, n_times, s))
        self.fluxes = np.full((2, n_times, s), np.nan)
        self.drop = np.full(n_times, np.nan)
        self.charge_error = 0.0

    def open(self, at: int) -> None:
        """Begin a step with the sums of the one before."""
        self.sums[:, at] = self.sums[:, at - 1]

    def add(self, at: int, h: float, stages: _Stages, current: float) -> None:
        """Add a step or a part of one: the fluxes of its stages with their weights."""
        setup, first = self.setup, self.setup.first
        blood = setup.problem.membrane.blood_mol_m3
        for weight, state, found in stages:
            self.sums[0, at] += h * weight * found.through[first]
            self.sums[1, at] += h * weight * found.through[-1]
            self.sums[2, at] += h * weight * (setup.clear_m_s[:, None] * (state - blood)).sum(0)
            carried = FARADAY_C_MOL * (found.through[first:] * setup.z).sum(axis=1)
            gross = FARADAY_C_MOL * np.abs(found.through[first:] * setup.z).sum(axis=1).max()
            miss = np.abs(carried - current).max() / (gross + 1e-12)
            self.charge_error = max(self.charge_error, float(miss))
        found = stages[-1][2]
        self.fluxes[:, at] = found.through[first], found.through[-1]
        self.drop[at] = found.drop[first:].sum()

    def result(self, time_s: Array) -> Transport:
        """Return everything collected."""
        first = self.setup.first
        donor = self.states[:, 0] if first else np.full((len(time_s), len(self.setup.z)), np.nan)
        return Transport(
            time_s,
            self.states[:, first:],
            donor,
            self.sums[0],
            self.sums[1],
            self.sums[2],
            self.fluxes[0],
            self.fluxes[1],
            self.drop,
            self.charge_error,
        )
