"""The compiled core as a solver: arrays in, `Solution` out, the numbers those of `reference.py`."""

from __future__ import annotations

import os
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cryodose.solve import _core
from cryodose.solve.problem import Problem, Solution

Array = NDArray[np.float64]

ISA_VARIABLE = "CRYODOSE_ISA"
_FREEZING, _LIVING, _KINDS = 1, 2, 4
_LEDGER = ("stored", "skin", "pack", "reset", "perfusion", "metabolic", "lateral", "inner")


def core_isa() -> str:
    """Return the instruction set in use: ``avx512``, ``avx2`` or ``base``.

    The environment variable ``CRYODOSE_ISA`` forces one of them.

    Raises
    ------
    ValueError
        If this processor or this build cannot run the forced one.
    """
    return _core.isa(os.environ.get(ISA_VARIABLE, ""))


def usable_cpus() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _coldest(problem: Problem) -> Array:
    """Lower bound of every temperature a column can reach, (1 or n,); -inf where none is known."""
    s, p = problem.schedule, problem.perfusion
    bound = np.minimum(problem.t_start_c.min(axis=0), p.t_core_c)
    # Surroundings count only while they touch the column.
    bound = np.minimum(bound, np.where(s.h_skin_w_m2k > 0, s.t_env_c, np.inf).min(axis=0))
    if problem.grid.n_pack:
        touch = np.where(s.h_pack_w_m2k > 0, s.t_pack_env_c, np.inf).min(axis=0)
        bound = np.minimum(bound, touch)
    if problem.t_inner_c is not None:
        bound = np.minimum(bound, problem.t_inner_c)
    unsafe = (s.q_skin_w_m2 < 0).any(axis=0) | (p.metabolic_w_m3 < 0).any(axis=0)
    for share in (p.perfusion_w_m3k, p.lateral_w_m3k):
        unsafe = unsafe | (share < 0).any(axis=0)
    unsafe = unsafe | (p.countercurrent < 0) | (p.countercurrent > 1)
    return np.asarray(np.where(unsafe, -np.inf, bound), dtype=np.float64)


def _kinds(problem: Problem) -> NDArray[np.uint8]:
    """Which kernel each column needs, (1 or n,).

    It depends on the column alone, so that no column changes with its neighbours in the batch.
    """
    m, p = problem.materials, problem.perfusion
    freezing = _coldest(problem) <= m.t_liquidus_c.max(axis=0)
    living = (p.vaso_floor != 1).any(axis=0) | (p.lateral_w_m3k != 0).any(axis=0)
    living = living | (p.countercurrent != 0)
    kinds = np.uint8(_FREEZING) * freezing + np.uint8(_LIVING) * living
    return np.asarray(kinds, dtype=np.uint8)


def _inputs(problem: Problem) -> dict[str, NDArray[np.generic]]:
    grid, s = problem.grid, problem.schedule
    tables: dict[str, Array] = {**vars(problem.materials), **vars(problem.perfusion), **vars(s)}
    tables["thickness_m"], tables["r_inner_m"] = grid.thickness_m, grid.r_inner_m
    tables["t_start_c"], tables["probe_depth_m"] = problem.t_start_c, problem.probe_depth_m
    if problem.t_inner_c is not None:
        tables["t_inner_c"] = problem.t_inner_c
    del tables["dt_s"], tables["pack_reset"]
    inputs: dict[str, NDArray[np.generic]] = {
        name: np.ascontiguousarray(np.atleast_2d(a), dtype=np.float64) for name, a in tables.items()
    }
    inputs["dt_s"] = np.ascontiguousarray(s.dt_s, dtype=np.float64)
    inputs["pack_reset"] = np.ascontiguousarray(s.pack_reset, dtype=np.uint8)
    inputs["fraction"] = np.ascontiguousarray(grid.fractions)
    begin = np.cumsum([0, *(len(f) for f in grid.cells)])
    inputs["layer_begin"] = begin.astype(np.int32)
    inputs["out_steps"] = np.ascontiguousarray(problem.out_steps, dtype=np.int64)
    kinds = _kinds(problem)
    if kinds.size == 1 or kinds.min() == kinds.max():
        counts = np.zeros(_KINDS, dtype=np.int64)
        counts[kinds.flat[0]] = problem.n
    else:
        counts = np.bincount(kinds, minlength=_KINDS).astype(np.int64)
        inputs["order"] = np.argsort(kinds, kind="stable").astype(np.int64)
    inputs["count_of_kind"] = counts
    return inputs


def solve_core(
    problem: Problem, threads: int = 0, precision: Literal["f32", "f64"] = "f64"
) -> Solution:
    """Solve `problem` with the compiled core.

    Parameters
    ----------
    problem : Problem
    threads : int
        0: one for each processor that this process may use.
    precision : {"f32", "f64"}
        Arithmetic inside the core; inputs and results are double precision.

    Raises
    ------
    ValueError
        If ``CRYODOSE_ISA`` asks for instructions that are not there, or a choice is unknown.
    """
    if precision not in ("f32", "f64") or threads < 0:
        raise ValueError("precision is 'f32' or 'f64', and threads are not negative")
    n, n_out = problem.n, len(problem.out_steps)
    n_layers, n_probes = len(problem.grid.cells), len(problem.probe_depth_m)
    outputs = {
        "surface": np.empty((n_out, n)),
        "probe": np.empty((n_out * n_probes, n)),
        "heat_out": np.empty((n_out, n)),
        "ledger": np.empty((len(_LEDGER), n)),
    }
    inputs = _inputs(problem)
    # What is the same everywhere is not written out: memory costs more than the solution here.
    pack: Array = np.broadcast_to(np.nan, (n_out, n))
    vaso: Array = np.broadcast_to(1.0, (n_out * n_layers, n))
    if problem.grid.n_pack:
        pack = outputs["pack"] = np.empty((n_out, n))
    if inputs["count_of_kind"][_LIVING:].any():
        vaso = outputs["vaso"] = np.empty((n_out * n_layers, n))
    size = {
        "n": n,
        "shape": int(problem.grid.shape),
        "n_pack": problem.grid.n_pack,
        "newton": problem.newton,
        "works": int(problem.works),
        "n_probes": n_probes,
    }
    isa = os.environ.get(ISA_VARIABLE, "")
    workers = threads or usable_cpus()
    _core.solve_batch(inputs, outputs, size, precision == "f32", workers, isa)
    return Solution(
        np.cumsum(problem.schedule.dt_s)[problem.out_steps],
        outputs["surface"],
        outputs["probe"].reshape(n_out, n_probes, n),
        pack,
        vaso.reshape(n_out, n_layers, n),
        outputs["heat_out"],
        dict(zip(_LEDGER, outputs["ledger"], strict=True)),
    )
