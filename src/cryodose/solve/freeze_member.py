"""One member of a freeze problem as plain arrays, and its geometry: rings or boxes alike.

Cells are (n_z, n_y, n_x); rings have one row along y and their radius along x. A volume is the
product of `size` along the three axes, and a face conducts ``area / distance`` times what lies
across it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.freeze_problem import FreezeGrid3, FreezeProblem

Array = NDArray[np.float64]


def member(a: Array, m: int) -> Array:
    """Return the values of member m of an array whose last axis is 1 or n."""
    return np.asarray(a[..., m if a.shape[-1] > 1 else 0], dtype=np.float64)


@dataclass(frozen=True)
class Axis:
    """Cells along one axis: what makes volumes, areas and distances.

    Attributes
    ----------
    middle, width : (n,), m
    size : (n,), factor of the volume: width, for rings the area
    area : (n - 1,), factor of the area of the faces between cells: 1, for rings the circumference
    """

    middle: Array
    width: Array
    size: Array
    area: Array

    @staticmethod
    def boxes(face_m: Array) -> Axis:
        """Return the axis of cells between flat faces."""
        width = np.diff(face_m)
        return Axis((face_m[1:] + face_m[:-1]) / 2, width, width, np.ones(len(width) - 1))

    @staticmethod
    def rings(face_m: Array) -> Axis:
        """Return the axis of rings between circles."""
        size = np.pi * np.diff(face_m**2)
        area = 2 * np.pi * face_m[1:-1]
        return Axis((face_m[1:] + face_m[:-1]) / 2, np.diff(face_m), size, area)

    @property
    def distance(self) -> Array:
        """Distance between the middles of neighbours, (n - 1,)."""
        return np.asarray(np.diff(self.middle))


def axes_of(problem: FreezeProblem, m: int) -> tuple[Axis, Axis, Axis]:
    """Return the axes z, y and x of a member; along y rings have one cell of size 1."""
    grid = problem.grid
    if isinstance(grid, FreezeGrid3):
        return Axis.boxes(grid.z_face_m), Axis.boxes(grid.y_face_m), Axis.boxes(grid.x_face_m)
    whole = Axis(np.zeros(1), np.ones(1), np.ones(1), np.zeros(0))
    return Axis.boxes(member(grid.z_face_m, m)), whole, Axis.rings(member(grid.r_face_m, m))


@dataclass
class State:
    """What a member knows at the end of a super-step."""

    time_s: float
    h: Array
    t: Array
    alive: Array
    rate: float


@dataclass
class Step:
    """A super-step that was taken: its end, and the heat that came by each way."""

    dt_s: float
    change: Array
    heat: dict[str, float]
    rate: float


class Line:
    """A piecewise linear function whose end slopes go on."""

    def __init__(self, x: Array, y: Array) -> None:
        self.x, self.y = x, y
        self.slopes = np.diff(y) / np.diff(x)

    def _piece(self, x: Array) -> NDArray[np.intp]:
        return np.searchsorted(self.x[1:-1], x, side="right")

    def __call__(self, x: Array) -> Array:
        """Return the value at x."""
        i = self._piece(x)
        return np.asarray(self.y[i] + self.slopes[i] * (x - self.x[i]))

    def slope(self, x: Array) -> Array:
        """Return the slope at x; at a knot that of the piece above."""
        return np.asarray(self.slopes[self._piece(x)])


class Curves:
    """Curves of all materials of a member, applied to fields of cells."""

    def __init__(self, problem: FreezeProblem, m: int) -> None:
        c = problem.curves
        t, h, theta, liquid = (member(a, m) for a in (c.t_knot_c, c.h_j_m3, c.theta_w_m, c.liquid))
        rows = range(len(t))
        self.tables = {
            "t_of_h": [Line(h[i], t[i]) for i in rows],
            "theta_of_h": [Line(h[i], theta[i]) for i in rows],
            "liquid_of_h": [Line(h[i], liquid[i]) for i in rows],
            "h_of_t": [Line(t[i], h[i]) for i in rows],
            "theta_of_t": [Line(t[i], theta[i]) for i in rows],
        }
        # Enthalpy at which the last ice of a material has gone.
        self.h_full = np.array([h[i][np.argmax(liquid[i] >= 1.0)] for i in rows])

    def value(self, name: str, material: NDArray[np.int32], x: Array) -> Array:
        """Return one of the curves for each cell."""
        found = np.empty(x.shape)
        for i, line in enumerate(self.tables[name]):
            mine = material == i
            found[mine] = line(x[mine])
        return found

    def slope(self, name: str, material: NDArray[np.int32], x: Array) -> Array:
        """Return the slope of one of the curves for each cell."""
        found = np.empty(x.shape)
        for i, line in enumerate(self.tables[name]):
            mine = material == i
            found[mine] = line.slope(x[mine])
        return found
