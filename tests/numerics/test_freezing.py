"""Freezing and thawing fronts against the similarity solutions (cases B1, B2, B3, B6)."""

from __future__ import annotations

import numpy as np
import pytest
from columns import (
    FREEZE_NEWTON,
    FREEZE_STEPS,
    WALL_H,
    Layer,
    column,
    crossing,
    freezing_layers,
    frozen_depth,
    graded,
    last,
    observed_order,
    with_centres,
)
from exact import (
    MUSHY,
    SHARP,
    WATER,
    WIDE,
    Freezing,
    freezing_front,
    ice_radius,
    mushy_fronts,
    thawing_front,
)

FRONT = 0.005  # relative error of a front on the default grid


def half_space(m: Freezing, wall: float, start: float, seconds: float, **finer: int):
    dt = graded(seconds, finer.pop("steps", FREEZE_STEPS))
    layers = freezing_layers(m, **finer)
    return with_centres(
        column(layers, dt, h=WALL_H, env=wall, start=start, inner=start, newton=FREEZE_NEWTON)
    )


@pytest.mark.parametrize(
    ("medium", "wall", "start", "published"),
    [
        (WATER, -20, 0, 0.22450382),
        (WATER, -20, 10, 0.20542693),
        (SHARP, -20, 34, 0.18791617),
        (SHARP, -50, 34, 0.31200437),
        (SHARP, -100, 34, 0.43950712),
        (SHARP, -150, 34, 0.52832225),
        (SHARP, -196, 34, 0.59231169),
        (SHARP, -196, 37, 0.58476088),
    ],
)
@pytest.mark.parametrize("seconds", [1.0, 10.0, 30.0, 60.0])
def test_freezing_front(medium, wall, start, published, seconds) -> None:
    lam = freezing_front(medium, wall, start)
    assert lam == pytest.approx(published, abs=1e-8)
    problem = half_space(medium, wall, start, seconds)
    found = frozen_depth(problem, last(problem))[0]
    assert found == pytest.approx(2 * lam * np.sqrt(medium.a_f * seconds), rel=FRONT)


@pytest.mark.parametrize(
    ("start", "published"), [(-1, 0.48330832), (-40, 0.31300113), (-100, 0.18898698)]
)
@pytest.mark.parametrize("seconds", [30.0, 60.0, 120.0])
def test_thawing_front(start, published, seconds) -> None:
    lam = thawing_front(SHARP, 37.0, start)
    assert lam == pytest.approx(published, abs=1e-8)
    problem = half_space(SHARP, 37.0, min(start, -1.02), seconds)  # frozen through at the start
    ice = frozen_depth(problem, last(problem))[0]
    found = problem.grid.thickness_m.sum() - ice
    assert found == pytest.approx(2 * lam * np.sqrt(SHARP.a_u * seconds), rel=FRONT)


MUSHY_CASES = [
    (MUSHY, -50, 2.85762912e-4, 3.32378570e-4),
    (MUSHY, -100, 4.29576819e-4, 4.65173680e-4),
    (MUSHY, -196, 5.96706508e-4, 6.24348800e-4),
    (WIDE, -196, 5.44314340e-4, 6.26354154e-4),
]


@pytest.mark.parametrize(("medium", "wall", "solidus", "liquidus"), MUSHY_CASES)
@pytest.mark.parametrize("seconds", [5.0, 10.0, 30.0, 60.0])
def test_mushy_fronts(medium, wall, solidus, liquidus, seconds) -> None:
    # The published case has one conductivity in the freezing range, ours runs linearly through it;
    # the exact solution covers both, so the first assertion vouches for the second.
    published = mushy_fronts(medium, wall, 34.0, k_mushy=1.25)
    assert published == pytest.approx((2 * solidus, 2 * liquidus), rel=1e-7)
    exact = mushy_fronts(medium, wall, 34.0)
    problem = half_space(medium, wall, 34.0, seconds)
    t, root = last(problem), np.sqrt(seconds)
    found = [crossing(problem, t, level) / root for level in (medium.t_sol, medium.t_liq)]
    assert found == pytest.approx(exact, rel=FRONT)


def test_mushy_fronts_with_one_conductivity() -> None:
    medium = Freezing(1.25, 1.25, 1.8e6, 3.6e6, 250e6, -1.0, -8.0)
    exact = mushy_fronts(medium, -100.0, 34.0, k_mushy=1.25)
    problem = half_space(medium, -100.0, 34.0, 60.0)
    t = last(problem)
    found = [crossing(problem, t, level) / np.sqrt(60.0) for level in (-8.0, -1.0)]
    assert found == pytest.approx(exact, rel=FRONT)


def test_front_converges_in_space_and_time() -> None:
    exact = mushy_fronts(MUSHY, -100.0, 34.0)[0] * np.sqrt(60.0)
    errors = []
    for refine in (1, 2, 4):
        problem = half_space(MUSHY, -100.0, 34.0, 60.0, cells=40 * refine, steps=120 * refine)
        errors.append(abs(crossing(problem, last(problem), -8.0) - exact))
    assert np.mean(observed_order(errors)) >= 0.8


BLOOD = 3.79785e6  # heat capacity of blood, J/m3/K


@pytest.mark.parametrize(
    ("shape", "r0", "probe", "w", "published_mm"),
    [
        (0, 0.0, -20.0, 5e-4, 32.45347),
        (0, 0.0, -20.0, 1e-3, 22.94807),
        (0, 0.0, -50.0, 2e-3, 41.84789),
        (1, 2.5e-3, -100.0, 5e-4, 49.16942),
        (1, 2.5e-3, -100.0, 1e-3, 38.38058),
        (1, 2.5e-3, -150.0, 2e-3, 41.43275),
        (2, 2.5e-3, -100.0, 5e-4, 15.72915),
        (2, 2.5e-3, -150.0, 1e-3, 17.84505),
        (2, 2.5e-3, -196.0, 2e-3, 18.27660),
        (2, 1.5e-3, -100.0, 1e-3, 9.89380),
    ],
)
def test_steady_ice(shape, r0, probe, w, published_mm) -> None:
    m, blood = SHARP, w * BLOOD
    exact = ice_radius(shape, m, blood, r0, (probe, 37.0))
    assert exact * 1e3 == pytest.approx(published_mm, abs=1e-5)
    deep = exact + 14 * np.sqrt(m.k_u / blood)
    kind = {
        "k": m.k_u, "c": m.c_u, "k_f": m.k_f, "c_f": m.c_f, "latent": m.latent, "w": blood,
        "t_liq": -0.95, "t_sol": -1.05,
    }  # fmt: skip
    # Blood flows in a cell or it does not, so a front rests up to one cell early: fine cells there.
    near, far = 1.5 * (exact - r0), deep - exact - 0.5 * (exact - r0)
    fine = Layer(near, 900, **kind)
    wide = Layer(far, 150, ratio=20.0 if shape == 0 else 1 / 20.0, **kind)
    # The cold probe is the skin of a slab, and the core of a cylinder or sphere.
    layers = [fine, wide] if shape == 0 else [wide, fine]
    ends = {"env": probe, "inner": 37.0} if shape == 0 else {"env": 37.0, "inner": probe}
    dt = graded(4e6, 1000, 3.0)
    problem = with_centres(
        column(layers, dt, h=WALL_H, start=36.0, shape=shape, r_inner=r0, newton=2, **ends)
    )
    t = last(problem)
    if shape == 0:
        found = crossing(problem, t, -1.0)
    else:  # from the outside the column cools inwards
        found = near + far + r0 - crossing(problem, -t, 1.0)
    assert found == pytest.approx(exact, rel=FRONT)
