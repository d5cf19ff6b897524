"""Packs of finite mass, contact, vasomotion and countercurrent blood against exact answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from columns import WALL_H, Layer, column, graded, run
from exact import Side, contact_face, contact_heat

from cryodose.solve import Perfusion, Problem

WELL_MIXED = 1e5  # conductivity that makes a body one temperature


def with_pack(problem: Problem, *, contact: float, film: float = 0.0, env: float = 0.0) -> Problem:
    """Return the problem with its first layer as a pack; the skin beside it is insulated."""
    one = np.ones((len(problem.schedule.dt_s), 1))
    schedule = replace(
        problem.schedule,
        h_skin_w_m2k=0.0 * one,
        h_contact_w_m2k=contact * one,
        h_pack_w_m2k=film * one,
        t_pack_env_c=env * one,
    )
    return replace(problem, grid=replace(problem.grid, n_pack_layers=1), schedule=schedule)


def test_two_lumped_bodies() -> None:
    pack, body = Layer(10e-3, 3, WELL_MIXED, 4e6), Layer(20e-3, 3, WELL_MIXED, 3e6)
    start = np.repeat([0.0, 36.0], 3)
    h, seconds = 150.0, 600.0
    dt = np.full(20000, seconds / 20000)
    solution = run(with_pack(column([pack, body], dt, h=0.0, env=0.0, start=start), contact=h))
    c_pack, c_body = 10e-3 * 4e6, 20e-3 * 3e6
    rate = h * (1 / c_pack + 1 / c_body)
    mean = c_body * 36.0 / (c_pack + c_body)
    gap = 36.0 * np.exp(-rate * seconds)
    # Half cells in series with the contact are worth 1e-7 of its resistance.
    assert solution.t_pack_c[-1, 0] == pytest.approx(
        mean - gap * c_body / (c_pack + c_body), abs=3.6e-3
    )
    moved = c_pack * solution.t_pack_c[-1, 0]
    assert solution.heat_out_j_m2[-1, 0] == pytest.approx(moved, rel=1e-10)


def test_ice_pack_melts_by_its_latent_heat() -> None:
    latent, thick, film, room = 300e6, 8e-3, 25.0, 24.0
    ice = Layer(
        thick, 4, WELL_MIXED, 4.2e6, k_f=WELL_MIXED, c_f=2e6, latent=latent, t_liq=0.0, t_sol=-0.01
    )
    body = Layer(10e-3, 4, 0.5, 3.6e6)
    start = np.repeat([-0.01, 30.0], 4)
    seconds = 1800.0
    dt = np.full(600, seconds / 600)
    problem = column([ice, body], dt, h=0.0, env=0.0, start=start)
    solution = run(with_pack(problem, contact=0.0, film=film, env=room))
    c_mean = latent + 0.01 * (4.2e6 + 2e6) / 2
    share = film * room * seconds / (thick * c_mean)
    assert 0.3 < share < 0.9
    assert solution.t_pack_c[-1, 0] == pytest.approx(-0.01 * (1 - share), abs=1e-5)
    assert solution.ledger["stored"][0] == pytest.approx(film * room * seconds, rel=1e-3)
    assert solution.heat_out_j_m2[-1, 0] == 0.0


def test_two_half_spaces_through_a_contact() -> None:
    cold, warm = Side(0.6, 4e6, 2.0), Side(0.3, 3e6, 34.0)
    h, seconds, thick = 120.0, 300.0, 80e-3
    layers = [
        Layer(thick, 500, cold.k, cold.c, ratio=1 / 200.0),
        Layer(thick, 500, warm.k, warm.c, ratio=200.0),
    ]
    start = np.repeat([cold.start, warm.start], 500)
    problem = column(layers, graded(seconds, 6000), h=0.0, env=0.0, start=start)
    solution = run(with_pack(problem, contact=h))
    span = warm.start - cold.start
    exact = contact_face(warm, cold, h, seconds)
    assert solution.t_surface_c[-1, 0] == pytest.approx(exact, abs=1e-4 * span)
    heat = contact_heat(warm, cold, h, seconds)
    assert solution.heat_out_j_m2[-1, 0] == pytest.approx(heat, rel=2e-4)


def test_contact_that_grows_passes_more_heat() -> None:
    pack, body = Layer(10e-3, 9, 0.6, 4e6), Layer(20e-3, 9, 0.4, 3e6)
    start = np.repeat([0.0, 34.0], 9)
    problem = column([pack, body], graded(600.0, 60), h=0.0, env=0.0, start=start)
    loose, firm = (run(with_pack(problem, contact=h)) for h in (30.0, 90.0))
    assert np.all(firm.heat_out_j_m2 > loose.heat_out_j_m2)
    assert np.all(firm.t_surface_c < loose.t_surface_c)


def test_fresh_pack_starts_cold_again() -> None:
    pack, body = Layer(10e-3, 5, WELL_MIXED, 4e6), Layer(20e-3, 5, 0.4, 3e6)
    start = np.repeat([0.0, 34.0], 5)
    dt = np.full(100, 1e-3)
    dt[:50] = 20.0
    problem = with_pack(column([pack, body], dt, h=0.0, env=0.0, start=start), contact=200.0)
    reset = np.zeros(100, dtype=np.bool_)
    reset[50] = True
    problem = replace(
        problem,
        schedule=replace(problem.schedule, pack_reset=reset),
        out_steps=np.array([49, 50]),
    )
    solution = run(problem)
    warmed = solution.t_pack_c[0, 0]
    assert warmed > 5.0
    assert solution.t_pack_c[1, 0] == pytest.approx(0.0, abs=1e-3)
    assert solution.ledger["reset"][0] == pytest.approx(-warmed * 10e-3 * 4e6, rel=1e-9)


def blood(**changes: float) -> Perfusion:
    """Return perfusion of one layer: `t_core_c`, `countercurrent` by column, the rest by layer."""
    base = Perfusion.none(1)
    by_column = ("t_core_c", "countercurrent")
    return replace(
        base,
        **{k: np.full(1, v) if k in by_column else np.full((1, 1), v) for k, v in changes.items()},
    )


def test_vasomotion_follows_its_equation_down_and_up() -> None:
    floor, half, narrow, recover, fall = 0.2, 4.0, 60.0, 900.0, 12.0
    n = 4000
    dt = np.concatenate([np.full(n, 300.0 / n), np.full(n, 1200.0 / n)])
    cold = np.arange(2 * n)[:, None] < n
    # A thin, well conducting cell takes the temperature of its surroundings at once.
    problem = column([Layer(1e-6, 1, WELL_MIXED, 1e3)], dt, h=WALL_H, env=30.0, start=30.0)
    problem = replace(
        problem,
        schedule=replace(problem.schedule, t_env_c=np.where(cold, 30.0 - fall, 30.0)),
        perfusion=blood(
            vaso_floor=floor, vaso_half_k=half, vaso_narrow_s=narrow, vaso_recover_s=recover
        ),
        out_steps=np.array([n // 2 - 1, n - 1, 2 * n - 1]),
    )
    found = run(problem).vaso[:, 0, 0]
    low = floor + (1 - floor) * half / (half + fall)
    down = low + (1 - low) * np.exp(-np.array([150.0, 300.0]) / narrow)
    up = 1 - (1 - down[1]) * np.exp(-1200.0 / recover)
    assert found == pytest.approx([*down, up], abs=5e-4)


@pytest.mark.parametrize("countercurrent", [0.0, 0.4, 1.0])
def test_countercurrent_blood_at_rest(countercurrent) -> None:
    thick, w, h, core, env = 20e-3, 4000.0, 60.0, 37.0, 10.0
    dt = np.full(4000, 50.0)
    problem = column([Layer(thick, 4, WELL_MIXED, 3e6)], dt, h=h, env=env, start=35.0)
    problem = replace(
        problem,
        perfusion=blood(perfusion_w_m3k=w, t_core_c=core, countercurrent=countercurrent),
    )
    carried = w * thick * (1 - countercurrent)
    exact = (h * env + carried * core) / (h + carried)
    assert run(problem).t_surface_c[-1, 0] == pytest.approx(exact, abs=1e-3)


def test_lateral_conduction_at_rest() -> None:
    thick, side, h = 20e-3, 3000.0, 60.0
    dt = np.full(400, 50.0)
    problem = column([Layer(thick, 4, WELL_MIXED, 3e6)], dt, h=h, env=10.0, start=35.0)
    problem = replace(problem, perfusion=blood(lateral_w_m3k=side))
    exact = (h * 10.0 + side * thick * 35.0) / (h + side * thick)
    assert run(problem).t_surface_c[-1, 0] == pytest.approx(exact, abs=1e-3)


def test_heat_given_to_the_skin_stays_in_it() -> None:
    dt = np.full(100, 3.0)
    problem = column([Layer(20e-3, 9, 0.4, 3e6)], dt, h=0.0, env=0.0, start=30.0)
    one = np.ones((100, 1))
    problem = replace(problem, schedule=replace(problem.schedule, q_skin_w_m2=50.0 * one))
    solution = run(problem)
    assert solution.ledger["stored"][0] == pytest.approx(50.0 * 300.0, rel=1e-10)
    assert solution.heat_out_j_m2[-1, 0] == pytest.approx(-50.0 * 300.0, rel=1e-12)
