"""Results to make drawings of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.plans import Plans, gel_simulated

from cryodose.outcome import Plan, Simulated


@pytest.fixture(scope="session")
def plans() -> Mapping[str, Plan]:
    """Return the plans of the examples of cold alone."""
    return Plans()


@pytest.fixture(scope="session")
def gel() -> Simulated:
    """Return a simulation without a person."""
    return gel_simulated()
