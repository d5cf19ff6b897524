"""The heat balance closes in every combination of features, in both kernels."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cryodose.solve import Shape, solve
from cryodose.solve.reference import solve_reference

SWITCHES = ("pack", "freeze", "vaso", "lateral", "countercurrent", "fixed_inner")
ALL = list(itertools.product([False, True], repeat=len(SWITCHES)))


@pytest.mark.usefixtures("core")
@pytest.mark.parametrize("newton", [0, 2])
@pytest.mark.parametrize("shape", list(Shape))
def test_core_closes_the_balance(features, random_problem, shape, newton) -> None:
    for seed, choice in enumerate(ALL):
        kind = dict(zip(SWITCHES, choice, strict=True))
        problem = random_problem(features(seed=seed, n=9, shape=shape, newton=newton, **kind))
        assert solve(problem, backend="core").energy_residual().max() < 1e-12, kind
        single = solve(problem, backend="core", precision="f32")
        assert single.energy_residual().max() < 1e-4, kind


@pytest.mark.parametrize("shape", list(Shape))
def test_reference_closes_the_balance(features, random_problem, shape) -> None:
    for seed, choice in enumerate(ALL[:: 3 + shape]):
        kind = dict(zip(SWITCHES, choice, strict=True))
        problem = random_problem(features(seed=seed, n=3, shape=shape, newton=seed % 2, **kind))
        assert solve_reference(problem).energy_residual().max() < 1e-12, kind


def test_ledger_has_the_heat_of_a_fresh_pack(features, random_problem) -> None:
    problem = random_problem(features(pack=True, freeze=True))
    solution = solve_reference(problem)
    assert np.all(solution.ledger["reset"] != 0.0)
    assert np.all(np.isfinite(solution.t_pack_c))
