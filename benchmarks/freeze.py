"""Measure the freeze solver beside FiPy, scikit-fem and scipy, in one run.

    python benchmarks/freeze.py [--docs docs/benchmarks-freeze.md] [--repeats 5] [--peers]

The peers take minutes and are left out unless asked for; one that is not installed says so in its
line (`pip install fipy scikit-fem`). Ratios are by processor time of one core.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import freeze_case as case
import freeze_peers as peers
import numpy as np
from rich.console import Console
from rich.table import Table

from cryodose.solve import _core
from cryodose.solve.compiled import core_isa
from cryodose.solve.freeze_problem import FreezeProblem, FreezeSolution
from cryodose.solve.freeze_run import solve_freeze

REFERENCE = (2.5, 0.0025)  # resolution and step growth of the converged answer
ROUND = ((0.35, 0.04), (0.5, 0.02), (0.5, 0.013), (0.5, 0.01), (0.75, 0.01), (1.0, 0.01))
TWO = np.array([case.ON_S, case.ON_S + case.OFF_S])
NINE = np.linspace(10.0, 90.0, 9)
PEER_RESOLUTION = 0.5
# Operations of a stage for each cell: surface none, faces, recursion, potential; 3 for each kink.
FLOP = {"rings": 23, "boxes": 29}
# Bytes of a stage for each cell, were nothing kept in a cache: potential, both changes, enthalpy
# and source read, change and potential written, the latter fetched before it is.
BYTES = 8 * 4
PEER_3D = (100, 60)  # cubes of 0.2 mm
STREAM = 16 * 1024 * 1024  # numbers of an array by which the memory is measured


@dataclass(frozen=True)
class Line:
    """One row of a table."""

    cells: tuple[str, ...]


def least(call: Callable[[], FreezeSolution], repeats: int) -> tuple[float, float, FreezeSolution]:
    """Return the least wall and processor time of some calls, s, and the last answer."""
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        found = call()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus), found


def errors(depth_m: np.ndarray, exact_m: np.ndarray) -> tuple[float, float]:
    """Return the error of the depth at the end of the spray, and the largest from 2 s on, mm."""
    off = (depth_m - exact_m) * 1e3
    end = int(np.argmin(np.abs(case.OUT_S - case.ON_S)))
    during = (case.OUT_S >= 2.0) & (case.OUT_S <= case.ON_S)
    return float(off[end]), float(np.max(np.abs(off[during])))


def kinks(problem: FreezeProblem) -> int:
    """Return the kinks of the curves as the core rounds them up."""
    wanted = problem.curves.t_knot_c.shape[1] - 2
    return next(k for k in (2, 4, 6, 8, 10, 12, 14, 16, 20, 24) if k >= wanted)


@dataclass(frozen=True)
class Roof:
    """What one core of this machine can do, measured: 1e9 operations and bytes a second."""

    flops: float
    bytes: float

    @staticmethod
    def measured(repeats: int = 5) -> Roof:
        """Measure fused multiply-adds in the core, and the sum of two long arrays into a third."""
        a, b, c = (np.ones(STREAM, dtype=np.float32) for _ in range(3))
        best = np.inf
        for _ in range(repeats):
            begin = time.perf_counter()
            np.add(a, b, out=c)
            best = min(best, time.perf_counter() - begin)
        # Two read, one fetched and written.
        return Roof(_core.fma_gflops(True, 0.5), 4 * a.nbytes / best / 1e9)


def shares(
    problem: FreezeProblem, solution: FreezeSolution, cpu_s: float, roof: Roof
) -> tuple[str, str, str]:
    """Return 1e9 cell-stages a second and core, and the shares of both roofs."""
    rate = float(solution.stages[0]) * problem.grid.material.size / cpu_s / 1e9
    each = FLOP["boxes" if problem.is_3d else "rings"] + 3 * kinks(problem)
    return f"{rate:.2f}", f"{rate * each / roof.flops:.0%}", f"{rate * BYTES / roof.bytes:.0%}"


@dataclass(frozen=True)
class Timed:
    """A run of the round spot: what it took and how far it was off, mm."""

    cpu_s: float
    off: tuple[float, float]

    def as_good_as(self, other: Timed) -> bool:
        return abs(self.off[0]) <= abs(other.off[0]) and self.off[1] <= other.off[1]


def round_rows(exact: np.ndarray, repeats: int, roof: Roof) -> tuple[list[Line], list[Timed]]:
    """Return rows of the round spot, and what they took."""
    rows, runs = [], []
    for resolution, growth in ROUND:
        problem = case.round_spot(resolution, growth)
        off = errors(solve_freeze(problem).depth_m[:, 0, 0], exact)
        few = case.round_spot(resolution, growth, TWO)
        _, cpu, found = least(lambda p=few: solve_freeze(p, threads=1), repeats)
        runs.append(Timed(cpu, off))
        rows.append(
            Line(
                (
                    f"core f32, resolution {resolution:g}, growth {growth:g}",
                    f"{problem.grid.material.size:,}",
                    f"{found.stages[0]:,.0f}",
                    f"{cpu * 1e3:.1f} ms",
                    f"{off[0]:+.4f} / {off[1]:.4f}",
                    "-",
                    *shares(few, found, cpu, roof),
                )
            )
        )
    return rows, runs


def peer_rows(exact: np.ndarray, ours: list[Timed]) -> list[Line]:
    """Return a row for each peer, against the fastest run of the core that errs by no more."""
    rows = []
    for run in (peers.scipy_bdf, peers.scikit_fem, peers.fipy_lu):
        try:
            found = run(PEER_RESOLUTION)
        except ImportError:
            rows.append(Line((f"{run.__name__} (not installed)", *("-",) * 8)))
            continue
        timed = Timed(found.cpu_s, errors(found.depth_m, exact))
        equal = min((r.cpu_s for r in ours if r.as_good_as(timed)), default=np.inf)
        rows.append(
            Line(
                (
                    found.name,
                    f"{found.cells:,}",
                    f"{found.steps:,} steps",
                    f"{found.cpu_s:.1f} s",
                    f"{timed.off[0]:+.4f} / {timed.off[1]:.4f}",
                    f"{found.cpu_s / equal:,.0f}",
                    *("-",) * 3,
                )
            )
        )
    return rows


def box_rows(repeats: int, roof: Roof) -> tuple[list[Line], float]:
    """Return rows of the irregular spot, and the processor time of the graded one."""
    exact = solve_freeze(case.irregular_spot(1.8, 0.01, NINE)).depth_m[:, 0, 0]
    rows, usual = [], 0.0
    for name, problem in (
        ("graded, resolution 1", case.irregular_spot(1.0, 0.02, NINE)),
        ("graded, resolution 0.8", case.irregular_spot(0.8, 0.02, NINE)),
        ("cubes of 0.4 mm", case.uniform_spot(0.4e-3, 0.02, NINE)),
        ("cubes of 0.2 mm", case.uniform_spot(0.2e-3, 0.02, NINE)),
    ):
        _, cpu, found = least(lambda p=problem: solve_freeze(p, threads=1), repeats)
        wall, _, _ = least(lambda p=problem: solve_freeze(p, threads=2), 1)
        usual = usual or cpu
        off = (found.depth_m[:, 0, 0] - exact) * 1e3
        rows.append(
            Line(
                (
                    name,
                    f"{problem.grid.material.size:,}",
                    f"{found.stages[0]:,.0f}",
                    f"{cpu:.2f} s",
                    f"{wall:.2f} s",
                    f"{off[2]:+.3f} / {np.max(np.abs(off[:3])):.3f}",
                    *shares(problem, found, cpu, roof),
                )
            )
        )
    return rows, usual


def fipy_in_boxes(usual_s: float) -> str:
    """Return what FiPy would take in three dimensions: a step times the steps."""
    try:
        cells, step = peers.fipy_boxes(*PEER_3D)
    except ImportError:
        return "FiPy is not installed.\n"
    count = sum(1 for _ in peers.steps())
    whole, times = step * count, step * count / usual_s
    return (
        f"FiPy on the {cells:,} cubes of 0.2 mm (conjugate gradients): {step:.2f} s of processor\n"
        f"time a step, so {whole:,.0f} s for its {count:,} steps: {times:,.0f} times the graded\n"
        "run at resolution 1. Only its first steps were run; its error was not measured.\n"
    )


HEADS_2D = (
    "solver", "cells", "stages", "processor time", "error at 30 s / largest from 2 s on, mm",
    "x core that errs no more", "1e9 cell-stages/s", "of FMA peak", "of memory peak",
)  # fmt: skip
HEADS_3D = (
    "grid", "boxes", "stages", "processor, 1 thread", "wall, 2 threads",
    "error at 30 s / largest to 30 s, mm", "1e9 cell-stages/s and core", "of FMA peak",
    "of memory peak",
)  # fmt: skip

INTRODUCTION = """# Speed of the freeze solver

