"""A freeze and thaw of tissue in two or three dimensions: what goes in and what comes out.

Plain arrays in SI units and degC. The last axis of an array marked ``1|n`` is the member of the
batch: 1 where all members share the values. Depth z runs from the skin inwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

# numerical: a super-step may last this share of the time since the last switch of the cold
STEP_GROWTH = 0.01


def _rises(name: str, a: Array, axis: int) -> None:
    if not np.all(np.diff(a, axis=axis) > 0):
        raise ValueError(f"{name} must rise strictly")


def _same(name: str, a: Array, shape: tuple[int, ...]) -> None:
    if a.shape[:-1] != shape:
        raise ValueError(f"{name}: shape {a.shape}, expected {shape} and a last axis of 1 or n")


def _within(name: str, a: Array, low: float, high: float = np.inf) -> None:
    if not np.all((a >= low) & (a <= high)):
        raise ValueError(f"{name} must lie between {low:g} and {high:g}")


@dataclass(frozen=True)
class FreezeCurves:
    """Freezing curves of the materials, each (n_materials, n_knots, 1|n), over rising temperatures.

    Enthalpy, Kirchhoff potential (the integral of k dT) and liquid share are piecewise linear in
    temperature; beyond the ends the last slope goes on. A material with fewer knots is padded with
    collinear ones. The liquid share reaches 1 at or before the last knot.
    """

    t_knot_c: Array
    h_j_m3: Array
    theta_w_m: Array
    liquid: Array

    def __post_init__(self) -> None:
        if self.t_knot_c.ndim != 3 or self.t_knot_c.shape[1] < 2:
            raise ValueError("t_knot_c: (n_materials, at least 2 knots, 1|n)")
        shape = self.t_knot_c.shape[:2]
        for name in ("h_j_m3", "theta_w_m", "liquid"):
            _same(name, getattr(self, name), shape)
        for name in ("t_knot_c", "h_j_m3", "theta_w_m"):
            _rises(name, getattr(self, name), 1)
        _within("liquid", self.liquid, 0.0, 1.0)
        if not (np.all(np.diff(self.liquid, axis=1) >= 0) and np.all(self.liquid[:, -1] == 1)):
            raise ValueError("liquid must rise to 1")
        if not np.all(self.liquid[:, -2:] == 1):
            raise ValueError("liquid must be 1 at the last two knots")


@dataclass(frozen=True)
class FreezeBlood:
    """Perfusion and metabolism by material, (n_materials, 1|n); both act times the liquid share.

    A cell that ever fell below `t_stasis_c` (1|n,) has neither again. Blood comes at `t_artery_c`.
    """

    perfusion_w_m3k: Array
    metabolic_w_m3: Array
    t_artery_c: Array
    t_stasis_c: Array

    def __post_init__(self) -> None:
        for name in ("perfusion_w_m3k", "metabolic_w_m3"):
            _within(name, getattr(self, name), 0.0)


@dataclass(frozen=True)
class FreezeGrid:
    """Rings around the axis of a spot: faces from 0, (n_r+1, 1|n) and (n_z+1, 1|n)."""

    r_face_m: Array
    z_face_m: Array
    material: NDArray[np.int32]  # (n_z, n_r)

    def __post_init__(self) -> None:
        for name, n in (("r_face_m", self.shape[2]), ("z_face_m", self.shape[0])):
            face = getattr(self, name)
            _same(name, face, (n + 1,))
            _rises(name, face, 0)
            if np.any(face[0] != 0):
                raise ValueError(f"{name} must begin at 0")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells along z, y and x; the radius takes the place of x."""
        n_z, n_r = self.material.shape
        return n_z, 1, n_r


