"""The whole-body scheme in plain numpy: what the compiled kernel must reproduce.

Each step, with everything known from its start: signals and vessels move, the blood pool is
predicted implicitly, and each segment's column is solved implicitly with its arterial temperature
held. The pool is then charged exactly what the columns took, so the balance closes to round-off.

Freezing is linearly implicit in the enthalpy: capacity, conductance, blood and metabolism are those
of the ice at the start of the step, and the heat that a cell took up by the end of it, not its
temperature, is carried over. Blood stops and metabolism ceases in what is ice.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.body_problem import BodyProblem, BodySolution, BodyState

Array = NDArray[np.float64]
LEDGER = ("stored", "skin", "metabolic", "shiver", "breath")


class _Body:
    """One batch under way."""

    def __init__(self, problem: BodyProblem) -> None:
        self.p, self.s = problem, problem.start.copy()
        t, c = problem.tissue, problem.control
        layer = t.layer
        self.is_skin = (layer == c.skin_layer)[:, None, None]
        self.is_soft = (t.layer == layer.max() - 1)[:, None, None]
        self.is_deep = (t.layer == layer.max())[:, None, None]
        self.floor, self.half = c.floor[layer][:, None], c.half_k[layer][:, None]
        self.narrow, self.recover = c.narrow_s[layer][:, None], c.recover_s[layer][:, None]
        self.ice = t.ice.of_cells(layer)
        self.heat_out = np.zeros_like(t.half_w_m2k)
        self.gain = {k: np.zeros(t.area_m2.shape[1]) for k in LEDGER}

    def mean_of(self, weight: Array, values: Array) -> Array:
        """Mean over the cells, (S, n); 0 where the weights are."""
        total = weight.sum(axis=0)
        return np.asarray(
            (weight * values).sum(axis=0) / np.where(total > 0, total, 1.0), dtype=np.float64
        )

    def signals(self, dt: float) -> None:
        """Central signals and shivering follow the skin and the brain."""
        c, s = self.p.control, self.s
        fall = c.t_skin_set_c - s.t_surface_c
        cold = np.minimum((c.cold_sense * np.maximum(fall, 0.0)).sum(axis=0), c.cold_most_k)
        warm = np.minimum((c.cold_sense * np.maximum(-fall, 0.0)).sum(axis=0), c.cold_most_k)
        weight = np.where(self.is_deep, self.p.tissue.heat_j_m2k, 0.0)
        b = c.brain_segment
        brain = self.mean_of(weight[:, b], s.t_c[:, b])
        core = np.clip(c.t_core_set_c - brain, -c.core_most_k, c.core_most_k)
        narrow = c.constriction_per_k * (np.maximum(cold - warm, 0.0) + np.maximum(core, 0.0))
        open_ = c.dilation_core * np.maximum(-core, 0.0) + c.dilation_skin * np.maximum(
            warm - cold, 0.0
        )
        rate = dt / c.central_s
        s.cold_signal[:] = (s.cold_signal + rate * narrow) / (1.0 + rate)
        s.warm_signal[:] = (s.warm_signal + rate * open_) / (1.0 + rate)
        wanted = c.shiver_w_k2 * cold * np.maximum(core - c.shiver_from_k, 0.0)
        rate = dt / c.shiver_lag_s
        wanted = np.clip(wanted, 0.0, c.shiver_most_w)
        s.shiver_w[:] = (s.shiver_w + rate * wanted) / (1.0 + rate)

    def vessels(self, dt: float) -> None:
        """Local and central reaction of every cell's flow."""
        c, s, t = self.p.control, self.s, self.p.tissue
        fall = np.maximum(t.t_set_c - s.t_c, 0.0)
        aim = self.floor + (1.0 - self.floor) * self.half / (self.half + fall)
        central = (aim + c.dilation * s.warm_signal) / (1.0 + c.constriction * s.cold_signal)
        aim = np.where(self.is_skin, central, aim)
        tau = np.where(aim < s.flow, self.narrow, self.recover)
        wave = np.clip((c.opens_t_c - s.t_c) / c.opens_width_k, 0.0, 1.0) * c.opens
        opens = self.is_skin & (wave > aim)
        tau = np.where(opens, c.opens_s, tau)
        aim = np.where(opens, wave, aim)
        rate = dt / tau
        s.flow[:] = (s.flow + rate * aim) / (1.0 + rate)

    def step(self, index: int) -> None:
        """Advance by step `index`."""
        p, t, c, s = self.p, self.p.tissue, self.p.control, self.s
        dt, phase = float(p.schedule.dt_s[index]), int(p.schedule.phase[index])
        self.signals(dt)
        self.vessels(dt)
        frozen = self.ice.share(s.t_c)
        liquid = 1.0 - frozen
        shiver = t.shiver_share * s.shiver_w * liquid
        blood = t.flow_w_m2k * s.flow * liquid + shiver * c.shiver_flow_w_k_w
        total = blood.sum(axis=0)
        vein = self.mean_of(blood, s.t_c)
        back = c.exchange_w_m2k / (total + c.exchange_w_m2k + np.finfo(float).tiny)
        carry = t.area_m2 * total * (1.0 - back)
        breath = p.schedule.breath_w[phase]
        pool = (c.pool_j_k * s.t_pool_c + dt * ((carry * vein).sum(axis=0) - breath)) / (
            c.pool_j_k + dt * carry.sum(axis=0)
        )
        artery = (1.0 - back) * pool + back * vein
        u, g = self._film(phase)
        made = t.heat_w_m2 * liquid
        face, half = self._conductances(frozen)
        through = half / (half + u)
        old = s.t_c.copy()

        def solved(slope: Array) -> Array:
            mass = t.heat_j_m2k * slope / dt
            own, rhs = mass + blood, mass * old + blood * artery + made + shiver
            own[0] += u * through
            rhs[0] += g * through
            return solve_columns(own, face, rhs)

        slope = self._slope(solved)
        new = solved(slope)
        s.t_c[:] = self._taken_up(new, slope)
        out = through * (u * new[0] - g)
        # The skin over ice lies at the temperature of its enthalpy, not at the linear one.
        outermost = s.t_c[0]
        s.t_surface_c[:] = outermost - through * (u * outermost - g) / half
        self.heat_out += dt * out
        taken = (t.area_m2 * (blood * (artery - new)).sum(axis=0)).sum(axis=0)
        before = s.t_pool_c.copy()
        s.t_pool_c[:] -= dt * (taken + breath) / c.pool_j_k
        whole = self._whole
        self.gain["skin"] -= dt * whole(out)
        self.gain["metabolic"] += dt * whole(made.sum(axis=0))
        self.gain["shiver"] += dt * whole(shiver.sum(axis=0))
        self.gain["breath"] -= dt * breath
        self.gain["stored"] += whole(
            (t.heat_j_m2k * slope * (new - old)).sum(axis=0)
        ) + c.pool_j_k * (s.t_pool_c - before)

    def _conductances(self, frozen: Array) -> tuple[Array, Array]:
        """Return those of every face and of the half cell below the skin, ice conducting better."""
        t = self.p.tissue
        better = 1.0 + (self.ice.conducts - 1.0) * frozen
        now = t.resistance_m2k_w / better
        face = t.face_w_m2k.copy()
        whole = t.resistance_m2k_w[:-1] + t.resistance_m2k_w[1:]
        face[:-1] *= whole / (now[:-1] + now[1:])
        return face, t.half_w_m2k * better[0]

    def _slope(self, solved: Callable[[Array], Array]) -> Array:
        """Return the capacity of every cell for this step, over the unfrozen one.

        It is that of the start. In a column that holds ice, a first look ahead tells which cells
        will begin or end to freeze: theirs is the capacity of the chord.
        """
        now, ice = self.s.t_c, self.ice
        slope = ice.capacity(now)
        has_ice = (now < ice.t_liquidus_c).any(axis=0)
        if not has_ice.any():
            return slope
        linear = self._held(solved(slope), slope)
        then = ice.temperature_c(linear)
        crosses = has_ice & (ice.capacity(then) != slope)
        chord = (linear - ice.enthalpy_k(now)) / np.where(crosses, then - now, 1.0)
        return np.where(crosses, chord, slope)

    def _held(self, new: Array, slope: Array) -> Array:
        """Return the enthalpy that a linear step leaves in every cell, K."""
        now, ice = self.s.t_c, self.ice
        held = ice.enthalpy_k(now) + slope * (new - now)
        return np.where(self._is_plain(slope), new - ice.t_liquidus_c, held)

    def _is_plain(self, slope: Array) -> NDArray[np.bool_]:
        return np.asarray((self.s.t_c >= self.ice.t_liquidus_c) & (slope == 1.0))

    def _taken_up(self, new: Array, slope: Array) -> Array:
        """Return the temperatures of the enthalpies that a linear step leaves."""
        stays = self._is_plain(slope) & (new >= self.ice.t_liquidus_c)
        return np.where(stays, new, self.ice.temperature_c(self._held(new, slope)))

    def _film(self, phase: int) -> tuple[Array, Array]:
        sched = self.p.schedule
        x = np.clip(self.s.t_surface_c, sched.t_low_c, sched.t_high_c)
        u, g = sched.film_u[phase], sched.film_g[phase]
        return u[0] + x * (u[1] + x * u[2]), g[0] + x * (g[1] + x * g[2])

    def _whole(self, flux: Array) -> Array:
        return np.asarray((self.p.tissue.area_m2 * flux).sum(axis=0), dtype=np.float64)


