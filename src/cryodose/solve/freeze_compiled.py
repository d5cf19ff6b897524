"""The compiled freezing kernel as a solver; it computes what `freeze_reference.py` does."""

from __future__ import annotations

import os
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cryodose.solve import _core
from cryodose.solve.compiled import ISA_VARIABLE, usable_cpus
from cryodose.solve.freeze_problem import FreezeGrid3, FreezeProblem, FreezeSolution, ToolMass
from cryodose.solve.freeze_readout import HALVINGS, LEAST_M, LEAST_SPAN_K
from cryodose.solve.freeze_reference import ALIKE_K, FIRST_S, LEDGER, MARGIN, RETRIES
from cryodose.solve.freeze_surface import CORRECTIONS, LEAST_SLOPE, SURFACE_K
from cryodose.solve.freeze_tool import FEW

Array = NDArray[np.float64]
Arrays = dict[str, NDArray[np.generic]]


# numerical: load of a machine, over its processors, from which threads would wait for each other
BUSY = 1.5


def free_cpus(problem: FreezeProblem) -> int:
    """Return how many threads serve a problem best here; the numbers are the same for any count.

    The threads of one freeze in boxes wait for each other thousands of times a second. On a machine
    busy with other work that takes longer than one thread alone.
    """
    cpus = usable_cpus()
    if problem.is_3d and hasattr(os, "getloadavg") and os.getloadavg()[0] > BUSY * cpus:
        return 1
    return cpus


def _faces(problem: FreezeProblem) -> dict[str, Array]:
    grid = problem.grid
    if isinstance(grid, FreezeGrid3):
        return {"z_face_m": grid.z_face_m, "y_face_m": grid.y_face_m, "x_face_m": grid.x_face_m}
    return {
        "z_face_m": grid.z_face_m,
        "y_face_m": np.arange(2, dtype=np.float64),
        "x_face_m": grid.r_face_m,
    }


def _rows(a: Array, n: int, *, shared: bool = False) -> Array:
    """Return an array as rows with the members along the last axis."""
    last = 1 if shared else a.shape[-1] if a.ndim and a.shape[-1] in (1, n) else 1
    return np.ascontiguousarray(a.reshape(-1, last), dtype=np.float64)


def _inputs(problem: FreezeProblem) -> Arrays:
    n, cold, cells = problem.n, problem.cold, problem.grid.material.shape
    start = problem.t_start_c
    start = np.broadcast_to(start, (*cells, start.shape[-1] if start.ndim else 1))
    tables: dict[str, Array] = {
        "t_start_c": start,
        "spray_t_c": cold.t_knot_c,
        "spray_q_w_m2": cold.q_knot_w_m2,
        "t_tool_c": cold.t_tool_c,
        "h_contact_w_m2k": cold.h_contact_w_m2k,
        **{f"tool_{k}": a for k, a in vars(_mass(problem)).items()},
        "h_air_w_m2k": cold.h_air_w_m2k,
        "t_air_c": cold.t_air_c,
        **vars(problem.curves),
        **vars(problem.blood),
    }
    found: Arrays = {name: _rows(a, n) for name, a in tables.items()}
    found.update({k: _rows(a, n, shared=a.ndim == 1) for k, a in _faces(problem).items()})
    found["cover"] = _rows(cold.cover, n, shared=problem.is_3d)
    for name in ("material", "cycle"):
        a = cold.cycle if name == "cycle" else problem.grid.material
        found[name] = np.ascontiguousarray(a.reshape(-1), dtype=np.int32)
    for name, flags in (
        ("on", cold.on),
        ("until_thawed", cold.until_thawed),
        ("kept", problem.kept),
        ("held", problem.held),
    ):
        found[name] = np.ascontiguousarray(flags.reshape(-1), dtype=np.uint8)
    for name, line in (
        ("duration_s", cold.duration_s),
        ("tool_time_s", cold.tool_time_s),
        ("out_s", problem.out_s),
        ("t_marks_c", problem.t_marks_c),
    ):
        found[name] = np.ascontiguousarray(line, dtype=np.float64)
    steps, surface = (problem.step_growth, FIRST_S, MARGIN, ALIKE_K), (SURFACE_K, LEAST_SLOPE)
    found["method"] = np.array([*steps, *surface, LEAST_SPAN_K, LEAST_M, FEW], dtype=np.float64)
    return found


