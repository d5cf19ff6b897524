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
    from cryodose.evidence.aftercare import Statement

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
def aftercare(
    language: Annotated[
        str | None,
        typer.Option("--language", metavar="LANGUAGE", help="Beside it as leaflets say it: ru."),
    ] = None,
    json: Json = False,
) -> None:
    """Show every statement of the leaflets of freezes and currents, with its sources."""
    from cryodose.evidence.aftercare import statements
    from cryodose.report.language import LANGUAGES, texts

    if language is not None and language not in LANGUAGES:
        raise BadInput("command line", "--language", language, f"one of {', '.join(LANGUAGES)}")
    told = texts(language or "en").told
    if json:
        rows = [
            s.to_dict() | ({"translation": told(s.words)} if language else {}) for s in statements()
        ]
        print_json({"statements": rows})
        return
    for s in statements():
        lines = (s.words, told(s.words) if language else "", _ground(s))
        _print_lines(f"{s.key} ({_when(s)})", lines)


def _when(row: Statement) -> str:
    """Return of what a statement is said, in the names of the table."""
    given = ", ".join(sorted(row.given))
    barred = f"not {', '.join(sorted(row.not_given))}" if row.not_given else ""
    return "; ".join(part for part in (given, barred) if part) or "all"


def _ground(row: Statement) -> str:
    """Return what a statement stands on."""
    return "; ".join(part for part in (", ".join(row.sources), row.confidence, row.note) if part)


def _print_lines(title: str, lines: Sequence[str]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    out.print(Text(title, style="bold"))
    for line in lines:
        if line:
            out.print(Padding(Text(line), (0, 0, 0, 2)))


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
