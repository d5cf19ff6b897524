"""One-dimensional layered grids in slab, cylinder and sphere, for many columns at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Shape(IntEnum):
    """Power of the radius in the area of a face: 0 slab, 1 cylinder, 2 sphere."""

    SLAB = 0
    CYLINDER = 1
    SPHERE = 2


def graded_fractions(n_cells: int, ratio: float = 1.0) -> Array:
    """Return the cell widths of one layer as fractions that sum to one.

    Parameters
    ----------
    n_cells : int
        Number of cells, at least 1.
    ratio : float
        Width of the deepest cell over that of the outermost one; the widths grow geometrically.

    Returns
    -------
    ndarray, shape (n_cells,)
    """
    if n_cells < 1 or not ratio > 0:
        raise ValueError("a layer needs at least one cell and a positive ratio")
    widths = np.geomspace(1.0, ratio, n_cells) if n_cells > 1 else np.ones(1)
    return np.asarray(widths / widths.sum(), dtype=np.float64)


def growing_widths_m(first_m: float, thickness_m: Array, n_cells: int) -> Array:
    """Return cells that begin with a width and grow slowly at first, (n_cells, *thickness.shape).

    Cell k is ``first_m + a k^4`` wide with the a that fills the layer; a layer too thin for
    `n_cells` of the first width is divided evenly.

    Parameters
    ----------
    first_m : float
        Width of the outermost cell.
    thickness_m : ndarray
        Thickness of the layer.
    """
    if n_cells == 1:
        return thickness_m[None].copy()
    k = np.arange(n_cells, dtype=np.float64) ** 4
    first = np.minimum(first_m, thickness_m / n_cells)
    growth = (thickness_m - n_cells * first) / k.sum()
    return np.asarray(first + np.multiply.outer(k, growth))


@dataclass(frozen=True)
class Grid:
    """Layered grid; index 0 is the outermost cell.

    Layers before `n_pack_layers` lie outside the skin (the pack); the others are tissue. All
    columns share the number of cells; widths follow each column's own layer thickness.

    Attributes
    ----------
    shape : Shape
    thickness_m : ndarray, shape (n_layers, 1 or n)
        Layer thickness from the outside inwards.
    r_inner_m : ndarray, shape (1 or n,)
        Radius of the deepest face; 0 for a full cylinder or sphere. Unused in a slab.
    cells : tuple of ndarray
        For each layer, cell widths as fractions of its thickness.
    n_pack_layers : int
        0 or 1.
    """

    shape: Shape
    thickness_m: Array
    r_inner_m: Array
    cells: tuple[Array, ...]
    n_pack_layers: int = 0

    def __post_init__(self) -> None:
        if len(self.cells) != self.thickness_m.shape[0]:
            raise ValueError("one list of cell fractions for each layer")
        if self.n_pack_layers not in (0, 1) or self.n_pack_layers >= len(self.cells):
            raise ValueError("at most one pack layer, and tissue below it")
        if not np.all(self.thickness_m > 0):
            raise ValueError("layer thickness must be positive")
        if not np.all(self.r_inner_m >= 0):
            raise ValueError("inner radius must not be negative")

    @property
    def n_cells(self) -> int:
        """Number of cells, pack included."""
        return sum(len(f) for f in self.cells)

    @property
    def n_pack(self) -> int:
        """Number of cells of the pack."""
        return sum(len(f) for f in self.cells[: self.n_pack_layers])

    @property
    def layer_of_cell(self) -> NDArray[np.int32]:
        """Layer index of each cell, shape (n_cells,)."""
        return np.repeat(np.arange(len(self.cells), dtype=np.int32), [len(f) for f in self.cells])

    @property
    def fractions(self) -> Array:
        """Cell width over layer thickness, shape (n_cells,)."""
        return np.concatenate(self.cells)

    def measures(self) -> Measures:
        """Return widths, face areas and volumes, all per unit of skin area."""
        dx = self.thickness_m[self.layer_of_cell] * self.fractions[:, None]
        return measures_of(self.shape, dx, self.r_inner_m, self.n_pack)

    def depths_m(self) -> Array:
        """Depth of the cell centres below the skin, shape (n_cells, 1 or n); negative in a pack."""
        dx = self.thickness_m[self.layer_of_cell] * self.fractions[:, None]
        pack = dx[: self.n_pack].sum(axis=0)
        return np.asarray(np.cumsum(dx, axis=0) - dx / 2.0 - pack, dtype=np.float64)


class Measures(NamedTuple):
    """Cell widths (m), inner face areas (-), volumes (m) per unit of skin area, (n_cells, 1|n)."""

    dx_m: Array
    area_in: Array
    volume_m: Array


def measures_of(shape: Shape, dx_m: Array, r_inner_m: Array, n_pack: int = 0) -> Measures:
    """Return what columns of cells measure, from their widths, (n_cells, 1 or n), outermost first.

    Parameters
    ----------
    r_inner_m : ndarray, shape (1 or n,)
        Radius of the deepest face; unused in a slab.
    n_pack : int
        Number of cells outside the skin.
    """
    if shape is Shape.SLAB:
        return Measures(dx_m, np.ones_like(dx_m), dx_m.copy())
    below = np.cumsum(dx_m[::-1], axis=0)[::-1]  # from a cell's outer face to the deepest face
    r_out = r_inner_m[None, :] + below
    r_in = r_out - dx_m
    r_skin = r_out[n_pack]
    area_in = (np.maximum(r_in, 0.0) / r_skin) ** int(shape)
    # Differences of powers written as products keep thin cells on a large radius exact.
    if shape is Shape.CYLINDER:
        return Measures(dx_m, area_in, dx_m * (r_out + r_in) / (2.0 * r_skin))
    volume = dx_m * (r_out**2 + r_out * r_in + r_in**2) / (3.0 * r_skin**2)
    return Measures(dx_m, area_in, volume)
