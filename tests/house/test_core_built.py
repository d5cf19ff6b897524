"""A build server has a compiler, so there the compiled core must have been built."""

from __future__ import annotations

import importlib.util
import os

import pytest


def test_core_is_built() -> None:
    if os.environ.get("CRYODOSE_CI") != "1":
        pytest.skip("a machine without a compiler may do without the compiled core")
    assert importlib.util.find_spec("cryodose.solve._core") is not None
