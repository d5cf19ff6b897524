"""Solves a freeze for an ensemble, in parts that fit into memory, and gathers what it did."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.procedures.freeze_setup import Setup
from cryodose.procedures.request import Probe, Request
from cryodose.solve.freeze_problem import FreezeProblem, FreezeSolution
from cryodose.solve.freeze_run import solve_freeze
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

# numerical: bytes of a part's largest array
PART_BYTES = 6.4e7
BYTES = 8


def members_of(problem: FreezeProblem, members: slice, *, with_fields: bool) -> FreezeProblem:
    """Return the problem of some members."""
    count = len(range(*members.indices(problem.n)))

    def cut(value: Any) -> Any:
        is_array = isinstance(value, np.ndarray) and value.dtype == np.float64
        if is_array and value.ndim > 0 and value.shape[-1] == problem.n and problem.n > 1:
            return np.ascontiguousarray(value[..., members])
        return value

    parts = {
        name: replace(
            getattr(problem, name),
            **{f.name: cut(getattr(getattr(problem, name), f.name)) for f in fields(part)},
        )
        for name in ("grid", "curves", "blood")
        for part in (getattr(problem, name),)
    }
    cold = problem.cold
    by_member = ("cover", "t_knot_c", "q_knot_w_m2", "h_contact_w_m2k", "t_tool_c")
    touched = {name: cut(getattr(cold, name)) for name in (*by_member, "h_air_w_m2k", "t_air_c")}
    mass = cold.mass and replace(cold.mass, **{k: cut(v) for k, v in vars(cold.mass).items()})
    return replace(
        problem,
        n=count,
        **parts,
        cold=replace(cold, mass=mass, **touched),
        t_start_c=cut(problem.t_start_c),
        fields=with_fields,
    )


def _parts(setup: Setup, with_fields: bool) -> list[slice]:
    p = setup.problem
    cells = int(np.prod(p.grid.material.shape))
    rows = p.cold.n_cycles * len(p.t_marks_c)
    rows = max(rows, len(p.out_s)) if with_fields else rows
    size = int(max(PART_BYTES / (cells * rows * BYTES), 1.0))
    return [slice(i, min(i + size, p.n)) for i in range(0, p.n, size)]


def respond(setup: Setup, site: str, values: dict[str, Array], request: Request) -> FreezeResponse:
    """Solve a freeze and return what it did.

    Places that lie beside the axis need the whole field of temperature: then members go in
    smaller parts, and only the places are kept.
    """
    beside = any(p.from_edge_mm is not None for p in request.probes)
    depths = {p.name: depth_of_m(p, setup) for p in request.probes}
    found = []
    for part in _parts(setup, beside):
        problem = members_of(setup.problem, part, with_fields=beside)
        solution = solve_freeze(problem, precision=request.precision)
        probes = {p.name: _probe(setup, solution, p, part, depths[p.name]) for p in request.probes}
        found.append((replace(solution, t_c=None), probes))
    return gathered(setup, site, values, request, found)


def depth_of_m(probe: Probe, setup: Setup) -> Array:
    """Return the depth of a place below the skin, m, (n,); a gel has no fat to count from."""
    layers = setup.layers
    if probe.half_way:
        return np.asarray(setup.cold.insertion_m / 2.0)
    fat = layers.named("fat")
    depth = np.full_like(layers.nerve_depth_m, probe.depth_mm / MM_PER_M)
    match probe.depth_from:
        case "adipose" if fat is not None:
            return np.asarray(fat.bottom_m + depth)
        case "fat" if fat is not None:
            return np.asarray((fat.top_m + fat.bottom_m) / 2.0)
        case "joint":
            return layers.layers[-1].top_m
        case "nerve":
            return layers.nerve_depth_m
    return depth


def _probe(setup: Setup, s: FreezeSolution, probe: Probe, part: slice, depth_m: Array) -> Array:
    """Return the temperature at a place, (n_out, n of the part)."""
    z, depth = setup.z_m[:, part], depth_m[part]
    if probe.from_edge_mm is None or s.t_c is None:
        rows = np.concatenate([s.t_skin_c[:, :1], s.t_axis_c], axis=1)
    else:
        r = setup.cold.radius_m[part] + probe.from_edge_mm / MM_PER_M
        r_m = setup.r_m[:, part]
        surface = _along(s.t_skin_c, r_m, r, 1)
        inside = _along(s.t_c, r_m, r, 2)
        rows = np.concatenate([surface[:, None], inside], axis=1)
    line = np.concatenate([np.zeros((1, z.shape[1])), z])
    return _along(rows, line, depth, 1)


def _along(values: Array, line_m: Array, at_m: Array, axis: int) -> Array:
    """Interpolate along an axis at a place of each member's own; members are the last axis."""
    moved = np.moveaxis(values, axis, 0)
    out = np.empty(moved.shape[1:])
    for m in range(line_m.shape[1]):
        x = line_m[:, m]
        i = int(np.clip(np.searchsorted(x, at_m[m]) - 1, 0, len(x) - 2))
        share = float(np.clip((at_m[m] - x[i]) / (x[i + 1] - x[i]), 0.0, 1.0))
        out[..., m] = moved[i, ..., m] + share * (moved[i + 1, ..., m] - moved[i, ..., m])
    return out


_Found = list[tuple[FreezeSolution, dict[str, Array]]]


