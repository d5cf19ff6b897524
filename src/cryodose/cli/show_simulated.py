"""A simulation on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.show_plan import assumed_lines
from cryodose.cli.show_segments import segment_lines
from cryodose.cli.tables import bullets, dim, facts_table, heading
from cryodose.errors import one_line
from cryodose.outcome.tell import fact_rows, time_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome import Simulated


def simulated_lines(shown: Simulated) -> Iterator[RenderableType]:
    """Yield what to print, from top to bottom."""
    from rich.text import Text

    from cryodose.outcome.types import NOTICE

    title = one_line(shown.session.title or "Simulation")
    yield Text(f"\n{title}", style="bold")
    spans = ", ".join(f"{time_words(a)} to {time_words(b)}" for a, b in shown.run.request.spans())
    yield Text(f"Cold on from the start: {spans}." if spans.startswith("0 s") else f"On: {spans}.")
    yield from bullets("Mind", shown.warnings, "yellow")
    yield heading("What the cold does")
    yield facts_table(fact_rows(shown.facts))
    yield from segment_lines(shown.segments)
    yield from assumed_lines(shown.assumed)
    yield dim(f"\n{shown.run.members} people drawn, seed {shown.run.seed}. {NOTICE}")
