"""Arrays that pictures and files of a freeze are made of; lengths in mm, times in s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class FreezeSection:
    """A cut through the middle of the spot, for the central member.

    Attributes
    ----------
    r_mm : (n_r,), z_mm : (n_z,)
        Middles of the cells, sideways from the axis and below the skin.
    t_min_c, death : (n_z, n_r)
        Coldest temperature of all cycles, and share of the target cells that die.
    layers_mm : depth at which each layer begins
    spot_mm, lesion_mm, target_mm : radius of the spot, of the lesion, and with its margin
    depth_mm : depth of the lesion
    cell : the cells that must die
    """

    r_mm: Array
    z_mm: Array
    t_min_c: Array
    death: Array
    layers_mm: Mapping[str, float]
    spot_mm: float
    lesion_mm: float
    target_mm: float
    depth_mm: float
    cell: str


@dataclass(frozen=True)
class FreezeReach:
    """Depth of isotherms below the middle of the spot over time, with the 90 percent band.

    Attributes
    ----------
    time_s : (n_times,); t_marks_c : (n_marks,)
    low_mm, median_mm, high_mm : (n_marks, n_times)
    on_s : begin and end of every freeze
    """

    time_s: Array
    t_marks_c: Array
    low_mm: Array
    median_mm: Array
    high_mm: Array
    on_s: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class FreezeMap:
    """The skin from above, for a lesion with a mask or a round one.

    Attributes
    ----------
    x_mm : (n_x,), y_mm : (n_y,)
    lesion, target : (n_y, n_x), the lesion, and the lesion with its margin
    death : (n_y, n_x)
        Smallest share of the target cells that die between the skin and the base of the lesion.
    t_min_c : (n_y, n_x), coldest temperature just below the skin
    """

    x_mm: Array
    y_mm: Array
    lesion: Flags
    target: Flags
    death: Array
    t_min_c: Array


@dataclass(frozen=True)
class FreezeFilm:
    """Temperature in the cut over time, of the central member.

    Attributes
    ----------
    time_s : (n_times,); r_mm : (n_r,); z_mm : (n_z,); t_c : (n_times, n_z, n_r)
    on : (n_times,), whether the cold is on
    """

    time_s: Array
    r_mm: Array
    z_mm: Array
    t_c: Array
    on: Flags
    section: FreezeSection


@dataclass(frozen=True)
class FreezeVolume:
    """A box of tissue with some fields in it.

    Attributes
    ----------
    x_mm, y_mm, z_mm : faces of the cells, one more than cells; z from the skin inwards
    fields : name with unit -> (n_z, n_y, n_x)
    """

    x_mm: Array
    y_mm: Array
    z_mm: Array
    fields: Mapping[str, Array]

    def even(self, step_mm: float) -> FreezeVolume:
        """Return the volume on cubes of one size, each with the value of the cell it lies in."""
        axes = [_even(face, step_mm) for face in (self.z_mm, self.y_mm, self.x_mm)]
        picks = [
            np.clip(np.searchsorted(face, (a[1:] + a[:-1]) / 2.0) - 1, 0, len(face) - 2)
            for face, a in zip((self.z_mm, self.y_mm, self.x_mm), axes, strict=True)
        ]
        chosen = np.ix_(*picks)
        fields = {name: values[chosen] for name, values in self.fields.items()}
        return FreezeVolume(axes[2], axes[1], axes[0], fields)


def _even(face: Array, step: float) -> Array:
    count = max(int(np.floor((face[-1] - face[0]) / step + 1.0e-9)), 1)
    middle = (face[0] + face[-1]) / 2.0 if face[0] < 0 else face[0] + count * step / 2.0
    return np.asarray(middle + (np.arange(count + 1) - count / 2.0) * step)


def revolved(
    r_mm: Array, z_face_mm: Array, fields: Mapping[str, Array], half_mm: float, step_mm: float
) -> FreezeVolume:
    """Return an axisymmetric solution as a box around its axis.

    Parameters
    ----------
    r_mm : ndarray, shape (n_r,)
        Middles of the rings.
    z_face_mm : ndarray, shape (n_z + 1,)
    fields : dict
        Name to (n_z, n_r).
    half_mm, step_mm : float
        Half width of the box, and width of its cells.
    """
    count = 2 * max(round(half_mm / step_mm), 1)
    face: Array = (np.arange(count + 1, dtype=np.float64) - count / 2.0) * step_mm
    middle = (face[1:] + face[:-1]) / 2.0
    radius = np.hypot(middle[:, None], middle[None, :])
    turned = {}
    for name, values in fields.items():
        rows = [np.interp(radius, r_mm, row) for row in values]
        turned[name] = np.stack(rows)
    return FreezeVolume(face, face, z_face_mm, turned)
