"""From a session to the heat problem of its freeze: grid, start, cold, blood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.procedures.freeze_cold import NEEDLE, Cold, cold_of
from cryodose.procedures.freeze_gel import edge_of_ice_c
from cryodose.procedures.freeze_layers import Layer, Layers, layers_of
from cryodose.procedures.freeze_tissue import freeze_curves, properties
from cryodose.procedures.request import Cycle, Request
from cryodose.procedures.start import Tissue, balance
from cryodose.session import Session
from cryodose.solve import Grid, Shape
from cryodose.solve.freeze_grid import spot_grid
from cryodose.solve.freeze_problem import (
    STEP_GROWTH,
    ColdSurface,
    FreezeBlood,
    FreezeGrid,
    FreezeProblem,
)

Array = NDArray[np.float64]
Values = dict[str, Array]

# numerical: two faces of the grid lie at least this far apart, m
GAP_M = 5.0e-5
REACH = 6.5  # numerical: how far the cold reaches, in diffusion lengths
REACH_LEAST_M = 3.0e-3  # numerical: and at least, m
REACH_MOST_M = 0.08  # numerical: and at most, m
# numerical: a thaw that is followed to its end disturbs as far as this many freezes would
THAW_AS_FREEZES = 6.0
# numerical: moments kept of each freeze and of each thaw
OUT_ON = 40
OUT_OFF = 40
OUT_OPEN = 160
# numerical: longest step over the time since the last switch, however coarse the grid
LONGEST_GROWTH = 0.2
# numerical: the last thaw lasts this long at least, s
TAIL_S = 1.0
# numerical: temperature of the tissue for its start balance, degC
BALANCE_C = 33.0


@dataclass(frozen=True)
class Setup:
    """A heat problem and what is needed to read its solution.

    Attributes
    ----------
    problem : FreezeProblem
    layers : Layers
    cold : Cold
    z_m, r_m : (n_z, n), (n_r, n), centres of the cells
    marks_c : (n_marks,), rising; `edge` is the row of the edge of the ice
    t_start_c : (n_z, n)
    lesion : (n_z, n_r) bool, cells of the lesion without its horny cap
    on_phases : for each cycle of the session the phase of the solver that freezes, or -1
    """

    problem: FreezeProblem
    layers: Layers
    cold: Cold
    z_m: Array
    r_m: Array
    marks_c: Array
    edge: int
    t_start_c: Array
    lesion: NDArray[np.bool_]
    on_phases: tuple[int, ...]


def marks_of(session: Session, values: Values, request: Request) -> tuple[Array, int]:
    """Return the isotherms that are followed, rising, and which is the edge of the ice."""
    edge = edge_of_ice_c(session, values)
    keys = evidence.names("cell_death", "isotherm")
    usual = {evidence.value("cell_death", f"isotherm.{key}") for key in keys}
    marks = np.unique([edge, *usual, *request.isotherms_c])
    return marks, int(np.searchsorted(marks, edge))


def setup(session: Session, site: str, values: Values, request: Request) -> Setup:
    """Return the axisymmetric problem of a session's freeze for drawn values.

    Parameters
    ----------
    session : Session
    site : str
    values : dict of ndarray, shape (n,)
        Drawn quantities, as `Prior.values` returns them.
    request : Request
        Its cycles, how long the last thaw is followed, and wanted isotherms.
    """
    layers, cold = layers_of(session, site, values), cold_of(session, values)
    n = len(values["t_skin_c"])
    z_stops, z_outside, z_inside = depth_parts(layers, cold, reach_m(request))
    r_stops, is_lesion = _radial_parts(layers, cold, reach_m(request))
    part = np.where(is_lesion[None, :], z_inside[:, None], z_outside[:, None])
    grid = spot_grid(r_stops, z_stops, part.astype(np.int32), resolution=request.cells)
    z, r = _centres(grid.z_face_m, n), _centres(grid.r_face_m, n)
    t_start = start_c(layers, values, grid)
    marks, edge = marks_of(session, values, request)
    surface, on_phases = cold_surface(cold, values, request, cold.cover(r))
    problem = FreezeProblem(
        n,
        grid,
        freeze_curves(layers.materials),
        blood_of(layers, values),
        surface,
        t_start[:, None, :],
        _kept(layers, grid),
        _held(cold, z, r),
        moments_s(request),
        marks,
        step_growth=step_growth(request),
    )
    return Setup(
        problem, layers, cold, z, r, marks, edge, t_start, _in_lesion(layers, z, r), on_phases
    )


def reach_m(request: Request) -> float:
    """Return how far from the cold tissue is simulated, m."""
    on = sum(cycle.on_s for cycle in request.cycles)
    off = sum(cycle.off_s for cycle in request.cycles) + request.recovery_s
    time = on + min(off, THAW_AS_FREEZES * on)
    diffusivity = evidence.value("tissues", "muscle.k_w_mk") / (
        evidence.value("tissues", "muscle.density_kg_m3")
        * evidence.value("tissues", "muscle.specific_heat_j_kgk")
    )
    return float(min(REACH_LEAST_M + REACH * np.sqrt(diffusivity * time), REACH_MOST_M))


def step_growth(request: Request) -> float:
    """Return the longest super-step of a request over the time since the last switch."""
    return min(STEP_GROWTH / request.cells, LONGEST_GROWTH)


def ordered(stops: Sequence[Array], n: int) -> tuple[Array, list[float]]:
    """Return stops that rise strictly for every member, (k, n), and their medians.

    They are sorted by their medians; those whose medians meet are one stop.
    """
    rows = sorted((np.broadcast_to(s, (n,)) for s in stops), key=lambda row: float(np.median(row)))
    found: list[Array] = [np.zeros(n)]
    medians = [0.0]
    for row in rows:
        median = float(np.median(row))
        if median - medians[-1] < GAP_M:
            continue
        found.append(np.maximum(row, found[-1] + GAP_M))
        medians.append(median)
    return np.stack(found), medians


def depth_parts(
    layers: Layers, cold: Cold, reach: float
) -> tuple[Array, NDArray[np.int64], NDArray[np.int64]]:
    """Return stops in depth, and the material of every part outside and inside the lesion."""
    n = len(cold.radius_m)
    bottoms = [layer.bottom_m for layer in layers.layers[:-1]]
    bottoms += [layer.bottom_m for layer in layers.lesion]
    deep = reach + float(np.max(cold.insertion_m))
    if cold.technique == NEEDLE:
        bottoms.append(cold.insertion_m)
    inner, medians = ordered([b for b in bottoms if float(np.median(b)) < deep], n)
    end = np.full(n, max(deep, float(inner[-1].max()) + REACH_LEAST_M))
    if layers.is_through:
        end = np.maximum(layers.layers[-1].bottom_m, inner[-1] + GAP_M)
    stops = np.concatenate([inner, end[None]])
    middles = [*((a + b) / 2.0 for a, b in pairwise(medians))]
    middles.append((medians[-1] + float(np.median(end))) / 2.0)
    outside = [layers.index(_at(layers.layers, m, layers.layers[-1]).tissue) for m in middles]
    inside = [
        layers.index(_at(layers.lesion, m, None).tissue)
        if _covers(layers.lesion, m)
        else outside[i]
        for i, m in enumerate(middles)
    ]
    return stops, np.array(outside), np.array(inside)


def _at(layers: Sequence[Layer], depth_m: float, last: Layer | None) -> Layer:
    """Return the layer at a depth by its median limits."""
    for layer in layers:
        if depth_m < float(np.median(layer.bottom_m)):
            return layer
    if last is None:
        raise ValueError("no layer there")
    return last


def _covers(lesion: Sequence[Layer], depth_m: float) -> bool:
    return bool(lesion) and depth_m < float(np.median(lesion[-1].bottom_m))


def _radial_parts(layers: Layers, cold: Cold, reach: float) -> tuple[Array, NDArray[np.bool_]]:
    """Return stops in radius, and which parts lie inside the lesion."""
    n = len(cold.radius_m)
    lesion = layers.lesion_radius_m
    has_lesion = bool(layers.lesion) and float(np.median(lesion)) >= GAP_M
    inner, medians = ordered([cold.radius_m, *([lesion] if has_lesion else [])], n)
    end = inner[-1] + reach
    middles = [(a + b) / 2.0 for a, b in zip(medians, [*medians[1:], np.inf], strict=True)]
    inside = [has_lesion and m < float(np.median(lesion)) for m in middles]
    return np.concatenate([inner, end[None]]), np.array(inside, dtype=np.bool_)


def _centres(face_m: Array, n: int) -> Array:
    middle = (face_m[1:] + face_m[:-1]) / 2.0
    return np.ascontiguousarray(np.broadcast_to(middle, (middle.shape[0], n)))


def start_c(layers: Layers, values: Values, grid: FreezeGrid) -> Array:
    """Return the temperature before the freeze: uniform, or in balance with blood, (n_z, n)."""
    n = len(values["t_skin_c"])
    n_z = grid.material.shape[0]
    if not layers.is_alive:
        return np.broadcast_to(values["t_skin_c"], (n_z, n)).copy()
    of = grid.material[:, -1]
    warm = np.full((1, n), BALANCE_C)
    k = np.stack([np.broadcast_to(properties(m, warm).k_w_mk[0], (n,)) for m in layers.materials])
    sizes = np.broadcast_to(np.diff(grid.z_face_m, axis=0), (n_z, n))
    column = Grid(Shape.SLAB, sizes, np.zeros(n), (np.ones(1),) * n_z)
    rest = Tissue(k[of], layers.perfusion_w_m3k[of], layers.metabolic_w_m3[of], fixed_core=True)
    found = balance(column, rest, values["t_skin_c"], values["t_artery_c"], None).t_c
    return np.clip(found, values["t_skin_c"] - 1.0, values["t_artery_c"] + 1.0)


def blood_of(layers: Layers, values: Values) -> FreezeBlood:
    """Return perfusion, metabolism and what stops them."""
    n = len(values["t_skin_c"])
    artery = values.get("t_artery_c", values["t_skin_c"])
    stasis = values.get("t_stasis_c", np.full(n, evidence.value("cell_death", "vessels.stasis_c")))
    return FreezeBlood(layers.perfusion_w_m3k, layers.metabolic_w_m3, artery, stasis)


def _kept(layers: Layers, grid: FreezeGrid) -> NDArray[np.bool_]:
    """Mark the deepest cells of a living body, which keep their temperature."""
    kept = np.zeros(grid.material.shape, dtype=np.bool_)
    kept[-1] = layers.is_alive and not layers.is_through
    return kept


def _held(cold: Cold, z: Array, r: Array) -> NDArray[np.bool_]:
    """Mark the cells of a needle."""
    if cold.technique != NEEDLE:
        return np.zeros((len(z), len(r)), dtype=np.bool_)
    deep = np.median(z, axis=1) < float(np.median(cold.insertion_m))
    near = np.median(r, axis=1) < float(np.median(cold.radius_m))
    return np.asarray(deep[:, None] & near[None, :])


def _in_lesion(layers: Layers, z: Array, r: Array) -> NDArray[np.bool_]:
    if not layers.lesion:
        return np.zeros((len(z), len(r)), dtype=np.bool_)
    own = layers.lesion[-1]
    depth, radius = np.median(z, axis=1), np.median(r, axis=1)
    deep = (depth > float(np.median(own.top_m))) & (depth < float(np.median(own.bottom_m)))
    return np.asarray(deep[:, None] & (radius < float(np.median(layers.lesion_radius_m)))[None])


def cold_surface(
    cold: Cold, values: Values, request: Request, cover: Array
) -> tuple[ColdSurface, tuple[int, ...]]:
    """Return what touches the skin phase by phase, and which phase freezes in each cycle."""
    duration, on, thaw, rows = _phases(request)
    return (
        ColdSurface(
            duration,
            on,
            thaw,
            cover,
            cold.t_knot_c,
            cold.q_knot_w_m2,
            cold.h_contact_w_m2k,
            cold.tool_time_s,
            cold.t_tool_c,
            values["h_air_w_m2k"],
            values["t_room_c"],
            cold.mass,
        ),
        rows,
    )


def _phases(
    request: Request,
) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_], tuple[int, ...]]:
    """Return duration, on and until-thawed of every phase that lasts, and those that freeze."""
    duration: list[float] = []
    on: list[bool] = []
    thaw: list[bool] = []
    rows = []
    for index, cycle in enumerate(request.cycles):
        is_last = index == len(request.cycles) - 1
        rows.append(len(duration) if cycle.on_s > 0 else -1)
        off = _off_s(cycle, request, is_last)
        # Members whose thaw was shorter go on in the air until the last moment that is kept.
        off = max(off, TAIL_S) if is_last else off
        for length, is_on in ((cycle.on_s, True), (off, False)):
            if length > 0:
                duration.append(length)
                on.append(is_on)
                thaw.append(not is_on and cycle.until_thawed and not is_last)
    return np.array(duration), np.array(on), np.array(thaw), tuple(rows)


def _off_s(cycle: Cycle, request: Request, is_last: bool) -> float:
    return cycle.off_s + (request.recovery_s if is_last else 0.0)


def moments_s(request: Request) -> Array:
    """Return the moments that are kept: denser after every switch, every switch among them.

    After a thaw whose end differs between members they are spread evenly.
    """
    begin, open_end, found = 0.0, False, [np.zeros(1)]
    for index, cycle in enumerate(request.cycles):
        is_last = index == len(request.cycles) - 1
        off = _off_s(cycle, request, is_last)
        for length, count in ((cycle.on_s, OUT_ON), (off, OUT_OFF)):
            if length <= 0:
                continue
            share = np.linspace(0.0, 1.0, max(round(count * request.cells), 2) + 1)
            found.append(begin + length * (share if open_end else share**2))
            begin += length
        if cycle.until_thawed and not is_last:
            open_end = True
            found.append(np.linspace(begin - off, begin, OUT_OPEN * request.resolution))
    moments = np.unique(np.concatenate(found))
    return np.asarray(moments[np.concatenate([[True], np.diff(moments) > 1e-6])])
