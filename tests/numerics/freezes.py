"""Freezes in two and three dimensions with the media of `exact.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from exact import Freezing

from cryodose.solve.freeze_grid import spot_grid
from cryodose.solve.freeze_problem import (
    ColdSurface,
    FreezeBlood,
    FreezeCurves,
    FreezeGrid,
    FreezeProblem,
)
from cryodose.solve.freeze_run import solve_freeze

SHARP_K = 0.1  # width given to a sharp freezing point
WALL_H = 1e8  # W/m2K: the wall has the temperature of the tool
COLDEST, WARMEST = -250.0, 100.0


def medium_curves(*media: Freezing, k_mushy: float | None = None) -> FreezeCurves:
    """Return the curves of media; conductivity in the range is linear, or one value."""
    found = []
    for m in media:
        sol, liq = m.t_sol, m.t_liq
        if liq - sol < SHARP_K:
            sol, liq = m.t_liq - SHARP_K / 2, m.t_liq + SHARP_K / 2
        t = np.linspace(sol, liq, 9)
        share = (t - sol) / (liq - sol)
        c_mushy = m.latent / (liq - sol) + (m.c_f + m.c_u) / 2
        k = np.full(9, k_mushy) if k_mushy else m.k_f + (m.k_u - m.k_f) * share
        theta = np.concatenate([[0.0], np.cumsum((k[1:] + k[:-1]) / 2 * np.diff(t))])
        cold, warm = COLDEST - sol, WARMEST - liq
        found.append(
            (
                np.concatenate([[COLDEST], t, [WARMEST]]),
                np.concatenate(
                    [[m.c_f * cold], c_mushy * (t - sol), [c_mushy * (liq - sol) + m.c_u * warm]]
                ),
                np.concatenate([[m.k_f * cold], theta, [theta[-1] + m.k_u * warm]]),
                np.concatenate([[0.0], share, [1.0]]),
            )
        )
    return FreezeCurves(*(np.stack([f[i] for f in found])[..., None] for i in range(4)))


def no_blood(n_materials: int = 1) -> FreezeBlood:
    zero = np.zeros((n_materials, 1))
    return FreezeBlood(zero, zero, np.array([37.0]), np.array([-1000.0]))


def one(x: float) -> np.ndarray:
    return np.array([float(x)])


@dataclass(frozen=True)
class Agent:
    """A tool of one temperature on the skin, then air."""

    t_c: float = -196.0
    h: float = WALL_H
    on_s: float = 30.0
    off_s: float = 0.0
    until_thawed: bool = False
    h_air: float = 0.0
    t_air: float = 22.0

    def on(self, cover: np.ndarray) -> ColdSurface:
        phases = 2 if self.off_s else 1
        return ColdSurface(
            duration_s=np.array([self.on_s, self.off_s][:phases]),
            on=np.array([True, False])[:phases],
            until_thawed=np.array([False, self.until_thawed])[:phases],
            cover=cover,
            t_knot_c=np.array([[COLDEST], [WARMEST]]),
            q_knot_w_m2=np.zeros((2, 1)),
            h_contact_w_m2k=one(self.h),
            tool_time_s=np.zeros(1),
            t_tool_c=np.array([[self.t_c]]),
            h_air_w_m2k=one(self.h_air),
            t_air_c=one(self.t_air),
        )


def on_grid(grid: FreezeGrid, curves: FreezeCurves, agent: Agent, **more: object) -> FreezeProblem:
    """Return a freeze under full cover, without blood, from 34 degC."""
    cells = grid.material.shape
    end = agent.on_s + agent.off_s
    problem = FreezeProblem(
        n=1,
        grid=grid,
        curves=curves,
        blood=no_blood(curves.t_knot_c.shape[0]),
        cold=agent.on(np.ones((cells[1], 1))),
        t_start_c=np.full((1, 1, 1), 34.0),
        kept=np.zeros(cells, dtype=bool),
        held=np.zeros(cells, dtype=bool),
        out_s=np.array([end]),
        t_marks_c=np.array([-20.0]),
    )
    return replace(problem, **more)


def column(depth_m: float, resolution: float = 1.0) -> FreezeGrid:
    """Return the default grid below the middle of a wide spot: one ring, depth alone."""
    z = np.array([[0.0], [depth_m]])
    grid = spot_grid(np.array([[0.0], [0.01]]), z, np.zeros((1, 1), int), resolution=resolution)
    return FreezeGrid(np.array([[0.0], [0.01]]), grid.z_face_m, grid.material[:, :1])


def solve(problem: FreezeProblem, precision: str = "f64"):
    return solve_freeze(problem, backend="core", threads=1, precision=precision)
