"""Short names for the columns that the verification solves.

The default freezing grid and steps: 300 cells over the 15 mm that a front can reach in a minute or
two, the deepest ten times as wide as the outermost (0.02 mm), 60 wider ones below; 480 steps that
end at (k/n)^2 of the phase, two Newton corrections.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cryodose.solve import (
    Grid,
    Materials,
    Perfusion,
    Problem,
    Schedule,
    Shape,
    Solution,
    graded_fractions,
    phase_steps,
    solve,
)

WALL_H = 1e12  # so large that the surface takes the temperature of its surroundings
FREEZE_CELLS = 300
FREEZE_RATIO = 10.0
FREEZE_FINE_M = 15e-3
FREEZE_DEEP_M = 50e-3
FREEZE_STEPS = 480
FREEZE_NEWTON = 2


@dataclass(frozen=True)
class Layer:
    """One layer: thickness, cells, their growth inwards, and unfrozen or all properties."""

    thick_m: float
    cells: int
    k: float
    c: float
    ratio: float = 1.0
    k_f: float | None = None
    c_f: float | None = None
    latent: float = 0.0
    t_liq: float = -300.0
    t_sol: float = -301.0
    w: float = 0.0
    q: float = 0.0


def column(
    layers: list[Layer],
    dt: np.ndarray,
    *,
    h: float | np.ndarray,
    env: float | np.ndarray,
    start: float | np.ndarray,
    **more: object,
) -> Problem:
    """Return a column without pack; more: shape, r_inner, inner, probes, out, t_art, newton."""
    part = np.array(
        [[y.k, y.k_f or y.k, y.c, y.c_f or y.c, y.latent, y.t_liq, y.t_sol] for y in layers]
    )
    blood = Perfusion.none(len(layers))
    blood = replace(
        blood,
        perfusion_w_m3k=np.array([[y.w] for y in layers]),
        metabolic_w_m3=np.array([[y.q] for y in layers]),
        t_core_c=np.full(1, float(more.get("t_art", 37.0))),
    )
    grid = Grid(
        Shape(more.get("shape", 0)),
        np.array([[y.thick_m] for y in layers]),
        np.full(1, float(more.get("r_inner", 0.0))),
        tuple(graded_fractions(y.cells, y.ratio) for y in layers),
    )
    inner = more.get("inner")
    h, env = np.atleast_1d(h), np.atleast_1d(env)
    one = np.ones((len(dt), 1))
    return Problem(
        n=max(h.shape[-1], env.shape[-1]),
        grid=grid,
        materials=Materials(*part.T[:, :, None]),
        perfusion=blood,
        schedule=Schedule.skin_only(dt, h * one, env * one),
        t_start_c=np.broadcast_to(np.asarray(start, float).reshape(-1, 1), (grid.n_cells, 1)),
        t_inner_c=None if inner is None else np.full(1, float(inner)),
        probe_depth_m=np.asarray(more.get("probes", [0.0]), float)[:, None],
        out_steps=np.asarray(more.get("out", [len(dt) - 1]), dtype=np.int64),
        newton=int(more.get("newton", 0)),
    )


def run(problem: Problem) -> Solution:
    return solve(problem, backend="core", precision="f64")


def last(problem: Problem) -> np.ndarray:
    """Return the probes after the last step, (n_probes, n)."""
    return run(problem).t_probe_c[-1]


def freezing_layers(m, cells: int = FREEZE_CELLS, width_k: float = 0.02) -> list[Layer]:
    """Return the default freezing grid; a sharp front becomes a narrow freezing range."""
    sharp = m.t_liq == m.t_sol
    t_sol = m.t_liq - width_k if sharp else m.t_sol
    kind = {
        "k": m.k_u, "c": m.c_u, "k_f": m.k_f, "c_f": m.c_f, "latent": m.latent,
        "t_liq": m.t_liq, "t_sol": t_sol,
    }  # fmt: skip
    fine = Layer(FREEZE_FINE_M, cells, ratio=FREEZE_RATIO, **kind)
    return [fine, Layer(FREEZE_DEEP_M, cells // 5, ratio=FREEZE_RATIO, **kind)]


def with_centres(problem: Problem) -> Problem:
    """Return the problem with a probe at every cell centre, where no interpolation is needed."""
    return replace(problem, probe_depth_m=problem.grid.depths_m())


def frozen_depth(problem: Problem, t: np.ndarray) -> np.ndarray:
    """Return the thickness of ice, the frozen share of every cell added up; t: (n_cells, n)."""
    m, grid = problem.materials, problem.grid
    of = grid.layer_of_cell
    share = (t - m.t_solidus_c[of]) / (m.t_liquidus_c - m.t_solidus_c)[of]
    dx = grid.thickness_m[of] * grid.fractions[:, None]
    return (dx * (1.0 - np.clip(share, 0.0, 1.0))).sum(axis=0)


def crossing(problem: Problem, t: np.ndarray, level: float) -> float:
    """Return the depth at which the one column passes `level`, linear between cell centres."""
    z, t = problem.grid.depths_m()[:, 0], t[:, 0]
    i = int(np.argmax(t > level))
    return float(z[i - 1] + (level - t[i - 1]) / (t[i] - t[i - 1]) * (z[i] - z[i - 1]))


def graded(duration_s: float, n: int, power: float = 2.0) -> np.ndarray:
    return phase_steps(duration_s, n, power)


def observed_order(errors: list[float], factor: float = 2.0) -> np.ndarray:
    """Return the orders between neighbours of a row of errors, each made `factor` times finer."""
    e = np.array(errors)
    return np.log(e[:-1] / e[1:]) / np.log(factor)
