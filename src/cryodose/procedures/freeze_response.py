"""What a freeze did: the result object that dosing, reports and readouts work with.

`FreezeResponse` is a `Response` (surface and probes over time, by member), with the isotherms over
time, the history of every cell, and the layers. Arrays over members have them on the last axis.
Cells are (n_z, n_r): rows go down from the skin, columns out from the axis. `freeze_death` turns
a response into shares of cells that die, `freeze_harm` into collateral damage; full temperature
fields of one member come from `liquid_nitrogen.fields_of`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.procedures.freeze_layers import Layers
from cryodose.procedures.request import Response
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class FreezeResponse(Response):
    """What tissue did under a cryogen; see the module for axes.

    `t_skin_c` is the middle of the spot, `t_pack_c` the tool, `exit_s` the median end of the last
    freeze.

    Attributes
    ----------
    z_m, r_m : (n_z, n), (n_r, n), centres of the cells
    volume_m3 : (n_z, n_r, n)
    layers : Layers
    spot_radius_m : (n,)
    lesion : (n_z, n_r) bool, its living part; `cap` its horny cap
    marks_c : (n_marks,), rising; `edge` the row of the edge of the ice
    depth_m, radius_m, radius_skin_m, frozen_m3 : (n_out, n_marks, n)
        Reach of each isotherm below the axis, sideways at any depth and at the skin; volume in it.
    t_surface_c : (n_out, n_r, n), the skin itself
    t_axis_c : (n_out, n_z, n)
    t_min_c : (n_cycles, n_z, n_r, n), coldest of each cycle
    below_s : (n_marks, n_cycles, n_z, n_r, n), time below each mark; nan where never
    thawed : (n_cycles, n_z, n_r, n) bool, had frozen and thawed again within the cycle
    freeze_end_s : (n_cycles, n), end of each freeze
    thaw_end_s : (n_cycles, n), when the last ice of each cycle was gone; nan where it was not
    """

    z_m: Array
    r_m: Array
    volume_m3: Array
    layers: Layers
    spot_radius_m: Array
    lesion: NDArray[np.bool_]
    marks_c: Array
    edge: int
    depth_m: Array
    radius_m: Array
    radius_skin_m: Array
    frozen_m3: Array
    t_surface_c: Array
    t_axis_c: Array
    t_min_c: Array
    below_s: Array
    thawed: NDArray[np.bool_]
    freeze_end_s: Array
    thaw_end_s: Array

    @property
    def n(self) -> int:
        """Number of members."""
        return int(self.t_skin_c.shape[1])

    def mark(self, t_c: float | None) -> int:
        """Return the row of an isotherm; None: the edge of the ice.

        Raises
        ------
        ValueError
            For an isotherm that was not followed.
        """
        if t_c is None:
            return self.edge
        found = np.flatnonzero(np.isclose(self.marks_c, t_c))
        if not len(found):
            raise ValueError(f"the isotherm of {t_c:g} C was not followed")
        return int(found[0])

    def isotherm_depth_mm(self, t_c: float | None = None) -> Array:
        """Return the depth of an isotherm below the axis over time, mm, (n_out, n)."""
        return np.asarray(self.depth_m[:, self.mark(t_c)] * MM_PER_M)

    def isotherm_diameter_mm(self, t_c: float | None = None) -> Array:
        """Return the widest diameter of an isotherm over time, mm, (n_out, n)."""
        return np.asarray(2.0 * self.radius_m[:, self.mark(t_c)] * MM_PER_M)

    def deepest_mm(self, t_c: float | None = None) -> Array:
        """Return how deep an isotherm ever comes, mm, (n,); it goes on after the cold."""
        return np.asarray(self.isotherm_depth_mm(t_c).max(axis=0))

    def halo_mm(self) -> Array:
        """Return how far the ice is seen beyond the edge of the spot, at its widest, mm, (n,)."""
        ice = self.radius_skin_m[:, self.edge].max(axis=0)
        return np.asarray(np.maximum(ice - self.spot_radius_m, 0.0) * MM_PER_M)

    def thaw_s(self) -> Array:
        """Return how long the ice of each cycle lasts after its freeze, s, (n_cycles, n)."""
        return np.asarray(self.thaw_end_s - self.freeze_end_s)

    def skin_thaw_s(self) -> Array:
        """Return how long ice is seen on skin after the last freeze, s, (n,); nan: to the end."""
        ice = self.radius_skin_m[:, self.edge] > 0
        after = self.time_s[:, None] > self.freeze_end_s[-1]
        gone = after & ~ice
        first = np.where(gone.any(axis=0), self.time_s[gone.argmax(axis=0)], np.nan)
        return np.asarray(first - self.freeze_end_s[-1])

    def at_each(self, series: Array, time_s: Array) -> Array:
        """Return a series at a moment of each member's own, (n,).

        The end of a freeze is read from before it, where no kept moment hits it: the cold ends
        abruptly.
        """
        t, ends = self.time_s, self.freeze_end_s
        out = np.empty(self.n)
        for m in range(self.n):
            row = series[:, m]
            moment = float(np.clip(time_s[m], t[0], t[-1]))
            out[m] = np.interp(moment, t, row)
            at_end = np.isclose(ends[:, m], moment, rtol=0.0, atol=1e-6).any()
            if at_end and not np.isclose(t, moment, rtol=0.0, atol=1e-6).any():
                j = max(int(np.searchsorted(t, moment)) - 1, 1)
                slope = (row[j] - row[j - 1]) / (t[j] - t[j - 1])
                out[m] = row[j] + slope * (moment - t[j])
        return out

    def cooling_k_s(self) -> Array:
        """Return the fastest cooling at each depth below the axis, K/s, (n_z, n)."""
        rate = np.diff(self.t_axis_c, axis=0) / np.diff(self.time_s)[:, None, None]
        return np.asarray(np.maximum(-rate.min(axis=0), 0.0))

    def thawing_k_s(self, low_c: float, high_c: float) -> Array:
        """Return the mean rate of rewarming between two temperatures below the axis, K/s, (n_z, n).

        After the last freeze; nan where a place does not cross both within the record.
        """
        out = np.full(self.t_axis_c.shape[1:], np.nan)
        for m in range(self.n):
            after = self.time_s >= self.freeze_end_s[-1, m]
            t = self.time_s[after]
            for j, row in enumerate(self.t_axis_c[after, :, m].T):
                moments = [_last_rise(t, row, level) for level in (low_c, high_c)]
                if np.isfinite(moments).all() and moments[1] > moments[0]:
                    out[j, m] = (high_c - low_c) / (moments[1] - moments[0])
        return out


def _last_rise(time_s: Array, row: Array, level: float) -> float:
    """Return when a row rises through a level for the last time; nan where it does not."""
    rises = np.flatnonzero((row[:-1] < level) & (row[1:] >= level))
    if not len(rises):
        return float("nan")
    j = rises[-1]
    share = (level - row[j]) / (row[j + 1] - row[j])
    return float(time_s[j] + share * (time_s[j + 1] - time_s[j]))
