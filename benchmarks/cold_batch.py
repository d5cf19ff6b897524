"""The batch that the benchmark times: four layers, 180 s of severe cold, 600 s of recovery.

Column 0 is the nominal person; the others differ in fat, conductivity, perfusion, heat capacity and
core temperature. The numbers only set the scale of a realistic load; no result of the package rests
on them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryodose.solve import (
    Grid,
    Materials,
    Perfusion,
    Phase,
    Problem,
    Schedule,
    Shape,
    graded_fractions,
    solve_steps,
)

Array = NDArray[np.float64]

COLD_S, RECOVERY_S = 180.0, 600.0
COLD_H, COLD_C = 30.0, -140.0
AIR_H, AIR_C = 10.0, 22.0
LIQUIDUS_C, SOLIDUS_C = -0.5, -8.0
SKIN_C = 33.0
N_OUT = 12  # per phase
STEPS = (48, 72)  # the fewest that hold 0.1 K rms

#              epidermis dermis fat muscle
THICKNESS_M = np.array([0.1e-3, 1.5e-3, 10e-3, 20e-3])
K = np.array([0.24, 0.45, 0.19, 0.5])
K_FROZEN = np.array([0.96, 1.8, 0.40, 2.0])
C = np.array([1200 * 3590.0, 1200 * 3300.0, 1000 * 2675.0, 1050 * 3600.0])
C_FROZEN = np.array([1200 * 1795.0, 1200 * 1650.0, 1000 * 1700.0, 1050 * 1800.0])
LATENT = np.array([1200 * 250e3, 1200 * 250e3, 1000 * 60e3, 1050 * 250e3])
PERFUSION = np.array([0.0, 4995.0, 1200.0, 2000.0])
METABOLIC = np.array([0.0, 200.0, 5.0, 700.0])
FAT = 2

Cells = tuple[tuple[int, ...], tuple[float, ...]]  # cells of each layer, last width over first
FULL: Cells = ((4, 24, 62, 60), (1.0, 1.5, 1.0, 4.0))  # 150 nodes
MIDDLE: Cells = ((2, 8, 16, 14), (1.0, 1.5, 1.0, 4.0))
LEAN: Cells = ((1, 6, 10, 8), (1.0, 1.5, 1.0, 6.0))  # the fewest that hold 0.1 K rms
FINE: Cells = ((8, 60, 160, 100), (1.0, 1.0, 1.0, 4.0))


def people(n: int, seed: int = 0) -> dict[str, Array]:
    """Return the parameters of n people, (4, n) or (n,)."""
    rng = np.random.default_rng(seed)
    thick = np.repeat(THICKNESS_M[:, None], n, axis=1)
    thick[FAT, 1:] = rng.uniform(5e-3, 15e-3, n - 1)
    spread = np.ones((3, 4, n))
    for i, part in enumerate((0.1, 0.5, 0.05)):
        spread[i, :, 1:] = rng.uniform(1 - part, 1 + part, (4, n - 1))
    core = np.full(n, 37.0)
    core[1:] = rng.uniform(36.5, 37.5, n - 1)
    k, w, c = spread
    return {
        "thickness_m": thick,
        "k": K[:, None] * k,
        "k_frozen": K_FROZEN[:, None] * k,
        "perfusion": PERFUSION[:, None] * w,
        "c": C[:, None] * c,
        "c_frozen": C_FROZEN[:, None] * c,
        "latent": LATENT[:, None] * c,
        "core": core,
    }


def make_problem(n: int, cells: Cells, steps: tuple[int, int], seed: int = 0) -> Problem:
    """Return the batch on a grid and with steps of its own; probes at surface and interfaces."""
    p = people(n, seed)
    fractions = tuple(graded_fractions(m, r) for m, r in zip(*cells, strict=True))
    grid = Grid(Shape.SLAB, p["thickness_m"], np.zeros(1), fractions)
    freeze = np.full((4, 1), LIQUIDUS_C), np.full((4, 1), SOLIDUS_C)
    materials = Materials(p["k"], p["k_frozen"], p["c"], p["c_frozen"], p["latent"], *freeze)
    none = Perfusion.none(4)
    blood = Perfusion(
        p["perfusion"],
        METABOLIC[:, None],
        none.lateral_w_m3k,
        none.vaso_floor,
        none.vaso_half_k,
        none.vaso_narrow_s,
        none.vaso_recover_s,
        np.full(1, 37.0),
        none.countercurrent,
    )
    dt, phase = solve_steps([Phase(COLD_S, steps[0]), Phase(RECOVERY_S, steps[1])])
    h = np.array([COLD_H, AIR_H])[phase][:, None]
    env = np.array([COLD_C, AIR_C])[phase][:, None]
    depth = grid.depths_m() / p["thickness_m"].sum(axis=0)
    start = SKIN_C + (p["core"] - SKIN_C) * depth
    bounds = np.vstack([np.zeros(n), np.cumsum(p["thickness_m"], axis=0)[:3]])
    return Problem(
        n,
        grid,
        materials,
        blood,
        Schedule.skin_only(dt, h, env),
        start,
        p["core"],
        bounds,
        out_steps(steps),
    )


def out_steps(steps: tuple[int, int]) -> NDArray[np.int64]:
    """Return the steps that end at the times of `out_times_s`; both counts divide by 12."""
    k = np.arange(1, N_OUT + 1)
    return np.concatenate([k * steps[0] // N_OUT - 1, steps[0] + k * steps[1] // N_OUT - 1])


def out_times_s() -> Array:
    """Return the times at which results are compared, (24,)."""
    part = (np.arange(1, N_OUT + 1) / N_OUT) ** 2
    return np.concatenate([COLD_S * part, COLD_S + RECOVERY_S * part])
