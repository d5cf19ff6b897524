"""`cryodose fhir`: records to FHIR R4 and back, and what became of each resource."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cryodose.cli.options import takes
from cryodose.cli.screen import console, print_json
from cryodose.cli.screening import day_of, json_of
from cryodose.cli.targets import Targets
from cryodose.errors import BadInput

if TYPE_CHECKING:
    from cryodose.fhir import Imported

shelf = typer.Typer(
    name="fhir", help="Turn a clinic's records into FHIR R4 and back.", rich_markup_mode=None
)
Source = Annotated[str, typer.Argument(metavar="FILE", help="FHIR R4 as JSON, or - for stdin.")]
_SHOWN = 40


@shelf.callback(invoke_without_command=True)
def root(ctx: typer.Context) -> None:
    """Turn a clinic's records into FHIR R4 and back."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@dataclass(frozen=True)
class Checking:
    """Options of `fhir check`."""

    file: Source
    json: Annotated[
        bool, typer.Option("--json", help="Write all of it as JSON to standard output.")
    ] = False


@shelf.command()
@takes(Checking)
def check(options: Checking) -> None:
    """Say what would be stored, kept for screening, refused, and not understood."""
    found = _read(options.file)
    if options.json:
        print_json(found.to_dict())
    else:
        _print(found)


@dataclass(frozen=True)
class Importing:
    """Options of `fhir import`."""

    file: Source
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Write there; else to stdout.")
    ] = None


@shelf.command("import")
@takes(Importing)
def import_(options: Importing) -> None:
    """Write the records that a FHIR file holds as a records file."""
    from cryodose.fhir.files import records_data

    targets = Targets(options.file, paths={"--out": options.out})
    found = _read(options.file)
    _write({**records_data(found.records), "history": found.history}, targets)
    for name, why in found.refused:
        typer.echo(f"refused: {name}: {why}", err=True)
    for name, path in found.not_understood:
        typer.echo(f"not understood: {name}: {path}", err=True)


@dataclass(frozen=True)
class Exporting:
    """Options of `fhir export`."""

    file: Annotated[str, typer.Argument(metavar="RECORDS", help="A records file.")]
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="Write there; else to stdout.")
    ] = None
    author: Annotated[
        str, typer.Option("--author", metavar="NAME", help="Who is responsible for it.")
    ] = "cryodose"


@shelf.command()
@takes(Exporting)
def export(options: Exporting) -> None:
    """Write the records of one person as a FHIR R4 document."""
    from datetime import UTC, datetime

    from cryodose.fhir import document
    from cryodose.fhir.files import records_from

    targets = Targets(options.file, paths={"--out": options.out})
    records = records_from(json_of(options.file), options.file)
    with _naming(options.file):
        made = document(records, datetime.now(UTC), author=options.author)
    _write(made, targets)


@dataclass(frozen=True)
class Hooking:
    """Options of `fhir cds`."""

    file: Annotated[
        str | None,
        typer.Argument(metavar="[REQUEST]", help="A request as JSON; without it, the services."),
    ] = None
    service: Annotated[
        str, typer.Option("--service", metavar="ID", help="Which service is asked.")
    ] = "cryodose-order"
    date: Annotated[str, typer.Option("--date", metavar="DATE", help="Day of the screening.")] = ""


@shelf.command()
@takes(Hooking)
def cds(options: Hooking) -> None:
    """Answer a CDS Hooks request with cards, as the site would."""
    from cryodose.fhir.cds import answer, discovery

    if options.file is None:
        print_json(discovery())
        return
    request = json_of(options.file)
    with _naming(options.file):
        told = answer(options.service, request, day_of(options.date))
    print_json(told)


@contextlib.contextmanager
def _naming(file: str) -> Iterator[None]:
    """Let a fault of data name the file that the data came from."""
    try:
        yield
    except BadInput as error:
        known = error.file or file
        raise BadInput(known, error.key, error.value, error.expected) from None


def _read(path: str) -> Imported:
    from cryodose.fhir import read_fhir

    return read_fhir(json_of(path), path)


def _write(data: dict[str, Any], targets: Targets) -> None:
    from cryodose.io.atomic import write_whole
    from cryodose.io.plain import json_text

    path = targets["--out"]
    if path is None:
        print_json(data)
    else:
        write_whole(path, json_text(data) + "\n")


def _print(found: Imported) -> None:
    from collections import Counter

    from cryodose.cli.tables import bullets, plain_table

    out = console()
    stored = Counter(type(r).__name__ for r in found.records)
    kept = Counter(str(h["resourceType"]) for h in found.history)
    rows = [(kind, str(n), "stored") for kind, n in sorted(stored.items())]
    rows += [(kind, str(n), "kept whole, for screening") for kind, n in sorted(kept.items())]
    if found.refused:
        rows.append(("all others", str(len(found.refused)), "refused"))
    out.print(plain_table(("What", "How many", "What becomes of it"), rows))
    for title, pairs in (("Refused", found.refused), ("Not understood", found.not_understood)):
        lines = [f"{name}: {what}" for name, what in pairs[:_SHOWN]]
        left = len(pairs) - _SHOWN
        for line in bullets(title, [*lines, f"and {left} more"] if left > 0 else lines, "dim"):
            out.print(line)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.add_typer(shelf)
