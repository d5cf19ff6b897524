"""`cryodose validate`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cryodose.cli.options import takes
from cryodose.cli.plan import Json, Seed
from cryodose.cli.screen import print_json, print_result
from cryodose.cli.targets import MissingExtra, Targets

if TYPE_CHECKING:
    from cryodose.validate import Validation

_MEMBERS = 256
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Validating:
    """Options of `validate`."""

    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Experiment files, or folders of them.")
    ]
    json: Json = False
    html: Annotated[
        str | None, typer.Option("--html", metavar="FILE", help="Write a page with drawings.")
    ] = None
    docs: Annotated[
        str | None, typer.Option("--docs", metavar="FILE", help="Write a page in Markdown.")
    ] = None
    seed: Seed = None
    members: Annotated[
        int, typer.Option("--members", metavar="N", min=1, max=100000, help="People drawn.")
    ] = _MEMBERS


@takes(Validating)
def validate(options: Validating) -> None:
    """Compare the predictions with published experiments."""
    from cryodose.validate import run_validation, scoreboard, to_json

    targets = Targets(*options.paths, paths={"--html": options.html, "--docs": options.docs})
    with _progress() as tell:
        found = run_validation(
            options.paths, members=options.members, seed=options.seed or 0, progress=tell
        )
    _write(found, targets)
    if options.json:
        print_json(to_json(found))
    else:
        print_result([scoreboard(found)], targets)


def _write(found: Validation, targets: Targets) -> None:
    from cryodose.io.atomic import write_whole
    from cryodose.validate import to_html, to_markdown

    if (docs := targets["--docs"]) is not None:
        write_whole(docs, to_markdown(found))
    if (page := targets["--html"]) is not None:
        try:
            from cryodose.plots.validation import validation_figures
        except ModuleNotFoundError as error:
            raise MissingExtra("--html", "report", error.name or "matplotlib") from None
        write_whole(page, to_html(found, validation_figures(found)))


@contextlib.contextmanager
def _progress() -> Iterator[Progress | None]:
    """Show a bar on a terminal, and nothing anywhere else."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.text import Text

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("validating", total=None)

        def tell(done: int, total: int, key: str) -> None:
            bar.update(task, completed=done, total=total, description=Text(key).plain)

        yield tell


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(validate)