def gathered(
    setup: Setup, site: str, values: dict[str, Array], request: Request, found: _Found
) -> FreezeResponse:
    """Return what a freeze did from the solutions of its parts, in the order of the members."""

    def all_of(name: str) -> Array:
        return np.concatenate([getattr(s, name) for s, _ in found], axis=-1)

    time, skin = found[0][0].time_s, all_of("t_skin_c")
    # Fronts are found within cells, by enthalpy in the freezing range and by temperature outside
    # it: a warmer isotherm never lies inside a colder one.
    depth, radius, at_skin, frozen = (
        np.maximum.accumulate(all_of(name), axis=1)
        for name in ("depth_m", "radius_m", "radius_skin_m", "volume_m3")
    )
    t_min = all_of("t_min_c")
    ends = _freeze_end_s(setup, request, all_of("phase_end_s"))
    tool = _tool_c(setup, time, ends, request)
    rose = np.concatenate([s.rose_s[setup.edge] for s, _ in found], axis=-1)
    nothing = np.full_like(tool, np.nan)
    names = [p.name for p in request.probes]
    depths = {p.name: depth_of_m(p, setup) * MM_PER_M for p in request.probes}
    return FreezeResponse(
        time_s=time,
        exit_s=float(np.median(ends[-1])),
        t_skin_c=skin[:, 0],
        t_probe_c={k: np.concatenate([p[k] for _, p in found], axis=-1) for k in names},
        depth_mm=depths,
        skin_flow=nothing,
        muscle_flow=nothing,
        heat_out_j_m2=nothing,
        t_pack_c=tool,
        values=values,
        site=site,
        spans=_spans(ends, request),
        energy_residual=float(max(s.energy_residual().max() for s, _ in found)),
        z_m=setup.z_m,
        r_m=setup.r_m,
        volume_m3=_volume_m3(setup),
        layers=setup.layers,
        spot_radius_m=setup.cold.radius_m,
        lesion=setup.lesion,
        marks_c=setup.marks_c,
        edge=setup.edge,
        depth_m=depth,
        radius_m=radius,
        radius_skin_m=at_skin,
        frozen_m3=frozen,
        t_surface_c=skin,
        t_axis_c=all_of("t_axis_c"),
        t_min_c=t_min,
        below_s=all_of("below_s").astype(np.float32),
        thawed=np.isfinite(rose),
        freeze_end_s=ends,
        thaw_end_s=_thaw_end_s(time, frozen[:, setup.edge], ends, request),
    )


def _freeze_end_s(setup: Setup, request: Request, phase_end_s: Array) -> Array:
    """Return the end of the freeze of every cycle of the session, (n_cycles, n)."""
    rows, now = [], np.zeros(setup.problem.n)
    for (begin, _), phase in zip(request.spans(), setup.on_phases, strict=True):
        now = phase_end_s[phase] if phase >= 0 else np.maximum(now, begin)
        rows.append(now)
    return np.stack(rows)


def _spans(ends: Array, request: Request) -> tuple[tuple[float, float], ...]:
    last = np.median(ends, axis=1)
    return tuple(
        (float(end) - cycle.on_s, float(end))
        for end, cycle in zip(last, request.cycles, strict=True)
    )


def _tool_c(setup: Setup, time: Array, ends: Array, request: Request) -> Array:
    """Return the temperature of the tool, (n_out, n); nan while it is off and for a spray."""
    cold, n = setup.cold, setup.problem.n
    out = np.full((len(time), n), np.nan)
    if cold.technique in ("open-spray", "cone-spray", "vapour-jet"):
        return out
    for end, cycle in zip(ends, request.cycles, strict=True):
        for m in range(n):
            since = time - (end[m] - cycle.on_s)
            on = (since >= 0) & (time <= end[m])
            out[on, m] = np.interp(since[on], cold.tool_time_s, cold.t_tool_c[:, m])
    return out


def _volume_m3(setup: Setup) -> Array:
    """Return the volume of the cells, (n_z, n_r, n)."""
    grid, n = setup.problem.grid, setup.problem.n
    ring = np.pi * np.diff(grid.r_face_m**2, axis=0)  # type: ignore[union-attr]  # axisymmetric here
    height = np.diff(grid.z_face_m.reshape(grid.z_face_m.shape[0], -1), axis=0)
    whole = height[:, None] * ring[None]
    return np.ascontiguousarray(np.broadcast_to(whole, (*whole.shape[:2], n)))


def _thaw_end_s(time: Array, frozen_m3: Array, ends: Array, request: Request) -> Array:
    """Return when the last ice of each cycle is gone; nan where the record ends before.

    The next freeze of a cycle until thawed begins at that moment, unless its time ran out.
    """
    out = np.full_like(ends, np.nan)
    limits = np.concatenate([ends[1:], np.full((1, ends.shape[1]), np.inf)])
    for row, (end, limit) in enumerate(zip(ends, limits, strict=True)):
        gone = (frozen_m3 <= 0) & (time[:, None] > end) & (time[:, None] <= limit)
        out[row] = np.where(gone.any(axis=0), time[gone.argmax(axis=0)], np.nan)
        cycle = request.cycles[row]
        if cycle.until_thawed and row + 1 < len(ends):
            begin = ends[row + 1] - request.cycles[row + 1].on_s
            out[row] = np.where(begin - end < cycle.off_s * (1.0 - 1e-6), begin, out[row])
    return out
