"""`cryodose rules`: look at the rules of screening, check them, compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cryodose.cli.screen import console, print_json
from cryodose.cli.screening import Json, Overlay, rules_of
from cryodose.errors import BadInput

if TYPE_CHECKING:
    from cryodose.screening import Rule

shelf = typer.Typer(
    name="rules", help="Look at the rules of screening, and check them.", rich_markup_mode=None
)
_BAD = 2


@shelf.callback(invoke_without_command=True)
def root(ctx: typer.Context) -> None:
    """Look at the rules of screening, and check them."""
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


@shelf.command()
def show(
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="Id of a rule; without it, all ids.")
    ] = None,
    rules: Overlay = None,
    full: Annotated[
        bool, typer.Option("--full", help="With all codes, words, notes and full citations.")
    ] = False,
    json: Json = False,
) -> None:
    """Show a rule with its variants and sources on one screen, or the list of all rules."""
    from cryodose.cli.tables import plain_table
    from cryodose.screening.describe import rule_dict
    from cryodose.screening.rules import id_key

    used = rules_of(rules)
    ordered = sorted(used.rules, key=id_key)
    if rule is None:
        rows = [(i, used.rules[i].class_, used.rules[i].condition) for i in ordered]
        if json:
            print_json(
                {
                    "rules_version": used.version,
                    "rules": [rule_dict(used.rules[i]) for i in ordered],
                }
            )
        else:
            console().print(plain_table(("Rule", "Class", "Condition"), rows, whole_keys=True))
        return
    if rule not in used.rules:
        raise BadInput("command line", "RULE", rule, f"a rule id, {ordered[0]} to {ordered[-1]}")
    if json:
        print_json(rule_dict(used.rules[rule]))
    elif full:
        _print_all(used.rules[rule])
    else:
        _print_rule(used.rules[rule])


def _print_rule(rule: Rule) -> None:
    """Print what decides, and who says so: at most 24 lines of 80 letters."""
    from rich.table import Table
    from rich.text import Text

    from cryodose.cli.tables import dim
    from cryodose.screening.describe import brief_rows

    out = console()
    out.print(Text(f"{rule.id}  {rule.condition}", style="bold"))
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, words in brief_rows(rule):
        table.add_row(dim(name), Text(words))
    out.print(table)


def _print_all(rule: Rule) -> None:
    from rich.text import Text

    from cryodose.cli.tables import dim, plain_table
    from cryodose.evidence import source
    from cryodose.screening.describe import case_words, rule_rows

    out = console()
    out.print(Text(f"{rule.id}  {rule.condition}", style="bold"))
    out.print(plain_table(("", ""), rule_rows(rule)))
    out.print(plain_table(("Counts as", "When"), [case_words(c) for c in rule.cases]))
    rows = [
        (v.class_, v.says + (f" [{', '.join(v.jurisdictions)}]" if v.jurisdictions else ""))
        for v in rule.variants
    ]
    out.print(plain_table(("Variant", "What the sources say"), rows))
    for key in rule.sources:
        out.print(dim(f"  {key}: {source(key).citation}"), soft_wrap=False)


@shelf.command()
def lint(
    folder: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="Rules; default those of the package.")
    ] = None,
    rules: Overlay = None,
    json: Json = False,
) -> None:
    """Check rules: every code, question, source, and that each case can count."""
    from cryodose.screening.lint import lint_rules
    from cryodose.screening.load import load_rules_from

    used = rules_of(rules) if folder is None else load_rules_from(folder)
    faults = lint_rules(used)
    if json:
        print_json({"rules_version": used.version, "rules": len(used.rules), "faults": faults})
    else:
        out = console()
        for fault in faults:
            out.print(fault)
        out.print(f"{len(used.rules)} rules, version {used.version}: {len(faults)} faults")
    if faults:
        raise typer.Exit(_BAD)


@shelf.command()
def diff(
    other: Annotated[
        str, typer.Argument(metavar="OTHER", help="A clinic's own file, or a folder of rules.")
    ],
    json: Json = False,
) -> None:
    """Say in what other rules differ from those of the package, and where they are weaker."""
    from pathlib import Path

    from cryodose.cli.tables import plain_table
    from cryodose.screening import load_rules, overlaid
    from cryodose.screening.lint import differences
    from cryodose.screening.load import load_rules_from

    ours = load_rules()
    theirs = load_rules_from(other) if Path(other).is_dir() else overlaid(ours, other)
    found = differences(ours, theirs)
    if json:
        print_json({"from": ours.version, "to": theirs.version, "differences": found})
        return
    rows = [(d["rule"], ", ".join(d["fields"]), "; ".join(d["weaker"]) or "-") for d in found]
    out = console()
    out.print(plain_table(("Rule", "Changed", "Weaker"), rows, whole_keys=True))
    out.print(f"{len(found)} rules differ")


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    app.add_typer(shelf)
