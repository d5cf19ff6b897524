"""Arrays for the pictures and files of a freeze: of the central member, and of the ensemble."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.freeze_ensemble import finite
from cryodose.dosing.freeze_shape import FreezeShape, bowl_of
from cryodose.dosing.freeze_target import Target
from cryodose.outcome.build import BAND
from cryodose.outcome.freeze_views import (
    FreezeFilm,
    FreezeMap,
    FreezeReach,
    FreezeSection,
    FreezeVolume,
    revolved,
)
from cryodose.procedures import Cycle, Request, liquid_nitrogen
from cryodose.procedures.freeze_death import death_field
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.procedures.freeze_run import gathered
from cryodose.session import Session
from cryodose.solve.freeze_problem import FreezeSolution
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

_FRAMES = 60
_MAP_POINTS = 121
_WIDER = 1.35  # of what is frozen, on maps and in volumes
_VOXEL_MM = 0.2
# numerical: pictures need no finer cells than this many standard ones, 0.1 mm at the skin
COARSE = 2.0
MARKS_C = (-50.0, -30.0, -20.0, -5.0)


@dataclass(frozen=True)
class Central:
    """The central member on the grid of pictures: its whole thaw, its field of temperature."""

    response: FreezeResponse
    solution: FreezeSolution
    target: Target | None
    cell: str


def central_of(
    session: Session,
    target: Target | None,
    cell: str,
    cycles: tuple[Cycle, ...],
    resolution: int,
    *,
    coarseness: float = COARSE,
) -> Central:
    """Run the central member of a session through some cycles and the thaw after them.

    `coarseness` says how many times wider than standard the cells are.
    """
    last = cycles[-1]
    thaw_s = max(liquid_nitrogen.longest_thaw_s(last.on_s), last.off_s)
    request = Request(
        (*cycles[:-1], Cycle(last.on_s, thaw_s)),
        0.0,
        resolution=resolution,
        precision="f32",
        isotherms_c=MARKS_C,
        coarseness=coarseness,
    )
    site = liquid_nitrogen.site_of(session)
    made, solution = finite(lambda r: liquid_nitrogen.fields_of(session, site, r), request)
    values = liquid_nitrogen.prior(session, site).nominal()
    response = gathered(made, site, values, request, [(solution, {})])
    return Central(response, solution, target, cell)


def section_of(central: Central) -> FreezeSection:
    """Return the cut through the middle of the spot."""
    r = central.response
    lesion, target = r.layers.lesion, central.target
    radius = float(r.layers.lesion_radius_m[0]) * MM_PER_M
    margin = target.margin_m * MM_PER_M if target is not None else 0.0
    return FreezeSection(
        r.r_m[:, 0] * MM_PER_M,
        r.z_m[:, 0] * MM_PER_M,
        r.t_min_c.min(axis=0)[..., 0].astype(np.float64),
        death_field(r, central.cell)[..., 0],
        {layer.name: float(layer.top_m[0]) * MM_PER_M for layer in r.layers.layers},
        float(r.spot_radius_m[0]) * MM_PER_M,
        radius,
        radius + margin,
        float(lesion[-1].bottom_m[0]) * MM_PER_M if lesion else 0.0,
        central.cell,
    )


def reach_of(response: FreezeResponse) -> FreezeReach:
    """Return the depth of the isotherms over time with their band."""
    marks = (response.edge, *(response.mark(t) for t in sorted(MARKS_C, reverse=True)))
    depth = response.depth_m[:, list(marks)] * MM_PER_M
    low, median, high = weighted_quantiles(np.moveaxis(depth, 1, 0), BAND)
    shown = np.array([0.0, *sorted(MARKS_C, reverse=True)])
    return FreezeReach(response.time_s, shown, low, median, high, response.spans)


def map_of(section: FreezeSection) -> FreezeMap:
    """Return the skin from above, of a round freeze."""
    half = _half_mm(section)
    axis = np.linspace(-half, half, _MAP_POINTS)
    radius = np.hypot(axis[:, None], axis[None, :])
    death = np.interp(radius, section.r_mm, _least_death(section))
    return FreezeMap(
        axis,
        axis,
        radius <= section.lesion_mm,
        radius <= section.target_mm,
        death,
        np.interp(radius, section.r_mm, section.t_min_c[0]),
    )


def _least_death(section: FreezeSection) -> Array:
    """Return the smallest share that dies from the skin to the base of the bowl, by radius."""
    part = 1.0 - (section.r_mm / max(section.target_mm, 1.0e-9)) ** 2
    base = section.depth_mm * np.sqrt(np.clip(part, 0.0, None))
    inside = section.z_mm[:, None] <= np.maximum(base, section.z_mm[0])[None, :]
    return np.asarray(np.where(inside, section.death, 1.0).min(axis=0))


def _half_mm(section: FreezeSection) -> float:
    frozen = section.r_mm[(section.t_min_c < 0.0).any(axis=0)].max(initial=0.0)
    half = _WIDER * max(float(frozen), section.target_mm, section.spot_mm)
    return min(half, float(section.r_mm[-1]))


def film_of(central: Central) -> FreezeFilm:
    """Return freeze and thaw in the cut, until a while after the last ice is gone."""
    section, r = section_of(central), central.response
    fields = central.solution.t_c
    if fields is None:
        raise ValueError("a run without fields")
    time = r.time_s
    icy = np.flatnonzero(r.frozen_m3[:, r.edge, 0] > 0)
    last = time[min(int(icy[-1]) + 2, len(time) - 1)] if len(icy) else time[-1]
    # The kept moments lie closer where more happens: after every switch.
    count = int(np.searchsorted(time, last, side="right"))
    rows = np.unique(np.linspace(0, count - 1, _FRAMES).astype(int))
    on = np.zeros(len(rows), dtype=np.bool_)
    for begin, end in r.spans:
        on |= (time[rows] >= begin) & (time[rows] <= end)
    shown = fields[rows, :, :, 0].astype(np.float64)
    return FreezeFilm(time[rows], section.r_mm, section.z_mm, shown, on, section)


def volume_of(central: Central) -> FreezeVolume:
    """Return the frozen tissue as a box around the axis."""
    section = section_of(central)
    grid_mm = section.z_mm
    faces = np.concatenate([[0.0], (grid_mm[1:] + grid_mm[:-1]) / 2.0, [2 * grid_mm[-1]]])
    faces[-1] = grid_mm[-1] + (grid_mm[-1] - faces[-2])
    deep = _WIDER * float(section.z_mm[(section.t_min_c < 0.0).any(axis=1)].max(initial=0.0))
    deep = max(deep, _WIDER * section.depth_mm, faces[1])
    count = int(np.searchsorted(section.z_mm, deep))
    fields = {
        "coldest_C": section.t_min_c[:count],
        "death_share": section.death[:count],
    }
    return revolved(section.r_mm, faces[: count + 1], fields, _half_mm(section), _VOXEL_MM)


def map_of_shape(shape: FreezeShape) -> FreezeMap:
    """Return the skin from above, of a lesion with a mask; the origin is the picture's corner."""
    grid = shape.volume.grid
    inside = bowl_of(shape.volume, shape.goal, shape.target)
    dead = np.where(inside, shape.dead, np.where(inside.any(axis=0), 1.0, shape.dead[:1]))
    return FreezeMap(
        _middles_mm(grid.x_face_m),
        _middles_mm(grid.y_face_m),
        shape.lesion,
        shape.target,
        dead.min(axis=0),
        shape.t_min_c[0],
    )


def volume_of_shape(shape: FreezeShape) -> FreezeVolume:
    """Return the tissue below a lesion with a mask as a box."""
    grid = shape.volume.grid
    return FreezeVolume(
        grid.x_face_m * MM_PER_M,
        grid.y_face_m * MM_PER_M,
        grid.z_face_m * MM_PER_M,
        {"coldest_C": shape.t_min_c, "death_share": shape.dead},
    )


def _middles_mm(face_m: Array) -> Array:
    return np.asarray((face_m[1:] + face_m[:-1]) / 2.0 * MM_PER_M)
