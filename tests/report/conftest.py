"""Results to make pages of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.plans import EXAMPLES, Plans, gel_simulated

from cryodose import plan
from cryodose.outcome import DrugResult, FreezeResult, Plan, Simulated
from cryodose.screening import read_facts, screen
from cryodose.session import load_session


@pytest.fixture(scope="session")
def plans() -> Mapping[str, Plan]:
    """Return the plans of the examples of cold alone."""
    return Plans()


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
    return gel_simulated()
