"""The scheme in plain numpy: what the compiled core must reproduce, and its stand-in.

Linearly implicit enthalpy, conservative. With theta = integral of k dT the balance of cell i is

    V_i dH_i/dt = A (theta_{i-1} - theta_i)/d + A (theta_{i+1} - theta_i)/d + V_i s_i(T_i)

within a layer; between layers the two half cells (and a contact) stand in series. One Newton step
from the old state gives a tridiagonal system for dT_i = dH_i / C_i; H is then advanced by C_i dT_i,
so the energy balance closes to round-off whatever the step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.problem import Problem, Solution

Array = NDArray[np.float64]

# numerical: below this part of the full blood flow, round-off alone would set the mean temperature
_LEAST_FLOW = 1e-4


@dataclass
class _Layout:
    """Cell-wise constants of a batch, each broadcast to (n_cells, n) unless said otherwise."""

    volume: Array
    dx: Array
    area: Array
    k_u: Array
    k_f: Array
    c_u: Array
    c_m: Array
    c_f: Array
    t_liq: Array
    width: Array
    same: NDArray[np.bool_]  # (n_cells - 1,): both cells lie in one layer


def _layout(problem: Problem) -> _Layout:
    grid, mat, n = problem.grid, problem.materials, problem.n
    of = grid.layer_of_cell

    def cells(a: Array) -> Array:
        return np.broadcast_to(a[of], (len(of), n)).astype(np.float64)

    dx, area, volume = (np.broadcast_to(a, (len(of), n)) for a in grid.measures())
    width = cells(mat.t_liquidus_c - mat.t_solidus_c)
    c_u, c_f = cells(mat.c_j_m3k), cells(mat.c_frozen_j_m3k)
    c_m = cells(mat.latent_j_m3) / width + (c_u + c_f) / 2.0
    k_u, k_f = cells(mat.k_w_mk), cells(mat.k_frozen_w_mk)
    return _Layout(
        volume, dx, area, k_u, k_f, c_u, c_m, c_f, cells(mat.t_liquidus_c), width, of[1:] == of[:-1]
    )


def enthalpy(lay: _Layout, t_c: Array) -> Array:
    """Return the volumetric enthalpy above the liquidus state, J/m3."""
    d = t_c - lay.t_liq
    mushy = np.clip(d, -lay.width, 0.0)
    return lay.c_u * np.maximum(d, 0.0) + lay.c_m * mushy + lay.c_f * np.minimum(d + lay.width, 0.0)


def _state(lay: _Layout, h: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Return temperature, conductivity, heat capacity, liquid share and Kirchhoff potential."""
    h_sol = -lay.c_m * lay.width
    up, un = np.maximum(h, 0.0), np.minimum(h - h_sol, 0.0)
    below = (h - up - un) / lay.c_m  # kelvin below the liquidus inside the freezing range, <= 0
    t = lay.t_liq + up / lay.c_u + below + un / lay.c_f
    share = 1.0 + below / lay.width
    dk = lay.k_f - lay.k_u
    k = lay.k_f - dk * share
    theta = (
        lay.k_u * (up / lay.c_u + below)
        - dk * below**2 / (2.0 * lay.width)
        + lay.k_f * un / lay.c_f
    )
    c = np.where(h > 0.0, lay.c_u, np.where(h < h_sol, lay.c_f, lay.c_m))
    return t, k, c, share, theta


def _row(a: Array, step: int, n: int) -> Array:
    return np.broadcast_to(a[step], (n,))