@dataclass(frozen=True)
class FreezeGrid3:
    """Boxes: one-dimensional rising faces along each axis; a problem has one member.

    `z_face_m` begins at 0.
    """

    x_face_m: Array
    y_face_m: Array
    z_face_m: Array
    material: NDArray[np.int32]  # (n_z, n_y, n_x)

    def __post_init__(self) -> None:
        for name, n in zip(("z_face_m", "y_face_m", "x_face_m"), self.shape, strict=True):
            face = getattr(self, name)
            if face.shape != (n + 1,):
                raise ValueError(f"{name}: shape {face.shape}, expected ({n + 1},)")
            _rises(name, face, 0)
        if self.z_face_m[0] != 0:
            raise ValueError("z_face_m must begin at 0")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells along z, y and x."""
        n_z, n_y, n_x = self.material.shape
        return n_z, n_y, n_x


@dataclass(frozen=True)
class ToolMass:
    """A tool whose temperature answers to what it takes from the skin, each (1|n,).

    Per area of contact: ``capacity dT/dt = coolant (T_coolant - T) + flux out of the skin``, from
    `t_start_c` at the begin of every phase of cold.
    """

    capacity_j_m2k: Array
    coolant_w_m2k: Array
    t_start_c: Array

    def __post_init__(self) -> None:
        if not np.all(self.capacity_j_m2k > 0):
            raise ValueError("capacity_j_m2k must be positive")
        _within("coolant_w_m2k", self.coolant_w_m2k, 0.0)


@dataclass(frozen=True)
class ColdSurface:
    """What touches the skin, phase by phase.

    With T_s the temperature of the surface itself, the heat flux out of it is, while on,
    ``cover (q_spray(T_s) + h_contact (T_s - T_tool)) + (1 - cover) h_air (T_s - t_air)``, and while
    off ``h_air (T_s - t_air)``.

    Attributes
    ----------
    duration_s, on, until_thawed : (n_phases,)
        A phase until thawed ends, for each member, when that member has no ice left, at the latest
        after its duration.
    cover : (n_r, 1|n), in 3-D (n_y, n_x, 1) or (n_y, n_x)
        Share 0 to 1 of each surface cell that the agent reaches.
    t_knot_c, q_knot_w_m2 : (n_q, 1|n)
        Flux of the spray over skin temperature, piecewise linear; beyond the ends the last slope
        goes on. Zeros: no spray.
    tool_time_s : (n_k,); t_tool_c : (n_k, 1|n)
        Temperature of the tool since its phase began; with a `mass` that of its coolant.
    mass : ToolMass, optional
        None: the tool has the temperature `t_tool_c`, whatever it takes up.
    h_contact_w_m2k, h_air_w_m2k, t_air_c : (1|n,)
    """

    duration_s: Array
    on: Flags
    until_thawed: Flags
    cover: Array
    t_knot_c: Array
    q_knot_w_m2: Array
    h_contact_w_m2k: Array
    tool_time_s: Array
    t_tool_c: Array
    h_air_w_m2k: Array
    t_air_c: Array
    mass: ToolMass | None = None

    def __post_init__(self) -> None:
        n = len(self.duration_s)
        if n < 1 or self.on.shape != (n,) or self.until_thawed.shape != (n,):
            raise ValueError("duration_s, on and until_thawed: one of each for every phase")
        if not np.all(self.duration_s > 0):
            raise ValueError("duration_s must be positive")
        if np.any(self.on & self.until_thawed):
            raise ValueError("a phase with the cold on cannot last until all is thawed")
        _within("cover", self.cover, 0.0, 1.0)
        for name in ("h_contact_w_m2k", "h_air_w_m2k"):
            _within(name, getattr(self, name), 0.0)
        if len(self.t_knot_c) < 2:
            raise ValueError("t_knot_c: at least 2 knots")
        _same("q_knot_w_m2", self.q_knot_w_m2, self.t_knot_c.shape[:-1])
        _rises("t_knot_c", self.t_knot_c, 0)
        _same("t_tool_c", self.t_tool_c, self.tool_time_s.shape)
        if len(self.tool_time_s) < 1:
            raise ValueError("tool_time_s: at least 1 knot")
        _rises("tool_time_s", self.tool_time_s, 0)

    @property
    def cycle(self) -> NDArray[np.int32]:
        """Cycle of every phase; what comes before the first cold is part of it."""
        before = np.concatenate([[False], self.on[:-1]])
        begun = np.cumsum(self.on & ~before)
        return np.asarray(np.maximum(begun - 1, 0), dtype=np.int32)

    @property
    def n_cycles(self) -> int:
        """Cold phases, each with what follows until the next; at least 1."""
        return int(self.cycle[-1]) + 1


@dataclass(frozen=True)
class FreezeProblem:
    """A batch of n members on one grid.

    Attributes
    ----------
    t_start_c : broadcastable to cells + (1|n,)
        Start temperature; cells are (n_z, n_r), in 3-D (n_z, n_y, n_x).
    kept : cells, bool
        Cells that keep their start temperature.
    held : cells, bool
        Cells that follow the tool while it is on (a needle in the tissue).
    out_s : (n_out,), rising; t_marks_c : (n_marks,)
        Times and temperatures at which results are wanted. Time counts from the first phase; after
        its last phase, if that is off, a member goes on in the same surroundings until the last
        time.
    fields : bool
        Whether the temperature of every cell is kept at every `out_s`.
    step_growth : float
        Longest super-step over the time since the last switch; the error in time goes with it.
    """

    n: int
    grid: FreezeGrid | FreezeGrid3
    curves: FreezeCurves
    blood: FreezeBlood
    cold: ColdSurface
    t_start_c: Array
    kept: Flags
    held: Flags
    out_s: Array
    t_marks_c: Array
    fields: bool = False
    step_growth: float = STEP_GROWTH

    def __post_init__(self) -> None:
        if self.n < 1 or (isinstance(self.grid, FreezeGrid3) and self.n != 1):
            raise ValueError("a batch holds at least one member, and exactly one in 3-D")
        cells = self.grid.material.shape
        n_materials = self.curves.t_knot_c.shape[0]
        if np.any((self.grid.material < 0) | (self.grid.material >= n_materials)):
            raise ValueError("material names a curve that is not there")
        _same("perfusion_w_m3k", self.blood.perfusion_w_m3k, (n_materials,))
        _same("metabolic_w_m3", self.blood.metabolic_w_m3, (n_materials,))
        for name, flags in (("kept", self.kept), ("held", self.held)):
            if flags.shape != cells or flags.dtype != np.bool_:
                raise ValueError(f"{name}: one flag for each cell, {cells}")
        top = cells[1:]
        if self.cold.cover.shape[: len(top)] != top:
            raise ValueError(f"cover: shape {self.cold.cover.shape}, expected {top} cells")
        np.broadcast_shapes(self.t_start_c.shape, (*cells, self.n))
        if len(self.out_s) and (self.out_s[0] < 0 or np.any(np.diff(self.out_s) <= 0)):
            raise ValueError("out_s must rise strictly from 0 or later")
        if not 0 < self.step_growth <= 0.5:
            raise ValueError("step_growth must lie between 0 and 0.5")
        for name, a in self.arrays():
            if a.shape[-1] not in (1, self.n):
                raise ValueError(f"{name}: last axis {a.shape[-1]}, expected 1 or {self.n}")
        for name, a in (*self.arrays(), ("out_s", self.out_s), ("t_marks_c", self.t_marks_c)):
            if not np.all(np.isfinite(a)):
                raise ValueError(f"{name} holds a value that is not finite")

    def arrays(self) -> Iterator[tuple[str, Array]]:
        """Yield name and values of every array whose last axis is the member."""
        yield "t_start_c", self.t_start_c
        if isinstance(self.grid, FreezeGrid):
            yield "r_face_m", self.grid.r_face_m
            yield "z_face_m", self.grid.z_face_m
            yield "cover", self.cold.cover
        for name in ("t_knot_c", "h_j_m3", "theta_w_m", "liquid"):
            yield name, getattr(self.curves, name)
        for name, a in vars(self.blood).items():
            yield name, a
        for name in ("q_knot_w_m2", "h_contact_w_m2k", "t_tool_c", "h_air_w_m2k", "t_air_c"):
            yield name, getattr(self.cold, name)
        yield "spray t_knot_c", self.cold.t_knot_c
        for name, a in vars(self.cold.mass).items() if self.cold.mass else ():
            yield f"tool {name}", a

    @property
    def is_3d(self) -> bool:
        """Whether cells are boxes; else they are rings."""
        return isinstance(self.grid, FreezeGrid3)

    def axis_cell(self) -> tuple[int, int]:
        """Return row and column of the axis: r = 0, in 3-D the cell in the middle of the cover."""
        n_y, n_x = self.grid.shape[1:]
        if not isinstance(self.grid, FreezeGrid3):
            return 0, 0
        cover = self.cold.cover.reshape(n_y, n_x)
        found = []
        for face, weight in (
            (self.grid.y_face_m, cover.sum(axis=1)),
            (self.grid.x_face_m, cover.sum(axis=0)),
        ):
            middle, size = (face[1:] + face[:-1]) / 2, np.diff(face) * weight
            centre = (middle * size).sum() / size.sum() if size.sum() > 0 else face.mean()
            found.append(int(np.argmin(np.abs(middle - centre))))
        return found[0], found[1]


@dataclass(frozen=True)
class FreezeSolution:
    """What the cold did. In 3-D cells are (n_z, n_y, n_x) where (n_z, n_r) stands below.

    Attributes
    ----------
    time_s : (n_out,)
    t_axis_c : (n_out, n_z, n), cells on the axis (3-D: `FreezeProblem.axis_cell`)
    t_skin_c : (n_out, n_r, n), the surface itself
    t_min_c : (n_cycles, n_z, n_r, n), coldest temperature of each cell in each cycle
    below_s, fell_s, rose_s : (n_marks, n_cycles, n_z, n_r, n)
        Time below the mark; first time below; last time back above. nan where never; `rose_s` is
        nan too where the cycle ends below the mark.
    t_tool_c : (n_out, n)
        Temperature of the tool; nan where it is off and where there is none with a mass.
    depth_m, radius_m, radius_skin_m, volume_m3 : (n_out, n_marks, n)
        Reach of each isotherm: below the axis (3-D: deepest anywhere), widest at any depth and on
        the skin (3-D: radius of the circle with the area of the widest section), and the volume
        within it.
    phase_end_s : (n_phases, n)
    stages : (n,), stages that were computed, repeated ones included: the cost
    t_c : (n_out, n_z, n_r, n), only with fields=True
    ledger : name -> (n,), J. `stored` equals the sum of the others; `tool`: from one with a mass.
    """

    time_s: Array
    t_axis_c: Array
    t_skin_c: Array
    t_min_c: Array
    below_s: Array
    fell_s: Array
    rose_s: Array
    t_tool_c: Array
    depth_m: Array
    radius_m: Array
    radius_skin_m: Array
    volume_m3: Array
    phase_end_s: Array
    stages: Array
    ledger: dict[str, Array] = field(default_factory=dict)
    t_c: Array | None = None

    def energy_residual(self) -> Array:
        """Return |stored - sum of gains| over the sum of absolute gains, by member, (n,)."""
        gains = [v for k, v in self.ledger.items() if k != "stored"]
        size = np.sum(np.abs(gains), axis=0)
        error = np.abs(self.ledger["stored"] - np.sum(gains, axis=0))
        return np.asarray(error / np.where(size > 0, size, 1.0), dtype=np.float64)
