"""`cryodose init`: write a commented session file by asking."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated

import typer

from cryodose.cli.options import takes
from cryodose.cli.questions import Answers, complete
from cryodose.cli.screen import console
from cryodose.cli.template import session_text
from cryodose.errors import BadInput, one_line


@dataclass(frozen=True)
class Beginning:
    """Options of `init`: what is given here is not asked."""

    file: Annotated[str, typer.Argument(metavar="[FILE]", help="File to write.")] = "session.toml"
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing; take what is suggested.")] = False
    force: Annotated[bool, typer.Option("--force", help="Write over an existing file.")] = False
    modality: Annotated[
        str | None, typer.Option("--modality", metavar="NAME", help="cold-pack or immersion.")
    ] = None
    site: Annotated[
        str | None, typer.Option("--site", metavar="NAME", help="Where the pack lies.")
    ] = None
    agent: Annotated[
        str | None, typer.Option("--agent", metavar="NAME", help="What is laid on.")
    ] = None
    barrier: Annotated[
        str | None, typer.Option("--barrier", metavar="NAME", help="What is between.")
    ] = None
    water: Annotated[
        str | None, typer.Option("--water", metavar="C", help="Temperature of a bath, in C.")
    ] = None
    immersed: Annotated[
        str | None, typer.Option("--immersed", metavar="NAME", help="How far into the bath.")
    ] = None
    sex: Annotated[str | None, typer.Option("--sex", metavar="NAME", help="female or male.")] = None
    age: Annotated[str | None, typer.Option("--age", metavar="YEARS", help="Age.")] = None
    fat: Annotated[
        str | None,
        typer.Option("--fat", metavar="MM", help="Fat under the skin of the site; - if unknown."),
    ] = None
    goal: Annotated[
        str | None, typer.Option("--goal", metavar="GOAL", help="What for; as in plan --goal.")
    ] = None


@takes(Beginning)
def init(options: Beginning) -> None:
    """Write a commented session file by asking."""
    from cryodose.io.atomic import write_whole
    from cryodose.session import parse_session

    if os.path.lexists(options.file) and not options.force:
        raise BadInput(options.file, "", expected="a new file; --force writes over this one")
    given = {
        name: value
        for name, value in vars(options).items()
        if name not in ("file", "yes", "force") and value is not None
    }
    answers: Answers = complete(given, ask=not options.yes)
    text = session_text(answers)
    parse_session(text, "command line")  # never write a file that `plan` would not take
    write_whole(options.file, text)
    shown = one_line(options.file)
    console().print(f"Wrote {shown}. Next: cryodose plan {shown}", soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(init)
