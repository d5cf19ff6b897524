"""Numerical core: grids, time steps and heat kernels. It knows arrays only, no people, no files."""

from __future__ import annotations

from cryodose.solve.grid import Grid, Shape, graded_fractions
from cryodose.solve.problem import Materials, Perfusion, Problem, Schedule, Solution
from cryodose.solve.run import available_backends, solve
from cryodose.solve.steps import Phase, phase_steps, solve_steps

__all__ = [
    "Grid",
    "Materials",
    "Perfusion",
    "Phase",
    "Problem",
    "Schedule",
    "Shape",
    "Solution",
    "available_backends",
    "graded_fractions",
    "phase_steps",
    "solve",
    "solve_steps",
]