def _mass(problem: FreezeProblem) -> ToolMass:
    """Return the mass of the tool; without one, values that are not looked at."""
    return problem.cold.mass or ToolMass(np.ones(1), np.zeros(1), np.zeros(1))


def _sizes(problem: FreezeProblem) -> dict[str, int]:
    nz, ny, nx = problem.grid.shape
    materials, knots = problem.curves.t_knot_c.shape[:2]
    axis_y, axis_x = problem.axis_cell()
    return {
        "n": problem.n,
        "nz": nz,
        "ny": ny,
        "nx": nx,
        "rings": int(not problem.is_3d),
        "materials": materials,
        "knots": knots,
        "phases": len(problem.cold.duration_s),
        "cycles": problem.cold.n_cycles,
        "n_out": len(problem.out_s),
        "n_marks": len(problem.t_marks_c),
        "axis_y": axis_y,
        "axis_x": axis_x,
        "spray_knots": len(problem.cold.t_knot_c),
        "tool_knots": len(problem.cold.tool_time_s),
        "corrections": CORRECTIONS,
        "retries": RETRIES,
        "halvings": HALVINGS,
        "fields": int(problem.fields),
        "tool_mass": int(problem.cold.mass is not None),
    }


def solve_freeze_core(
    problem: FreezeProblem, threads: int = 0, precision: Literal["f32", "f64"] = "f32"
) -> FreezeSolution:
    """Solve `problem` with the compiled core.

    Parameters
    ----------
    problem : FreezeProblem
    threads : int
        0: as many as serve it best (`free_cpus`).
    precision : {"f32", "f64"}
        Arithmetic inside the core; inputs and results are double precision.

    Raises
    ------
    ValueError
        If ``CRYODOSE_ISA`` asks for instructions that are not there, or a choice is unknown.
    """
    if precision not in ("f32", "f64") or threads < 0:
        raise ValueError("precision is 'f32' or 'f64', and threads are not negative")
    n, cells = problem.n, problem.grid.material.shape
    n_out, n_marks, n_cycles = len(problem.out_s), len(problem.t_marks_c), problem.cold.n_cycles
    shapes: dict[str, tuple[int, ...]] = {
        "t_axis": (n_out, cells[0]),
        "t_skin": (n_out, *cells[1:]),
        "t_min": (n_cycles, *cells),
        "below": (n_marks, n_cycles, *cells),
        "fell": (n_marks, n_cycles, *cells),
        "rose": (n_marks, n_cycles, *cells),
        "t_tool": (n_out,),
        "depth": (n_out, n_marks),
        "radius": (n_out, n_marks),
        "radius_skin": (n_out, n_marks),
        "volume": (n_out, n_marks),
        "phase_end": (len(problem.cold.duration_s),),
        "stages": (),
        "ledger": (len(LEDGER),),
    }
    if problem.fields:
        shapes["fields"] = (n_out, *cells)
    out = {name: np.full(n * int(np.prod(shape)), np.nan) for name, shape in shapes.items()}
    isa, single = os.environ.get(ISA_VARIABLE, ""), precision == "f32"
    threads = threads or free_cpus(problem)
    _core.solve_freeze(_inputs(problem), out, _sizes(problem), single, threads, isa)
    # Members lie apart in memory, so that each is written in one piece; the view puts them last.
    shaped = {k: np.moveaxis(out[k].reshape(n, *shape), 0, -1) for k, shape in shapes.items()}
    return FreezeSolution(
        time_s=np.array(problem.out_s, dtype=np.float64),
        t_axis_c=shaped["t_axis"],
        t_skin_c=shaped["t_skin"],
        t_min_c=shaped["t_min"],
        below_s=shaped["below"],
        fell_s=shaped["fell"],
        rose_s=shaped["rose"],
        t_tool_c=shaped["t_tool"],
        depth_m=shaped["depth"],
        radius_m=shaped["radius"],
        radius_skin_m=shaped["radius_skin"],
        volume_m3=shaped["volume"],
        phase_end_s=shaped["phase_end"],
        stages=shaped["stages"],
        ledger={name: shaped["ledger"][i] for i, name in enumerate(LEDGER)},
        t_c=shaped.get("fields"),
    )
