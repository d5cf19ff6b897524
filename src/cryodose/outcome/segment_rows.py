"""The table of a whole body's segments, as words for the terminal and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryodose.outcome.tell import number

if TYPE_CHECKING:
    from cryodose.outcome.whole_body import Segment

SEGMENT_HEAD = ("Segment", "Start", "Exit", "90 % of people", "Pain", "Numb", "Frozen")
SEGMENT_NOTE = "last three: K above cold pain, numbness and freezing that 95 of 100 people keep"
_MARGINS = ("cold_pain", "numbness", "freezing")


def segment_rows(segments: tuple[Segment, ...]) -> list[tuple[str, ...]]:
    """Return a line for each segment, head first; its columns are `SEGMENT_HEAD`."""
    rows = []
    for s in segments:
        low, median, high = s.exit_c
        margins = (number(s.margins_k[k], sign="+") for k in _MARGINS)
        band = f"{number(low)} to {number(high)}"
        rows.append((s.name, number(s.start_c[1]), number(median), band, *margins))
    return rows
