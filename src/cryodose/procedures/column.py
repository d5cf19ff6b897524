"""From an anatomy, drawn values and surroundings to one batched heat problem, and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body import Anatomy
from cryodose.body.anatomy import LAYERS
from cryodose.errors import BadInput
from cryodose.physics.blood import lateral_w_m3k, perfusion_w_m3k
from cryodose.physics.vasomotion import Vessels, follow_flow
from cryodose.procedures.request import Probe, Request, Response
from cryodose.procedures.start import Start, Tissue, balance
from cryodose.procedures.surroundings import Timeline
from cryodose.solve import (
    Grid,
    Materials,
    Perfusion,
    Problem,
    Schedule,
    Solution,
    graded_fractions,
    solve,
)
from cryodose.units import CM2_PER_M2, ML_PER_M3, MM_PER_M, SECONDS_PER_MINUTE

Array = NDArray[np.float64]
Values = dict[str, Array]

_VESSELS = {
    "epidermis": "dermis",
    "dermis": "dermis",
    "fat": "fat",
    "soft": "muscle",
    "deep": "muscle",
}


@dataclass(frozen=True)
class Pack:
    """A pack of finite mass as the outermost layer; every array (n,)."""

    thickness_m: Array
    k_w_mk: Array
    c_j_m3k: Array
    c_frozen_j_m3k: Array
    latent_j_m3: Array
    t_liquidus_c: Array
    t_solidus_c: Array
    t_start_c: Array

    @property
    def k_frozen_w_mk(self) -> Array:
        """The pack conducts alike whether frozen or not: `k_w_mk` is an effective value."""
        return self.k_w_mk


@dataclass(frozen=True)
class Column:
    """A site of n members, ready to be exposed.

    `cooled_share` is the part of the limb that the cold covers, (n,) or 1: only that part of the
    venous blood comes back cold and cools the artery beside it.
    """

    anatomy: Anatomy
    values: Values
    is_alive: bool = True
    cooled_share: Array | float = 1.0

    @property
    def n(self) -> int:
        """Number of members."""
        return int(self.anatomy.thickness_m.shape[1])

    def layer_grid(self, resolution: int) -> Grid:
        """Return the grid of the tissue alone."""
        counts = [int(evidence.value("numerics", f"cells_{layer}")) for layer in LAYERS]
        grading = [1.0, 1.0, 1.0, evidence.value("numerics", "soft_grading"), 1.0]
        cells = tuple(
            graded_fractions(c * resolution, g) for c, g in zip(counts, grading, strict=True)
        )
        inner = np.zeros(self.n)
        return Grid(self.anatomy.shape, self.anatomy.thickness_m, inner, cells)

    def tissue(self, name: str, layer: str) -> Array:
        """Return a property by layer: the drawn value where there is one, else the table's."""
        tissue = self.anatomy.tissues[LAYERS.index(layer)]
        drawn = self.values.get(f"{layer}.{name}")
        if drawn is not None:
            return drawn
        return np.full(self.n, evidence.value("tissues", f"{tissue}.{name}"))

    def stack(self, name: str) -> Array:
        """Return a property of every layer, (5, n)."""
        return np.stack([self.tissue(name, layer) for layer in LAYERS])

    def materials(self) -> Materials:
        """Return the thermal properties of the layers."""
        density = self.stack("density_kg_m3")
        return Materials(
            self.stack("k_w_mk"),
            self.stack("k_frozen_w_mk"),
            density * self.stack("specific_heat_j_kgk"),
            density * self.stack("specific_heat_frozen_j_kgk"),
            density * self.stack("latent_heat_j_kg"),
            self.stack("t_liquidus_c"),
            self.stack("t_solidus_c"),
        )

    def perfusion_w_m3k(self) -> Array:
        """Return Pennes' exchange at rest by layer, (5, n); 0 in dead tissue."""
        if not self.is_alive:
            return np.zeros((len(LAYERS), self.n))
        flow = self.stack("perfusion_per_s")
        if "skin_blood_flow_ml_min_m2" in self.values:
            per_area = self.values["skin_blood_flow_ml_min_m2"] / ML_PER_M3 / SECONDS_PER_MINUTE
            flow[LAYERS.index("dermis")] = per_area / self.anatomy.thickness_m[1]
        blood = [
            evidence.value("tissues", f"blood.{k}")
            for k in ("density_kg_m3", "specific_heat_j_kgk")
        ]
        return perfusion_w_m3k(flow, *blood)

    def blood(self, start: Start, lateral: Array) -> Perfusion:
        """Return perfusion, metabolism and vessels; the core makes the start steady."""
        v, n = self.values, self.n
        perfusion = self.perfusion_w_m3k()
        soft = LAYERS.index("soft")
        perfusion[soft] = perfusion[soft] * v["muscle_share"]
        vessel = {
            k: np.stack([v[f"{_VESSELS[layer]}.{k}"] for layer in LAYERS])
            for k in ("floor", "half_k", "narrow_s", "recover_s")
        }
        metabolic = self.stack("metabolic_w_m3") if self.is_alive else np.zeros((len(LAYERS), n))
        share = v["countercurrent"] * self.cooled_share if self.is_alive else np.zeros(n)
        grid = self.layer_grid(1)
        weight = (
            np.broadcast_to(grid.measures().volume_m, (grid.n_cells, n))
            * perfusion[grid.layer_of_cell]
        )
        if self.is_alive:
            mean = (weight * start.t_c).sum(axis=0) / weight.sum(axis=0)
            core = (start.t_artery_c - share * mean) / (1.0 - share)
        else:
            core = start.t_artery_c
        return Perfusion(
            perfusion,
            metabolic,
            lateral,
            vessel["floor"],
            vessel["half_k"],
            vessel["narrow_s"],
            vessel["recover_s"],
            core,
            share,
            np.array([[float(layer == "soft")] for layer in LAYERS]),
        )

    def start(self, t_skin_c: Array, anchor: tuple[Array, Array] | None, resolution: int) -> Start:
        """Return the start profile through the skin and, if measured, a deep temperature."""
        grid = self.layer_grid(resolution)
        if not self.is_alive:
            return Start(np.broadcast_to(t_skin_c, (grid.n_cells, self.n)).copy(), t_skin_c)
        of = grid.layer_of_cell
        metabolic = self.stack("metabolic_w_m3")
        tissue = Tissue(
            self.stack("k_w_mk")[of],
            self.perfusion_w_m3k()[of],
            metabolic[of],
            self.anatomy.fixed_core,
        )
        found = balance(grid, tissue, t_skin_c, self.values["t_artery_c"], anchor)
        if anchor is not None:
            _check_artery(found, t_skin_c, anchor[1])
        return found

    def lateral_w_m3k(self, area_cm2: Array, aspect: float) -> Array:
        """Return the pull of the uncooled tissue beside a pack by layer, (5, n)."""
        width = np.sqrt(area_cm2 / CM2_PER_M2 / aspect)
        return lateral_w_m3k(self.stack("k_w_mk"), width * aspect, width)

    def depth_m(self, probe: Probe) -> Array:
        """Return the depth of a place below the skin for every member, (n,)."""
        deep = self.anatomy.depth_of_m
        match probe.depth_from:
            case "skin":
                return np.full(self.n, probe.depth_mm / MM_PER_M)
            case "adipose":
                share = self.values["probe_share"]
                return np.asarray(deep("soft") + share * probe.depth_mm / MM_PER_M)
            case "fat":
                return np.asarray((deep("fat") + deep("soft")) / 2.0)
            case "joint":
                return deep("deep")
            case "nerve":
                name = f"nerve_depth_mm.{probe.nerve}" if probe.nerve else "nerve_depth_mm"
                return np.asarray(self.values[name] / MM_PER_M)


