"""Measure the whole-body engine beside JOS-3 (jos3 and pythermalcomfort) on one person and session.

    python benchmarks/whole_body.py [--docs docs/benchmarks-whole-body.md] [--cohort 10000]

The peers are benchmarks only and no dependency: `pip install jos3 pythermalcomfort`; where one is
missing its line says so. Times are the least of some repeats.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cryodose.dosing.ensemble import scores
from cryodose.procedures.body_beliefs import body_prior
from cryodose.procedures.cold_gas import _LAST, ColdGas
from cryodose.procedures.request import Cycle, Request
from cryodose.session import session_from_dict

EXPOSURE_S, GAS_C = 180, -110.0
REPEATS = 3
CHUNK = 500
JOS3_TISSUE_NODES = 83 / 17  # nodes a segment, arteries and veins counted
SESSION = {
    "subject": {"sex": "male", "age_y": 27, "height_m": 1.78, "mass_kg": 78,
                "body_fat_percent": 15},
    "exposure": {
        "modality": "cryochamber",
        "stages": [{"gas_temperature_C": GAS_C, "duration_s": EXPOSURE_S}],
        "room_temperature_C": 23,
        "coverings": {"hands": "wool mittens", "feet": "wool socks"},
    },
}  # fmt: skip


def least(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the least processor time of some calls, s; other load hardly moves it."""
    found = []
    for _ in range(repeats):
        begin = time.process_time()
        call()
        found.append(time.process_time() - begin)
    return min(found)


def ours(people: int, *, ready: bool = False) -> Callable[[], object]:
    """Return a run of some people; unless they are `ready`, with set-up, neutrality and wait."""
    session = session_from_dict(SESSION)
    prior = body_prior(session)
    request = Request((Cycle(float(EXPOSURE_S), 0.0),), 0.0)
    z = scores(len(prior.uncertain), people, 0)

    def run() -> None:
        for begin in range(0, people, CHUNK):
            if not ready:
                _LAST.clear()
            values = prior.values(z[:, begin : begin + CHUNK])
            ColdGas().run_everywhere(session, values, request)

    return run


def jos3_package() -> Callable[[], object]:
    """Return 180 s in steps of a second with the package jos3."""
    import jos3

    def run() -> None:
        model = jos3.JOS3(height=1.78, weight=78, fat=15, age=27, sex="male")
        _expose(model, 23.0, GAS_C)

    return run


def _expose(model: Any, t_room: float, t_gas: float) -> None:
    for name in ("Ta", "Tr", "tdb", "tr"):
        if hasattr(model, name):
            setattr(model, name, t_gas)
    model.simulate(EXPOSURE_S, dtime=1)


def pythermalcomfort_jos3() -> Callable[[], object]:
    """Return the same with the JOS-3 of pythermalcomfort."""
    from pythermalcomfort.models import JOS3

    def run() -> None:
        model = JOS3(height=1.78, weight=78, fat=15, age=27, sex="male")
        _expose(model, 23.0, GAS_C)

    return run


def rows(cohort: int) -> list[tuple[str, int, float | None]]:
    """Return name, people and processor time of every line; None where a peer is missing."""
    found: list[tuple[str, int, float | None]] = []
    for name, make in (("jos3", jos3_package), ("pythermalcomfort JOS3", pythermalcomfort_jos3)):
        try:
            found.append((name, 1, least(make())))
        except ImportError:
            found.append((f"{name} (not installed)", 1, None))
    one = ours(1, ready=True)
    one()
    found.append(("cryodose, the session alone", 1, least(one)))
    for people in (1, 100, cohort):
        call = ours(people)
        call()
        repeats = REPEATS if people < CHUNK else 1
        found.append(("cryodose, set-up and wait too", people, least(call, repeats)))
    return found


def main() -> None:
    """Print the table and, if asked, write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--cohort", type=int, default=10_000)
    options = parser.parse_args()
    measured = rows(options.cohort)
    peer = next((t for name, _, t in measured if name == "jos3"), None)
    head = ("engine", "people", "processor, s", "ms a person", "faster than jos3")
    lines = []
    for name, people, wall in measured:
        each = None if wall is None else wall / people
        ratio = "" if each is None or peer is None else f"{peer / each:.0f}"
        shown = ("-", "-") if each is None else (f"{wall:.3f}", f"{1e3 * each:.2f}")
        lines.append((name, str(people), *shown, ratio))
    table = Table(*head, title=f"{EXPOSURE_S} s at {GAS_C:g} degC, from set-up to exit")
    for line in lines:
        table.add_row(*line)
    nodes = 50 / JOS3_TISSUE_NODES
    note = f"50 cells in each of 20 segments: {nodes:.0f} times the nodes of JOS-3 a segment."
    console = Console(width=96)
    console.print(table, note)
    if options.docs:
        text = [f"| {' | '.join(x)} |" for x in (head, ("---",) * len(head), *lines)]
        options.docs.write_text(
            "# Speed of the whole-body engine\n\nWritten by `benchmarks/whole_body.py`.\n"
            f"{EXPOSURE_S} s at {GAS_C:g} degC; set-up of the person, neutrality and 20 min of "
            f"waiting where the line says so. {note}\n\n"
            + "\n".join(text) + "\n",
            encoding="utf-8",
        )  # fmt: skip


if __name__ == "__main__":
    main()
