"""The freezes that are timed: a round spot on rings and an irregular spot on boxes.

One tissue (rho 1050, c 3600 / 1800 J/kgK, L 250 kJ/kg spread over -0.5 to -8 degC, k 0.5 / 2.0
W/mK), perfusion 2000 W/m3K and 1000 W/m3 in what is liquid, 37 degC everywhere; 30 s of h = 1e4
W/m2K to -196 degC on the spot, air of h = 10 to 22 degC elsewhere, then 60 s of air everywhere.
"""

from __future__ import annotations

import numpy as np

from cryodose.solve.freeze_grid import mask_cover, mask_grid, spot_grid
from cryodose.solve.freeze_problem import (
    ColdSurface,
    FreezeBlood,
    FreezeCurves,
    FreezeGrid,
    FreezeGrid3,
    FreezeProblem,
)

RHO, C_U, C_F, LATENT = 1050.0, 3600.0, 1800.0, 250e3
T_LIQ, T_SOL, K_U, K_F = -0.5, -8.0, 0.5, 2.0
BLOOD, HEAT, BODY = 2000.0, 1000.0, 37.0
H_SPRAY, T_SPRAY, H_AIR, T_AIR = 1e4, -196.0, 10.0, 22.0
ON_S, OFF_S = 30.0, 60.0
SPOT_M, WIDE_M, DEEP_M = 5e-3, 20e-3, 15e-3
OUT_S = np.arange(0.5, ON_S + OFF_S + 0.1, 0.5)
MARK_C = -20.0
C_M = LATENT / (T_LIQ - T_SOL) + (C_U + C_F) / 2
PIECES = 9  # straight pieces of the potential within the freezing range
SIDE_M, DEPTH3_M, PIXEL_M = 20e-3, 12e-3, 5e-5


def tissue() -> FreezeCurves:
    t = np.concatenate([[-200.0], np.linspace(T_SOL, T_LIQ, PIECES + 1), [60.0]])
    share = np.clip((t - T_SOL) / (T_LIQ - T_SOL), 0.0, 1.0)
    c = np.where(t[1:] <= T_SOL, C_F, np.where(t[:-1] >= T_LIQ, C_U, C_M))
    k = K_F + (K_U - K_F) * share
    h = np.concatenate([[0.0], np.cumsum(RHO * c * np.diff(t))])
    theta = np.concatenate([[0.0], np.cumsum((k[1:] + k[:-1]) / 2 * np.diff(t))])
    return FreezeCurves(*(a[None, :, None] for a in (t, h, theta, share)))


def problem(grid: FreezeGrid | FreezeGrid3, cover: np.ndarray, out_s: np.ndarray, growth: float):
    cells = grid.material.shape
    one = np.ones(1)
    return FreezeProblem(
        n=1,
        grid=grid,
        curves=tissue(),
        blood=FreezeBlood(BLOOD * one[:, None], HEAT * one[:, None], BODY * one, -273.0 * one),
        cold=ColdSurface(
            duration_s=np.array([ON_S, OFF_S]),
            on=np.array([True, False]),
            until_thawed=np.array([False, False]),
            cover=cover,
            t_knot_c=np.array([[-200.0], [60.0]]),
            q_knot_w_m2=np.zeros((2, 1)),
            h_contact_w_m2k=H_SPRAY * one,
            tool_time_s=np.zeros(1),
            t_tool_c=np.array([[T_SPRAY]]),
            h_air_w_m2k=H_AIR * one,
            t_air_c=T_AIR * one,
        ),
        t_start_c=np.full((1,) * (len(cells) + 1), BODY),
        kept=np.zeros(cells, dtype=bool),
        held=np.zeros(cells, dtype=bool),
        out_s=out_s,
        t_marks_c=np.array([MARK_C]),
        step_growth=growth,
    )


def round_spot(resolution: float, growth: float, out_s: np.ndarray = OUT_S) -> FreezeProblem:
    r = np.array([[0.0], [SPOT_M], [WIDE_M]])
    z = np.array([[0.0], [DEEP_M]])
    grid = spot_grid(r, z, np.zeros((1, 2), int), resolution=resolution)
    return problem(grid, (grid.r_face_m[1:] <= SPOT_M + 1e-9).astype(float), out_s, growth)


def irregular_mask() -> np.ndarray:
    """Pixels with r < 4 mm (1 + cos 3a / 4 + 3 sin 5a / 20)."""
    n = round(SIDE_M / PIXEL_M)
    y, x = (np.mgrid[0:n, 0:n] + 0.5) * PIXEL_M - SIDE_M / 2
    a = np.arctan2(y, x)
    return np.hypot(x, y) < 4e-3 * (1 + 0.25 * np.cos(3 * a) + 0.15 * np.sin(5 * a))


def irregular_spot(resolution: float, growth: float, out_s: np.ndarray) -> FreezeProblem:
    """Return the spot on graded boxes, 20 x 20 x 12 mm."""
    mask = irregular_mask()
    rows = np.nonzero(mask.any(axis=1))[0]
    margin = (SIDE_M - (rows[-1] + 1 - rows[0]) * PIXEL_M) / 2
    found = mask_grid(mask, PIXEL_M, margin, np.array([0.0, DEPTH3_M]), resolution=resolution)
    return problem(found.grid, found.cover, out_s, growth)


def uniform_spot(size_m: float, growth: float, out_s: np.ndarray) -> FreezeProblem:
    """Return the same on cubes."""
    x = np.arange(0, SIDE_M + size_m / 2, size_m)
    z = np.arange(0, DEPTH3_M + size_m / 2, size_m)
    shape = (len(z) - 1, len(x) - 1, len(x) - 1)
    grid = FreezeGrid3(x, x.copy(), z, np.zeros(shape, dtype=np.int32))
    return problem(grid, mask_cover(irregular_mask(), PIXEL_M, x, x), out_s, growth)
