"""Screening before a plan, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import typer

from cryodose.errors import MISSING, BadInput

if TYPE_CHECKING:
    from cryodose.screening import Screening


def screened(patient: str | None, day: str | None, procedure: str) -> Screening | None:
    """Return what screening says of a patient file, or None without one.

    Raises
    ------
    BadInput
        For a file that cannot be read, or where the day is missing.
    """
    if patient is None:
        return None
    if day is None:
        raise BadInput("command line", "--date", MISSING, "the day of the session, with --patient")
    from cryodose.cli.screening import day_of, facts_of, rules_of
    from cryodose.screening import screen

    rules = rules_of(None)
    return screen(facts_of(patient, rules), procedure, day_of(day), stage="once", rules=rules)


def stop_with(result: Screening, *, as_json: bool) -> NoReturn:
    """Show the findings that stop a plan, and end with the exit code of a refusal."""
    from cryodose.cli.screen import print_json
    from cryodose.cli.screening import print_screening

    if as_json:
        print_json({"kind": "screening", **result.to_dict()})
    else:
        print_screening(result)
    raise typer.Exit(result.exit_code)
