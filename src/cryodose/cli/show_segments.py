"""The table of a whole body's segments on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.tables import dim, heading, plain_table
from cryodose.outcome.tell import chance, number

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome.whole_body import Segment

_COLUMNS = ("Segment", "Start", "Exit", "Coldest", "To pain", "To numbness", "To freezing", "Numb")


def segment_lines(segments: tuple[Segment, ...]) -> Iterator[RenderableType]:
    """Yield the table, head first; nothing where no whole body was run."""
    if not segments:
        return
    yield heading("Skin, °C")
    yield plain_table(_COLUMNS, [_row(s) for s in segments])
    yield dim("  in brackets the 90 % band; distances are what 95 of 100 people keep, K")


def _row(s: Segment) -> tuple[str, ...]:
    low, median, high = s.exit_c
    return (
        s.name,
        number(s.start_c[1]),
        f"{number(median)} ({number(low)} to {number(high)})",
        number(s.coldest_c[1]),
        *(number(s.margins_k[k], sign="+") for k in ("cold_pain", "numbness", "freezing")),
        chance(s.numb_chance),
    )
