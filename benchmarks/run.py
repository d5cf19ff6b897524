"""Measure the speed of the 1-D engine beside its numpy kernel and scipy, in one run (`make bench`).

    python benchmarks/run.py [--docs docs/benchmarks.md] [--repeats 5]

Every time is the least of some repeats. Errors are measured against scipy's BDF on a fine grid, an
independent formulation (benchmarks/peers.py).
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cold_batch as batch
import numpy as np
import peers
from rich.console import Console
from rich.table import Table

from cryodose.solve import Problem, _core, solve
from cryodose.solve.compiled import core_isa
from cryodose.solve.reference import solve_reference

CHECKED = 4  # people whose error is measured
WANTED_K = 0.1  # rms
NUMPY_PEOPLE = 1000
FLOP = {"state": 24, "face": 5, "elimination": 27, "substitution and booking": 16}
LSODA_ATOL = (5e-2, 3e-2, 2e-2, 1e-2)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    grid: str
    people: int
    threads: int
    wall_s: float
    cpu_s: float
    rms_k: float
    max_k: float
    node_steps: int = 0  # of one person; 0: not a fixed-step method

    @property
    def core_s(self) -> float:
        """Processor time for one person, s; other load on the machine hardly moves it."""
        return self.cpu_s / self.people


def least(call: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the least wall time and the least processor time of some calls, s."""
    walls, cpus = [], []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus)


def error(found: np.ndarray, exact: np.ndarray) -> tuple[float, float]:
    return float(np.sqrt(np.mean((found - exact) ** 2))), float(np.max(np.abs(found - exact)))


def fine_solution() -> np.ndarray:
    """Return the reference at all output times, (24, 4, people)."""
    columns = [peers.Column.of(i, CHECKED, batch.FINE) for i in range(CHECKED)]
    return np.stack([peers.solve_ode(c, "BDF", 1e-6, 1e-5)[0] for c in columns], axis=-1)


def name_of(cells: batch.Cells) -> str:
    return f"{sum(cells[0])} nodes x {sum(batch.STEPS)} steps"


def core_rows(exact: np.ndarray, repeats: int) -> list[Row]:
    rows = []
    for cells in (batch.FULL, batch.LEAN):
        few = solve(batch.make_problem(CHECKED, cells, batch.STEPS), precision="f32")
        off = error(few.t_probe_c, exact)
        size = sum(cells[0]) * sum(batch.STEPS)
        for n, again in ((1, 20), (1000, 4), (100_000, 1)):
            problem = batch.make_problem(n, cells, batch.STEPS)
            for threads in (1, 2) if n > 1 else (1,):  # one person is one block

                def call(p: Problem = problem, t: int = threads) -> object:
                    return solve(p, backend="core", precision="f32", threads=t)

                spent = least(call, repeats * again)
                rows.append(Row("core f32", name_of(cells), n, threads, *spent, *off, size))
    return rows


def double_row(exact: np.ndarray, repeats: int) -> Row:
    few = solve(batch.make_problem(CHECKED, batch.FULL, batch.STEPS))
    problem = batch.make_problem(10_000, batch.FULL, batch.STEPS)
    spent = least(lambda: solve(problem, backend="core", threads=1), repeats)
    size = sum(batch.FULL[0]) * sum(batch.STEPS)
    off = error(few.t_probe_c, exact)
    return Row("core f64", name_of(batch.FULL), 10_000, 1, *spent, *off, size)


def numpy_row(exact: np.ndarray) -> Row:
    few = solve_reference(batch.make_problem(CHECKED, batch.FULL, batch.STEPS))
    problem = batch.make_problem(NUMPY_PEOPLE, batch.FULL, batch.STEPS)
    spent = least(lambda: solve_reference(problem), 2)
    off = error(few.t_probe_c, exact)
    return Row("numpy f64", name_of(batch.FULL), NUMPY_PEOPLE, 1, *spent, *off)


def lsoda_row(exact: np.ndarray, grids: tuple[batch.Cells, ...], what: str) -> Row:
    """Return the cheapest LSODA run that holds the wanted error for the nominal person."""
    best: Row | None = None
    for cells in grids:
        column = peers.Column.of(0, CHECKED, cells)
        for atol in LSODA_ATOL:
            runs = [peers.solve_ode(column, "LSODA", 1e-3, atol) for _ in range(3)]
            off = error(runs[0][0], exact[..., 0])
            cpu = min(seconds for _, seconds in runs)
            if off[0] <= WANTED_K and (best is None or cpu < best.cpu_s):
                best = Row(what, f"{sum(cells[0])} nodes, atol {atol:g} K", 1, 1, cpu, cpu, *off)
    if best is None:
        raise RuntimeError("no LSODA run holds the wanted error")
    return best


