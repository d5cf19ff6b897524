r"""The freezing scheme in plain numpy: the definition of what the compiled core does.

Unknown is the enthalpy H of finite volumes, with the Kirchhoff potential Theta(H),

.. math:: dH/dt = \nabla^2 \Theta + L(H) (w (T_a - T) + q).

Time goes in super-steps of s stages of the first-order Runge-Kutta-Legendre scheme (RKL1; Meyer,
Balsara & Aslam 2014, doi:10.1016/j.jcp.2013.08.021), written for the change d = Y - Y_0 so that
single precision loses nothing:

.. math:: d_j = \mu_j d_{j-1} + \nu_j d_{j-2} + \mu_j w_1 \Delta t M(Y_0 + d_{j-1}).

Stable while dt times the largest rate (sum of face coefficients times dTheta/dH) is at most
s (s + 1) / 2. Blood, surface and the conductance of faces between materials are taken at the start
of the super-step. A step that ends with a faster cell than was allowed for is done again. The last
step of a phase until thawed is cut where the last ice goes; results between steps are linear in H.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.freeze_member import Axis, Curves, State, Step, axes_of, member
from cryodose.solve.freeze_problem import FreezeProblem, FreezeSolution
from cryodose.solve.freeze_readout import Book, gather
from cryodose.solve.freeze_surface import Outside, Surface
from cryodose.solve.freeze_tool import Tool

Array = NDArray[np.float64]
LEDGER = ("stored", "skin", "blood", "metabolic", "kept", "held", "tool")

# numerical: first super-step over `step_growth`, s; steps grow from there
FIRST_S = 0.25
# numerical: allowance for cells that get faster within a super-step
MARGIN = 1.2
# numerical: below this difference in K a mean conductivity is that at the temperature itself
ALIKE_K = 0.05
# numerical: a super-step is tried again at most so often
RETRIES = 6


def _along(a: Array, axis: int) -> Array:
    """Return a line of values so that it broadcasts along one of three axes."""
    shape = [1, 1, 1]
    shape[axis] = -1
    return a.reshape(shape)


def _parts(axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Return the cells before and behind the faces across an axis."""
    before: list[slice] = [slice(None)] * 3
    behind = list(before)
    before[axis], behind[axis] = slice(None, -1), slice(1, None)
    return tuple(before), tuple(behind)


class Faces:
    """The faces across one axis: heat flow per unit of the product of the other two sizes."""

    def __init__(self, axis: int, line: Axis, material: NDArray[np.int32]) -> None:
        self.before, self.behind = _parts(axis)
        self.area = _along(line.area, axis)
        self.distance = _along(line.distance, axis)
        self.half = [_along(w / 2, axis) for w in (line.width[:-1], line.width[1:])]
        self.size = [_along(s, axis) for s in (line.size[:-1], line.size[1:])]
        self.same = material[self.before] == material[self.behind]
        self.inside = np.where(self.same, self.area / self.distance, 0.0)

    def conduct(self, k: tuple[Array, Array]) -> Array:
        """Return the conductance of the faces between materials; 0 elsewhere."""
        series = self.area / (self.half[0] / k[0] + self.half[1] / k[1])
        return np.where(self.same, 0.0, series)


