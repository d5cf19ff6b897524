"""`cryodose show`: the numbers the program works with, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cryodose.cli.plan import Json
from cryodose.cli.screen import console, print_json
from cryodose.errors import BadInput

if TYPE_CHECKING:
    from cryodose.evidence import Quantity

shelf = typer.Typer(
    name="show",
    help="Look up the numbers the program works with, and their sources.",
    rich_markup_mode=None,
)


@shelf.callback(invoke_without_command=True)
def root(ctx: typer.Context) -> None:
    """Look up the numbers the program works with, and their sources."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@shelf.command()
def evidence(
    table: Annotated[
        str | None, typer.Argument(metavar="[TABLE]", help="Table; without it, the list of tables.")
    ] = None,
    key: Annotated[
        str | None, typer.Argument(metavar="[KEY]", help="Only what is at or below this key.")
    ] = None,
    json: Json = False,
) -> None:
    """Show numbers with unit, range, source and confidence."""
    from cryodose.evidence import tables, walk

    if table is None:
        rows = [(name, str(sum(1 for _ in walk(name)))) for name in tables()]
        _print(("Table", "Numbers"), rows, json)
        return
    if table not in tables():
        raise BadInput("command line", "TABLE", table, f"one of {', '.join(tables())}")
    found = [q for q in walk(table) if key is None or _is_below(q.key, f"{table}.{key}")]
    if key is not None and not found:
        known = ", ".join(dict.fromkeys(_top(q, table) for q in walk(table))) or "none"
        raise BadInput("command line", "KEY", key, f"a key of {table}: {known}")
    if json:
        print_json({"table": table, "quantities": [vars(q) for q in found]})
        return
    head = ("Key", "Value (5 to 95 %)", "Source", "Confidence")
    _print(head, [_row(q, table) for q in found], as_json=False)
    _print_notes(found, table)


@shelf.command()
def sources(json: Json = False) -> None:
    """Show every publication that a number comes from."""
    from cryodose.evidence import names, source

    rows = [(s.key, s.citation, s.doi) for s in map(source, names("sources"))]
    _print(("Key", "Citation", "DOI"), rows, json)


@shelf.command()
def sites(json: Json = False) -> None:
    """Show the sites of the body with their layers."""
    from cryodose.evidence import has, names, text

    rows = [
        (
            site,
            _millimetres(site, "dermis_mm"),
            _millimetres(site, "adipose_female_mm"),
            _millimetres(site, "adipose_male_mm"),
            text("sites", f"{site}.nerve") if has("sites", f"{site}.nerve") else "",
        )
        for site in names("sites")
        if has("sites", f"{site}.dermis_mm")
    ]
    head = ("Site", "Skin, mm", "Fat, women, mm", "Fat, men, mm", "Nerve near the skin")
    _print(head, rows, json)


def _print(head: Sequence[str], rows: Iterable[Sequence[str]], as_json: bool) -> None:
    if as_json:
        data: dict[str, Any] = {"columns": list(head), "rows": [list(row) for row in rows]}
        print_json(data)
        return
    from cryodose.cli.tables import plain_table

    console().print(plain_table(head, rows, whole_keys=True))


def _print_notes(found: Sequence[Quantity], table: str) -> None:
    from rich.text import Text

    out = console()
    for q in found:
        if q.note:
            out.print(Text(f"  {q.key.removeprefix(f'{table}.')}: {q.note}", style="dim"))


def _row(q: Quantity, table: str) -> tuple[str, ...]:
    span = "" if q.low == q.high else f" ({q.low:g} to {q.high:g})"
    unit = "" if q.unit == "-" else f" {q.unit}"
    return (q.key.removeprefix(f"{table}."), f"{q.value:g}{span}{unit}", q.source, q.confidence)


def _is_below(key: str, wanted: str) -> bool:
    return key == wanted or key.startswith(f"{wanted}.")


def _top(q: Quantity, table: str) -> str:
    return q.key.removeprefix(f"{table}.").partition(".")[0]


def _millimetres(site: str, key: str) -> str:
    from cryodose.evidence import has, quantity

    if not has("sites", f"{site}.{key}"):
        return ""
    q = quantity("sites", f"{site}.{key}")
    return f"{q.value:g} ({q.low:g} to {q.high:g})"


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    app.add_typer(shelf)
