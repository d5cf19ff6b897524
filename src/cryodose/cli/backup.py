"""`cryodose backup` and `cryodose restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cryodose.cli.serve import need_clinic

Archive = Annotated[str, typer.Argument(metavar="FILE", help="The archive, such as clinic.tar.gz.")]


def backup(file: Archive) -> None:
    """Pack the clinic into one file, also while it is running."""
    need_clinic()
    from cryodose.clinic.backup import backup as pack
    from cryodose.clinic.environment import read_environment

    done = pack(read_environment(), Path(file))
    typer.echo(f"Wrote {file}: {done.files} files, {done.bytes} bytes. It holds health data.")


def restore(file: Archive) -> None:
    """Unpack a backup into an empty data folder, and check it."""
    need_clinic()
    from cryodose.clinic.backup import restore as unpack
    from cryodose.clinic.environment import read_environment
    from cryodose.clinic.sound import faults

    env = read_environment()
    done = unpack(env, Path(file))
    wrong = faults()
    typer.echo(f"Restored {done.files} files, {done.bytes} bytes, into {env.data}.")
    for line in wrong:
        typer.echo(f"  {line}")
    if wrong:
        raise typer.Exit(1)
    typer.echo("Every picture, event and version is where it belongs.")


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(backup)
    app.command()(restore)
