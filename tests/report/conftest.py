"""Results to make pages of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cryodose import plan, simulate
from cryodose.outcome import DrugResult, FreezeResult, Plan, Simulated
from cryodose.screening import read_facts, screen
from cryodose.session import load_session

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GEL = {
    "title": "A block of agar",
    "subject": {"kind": "gel", "medium": "agar-1.5%", "initial_temperature_C": 37},
    "exposure": {"modality": "cold-pack", "agent": "crushed-ice", "cycles": [{"on_s": 600}]},
}


@pytest.fixture(scope="session")
def plans() -> dict[str, Plan]:
    """Return a plan of every example of cold alone; drugs, freezes and rooms have own pages."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.toml"))}
    own_page = ("cryoelectrophoresis", "liquid-nitrogen")
    alone = [
        path
        for path, text in texts.items()
        if "[exposure]" in text and not any(word in text for word in own_page)
    ]
    return {path.stem: plan(path, members=32) for path in alone}


@pytest.fixture(scope="session")
def hostile() -> Plan:
    """Return a plan whose title tries to run."""
    session = load_session(EXAMPLES / "ankle-sprain.toml").to_dict()
    title = "</title><script>window.hacked = 1</script><img src=x onerror='window.hacked=1'>\"&"
    return plan(session | {"title": title}, members=32)


@pytest.fixture(scope="session")
def freezes() -> dict[str, FreezeResult]:
    """Return planned freezes of people whom nobody has screened; the mole is refused."""
    names = ("plantar-wart", "actinic-keratosis", "keloid-probe", "mole")
    return {name: plan(EXAMPLES / f"{name}.toml", members=16) for name in names}


@pytest.fixture(scope="session")
def current() -> DrugResult:
    """Return a planned current of somebody whom nobody has screened."""
    return plan(EXAMPLES / "lidocaine-cold.toml", members=16)


@pytest.fixture(scope="session")
def cleared() -> Callable[[Any], Any]:
    """Return a function that gives a result a screening in which no rule was hit."""
    facts = read_facts(EXAMPLES / "screening" / "patient-freeze.toml")
    found = screen(facts, "liquid-nitrogen", date(2026, 11, 22))
    assert found.verdict == "no-rule-hit"
    return lambda result: replace(result, screening=found)


@pytest.fixture(scope="session")
def gel() -> Simulated:
    """Return a simulation without a person."""
    return simulate(GEL, members=16)
