"""The scoreboard for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from cryodose.validate import prose, tables
from cryodose.validate.results import Validation

__all__ = ["scoreboard"]

_COLOURS = {"yes": "green", "no": "red"}


def scoreboard(validation: Validation) -> RenderableType:
    """Return the result for a rich console: targets, summary, experiments, gaps."""
    shown = [
        tables.targets_table(validation),
        tables.drugs_table(validation),
        tables.summary_table(validation),
        *(tables.individuals_table(study) for study in validation.individuals),
        tables.experiments_table(validation),
        tables.gaps_table(validation),
    ]
    parts: list[RenderableType] = [Text(prose.opening(validation))]
    for table in shown:
        if table.rows:
            parts += [Text(), _rich(table)]
    parts += [Text(), *(Text(line, style="dim") for line in prose.honesty(validation))]
    return Group(*parts)


def _rich(table: tables.Table) -> RichTable:
    shown = RichTable(
        title=Text(table.title, style="bold"),
        title_justify="left",
        box=None,
        pad_edge=False,
        collapse_padding=len(table.head) > 5,  # a terminal of 80 columns holds a wide table too
    )
    for column, name in enumerate(table.head):
        # Names of experiments stay whole on a narrow terminal; the texts beside them wrap.
        shown.add_column(
            Text(name),
            justify="right" if table.is_number(column) else "left",
            no_wrap=column == 0 and len(table.head) > 4,
            overflow="fold",
        )
    previous = ""
    for row in table.rows:
        # A name that repeats in the first column only makes a table harder to read.
        first = "" if row[0] == previous else row[0]
        previous = row[0]
        shown.add_row(Text(first), *(Text(c, style=_COLOURS.get(c, "")) for c in row[1:]))
    return shown
