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
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from cryodose import evidence
from cryodose.body.segments import LAYERS, segment_names
from cryodose.dosing.ensemble import scores
from cryodose.procedures.body_beliefs import body_prior
from cryodose.procedures.cold_gas import _LAST, ColdGas
from cryodose.procedures.request import Cycle, Request
from cryodose.session import session_from_dict

EXPOSURE_S, GAS_C = 180, -110.0
ROOM_C, WAIT_S, WAIT_STEPS = 23.0, 1200, 60
REPEATS, MANY = 3, 20
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


class Row(NamedTuple):
    """One line: which engine did what for how many people, and its processor time."""

    name: str
    told: str
    people: int
    seconds: float | None


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


def jos3_package(*, wait: bool) -> Callable[[], object]:
    """Return 180 s in steps of a second with the package jos3."""
    import jos3

    return lambda: _expose(jos3.JOS3(height=1.78, weight=78, fat=15, age=27, sex="male"), wait)


def pythermalcomfort_jos3(*, wait: bool) -> Callable[[], object]:
    """Return the same with the JOS-3 of pythermalcomfort."""
    from pythermalcomfort.models import JOS3

    return lambda: _expose(JOS3(height=1.78, weight=78, fat=15, age=27, sex="male"), wait)


def _expose(model: Any, wait: bool) -> None:
    if wait:
        _surround(model, ROOM_C)
        model.simulate(WAIT_STEPS, dtime=WAIT_S / WAIT_STEPS)
    _surround(model, GAS_C)
    model.simulate(EXPOSURE_S, dtime=1)


def _surround(model: Any, t_c: float) -> None:
    for name in ("Ta", "Tr", "tdb", "tr"):
        if hasattr(model, name):
            setattr(model, name, t_c)


def rows(cohort: int) -> list[Row]:
    """Return every line; no processor time where a peer is missing."""
    found: list[Row] = []
    peers = (("jos3", jos3_package), ("pythermalcomfort JOS3", pythermalcomfort_jos3))
    for wait in (False, True):
        told = "set-up, 20 min of waiting, session" if wait else "set-up and session"
        for name, make in peers:
            try:
                found.append(Row(name, told, 1, least(make(wait=wait), MANY)))
            except ImportError:
                found.append(Row(f"{name} (not installed)", told, 1, None))
    one = ours(1, ready=True)
    one()
    found.append(Row("cryodose", "session alone", 1, least(one, MANY)))
    for people in (1, 100, cohort):
        call = ours(people)
        call()
        repeats = MANY if people == 1 else REPEATS if people < CHUNK else 1
        told = "set-up, 20 min of waiting, session"
        found.append(Row("cryodose", told, people, least(call, repeats)))
    return found


def peer_of(row: Row, all_: list[Row]) -> float | None:
    """Return the time of jos3 for the same work; for the session alone, that with its set-up."""
    told = row.told if "waiting" in row.told else "set-up and session"
    return next((x.seconds for x in all_ if x.name == "jos3" and x.told == told), None)


def main() -> None:
    """Print the table and, if asked, write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--cohort", type=int, default=10_000)
    options = parser.parse_args()
    measured = rows(options.cohort)
    head = ("engine", "what", "people", "processor, s", "ms a person", "faster than jos3")
    lines = []
    for row in measured:
        each = None if row.seconds is None else row.seconds / row.people
        peer = peer_of(row, measured)
        ratio = "" if each is None or peer is None else f"{peer / each:.1f}"
        shown = ("-", "-") if each is None else (f"{row.seconds:.3f}", f"{1e3 * each:.2f}")
        lines.append((row.name, row.told, str(row.people), *shown, ratio))
    table = Table(*head, title=f"{EXPOSURE_S} s at {GAS_C:g} degC")
    for line in lines:
        table.add_row(*line)
    cells = sum(int(evidence.value("thermoregulation", f"grid.cells_{x}")) for x in LAYERS)
    many = len(segment_names())
    nodes = cells / JOS3_TISSUE_NODES
    note = (
        f"{cells} cells in each of {many} segments: {nodes:.0f} times the nodes of JOS-3 a segment."
    )
    console = Console(width=96)
    console.print(table, note)
    if options.docs:
        text = [f"| {' | '.join(x)} |" for x in (head, ("---",) * len(head), *lines)]
        options.docs.write_text(
            "# Speed of the whole-body engine\n\nWritten by `benchmarks/whole_body.py`.\n"
            f"{EXPOSURE_S} s at {GAS_C:g} degC, processor time, the least of some repeats on one "
            f"machine in one run. Set-up is the person and neutrality. {note}\n\n"
            + "\n".join(text) + "\n",
            encoding="utf-8",
        )  # fmt: skip


if __name__ == "__main__":
    main()
