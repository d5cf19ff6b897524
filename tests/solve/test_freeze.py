"""The compiled freezing kernel does what the numpy reference does, for whoever is in the batch."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from tests.solve.freeze_cases import boxes, rings

from cryodose.solve import available_backends
from cryodose.solve.compiled import ISA_VARIABLE
from cryodose.solve.freeze_problem import FreezeProblem, FreezeSolution
from cryodose.solve.freeze_run import solve_freeze

TIGHT = {"default": 1e-9, "depth_m": 1e-12, "radius_m": 1e-12, "radius_skin_m": 1e-12}
LOOSE = {"default": 5e-3, "depth_m": 1e-6, "radius_m": 1e-6, "radius_skin_m": 1e-6}

pytestmark = pytest.mark.skipif("core" not in available_backends(), reason="core not built")


def arrays(solution: FreezeSolution) -> dict[str, np.ndarray]:
    found = {f.name: getattr(solution, f.name) for f in fields(solution)}
    ledger = found.pop("ledger")
    return {**{k: v for k, v in found.items() if v is not None}, **ledger}


def compare(a: FreezeSolution, b: FreezeSolution, within: dict[str, float]) -> None:
    there = arrays(b)
    for name, here in arrays(a).items():
        other = there[name]
        assert here.shape == other.shape, name
        assert np.array_equal(np.isnan(here), np.isnan(other)), name
        limit = within.get(name, within["default"])
        assert np.nanmax(np.abs(here - other), initial=0.0) <= limit, name


@pytest.mark.parametrize("make", [rings, boxes])
def test_core_equals_reference(make) -> None:
    problem = make()
    compare(solve_freeze(problem, backend="numpy"), solve_freeze(problem, precision="f64"), TIGHT)


def warm_first(problem: FreezeProblem) -> FreezeProblem:
    """Return it with a phase of air before the cold, and two cold phases in a row."""
    on, until = np.array([False, True, True, False]), np.array([True, False, False, True])
    return replace(problem, cold=replace(problem.cold, on=on, until_thawed=until))


def only_air(problem: FreezeProblem) -> FreezeProblem:
    """Return it frozen at the start, and left in the air until it has thawed."""
    off = replace(problem.cold, on=np.zeros(4, dtype=bool))
    cells = np.zeros(problem.held.shape, dtype=bool)
    start = np.full(problem.t_start_c.shape, -3.0)
    return replace(problem, cold=off, t_start_c=start, held=cells, kept=cells)


def nothing_wanted(problem: FreezeProblem) -> FreezeProblem:
    return replace(problem, out_s=np.zeros(0), t_marks_c=np.zeros(0), fields=False)


def no_cover(problem: FreezeProblem) -> FreezeProblem:
    return replace(problem, cold=replace(problem.cold, cover=0 * problem.cold.cover))


@pytest.mark.parametrize("make", [rings, boxes])
@pytest.mark.parametrize("change", [warm_first, only_air, nothing_wanted, no_cover])
def test_core_equals_reference_in_corner_cases(make, change) -> None:
    problem = change(make(n=1, step_growth=0.1) if make is rings else make(step_growth=0.1))
    compare(solve_freeze(problem, backend="numpy"), solve_freeze(problem, precision="f64"), TIGHT)


def test_cycles_begin_with_the_cold() -> None:
    assert warm_first(rings(n=1)).cold.cycle.tolist() == [0, 0, 0, 0]
    assert rings(n=1).cold.cycle.tolist() == [0, 0, 1, 1]
    assert only_air(rings(n=1)).cold.n_cycles == 1


@pytest.mark.parametrize("make", [rings, boxes])
def test_single_precision_is_enough(make) -> None:
    problem = make()
    single, double = (solve_freeze(problem, precision=p) for p in ("f32", "f64"))
    compare(single, double, LOOSE)
    assert np.all(single.energy_residual() < 1e-5)
    assert np.all(double.energy_residual() < 1e-12)


@pytest.mark.parametrize("isa", ["base", "avx2", "avx512"])
def test_every_instruction_set(isa, monkeypatch) -> None:
    usual = solve_freeze(rings(n=1), precision="f64")
    monkeypatch.setenv(ISA_VARIABLE, isa)
    try:
        found = solve_freeze(rings(n=1), precision="f64")
    except ValueError:
        pytest.skip(f"this processor has no {isa}")
    compare(usual, found, TIGHT)


def same_bits(a: FreezeSolution, b: FreezeSolution, pick: np.ndarray | slice = slice(None)) -> bool:
    there = arrays(b)
    return all(
        name == "time_s" or np.array_equal(x[..., pick], there[name], equal_nan=True)
        for name, x in arrays(a).items()
    )


@pytest.mark.parametrize("precision", ["f32", "f64"])
@pytest.mark.parametrize("make", [rings, boxes])
def test_same_bits_for_any_number_of_threads(make, precision) -> None:
    one, *more = (solve_freeze(make(), threads=t, precision=precision) for t in (1, 2, 3))
    assert all(same_bits(one, other) for other in more)


def member_of(problem: FreezeProblem, pick: np.ndarray) -> FreezeProblem:
    """Return some members of a batch, in some order."""

    def part(x: object) -> object:
        n = problem.n
        changed = {
            f.name: a[..., pick]
            for f in fields(x)
            if isinstance(a := getattr(x, f.name), np.ndarray) and a.ndim and a.shape[-1] == n
            if f.name not in ("material", "duration_s", "on", "until_thawed", "tool_time_s")
        }
        return replace(x, **changed)

    parts = {k: part(getattr(problem, k)) for k in ("grid", "curves", "blood", "cold")}
    mass = problem.cold.mass and part(problem.cold.mass)
    parts["cold"] = replace(parts["cold"], mass=mass)
    return replace(problem, n=len(pick), **parts)


def test_a_member_does_not_know_the_batch() -> None:
    problem = rings(n=5)
    whole = solve_freeze(problem)
    for pick in (np.array([3]), np.array([4, 0, 2])):
        assert same_bits(whole, solve_freeze(member_of(problem, pick)), pick)


def test_results_do_not_depend_on_when_they_are_wanted() -> None:
    problem = rings(n=1)
    many, few = (
        solve_freeze(replace(problem, out_s=out))
        for out in (np.arange(0.5, 300.1, 0.5), np.array([5.0, 300.0]))
    )
    assert np.array_equal(many.t_c[[9, -1]], few.t_c)
    assert np.array_equal(many.below_s, few.below_s, equal_nan=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 0}, "at least one member"),
        ({"out_s": np.array([2.0, 1.0])}, "out_s"),
        ({"out_s": np.array([np.nan])}, "out_s"),
        ({"t_marks_c": np.array([np.inf])}, "t_marks_c"),
        ({"kept": np.zeros((2, 2), dtype=bool)}, "kept"),
        ({"held": np.zeros((14, 19), dtype=int)}, "held"),
        ({"t_start_c": np.array([[[np.nan]]])}, "t_start_c"),
        ({"step_growth": 0.0}, "step_growth"),
        ({"n": 7}, "last axis"),
    ],
)
def test_bad_problems_are_refused(change, words) -> None:
    with pytest.raises(ValueError, match=words):
        replace(rings(n=3), **change)


@pytest.mark.parametrize(
    ("part", "name", "value", "words"),
    [
        ("curves", "liquid", lambda a: 0.5 * a, "liquid"),
        ("curves", "h_j_m3", lambda a: -a, "rise"),
        ("curves", "theta_w_m", lambda a: a[:, :3], "shape"),
        ("blood", "perfusion_w_m3k", lambda a: -a, "perfusion"),
        ("cold", "cover", lambda a: a + 1.0, "cover"),
        ("cold", "duration_s", lambda a: 0 * a, "duration"),
        ("cold", "until_thawed", lambda a: ~a, "thawed"),
        ("cold", "h_air_w_m2k", lambda a: -a, "h_air"),
        ("grid", "r_face_m", lambda a: a[::-1], "r_face_m"),
        ("grid", "z_face_m", lambda a: a + 1.0, "begin at 0"),
    ],
)
def test_bad_parts_are_refused(part, name, value, words) -> None:
    whole = getattr(rings(n=3), part)
    with pytest.raises(ValueError, match=words):
        replace(whole, **{name: value(getattr(whole, name))})


def test_a_busy_machine_gets_one_thread_in_boxes(monkeypatch) -> None:
    from cryodose.solve import freeze_compiled

    monkeypatch.setattr(freeze_compiled, "usable_cpus", lambda: 4)
    for load, threads in ((0.5, 4), (5.0, 4), (20.0, 1)):
        monkeypatch.setattr(freeze_compiled.os, "getloadavg", lambda load=load: (load, 0.0, 0.0))
        assert freeze_compiled.free_cpus(boxes()) == threads
        assert freeze_compiled.free_cpus(rings(n=1)) == 4


def test_boxes_come_alone() -> None:
    with pytest.raises(ValueError, match="exactly one in 3-D"):
        replace(boxes(), n=2)


def test_material_without_a_curve_is_refused() -> None:
    problem = rings(n=1)
    with pytest.raises(ValueError, match="material"):
        replace(problem, grid=replace(problem.grid, material=problem.grid.material + 5))
