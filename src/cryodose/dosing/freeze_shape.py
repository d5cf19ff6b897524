"""The chosen freeze on the lesion's own shape: the central member in three dimensions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.freeze_ensemble import finite, request_of
from cryodose.dosing.freeze_target import POLICY, Target
from cryodose.procedures import liquid_nitrogen
from cryodose.procedures.freeze_death import death_field
from cryodose.procedures.freeze_mask import Mask
from cryodose.procedures.freeze_volume import Volume, problem_for_mask
from cryodose.procedures.lesion_mask import with_margin
from cryodose.session import Session
from cryodose.solve.freeze_grid import mask_cover
from cryodose.solve.freeze_problem import FreezeSolution
from cryodose.solve.freeze_run import solve_freeze

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

# numerical: boxes of this many standard ones along each side; depths are then right to 0.1 mm
COARSE = 1.6
MOSTLY = 0.5  # numerical: a column belongs to the lesion where most of it does


@dataclass(frozen=True)
class FreezeShape:
    """One freeze of a lesion with a mask; cells are (n_z, n_y, n_x).

    Attributes
    ----------
    lesion, target : (n_y, n_x), columns of the lesion, and of the lesion with its margin
    dead : (n_z, n_y, n_x), share of the target cells that die
    t_min_c : (n_z, n_y, n_x), coldest temperature
    covered_lesion, covered_target : share of their volume in which enough cells die
    """

    volume: Volume
    goal: Target
    lesion: Flags
    target: Flags
    dead: Array
    t_min_c: Array = field(repr=False)
    covered_lesion: float
    covered_target: float


@dataclass(frozen=True)
class _History:
    """What the death of cells is worked out from; see `FreezeResponse`."""

    values: dict[str, Array]
    marks_c: Array
    edge: int
    t_min_c: Array
    below_s: Array
    thawed: Flags


def freeze_of_shape(
    session: Session, target: Target, mask: Mask, freeze_s: float, cycles: int, resolution: int
) -> FreezeShape:
    """Run the central member of a freeze on lesion and margin as the mask has them.

    Parameters
    ----------
    session : Session
        Posed for its technique, without the mask.
    """
    site = liquid_nitrogen.site_of(session)
    values = liquid_nitrogen.prior(session, site).nominal()
    lesion, whole = with_margin(mask, target.margin_m)
    request = request_of(freeze_s, cycles, COARSE / resolution)
    made = problem_for_mask(session, site, values, request, lesion, whole)
    solution = finite(lambda r: solve_freeze(made.problem, precision=r.precision), request)
    history = _history(made, solution, values)
    dead = death_field(history, target.cell)[..., 0]
    faces = made.grid.y_face_m, made.grid.x_face_m
    columns = [mask_cover(m.is_lesion, m.pixel_m, *faces) >= MOSTLY for m in (lesion, whole)]
    lethal = dead >= evidence.value(POLICY, "lethal.share")
    return FreezeShape(
        made,
        target,
        columns[0],
        columns[1],
        dead,
        solution.t_min_c.min(axis=0)[..., 0].astype(np.float64),
        *(_covered(made, target, c, lethal) for c in columns),
    )


def _history(made: Volume, solution: FreezeSolution, values: dict[str, Array]) -> _History:
    thawed = np.isfinite(solution.rose_s[made.edge])
    marks, edge = made.marks_c, made.edge
    return _History(values, marks, edge, solution.t_min_c, solution.below_s, thawed)


def _covered(made: Volume, target: Target, columns: Flags, lethal: Flags) -> float:
    """Return the share of a bowl over some columns in which enough cells die.

    The bowl is as deep as the lesion where it is far from its edge, and flat at the edge.
    """
    inside = bowl_of(made, target, columns)
    z, y, x = (np.diff(f) for f in (made.grid.z_face_m, made.grid.y_face_m, made.grid.x_face_m))
    size = (z[:, None, None] * y[:, None] * x) * inside
    return float((size * lethal).sum() / size.sum()) if size.any() else 1.0


def bowl_of(made: Volume, target: Target, columns: Flags) -> Flags:
    """Return the cells of a bowl over some columns, (n_z, n_y, n_x), without the horny cap.

    Its depth at a place is that of a half ellipsoid as wide as the shape is there: by the distance
    to the edge of the columns over the largest such distance.
    """
    grid = made.grid
    y, x = ((f[1:] + f[:-1]) / 2.0 for f in (grid.y_face_m, grid.x_face_m))
    distance = edge_distance_m(columns, y, x)
    share = np.clip(distance / max(float(distance.max()), 1.0e-9), 0.0, 1.0)
    depth = target.depth_m * np.sqrt(1.0 - (1.0 - share) ** 2)
    z = (grid.z_face_m[1:] + grid.z_face_m[:-1]) / 2.0
    lesion = made.layers.lesion
    cap = float(lesion[-1].top_m[0]) if lesion else 0.0
    below = z[:, None, None] < np.maximum(depth, z[0] * (1.0 + 1.0e-9))[None]
    free = (z > cap)[:, None, None] | ~made.over_lesion[None]
    return np.asarray(below & free & columns[None])


def edge_distance_m(columns: Flags, y_m: Array, x_m: Array) -> Array:
    """Return how far each column inside lies from the nearest one outside, m; 0 outside."""
    out = np.zeros(columns.shape)
    inside, outside = np.argwhere(columns), np.argwhere(_rim(columns))
    if not len(inside) or not len(outside):
        return out
    gap = (y_m[inside[:, 0], None] - y_m[outside[:, 0]]) ** 2
    gap += (x_m[inside[:, 1], None] - x_m[outside[:, 1]]) ** 2
    out[inside[:, 0], inside[:, 1]] = np.sqrt(gap.min(axis=1))
    return out


def _rim(columns: Flags) -> Flags:
    """Return the columns outside that touch one inside."""
    padded = np.pad(columns, 1)
    near = padded[2:, 1:-1] | padded[:-2, 1:-1] | padded[1:-1, 2:] | padded[1:-1, :-2]
    return np.asarray(near & ~columns)