def _check_artery(start: Start, t_skin_c: Array, t_deep_c: Array) -> None:
    """Refuse start temperatures that no living limb has: blood far too warm or too cold."""
    least, most = (evidence.value("physiology", f"rest.artery_{k}_c") for k in ("least", "most"))
    artery = float(np.median(start.t_artery_c))
    if not least <= artery <= most:
        expected = (
            f"a temperature that fits skin of {float(np.median(t_skin_c)):.3g} C: blood would have "
            f"{artery:.3g} C, not {least:g} to {most:g}"
        )
        raise BadInput(
            None, "subject.baseline.muscle_C", round(float(np.median(t_deep_c)), 3), expected
        )


@dataclass(frozen=True)
class Exposure:
    """Everything that happens to a column."""

    schedule: Schedule
    line: Timeline
    start: Start
    lateral: Array
    pack: Pack | None = None


def expose(column: Column, exposure: Exposure, request: Request) -> Response:
    """Run a column through an exposure and return what it did."""
    problem, probes = _problem(column, exposure, request)
    solution = solve(problem, precision=request.precision)
    return _response(column, exposure, request, (problem, solution, probes))


def _problem(
    column: Column, exposure: Exposure, request: Request
) -> tuple[Problem, dict[str, Array]]:
    grid, materials = column.layer_grid(request.resolution), column.materials()
    blood = column.blood(_coarse(column, exposure.start, request.resolution), exposure.lateral)
    t_start, n_pack = exposure.start.t_c, 0
    if exposure.pack is not None:
        grid, materials, blood = _with_pack(grid, materials, blood, exposure.pack)
        n_pack = grid.n_pack
        cold = np.broadcast_to(exposure.pack.t_start_c, (n_pack, column.n))
        t_start = np.vstack([cold, t_start])
    flow_depth = evidence.value("physiology", "vasomotion.muscle.flow_depth_mm")
    wanted = (Probe(flow_depth, "adipose"), *request.probes)
    probes = {p.name: column.depth_m(p) for p in wanted}
    inner = exposure.start.t_artery_c if column.anatomy.fixed_core else None
    return (
        Problem(
            column.n,
            grid,
            materials,
            blood,
            exposure.schedule,
            t_start,
            inner,
            np.stack(list(probes.values())),
            _kept(len(exposure.line.dt_s), exposure.line),
        ),
        probes,
    )


