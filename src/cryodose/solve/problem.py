"""What a heat problem is made of and what its solution holds: plain arrays, one column a member."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.grid import Grid

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Materials:
    """Thermal properties by layer, each of shape (n_layers, 1 or n).

    Volumetric enthalpy is piecewise linear: `c_frozen_j_m3k` below the solidus, latent heat spread
    evenly over the freezing range on top of the mean of both capacities, `c_j_m3k` above the
    liquidus. Conductivity is linear in temperature over the freezing range.
    """

    k_w_mk: Array
    k_frozen_w_mk: Array
    c_j_m3k: Array
    c_frozen_j_m3k: Array
    latent_j_m3: Array
    t_liquidus_c: Array
    t_solidus_c: Array

    def __post_init__(self) -> None:
        if not np.all(self.t_liquidus_c > self.t_solidus_c):
            raise ValueError("the liquidus must lie above the solidus")
        for name in ("k_w_mk", "k_frozen_w_mk", "c_j_m3k", "c_frozen_j_m3k"):
            if not np.all(getattr(self, name) > 0):
                raise ValueError(f"{name} must be positive")
        if not np.all(self.latent_j_m3 >= 0):
            raise ValueError("latent heat must not be negative")


@dataclass(frozen=True)
class Perfusion:
    """Blood, metabolism and sideways conduction by layer, (n_layers, 1 or n), and by column (1|n,).

    A cell's perfusion is `perfusion_w_m3k` times its liquid share times a fraction m that follows

        dm/dt = (m_eq - m) / tau,  m_eq = floor + (1 - floor) b / (b + max(0, T_start - T)),

    with tau = `narrow_s` while m falls and `recover_s` while it rises, which makes the hysteresis.
    Arterial blood comes at T_core - countercurrent (T_core - T_tissue), T_tissue being the mean of
    the column weighted by its perfusion. `lateral_w_m3k` draws a cell towards its start
    temperature: conduction from the uncooled tissue beside a pack of finite width. `working` marks
    with 1 the layers whose perfusion and metabolism the schedule's effort multiplies.
    """

    perfusion_w_m3k: Array
    metabolic_w_m3: Array
    lateral_w_m3k: Array
    vaso_floor: Array
    vaso_half_k: Array
    vaso_narrow_s: Array
    vaso_recover_s: Array
    t_core_c: Array
    countercurrent: Array
    working: Array = field(default_factory=lambda: np.zeros((0, 1)))

    def __post_init__(self) -> None:
        if not len(self.working):
            object.__setattr__(self, "working", np.zeros((len(self.perfusion_w_m3k), 1)))

    @staticmethod
    def none(n_layers: int) -> Perfusion:
        """Return a tissue without blood, metabolism or sideways conduction."""
        zero, one = np.zeros((n_layers, 1)), np.ones((n_layers, 1))
        return Perfusion(zero, zero, zero, one, one, one, one, np.zeros(1), np.zeros(1))


@dataclass(frozen=True)
class Schedule:
    """Time steps and what surrounds the column in each, (n_steps, 1 or n) where not said otherwise.

    The skin exchanges `h_skin_w_m2k` with `t_env_c` and takes up `q_skin_w_m2`; a pack exchanges
    `h_contact_w_m2k` with the skin and `h_pack_w_m2k` with `t_pack_env_c`. A pack that is off has
    contact 0. `pack_reset` (n_steps,) marks steps that begin with a fresh pack. `effort` multiplies
    perfusion and metabolism of the working layers; 1 at rest.
    """

    dt_s: Array
    h_skin_w_m2k: Array
    t_env_c: Array
    q_skin_w_m2: Array
    h_contact_w_m2k: Array
    h_pack_w_m2k: Array
    t_pack_env_c: Array
    pack_reset: NDArray[np.bool_]
    effort: Array = field(default_factory=lambda: np.ones((0, 1)))

    def __post_init__(self) -> None:
        if not len(self.effort):
            object.__setattr__(self, "effort", np.ones((len(self.dt_s), 1)))

    @staticmethod
    def skin_only(dt_s: Array, h_skin_w_m2k: Array, t_env_c: Array) -> Schedule:
        """Return the schedule of a column without a pack; `h`, `t` have shape (n_steps, 1 or n)."""
        zero = np.zeros((len(dt_s), 1))
        no = np.zeros(len(dt_s), dtype=np.bool_)
        return Schedule(dt_s, h_skin_w_m2k, t_env_c, zero, zero, zero, zero, no)


@dataclass(frozen=True)
class Problem:
    """A batch of n columns to be solved in one call.

    Attributes
    ----------
    t_start_c : ndarray, shape (n_cells, 1 or n)
        Start temperature of every cell, pack cells included.
    t_inner_c : ndarray, shape (1 or n,), or None
        Fixed temperature of the deepest face; None: no heat passes there (the axis of a limb).
    probe_depth_m : ndarray, shape (n_probes, 1 or n)
        Depths below the skin at which temperatures are wanted; 0 is the skin surface.
    out_steps : ndarray of int, shape (n_out,)
        Steps after which results are kept, strictly increasing.
    newton : int
        Newton corrections a step after the first linear solve; 1 or 2 sharpen fast freezing.
    """

    n: int
    grid: Grid
    materials: Materials
    perfusion: Perfusion
    schedule: Schedule
    t_start_c: Array
    t_inner_c: Array | None
    probe_depth_m: Array
    out_steps: NDArray[np.int64]
    newton: int = 0

    def __post_init__(self) -> None:
        steps = len(self.schedule.dt_s)
        if self.n < 1:
            raise ValueError("a batch holds at least one column")
        if self.t_start_c.shape[0] != self.grid.n_cells:
            raise ValueError("one start temperature for each cell")
        if not np.all(self.schedule.dt_s > 0):
            raise ValueError("time steps must be positive")
        if len(self.out_steps) and not (
            np.all(np.diff(self.out_steps) > 0)
            and self.out_steps[0] >= 0
            and self.out_steps[-1] < steps
        ):
            raise ValueError("output steps must rise strictly and lie within the schedule")
        for name, array in self._arrays():
            if array.shape[-1] not in (1, self.n):
                raise ValueError(f"{name}: last axis {array.shape[-1]}, expected 1 or {self.n}")
            if not np.all(np.isfinite(array)):
                raise ValueError(f"{name} holds a value that is not finite")

    @property
    def works(self) -> bool:
        """Whether effort raises the perfusion of any layer in any step."""
        return bool(np.any(self.perfusion.working != 0) and np.any(self.schedule.effort != 1))

    def _arrays(self) -> list[tuple[str, Array]]:
        found = [("t_start_c", self.t_start_c), ("probe_depth_m", self.probe_depth_m)]
        if self.t_inner_c is not None:
            found.append(("t_inner_c", self.t_inner_c))
        found += [("thickness_m", self.grid.thickness_m), ("r_inner_m", self.grid.r_inner_m)]
        for part in (self.materials, self.perfusion):
            found += list(vars(part).items())
        skip = ("dt_s", "pack_reset")
        found += [(k, v) for k, v in vars(self.schedule).items() if k not in skip]
        return found

    def probe_weights(self) -> tuple[NDArray[np.int32], Array]:
        """Return for each probe the cell above it and the weight of the cell below, (n_probes, n).

        Index n_pack - 1 stands for the skin surface itself. Temperature bends where two layers
        meet; the weight there goes by the thermal resistance of the (unfrozen) half cells.
        """
        grid, first = self.grid, self.grid.n_pack
        shape = (len(self.probe_depth_m), self.n)
        z = np.broadcast_to(grid.depths_m(), (grid.n_cells, self.n))[first:]
        wanted = np.broadcast_to(self.probe_depth_m, shape)
        nodes = np.vstack([np.zeros((1, self.n)), z])
        index = np.empty(shape, dtype=np.int64)
        for probe, depth in enumerate(wanted):
            index[probe] = np.clip((nodes <= depth).sum(axis=0) - 1, 0, len(nodes) - 2)
        above = np.take_along_axis(nodes, index, axis=0)
        below = np.take_along_axis(nodes, index + 1, axis=0)
        # Depth of the joint below the upper node; within one layer it lies at that node.
        layer = grid.layer_of_cell[first:]
        layers = np.concatenate([layer[:1], layer])
        half = np.broadcast_to(grid.thickness_m[layer] * grid.fractions[first:, None] / 2, z.shape)
        lower = np.take_along_axis(half, index, axis=0)
        joint = np.where(layers[index] == layers[index + 1], above, below - lower)
        k = np.broadcast_to(self.materials.k_w_mk, (len(grid.cells), self.n))
        k_above = np.take_along_axis(k, layers[index], axis=0)
        k_below = np.take_along_axis(k, layers[index + 1], axis=0)

        def resistance(depth: Array) -> Array:
            outer, inner = np.minimum(depth, joint) - above, np.maximum(depth - joint, 0.0)
            return np.asarray(outer / k_above + inner / k_below)

        weight = np.clip(resistance(wanted) / resistance(below), 0.0, 1.0)
        return (index + first - 1).astype(np.int32), weight


@dataclass(frozen=True)
class Solution:
    """Temperatures and heat of a batch, at the wanted steps.

    Attributes
    ----------
    time_s : (n_out,); t_surface_c, heat_out_j_m2 (heat that left through the skin since the start),
    t_pack_c : (n_out, n); t_probe_c : (n_out, n_probes, n); vaso : (n_out, n_layers, n), mean
    perfusion fraction of each layer; ledger : name -> (n,), J per m2 of skin: `stored` equals the
    sum of the other entries.
    """

    time_s: Array
    t_surface_c: Array
    t_probe_c: Array
    t_pack_c: Array
    vaso: Array
    heat_out_j_m2: Array
    ledger: dict[str, Array] = field(default_factory=dict)

    def energy_residual(self) -> Array:
        """Return |stored - sum of gains| over the sum of absolute gains, by column, (n,)."""
        gains = [v for k, v in self.ledger.items() if k != "stored"]
        size = np.sum(np.abs(gains), axis=0)
        error = np.abs(self.ledger["stored"] - np.sum(gains, axis=0))
        return np.asarray(error / np.where(size > 0, size, 1.0), dtype=np.float64)
