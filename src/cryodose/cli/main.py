"""The command `cryodose`: its groups, its version, and its one entry."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import cryodose
from cryodose.cli import (
    backup,
    catalogue,
    course,
    fhir,
    init,
    plan,
    room,
    rules,
    screening,
    sensors,
    serve,
    show,
    validate,
)
from cryodose.cli.guard import DEBUG, guarded
from cryodose.cli.letters import let_every_terminal_print

app = typer.Typer(
    name="cryodose",
    help="Dose cold: from a session file to a plan with its uncertainty.",
    epilog="Exit codes: 0 plan, 2 bad input, 3 refused, 130 interrupted. "
    "Not a certified medical device.",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
    debug: Annotated[
        bool, typer.Option(DEBUG, help="Show where an unexpected error arose.")
    ] = False,
) -> None:
    """Dose cold: from a session file to a plan with its uncertainty."""
    if version:
        typer.echo(f"cryodose {cryodose.__version__}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


GROUPS = (
    plan, room, validate, screening, rules, catalogue, course, fhir, sensors, show, init, serve,
    backup,
)  # fmt: skip
for group in GROUPS:
    group.add_to(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    command: Any = typer.main.get_command(app)

    def go() -> int:
        # Not command.main(): it would end an interrupt or a closed pipe in its own way.
        try:
            with command.make_context("cryodose", list(arguments)) as context:
                command.invoke(context)
        except typer.Exit as end:
            return end.exit_code
        return 0

    return guarded(go, debug=DEBUG in arguments)


def main() -> None:
    """Entry of the installed command."""
    let_every_terminal_print()
    sys.exit(run(sys.argv[1:]))
