"""What must hold for every column: no temperature out of bounds, more cold is never warmer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from columns import Layer, column, graded, run
from hypothesis import given, settings
from hypothesis import strategies as st

TISSUE = {"k": 0.45, "c": 3.8e6, "k_f": 1.8, "c_f": 1.9e6, "latent": 250e6}
ICE = {**TISSUE, "t_liq": -0.5, "t_sol": -8.0}
PROBES = np.linspace(0.0, 0.02, 9)
ROUND_OFF = 1e-9

shapes = st.sampled_from([0, 1, 2])
films = st.floats(1.0, 3000.0)


def two_layers(fat_m: float, w: float, kind: dict[str, float]) -> list[Layer]:
    fat = {**kind, "k": 0.2, "k_f": 0.3, "latent": 60e6}
    return [Layer(fat_m, 12, ratio=2.0, w=w / 4, **fat), Layer(20e-3, 16, ratio=3.0, w=w, **kind)]


def solved(layers: list[Layer], *, shape: int, seconds: float, steps: int = 60, **ends: float):
    n = graded(seconds, steps)
    problem = column(
        layers, n, shape=shape, inner=37.0, start=34.0, probes=PROBES, out=range(len(n)), **ends
    )
    return run(problem).t_probe_c


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    shape=shapes, h=films, env=st.floats(0.0, 33.0), w=st.floats(0, 8000), fat=st.floats(1e-3, 2e-2)
)
def test_no_temperature_leaves_its_bounds(shape, h, env, w, fat) -> None:
    t = solved(two_layers(fat, w, TISSUE), shape=shape, seconds=600.0, h=h, env=env)
    assert t.min() >= env - ROUND_OFF
    assert t.max() <= 37.0 + ROUND_OFF


@settings(max_examples=60, deadline=None, derandomize=True)
@given(shape=shapes, h=films, env=st.floats(-196.0, -1.0), fat=st.floats(1e-3, 2e-2))
def test_freezing_stays_within_its_bounds(shape, h, env, fat) -> None:
    t = solved(two_layers(fat, 2000.0, ICE), shape=shape, seconds=300.0, h=h, env=env, newton=2)
    assert t.min() >= env - ROUND_OFF
    assert t.max() <= 37.0 + ROUND_OFF


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    shape=shapes,
    h=films,
    env=st.floats(1.0, 30.0),
    colder=st.floats(0.5, 30.0),
    stronger=st.floats(1.05, 5.0),
)
def test_more_cold_is_never_warmer(shape, h, env, colder, stronger) -> None:
    layers = two_layers(8e-3, 2000.0, TISSUE)
    base = solved(layers, shape=shape, seconds=900.0, h=h, env=env)
    lower = solved(layers, shape=shape, seconds=900.0, h=h, env=env - colder)
    windier = solved(layers, shape=shape, seconds=900.0, h=h * stronger, env=env)
    assert np.all(lower <= base + ROUND_OFF)
    assert np.all(windier <= base + ROUND_OFF)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(shape=shapes, h=films, env=st.floats(0.0, 25.0))
def test_longer_cold_is_never_warmer(shape, h, env) -> None:
    t = solved([Layer(20e-3, 30, 0.45, 3.8e6)], shape=shape, seconds=900.0, h=h, env=env)
    # The start is a state of rest but for the inner face, which is warmer and only warms.
    still = solved([Layer(20e-3, 30, 0.45, 3.8e6)], shape=shape, seconds=900.0, h=0.0, env=env)
    assert np.all(np.diff(t - still, axis=0) <= ROUND_OFF)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(thin=st.floats(2e-3, 10e-3), more=st.floats(1.2, 3.0), env=st.floats(0.0, 20.0))
def test_thicker_fat_keeps_the_muscle_warmer(thin, more, env) -> None:
    def below_fat(fat_m: float) -> np.ndarray:
        problem = column(
            two_layers(fat_m, 2000.0, TISSUE), graded(1200.0, 60), h=100.0, env=env, start=34.0,
            inner=37.0, probes=[fat_m + 5e-3], out=range(60),
        )  # fmt: skip
        return run(problem).t_probe_c

    assert np.all(below_fat(thin * more) >= below_fat(thin) - 1e-3)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(env=st.floats(-150.0, 20.0), h=films)
def test_a_body_at_the_temperature_of_everything_rests(env, h) -> None:
    problem = column(two_layers(5e-3, 2000.0, ICE), graded(600.0, 40), h=h, env=env, start=env,
                     inner=env, t_art=env, probes=PROBES)  # fmt: skip
    assert run(problem).t_probe_c == pytest.approx(env, abs=1e-9)


def test_order_of_layers_matters() -> None:
    fat, muscle = Layer(8e-3, 12, 0.2, 2.5e6), Layer(8e-3, 12, 0.5, 3.8e6)
    ends = {"h": 300.0, "env": 0.0, "start": 34.0, "inner": 37.0, "probes": [0.0]}
    outside = run(column([fat, muscle], graded(600.0, 60), **ends)).t_surface_c[-1, 0]
    inside = run(column([muscle, fat], graded(600.0, 60), **ends)).t_surface_c[-1, 0]
    assert outside < inside - 0.5


def test_start_field_of_its_own_keeps_the_shape_of_the_input() -> None:
    problem = column([Layer(20e-3, 10, 0.45, 3.8e6)], graded(10.0, 5), h=0.0, env=0.0, start=34.0)
    wide = replace(problem, n=3, t_start_c=np.linspace([30.0, 31, 32], [36.0, 36, 36], 10))
    assert run(wide).t_surface_c.shape == (1, 3)
    assert np.all(np.diff(run(wide).t_surface_c[0]) > 0)
