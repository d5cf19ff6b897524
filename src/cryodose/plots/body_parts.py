"""The outline of a body by segments, for every drawing of one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Part(NamedTuple):
    """A rounded box (or an ellipse) of a segment; metres on a figure of 1.9 m, right half."""

    segment: str
    x: float
    y: float
    width: float
    height: float
    is_round: bool = False
    sides: str = "both"
    is_paired: bool = True

    @property
    def middles(self) -> tuple[float, ...]:
        """Where its middle lies sideways: once, or on both sides."""
        return (self.x, -self.x) if self.is_paired else (self.x,)


PARTS = (
    Part("neck", 0.0, 1.56, 0.12, 0.14, is_paired=False),
    Part("forehead", 0.0, 1.76, 0.20, 0.24, is_round=True, is_paired=False),
    Part("cheek", 0.0, 1.71, 0.17, 0.16, is_round=True, sides="front", is_paired=False),
    Part("nose", 0.0, 1.73, 0.03, 0.06, is_round=True, sides="front", is_paired=False),
    Part("ear", 0.108, 1.74, 0.03, 0.07, is_round=True),
    Part("shoulder", 0.22, 1.45, 0.13, 0.12, is_round=True),
    Part("chest", 0.0, 1.36, 0.36, 0.26, sides="front", is_paired=False),
    Part("back", 0.0, 1.30, 0.36, 0.38, sides="back", is_paired=False),
    Part("abdomen", 0.0, 1.14, 0.32, 0.20, sides="front", is_paired=False),
    Part("pelvis", 0.0, 0.98, 0.34, 0.18, is_paired=False),
    Part("upper-arm", 0.27, 1.28, 0.10, 0.30),
    Part("forearm", 0.31, 1.01, 0.085, 0.26),
    Part("hand", 0.335, 0.84, 0.085, 0.11, is_round=True),
    Part("finger", 0.345, 0.75, 0.065, 0.10, is_round=True),
    Part("thigh", 0.095, 0.72, 0.155, 0.38),
    Part("knee", 0.10, 0.50, 0.12, 0.10, is_round=True),
    Part("calf", 0.105, 0.30, 0.115, 0.34),
    Part("ankle", 0.11, 0.105, 0.08, 0.07),
    Part("foot", 0.125, 0.05, 0.12, 0.07, is_round=True),
    Part("toe", 0.145, 0.015, 0.11, 0.035, is_round=True, sides="front"),
)
# Where the value of a segment is written, so that none covers another.
LABELS = {
    "nose": 1.73,
    "chest": 1.42,
    "upper-arm": 1.22,
    "finger": 0.86,
    "thigh": 0.62,
    "calf": 0.30,
    "toe": 0.02,
}


def parts_of(view: str) -> Iterator[Part]:
    """Return the parts that are seen from ``front`` or ``back``, those behind first."""
    return (part for part in PARTS if part.sides in ("both", view))
