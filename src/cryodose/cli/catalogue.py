"""`cryodose evidence`: what is claimed of cold, and what trials found."""

from __future__ import annotations

from typing import Annotated

import typer

from cryodose.cli.screen import console, print_json
from cryodose.cli.screening import Json
from cryodose.errors import BadInput


def evidence(
    goal: Annotated[
        str | None, typer.Argument(metavar="[GOAL]", help="Such as migraine; without it, all.")
    ] = None,
    json: Json = False,
) -> None:
    """Show the best evidence for what cold is said to do."""
    from rich.text import Text

    from cryodose.cli.tables import dim, plain_table
    from cryodose.evidence import source
    from cryodose.evidence.catalogue import indication, indications

    out = console()
    if goal is None:
        if json:
            print_json({"indications": [row.to_dict() for row in indications()]})
        else:
            rows = [(row.key, row.verdict) for row in indications()]
            out.print(plain_table(("Goal", "Evidence"), rows, whole_keys=True))
        return
    row = indication(goal)
    if row is None:
        known = ", ".join(i.key for i in indications())
        raise BadInput("command line", "GOAL", goal, f"one of {known}")
    if json:
        print_json(row.to_dict())
        return
    out.print(Text(f"{row.name} ({row.id})", style="bold"))
    out.print(Text(f"{row.verdict[:1].upper()}{row.verdict[1:]}"))
    rows = list(row.texts.items()) + [("size", str(size)) for size in row.sizes]
    offered = ", ".join(row.offered) or "nothing: it can be recorded as a wish"
    rows += [("offered for", offered), ("confidence", row.confidence)]
    out.print(plain_table(("", ""), rows))
    for key in row.sources:
        out.print(dim(f"  {key}: {source(key).citation}"))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(evidence)
