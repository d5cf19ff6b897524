"""The exact solutions and the column builder, for every test of this folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cryodose.solve import available_backends

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session", autouse=True)
def _core() -> None:
    """Thousands of steps need the compiled core; only a machine without a compiler may skip."""
    if "core" not in available_backends():
        assert os.environ.get("CRYODOSE_CI") != "1", "a build server must have built the core"
        pytest.skip("the compiled core was not built here")
