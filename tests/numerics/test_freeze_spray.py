"""Sprays of constant h and what must hold of any freeze (B9, B11)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from exact import MUSHY, SHARP, WIDE, freezing_front
from freezes import Agent, column, medium_curves, no_blood, on_grid, one, solve

from cryodose.solve.freeze_grid import spot_grid
from cryodose.solve.freeze_problem import FreezeBlood, FreezeProblem

TABLE = [  # h, time, surface, depths of -1, -8, -20, -50 in mm
    (200.0, 10.0, -15.417, (0.781, 0.414, 0.0, 0.0)),
    (200.0, 30.0, -35.928, (2.300, 1.827, 1.020, 0.0)),
    (200.0, 60.0, -55.672, (4.223, 3.646, 2.672, 0.407)),
    (500.0, 5.0, -36.956, (0.957, 0.763, 0.438, 0.0)),
    (500.0, 10.0, -56.965, (1.748, 1.513, 1.120, 0.202)),
    (500.0, 20.0, -80.217, (3.035, 2.736, 2.237, 1.078)),
    (500.0, 30.0, -94.234, (4.099, 3.751, 3.168, 1.815)),
    (500.0, 60.0, -117.065, (6.637, 6.176, 5.399, 3.593)),
    (1000.0, 5.0, -80.217, (1.515, 1.367, 1.119, 0.539)),
    (1000.0, 10.0, -103.978, (2.511, 2.320, 1.993, 1.232)),
    (1000.0, 20.0, -125.716, (4.012, 3.752, 3.311, 2.286)),
    (1000.0, 30.0, -136.834, (5.204, 4.886, 4.356, 3.124)),
    (1000.0, 60.0, -152.707, (7.938, 7.502, 6.767, 5.061)),
    (2000.0, 5.0, -125.717, (2.009, 1.876, 1.655, 1.143)),
    (2000.0, 10.0, -143.905, (3.108, 2.928, 2.625, 1.921)),
    (2000.0, 30.0, -164.799, (5.931, 5.631, 5.117, 3.925)),
    (10000.0, 5.0, -180.474, (2.602, 2.478, 2.270, 1.789)),
    (10000.0, 10.0, -184.992, (3.761, 3.581, 3.288, 2.607)),
    (10000.0, 30.0, -189.634, (6.647, 6.339, 5.834, 4.657)),
]
MARKS = np.array([-1.0, -8.0, -20.0, -50.0])


@pytest.mark.parametrize(
    "h",
    [
        pytest.param(200.0, marks=pytest.mark.slow),
        500.0,
        pytest.param(1000.0, marks=pytest.mark.slow),
        2000.0,
        pytest.param(10000.0, marks=pytest.mark.slow),
    ],
)
def test_convective_table_on_a_fine_grid(h) -> None:
    """B9 with its uniform conductivity in the freezing range; within 0.01 mm."""
    rows = [row for row in TABLE if row[0] == h]
    resolution, growth = (4.0, 0.005) if h in (500.0, 2000.0) else (7.0, 0.0025)
    problem = on_grid(
        column(0.03, resolution),
        medium_curves(MUSHY, k_mushy=1.25),
        Agent(-196.0, h=h, on_s=rows[-1][1]),
        out_s=np.array([row[1] for row in rows]),
        t_marks_c=MARKS,
        step_growth=growth,
    )
    solution = solve(problem)
    for i, (_, _, surface, depths) in enumerate(rows):
        assert solution.t_skin_c[i, 0, 0] == pytest.approx(surface, abs=0.05)
        assert solution.depth_m[i, :, 0] * 1e3 == pytest.approx(np.array(depths), abs=0.01)


def spot(agent: Agent, *, blood: FreezeBlood | None = None, **more: object) -> FreezeProblem:
    """Return a spot of 5 mm on two layers, blood in both, the bottom kept."""
    r, z = np.array([[0.0], [5e-3], [15e-3]]), np.array([[0.0], [1.5e-3], [10e-3]])
    grid = spot_grid(r, z, np.array([[0, 0], [1, 1]]), resolution=0.3)
    flow = np.array([[3000.0], [600.0]])
    blood = blood or FreezeBlood(flow, flow / 5, one(37.0), one(-20.0))
    cover = (grid.r_face_m[1:] <= 5e-3 + 1e-9).astype(float)
    kept = np.zeros(grid.material.shape, dtype=bool)
    kept[-1] = True
    problem = on_grid(grid, medium_curves(MUSHY, WIDE), agent, blood=blood, kept=kept)
    return replace(problem, cold=agent.on(cover), t_marks_c=MARKS, **more)


SPRAY = Agent(-196.0, h=800.0, on_s=20.0, off_s=300.0, h_air=10.0, until_thawed=True)


@pytest.mark.parametrize(("precision", "within"), [("f64", 1e-12), ("f32", 1e-5)])
def test_energy_balances(precision, within) -> None:
    assert solve(spot(SPRAY), precision).energy_residual()[0] < within


def test_two_layers_alike_are_one() -> None:
    """B11.4: a joint between equal layers changes next to nothing."""
    problem = spot(replace(SPRAY, off_s=0.0), out_s=np.array([10.0, 20.0]))
    twins = replace(problem, curves=medium_curves(MUSHY, MUSHY), blood=no_blood(2))
    whole = replace(twins, grid=replace(twins.grid, material=0 * twins.grid.material))
    two, single = solve(twins), solve(whole)
    assert two.depth_m == pytest.approx(single.depth_m, abs=5e-6)


def test_narrow_range_tends_to_the_sharp_front() -> None:
    """B11.2: the liquidus as the freezing range shrinks, against the sharp front."""
    exact = 2 * freezing_front(SHARP, -100.0, 34.0) * np.sqrt(SHARP.a_f * 60.0)
    errors = []
    for width in (21.0, 7.0, 0.1):
        m = replace(MUSHY, t_sol=-1.0 - width)
        agent = Agent(-100.0, on_s=60.0)
        problem = on_grid(column(0.04), medium_curves(m), agent, t_marks_c=one(-1.0))
        errors.append(abs(solve(problem).depth_m[0, 0, 0] - exact))
    assert errors[0] > errors[1] > errors[2]
    assert errors[2] < 0.005 * exact


def test_no_blood_in_ice_nor_where_it_stood() -> None:
    """B11.6: a block frozen below stasis never has blood again; one frozen above it has."""
    kept_off = {}
    for coldest in (-40.0, -12.0):
        problem = on_grid(
            column(2e-3),
            medium_curves(MUSHY),
            Agent(30.0, h=300.0, on_s=2000.0),
            t_start_c=np.full((1, 1, 1), coldest),
            blood=FreezeBlood(np.full((1, 1), 5e3), np.full((1, 1), 1e3), one(37.0), one(-20.0)),
        )
        ledger = solve(problem).ledger
        kept_off[coldest] = (ledger["blood"][0], ledger["metabolic"][0])
    assert kept_off[-40.0] == (0.0, 0.0)
    assert kept_off[-12.0][0] > 0
    assert kept_off[-12.0][1] > 0


def test_marks_agree_with_the_fields() -> None:
    """Time below, fall and rise of every cell against the temperatures at close moments."""
    out = np.arange(0.05, 60.0, 0.05)
    problem = spot(replace(SPRAY, off_s=40.0, until_thawed=False), out_s=out, fields=True)
    solution = solve(problem)
    cold = solution.t_c[..., 0] < MARKS[:, None, None, None]
    below = cold.sum(axis=1) * 0.05
    found = np.nan_to_num(solution.below_s[:, 0, ..., 0])
    assert np.max(np.abs(found - below)) < 0.5
    ever = cold.any(axis=1)
    assert np.array_equal(ever, ~np.isnan(solution.fell_s[:, 0, ..., 0]))
    first = out[np.argmax(cold, axis=1)]
    assert np.nanmax(np.abs(solution.fell_s[:, 0, ..., 0] - first)[ever]) < 0.5
    back = ever & ~cold[:, -1]
    last = out[len(out) - 1 - np.argmax(cold[:, ::-1], axis=1)]
    assert np.nanmax(np.abs(solution.rose_s[:, 0, ..., 0] - last)[back]) < 0.5
    assert np.all(np.isnan(solution.rose_s[:, 0, ..., 0][cold[:, -1]]))
    assert solution.t_min_c[0, ..., 0] == pytest.approx(solution.t_c.min(axis=0)[..., 0], abs=0.5)


def test_phase_ends_when_the_last_ice_has_gone() -> None:
    solution = solve(spot(SPRAY, out_s=np.arange(1.0, 320.0)))
    end = solution.phase_end_s[1, 0]
    assert 20.0 < end < 320.0
    liquidus = solution.depth_m[:, 0, 0]
    assert np.all(liquidus[solution.time_s > end + 1.0] == 0)
    assert np.any(liquidus[(solution.time_s < end - 5.0)] > 0)


def test_depth_grows_with_h_time_and_width_and_falls_with_latent_heat() -> None:
    """B11.7."""
    base = spot(replace(SPRAY, off_s=0.0), out_s=np.arange(2.0, 21.0, 2.0))
    deep = solve(base).depth_m[..., 0]
    assert np.all(np.diff(deep, axis=0) >= 0)
    stronger = spot(replace(SPRAY, off_s=0.0, h=1200.0), out_s=base.out_s)
    assert np.all(solve(stronger).depth_m[..., 0] >= deep)
    wetter = medium_curves(replace(MUSHY, latent=300e6), replace(WIDE, latent=300e6))
    assert np.all(solve(replace(base, curves=wetter)).depth_m[..., 0] <= deep + 1e-9)