def solve_columns(own: Array, face: Array, rhs: Array) -> Array:
    """Solve the columns; `face` couples a cell to the next one inwards.

    Cells come first. Several right sides for the same columns: one more axis in `rhs`, of length
    one in the others.
    """
    n = len(own)
    own = own + face
    own[1:] += face[:-1]
    pass_, rest = np.empty_like(own), np.empty_like(rhs)
    pass_[0], rest[0] = face[0] / own[0], rhs[0] / own[0]
    for i in range(1, n):
        inverse = 1.0 / (own[i] - face[i - 1] * pass_[i - 1])
        pass_[i] = face[i] * inverse
        rest[i] = (rhs[i] + face[i - 1] * rest[i - 1]) * inverse
    for i in range(n - 2, -1, -1):
        rest[i] += pass_[i] * rest[i + 1]
    return rest


def solve_body_reference(problem: BodyProblem) -> BodySolution:
    """Advance the people with numpy in double precision."""
    body = _Body(problem)
    _, s, n = problem.shape
    n_out, n_probes = len(problem.out_steps), len(problem.probe_segment)
    surface, deep, skin, muscle, heat, ice = (np.empty((n_out, s, n)) for _ in range(6))
    pool, shiver = np.empty((n_out, n)), np.empty((n_out, n))
    probes = np.empty((n_out, n_probes, n))
    keep = {int(step): i for i, step in enumerate(problem.out_steps)}
    mass = problem.tissue.heat_j_m2k
    people = np.arange(n)
    for step in range(len(problem.schedule.dt_s)):
        body.step(step)
        if step not in keep:
            continue
        i, now = keep[step], body.s
        surface[i], heat[i] = now.t_surface_c, body.heat_out
        ice[i] = problem.tissue.ice_depth_m(now.t_c)
        deep[i] = body.mean_of(np.where(body.is_deep, mass, 0.0), now.t_c)
        flow = now.flow * (1.0 - body.ice.share(now.t_c))  # through ice nothing flows
        skin[i] = body.mean_of(np.where(body.is_skin, mass, 0.0), flow)
        muscle[i] = body.mean_of(np.where(body.is_soft, mass, 0.0), flow)
        pool[i], shiver[i] = now.t_pool_c, now.shiver_w
        for k in range(n_probes):
            seg, cell = int(problem.probe_segment[k]), problem.probe_cell[k]
            nodes = np.vstack([now.t_surface_c[None, seg], now.t_c[:, seg]])
            above, below = nodes[cell + 1, people], nodes[cell + 2, people]
            probes[i, k] = above + problem.probe_weight[k] * (below - above)
    time = np.cumsum(problem.schedule.dt_s)[problem.out_steps]
    end: BodyState = body.s
    return BodySolution(
        time, surface, deep, skin, muscle, heat, ice, probes, pool, shiver, body.gain, end
    )
