"""`cryodose plan` and `cryodose simulate`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

import typer

from cryodose.cli.options import takes


@dataclass(frozen=True)
class Planning:
    """Options of `plan`."""

    file: Annotated[str, typer.Argument(metavar="FILE", help="Session file.")]
    json: Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")] = False
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of the draws.")] = None
    members: Annotated[int | None, typer.Option("--members", help="People in the ensemble.")] = None


@takes(Planning)
def plan(options: Planning) -> None:
    """Say how long the cold stays on, with the probability that it helps and does no harm."""
    from cryodose import front

    answer = front.plan(options.file, members=options.members, seed=options.seed)
    if options.json:
        typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
    else:
        dose = answer.dose
        typer.echo(f"{dose.verdict}: {dose.dose_s or 0.0:g} s, at most {dose.longest_s:g} s")
    if answer.exit_code:
        raise typer.Exit(answer.exit_code)


@takes(Planning)
def simulate(options: Planning) -> None:
    """Say what a session, run as its file states it, does to the tissue."""
    from cryodose import front

    answer = front.simulate(options.file, members=options.members, seed=options.seed)
    if options.json:
        typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
    else:
        for name, band in answer.facts.items():
            typer.echo(f"{name}: {band}")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(plan)
    app.command()(simulate)
