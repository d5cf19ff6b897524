"""Graded grids for a freeze: fine at the surface and at the edge of the cold, coarse far away.

Faces lie exactly on every stop (edge of the spot, joint of two layers, bottom of the lesion), for
every member, although all members have the same number of cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.freeze_problem import FreezeGrid, FreezeGrid3

Array = NDArray[np.float64]

# numerical: samples of the wanted size between two stops
SAMPLES = 400


@dataclass(frozen=True)
class Faces:
    """Faces along one axis, (n + 1, 1|n_members), and between which stops each cell lies, (n,)."""

    face_m: Array
    part: NDArray[np.intp]


# numerical: largest size of a cell, m, where nothing else is said
COARSE_M = 1.5e-3


@dataclass(frozen=True)
class Sizes:
    """Wanted sizes of cells, m: at the fine stops, growing with the distance, at most coarse."""

    fine_m: float
    growth: float
    coarse_m: float = COARSE_M

    def at(self, resolution: float) -> Sizes:
        """Return the sizes of a grid with `resolution` times as many cells along an axis."""
        return Sizes(self.fine_m / resolution, self.growth / resolution, self.coarse_m / resolution)


# numerical: rings, by depth: fronts, thawing ones too, are then right to 0.5 %
RING_SKIN = Sizes(5.0e-5, 0.01, 7.5e-4)
# numerical: rings, by distance from the edge of the cold, where fronts are less steep
RING_EDGE = Sizes(7.5e-5, 0.075, 7.5e-4)
# numerical: boxes, by depth: halving all of them costs sixteen times as much
BOX_SKIN = Sizes(1.0e-4, 0.02)
# numerical: boxes, under a mask and from its bounding box on
BOX_EDGE = Sizes(2.5e-4, 0.15)


def graded_faces(stops_m: Array, fine: NDArray[np.bool_], sizes: Sizes) -> Faces:
    """Return faces from the first stop to the last, with one on every stop.

    Parameters
    ----------
    stops_m : (n_stops, 1|n), rising
        The grid is laid out for their medians over the members, and stretched for each.
    fine : (n_stops,)
        At which stops cells are fine.
    sizes : Sizes

    Raises
    ------
    ValueError
        If the stops do not rise strictly.
    """
    stops = np.atleast_2d(stops_m.T).T
    if len(stops) < 2 or not np.all(np.diff(stops, axis=0) > 0):
        raise ValueError("stops must rise strictly, and there are at least two")
    middle = np.median(stops, axis=1)
    near = middle[fine] if np.any(fine) else middle[:0]
    faces, part = [stops[:1]], []
    for i in range(len(stops) - 1):
        x = np.linspace(middle[i], middle[i + 1], SAMPLES)
        reach = np.min(np.abs(x[:, None] - near), axis=1) if len(near) else np.full(SAMPLES, np.inf)
        density = 1.0 / np.minimum(sizes.fine_m + sizes.growth * reach, sizes.coarse_m)
        cells = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x))])
        count = max(int(np.rint(cells[-1])), 1)
        share = np.interp(
            np.linspace(0.0, cells[-1], count + 1)[1:], cells, np.linspace(0, 1, SAMPLES)
        )
        share[-1] = 1.0
        faces.append(stops[i] + share[:, None] * (stops[i + 1] - stops[i]))
        part += [i] * count
    return Faces(np.concatenate(faces), np.array(part, dtype=np.intp))


def spot_grid(
    r_stops_m: Array,
    z_stops_m: Array,
    material: NDArray[np.int32],
    *,
    resolution: float = 1.0,
) -> FreezeGrid:
    """Return rings around a spot.

    Parameters
    ----------
    r_stops_m : (n_r_parts + 1, 1|n)
        From 0: edges of the spot and of the lesion, end of the grid. Fine at all but the ends.
    z_stops_m : (n_z_parts + 1, 1|n)
        From 0, the skin: joints of layers, bottom of the lesion, end of the grid. Fine at the skin.
    material : (n_z_parts, n_r_parts)
        Material of every part between stops.
    resolution : float
        Multiplies the number of cells along both axes.
    """
    inner = np.zeros(len(r_stops_m), dtype=np.bool_)
    inner[1:-1] = True
    skin = np.zeros(len(z_stops_m), dtype=np.bool_)
    skin[0] = True
    r = graded_faces(r_stops_m, inner, RING_EDGE.at(resolution))
    z = graded_faces(z_stops_m, skin, RING_SKIN.at(resolution))
    return FreezeGrid(r.face_m, z.face_m, material[np.ix_(z.part, r.part)].astype(np.int32))


@dataclass(frozen=True)
class MaskGrid:
    """Boxes under a mask.

    Attributes
    ----------
    grid : FreezeGrid3
    cover : (n_y, n_x), share of each surface cell that lies under the mask
    z_part : (n_z,), between which stops of depth each layer of cells lies
    """

    grid: FreezeGrid3
    cover: Array
    z_part: NDArray[np.intp]


def mask_grid(
    mask: NDArray[np.bool_],
    pixel_m: float,
    margin_m: float,
    z_stops_m: Array,
    *,
    resolution: float = 1.0,
) -> MaskGrid:
    """Return boxes around a mask, fine under it, coarse in a margin; material 0 everywhere.

    Parameters
    ----------
    mask : (n_rows, n_columns)
        Where the cold is; rows lie along y, columns along x. The origin is the mask's corner.
    pixel_m : float
        Width of a pixel.
    margin_m : float
        Tissue on each side beyond the mask's bounding box.
    z_stops_m : (n_z_parts + 1,)
        From 0: joints of layers, bottom of the lesion, end of the grid.
    resolution : float
        Multiplies the number of cells along every axis.

    Raises
    ------
    ValueError
        If the mask is empty.
    """
    if mask.ndim != 2 or not np.any(mask):
        raise ValueError("the mask marks no pixel")
    sizes = BOX_EDGE.at(resolution)
    faces = []
    for axis in (0, 1):
        touched = np.nonzero(np.any(mask, axis=1 - axis))[0]
        low, high = touched[0] * pixel_m, (touched[-1] + 1) * pixel_m
        count = max(int(np.ceil((high - low) / sizes.fine_m)), 1)
        inside = np.linspace(low, high, count + 1)
        out = graded_faces(np.array([[0.0], [margin_m]]), np.array([True, False]), sizes).face_m[
            1:, 0
        ]
        faces.append(np.concatenate([low - out[::-1], inside, high + out]))
    z = graded_faces(
        z_stops_m.reshape(-1, 1),
        np.arange(len(z_stops_m)) == 0,
        BOX_SKIN.at(resolution),
    )
    y_face, x_face = faces
    shape = (len(z.part), len(y_face) - 1, len(x_face) - 1)
    grid = FreezeGrid3(x_face, y_face, z.face_m[:, 0], np.zeros(shape, dtype=np.int32))
    return MaskGrid(grid, mask_cover(mask, pixel_m, y_face, x_face), z.part)


def mask_cover(mask: NDArray[np.bool_], pixel_m: float, y_face_m: Array, x_face_m: Array) -> Array:
    """Return the share of each cell (n_y, n_x) of a grid that lies under a mask; exact areas."""
    n_rows, n_columns = mask.shape
    total = np.zeros((n_rows + 1, n_columns + 1))
    total[1:, 1:] = np.cumsum(np.cumsum(mask, axis=0), axis=1)

    def along(a: Array, face: Array, axis: int) -> Array:
        """Interpolate the running area; it is linear inside a pixel."""
        count = a.shape[axis] - 1
        x = np.clip(face / pixel_m, 0.0, count)
        i = np.minimum(x.astype(np.intp), count - 1)
        part = (x - i).reshape((-1, 1) if axis == 0 else (1, -1))
        return np.asarray(np.take(a, i, axis) * (1 - part) + np.take(a, i + 1, axis) * part)

    area = along(along(total, y_face_m, 0), x_face_m, 1)
    cells = np.diff(np.diff(area, axis=0), axis=1) * pixel_m**2
    size = np.diff(y_face_m)[:, None] * np.diff(x_face_m)
    return np.asarray(np.clip(cells / size, 0.0, 1.0))
