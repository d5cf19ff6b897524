"""The table of a whole body's segments, as words for the terminal and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryodose.outcome.tell import chance, number

if TYPE_CHECKING:
    from cryodose.outcome.whole_body import Segment

SEGMENT_HEAD = ("Segment", "Start", "Exit", "90 % of people", "Pain", "Numb", "0 °C", "Nip")
SEGMENT_NOTE = "last four: K that 95 of 100 keep above pain, numbness, 0 °C and frostnip"
_MARGINS = ("cold_pain", "numbness", "freezing", "frostnip")


def segment_rows(segments: tuple[Segment, ...]) -> list[tuple[str, ...]]:
    """Return a line for each segment, head first; its columns are `SEGMENT_HEAD`."""
    rows = []
    for s in segments:
        low, median, high = s.exit_c
        margins = (number(s.margins_k[k], sign="+") for k in _MARGINS)
        band = f"{number(low)} to {number(high)}"
        rows.append((s.name, number(s.start_c[1]), number(median), band, *margins))
    return rows


def ice_lines(segments: tuple[Segment, ...]) -> list[str]:
    """Return a sentence for each segment that freezes in some people, the likeliest first."""
    froze = sorted((s for s in segments if s.frozen_chance > 0), key=lambda s: -s.frozen_chance)
    return [
        f"Frostbite: the {s.name} freezes in {chance(s.frozen_chance)} of people, "
        f"{s.ice_mm[1]:.2f} mm of ice ({s.ice_mm[0]:.2f} to {s.ice_mm[2]:.2f})"
        for s in froze
    ]
