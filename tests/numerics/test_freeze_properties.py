"""What must hold of every freeze, over random tissue, spots and agents."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from exact import MUSHY, Freezing
from freezes import Agent, column, medium_curves, no_blood, on_grid, one, solve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cryodose.solve.freeze_grid import spot_grid
from cryodose.solve.freeze_problem import FreezeBlood, FreezeProblem

BODY = 37.0
MARKS = np.array([-5.0, -20.0, -50.0])
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# A sharp reading moves by what interpolation within a cell leaves; a shallower answer must stay
# within it. 0.02 mm is a tenth of a cell.
READING_M = 2e-5

numbers = st.floats
tissues = st.builds(
    Freezing,
    k_f=numbers(1.0, 2.5),
    k_u=numbers(0.2, 0.6),
    c_f=numbers(1.5e6, 2.0e6),
    c_u=numbers(2.5e6, 3.8e6),
    latent=numbers(60e6, 280e6),
    t_liq=st.just(-0.6),
    t_sol=numbers(-22.0, -5.0),
)
agents = st.builds(
    Agent,
    t_c=numbers(-196.0, -60.0),
    h=numbers(200.0, 5000.0),
    on_s=numbers(5.0, 40.0),
    off_s=st.just(20.0),
    h_air=st.just(10.0),
)


def spot(tissue: Freezing, agent: Agent, radius: float, perfusion: float) -> FreezeProblem:
    """Return a spot under an agent; the grid has a face at each of the radii asked for."""
    stops = np.array([[0.0], [3e-3], [5e-3], [15e-3]])
    grid = spot_grid(stops, np.array([[0.0], [12e-3]]), np.zeros((1, 3), int), resolution=0.25)
    cells = grid.material.shape
    blood = FreezeBlood(one(perfusion)[:, None], one(0.2 * perfusion)[:, None], one(BODY), one(-20))
    kept = np.zeros(cells, dtype=bool)
    kept[-1] = True
    problem = on_grid(grid, medium_curves(tissue), agent, blood=blood, kept=kept)
    cover = (grid.r_face_m[1:] <= radius + 1e-9).astype(float)
    return replace(
        problem,
        cold=agent.on(cover),
        t_start_c=np.full((1, 1, 1), BODY),
        t_marks_c=MARKS,
        out_s=np.linspace(agent.on_s / 8, agent.on_s + agent.off_s, 9),
        fields=True,
    )


@QUICK
@given(tissue=tissues, agent=agents, perfusion=numbers(0.0, 9000.0))
def test_more_cold_is_never_shallower(tissue, agent, perfusion) -> None:
    """Longer, colder, wider: the deepest reach of each isotherm never falls."""

    def deepest(agent: Agent, radius: float) -> np.ndarray:
        # Until the end of the longer spray, the same moments for both.
        problem = spot(tissue, agent, radius, perfusion)
        every = np.linspace(0.5, agent.on_s + agent.off_s, 80)
        return solve(replace(problem, out_s=every, fields=False), "f32").depth_m.max(axis=0)[:, 0]

    usual = deepest(agent, 3e-3)
    assert np.all(deepest(replace(agent, on_s=1.3 * agent.on_s), 3e-3) >= usual - READING_M)
    assert np.all(deepest(replace(agent, t_c=1.15 * agent.t_c), 3e-3) >= usual - READING_M)
    assert np.all(deepest(agent, 5e-3) >= usual - READING_M)


@QUICK
@given(
    tissue=tissues,
    agent=agents,
    perfusion=numbers(0.0, 9000.0),
    radius=st.sampled_from([3e-3, 5e-3]),
)
def test_no_overshoot_and_no_heat_from_nothing(tissue, agent, perfusion, radius) -> None:
    problem = spot(tissue, agent, radius, perfusion)
    solution = solve(problem)
    # Metabolism can warm above blood, by its heat over the exchange with the blood at most.
    most = BODY + 0.2
    assert solution.t_c.min() >= agent.t_c - 1e-6
    assert solution.t_c.max() <= most + 1e-6
    assert solution.t_skin_c.min() >= agent.t_c - 1e-6
    assert solution.t_skin_c.max() <= most + 1e-6
    assert solution.energy_residual()[0] < 1e-12
    # The skin only cools; the bottom takes at most what metabolism has made.
    heat = {name: x[0] for name, x in solution.ledger.items()}
    assert heat["skin"] <= 0 <= heat["metabolic"]
    assert heat["kept"] >= -heat["metabolic"] - 1e-9
    assert solve(problem, "f32").energy_residual()[0] < 1e-5


@settings(max_examples=5, deadline=None)
@given(tissue=tissues, agent=agents)
def test_freezing_and_full_thaw_return_to_the_start(tissue, agent) -> None:
    """Without blood, over a kept bottom and under an insulated skin, all comes back.

    The slowest mode of a slab of depth d decays with 4 d^2 / (pi^2 a): about 1100 s here for the
    worst tissue. After 40 000 s nothing is left but round-off of the enthalpy.
    """
    grid = column(12e-3, 0.5)
    agent = replace(agent, off_s=40_000.0, h_air=0.0)
    kept = np.zeros(grid.material.shape, dtype=bool)
    kept[-1] = True
    problem = on_grid(
        grid,
        medium_curves(tissue),
        agent,
        t_start_c=np.full((1, 1, 1), BODY),
        kept=kept,
        blood=no_blood(),
        fields=True,
    )
    solution = solve(problem)
    assert solution.t_min_c.min() < -1.0  # it did freeze
    assert solution.t_c[-1] == pytest.approx(np.full(solution.t_c[-1].shape, BODY), abs=1e-6)
    assert solution.ledger["stored"][0] == pytest.approx(
        0.0, abs=1e-6 * abs(solution.ledger["skin"][0])
    )


def test_a_boiling_curve_with_a_peak_does_not_break_the_surface() -> None:
    """Film boiling, a peak, then less again: the surface follows one branch and stays between."""
    problem = on_grid(column(12e-3), medium_curves(MUSHY), Agent(off_s=30.0, h_air=10.0))
    cold = replace(
        problem.cold,
        h_contact_w_m2k=one(0.0),
        t_knot_c=np.array([[-196.0], [-185.0], [-150.0], [40.0]]),
        q_knot_w_m2=np.array([[0.0], [2.5e5], [1.0e4], [3.0e4]]),
    )
    out = np.arange(0.25, 60.1, 0.25)
    solution = solve(replace(problem, cold=cold, out_s=out))
    assert solution.t_skin_c.min() >= -196.0
    assert solution.t_skin_c.max() <= BODY
    assert solution.energy_residual()[0] < 1e-12