class _Stepper:
    """Advances one batch; holds the state between steps."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.n = problem, problem.n
        self.grid, self.lay = problem.grid, _layout(problem)
        self.first = problem.grid.n_pack
        shape = (problem.grid.n_cells, self.n)
        self.t_start = np.broadcast_to(problem.t_start_c, shape).astype(np.float64)
        self.h = enthalpy(self.lay, self.t_start)
        self.h_start = self.h.copy()
        self.m = np.ones(shape)
        of, p = problem.grid.layer_of_cell, problem.perfusion

        def cells(a: Array) -> Array:
            return np.broadcast_to(a[of], shape)

        self.w_rest, self.q_rest, self.lat = map(
            cells, (p.perfusion_w_m3k, p.metabolic_w_m3, p.lateral_w_m3k)
        )
        self.w, self.q, self.working = self.w_rest, self.q_rest, cells(p.working)
        self.full_flow = (self.w * self.lay.volume)[self.first :].sum(axis=0)
        self.floor, self.half = cells(p.vaso_floor), cells(p.vaso_half_k)
        self.narrow, self.recover = cells(p.vaso_narrow_s), cells(p.vaso_recover_s)
        names = ("skin", "pack", "reset", "perfusion", "metabolic", "lateral", "inner")
        self.gain = {name: np.zeros(self.n) for name in names}
        self.heat_out = np.zeros(self.n)
        self.t_surface = np.zeros(self.n)
        self.t_art = np.zeros(self.n)

    def artery(self, t: Array, share: Array) -> Array:
        """Arterial temperature from the state at the start of the step, (n,)."""
        p = self.problem.perfusion
        weight = (self.w * self.m * share * self.lay.volume)[self.first :]
        total = weight.sum(axis=0)
        flows = total > _LEAST_FLOW * self.full_flow
        carried = (weight * t[self.first :]).sum(axis=0)
        mean = np.where(flows, carried / np.where(flows, total, 1.0), p.t_core_c)
        return np.asarray(p.t_core_c - p.countercurrent * (p.t_core_c - mean))

    def step(self, index: int) -> None:
        """Advance by step `index` of the schedule."""
        s, first, lay = self.problem.schedule, self.first, self.lay
        if s.pack_reset[index] and first:
            fresh = self.h_start[:first]
            self.gain["reset"] += (lay.volume[:first] * (fresh - self.h[:first])).sum(axis=0)
            self.h[:first] = fresh
        dt = float(s.dt_s[index])
        t, _, _, share, _ = _state(lay, self.h)
        self.t_art = self.artery(t, share)
        factor = 1.0 + self.working * (_row(s.effort, index, self.n) - 1.0)
        self.w, self.q = self.w_rest * factor, self.q_rest * factor
        h_old = self.h.copy()
        for _ in range(1 + self.problem.newton):
            t, k, c, share, theta = _state(lay, self.h)
            self._newton(index, dt, h_old, (t, k, c, share, theta))
        self._book(index, dt)
        self._vasomotion(dt)

    def _newton(self, index: int, dt: float, h_old: Array, state: tuple[Array, ...]) -> None:
        """One linear solve from the present state; keeps what booking the energy needs."""
        s, n, lay, first = self.problem.schedule, self.n, self.lay, self.first
        t, k, c, share, theta = state
        own = lay.volume * c / dt  # diagonal
        rhs = lay.volume * (h_old - self.h) / dt
        wphi = self.w * self.m * share
        own += lay.volume * (wphi + self.lat)
        sources = wphi * (self.t_art - t) + self.lat * (self.t_start - t) + self.q * share
        rhs += lay.volume * sources
        # Faces: coefficient of the outer (up) and of the inner (down) cell's temperature change.
        d = (lay.dx[:-1] + lay.dx[1:]) / 2.0
        series = lay.area[:-1] / (lay.dx[:-1] / (2.0 * k[:-1]) + lay.dx[1:] / (2.0 * k[1:]))
        same = lay.same[:, None]
        up = np.where(same, lay.area[:-1] * k[:-1] / d, series)
        down = np.where(same, lay.area[:-1] * k[1:] / d, series)
        within = lay.area[:-1] * (theta[:-1] - theta[1:]) / d
        flux = np.where(same, within, series * (t[:-1] - t[1:]))
        if first:
            h_c = _row(s.h_contact_w_m2k, index, n)
            half = lay.dx[first - 1] / (2.0 * k[first - 1]) + lay.dx[first] / (2.0 * k[first])
            g = h_c / (1.0 + h_c * half)
            up[first - 1] = down[first - 1] = g
            flux[first - 1] = g * (t[first - 1] - t[first])
            self.contact = (g, lay.dx[first] / (2.0 * k[first]))
            g_pack = self._film(s.h_pack_w_m2k, index, lay.dx[0] / (2.0 * k[0]))
            own[0] += g_pack
            rhs[0] += g_pack * (_row(s.t_pack_env_c, index, n) - t[0])
            self.g_pack = g_pack
        self._skin(index, own, rhs, (t, k))
        if self.problem.t_inner_c is not None:
            self.g_in = lay.area[-1] * 2.0 * k[-1] / lay.dx[-1]
            own[-1] += self.g_in
            rhs[-1] += self.g_in * (self.problem.t_inner_c - t[-1])
        own[:-1] += up
        own[1:] += down
        rhs[:-1] -= flux
        rhs[1:] += flux
        delta = solve_tridiagonal(-up, own, -down, rhs)
        self.t_new = t + delta
        self.wphi, self.share = wphi, share
        self.h = self.h + c * delta

    def _film(self, h: Array, index: int, half: Array) -> Array:
        film = _row(h, index, self.n)
        return np.asarray(film / (1.0 + film * half))

    def _skin(self, index: int, own: Array, rhs: Array, state: tuple[Array, Array]) -> None:
        """Exchange of the outermost tissue cell with air or water, and a given flux."""
        s, first, (t, k) = self.problem.schedule, self.first, state
        half = self.lay.dx[first] / (2.0 * k[first])
        h = _row(s.h_skin_w_m2k, index, self.n)
        q = _row(s.q_skin_w_m2, index, self.n)
        share = 1.0 / (1.0 + h * half)  # of a flux at the surface that goes inwards
        env = _row(s.t_env_c, index, self.n)
        own[first] += h * share
        rhs[first] += h * share * (env - t[first]) + q * share
        self.skin = (h, half, share, q, env)

    def _book(self, index: int, dt: float) -> None:
        """Add this step's heat to the ledger; all terms at the new, linearised temperatures."""
        t, lay, first = self.t_new, self.lay, self.first
        h, half, share, q, env = self.skin
        into = h * share * (env - t[first]) + q * share
        self.t_surface = t[first] + into * half
        self.gain["skin"] += dt * into
        out = -into
        if first:
            g, half_k = self.contact
            from_pack = g * (t[first - 1] - t[first])
            self.t_surface = self.t_surface + from_pack * half_k
            out = out - from_pack
            env_pack = _row(self.problem.schedule.t_pack_env_c, index, self.n)
            self.gain["pack"] += dt * self.g_pack * (env_pack - t[0])
        self.heat_out += dt * out
        blood = lay.volume * self.wphi * (self.t_art - t)
        self.gain["perfusion"] += dt * blood.sum(axis=0)
        self.gain["metabolic"] += dt * (lay.volume * self.q * self.share).sum(axis=0)
        self.gain["lateral"] += dt * (lay.volume * self.lat * (self.t_start - t)).sum(axis=0)
        if self.problem.t_inner_c is not None:
            self.gain["inner"] += dt * self.g_in * (self.problem.t_inner_c - t[-1])

    def _vasomotion(self, dt: float) -> None:
        t = _state(self.lay, self.h)[0]
        fall = np.maximum(self.t_start - t, 0.0)
        equilibrium = self.floor + (1.0 - self.floor) * self.half / (self.half + fall)
        rate = dt / np.where(equilibrium < self.m, self.narrow, self.recover)
        self.m = (self.m + rate * equilibrium) / (1.0 + rate)


