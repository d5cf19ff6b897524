"""A whole body as coupled columns: what it is made of, how it is controlled, what comes out.

Axes: C cells from the skin inwards, S segments, L layers, n people. All heat is per unit of skin
area of its segment until `area_m2` brings it together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class BodyIce:
    """How the tissue of every layer of every segment freezes, (L, S) each.

    Ice grows evenly from the liquidus to `width_k` below it. `mushy` and `frozen` are the heat
    capacities in and below that range over the unfrozen one, latent heat included; `conducts` is
    the frozen conductivity over the unfrozen; `c_j_m3k` the unfrozen heat capacity.
    """

    t_liquidus_c: Array
    width_k: Array
    mushy: Array
    frozen: Array
    conducts: Array
    c_j_m3k: Array

    def of_cells(self, layer: Ints) -> BodyIce:
        """Return the same for every cell of columns, (C, S, 1) each."""
        return BodyIce(*(a[layer][:, :, None] for a in vars(self).values()))

    def share(self, t_c: Array) -> Array:
        """Return which part of the water is ice, 0 to 1; of cells, as all that follows."""
        return np.clip((self.t_liquidus_c - t_c) / self.width_k, 0.0, 1.0)

    def capacity(self, t_c: Array) -> Array:
        """Return the heat capacity over the unfrozen one."""
        below = self.t_liquidus_c - t_c
        return np.where(below <= 0, 1.0, np.where(below <= self.width_k, self.mushy, self.frozen))

    def enthalpy_k(self, t_c: Array) -> Array:
        """Return the enthalpy above the liquidus over the unfrozen heat capacity, K."""
        d = t_c - self.t_liquidus_c
        mushy = np.clip(d, -self.width_k, 0.0)
        frozen = np.minimum(d + self.width_k, 0.0)
        return np.asarray(np.maximum(d, 0.0) + self.mushy * mushy + self.frozen * frozen)

    def temperature_c(self, enthalpy_k: Array) -> Array:
        """Return the temperature of an enthalpy; the inverse of `enthalpy_k`."""
        solid = -self.mushy * self.width_k
        mushy = np.clip(enthalpy_k, solid, 0.0) / self.mushy
        frozen = np.minimum(enthalpy_k - solid, 0.0) / self.frozen
        return np.asarray(self.t_liquidus_c + np.maximum(enthalpy_k, 0.0) + mushy + frozen)


@dataclass(frozen=True)
class BodyTissue:
    """Constants of every cell, (C, S, n) unless said otherwise.

    `heat_j_m2k` heat capacity; `face_w_m2k` conductance to the next cell inwards (0 at the last);
    `resistance_m2k_w` half of a cell's thickness over its conductivity; `half_w_m2k` (S, n)
    conductance from the middle of the outermost cell to the skin; `flow_w_m2k` Pennes exchange at
    neutrality; `heat_w_m2` metabolism; `shiver_share` share of the whole body's shivering, per
    area; `t_set_c` temperature at neutrality; `area_m2` (S, n); `layer` (C,) layer of each cell.
    All are those of unfrozen tissue; `ice` says what freezing makes of them.
    """

    heat_j_m2k: Array
    face_w_m2k: Array
    resistance_m2k_w: Array
    half_w_m2k: Array
    flow_w_m2k: Array
    heat_w_m2: Array
    shiver_share: Array
    t_set_c: Array
    area_m2: Array
    layer: Ints
    ice: BodyIce

    def ice_depth_m(self, t_c: Array) -> Array:
        """Return how thick the ice in every segment is, per skin area, (S, n)."""
        ice = self.ice.of_cells(self.layer)
        return np.asarray((self.heat_j_m2k / ice.c_j_m3k * ice.share(t_c)).sum(axis=0))


@dataclass(frozen=True)
class BodyControl:
    """Vessels, shivering and blood.

    By layer, (L, n): `floor`, `half_k`, `narrow_s`, `recover_s` of the local reaction.
    By segment, (S, n): `cold_sense` (sums to one), `constriction`, `dilation` (flow over the flow
    at neutrality for each unit of the dilation signal), `opens` (share of the flow that cold
    fingers and toes let through, else 0), `exchange_w_m2k` artery to vein.
    By person, (n,): everything else.
    """

    floor: Array
    half_k: Array
    narrow_s: Array
    recover_s: Array
    cold_sense: Array
    constriction: Array
    dilation: Array
    opens: Array
    exchange_w_m2k: Array
    t_skin_set_c: Array  # (S, n)
    t_core_set_c: Array
    pool_j_k: Array
    central_s: Array
    constriction_per_k: Array
    dilation_core: Array
    dilation_skin: Array
    cold_most_k: Array
    core_most_k: Array
    shiver_w_k2: Array
    shiver_from_k: Array
    shiver_lag_s: Array
    shiver_most_w: Array
    shiver_flow_w_k_w: Array
    opens_t_c: Array
    opens_width_k: Array
    opens_s: Array
    skin_layer: int
    brain_segment: int


@dataclass(frozen=True)
class BodySchedule:
    """Steps, the phase each belongs to, and what surrounds the body in each phase.

    With x the skin temperature held between `t_low_c` and `t_high_c`, a segment loses
    ``q = U(x) T_s - G(x)``; `film_u` and `film_g` are the coefficients of the quadratics U and G,
    (P, 3, S, n). `breath_w` (P, n) is drawn from the central blood.
    """

    dt_s: Array
    phase: Ints
    film_u: Array
    film_g: Array
    breath_w: Array
    t_low_c: float
    t_high_c: float


@dataclass(frozen=True)
class BodyState:
    """All that the body remembers: temperatures, vessels, signals and shivering."""

    t_c: Array  # (C, S, n)
    flow: Array  # (C, S, n), of neutrality
    t_surface_c: Array  # (S, n)
    t_pool_c: Array  # (n,)
    cold_signal: Array
    warm_signal: Array
    shiver_w: Array

    def copy(self) -> BodyState:
        """Return a state that can be advanced without touching this one."""
        return BodyState(*(np.array(a, dtype=np.float64, order="C") for a in vars(self).values()))


@dataclass(frozen=True)
class BodyProblem:
    """A batch of n people to be advanced through one schedule.

    Attributes
    ----------
    probe_segment : (n_probes,); probe_cell, probe_weight : (n_probes, n)
        The place lies `weight` of the way from a cell to the next one; cell -1 is the surface.
    out_steps : (n_out,), steps after which results are kept
    """

    tissue: BodyTissue
    control: BodyControl
    schedule: BodySchedule
    start: BodyState
    probe_segment: Ints
    probe_cell: Ints
    probe_weight: Array
    out_steps: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells, segments, people."""
        c, s, n = self.tissue.heat_j_m2k.shape
        return c, s, n


