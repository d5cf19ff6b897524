"""Which kernel runs, and what happens when none or a wrong one can."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cryodose.solve import available_backends, run, solve


def test_numpy_stands_in_with_a_warning(monkeypatch, features, random_problem) -> None:
    monkeypatch.setattr(run, "_core", None)
    assert available_backends() == ("numpy",)
    with pytest.warns(run.NoCoreWarning, match="slower numpy kernel"):
        solution = solve(random_problem(features()))
    assert np.all(np.isfinite(solution.t_surface_c))


def test_core_cannot_be_forced_where_it_is_missing(monkeypatch, features, random_problem) -> None:
    monkeypatch.setattr(run, "_core", None)
    with pytest.raises(RuntimeError, match="not installed"):
        solve(random_problem(features()), backend="core")


@pytest.mark.parametrize("backend", available_backends())
def test_what_is_not_finite_is_an_error(features, random_problem, backend) -> None:
    problem = random_problem(features())
    huge = np.full((problem.grid.n_cells, 1), 1e306)
    problem = dataclasses.replace(problem, t_start_c=huge)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        pytest.raises(FloatingPointError, match="not finite"),
    ):
        solve(problem, backend=backend)
