"""The table of a whole body's segments on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.tables import dim, heading, plain_table
from cryodose.outcome.segment_rows import SEGMENT_HEAD, SEGMENT_NOTE, ice_lines, segment_rows

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome.whole_body import Segment


def segment_lines(segments: tuple[Segment, ...]) -> Iterator[RenderableType]:
    """Yield the table, head first; nothing where no whole body was run."""
    if not segments:
        return
    yield heading("Skin, °C")
    yield plain_table(SEGMENT_HEAD, segment_rows(segments))
    yield dim(f"  {SEGMENT_NOTE}")
    yield from (f"  {line}" for line in ice_lines(segments))