def solve_tridiagonal(upper: Array, diagonal: Array, lower: Array, rhs: Array) -> Array:
    """Solve the batch of tridiagonal systems; row i+1 holds `upper[i]` on its left neighbour.

    `upper[i]` multiplies the unknown i in row i + 1, `lower[i]` the unknown i + 1 in row i.
    """
    n = len(diagonal)
    c = np.empty_like(lower)
    d = np.empty_like(rhs)
    pivot = diagonal[0]
    d[0] = rhs[0] / pivot
    for i in range(n - 1):
        c[i] = lower[i] / pivot
        pivot = diagonal[i + 1] - upper[i] * c[i]
        d[i + 1] = (rhs[i + 1] - upper[i] * d[i]) / pivot
    for i in range(n - 2, -1, -1):
        d[i] -= c[i] * d[i + 1]
    return d


def solve_reference(problem: Problem) -> Solution:
    """Solve `problem` with numpy in double precision."""
    stepper = _Stepper(problem)
    grid, n, first = problem.grid, problem.n, problem.grid.n_pack
    index, weight = problem.probe_weights()
    n_out, n_layers = len(problem.out_steps), len(grid.cells)
    surface = np.empty((n_out, n))
    pack = np.full((n_out, n), np.nan)
    heat = np.empty((n_out, n))
    probes = np.empty((n_out, *index.shape))
    vaso = np.empty((n_out, n_layers, n))
    of, volume = grid.layer_of_cell, stepper.lay.volume
    out = {int(step): i for i, step in enumerate(problem.out_steps)}
    for step in range(len(problem.schedule.dt_s)):
        stepper.step(step)
        if step not in out:
            continue
        i = out[step]
        t = _state(stepper.lay, stepper.h)[0]
        surface[i], heat[i] = stepper.t_surface, stepper.heat_out
        nodes = np.vstack([stepper.t_surface[None], t[first:]])
        above = np.take_along_axis(nodes, index.astype(np.int64) - (first - 1), axis=0)
        below = np.take_along_axis(nodes, index.astype(np.int64) - (first - 1) + 1, axis=0)
        probes[i] = above + weight * (below - above)
        for layer in range(n_layers):
            mine = of == layer
            vaso[i, layer] = np.average(stepper.m[mine], axis=0, weights=volume[mine])
        if first:
            pack[i] = np.average(t[:first], axis=0, weights=volume[:first])
    stored = (volume * (stepper.h - stepper.h_start)).sum(axis=0)
    time = np.cumsum(problem.schedule.dt_s)[problem.out_steps]
    ledger = {"stored": stored, **stepper.gain}
    return Solution(time, surface, probes, pack, vaso, heat, ledger)
