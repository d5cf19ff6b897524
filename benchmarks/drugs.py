"""Measure a dose of a drug driven by current, its band, and a room with nitrogen.

    python benchmarks/drugs.py [--docs docs/benchmarks-drugs.md]

Processor time of all threads, the least of some repeats: what one core needs at most.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cryodose import evidence, plan, room
from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.drug_plan import response_of
from cryodose.dosing.simulation import simulation
from cryodose.procedures.drug_readout import delivered_ug
from cryodose.session import Session, load_session, session_from_dict

HOME = Path(__file__).resolve().parents[1] / "examples"
REPEATS = 5
BAND = (0.05, 0.5, 0.95)
ONE_S, BAND_S = 0.050, 1.0
MEMBRANE = {
    "subject": {"kind": "skin-in-vitro", "species": "pig", "initial_temperature_C": 32},
    "exposure": {
        "modality": "cryoelectrophoresis", "drug": "lidocaine", "polarity": "anode",
        "donor_percent": 2, "area_cm2": 1, "current": {"mean_mA_cm2": 0.5}, "duration_s": 1800,
    },
}  # fmt: skip


def least_s(call: Callable[[], object]) -> float:
    """Return the least processor time of some calls."""
    call()
    found = []
    for _ in range(REPEATS):
        begin = time.process_time()
        call()
        found.append(time.process_time() - begin)
    return min(found)


def band_of(session: Session, members: int) -> Callable[[], object]:
    """Return a run of a session for some members, and the band of what they take up."""

    def run() -> object:
        simulated = simulation(session, members=members)
        mass = delivered_ug(response_of(simulated))
        return weighted_quantiles(mass, BAND, simulated.weights)

    return run


def measured() -> list[tuple[str, float, float | None]]:
    """Return what was measured: words, seconds, and the promise."""
    cold, skin = load_session(HOME / "lidocaine-cold.toml"), session_from_dict(MEMBRANE)
    whole = int(evidence.value("numerics", "members"))
    return [
        ("one dose, skin in vitro", least_s(band_of(skin, 1)), ONE_S),
        ("one dose, living skin under ice", least_s(band_of(cold, 1)), ONE_S),
        ("band of 1000 members, skin in vitro", least_s(band_of(skin, 1000)), BAND_S),
        ("band of 1000 members, living skin under ice", least_s(band_of(cold, 1000)), BAND_S),
        (f"whole plan, {whole} members, all currents", least_s(lambda: plan(cold)), None),
        ("a room with its bad days", least_s(lambda: room(HOME / "cryosauna-basement.toml")), None),
    ]


def rows_of(found: list[tuple[str, float, float | None]]) -> list[tuple[str, str, str]]:
    """Return the lines of the table."""
    return [
        (words, f"{seconds * 1e3:.1f}", "" if most is None else f"{most * 1e3:.0f}")
        for words, seconds, most in found
    ]


HEAD = ("what", "processor, ms", "promised, ms")


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    rows = rows_of(measured())
    shown = Table(*HEAD)
    for row in rows:
        shown.add_row(*row)
    Console().print(shown)
    if options.docs:
        lines = [
            "# Speed of drugs and rooms",
            "",
            "Written by `benchmarks/drugs.py`. Processor time of all threads, the least of "
            f"{REPEATS} calls in one process.",
            "",
            f"| {' | '.join(HEAD)} |",
            "| --- | ---: | ---: |",
            *(f"| {' | '.join(row)} |" for row in rows),
        ]
        options.docs.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
