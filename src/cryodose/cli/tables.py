"""Tables, headings and lists of the terminal, all in one style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from cryodose.errors import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome.tell import Row
    from cryodose.procedures.room import RoomUse


def heading(words: str) -> RenderableType:
    """Return a heading with a line of air above it."""
    from rich.text import Text

    return Text(f"\n{words}", style="bold cyan")


def dim(words: str) -> RenderableType:
    """Return small print."""
    from rich.text import Text

    return Text(words, style="dim")


def bullets(words: str, items: Iterable[str], style: str) -> Iterator[RenderableType]:
    """Yield a heading and its items, with hanging lines."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    for item in items:
        grid.add_row(Text("  •", style=style), Text(one_line(item)))
    if grid.row_count:
        yield heading(words)
        yield grid


def indented(what: RenderableType) -> RenderableType:
    """Return something set in by two columns."""
    from rich.padding import Padding

    return Padding(what, (0, 0, 0, 2))


def plain_table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, whole_keys: bool = False
) -> RenderableType:
    """Return a table without lines between its cells; `whole_keys`: first column unbroken."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for index, name in enumerate(head):
        table.add_column(Text(name), overflow="fold", no_wrap=index == 0 and whole_keys)
    for row in rows:
        table.add_row(*[Text(one_line(cell)) for cell in row])
    return indented(table)


def facts_table(rows: Iterable[Row]) -> RenderableType:
    """Return the table of facts with their bands."""
    return plain_table(
        ("What", "Likely", "90 % of people"), [(r.words, r.likely, r.band) for r in rows]
    )


def room_table(use: RoomUse | None) -> Iterator[RenderableType]:
    """Yield what a session does to the air of its room; nothing where no room was given."""
    if use is None:
        return
    from cryodose.outcome.room_use import room_rows

    yield heading("The air of the room")
    rows = [(r.words, r.likely, r.band) for r in room_rows(use)]
    yield plain_table(("What", "Value", ""), rows)
