"""Random heat problems over every feature of the solver, and how solutions are compared."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from cryodose.solve import (
    Grid,
    Materials,
    Perfusion,
    Problem,
    Schedule,
    Shape,
    Solution,
    available_backends,
    graded_fractions,
    phase_steps,
)

HALF = 20  # steps of cooling, and as many of recovery


@dataclass(frozen=True)
class Features:
    """What a random problem has."""

    seed: int = 0
    n: int = 5
    shape: Shape = Shape.SLAB
    pack: bool = False
    freeze: bool = False
    vaso: bool = False
    lateral: bool = False
    countercurrent: bool = False
    newton: int = 0
    fixed_inner: bool = True
    effort: bool = False


@pytest.fixture(scope="session", autouse=True)
def _core_on_a_build_server() -> None:
    if os.environ.get("CRYODOSE_CI") == "1":
        assert "core" in available_backends(), "a build server must have built the core"


@pytest.fixture(scope="session")
def core() -> None:
    """Ask for the compiled core; only a machine without a compiler may skip."""
    if "core" not in available_backends():
        assert os.environ.get("CRYODOSE_CI") != "1", "a build server must have built the core"
        pytest.skip("the compiled core was not built here")


def _perfusion(f: Features, n_layers: int, g: np.random.Generator) -> Perfusion:
    shape, one = (n_layers, f.n), np.ones((n_layers, 1))
    return Perfusion(
        perfusion_w_m3k=g.uniform(0, 9000, shape),
        metabolic_w_m3=g.uniform(0, 2000, (n_layers, 1)),
        lateral_w_m3k=g.uniform(0, 2000, shape) if f.lateral else 0 * one,
        vaso_floor=g.uniform(0.1, 0.9, shape) if f.vaso else one,
        vaso_half_k=g.uniform(1, 9, shape),
        vaso_narrow_s=g.uniform(30, 300, (n_layers, 1)),
        vaso_recover_s=g.uniform(300, 900, shape),
        t_core_c=g.uniform(36, 38, f.n),
        countercurrent=g.uniform(0, 1, f.n) if f.countercurrent else np.zeros(1),
        working=g.integers(0, 2, shape).astype(float) if f.effort else np.zeros((n_layers, 1)),
    )


def _materials(f: Features, n_layers: int, g: np.random.Generator) -> Materials:
    shape = (n_layers, f.n)
    solidus = g.uniform(-8, -3, shape)
    return Materials(
        k_w_mk=g.uniform(0.2, 0.6, shape),
        k_frozen_w_mk=g.uniform(0.5, 2, shape),
        c_j_m3k=g.uniform(2e6, 4e6, shape),
        c_frozen_j_m3k=g.uniform(1e6, 2e6, (n_layers, 1)),
        latent_j_m3=g.uniform(5e7, 3e8, shape),
        t_liquidus_c=solidus + g.uniform(1, 5, shape),
        t_solidus_c=solidus,
    )


def _schedule(f: Features, g: np.random.Generator) -> Schedule:
    dt = np.concatenate([phase_steps(200.0, HALF), phase_steps(400.0, HALF)])
    cold = np.arange(2 * HALF)[:, None] < HALF
    env = g.uniform(-150, -20, f.n) if f.freeze else g.uniform(2, 20, f.n)
    reset = np.zeros(2 * HALF, dtype=np.bool_)
    reset[HALF] = f.pack
    return Schedule(
        dt_s=dt,
        h_skin_w_m2k=np.where(cold, g.uniform(10, 300, f.n), 10.0),
        t_env_c=np.where(cold, env, 22.0),
        q_skin_w_m2=np.where(cold, g.uniform(0, 100, 1), 0.0),
        h_contact_w_m2k=np.where(cold, g.uniform(50, 500, f.n), 0.0),
        h_pack_w_m2k=np.where(cold, g.uniform(2, 20, f.n), 5.0),
        t_pack_env_c=np.where(cold, env, 20.0),
        pack_reset=reset,
        effort=np.where(cold, 1.0, g.uniform(0.2, 6.0, f.n))
        if f.effort
        else np.ones((2 * HALF, 1)),
    )


def make_random(f: Features) -> Problem:
    g = np.random.default_rng(f.seed)
    n_layers = 4 if f.pack else 3
    cells = tuple(
        graded_fractions(int(g.integers(1, 9)), g.uniform(0.3, 3)) for _ in range(n_layers)
    )
    thickness = g.uniform(1e-3, 8e-3, (n_layers, f.n))
    radius = g.uniform(0.001, 0.02, f.n) if f.seed % 2 else np.zeros(1)
    grid = Grid(f.shape, thickness, radius, cells, int(f.pack))
    start = np.linspace(31.0, 37.0, grid.n_cells)[:, None] + g.uniform(0, 1, f.n)
    start[: grid.n_pack] = -12.0 if f.freeze else 1.0
    return Problem(
        n=f.n,
        grid=grid,
        materials=_materials(f, n_layers, g),
        perfusion=_perfusion(f, n_layers, g),
        schedule=_schedule(f, g),
        t_start_c=start,
        t_inner_c=np.full(1, 37.0) if f.fixed_inner else None,
        probe_depth_m=np.vstack([np.zeros(f.n), g.uniform(0, 0.03, (3, f.n))]),
        out_steps=np.array([0, HALF - 1, HALF, 2 * HALF - 1]),
        newton=f.newton,
    )


def largest_difference(a: Solution, b: Solution) -> dict[str, float]:
    """Return the largest difference of two solutions by what it is measured in."""

    def apart(name: str) -> float:
        x, y = getattr(a, name), getattr(b, name)
        assert np.array_equal(np.isnan(x), np.isnan(y)), name
        return float(np.nanmax(np.abs(x - y), initial=0.0))

    ledger = max(
        float(np.max(np.abs(a.ledger[k] - b.ledger[k])) / (1.0 + np.max(np.abs(b.ledger[k]))))
        for k in b.ledger
    )
    scale = 1.0 + float(np.max(np.abs(b.heat_out_j_m2)))
    return {
        "kelvin": max(apart("t_surface_c"), apart("t_probe_c"), apart("t_pack_c")),
        "fraction": apart("vaso"),
        "heat": max(apart("heat_out_j_m2") / scale, ledger),
    }


@pytest.fixture(scope="session")
def features() -> type[Features]:
    return Features


@pytest.fixture(scope="session")
def random_problem() -> Callable[[Features], Problem]:
    return make_random


@pytest.fixture(scope="session")
def apart() -> Callable[[Solution, Solution], dict[str, float]]:
    return largest_difference
