"""Conduction and perfusion without freezing (B7, B8, cylinder, sphere, composite walls)."""

from __future__ import annotations

import numpy as np
import pytest
from columns import WALL_H, Layer, column, graded, last, observed_order, run
from exact import (
    Side,
    convective_body,
    convective_half_space,
    perfused_half_space,
    perfused_slab,
    touching_half_spaces,
)

BLOOD = 3.79785e6
K, C = 0.5, 3.6e6
PART = 1e-4  # of the temperature span
DEEP = [Layer(12e-3, 600, K, C), Layer(60e-3, 150, K, C, ratio=60.0)]
DEPTHS = np.array([1e-3, 2e-3, 5e-3, 10e-3])

HALF_SPACE_TABLE = {
    (0.0, 10.0): (16.70527, 28.48484, 36.90011, 37.00000),
    (0.0, 60.0): (7.15965, 13.90437, 28.83516, 36.47068),
    (0.0, 300.0): (3.22749, 6.41651, 15.39635, 26.88710),
    (1e-3, 10.0): (16.78405, 28.53722, 36.90100, 37.00000),
    (1e-3, 60.0): (7.48610, 14.35815, 29.13454, 36.49685),
    (1e-3, 300.0): (4.06670, 7.85505, 17.56748, 28.49289),
}


def with_blood(layers: list[Layer], w: float) -> list[Layer]:
    return [Layer(y.thick_m, y.cells, y.k, y.c, y.ratio, w=w) for y in layers]


@pytest.mark.parametrize(("w", "seconds"), HALF_SPACE_TABLE)
def test_perfused_half_space(w, seconds) -> None:
    blood = w * BLOOD
    exact = perfused_half_space(DEPTHS, seconds, k=K, c=C, w=blood, step=(0.0, 37.0))
    assert exact == pytest.approx(HALF_SPACE_TABLE[w, seconds], abs=6e-6)
    dt = graded(seconds, 8000)
    ends = {"h": WALL_H, "env": 0.0, "start": 37.0, "inner": 37.0}
    found = last(column(with_blood(DEEP, blood), dt, probes=DEPTHS, **ends))[:, 0]
    assert np.max(np.abs(found - exact)) < PART * 37.0


@pytest.mark.parametrize("seconds", [1.0, 10.0, 60.0])
def test_convective_half_space(seconds) -> None:
    h, x = np.array([100.0, 1000.0, 10000.0]), np.array([0.0, 1e-3, 3e-3])
    exact = np.array(
        [convective_half_space(x, seconds, k=K, c=C, h=v, start=34.0, env=0.0) for v in h]
    ).T
    if seconds == 10.0:
        assert exact[:, 1] == pytest.approx((7.54700, 20.79499, 32.56672), abs=6e-6)
    dt = graded(seconds, 8000)
    found = last(column(DEEP, dt, h=h, env=0.0, start=34.0, inner=34.0, probes=x))
    assert np.max(np.abs(found - exact)) < PART * 34.0


def steady_slab(n_cells: int, q: float) -> float:
    """Return the largest error of the steady slab of B7 on n cells, K."""
    depth, blood = 20e-3, 2e-3 * BLOOD
    x = np.array([0.0, 1e-3, 5e-3, 10e-3])
    layer = Layer(depth, n_cells, 0.37, C, w=blood, q=q)
    # Probes stand on cell centres, lest interpolation add to the error.
    centre = (np.floor(x / depth * n_cells) + 0.5) * depth / n_cells
    centre[0] = 0.0
    sides = {"depth": depth, "k": 0.37, "w": blood, "q": q, "h": 10.0, "t": (22.0, 37.0, 37.0)}
    exact = perfused_slab(centre, **sides)
    if q == 0.0:
        table = (34.632512, 34.950758, 35.855465, 36.465460)
        assert perfused_slab(x, **sides) == pytest.approx(table, abs=1e-6)
    dt = np.full(40, 1e5)
    ends = {"h": 10.0, "env": 22.0, "start": 36.0, "inner": 37.0}
    found = last(column([layer], dt, probes=centre, **ends))[:, 0]
    return float(np.max(np.abs(found - exact)))


@pytest.mark.parametrize("q", [0.0, 400.0])
def test_steady_slab_and_its_order_in_space(q) -> None:
    errors = [steady_slab(n, q) for n in (25, 50, 100, 200)]
    assert errors[-1] < PART * 15.0
    assert np.all(observed_order(errors) > 1.7)


