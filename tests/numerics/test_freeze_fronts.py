"""Fronts of the freeze solver below a wide spot against similarity solutions (cases B1, B2, B3).

A front is read in two ways: the depth of the isotherm at a moment, and the moment when the front
passes the middle of a cell. The second has no part in where the front stands within its cell.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from columns import observed_order
from exact import (
    MUSHY,
    SHARP,
    WATER,
    WIDE,
    Freezing,
    freezing_front,
    mushy_fronts,
    thawing_front,
)
from freezes import Agent, column, frozen_length, medium_curves, on_grid, solve

from cryodose.solve.freeze_problem import STEP_GROWTH, FreezeProblem

FRONT = 0.005  # relative error of a front
DEEP_M = 0.04


def depths(
    m: Freezing, wall: float, start: float, times: list[float], marks: list[float], **grid: float
) -> np.ndarray:
    """Return the depths of isotherms, (times, marks)."""
    problem = on_grid(
        column(DEEP_M, grid.get("resolution", 1.0)),
        medium_curves(m),
        Agent(wall, on_s=times[-1]),
        t_start_c=np.full((1, 1, 1), start),
        out_s=np.array(times),
        t_marks_c=np.array(marks),
        step_growth=grid.get("growth", STEP_GROWTH),
    )
    return solve(problem).depth_m[..., 0]


CASES = [
    (WATER, -20.0, 10.0, 0.20542693),
    (SHARP, -20.0, 34.0, 0.18791617),
    (SHARP, -50.0, 34.0, 0.31200437),
    (SHARP, -100.0, 34.0, 0.43950712),
    (SHARP, -150.0, 34.0, 0.52832225),
    (SHARP, -196.0, 34.0, 0.59231169),
    (SHARP, -196.0, 37.0, 0.58476088),
]


@pytest.mark.parametrize(("medium", "wall", "start", "published"), CASES)
@pytest.mark.parametrize(
    ("resolution", "times"), [(1.0, [5.0, 10.0, 30.0, 60.0]), (3.0, [1.0, 5.0])]
)
def test_freezing_front(medium, wall, start, published, resolution, times) -> None:
    """B1; after 1 s a front is at most some default cells deep, so it is held on a finer grid."""
    lam = freezing_front(medium, wall, start)
    assert lam == pytest.approx(published, abs=1e-8)
    found = depths(medium, wall, start, times, [medium.t_liq], resolution=resolution)[:, 0]
    exact = 2 * lam * np.sqrt(medium.a_f * np.array(times))
    assert found == pytest.approx(exact, rel=FRONT)


@pytest.mark.parametrize(("medium", "wall", "start", "published"), CASES)
def test_freezing_front_passes_the_cells(medium, wall, start, published) -> None:
    """B1: from 5 to 60 s through every cell in time."""
    problem = passing(medium, wall, start, 60.0)
    depth_m, passed_s = passages(problem, solve(problem).fell_s)
    exact = 2 * published * np.sqrt(medium.a_f * passed_s)
    assert depth_m[passed_s > 5] == pytest.approx(exact[passed_s > 5], rel=FRONT)


def passing(
    m: Freezing, wall: float, start: float, end_s: float, resolution: float = 1.0
) -> FreezeProblem:
    """Return a column under a wall, followed at its freezing point."""
    return on_grid(
        column(DEEP_M, resolution),
        medium_curves(m),
        Agent(wall, on_s=end_s),
        t_start_c=np.full((1, 1, 1), start),
        t_marks_c=np.array([m.t_liq]),
    )


def passages(problem: FreezeProblem, moment_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the middles of the cells that the front has passed, and when it did."""
    face = problem.grid.z_face_m[:, 0]
    found = moment_s[0, 0, :, 0, 0]
    known = np.isfinite(found)
    return ((face[1:] + face[:-1]) / 2)[known], found[known]


def test_no_spray_freezes_deeper_than_perfect_contact() -> None:
    found = depths(SHARP, -196.0, 34.0, [30.0], [-1.0])
    assert found[0, 0] <= 6.84e-3 * (1 + FRONT)


THAWS = [(-1.0, 0.48330832), (-40.0, 0.31300113), (-100.0, 0.18898698)]


