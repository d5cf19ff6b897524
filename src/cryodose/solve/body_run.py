"""Choice of the body kernel: the compiled one where it was built, else the numpy reference."""

from __future__ import annotations

import numpy as np

from cryodose.solve import run
from cryodose.solve.body_problem import BodyProblem, BodySolution
from cryodose.solve.body_reference import solve_body_reference
from cryodose.solve.run import Backend


def body_backends() -> tuple[Backend, ...]:
    """Return the body kernels that can run here, fastest first."""
    return ("core", "numpy") if hasattr(run._core, "solve_body") else ("numpy",)


def solve_body(
    problem: BodyProblem, *, backend: Backend | None = None, threads: int = 0
) -> BodySolution:
    """Advance a batch of people.

    Parameters
    ----------
    problem : BodyProblem
    backend : {"core", "numpy"}, optional
        Default: the compiled kernel where it is there.
    threads : int
        Of the compiled kernel; 0: one for each processor that this process may use.

    Raises
    ------
    FloatingPointError
        If a temperature is not finite.
    """
    chosen = backend or body_backends()[0]
    if chosen == "core":
        from cryodose.solve.body_compiled import solve_body_core

        solution = solve_body_core(problem, threads=threads)
    else:
        solution = solve_body_reference(problem)
    for name in ("t_surface_c", "t_probe_c", "t_pool_c"):
        if not np.all(np.isfinite(getattr(solution, name))):
            raise FloatingPointError(f"{name} is not finite")
    return solution