@pytest.mark.parametrize("shape", [1, 2])
@pytest.mark.parametrize("biot", [0.3, 5.0])
def test_convective_cylinder_and_sphere(shape, biot) -> None:
    radius, fourier = 20e-3, 0.2
    seconds, h = fourier * radius**2 * C / K, biot * K / radius
    r = np.array([0.9, 0.5, 0.1])
    exact = 5.0 + 30.0 * convective_body(shape, r, fourier, biot)
    layer = Layer(radius, 600, K, C)
    dt = graded(seconds, 8000)
    ends = {"h": h, "env": 5.0, "start": 35.0}
    found = last(column([layer], dt, shape=shape, probes=radius * (1 - r), **ends))[:, 0]
    assert np.max(np.abs(found - exact)) < PART * 30.0


def test_order_in_time() -> None:
    layers = [Layer(20e-3, 60, K, C)]
    ends = {"h": 200.0, "env": 5.0, "start": 35.0, "probes": [0.0, 2e-3, 8e-3]}
    finest = last(column(layers, graded(120.0, 20480), **ends))
    errors = [
        float(np.max(np.abs(last(column(layers, graded(120.0, n), **ends)) - finest)))
        for n in (20, 40, 80, 160)
    ]
    assert np.all(observed_order(errors) >= 0.8)


@pytest.mark.parametrize("shape", [1, 2])
def test_order_in_space_of_round_bodies(shape) -> None:
    def at_surface(n: int) -> float:
        layer = Layer(20e-3, n, K, C)
        dt = graded(600.0, 400)
        return run(column([layer], dt, h=50.0, env=5.0, start=35.0, shape=shape)).t_surface_c[-1, 0]

    finest = at_surface(1280)
    errors = [abs(at_surface(n) - finest) for n in (20, 40, 80, 160)]
    assert np.all(observed_order(errors) > 1.7)


def test_two_equal_layers_are_one() -> None:
    ends = {"h": 80.0, "env": -2.0, "start": 34.0, "inner": 36.0, "probes": [0.0, 3e-3, 9e-3]}
    dt = graded(300.0, 60)
    one = last(column([Layer(20e-3, 40, K, C, w=2000.0)], dt, **ends))
    half = Layer(10e-3, 20, K, C, w=2000.0)
    assert last(column([half, half], dt, **ends)) == pytest.approx(one, abs=1e-10)


def test_steady_composite_wall() -> None:
    layers = [Layer(2e-3, 5, 0.4, 3e6), Layer(10e-3, 7, 0.2, 2e6), Layer(15e-3, 9, 0.5, 4e6)]
    resistance = [1 / 60.0] + [y.thick_m / y.k for y in layers]
    flux = (37.0 - 10.0) / sum(resistance)
    joints = 10.0 + flux * np.cumsum(resistance)[:3]
    dt = np.full(30, 1e5)
    ends = {"h": 60.0, "env": 10.0, "start": 30.0, "inner": 37.0}
    found = last(column(layers, dt, probes=[0.0, 2e-3, 12e-3], **ends))[:, 0]
    assert found == pytest.approx(joints, abs=1e-8)


@pytest.mark.parametrize("shape", [1, 2])
def test_steady_composite_shell(shape) -> None:
    radii = np.array([30e-3, 20e-3, 12e-3])
    conductivity = (0.2, 0.5)
    layers = [
        Layer(radii[i] - radii[i + 1], 300, conductivity[i], 3e6) for i in range(len(conductivity))
    ]

    def resistance(i: int) -> float:  # per area of skin
        out, inn, skin = radii[i], radii[i + 1], radii[0]
        form = skin * np.log(out / inn) if shape == 1 else skin**2 * (1 / inn - 1 / out)
        return float(form / conductivity[i])

    parts = [1 / 40.0, resistance(0), resistance(1)]
    flux = (37.0 - 5.0) / sum(parts)
    joints = 5.0 + flux * np.cumsum(parts)[:2]
    ends = {"h": 40.0, "env": 5.0, "start": 30.0, "inner": 37.0, "r_inner": radii[-1]}
    dt = np.full(30, 1e6)
    problem = column(layers, dt, shape=shape, probes=[0.0, radii[0] - radii[1]], **ends)
    assert last(problem)[:, 0] == pytest.approx(joints, abs=PART * 32.0)


def test_two_half_spaces_that_touch() -> None:
    above, below = Side(0.2, 2.5e6, 0.0), Side(0.5, 4e6, 35.0)
    thick, seconds = 40e-3, 60.0
    layers = [
        Layer(thick, 700, above.k, above.c, ratio=1 / 60.0),
        Layer(thick, 700, below.k, below.c, ratio=60.0),
    ]
    start = np.repeat([above.start, below.start], 700)
    x = np.array([-4e-3, -1e-3, 0.0, 1e-3, 4e-3])
    exact = touching_half_spaces(x, seconds, above, below)
    ends = {"h": 0.0, "env": 0.0, "start": start, "inner": 35.0}
    found = last(column(layers, graded(seconds, 8000), probes=thick + x, **ends))[:, 0]
    assert np.max(np.abs(found - exact)) < PART * 35.0