class Member:
    """One member under way."""

    def __init__(self, problem: FreezeProblem, m: int) -> None:
        self.p, self.m = problem, m
        shape = problem.grid.shape
        self.material = problem.grid.material.reshape(shape)
        self.axes = axes_of(problem, m)
        z, y, x = (_along(a.size, i) for i, a in enumerate(self.axes))
        self.volume = z * y * x
        self.top_area = (y * x)[0]
        self.curves = Curves(problem, m)
        self.faces = [Faces(i, a, self.material) for i, a in enumerate(self.axes)]
        self.surface = Surface(problem, m, self.curves, float(self.axes[0].width[0]))
        blood = problem.blood
        self.w = member(blood.perfusion_w_m3k, m)[self.material]
        self.q = member(blood.metabolic_w_m3, m)[self.material]
        self.t_artery = float(member(blood.t_artery_c, m))
        self.t_stasis = float(member(blood.t_stasis_c, m))
        start = np.broadcast_to(problem.t_start_c, (*problem.grid.material.shape, problem.n))
        t = np.array(start[..., m], dtype=np.float64).reshape(shape)
        self.kept = problem.kept.reshape(shape)
        self.held = problem.held.reshape(shape) & ~self.kept
        self.tissue = ~(self.kept | self.held)
        self.h_full = self.curves.h_full[self.material]
        h = self.curves.value("h_of_t", self.material, t)
        self.s = State(0.0, h, t, (t >= self.t_stasis).astype(np.float64), 0.0)
        self.t_surface = t[0].copy()
        self.h_start = h.copy()
        self.gain, self.stages = dict.fromkeys(LEDGER, 0.0), 0
        self.tool: Tool | None = None

    def rate_of(self, h: Array, own: Array) -> float:
        """Return the rate of the fastest cell that moves; `own` are coefficients of the surface."""
        inside, between = np.zeros(h.shape), np.zeros(h.shape)
        inside[0] += own
        for f, g in zip(self.faces, self.g_between, strict=True):
            inside[f.before] += f.inside / f.size[0]
            inside[f.behind] += f.inside / f.size[1]
            between[f.before] += g / f.size[0]
            between[f.behind] += g / f.size[1]
        d = self.curves.slope("theta_of_h", self.material, h)
        c = self.curves.slope("t_of_h", self.material, h)
        return float(np.max(self.tissue * (inside * d + between * c)))

    def between(self) -> list[Array]:
        """Return the conductance of all faces between materials, at the present state."""
        t, c = self.s.t, self.curves
        k = c.slope("theta_of_t", self.material, t)
        theta = c.value("theta_of_t", self.material, t)
        found = []
        for f in self.faces:
            ends = (f.before, f.behind)
            g = [k[e] / half for e, half in zip(ends, f.half, strict=True)]
            t_face = (g[0] * t[f.before] + g[1] * t[f.behind]) / (g[0] + g[1])
            means = []
            for e in ends:
                gap = t[e] - t_face
                far = np.abs(gap) > ALIKE_K
                rise = theta[e] - c.value("theta_of_t", self.material[e], t_face)
                means.append(np.where(far, rise / np.where(far, gap, 1.0), k[e]))
            found.append(f.conduct((means[0], means[1])))
        return found

    def divergence(self, h: Array) -> Array:
        """Return the heat gained by conduction between cells, W/m3."""
        theta = self.curves.value("theta_of_h", self.material, h)
        t = self.curves.value("t_of_h", self.material, h)
        found = np.zeros(h.shape)
        for f, g in zip(self.faces, self.g_between, strict=True):
            flow = f.inside * (theta[f.behind] - theta[f.before])
            flow += g * (t[f.behind] - t[f.before])
            found[f.before] += flow / f.size[0]
            found[f.behind] -= flow / f.size[1]
        self.theta_top = theta[0]
        return found

    def begin(self, out: Outside) -> None:
        """Take what stays the same during a super-step from the present state."""
        s = self.s
        liquid = s.alive * self.curves.value("liquid_of_h", self.material, s.h)
        self.blood = liquid * self.w * (self.t_artery - s.t)
        self.heat = liquid * self.q
        self.g_between = self.between()
        theta = self.curves.value("theta_of_h", self.material, s.h)[0]
        self.theta_0 = theta
        self.t_surface, self.q_out, self.slope = self.surface.solve(theta, self.t_surface, out)
        self.own = self.slope / self.axes[0].width[0]
        if self.tool:
            load = self.surface.load(self.t_surface, self.slope, self.top_area, out.t_tool_c)
            self.beside_tool = float(np.sum(self.q_out * self.top_area)) - load.heat_w

    def touch(self, dt: float, coolant_c: float) -> float:
        """Return the mean temperature of the tool in the step to come."""
        if not self.tool:
            return coolant_c
        tool = self.tool
        tool.coolant_c = coolant_c
        theta = self.curves.value("theta_of_h", self.material, self.s.h)[0]
        t, _, slope = self.surface.solve(theta, self.t_surface, Outside(True, tool.t_c))
        return tool.mean_c(dt, self.surface.load(t, slope, self.top_area, tool.t_c))

    def advance(self, dt: float) -> Step:
        """Return the super-step from the present state, with as many stages as it needs."""
        rate = MARGIN * self.rate_of(self.s.h, self.own)
        for _ in range(RETRIES):
            step = self._stages(dt, rate)
            if step.rate <= rate:
                return step
            rate = MARGIN * step.rate
        return step

    def _stages(self, dt: float, rate: float) -> Step:
        stages = int(np.ceil((np.sqrt(1.0 + 8 * dt * rate) - 1.0) / 2.0))
        stages = max(stages, 1)
        self.stages += stages
        first = 2.0 / (stages * (stages + 1.0))
        source, dz = self.blood + self.heat, self.axes[0].width[0]
        d, d_before = np.zeros(self.s.h.shape), np.zeros(self.s.h.shape)
        e, e_before = 0.0, 0.0
        for j in range(1, stages + 1):
            mu, nu = (2.0 * j - 1.0) / j, (1.0 - j) / j
            f = self.divergence(self.s.h + np.where(self.tissue, d, 0.0)) + source
            q = self.q_out + self.slope * (self.theta_top - self.theta_0)
            f[0] -= q / dz
            skin = -float(np.sum(q * self.top_area))
            d, d_before = mu * d + nu * d_before + mu * first * dt * f, d
            e, e_before = mu * e + nu * e_before + mu * first * dt * skin, e
        mine = self.volume * d
        heat = {
            "skin": e,
            "blood": dt * float(np.sum(self.volume * self.blood)),
            "metabolic": dt * float(np.sum(self.volume * self.heat)),
            "kept": -float(np.sum(mine[self.kept])),
            "held": -float(np.sum(mine[self.held])),
            "tool": 0.0,
        }
        if self.tool:
            # What comes by other ways than the tool is small, and taken from the begin of the step.
            heat["skin"] = -dt * self.beside_tool
            heat["tool"] = e - heat["skin"]
            self.tool.heat_w = -heat["tool"] / dt
        change = np.where(self.tissue, d, 0.0)
        return Step(dt, change, heat, self.rate_of(self.s.h + change, self.own))

    def hold(self, t_tool: float) -> None:
        """Bring the held cells to the temperature of the tool."""
        if not np.any(self.held):
            return
        t = np.where(self.held, t_tool, self.s.t)
        h = np.where(self.held, self.curves.value("h_of_t", self.material, t), self.s.h)
        self.gain["held"] += float(np.sum(self.volume * (h - self.s.h)))
        self.s.h, self.s.t = h, t

    def commit(self, step: Step, share: float) -> None:
        """Go to the end of a step, or some share of the way."""
        s = self.s
        s.h = s.h + share * step.change
        s.t = self.curves.value("t_of_h", self.material, s.h)
        s.alive = np.where(s.t < self.t_stasis, 0.0, s.alive)
        s.time_s += share * step.dt_s
        for name, heat in step.heat.items():
            self.gain[name] += share * heat

    def ice_left(self, h: Array) -> Array:
        """Return by how much enthalpy each cell of tissue falls short of all liquid."""
        return np.where(self.tissue, np.maximum(self.h_full - h, 0.0), 0.0)

    def thawed_after(self, step: Step) -> float:
        """Return after which share of a step no ice is left; 1 or more: not within it."""
        left = self.ice_left(self.s.h + step.change)
        if np.any(left > 0):
            return 2.0
        had = self.ice_left(self.s.h)
        icy = had > 0
        return float(np.max(had[icy] / step.change[icy], initial=0.0))

    def run(self) -> Book:
        """Go through all phases."""
        book = Book(self)
        cold, now = self.p.cold, -1
        last = len(cold.duration_s) - 1
        for phase, cycle in enumerate(cold.cycle):
            if cycle != now:
                now = int(cycle)
                book.begin_cycle(now)
            self.phase(book, phase, float(cold.duration_s[phase]), bool(cold.until_thawed[phase]))
            book.phase_end[phase] = self.s.time_s
        rest = float(self.p.out_s[-1]) - self.s.time_s if len(self.p.out_s) else 0.0
        if rest > 0 and not cold.on[last]:
            self.phase(book, last, rest, False)
        self.gain["stored"] = float(np.sum(self.volume * (self.s.h - self.h_start)))
        book.end()
        return book

    def phase(self, book: Book, phase: int, duration: float, until_thawed: bool) -> None:
        """Advance through one phase, or until no ice is left."""
        on, since = bool(self.p.cold.on[phase]), 0.0
        own_held, own_tissue = self.held, self.tissue
        if not on:  # the needle is tissue again
            self.held, self.tissue = np.zeros_like(self.held), ~self.kept
        self.tool = self.surface.new_tool(self.top_area) if on else None
        left = duration
        while left > 0 and not (until_thawed and not np.any(self.ice_left(self.s.h) > 0)):
            dt = self.p.step_growth * (since + FIRST_S)
            if dt >= left:
                dt = left
            elif 2.0 * dt > left:
                dt = left / 2.0
            t_tool = self.surface.tool_c(since + dt / 2.0)
            out = Outside(on, self.touch(dt, t_tool) if on else t_tool)
            if on:
                self.hold(out.t_tool_c)
            self.begin(out)
            step = self.advance(dt)
            share = min(self.thawed_after(step), 1.0) if until_thawed else 1.0
            book.outputs(step, share, out)
            book.marks(step, share)
            self.commit(step, share)
            if self.tool:
                self.tool.t_c = self.tool.after_c(dt)
            if share < 1.0:
                break
            since += dt
            left = 0.0 if dt == left else left - dt
        self.held, self.tissue = own_held, own_tissue


def solve_freeze_reference(problem: FreezeProblem) -> FreezeSolution:
    """Solve `problem` with numpy in double precision, one member after the other."""
    return gather(problem, [Member(problem, m).run() for m in range(problem.n)])
