"""Choice of the kernel: the compiled core where it was built, else the numpy reference."""

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Literal

import numpy as np

from cryodose.solve.problem import Problem, Solution
from cryodose.solve.reference import solve_reference

_core: ModuleType | None
try:
    from cryodose.solve import _core as _compiled
except ImportError:  # no compiler at installation
    _core = None
else:
    _core = _compiled

_ROUGH = 3.0e-4  # numerical: ordinary batches stay below 1e-4 in single precision

Backend = Literal["core", "numpy"]


class NoCoreWarning(UserWarning):
    """The compiled core is missing; the numpy reference runs in its place, far slower."""


def available_backends() -> tuple[Backend, ...]:
    """Return the kernels that can run here, fastest first."""
    return ("core", "numpy") if _core is not None else ("numpy",)


def chosen(backend: Backend | None) -> Backend:
    """Return the kernel to run: the one asked for, else the fastest, with a warning for numpy.

    Raises
    ------
    RuntimeError
        If the core is asked for and not there.
    """
    there = available_backends()
    if backend is None and there[0] == "numpy":
        warnings.warn(
            "the compiled core is not installed; the slower numpy kernel runs instead",
            NoCoreWarning,
            stacklevel=3,
        )
    found = backend or there[0]
    if found not in there:
        raise RuntimeError("the compiled core is not installed")
    return found


def solve(
    problem: Problem,
    *,
    backend: Backend | None = None,
    threads: int = 0,
    precision: Literal["f32", "f64"] = "f64",
) -> Solution:
    """Solve a batch of columns.

    Parameters
    ----------
    problem : Problem
    backend : {"core", "numpy"}, optional
        Default: the core, or numpy with a `NoCoreWarning` where it was not built.
    threads : int
        Threads of the core; 0: one for each processor that this process may use.
    precision : {"f32", "f64"}
        Arithmetic of the core; numpy always computes in double precision. A batch that single
        precision cannot hold (a pack of micrometres) is solved again in double precision.

    Raises
    ------
    FloatingPointError
        If a result is not finite.
    """
    if chosen(backend) == "core":
        from cryodose.solve.compiled import solve_core

        solution = solve_core(problem, threads=threads, precision=precision)
        if precision == "f32" and (_not_finite(solution) or _is_rough(solution)):
            solution = solve_core(problem, threads=threads, precision="f64")
    else:
        solution = solve_reference(problem)
    if name := _not_finite(solution):
        raise FloatingPointError(f"{name} is not finite")
    return solution


def _is_rough(solution: Solution) -> bool:
    """Tell whether single precision lost more of the energy balance than round-off explains."""
    return bool(np.max(solution.energy_residual()) > _ROUGH)


def _not_finite(solution: Solution) -> str | None:
    """Return the name of the first result that is not finite."""
    for name in ("t_surface_c", "t_probe_c", "heat_out_j_m2"):
        if not np.all(np.isfinite(getattr(solution, name))):
            return name
    return None
