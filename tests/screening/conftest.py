"""What all tests of screening share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cryodose.screening import Screening, facts_from, load_rules, screen

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def rules():
    return load_rules()


@pytest.fixture
def ask() -> Callable[..., Screening]:
    """Return a function that screens plain data."""

    def call(
        data: Any, procedure: str = "cryosauna", on: date | None = None, **options: Any
    ) -> Screening:
        from people import DAY

        return screen(facts_from(data), procedure, on or DAY, **options)

    return call


@pytest.fixture
def person() -> Callable[..., dict[str, Any]]:
    """Return a function that gives the base with changes."""

    def make(**case: Any) -> dict[str, Any]:
        from people import with_changes

        return with_changes(case)

    return make