@dataclass(frozen=True)
class BodySolution:
    """What the body did, at the wanted steps.

    Attributes
    ----------
    time_s : (n_out,)
    t_surface_c, t_deep_c, skin_flow, muscle_flow, heat_out_j_m2 : (n_out, S, n)
        Skin; mean of the deepest layer; flow of skin and of the layer below the fat over that at
        neutrality; heat lost through the skin since the start.
    ice_m : (n_out, S, n), thickness of the ice per skin area
    t_probe_c : (n_out, n_probes, n)
    t_pool_c, shiver_w : (n_out, n)
    ledger : name -> (n,), J: `stored` equals the sum of the others
    end : BodyState
    """

    time_s: Array
    t_surface_c: Array
    t_deep_c: Array
    skin_flow: Array
    muscle_flow: Array
    heat_out_j_m2: Array
    ice_m: Array
    t_probe_c: Array
    t_pool_c: Array
    shiver_w: Array
    ledger: dict[str, Array]
    end: BodyState

    def energy_residual(self) -> Array:
        """Return |stored - sum of gains| over the heat lost through the skin, (n,)."""
        gains = [v for k, v in self.ledger.items() if k != "stored"]
        error = np.abs(self.ledger["stored"] - np.sum(gains, axis=0))
        return np.asarray(error / np.maximum(np.abs(self.ledger["skin"]), 1.0))
