"""The body kernels: one computes what the other does, and each answers to exact numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.solve import body_cases
from tests.solve.body_cases import CELLS, OUT, people, random_problem

from cryodose.solve.body_reference import solve_columns
from cryodose.solve.body_run import body_backends, solve_body


@pytest.mark.parametrize("n", [1, 2, 8, 9, 19])
def test_core_is_the_reference(n: int) -> None:
    assert "core" in body_backends()
    problem = random_problem(n, seed=n)
    core, plain = (solve_body(problem, backend=b) for b in ("core", "numpy"))
    for name in OUT:
        scale = 1e3 if name == "heat_out_j_m2" else 1.0
        assert np.abs(getattr(core, name) - getattr(plain, name)).max() < 1e-9 * scale, name
    for name in vars(core.end):
        assert np.abs(getattr(core.end, name) - getattr(plain.end, name)).max() < 1e-9, name
    for name, gain in plain.ledger.items():
        assert core.ledger[name] == pytest.approx(gain, rel=1e-9, abs=1e-6), name


@pytest.mark.parametrize("isa", ["base", "avx2"])
def test_every_instruction_set_agrees(isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryodose.solve import _core

    problem = random_problem(11)
    best = solve_body(problem, backend="core")
    monkeypatch.setenv("CRYODOSE_ISA", isa)
    if isa != "base" and _core.isa() == "base":
        with pytest.raises(ValueError, match="cannot run"):
            solve_body(problem, backend="core")
        return
    other = solve_body(problem, backend="core")
    assert np.abs(best.t_surface_c - other.t_surface_c).max() < 1e-9


@pytest.mark.parametrize("backend", ["core", "numpy"])
def test_energy_closes(backend) -> None:
    run = solve_body(random_problem(7), backend=backend)
    assert np.all(run.energy_residual() < 1e-11)


def test_a_person_does_not_depend_on_the_others() -> None:
    problem = random_problem(13)
    which = np.array([11, 3, 7])
    all_, some = solve_body(problem), solve_body(people(problem, which))
    assert np.array_equal(all_.t_surface_c[..., which], some.t_surface_c)
    assert np.array_equal(all_.t_probe_c[..., which], some.t_probe_c)


@pytest.mark.parametrize("n", [1, 2])
def test_one_and_two_people_run_in_a_narrow_vector_to_the_same_end(n: int) -> None:
    problem = random_problem(13)
    all_, few = solve_body(problem), solve_body(people(problem, np.arange(n)))
    assert np.abs(all_.t_surface_c[..., :n] - few.t_surface_c).max() < 1e-9
    assert np.abs(all_.end.t_c[..., :n] - few.end.t_c).max() < 1e-9


@pytest.mark.parametrize("segments", [1, 3, 4, 5])
def test_any_number_of_segments_is_the_reference(segments: int, monkeypatch) -> None:
    # Columns are solved four abreast; what is left over one by one.
    monkeypatch.setattr(body_cases, "SEGMENTS", segments)
    problem = random_problem(9, seed=segments)
    core, plain = (solve_body(problem, backend=b) for b in ("core", "numpy"))
    assert np.abs(core.end.t_c - plain.end.t_c).max() < 1e-9
    assert np.all(core.energy_residual() < 1e-11)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_do_not_change_a_bit(threads: int) -> None:
    problem = random_problem(25)
    one, more = (solve_body(problem, threads=t) for t in (1, threads))
    assert np.array_equal(one.t_surface_c, more.t_surface_c)
    assert np.array_equal(one.end.t_c, more.end.t_c)


def test_the_start_is_left_alone() -> None:
    problem = random_problem(3)
    before = problem.start.t_c.copy()
    solve_body(problem)
    assert np.array_equal(problem.start.t_c, before)


def test_columns_solve_their_equations() -> None:
    rng = np.random.default_rng(1)
    own, face, rhs = (rng.uniform(1, 2, (6, 2, 3)) for _ in range(3))
    face[-1] = 0
    t = solve_columns(own, face, rhs)
    flow = face[:-1] * (t[:-1] - t[1:])
    left = own * t
    left[:-1] += flow
    left[1:] -= flow
    assert left == pytest.approx(rhs)


def test_without_heat_or_cold_nothing_happens() -> None:
    problem = random_problem(2)
    n = 2
    flat = 34.0
    tissue = replace(problem.tissue, heat_w_m2=np.zeros_like(problem.tissue.heat_w_m2))
    control = replace(problem.control, shiver_w_k2=np.zeros(n))
    sched = problem.schedule
    u = sched.film_u.copy()
    u[:, 1:] = 0
    sched = replace(sched, film_u=u, film_g=u * flat, breath_w=np.zeros((2, n)))
    start = problem.start.copy()
    for name in ("t_c", "t_surface_c", "t_pool_c"):
        getattr(start, name)[...] = flat
    start.shiver_w[...] = 0
    run = solve_body(replace(problem, tissue=tissue, control=control, schedule=sched, start=start))
    assert run.t_surface_c == pytest.approx(flat, abs=1e-9)
    assert run.t_pool_c == pytest.approx(flat, abs=1e-9)


def test_wrong_shapes_are_refused() -> None:
    problem = random_problem(2)
    bad = replace(problem, probe_cell=np.full((4, 2), CELLS, np.int32))
    with pytest.raises(ValueError, match="probe_cell"):
        solve_body(bad, backend="core")
    bad = replace(problem, schedule=replace(problem.schedule, phase=np.full(30, 5, np.int32)))
    with pytest.raises(ValueError, match="phase"):
        solve_body(bad, backend="core")
