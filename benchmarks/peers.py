"""The same heat problem as differential equations for scipy, written apart from the package.

Finite volumes in temperature with the apparent heat capacity; conductivity of a face is the mean of
its two cells, between layers the two half cells stand in series.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import cold_batch as batch
import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.sparse import diags_array

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """One person on one grid."""

    dx: Array
    layer: NDArray[np.intp]
    k: Array
    k_frozen: Array
    c: Array
    c_frozen: Array
    c_mushy: Array
    blood: Array
    heat: Array
    core: float

    @staticmethod
    def of(person: int, n: int, cells: batch.Cells) -> Column:
        p = batch.people(n)
        layer = np.repeat(np.arange(4), cells[0])
        widths = [
            np.geomspace(1, r, m) if m > 1 else np.ones(1) for m, r in zip(*cells, strict=True)
        ]
        part = np.concatenate([w / w.sum() for w in widths])

        def get(name: str) -> Array:
            return p[name][layer, person]

        width = batch.LIQUIDUS_C - batch.SOLIDUS_C
        mushy = get("latent") / width + (get("c") + get("c_frozen")) / 2
        return Column(
            part * get("thickness_m"), layer, get("k"), get("k_frozen"), get("c"),
            get("c_frozen"), mushy, get("perfusion"), batch.METABOLIC[layer],
            float(p["core"][person]),
        )  # fmt: skip

    def properties(self, t: Array) -> tuple[Array, Array, Array]:
        share = (t - batch.SOLIDUS_C) / (batch.LIQUIDUS_C - batch.SOLIDUS_C)
        share = np.minimum(np.maximum(share, 0.0), 1.0)
        frozen, liquid = t < batch.SOLIDUS_C, t > batch.LIQUIDUS_C
        c = np.where(liquid, self.c, np.where(frozen, self.c_frozen, self.c_mushy))
        return share, self.k_frozen + (self.k - self.k_frozen) * share, c

    def rate(self, _time: float, t: Array, h: float, env: float) -> Array:
        share, k, c = self.properties(t)
        dx = self.dx
        flux = np.empty(len(t) + 1)
        same = self.layer[1:] == self.layer[:-1]
        series = 2.0 / (dx[1:] / k[1:] + dx[:-1] / k[:-1])
        face = np.where(same, (k[1:] + k[:-1]) / (dx[1:] + dx[:-1]), series)
        flux[1:-1] = face * (t[1:] - t[:-1])
        flux[0] = (t[0] - env) / (1 / h + dx[0] / (2 * k[0]))
        flux[-1] = (self.core - t[-1]) * 2 * k[-1] / dx[-1]
        return ((flux[1:] - flux[:-1]) / dx + share * (self.blood * (37.0 - t) + self.heat)) / c

    def start(self) -> Array:
        depth = np.cumsum(self.dx) - self.dx / 2
        return batch.SKIN_C + (self.core - batch.SKIN_C) * depth / self.dx.sum()

    def probes(self, t: Array, h: float, env: float) -> Array:
        """Temperatures of the surface and of the three joints, (4,)."""
        _, k, _ = self.properties(t)
        half = 2 * k / self.dx
        out = np.empty(4)
        out[0] = (half[0] * t[0] + h * env) / (half[0] + h)
        for i, j in enumerate(np.nonzero(np.diff(self.layer))[0]):
            g, below = half[j], half[j + 1]
            out[i + 1] = (g * t[j] + below * t[j + 1]) / (g + below)
        return out


def solve_ode(column: Column, method: str, rtol: float, atol: float) -> tuple[Array, float]:
    """Return the probes at all output times, (24, 4), and the processor time, s."""
    n, t = len(column.dx), column.start()
    more: dict[str, object] = {"lband": 1, "uband": 1}
    if method != "LSODA":
        near = diags_array([1.0, 1.0, 1.0], offsets=[-1, 0, 1], shape=(n, n))
        more = {"jac_sparsity": near}
    cold = (0.0, batch.COLD_S, batch.COLD_H, batch.COLD_C)
    air = (batch.COLD_S, batch.COLD_S + batch.RECOVERY_S, batch.AIR_H, batch.AIR_C)
    begin, out, times = time.process_time(), [], batch.out_times_s()
    for (t0, t1, h, env), when in zip((cold, air), np.split(times, 2), strict=True):
        found = solve_ivp(
            column.rate, (t0, t1), t, method=method, t_eval=np.minimum(when, t1), args=(h, env),
            rtol=rtol, atol=atol, **more,
        )  # fmt: skip
        if not found.success:
            raise RuntimeError(found.message)
        out += [column.probes(y, h, env) for y in found.y.T]
        t = found.y[:, -1]
    return np.array(out), time.process_time() - begin
