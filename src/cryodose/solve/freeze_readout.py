"""What is kept of a freeze while it runs: isotherms at the wanted times, marks of every cell.

Between two cells an isotherm is interpolated. Where a whole freezing range lies within one cell,
its temperature hardly moves while it freezes; there the depth is found from its enthalpy: as much
of it is colder as gives both parts, straight to their neighbours, the enthalpy of the cell. So a
sharp front of ice does not go in stairs. Between cells on either side of a whole range not
temperature but the Kirchhoff potential is interpolated, which is straight where temperature bends.
The share of a cell within an isotherm is that of a plane with the gradient of its neighbours; 0
unless it or one of them is below the warmest mark.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.freeze_member import Axis, Curves, State, Step
from cryodose.solve.freeze_problem import FreezeProblem, FreezeSolution
from cryodose.solve.freeze_surface import Outside, Surface
from cryodose.solve.freeze_tool import Tool

Array = NDArray[np.float64]

# numerical: span in K of the temperatures in a cell, below which it lies on one side of a mark
LEAST_SPAN_K = 1.0e-9
# numerical: halvings by which a front is found within a cell
HALVINGS = 30
# numerical: a length of no extent, m
LEAST_M = 1.0e-12


class Running(Protocol):
    """A member under way, as far as its results are concerned."""

    p: FreezeProblem
    s: State
    axes: tuple[Axis, Axis, Axis]
    curves: Curves
    surface: Surface
    material: NDArray[np.int32]
    volume: Array
    top_area: Array
    t_surface: Array
    tool: Tool | None
    gain: dict[str, float]
    stages: int


class Book:
    """The results of one member."""

    def __init__(self, member: Running) -> None:
        p, self.b = member.p, member
        cells, n_out = p.grid.shape, len(p.out_s)
        n_marks, n_cycles = len(p.t_marks_c), p.cold.n_cycles
        self.t_axis = np.full((n_out, cells[0]), np.nan)
        self.t_skin = np.full((n_out, *cells[1:]), np.nan)
        self.t_tool = np.full(n_out, np.nan)
        self.reach = {
            name: np.full((n_out, n_marks), np.nan)
            for name in ("depth", "radius", "radius_skin", "volume")
        }
        self.fields = np.full((n_out, *cells), np.nan) if p.fields else None
        self.t_min = np.full((n_cycles, *cells), np.nan)
        self.below = np.zeros((n_marks, n_cycles, *cells))
        self.fell = np.full(self.below.shape, np.nan)
        self.rose = np.full(self.below.shape, np.nan)
        self.phase_end = np.full(len(p.cold.duration_s), np.nan)
        self.cycle, self.next = 0, 0

    def begin_cycle(self, cycle: int) -> None:
        """Go on with the marks of the next cycle."""
        self.cycle = cycle
        self.t_min[cycle] = self.b.s.t

    def end(self) -> None:
        """Mark with nan what never happened."""
        self.below[np.isnan(self.fell)] = np.nan

    def marks(self, step: Step, share: float) -> None:
        """Count the time of a step below each mark; temperature is straight within it."""
        b, cycle = self.b, self.cycle
        dt, t = share * step.dt_s, b.s.time_s
        old = b.s.t
        new = b.curves.value("t_of_h", b.material, b.s.h + share * step.change)
        np.minimum(self.t_min[cycle], new, out=self.t_min[cycle])
        for i, mark in enumerate(b.p.t_marks_c):
            was, now = old < mark, new < mark
            crossed = was != now
            x = np.where(crossed, (mark - old) / np.where(crossed, new - old, 1.0), 0.0)
            self.below[i, cycle] += dt * np.where(was, np.where(now, 1.0, x), now * (1.0 - x))
            fell = np.where(was, t, np.where(now, t + dt * x, np.nan))
            known = self.fell[i, cycle]
            self.fell[i, cycle] = np.where(np.isnan(known), fell, known)
            rose = np.where(was & ~now, t + dt * x, self.rose[i, cycle])
            self.rose[i, cycle] = np.where(now, np.nan, rose)

    def outputs(self, step: Step, share: float, out: Outside) -> None:
        """Keep what is wanted within a step."""
        b, times = self.b, self.b.p.out_s
        end = b.s.time_s + share * step.dt_s
        # A time that falls on the end belongs to this step, however the sums were rounded.
        while self.next < len(times) and times[self.next] <= end * (1.0 + 1e-9):
            i = self.next
            x = min(max((times[i] - b.s.time_s) / step.dt_s, 0.0), share)
            h = b.s.h + x * step.change
            t = b.curves.value("t_of_h", b.material, h)
            theta = b.curves.value("theta_of_h", b.material, h)
            surface = b.surface.solve(theta[0], b.t_surface, out)[0] if times[i] > 0 else t[0]
            self.t_skin[i] = surface
            if b.tool:
                self.t_tool[i] = b.tool.after_c(x * step.dt_s)
            if self.fields is not None:
                self.fields[i] = t
            view = View(b, t, theta, surface)
            self.t_axis[i] = view.axis
            for j, mark in enumerate(b.p.t_marks_c):
                self.reach["volume"][i, j] = view.volume(mark)
                self.reach["depth"][i, j] = view.depth(mark)
                wide = view.radius if not b.p.is_3d else view.widest
                self.reach["radius"][i, j] = wide(mark)
                self.reach["radius_skin"][i, j] = view.skin_radius(mark)
            self.next += 1


class View:
    """Temperatures at one moment, asked for the reach of isotherms."""

    def __init__(self, member: Running, t: Array, theta: Array, surface: Array) -> None:
        self.b, self.t, self.theta, self.surface = member, t, theta, surface
        z, y, x = member.axes
        self.z, self.x = z, x
        j, i = member.p.axis_cell()
        self.axis = t[:, j, i].copy()
        self.skin_axis = float(surface[j, i])
        if not member.p.is_3d and len(x.middle) > 1:
            # Even about r = 0: a parabola through the first two rings.
            a, c = x.middle[0] ** 2, x.middle[1] ** 2
            self.axis = (c * t[:, 0, 0] - a * t[:, 0, 1]) / (c - a)
            self.skin_axis = float((c * surface[0, 0] - a * surface[0, 1]) / (c - a))
        flat, level = surface[None], max(member.p.t_marks_c, default=-np.inf)
        self.spans = _span(t, z, 0) + _span(t, y, 1) + _span(t, x, 2)
        self.flat = (_span(flat, y, 1) + _span(flat, x, 2))[0]
        self.near, self.near_flat = _near(t < level), _near(flat < level)[0]

    def depth(self, mark: float) -> float:
        """Return the deepest reach of an isotherm: on the axis, in 3-D anywhere."""
        if not self.b.p.is_3d:
            return self._column(mark, self.skin_axis, self.axis, self.b.material[:, 0, 0])
        cold = np.any(self.t < mark, axis=0) | (self.surface < mark)
        return max(
            (
                self._column(mark, self.surface[i], self.t[:, *i], self.b.material[:, *i])
                for i in zip(*np.nonzero(cold), strict=True)
            ),
            default=0.0,
        )

    def _column(self, mark: float, skin: float, t: Array, material: NDArray[np.int32]) -> float:
        cold = np.nonzero(t < mark)[0]
        z = self.z
        if len(cold) == 0:
            if not skin < mark:
                return 0.0
            return float(z.middle[0] * (mark - skin) / (t[0] - skin))
        k = int(cold[-1])
        if k + 1 == len(t):
            return float(z.width.sum())
        for j in (k, k + 1):
            if (part := self._within(mark, skin, t, int(material[j]), j)) is not None:
                return float(z.middle[j] + (part - 0.5) * z.width[j])
        here, next_one = float(t[k]), float(t[k + 1])
        if self._spans(mark, here, next_one, material[k : k + 2]):
            return float(z.middle[k] + z.width[k] / 2)
        return float(z.middle[k] + z.distance[k] * (mark - here) / (next_one - here))

    def _within(self, mark: float, skin: float, t: Array, material: int, j: int) -> float | None:
        """Return which share of cell j is colder than a mark, from its enthalpy; None: no such."""
        if j + 1 == len(t):
            return None
        z, line = self.z, self.b.curves.tables["h_of_t"][material]
        width, cold = z.width[j], skin if j == 0 else t[j - 1]
        near = 0.0 if j == 0 else z.width[j - 1] / 2
        far = z.width[j + 1] / 2
        dry, full = self.b.curves.ranges[material]
        if not (cold <= dry <= mark <= full <= t[j + 1] and cold < mark):
            return None

        def excess(part: float) -> float:
            own, rest = part * width, (1.0 - part) * width
            below = mark - (mark - cold) * own / 2 / max(near + own, LEAST_M)
            above = mark + (t[j + 1] - mark) * rest / 2 / (far + rest)
            return float(part * line(below) + (1.0 - part) * line(above) - line(t[j]))

        if excess(0.0) < 0 or excess(1.0) > 0:
            return None
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if excess(middle) > 0 else (low, middle)
        return (low + high) / 2

    def radius(self, mark: float) -> float:
        """Return the widest reach of an isotherm at any depth."""
        rows = zip(self.t[:, 0], self.b.material[:, 0], strict=True)
        return max(self._row(mark, t, material) for t, material in rows)

    def _row(self, mark: float, t: Array, material: NDArray[np.int32]) -> float:
        cold = np.nonzero(t < mark)[0]
        if len(cold) == 0:
            return 0.0
        i = int(cold[-1])
        if i + 1 == len(t):
            return float(self.x.width.sum())
        part = self._between(mark, (float(t[i]), float(t[i + 1])), material[i : i + 2])
        return float(self.x.middle[i] + self.x.distance[i] * part)

    def _between(self, mark: float, t: tuple[float, float], material: NDArray[np.int32]) -> float:
        """Return how far from a cold to a warm cell the isotherm lies, 0 to 1."""
        cold, warm = t
        if self._spans(mark, cold, warm, material):
            line = self.b.curves.tables["theta_of_t"][int(material[0])]
            cold, warm, mark = (float(x) for x in line(np.array([cold, warm, mark])))
        return (mark - cold) / (warm - cold)

    def _spans(self, mark: float, cold: float, warm: float, material: NDArray[np.int32]) -> bool:
        """Tell whether a whole freezing range, with the mark in it, lies between two cells."""
        dry, full = self.b.curves.ranges[int(material[0])]
        return bool(material[0] == material[1] and cold <= dry <= mark <= full <= warm)

    def skin_radius(self, mark: float) -> float:
        """Return the reach of an isotherm on the surface."""
        if not self.b.p.is_3d:
            return self._row(mark, self.surface[0], self.b.material[0, 0])
        share = _share(mark, self.surface, self.flat) * self.near_flat
        return float(np.sqrt(np.sum(share * self.b.top_area) / np.pi))

    def widest(self, mark: float) -> float:
        """Return the radius of the circle with the area of the widest section."""
        share = _share(mark, self.t, self.spans) * self.near
        area = np.sum(share * self.b.top_area, axis=(1, 2))
        return float(np.sqrt(np.max(area) / np.pi))

    def volume(self, mark: float) -> float:
        """Return the volume below a mark."""
        return float(np.sum(_share(mark, self.t, self.spans) * self.near * self.b.volume))


def _span(t: Array, line: Axis, axis: int) -> Array:
    """Return by how much temperature changes across each cell along an axis, K."""
    n = len(line.middle)
    if n == 1:
        return np.zeros(t.shape)
    i = np.arange(n)
    up, down = np.minimum(i + 1, n - 1), np.maximum(i - 1, 0)
    share = line.width / (line.middle[up] - line.middle[down])
    shape = [1, 1, 1]
    shape[axis] = n
    change = np.abs(np.take(t, up, axis) - np.take(t, down, axis))
    return np.asarray(change * share.reshape(shape))


def _near(cold: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which cells are cold or have a cold neighbour."""
    found = cold.copy()
    for axis in range(cold.ndim):
        here, there = np.moveaxis(found, axis, 0), np.moveaxis(cold, axis, 0)
        here[1:] |= there[:-1]
        here[:-1] |= there[1:]
    return found


def _share(mark: float, t: Array, span: Array) -> Array:
    return np.asarray(np.clip(0.5 + (mark - t) / np.maximum(span, LEAST_SPAN_K), 0.0, 1.0))


def gather(problem: FreezeProblem, books: list[Book]) -> FreezeSolution:
    """Return the results of all members as one solution."""

    def stack(name: str, cells: bool = False) -> Array:
        found = np.stack([getattr(b, name) for b in books], axis=-1)
        return np.squeeze(found, axis=-3) if cells and not problem.is_3d else found

    reach = {k: np.stack([b.reach[k] for b in books], axis=-1) for k in books[0].reach}
    return FreezeSolution(
        np.array(problem.out_s, dtype=np.float64),
        stack("t_axis"),
        stack("t_skin", cells=True),
        stack("t_min", cells=True),
        stack("below", cells=True),
        stack("fell", cells=True),
        stack("rose", cells=True),
        stack("t_tool"),
        reach["depth"],
        reach["radius"],
        reach["radius_skin"],
        reach["volume"],
        stack("phase_end"),
        np.array([float(b.b.stages) for b in books]),
        {k: np.array([b.b.gain[k] for b in books]) for k in books[0].b.gain},
        stack("fields", cells=True) if problem.fields else None,
    )