def cells_of(row: Row, rows: list[Row], roof: float) -> list[str]:
    lsoda = {r.what: r.core_s for r in rows if r.what.startswith("LSODA")}
    ratios = [f"{v / row.core_s:,.0f}" if v / row.core_s >= 1 else "-" for v in lsoda.values()]
    rate = row.node_steps / row.core_s
    share = f"{rate * sum(FLOP.values()) / 1e9 / roof:.0%}" if "f32" in row.what else "-"
    return [
        row.what,
        row.grid,
        f"{row.people:,}",
        str(row.threads),
        f"{row.wall_s * 1e3:,.2f} ms" if row.wall_s < 0.1 else f"{row.wall_s:.2f} s",
        f"{row.wall_s / row.people * 1e6:,.2f}",
        f"{row.core_s * 1e6:,.2f}",
        *ratios,
        f"{row.rms_k:.3f} / {row.max_k:.2f}",
        f"{rate / 1e9:.2f}" if row.node_steps else "-",
        share,
    ]


HEADS = (
    "kernel", "grid", "people", "threads", "wall", "wall us/person", "CPU us/person",
    "x LSODA per core, same nodes", "x LSODA per core, its best grid",
    "error rms / max K", "1e9 node-steps/s per core", "of FMA peak",
)  # fmt: skip


INTRODUCTION = """# Speed of the 1-D engine

Written by `python benchmarks/run.py --docs docs/benchmarks.md`; do not edit.

Machine: {machine}, kernel {isa}, FMA peak of one core {f32:.0f} GFLOP/s single and
{f64:.0f} double, measured by the core's own probe in the same run. Load of the machine (one minute
average) before and after: {load}; other work on it lengthens wall times, above all those of two
threads.

Four layers, 180 s at h = 30 W/m2K to -140 C, then 600 s at h = 10 to 22 C; the tissue freezes on
the way. Wall and processor time are the least of several repeats of `solve`; making the problem is
not in them. Ratios and rates are by processor time. Errors: surface and three joints at 24 times,
four people, against scipy BDF on {fine} nodes (rtol 1e-6), a formulation of its own. LSODA
(banded, one person) is given the cheapest tolerance tried that holds 0.1 K rms, once on the 150
nodes and once on the grid that suits it best.

"""
NOTES = """
Operations for a node and step: {flop} ({parts}).
They are counted in the source of the freezing slab kernel: a fused multiply-add is two; an
addition, product, minimum, maximum, comparison, selection or reciprocal is one.
"""


def report(rows: list[Row], roof: dict[str, float], load: tuple[float, float]) -> tuple[Table, str]:
    """Return the measured table for the terminal and as a page."""
    table = Table(*HEADS)
    lines = ["| " + " | ".join(HEADS) + " |", "|" + " --- |" * len(HEADS)]
    for row in rows:
        cells = cells_of(row, rows, roof["f32"])
        table.add_row(*cells)
        lines.append("| " + " | ".join(cells) + " |")
    parts = ", ".join(f"{name} {n}" for name, n in FLOP.items())
    head = INTRODUCTION.format(
        machine=platform.machine(),
        isa=core_isa(),
        fine=sum(batch.FINE[0]),
        load=f"{load[0]:.1f}, {load[1]:.1f}",
        **roof,
    )
    foot = NOTES.format(flop=sum(FLOP.values()), parts=parts)
    return table, head + "\n".join(lines) + "\n" + foot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docs", type=Path, help="also write the table to this page")
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    console = Console(width=200)
    before = os.getloadavg()[0]
    roof = {"f32": _core.fma_gflops(True, 0.5), "f64": _core.fma_gflops(False, 0.5)}
    with console.status("scipy BDF on a fine grid"):
        exact = fine_solution()
    with console.status("core"):
        rows = [*core_rows(exact, args.repeats), double_row(exact, args.repeats)]
    with console.status("numpy and LSODA"):
        rows.append(numpy_row(exact))
        rows.append(lsoda_row(exact, (batch.FULL,), "LSODA, 150 nodes"))
        rows.append(lsoda_row(exact, (batch.LEAN, batch.MIDDLE, batch.FULL), "LSODA, best grid"))
    roof = {k: max(v, _core.fma_gflops(k == "f32", 0.5)) for k, v in roof.items()}
    table, page = report(rows, roof, (before, os.getloadavg()[0]))
    console.print(table)
    if args.docs:
        args.docs.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