@pytest.mark.parametrize(("start", "published"), THAWS)
def test_thawing_front(start, published) -> None:
    """B2: ice to the bottom, thawing from the skin; from 30 to 120 s through every cell in time."""
    assert thawing_front(SHARP, 37.0, start) == pytest.approx(published, abs=1e-8)
    problem = passing(SHARP, 37.0, min(start, -1.06), 120.0)
    depth_m, passed_s = passages(problem, solve(problem).rose_s)
    exact = 2 * published * np.sqrt(SHARP.a_u * passed_s)
    late = passed_s > 30
    assert np.sum(late) >= 10
    assert depth_m[late] == pytest.approx(exact[late], rel=FRONT)


@pytest.mark.parametrize(("start", "published"), THAWS)
@pytest.mark.parametrize(("resolution", "within_m"), [(1.0, 6e-6), (2.0, 0.0)])
def test_ice_left_in_a_thaw(start, published, resolution, within_m) -> None:
    """B2: the same by the ice that is left at a moment; cells of 0.05 mm blur that a little."""
    times = np.array([30.0, 60.0, 120.0])
    wall = passing(SHARP, 37.0, min(start, -1.06), times[-1], resolution)
    problem = replace(wall, out_s=times, fields=True)
    ice = frozen_length(problem, solve(problem), SHARP)
    exact = 2 * published * np.sqrt(SHARP.a_u * times)
    assert DEEP_M - ice[:, 0] == pytest.approx(exact, rel=FRONT, abs=within_m)


@pytest.mark.parametrize(
    ("medium", "wall", "solidus", "liquidus"),
    [
        (MUSHY, -50.0, 2.85762912e-4, 3.32378570e-4),
        (MUSHY, -100.0, 4.29576819e-4, 4.65173680e-4),
        (MUSHY, -196.0, 5.96706508e-4, 6.24348800e-4),
        (WIDE, -196.0, 5.44314340e-4, 6.26354154e-4),
    ],
)
def test_mushy_fronts(medium, wall, solidus, liquidus) -> None:
    """B3: first the published roots, then our linear conductivity with the same exact method."""
    published = mushy_fronts(medium, wall, 34.0, k_mushy=1.25)
    assert published == pytest.approx((2 * solidus, 2 * liquidus), rel=1e-7)
    exact = np.array(mushy_fronts(medium, wall, 34.0))
    times = np.concatenate([[5.0], np.arange(10.0, 61.0, 2.0)])
    found = depths(medium, wall, 34.0, list(times), [medium.t_sol, medium.t_liq])
    error = found / (exact * np.sqrt(times)[:, None]) - 1.0
    assert np.max(np.abs(error[np.isin(times, [5.0, 10.0, 30.0, 60.0])])) < FRONT
    # Where the front stands within its cell moves single readings of other moments.
    assert np.max(np.abs(error)) < 1.2 * FRONT
    assert np.all(np.sqrt(np.mean(error**2, axis=0)) < FRONT / 3)


def test_fronts_converge_in_space() -> None:
    """First order at least: the mean error of both fronts over many times, cells halved twice.

    In short steps, so that those in time do not count.
    """
    exact = np.array(mushy_fronts(MUSHY, -100.0, 34.0))
    times = np.arange(10.0, 61.0, 2.0)
    errors = []
    for resolution in (0.25, 0.5, 1.0):
        found = depths(
            MUSHY, -100.0, 34.0, list(times), [-8.0, -1.0], resolution=resolution, growth=0.005
        )
        errors.append(np.mean(np.abs(found - exact * np.sqrt(times)[:, None])))
    assert np.mean(observed_order(errors)) >= 1.0
    assert errors[-1] < 0.01e-3


def test_front_converges_in_time() -> None:
    """First order: on one grid, the isotherm against that of the shortest steps."""
    times = list(np.arange(10.0, 61.0, 5.0))
    depth = [
        depths(MUSHY, -100.0, 34.0, times, [-20.0], growth=growth)
        for growth in (0.16, 0.08, 0.04, 0.0025)
    ]
    errors = [np.mean(np.abs(d - depth[-1])) for d in depth[:-1]]
    assert np.mean(observed_order(errors)) >= 0.8