Written by `python benchmarks/freeze.py --peers --docs docs/benchmarks-freeze.md`; do not edit.

Machine: {machine}, kernel {isa}, FMA peak of one core {roof.flops:.0f} GFLOP/s in single
precision, measured by the core's own probe, and {roof.bytes:.1f} GB/s to its memory, by the sum of
two arrays of 64 MiB, both in the same run. Load of the machine (one minute average) before and
after: {load}; other work lengthens wall times, above all those of two threads, which wait for each
other. Times are the least of some repeats.

## Round spot, rings

30 s of h = 1e4 W/m2K to -196 degC on 10 mm, then 60 s of air; depth of -20 degC below the axis
against the solver's own converged answer (resolution {fine[0]:g}, step growth {fine[1]:g}, double
precision). Every peer gets the grid of resolution {peer:g}; FiPy and scikit-fem take 0.1 s steps of
the linearly implicit enthalpy scheme, scipy chooses its own at rtol 1e-3; all three are timed once.
Each is set against the fastest run of the core whose errors, at 30 s and largest, are both no
larger.

"""


def markdown(heads: tuple[str, ...], rows: list[Line]) -> str:
    lines = [heads, ("---",) * len(heads), *(row.cells for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def shown(title: str, heads: tuple[str, ...], rows: list[Line]) -> Table:
    table = Table(*heads, title=title)
    for row in rows:
        table.add_row(*row.cells)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=Path, help="also write the tables to this page")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", action="store_true", help="run the other packages too (minutes)")
    args = parser.parse_args()
    console = Console(width=180)
    before, roof = os.getloadavg()[0], Roof.measured()
    resolution, growth = REFERENCE
    with console.status("the converged answer"):
        exact = solve_freeze(case.round_spot(resolution, growth), precision="f64")
    depth = exact.depth_m[:, 0, 0]
    with console.status("rings"):
        rows, ours = round_rows(depth, args.repeats, roof)
    if args.peers:
        with console.status("other packages"):
            rows += peer_rows(depth, ours)
    with console.status("boxes"):
        boxes, usual_boxes = box_rows(max(args.repeats // 2, 1), roof)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    notes = f"\nMost memory that the process took, its finest run included: {peak:.0f} MiB.\n"
    if args.peers:
        notes = fipy_in_boxes(usual_boxes) + notes
    console.print(shown("Round spot, rings", HEADS_2D, rows))
    console.print(shown("Irregular spot, boxes", HEADS_3D, boxes), notes)
    if args.docs:
        load = f"{before:.1f}, {os.getloadavg()[0]:.1f}"
        head = INTRODUCTION.format(
            machine=platform.machine(),
            isa=core_isa(),
            roof=roof,
            load=load,
            fine=REFERENCE,
            peer=PEER_RESOLUTION,
        )
        middle = (
            "\n## Irregular spot, boxes\n\n20 x 20 x 12 mm, a spot of about 8 mm with five lobes, "
            "the same cold; deepest -20 degC\nagainst resolution 1.8.\n\n"
        )
        page = head + markdown(HEADS_2D, rows) + middle + markdown(HEADS_3D, boxes) + "\n" + notes
        args.docs.write_text(page + FOOT, encoding="utf-8")


FOOT = """
Operations for a cell and stage: 23 on rings and 29 on boxes (faces, recursion, potential), and 3
for each kink of the freezing curve, counted in the source of the stage kernel; a fused multiply-add
is two. What ends a super-step (rates, marks, blood) is in the times, not in the operations. Share
of the memory: the 32 bytes that a stage would move for each cell if nothing stayed in a cache.
Above 100 % the memory alone could not feed the kernel: rings lie in the cache whole, and in boxes
several stages go through the planes together, so that most of the 32 bytes never leave it.
"""


if __name__ == "__main__":
    main()
