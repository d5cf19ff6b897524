"""A current with a drug on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.tables import bullets, dim, facts_table, heading, plain_table
from cryodose.errors import one_line
from cryodose.outcome.drug import (
    CHOICE_HEAD,
    NOTICE,
    choice_row,
    choice_title,
    limit_words,
    open_words,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome import DrugResult

_COLOUR = {"dose": "green", "goal-not-reached": "yellow", "refused": "red"}


def drug_lines(result: DrugResult) -> Iterator[RenderableType]:
    """Yield what to print, from top to bottom."""
    from rich.padding import Padding
    from rich.text import Text

    dose, told = result.dose, result.told
    colour = _COLOUR[dose.verdict] if dose else "green"
    text = Text()
    if result.session.title:
        text.append(one_line(result.session.title) + "\n\n", style="dim")
    text.append(told.answer + "\n", style=f"bold {colour}")
    text.append(told.detail)
    yield Padding(text, (1, 0, 0, 0))
    for line in open_words(result):
        yield Text(line, style="bold red")
    if result.screening is not None and not result.released and dose is not None:
        yield Text("NOT RELEASED: see below what stands against it.", style="bold red")
    if dose is not None:
        yield from bullets("Why", dose.reasons, "yellow")
        yield heading("Limits")
        yield plain_table(("Limit", "Now"), [limit_words(x) for x in dose.limits])
        if dose.choices:
            yield heading(choice_title(dose))
            yield plain_table(CHOICE_HEAD, [choice_row(c) for c in dose.choices])
    if result.facts:
        yield heading("What the current does")
        yield facts_table(f.row() for f in result.facts)
    yield from bullets("Mind", result.warnings, "yellow")
    yield from bullets("What is said of it", result.claims, "cyan")
    assumed = [f"{a.key} = {a.value} {a.unit}".strip() for a in result.assumed]
    yield from bullets("Assumed", assumed, "dim")
    yield dim(f"\n{NOTICE}")
