"""What a freeze kills: shares of cells by kind, lesion and margin, depth and volume of necrosis."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.cell_death import death_of_cycles, hold_shift_k
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

# A place counts as dead where most of its cells are.
DEAD_SHARE = 0.5


def cell_names() -> tuple[str, ...]:
    """Return the kinds of cells whose death is known."""
    return evidence.names("cell_death", "cell")


class History(Protocol):
    """What happened to every cell; a `FreezeResponse`, or the same in three dimensions."""

    @property
    def values(self) -> dict[str, Array]:
        """Drawn quantities, name -> (n,)."""

    @property
    def marks_c(self) -> Array:
        """Isotherms that were followed, (n_marks,)."""

    @property
    def edge(self) -> int:
        """Row of the edge of the ice."""

    @property
    def t_min_c(self) -> Array:
        """Coldest of each cycle, (n_cycles, ..., n)."""

    @property
    def below_s(self) -> Array:
        """Time below each mark, (n_marks, n_cycles, ..., n)."""

    @property
    def thawed(self) -> NDArray[np.bool_]:
        """Had frozen and thawed again within the cycle, (n_cycles, ..., n)."""


def death_field(response: History, cell: str) -> Array:
    """Return the share of a kind of cell that dies everywhere, (n_z, n_r, n).

    The hold is the time below the followed isotherm nearest to T50; a cycle after a full thaw acts
    at a warmer T50. What never froze does not die.

    Raises
    ------
    KeyError
        For a kind of cell that the evidence does not know.
    """
    v = response.values
    half, width = v[f"{cell}.half_c"], v[f"{cell}.width_k"]
    middle = float(np.median(half))
    row = int(np.argmin(np.abs(response.marks_c - middle)))
    held = np.nan_to_num(response.below_s[row].astype(np.float64))
    shift = hold_shift_k(held, evidence.value("cell_death", "hold.reference_s"), v["hold_k"])
    # A place that never came near T50 has no hold to speak of.
    shift = np.where(held > 0, shift, 0.0)
    before = np.zeros_like(response.thawed)
    before[1:] = np.logical_or.accumulate(response.thawed, axis=0)[:-1]
    dead = death_of_cycles(response.t_min_c, before, half + shift, v["repeat_k"], width)
    froze = response.t_min_c.min(axis=0) < response.marks_c[response.edge]
    return np.asarray(np.where(froze, dead, 0.0))


def usual_cell(response: FreezeResponse) -> str:
    """Return the cells that necrosis is judged by: skin, or those in a gel."""
    return "cultured" if response.layers.layers[0].name == "gel" else "skin"


def necrosis_depth_mm(response: FreezeResponse, cell: str | None = None) -> Array:
    """Return how deep below the axis most cells die, mm, (n,)."""
    dead = death_field(response, cell or usual_cell(response))[:, 0]
    return np.asarray(_depth_of(dead, response.z_m) * MM_PER_M)


def _depth_of(dead: Array, z_m: Array) -> Array:
    """Return the depth at which a share falls through one half for the last time, m, (n,)."""
    out = np.zeros(dead.shape[1])
    for m in range(dead.shape[1]):
        rows = np.flatnonzero(dead[:, m] >= DEAD_SHARE)
        if not len(rows):
            continue
        j = int(rows[-1])
        if j + 1 == len(dead):
            out[m] = z_m[j, m]
            continue
        a, b = dead[j, m], dead[j + 1, m]
        share = (a - DEAD_SHARE) / (a - b)
        out[m] = z_m[j, m] + share * (z_m[j + 1, m] - z_m[j, m])
    return out


def necrosis_mm3(response: FreezeResponse, cell: str | None = None) -> Array:
    """Return the volume of what dies, mm3, (n,): the share of dead cells over all tissue."""
    dead = death_field(response, cell or usual_cell(response))
    return np.asarray((dead * response.volume_m3).sum(axis=(0, 1)) * MM_PER_M**3)


def lesion_killed(response: FreezeResponse, cell: str) -> Array:
    """Return the share of a lesion's cells that dies, (n,); nan without a lesion."""
    return _killed(response, cell, response.lesion)


def margin_killed(response: FreezeResponse, cell: str, margin_mm: float) -> Array:
    """Return the share that dies in the shell around a lesion, beside it and below it, (n,)."""
    lesion = response.layers.lesion
    if not lesion:
        return np.full(response.n, np.nan)
    margin = margin_mm / MM_PER_M
    radius = float(np.median(response.layers.lesion_radius_m)) + margin
    depth = float(np.median(lesion[-1].bottom_m)) + margin
    z, r = np.median(response.z_m, axis=1), np.median(response.r_m, axis=1)
    near = (z[:, None] < depth) & (r[None, :] < radius)
    top = z < float(np.median(lesion[-1].top_m))
    return _killed(response, cell, near & ~response.lesion & ~top[:, None])


def _killed(response: FreezeResponse, cell: str, where: NDArray[np.bool_]) -> Array:
    if not where.any():
        return np.full(response.n, np.nan)
    weight = response.volume_m3 * where[..., None]
    dead = death_field(response, cell) * weight
    return np.asarray(dead.sum(axis=(0, 1)) / weight.sum(axis=(0, 1)))


def least_lesion_death(response: FreezeResponse, cell: str) -> Array:
    """Return the lowest share of cells that dies anywhere in the lesion, (n,); nan without one."""
    if not response.lesion.any():
        return np.full(response.n, np.nan)
    dead = death_field(response, cell)
    return np.asarray(dead[response.lesion].min(axis=0))
