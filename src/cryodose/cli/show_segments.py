"""The table of a whole body's segments on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.tables import dim, heading, plain_table
from cryodose.outcome.tell import number

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome.whole_body import Segment

_COLUMNS = ("Segment", "Start", "Exit", "90 % of people", "Pain", "Numb", "Frozen")


def segment_lines(segments: tuple[Segment, ...]) -> Iterator[RenderableType]:
    """Yield the table, head first; nothing where no whole body was run."""
    if not segments:
        return
    yield heading("Skin, °C")
    yield plain_table(_COLUMNS, [_row(s) for s in segments])
    yield dim("  last three: K above cold pain, numbness and freezing that 95 of 100 people keep")


def _row(s: Segment) -> tuple[str, ...]:
    low, median, high = s.exit_c
    return (
        s.name,
        number(s.start_c[1]),
        number(median),
        f"{number(low)} to {number(high)}",
        *(number(s.margins_k[k], sign="+") for k in ("cold_pain", "numbness", "freezing")),
    )
