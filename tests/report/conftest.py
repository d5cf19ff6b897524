"""Results to make pages of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.plans import EXAMPLES, Plans, gel_simulated

from cryodose import plan
from cryodose.outcome import Plan, Simulated
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
def gel() -> Simulated:
    """Return a simulation without a person."""
    return gel_simulated()
