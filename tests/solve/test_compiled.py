"""The compiled core computes what the numpy reference does, to the last bits, however it is run."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.solve import Problem, Schedule, Shape, Solution, solve
from cryodose.solve.reference import solve_reference

pytestmark = pytest.mark.usefixtures("core")

KELVIN, SINGLE_KELVIN, RELATIVE = 1e-9, 0.02, 1e-9

options = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 10_000),
        "n": st.integers(1, 40),
        "shape": st.sampled_from(list(Shape)),
        "pack": st.booleans(),
        "freeze": st.booleans(),
        "vaso": st.booleans(),
        "lateral": st.booleans(),
        "countercurrent": st.booleans(),
        "newton": st.sampled_from([0, 1, 2]),
        "fixed_inner": st.booleans(),
        "effort": st.booleans(),
    }
)


def columns(problem: Problem, pick: np.ndarray) -> Problem:
    """Return the problem of some columns of a batch, in the order asked for."""

    def cut(a: np.ndarray) -> np.ndarray:
        return a if a.shape[-1] == 1 else a[..., pick]

    def cut_all(part, keep: tuple[str, ...] = ()):
        fields = {k: v if k in keep else cut(v) for k, v in vars(part).items()}
        return dataclasses.replace(part, **fields)

    grid = dataclasses.replace(
        problem.grid,
        thickness_m=cut(problem.grid.thickness_m),
        r_inner_m=cut(problem.grid.r_inner_m),
    )
    return dataclasses.replace(
        problem,
        n=len(pick),
        grid=grid,
        materials=cut_all(problem.materials),
        perfusion=cut_all(problem.perfusion),
        schedule=cut_all(problem.schedule, ("dt_s", "pack_reset")),
        t_start_c=cut(problem.t_start_c),
        t_inner_c=None if problem.t_inner_c is None else cut(problem.t_inner_c),
        probe_depth_m=cut(problem.probe_depth_m),
    )


def same_bits(a: Solution, b: Solution) -> bool:
    names = ("t_surface_c", "t_probe_c", "t_pack_c", "vaso", "heat_out_j_m2")
    pairs = [(getattr(a, k), getattr(b, k)) for k in names]
    pairs += [(a.ledger[k], b.ledger[k]) for k in a.ledger]
    return all(np.array_equal(x, y, equal_nan=True) for x, y in pairs)


def mixed_batch(features, random_problem, n: int, **kind) -> Problem:
    """Columns of every kind side by side: with and without freezing and vasomotion."""
    problem = random_problem(features(seed=3, n=n, shape=Shape.CYLINDER, freeze=True, **kind))
    warm = np.arange(n) % 3 == 0
    still = np.arange(n) % 2 == 0
    env = np.where(warm, 15.0, problem.schedule.t_env_c)
    p = problem.perfusion
    return dataclasses.replace(
        problem,
        schedule=dataclasses.replace(problem.schedule, t_env_c=env),
        perfusion=dataclasses.replace(
            p,
            vaso_floor=np.where(still, 1.0, p.vaso_floor),
            countercurrent=np.where(still, 0.0, p.countercurrent),
        ),
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(kind=options)
def test_core_equals_reference(features, random_problem, apart, kind) -> None:
    problem = random_problem(features(**kind))
    found = apart(solve(problem, backend="core"), solve_reference(problem))
    assert found["kelvin"] < KELVIN
    assert found["fraction"] < RELATIVE
    assert found["heat"] < RELATIVE


@settings(max_examples=40, deadline=None, derandomize=True)
@given(kind=options)
def test_single_precision_is_near(features, random_problem, apart, kind) -> None:
    problem = random_problem(features(**kind))
    exact = solve(problem, backend="core")
    found = apart(solve(problem, backend="core", precision="f32"), exact)
    assert found["kelvin"] < SINGLE_KELVIN
    assert found["fraction"] < 1e-4


def test_single_precision_over_a_thousand_steps(features, random_problem) -> None:
    problem = random_problem(features(seed=5, n=33, vaso=True, countercurrent=True, lateral=True))
    s = problem.schedule
    repeat = 25  # of 40 steps

    def again(a: np.ndarray) -> np.ndarray:
        return np.repeat(a, repeat, axis=0)

    parts = {k: again(v) for k, v in vars(s).items()}
    parts["dt_s"] = parts["dt_s"] / repeat
    problem = dataclasses.replace(
        problem, schedule=Schedule(**parts), out_steps=np.arange(99, 1000, 100)
    )
    double = solve(problem, backend="core")
    single = solve(problem, backend="core", precision="f32")
    assert np.max(np.abs(double.t_probe_c - single.t_probe_c)) < 2e-3


@pytest.mark.parametrize(("precision", "limit"), [("f64", 1e-9), ("f32", 0.02)])
def test_instruction_sets_agree(
    monkeypatch, features, random_problem, apart, precision, limit
) -> None:
    from cryodose.solve.compiled import ISA_VARIABLE, core_isa

    monkeypatch.delenv(ISA_VARIABLE, raising=False)
    best = core_isa()
    order = ["base", "avx2", "avx512"]
    problem = mixed_batch(features, random_problem, 37, vaso=True, countercurrent=True)
    results = []
    for isa in order[: order.index(best) + 1]:
        monkeypatch.setenv(ISA_VARIABLE, isa)
        assert core_isa() == isa
        results.append(solve(problem, backend="core", precision=precision))
    for a, b in itertools.pairwise(results):
        assert apart(a, b)["kelvin"] < limit
    assert apart(results[0], solve_reference(problem))["kelvin"] < limit


def test_unknown_instruction_set_is_refused(monkeypatch, features, random_problem) -> None:
    from cryodose.solve.compiled import ISA_VARIABLE

    monkeypatch.setenv(ISA_VARIABLE, "avx9000")
    with pytest.raises(ValueError, match="avx9000"):
        solve(random_problem(features()), backend="core")


@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("newton", [0, 1])
def test_batch_does_not_change_a_column(features, random_problem, precision, newton) -> None:
    kind = {"vaso": True, "lateral": newton == 1, "countercurrent": True, "pack": newton == 1}
    problem = mixed_batch(features, random_problem, 53, newton=newton, **kind)
    whole = solve(problem, backend="core", precision=precision, threads=1)
    order = np.random.default_rng(1).permutation(53)
    for pick in (order, np.array([7]), np.array([0, 1]), np.arange(20, 53), order[:17]):
        part = solve(columns(problem, pick), backend="core", precision=precision, threads=1)
        picked = dataclasses.replace(
            whole,
            t_surface_c=whole.t_surface_c[:, pick],
            t_probe_c=whole.t_probe_c[..., pick],
            t_pack_c=whole.t_pack_c[:, pick],
            vaso=whole.vaso[..., pick],
            heat_out_j_m2=whole.heat_out_j_m2[:, pick],
            ledger={k: v[pick] for k, v in whole.ledger.items()},
        )
        assert same_bits(part, picked)


@pytest.mark.parametrize("precision", ["f32", "f64"])
def test_threads_do_not_change_a_bit(features, random_problem, precision) -> None:
    problem = mixed_batch(features, random_problem, 150, vaso=True, countercurrent=True)
    one, *more = (
        solve(problem, backend="core", precision=precision, threads=t) for t in (1, 2, 3, 0)
    )
    assert all(same_bits(one, other) for other in more)


def test_shared_inputs_equal_repeated_ones(features, random_problem) -> None:
    one = columns(random_problem(features(seed=1, freeze=True, pack=True)), np.array([2]))
    pick = np.zeros(19, dtype=int)
    wide = dataclasses.replace(one, n=19)
    repeated = {k: np.repeat(v, 19, axis=-1) for k, v in vars(one.materials).items()}
    full = dataclasses.replace(
        wide,
        materials=dataclasses.replace(one.materials, **repeated),
        t_start_c=np.repeat(one.t_start_c, 19, axis=-1),
    )
    assert same_bits(solve(wide, backend="core"), solve(full, backend="core"))
    assert np.array_equal(
        solve(wide, backend="core").t_surface_c, solve(one, backend="core").t_surface_c[:, pick]
    )


def test_wrong_choices_are_refused(features, random_problem) -> None:
    from cryodose.solve.compiled import solve_core

    problem = random_problem(features())
    with pytest.raises(ValueError, match="precision"):
        solve_core(problem, precision="f16")  # an unknown name on purpose
    with pytest.raises(ValueError, match="threads"):
        solve_core(problem, threads=-1)


def test_fma_probe_counts_something() -> None:
    from cryodose.solve import _core

    assert _core.fma_gflops(True, 0.01) > 0.0
