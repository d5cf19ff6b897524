"""Plans of the examples of cold alone, each made once and only where a test looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from cryodose import plan, simulate
from cryodose.outcome import Plan, Simulated

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
MEMBERS = 32
# Drugs, freezes and rooms have results and pages of their own.
OTHERS = ("cryoelectrophoresis", "liquid-nitrogen")
GEL = {
    "title": "A block of agar",
    "subject": {"kind": "gel", "medium": "agar-1.5%", "initial_temperature_C": 37},
    "exposure": {"modality": "cold-pack", "agent": "crushed-ice", "cycles": [{"on_s": 600}]},
}


@cache
def planned(name: str) -> Plan:
    """Return the plan of an example."""
    found = plan(EXAMPLES / f"{name}.toml", members=MEMBERS)
    assert isinstance(found, Plan)
    return found


@cache
def gel_simulated() -> Simulated:
    """Return a simulation without a person."""
    found = simulate(GEL, members=16)
    assert isinstance(found, Simulated)
    return found


class Plans(Mapping[str, Plan]):
    """Name of an example -> its plan."""

    def __getitem__(self, name: str) -> Plan:
        return planned(name)

    def __iter__(self) -> Iterator[str]:
        texts = {path.stem: path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.toml")}
        return iter(
            sorted(
                name
                for name, text in texts.items()
                if "[exposure]" in text and not any(word in text for word in OTHERS)
            )
        )

    def __len__(self) -> int:
        return sum(1 for _ in self)
