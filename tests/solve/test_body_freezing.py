"""Tissue that freezes in the body kernels: energy, agreement, the 1-D engine, neighbours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.solve.body_cases import OUT, people, random_problem

from cryodose.solve import Grid, Materials, Perfusion, Problem, Schedule, graded_fractions, solve
from cryodose.solve.body_problem import BodyIce, BodyProblem
from cryodose.solve.body_run import solve_body
from cryodose.solve.grid import Shape


def cold_problem(n: int, seed: int = 0, film: float = 8.0) -> BodyProblem:
    """Return people of whom most freeze, and who then sit in a warm room."""
    problem = random_problem(n, seed, steps=60)
    sched = problem.schedule
    u, g = sched.film_u.copy(), sched.film_g.copy()
    u[0] *= film
    g[0] *= film
    return replace(problem, schedule=replace(sched, film_u=u, film_g=g))


@pytest.mark.parametrize("n", [1, 2, 8, 9, 19])
def test_core_is_the_reference_with_ice(n: int) -> None:
    problem = replace(cold_problem(n, seed=n), out_steps=np.arange(60))
    core, plain = (solve_body(problem, backend=b) for b in ("core", "numpy"))
    assert plain.ice_m.max() > 1e-3
    for name in OUT:
        scale = 1e3 if name == "heat_out_j_m2" else 1.0
        assert np.abs(getattr(core, name) - getattr(plain, name)).max() < 1e-9 * scale, name
    assert np.abs(core.end.t_c - plain.end.t_c).max() < 1e-9
    for name, gain in plain.ledger.items():
        assert core.ledger[name] == pytest.approx(gain, rel=1e-9, abs=1e-6), name


@pytest.mark.parametrize("backend", ["core", "numpy"])
def test_the_heat_of_the_ice_is_booked(backend) -> None:
    """What the body holds, latent heat included, changes by what the ledger says, to round-off."""
    problem = cold_problem(9)
    run = solve_body(problem, backend=backend)
    tissue = problem.tissue
    ice = tissue.ice.of_cells(tissue.layer)
    gained = ice.enthalpy_k(run.end.t_c) - ice.enthalpy_k(problem.start.t_c)
    stored = (tissue.area_m2 * (tissue.heat_j_m2k * gained).sum(axis=0)).sum(axis=0)
    stored += problem.control.pool_j_k * (run.end.t_pool_c - problem.start.t_pool_c)
    assert (run.end.t_c < ice.t_liquidus_c).any()
    assert np.abs(stored - run.ledger["stored"]).max() < 1e-12 * np.abs(run.ledger["skin"]).max()
    assert np.all(run.energy_residual() < 1e-12)


def test_enthalpy_and_temperature_are_inverse() -> None:
    ice = BodyIce(*(np.full((1, 1), x) for x in (-0.55, 7.45, 8.0, 0.53, 3.9, 3.7e6)))
    ice = ice.of_cells(np.zeros(1, np.int32))
    t = np.linspace(-60, 40, 401)[None, None]
    held = ice.enthalpy_k(t)
    assert ice.temperature_c(held) == pytest.approx(t, abs=1e-12)
    slope = np.diff(held[0, 0]) / np.diff(t[0, 0])
    inside = ice.capacity((t[..., 1:] + t[..., :-1]) / 2)[0, 0]
    kink = np.minimum(np.abs(t[0, 0, 1:] + 0.55), np.abs(t[0, 0, 1:] + 8.0)) < 0.5
    assert slope[~kink] == pytest.approx(inside[~kink])
    assert ice.share(t)[0, 0][[0, -1]] == pytest.approx([1.0, 0.0])


def test_a_person_does_not_depend_on_a_neighbour_who_freezes() -> None:
    problem = cold_problem(13)
    u = problem.schedule.film_u.copy()
    u[0, ..., ::2] /= 8.0  # every second person stays in a mild cold
    g = problem.schedule.film_g.copy()
    g[0, ..., ::2] /= 8.0
    problem = replace(problem, schedule=replace(problem.schedule, film_u=u, film_g=g))
    which = np.array([11, 4, 7, 0])
    all_, some = solve_body(problem), solve_body(people(problem, which))
    assert np.array_equal(all_.t_surface_c[..., which], some.t_surface_c)
    assert np.array_equal(all_.end.t_c[..., which], some.end.t_c)
    mild = solve_body(people(problem, np.arange(0, 13, 2)))
    assert np.array_equal(all_.end.t_c[..., ::2], mild.end.t_c)


@pytest.mark.parametrize("backend", ["core", "numpy"])
def test_nothing_flows_through_ice(backend) -> None:
    problem = cold_problem(9)
    last = len(problem.schedule.dt_s) - 1
    run = solve_body(replace(problem, out_steps=np.array([last])), backend=backend)
    tissue, skin = problem.tissue, problem.tissue.layer == problem.control.skin_layer
    liquid = 1.0 - tissue.ice.of_cells(tissue.layer).share(run.end.t_c)[skin]
    mass = tissue.heat_j_m2k[skin]
    told = (mass * run.end.flow[skin] * liquid).sum(axis=0) / mass.sum(axis=0)
    assert (liquid == 0.0).any()
    np.testing.assert_allclose(run.skin_flow[-1], told, rtol=1e-12, atol=1e-15)


def test_ice_melts_again() -> None:
    problem = cold_problem(5)
    steps = np.arange(60)
    run = solve_body(replace(problem, out_steps=steps))
    depth = run.ice_m.sum(axis=1)
    froze = depth.max(axis=0) > 0
    assert froze.sum() > 2
    assert np.all(depth[-1, froze] < depth.max(axis=0)[froze])


CELLS = 60
T_GAS, FILM, SKIN = -110.0, 60.0, 33.0


def _one(x: float) -> np.ndarray:
    return np.full((1, 1), x)


SIZE_M, LASTS_S = 12e-3, 300.0
C, C_FROZEN, LATENT, LIQUIDUS, WIDTH, K, K_FROZEN = 3.7e6, 2.0e6, 2.0e8, -0.55, 7.45, 0.41, 1.6


def _engine_column(steps: int) -> Problem:
    """Return a dead slab for the 1-D engine."""
    grid = Grid(Shape.SLAB, _one(SIZE_M), np.zeros(1), (graded_fractions(CELLS),))
    values = (K, K_FROZEN, C, C_FROZEN, LATENT, LIQUIDUS, LIQUIDUS - WIDTH)
    off = np.zeros((steps, 1))
    schedule = Schedule(
        np.full(steps, LASTS_S / steps), off + FILM, off + T_GAS, off, off, off, off,
        np.zeros(steps, np.bool_),
    )  # fmt: skip
    return Problem(
        1, grid, Materials(*map(_one, values)), Perfusion.none(1), schedule,
        np.full((CELLS, 1), SKIN), None, np.array([[1e-3], [3e-3]]), np.array([steps - 1]),
    )  # fmt: skip


def _body_column(steps: int) -> BodyProblem:
    """Return the same slab as a body of one column without blood."""
    made, dx = random_problem(1), SIZE_M / CELLS
    zeros = np.zeros((CELLS, 1, 1))
    face = zeros + K / dx
    face[-1] = 0.0
    mushy = (LATENT / WIDTH + (C + C_FROZEN) / 2) / C
    ice = (LIQUIDUS, WIDTH, mushy, C_FROZEN / C, K_FROZEN / K, C)
    tissue = replace(
        made.tissue, heat_j_m2k=zeros + C * dx, face_w_m2k=face,
        resistance_m2k_w=zeros + dx / 2 / K, half_w_m2k=_one(2 * K / dx), flow_w_m2k=zeros,
        heat_w_m2=zeros, shiver_share=zeros, t_set_c=zeros + SKIN, area_m2=_one(1.0),
        layer=np.repeat(np.arange(4, dtype=np.int32), CELLS // 4),
        ice=BodyIce(*(np.full((4, 1), x) for x in ice)),
    )  # fmt: skip
    by_segment = ("cold_sense", "constriction", "dilation", "opens", "t_skin_set_c")
    first = {k: np.ascontiguousarray(getattr(made.control, k)[:1]) for k in by_segment}
    control = replace(made.control, **first, exchange_w_m2k=_one(0.0), brain_segment=0)
    film = np.zeros((1, 3, 1, 1))
    film[:, 0] = FILM
    schedule = replace(
        made.schedule, dt_s=np.full(steps, LASTS_S / steps), phase=np.zeros(steps, np.int32),
        film_u=film, film_g=film * T_GAS, breath_w=_one(0.0),
    )  # fmt: skip
    start = replace(
        made.start, t_c=zeros + SKIN, flow=zeros + 1, t_surface_c=_one(SKIN),
        t_pool_c=np.full(1, SKIN), shiver_w=np.zeros(1),
    )  # fmt: skip
    return BodyProblem(
        tissue, control, schedule, start, np.zeros(1, np.int32), np.zeros((1, 1), np.int32),
        _one(0.0), np.array([steps - 1]),
    )  # fmt: skip


def test_a_column_alone_freezes_as_in_the_1d_engine() -> None:
    """The engine keeps fronts exact to 0.5 %; its own tests hold it to exact solutions."""
    column, body = _engine_column(2400), _body_column(2400)
    engine, found = solve(column, backend="numpy"), solve_body(body)
    assert found.ice_m[0, 0, 0] > 2e-3
    assert found.t_surface_c[0, 0, 0] == pytest.approx(engine.t_surface_c[0, 0], abs=0.1)
    assert found.heat_out_j_m2[0, 0, 0] == pytest.approx(engine.heat_out_j_m2[0, 0], rel=1e-3)
    at = (found.end.t_c[[4, 14], 0, 0] + found.end.t_c[[5, 15], 0, 0]) / 2
    assert at == pytest.approx(engine.t_probe_c[0, :, 0], abs=0.1)


def test_freezing_is_first_order_in_time() -> None:
    heats = [solve_body(_body_column(n)).heat_out_j_m2[0, 0, 0] for n in (75, 150, 300, 4800)]
    errors = np.abs(np.array(heats[:3]) - heats[3])
    assert np.all(errors[:-1] / errors[1:] > 1.6)
    assert errors[0] < 0.03 * heats[3]
