"""`cryodose room`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cryodose.cli.options import takes
from cryodose.cli.outputs import write_room
from cryodose.cli.screen import print_json, print_result, working
from cryodose.cli.targets import Targets

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome.room import RoomResult

_HEAD = ("If", "Breathing zone", "Floor", "Effect", "19.5 % in", "18 % in", "Re-entry in")


@dataclass(frozen=True)
class Rooming:
    """Options of `room`."""

    file: Annotated[str, typer.Argument(metavar="ROOM", help="Room file.")]
    json: Annotated[
        bool, typer.Option("--json", help="Write the whole result as JSON to standard output.")
    ] = False
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write the report, one HTML page.")
    ] = None


@takes(Rooming)
def room(options: Rooming) -> None:
    """Say what nitrogen does to the oxygen of a room, and how much use it can bear."""
    targets = Targets(options.file, paths={"--html": options.html})
    with working("airing"):
        from cryodose import front

        answer = front.room(options.file)
        write_room(answer, targets)
    if options.json:
        print_json(answer.to_dict())
    else:
        print_result(room_lines(answer), targets)
    if answer.exit_code:
        raise typer.Exit(answer.exit_code)


def room_lines(result: RoomResult) -> Iterator[RenderableType]:
    """Yield what to print, from top to bottom."""
    from rich.padding import Padding
    from rich.text import Text

    from cryodose.cli.tables import dim, heading, plain_table
    from cryodose.errors import one_line
    from cryodose.outcome.room import NOTICE

    text = Text()
    if result.assessment.file.title:
        text.append(one_line(result.assessment.file.title) + "\n\n", style="dim")
    colour = "red" if result.exit_code else "green"
    text.append(result.told.answer + "\n", style=f"bold {colour}")
    text.append(result.told.detail)
    yield Padding(text, (1, 0, 0, 0))
    yield heading("Oxygen and air")
    yield plain_table(("What", "Value"), result.rows())
    yield heading("On a bad day")
    yield plain_table(_HEAD, result.worst_rows())
    yield dim(f"\n{NOTICE}")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(room)
