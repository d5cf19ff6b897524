"""Choice of the kernel for a freeze: the compiled core where it was built, else numpy."""

from __future__ import annotations

from typing import Literal

import numpy as np

from cryodose.solve.freeze_problem import FreezeProblem, FreezeSolution
from cryodose.solve.freeze_reference import solve_freeze_reference
from cryodose.solve.run import Backend, chosen


def solve_freeze(
    problem: FreezeProblem,
    *,
    backend: Backend | None = None,
    threads: int = 0,
    precision: Literal["f32", "f64"] = "f32",
) -> FreezeSolution:
    """Solve a batch of freezes.

    Parameters
    ----------
    problem : FreezeProblem
    backend : {"core", "numpy"}, optional
        Default: the core, or numpy with a `NoCoreWarning` where it was not built.
    threads : int
        Threads of the core; 0: one for each processor that this process may use, in 3-D one alone
        on a busy machine. Members share them; a problem in 3-D is divided among them. The numbers
        are the same for any count.
    precision : {"f32", "f64"}
        Arithmetic of the core; numpy always computes in double precision.

    Raises
    ------
    FloatingPointError
        If a result is not finite.
    """
    if chosen(backend) == "core":
        from cryodose.solve.freeze_compiled import solve_freeze_core

        solution = solve_freeze_core(problem, threads=threads, precision=precision)
    else:
        solution = solve_freeze_reference(problem)
    for name in ("t_min_c", "phase_end_s"):
        if not np.all(np.isfinite(getattr(solution, name))):
            raise FloatingPointError(f"{name} is not finite")
    return solution
