"""The report of a current with a drug."""

from __future__ import annotations

from cryodose.outcome.drug import (
    CHOICE_HEAD,
    NOTICE,
    DrugResult,
    choice_row,
    choice_title,
    limit_words,
    open_words,
)
from cryodose.outcome.markup import Markup, table
from cryodose.report import parts, special
from cryodose.report.page import section

_CAPTIONS = {
    "amounts": "Where the drug is. Line: half of the people have less; band: 90 % of people.",
    "depth": "The drug in the tissue of the most likely person, over depth and time.",
    "cold": "Skin under the pad, and its blood flow in percent of the start.",
}


def drug_page(result: DrugResult, drawn: dict[str, str]) -> str:
    """Return the report as one HTML document.

    Parameters
    ----------
    result : DrugResult
    drawn : dict
        Drawings as SVG text by name; may be empty.
    """
    dose = result.dose
    return special.document(
        result,
        ("A drug driven by current", "Simulation"),
        NOTICE,
        parts.sentences("Why", dose.reasons, "reasons") if dose else None,
        parts.sentences("Before anybody switches it on", open_words(result), "open"),
        parts.sentences("Mind", result.warnings, "warnings"),
        _limits(result),
        _choices(result),
        special.drawings(drawn, _CAPTIONS),
        special.rows_of("What the current does", [f.row() for f in result.facts], "facts")
        if result.facts
        else None,
        parts.sentences("What is said of it", result.claims, "claims"),
    )


def _choices(result: DrugResult) -> Markup | None:
    if result.dose is None or not result.dose.choices:
        return None
    rows: list[tuple[object, ...]] = [choice_row(c) for c in result.dose.choices]
    title = choice_title(result.dose)
    return section(title, table(CHOICE_HEAD, rows), name="choices")


def _limits(result: DrugResult) -> Markup | None:
    if result.dose is None:
        return None
    rows: list[tuple[object, ...]] = [limit_words(x) for x in result.dose.limits]
    return section("Limits", table(("Limit", "Now"), rows), name="limits")
