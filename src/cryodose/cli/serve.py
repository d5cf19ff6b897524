"""`cryodose serve`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Annotated

import typer

from cryodose.cli.options import takes
from cryodose.errors import MISSING, BadInput


@dataclass(frozen=True)
class Serving:
    """Options of `serve`."""

    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, typer.Option("--port", metavar="N", help="Port.", min=1, max=65535)] = 8000
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty database with people who do not exist.")
    ] = False


def need_clinic() -> None:
    """Refuse where the packages of the clinic are missing.

    Raises
    ------
    BadInput
        Naming what to install.
    """
    if any(find_spec(name) is None for name in ("django", "allauth", "uvicorn")):
        raise BadInput("command line", "serve", MISSING, "pip install 'cryodose[clinic]'")


@takes(Serving)
def serve(options: Serving) -> None:
    """Open the clinic: records, live sessions and pages, for browsers on this network."""
    need_clinic()
    from cryodose.clinic.serve import serve as run

    run(options.host, options.port, demo=options.demo)


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(serve)
