"""A resting person at neutrality, and the same person left alone in warm and cold rooms."""

from __future__ import annotations

import numpy as np
import pytest

from cryodose import evidence
from cryodose.body.films import T_HIGH_C, T_LOW_C, film_law, room
from cryodose.body.neutral import breath_w, deep_mean, neutral
from cryodose.body.segments import segment_names
from cryodose.body.whole import WholeBody, whole_body
from cryodose.solve.body_problem import BodyProblem, BodySchedule, BodySolution, BodyState
from cryodose.solve.body_run import solve_body

HOUR = 3600.0


def mean_skin(body: WholeBody, surface: np.ndarray) -> np.ndarray:
    area = body.tissue.area_m2
    return (area * surface).sum(axis=-2) / area.sum(axis=0)


def left_in(body: WholeBody, start: BodyState, t_room_c: float, hours: float) -> BodySolution:
    """Leave people nude in a room."""
    n, s = body.person.n, len(segment_names())
    around = room(np.full(n, t_room_c), np.full(n, 0.45), np.full(n, 0.1), s)
    u, g = film_law(around, body.frame)
    breath = breath_w(body.rest_w, np.full(n, t_room_c), around.vapour_kpa[0])
    steps = int(hours * 60)
    dt = np.full(steps, HOUR * hours / steps)
    schedule = BodySchedule(
        dt, np.zeros(steps, np.int32), u[None], g[None], breath[None], T_LOW_C, T_HIGH_C
    )
    none = np.zeros((0, n))
    out = np.arange(9, steps, 10)
    problem = BodyProblem(
        body.tissue, body.control, schedule, start,
        np.zeros(0, np.int32), none.astype(np.int32), none, out,
    )  # fmt: skip
    return solve_body(problem)


@pytest.fixture
def rested(people, values):
    person = people(
        female=[0.0, 1.0, 1.0, 0.0], height_m=[1.78, 1.65, 1.5, 2.0],
        mass_kg=[78.0, 62.0, 45.0, 110.0], fat_percent=[15.0, 27.0, 20.0, 30.0],
    )  # fmt: skip
    return neutral(whole_body(person, values(4)))


def test_neutrality_lies_where_people_feel_neutral(rested) -> None:
    body, state, t_room = rested
    assert np.all((t_room > 28) & (t_room < 33))
    brain = deep_mean(body.tissue, state.t_c)[body.control.brain_segment]
    assert brain == pytest.approx(body.control.t_core_set_c, abs=1e-6)
    assert np.all(
        (mean_skin(body, state.t_surface_c) > 33) & (mean_skin(body, state.t_surface_c) < 35)
    )


def test_neutrality_is_steady(rested) -> None:
    body, state, t_room = rested
    speed = evidence.value("devices", "room.speed_m_s")
    assert speed == 0.1  # what `left_in` takes
    one = left_in(body, state, float(t_room[0]), 1.0)
    # Fingers feel most that the film law is a quadratic: their vessels answer every tenth.
    assert one.t_surface_c[-1][:, 0] == pytest.approx(state.t_surface_c[:, 0], abs=0.25)


def test_at_29_degrees_a_man_is_at_ease(rested) -> None:
    body, state, _ = rested
    run = left_in(body, state, 29.0, 2.0)
    skin = mean_skin(body, run.t_surface_c[-1])
    rectal = run.t_deep_c[-1][segment_names().index("pelvis")]
    assert 33.0 < skin[0] < 34.5
    assert 36.7 < rectal[0] < 37.2
    assert np.all(run.shiver_w[-1] < 20.0)


def test_a_night_at_ten_degrees_cools_without_a_turn(rested) -> None:
    body, state, _ = rested
    run = left_in(body, state, 10.0, 8.0)
    skin = mean_skin(body, run.t_surface_c)
    # Shivering sets in within minutes and warms the skin by a few hundredths on its way down.
    assert np.all(np.diff(skin, axis=0) < 0.06)
    assert np.all(np.diff(skin[18:], axis=0) < 0)
    assert np.all(skin[-1] < skin[0] - 1.0)
    assert np.all(run.energy_residual() < 1e-9)
    assert np.all(run.t_pool_c[-1] < run.t_pool_c[0])
    assert np.all(run.shiver_w[-1] > 10.0)


def test_neutrality_is_found_for_everybody(people, values) -> None:
    # A secant that went on after it had arrived once divided noise by noise.
    rng = np.random.default_rng(3)
    n = 400
    crowd = people(
        female=rng.integers(0, 2, n), age_y=rng.uniform(12, 90, n),
        height_m=rng.uniform(1.4, 2.1, n), mass_kg=rng.uniform(40, 180, n),
        fat_percent=rng.uniform(5, 55, n),
    )  # fmt: skip
    drawn = values(n)
    for key, spread in (("skin_flow_share", 0.5), ("film_share", 0.15), ("rest_share", 0.1)):
        drawn[key] = drawn[key] * np.exp(spread * rng.normal(size=n))
    body, state, t_room = neutral(whole_body(crowd, drawn))
    brain = deep_mean(body.tissue, state.t_c)[body.control.brain_segment]
    assert np.abs(brain - body.control.t_core_set_c).max() < 1e-4
    assert np.all((t_room > 15) & (t_room < 38))
