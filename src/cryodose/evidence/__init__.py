"""Every number of the project with unit, range, source and confidence, in TOML tables."""

from __future__ import annotations

from cryodose.evidence.loader import (
    CONFIDENCES,
    EvidenceError,
    Quantity,
    Source,
    Spread,
    document,
    flag,
    has,
    names,
    quantity,
    source,
    source_keys,
    tables,
    text,
    value,
    walk,
    words,
)

__all__ = [
    "CONFIDENCES",
    "EvidenceError",
    "Quantity",
    "Source",
    "Spread",
    "document",
    "flag",
    "has",
    "names",
    "quantity",
    "source",
    "source_keys",
    "tables",
    "text",
    "value",
    "walk",
    "words",
]
