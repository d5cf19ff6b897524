"""Freezes that use every feature at once, for comparing kernels."""

from __future__ import annotations

import numpy as np

from cryodose.solve.freeze_problem import (
    ColdSurface,
    FreezeBlood,
    FreezeCurves,
    FreezeGrid,
    FreezeGrid3,
    FreezeProblem,
    ToolMass,
)

MARKS = np.array([0.0, -5.0, -20.0, -50.0])


def curves(rng: np.random.Generator, n_materials: int, n: int) -> FreezeCurves:
    """Return random freezing curves of members; the last material has collinear knots."""
    found = []
    for material in range(n_materials):
        t_sol = -20.0 + 12.0 * rng.random(n)
        t_liq = np.full(n, -0.6)
        t = np.stack([np.full(n, -200.0), t_sol, (t_sol + t_liq) / 2, t_liq, np.full(n, 60.0)])
        dt = np.diff(t, axis=0)
        melt = rng.uniform(60e6, 280e6, n) / (t_liq - t_sol)
        c = np.stack([np.full(n, 1.8e6), 2.5e6 + 0.6 * melt, 2.5e6 + 1.4 * melt, np.full(n, 3.5e6)])
        k_warm = rng.uniform(0.2, 0.6, n)
        k = np.stack([3 * k_warm, 2.5 * k_warm, 1.5 * k_warm, k_warm])
        if material == n_materials - 1:
            c[2], k[2] = c[1], k[1]
        zero, one = np.zeros(n), np.ones(n)
        liquid = np.stack([zero, zero, 0.4 * one, one, one])
        if material == n_materials - 1:
            liquid[2] = (t[2] - t[1]) / (t[3] - t[1])
        rise = [np.concatenate([[zero], np.cumsum(x * dt, axis=0)]) for x in (c, k)]
        found.append((t, rise[0], rise[1], liquid))
    return FreezeCurves(*(np.stack([f[i] for f in found]) for i in range(4)))


def surface(rng: np.random.Generator, cover: np.ndarray, n: int) -> ColdSurface:
    """Return two cycles of spray and tool with a boiling peak; the second thaws."""
    knots = np.array([[-196.0], [-120.0], [-60.0], [50.0]]) + np.zeros(n)
    flux = np.array([[0.0], [1.5e5], [6e4], [8e4]]) * rng.uniform(0.8, 1.2, n)
    return ColdSurface(
        duration_s=np.array([5.0, 4.0, 3.0, 600.0]),
        on=np.array([True, False, True, False]),
        until_thawed=np.array([False, False, False, True]),
        cover=cover,
        t_knot_c=knots,
        q_knot_w_m2=flux,
        h_contact_w_m2k=rng.uniform(100.0, 900.0, n),
        tool_time_s=np.array([0.0, 2.0]),
        t_tool_c=np.stack([rng.uniform(-30, 10, n), rng.uniform(-190, -120, n)]),
        h_air_w_m2k=np.array([12.0]),
        t_air_c=np.array([22.0]),
        mass=ToolMass(
            rng.uniform(2e3, 2e4, n), rng.uniform(200.0, 4000.0, n), rng.uniform(-20.0, 20.0, n)
        ),
    )


def rings(n: int = 3, seed: int = 0, **more: object) -> FreezeProblem:
    """Return members around a spot with a lesion, each on its own grid."""
    rng = np.random.default_rng(seed)
    n_r, n_z = 19, 14
    r = np.cumsum(rng.uniform(0.3e-3, 0.6e-3, (n_r + 1, n)), axis=0)
    z = np.cumsum(rng.uniform(0.1e-3, 0.5e-3, (n_z + 1, n)), axis=0)
    material = np.zeros((n_z, n_r), dtype=np.int32)
    material[5:] = 1
    material[:4, :9] = 2
    cover = np.zeros((n_r, n))
    cover[:11], cover[11] = 1.0, rng.random(n)
    kept = np.zeros((n_z, n_r), dtype=bool)
    kept[-1], kept[:, -1] = True, True
    held = np.zeros_like(kept)
    held[:6, 0] = True
    depth = np.linspace(33.0, 37.0, n_z)[:, None, None]
    blood = FreezeBlood(
        rng.uniform(500, 9000, (3, n)),
        rng.uniform(0, 900, (3, n)),
        np.array([37.0]),
        np.full(n, -20.0),
    )
    problem = {
        "n": n,
        "grid": FreezeGrid(r - r[:1], z - z[:1], material),
        "curves": curves(rng, 3, n),
        "blood": blood,
        "cold": surface(rng, cover, n),
        "t_start_c": depth,
        "kept": kept,
        "held": held,
        "out_s": np.array([0.0, 1.0, 5.0, 9.0, 12.0, 40.0, 300.0]),
        "t_marks_c": MARKS,
        "fields": True,
        "step_growth": 0.05,
    }
    return FreezeProblem(**{**problem, **more})


def boxes(seed: int = 1, **more: object) -> FreezeProblem:
    """Return a block of boxes with materials at random and a needle."""
    rng = np.random.default_rng(seed)
    shape = (9, 11, 13)
    faces = [np.cumsum(rng.uniform(0.15e-3, 0.6e-3, n + 1)) for n in shape]
    material = rng.integers(0, 3, shape).astype(np.int32)
    material[:3] = 0
    cover = rng.random(shape[1:])
    cover[cover < 0.4] = 0.0
    kept = np.zeros(shape, dtype=bool)
    kept[-1], kept[:, :, -1] = True, True
    held = np.zeros(shape, dtype=bool)
    held[:4, 5, 6] = True
    problem = rings(n=1, seed=seed)
    grid = FreezeGrid3(faces[2], faces[1], faces[0] - faces[0][0], material)
    changed = {
        "grid": grid,
        "cold": surface(rng, cover, 1),
        "t_start_c": np.linspace(33.0, 37.0, shape[0])[:, None, None, None],
        "kept": kept,
        "held": held,
    }
    return FreezeProblem(**{**vars(problem), **changed, **more})
