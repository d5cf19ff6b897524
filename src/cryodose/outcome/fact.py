"""A number a reader looks for first, for results of their own kind."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cryodose.outcome.tell import Row, number


@dataclass(frozen=True)
class Fact:
    """A number a reader looks for first, with its 90 percent band; equal ends: no spread."""

    name: str
    words: str
    unit: str
    low: float
    median: float
    high: float

    def row(self) -> Row:
        """Return the fact as a line of a table."""
        digits = 3 if abs(self.median) < 1.0 else (2 if abs(self.median) < 10.0 else 0)
        if self.unit == "°C":
            digits = 1
        low, median, high = (number(v, digits) for v in (self.low, self.median, self.high))
        band = "" if self.low == self.high else f"{low} to {high}"
        return Row(self.words, f"{median} {self.unit}".strip(), band)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        ends = {k: finite(getattr(self, k)) for k in ("low", "median", "high")}
        return {"words": self.words, "unit": self.unit, **ends}


def finite(value: float | None) -> float | None:
    """Return a number for JSON: None where it does not exist, six digits after the point."""
    return None if value is None or not math.isfinite(value) else round(float(value), 6)
