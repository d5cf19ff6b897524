"""Every number of the project with unit, range, source and confidence, in TOML tables."""

from __future__ import annotations

from cryodose.evidence.loader import (
    EvidenceError,
    Quantity,
    Source,
    Spread,
    flag,
    has,
    names,
    quantity,
    source,
    tables,
    text,
    value,
    walk,
    words,
)

__all__ = [
    "EvidenceError",
    "Quantity",
    "Source",
    "Spread",
    "flag",
    "has",
    "names",
    "quantity",
    "source",
    "tables",
    "text",
    "value",
    "walk",
    "words",
]
