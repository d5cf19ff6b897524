"""The compiled body kernel as a solver; it computes what `body_reference.py` does."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import NDArray

from cryodose.solve import _core
from cryodose.solve.body_problem import BodyProblem, BodySolution, BodyState
from cryodose.solve.body_reference import LEDGER
from cryodose.solve.compiled import ISA_VARIABLE, usable_cpus

Array = NDArray[np.float64]
Arrays = dict[str, NDArray[np.generic]]

_TISSUE = (
    "heat_j_m2k",
    "face_w_m2k",
    "resistance_m2k_w",
    "half_w_m2k",
    "flow_w_m2k",
    "heat_w_m2",
    "shiver_share",
    "t_set_c",
    "area_m2",
)
_STATE = ("t_c", "flow", "t_surface_c", "t_pool_c", "cold_signal", "warm_signal", "shiver_w")
_NARROWEST, _FEW = "base", 2
_NOT_ARRAYS = ("skin_layer", "brain_segment")


def _flat(a: Array, n: int) -> Array:
    """Return an array as rows of n, contiguous, with broadcast axes written out."""
    full = a if a.shape[-1] == n else np.broadcast_to(a, (*a.shape[:-1], n))
    return np.ascontiguousarray(full.reshape(-1, n), dtype=np.float64)


def _inputs(problem: BodyProblem) -> Arrays:
    tissue, control, schedule = problem.tissue, problem.control, problem.schedule
    n = problem.shape[2]
    found: Arrays = {name: _flat(getattr(tissue, name), n) for name in _TISSUE}
    for name, value in vars(control).items():
        if name not in _NOT_ARRAYS:
            found[name] = _flat(value, n)
    for name in ("film_u", "film_g", "breath_w"):
        found[name] = _flat(getattr(schedule, name), n)
    for name, value in vars(tissue.ice).items():
        found[f"ice_{name}"] = np.ascontiguousarray(value.reshape(-1), dtype=np.float64)
    found["layer"] = np.ascontiguousarray(tissue.layer, dtype=np.int32)
    found["dt_s"] = np.ascontiguousarray(schedule.dt_s, dtype=np.float64)
    found["phase"] = np.ascontiguousarray(schedule.phase, dtype=np.int32)
    found["span_c"] = np.array([schedule.t_low_c, schedule.t_high_c])
    found["out_steps"] = np.ascontiguousarray(problem.out_steps, dtype=np.int64)
    found["probe_segment"] = np.ascontiguousarray(problem.probe_segment, dtype=np.int32)
    found["probe_cell"] = np.ascontiguousarray(problem.probe_cell.reshape(-1), dtype=np.int32)
    found["probe_weight"] = _flat(problem.probe_weight, n)
    return found


def solve_body_core(problem: BodyProblem, threads: int = 0) -> BodySolution:
    """Advance the people with the compiled kernel, in double precision.

    Parameters
    ----------
    problem : BodyProblem
    threads : int
        0: one for each processor that this process may use.

    Raises
    ------
    ValueError
        If arrays do not fit together, or ``CRYODOSE_ISA`` asks for instructions not there.
    """
    cells, s, n = problem.shape
    n_out, probes = len(problem.out_steps), len(problem.probe_segment)
    end = problem.start.copy()
    state = {name: getattr(end, name).reshape(-1, n) for name in _STATE}
    rows = {"surface": s, "deep": s, "skin": s, "muscle": s, "heat": s, "probe": probes}
    out = {
        f"out_{k}": np.empty((n_out * r, n)) for k, r in {**rows, "pool": 1, "shiver": 1}.items()
    }
    out["out_ice"] = np.zeros((n_out * s, n))  # written where there is some
    ledger = np.zeros((len(LEDGER), n))
    size = {
        "n": n,
        "cells": cells,
        "segments": s,
        "layers": int(problem.tissue.layer.max()) + 1,
        "probes": probes,
        "phases": len(problem.schedule.film_u),
        "skin_layer": problem.control.skin_layer,
        "brain": problem.control.brain_segment,
    }
    outputs = {**state, **out, "ledger": ledger}
    # The cells of a block outgrow the nearest cache: one or two people run fastest in a vector
    # that holds no more than them.
    isa = os.environ.get(ISA_VARIABLE, _NARROWEST if n <= _FEW else "")
    _core.solve_body(_inputs(problem), outputs, size, threads or usable_cpus(), isa)
    shaped = {k: out[f"out_{k}"].reshape(n_out, r, n) for k, r in rows.items()}
    return BodySolution(
        np.cumsum(problem.schedule.dt_s)[problem.out_steps],
        shaped["surface"],
        shaped["deep"],
        shaped["skin"],
        shaped["muscle"],
        shaped["heat"],
        out["out_ice"].reshape(n_out, s, n),
        shaped["probe"],
        out["out_pool"],
        out["out_shiver"],
        dict(zip(LEDGER, ledger, strict=True)),
        BodyState(**{k: v.reshape(getattr(end, k).shape) for k, v in state.items()}),
    )