def _coarse(column: Column, start: Start, resolution: int) -> Start:
    """Return the start profile on the standard grid (its mean decides the core temperature)."""
    if resolution == 1:
        return start
    fine, coarse = column.layer_grid(resolution).depths_m(), column.layer_grid(1).depths_m()
    t = [np.interp(coarse[:, c], fine[:, c], start.t_c[:, c]) for c in range(column.n)]
    return Start(np.stack(t, axis=1), start.t_artery_c)


def _with_pack(
    grid: Grid, materials: Materials, blood: Perfusion, pack: Pack
) -> tuple[Grid, Materials, Perfusion]:
    cells = int(evidence.value("numerics", "cells_pack"))
    whole = Grid(
        grid.shape,
        np.vstack([pack.thickness_m[None], grid.thickness_m]),
        grid.r_inner_m,
        (graded_fractions(cells), *grid.cells),
        n_pack_layers=1,
    )
    mats = Materials(*(np.vstack([getattr(pack, k)[None], v]) for k, v in vars(materials).items()))
    zero, one = np.zeros((1, 1)), np.ones((1, 1))
    first = dict.fromkeys(("perfusion_w_m3k", "metabolic_w_m3", "lateral_w_m3k", "working"), zero)
    rows = {
        k: np.vstack([np.broadcast_to(first.get(k, one), (1, v.shape[1])), v]) if v.ndim == 2 else v
        for k, v in vars(blood).items()
    }
    return whole, mats, Perfusion(**rows)


def _kept(steps: int, line: Timeline) -> NDArray[np.int64]:
    """Return the steps whose results are kept: evenly spread, every switch among them."""
    most = int(evidence.value("numerics", "out_most"))
    even = np.unique(np.linspace(0, steps - 1, min(steps, most)).astype(np.int64))
    switch = np.flatnonzero(np.diff(line.is_on.astype(np.int8)))
    return np.unique(np.concatenate([even, switch, [steps - 1]])).astype(np.int64)


def _response(
    column: Column,
    exposure: Exposure,
    request: Request,
    run: tuple[Problem, Solution, dict[str, Array]],
) -> Response:
    problem, solution, probes = run
    n_pack = problem.grid.n_pack_layers
    start = exposure.start.t_c

    def from_start(first: Array, series: Array) -> Array:
        return np.concatenate([first[None], series])

    index, weight = problem.probe_weights()
    nodes = np.vstack([column.values["t_skin_c"][None], start])
    row = index.astype(np.int64) - (problem.grid.n_pack - 1)
    above, below = (np.take_along_axis(nodes, r, axis=0) for r in (row, row + 1))
    first = above + weight * (below - above)
    t_probe = {
        name: from_start(first[i], solution.t_probe_c[:, i]) for i, name in enumerate(probes)
    }
    one = np.ones(column.n)
    time = np.concatenate([[0.0], solution.time_s])
    keys = ("floor", "half_k", "narrow_s", "recover_s")
    vessels = Vessels(*(column.values[f"muscle.{k}"] for k in keys))
    muscle = follow_flow(time, t_probe[next(iter(probes))], vessels)
    pack = np.full(column.n, np.nan) if exposure.pack is None else exposure.pack.t_start_c
    return Response(
        time,
        request.exit_s,
        from_start(column.values["t_skin_c"], solution.t_surface_c),
        t_probe,
        {k: v * MM_PER_M for k, v in probes.items()},
        from_start(one, solution.vaso[:, n_pack + LAYERS.index("dermis")]),
        muscle,
        from_start(np.zeros(column.n), solution.heat_out_j_m2),
        from_start(pack, solution.t_pack_c),
        column.values,
        column.anatomy.site,
        request.spans(),
        float(np.max(solution.energy_residual())),
    )
