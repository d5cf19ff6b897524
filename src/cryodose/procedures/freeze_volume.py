"""The freeze of a lesion of any shape in three dimensions, one member at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.physics.spray import covered
from cryodose.procedures.freeze_cold import NEEDLE, Cold, cold_of
from cryodose.procedures.freeze_layers import Layers, layers_of
from cryodose.procedures.freeze_mask import Mask
from cryodose.procedures.freeze_setup import (
    blood_of,
    cold_surface,
    depth_parts,
    marks_of,
    moments_s,
    reach_m,
    start_c,
    step_growth,
)
from cryodose.procedures.freeze_tissue import freeze_curves
from cryodose.procedures.request import Request
from cryodose.session import Session
from cryodose.solve.freeze_grid import mask_cover, mask_grid
from cryodose.solve.freeze_problem import FreezeGrid, FreezeGrid3, FreezeProblem

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

# numerical: a cell belongs to the lesion where most of it does
MOSTLY = 0.5
# numerical: how far beyond its edge a spray is followed, in lengths of its rim
RIM_LENGTHS = 3.0


@dataclass(frozen=True)
class Volume:
    """A problem in three dimensions and what is needed to read its solution.

    Attributes
    ----------
    problem : FreezeProblem, of one member
    grid : FreezeGrid3, with the origin at the corner of the mask
    layers : Layers
    cold : Cold
    cover : (n_y, n_x), share of each surface cell that the cold reaches
    over_lesion : (n_y, n_x) bool, surface cells above the lesion
    lesion : (n_z, n_y, n_x) bool, its living part
    marks_c : (n_marks,); `edge` is the row of the edge of the ice
    on_phases : the phase of the solver that freezes in each cycle, or -1
    """

    problem: FreezeProblem
    grid: FreezeGrid3
    layers: Layers
    cold: Cold
    cover: Array
    over_lesion: Flags
    lesion: Flags
    marks_c: Array
    edge: int
    on_phases: tuple[int, ...]


def problem_for_mask(
    session: Session,
    site: str,
    values: dict[str, Array],
    request: Request,
    mask: Mask,
    spot: Mask | None = None,
) -> Volume:
    """Return the problem of a lesion's freeze in three dimensions.

    The lesion has the shape of the mask, and the cold too, or that of the spot: a spray is led over
    it, a probe is taken to fit it. A spray reaches beyond the edge as it does around a round spot
    of the same area.

    Parameters
    ----------
    session : Session
    site : str
    values : dict of ndarray, shape (1,)
        One member.
    request : Request
    mask : Mask
    spot : Mask, optional
        What the cold is led over, in a picture of the same frame; default: the lesion.

    Raises
    ------
    ValueError
        For more than one member, and for a needle, which has no mask.
    """
    layers, cold = layers_of(session, site, values), cold_of(session, values)
    if len(cold.radius_m) != 1 or cold.technique == NEEDLE:
        raise ValueError("a mask is frozen from the skin, one member at a time")
    reach = reach_m(request)
    stops, outside, inside = depth_parts(layers, cold, reach)
    led = (spot or mask).is_lesion
    made = mask_grid(led, mask.pixel_m, reach, stops[:, 0], resolution=request.cells)
    faces = made.grid.y_face_m, made.grid.x_face_m
    below = mask_cover(mask.is_lesion, mask.pixel_m, *faces) >= MOSTLY
    of = made.z_part
    material = np.where(below[None], inside[of][:, None, None], outside[of][:, None, None])
    grid = FreezeGrid3(
        made.grid.x_face_m, made.grid.y_face_m, made.grid.z_face_m, material.astype(np.int32)
    )
    cover = _with_rim(cold, grid, made.cover >= MOSTLY, made.cover)
    surface, on_phases = cold_surface(cold, values, request, cover[..., None])
    marks, edge = marks_of(session, values, request)
    kept = np.zeros(grid.material.shape, dtype=np.bool_)
    kept[-1] = layers.is_alive and not layers.is_through
    problem = FreezeProblem(
        1,
        grid,
        freeze_curves(layers.materials),
        blood_of(layers, values),
        surface,
        _start(layers, values, grid, outside[of]),
        kept,
        np.zeros_like(kept),
        moments_s(request),
        marks,
        step_growth=step_growth(request),
    )
    lesion = _lesion(layers, grid, below)
    return Volume(problem, grid, layers, cold, cover, below, lesion, marks, edge, on_phases)


def _start(
    layers: Layers, values: dict[str, Array], grid: FreezeGrid3, outside: NDArray[np.int64]
) -> Array:
    """Return the start temperature beside the lesion, everywhere, (n_z, 1, 1, 1)."""
    column = FreezeGrid(
        np.array([[0.0], [1.0]]), grid.z_face_m[:, None], outside[:, None].astype(np.int32)
    )
    return start_c(layers, values, column)[:, None, None, :]


def _lesion(layers: Layers, grid: FreezeGrid3, below: Flags) -> Flags:
    if not layers.lesion:
        return np.zeros(grid.material.shape, dtype=np.bool_)
    own = layers.lesion[-1]
    z = (grid.z_face_m[1:] + grid.z_face_m[:-1]) / 2.0
    deep = (z > own.top_m[0]) & (z < own.bottom_m[0])
    return np.asarray(deep[:, None, None] & below[None])


def _with_rim(cold: Cold, grid: FreezeGrid3, below: Flags, cover: Array) -> Array:
    """Add what a spray reaches beyond the edge of the lesion."""
    length = float(cold.rim[0] * cold.radius_m[0])
    if length <= 0.0:
        return cover
    y, x = ((f[1:] + f[:-1]) / 2.0 for f in (grid.y_face_m, grid.x_face_m))
    own = np.argwhere(below)
    found = cover.copy()
    for i, j in np.argwhere(~below):
        gap = np.min((y[own[:, 0]] - y[i]) ** 2 + (x[own[:, 1]] - x[j]) ** 2)
        away = float(np.sqrt(gap))
        if away < RIM_LENGTHS * length:
            share = covered(cold.radius_m + away, cold.radius_m, cold.rim)[0]
            found[i, j] = max(found[i, j], float(share))
    return found
