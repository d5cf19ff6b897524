"""Grids and steps: sizes add up, wrong ones are refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.solve import Grid, Phase, Shape, graded_fractions, phase_steps, solve_steps
from cryodose.solve.grid import growing_widths_m


@given(n=st.integers(1, 200), ratio=st.floats(0.01, 100))
def test_fractions_fill_the_layer(n: int, ratio: float) -> None:
    f = graded_fractions(n, ratio)
    assert len(f) == n
    assert np.isclose(f.sum(), 1.0)
    assert n == 1 or np.isclose(f[-1] / f[0], ratio)


@given(
    shape=st.sampled_from(list(Shape)),
    thick=st.lists(st.floats(1e-4, 0.05), min_size=2, max_size=4),
    radius=st.floats(0.0, 0.1),
)
def test_volume_is_that_of_the_shell(shape: Shape, thick: list[float], radius: float) -> None:
    cells = tuple(graded_fractions(7, 2.0) for _ in thick)
    grid = Grid(shape, np.array(thick)[:, None], np.array([radius]), cells, 1)
    skin = radius + sum(thick[1:])
    outer, power = skin + thick[0], int(shape) + 1
    shell = (outer**power - radius**power) / (power * skin ** int(shape))
    measures = grid.measures()
    assert np.isclose(measures.volume_m.sum(), sum(thick) if shape is Shape.SLAB else shell)
    assert np.isclose(measures.area_in[grid.n_pack - 1, 0], 1.0)
    assert np.all(grid.depths_m()[: grid.n_pack] < 0)
    assert np.all(np.diff(grid.depths_m()[:, 0]) > 0)


@given(
    parts=st.lists(st.tuples(st.floats(0.1, 1e4), st.integers(1, 50)), min_size=1, max_size=4),
    power=st.floats(1.0, 3.0),
)
def test_steps_fill_the_phases(parts: list[tuple[float, int]], power: float) -> None:
    dt, phase = solve_steps([Phase(*p) for p in parts], power)
    for i, (duration, n) in enumerate(parts):
        mine = dt[phase == i]
        assert len(mine) == n
        assert np.isclose(mine.sum(), duration)
        assert np.all(np.diff(mine) >= -1e-9 * duration)


@given(st.floats(1e-5, 1e-3), st.floats(1e-4, 0.2), st.integers(1, 40))
def test_growing_cells_fill_the_layer(first: float, thickness: float, n: int) -> None:
    widths = growing_widths_m(first, np.array([thickness]), n)
    assert widths.shape == (n, 1)
    assert widths.sum() == pytest.approx(thickness, rel=1e-12)
    assert np.all(np.diff(widths[:, 0]) >= -1e-15)
    if n > 1:
        assert widths[0, 0] == pytest.approx(min(first, thickness / n), rel=1e-12)


def test_wrong_sizes_are_refused() -> None:
    f = (graded_fractions(3),)
    with pytest.raises(ValueError, match="at least one cell"):
        graded_fractions(0)
    with pytest.raises(ValueError, match="one list"):
        Grid(Shape.SLAB, np.ones((2, 1)), np.zeros(1), f)
    with pytest.raises(ValueError, match="tissue below"):
        Grid(Shape.SLAB, np.ones((1, 1)), np.zeros(1), f, 1)
    with pytest.raises(ValueError, match="thickness"):
        Grid(Shape.SLAB, np.zeros((1, 1)), np.zeros(1), f)
    with pytest.raises(ValueError, match="radius"):
        Grid(Shape.SLAB, np.ones((1, 1)), -np.ones(1), f)
    with pytest.raises(ValueError, match="positive duration"):
        phase_steps(0.0, 3)
    with pytest.raises(ValueError, match="at least one phase"):
        solve_steps([])
