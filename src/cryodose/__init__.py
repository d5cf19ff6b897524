"""Dose cold: from a session file to a plan with its uncertainty.

The public names are loaded on first use, so that ``import cryodose`` costs nothing
and ``cryodose --help`` loads no numerics.

>>> import cryodose
>>> "plan" in dir(cryodose)
True
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOME_OF = {
    "Session": "cryodose.session",
    "load_session": "cryodose.session",
    "plan": "cryodose.front",
    "room": "cryodose.front",
    "simulate": "cryodose.front",
}

__all__ = ["Session", "__version__", "load_session", "plan", "room", "simulate"]


def __getattr__(name: str) -> Any:
    """Load a public name from its room on first use (PEP 562)."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
