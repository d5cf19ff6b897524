"""The report of a freeze."""

from __future__ import annotations

from cryodose.dosing.freeze_dose import FreezeDose
from cryodose.outcome import freeze_words as words
from cryodose.outcome.freeze import NOTICE, FreezeResult
from cryodose.outcome.freeze_compare import HEAD, compared_rows
from cryodose.outcome.markup import Markup, el, table
from cryodose.report import parts, special
from cryodose.report.page import section

_CAPTIONS = {
    "section": "A cut through the middle of the spot in the most likely case. Left: the coldest "
    "temperature with the lines of 0, −5, −20, −30 and −50 °C; right: where the target cells die, "
    "with the lines of 50 (dashed) and 90 %. Pink: the lesion; dashed: with its margin; black bar: "
    "the spot.",
    "reach": "How deep each isotherm reaches below the middle of the spot. Line: half of the cases "
    "reach less; band: 90 % of cases.",
    "map": "The skin from above: the least share of target cells that dies between the skin and "
    "the base of the lesion. Pink: the lesion; dashed: with its margin.",
}
_WATCHING = (
    "What is seen tells most of what is not known beforehand: a hard spray gets there sooner. "
    "Chances are of the cases in which it is seen at all; where it is not, change the way to "
    "freeze. Read off the run with the cold never off: what goes on inwards after it is not in "
    "the harm."
)


def freeze_page(result: FreezeResult, drawn: dict[str, str]) -> str:
    """Return the report as one HTML document.

    Parameters
    ----------
    result : FreezeResult
    drawn : dict
        Drawings as SVG text by name; may be empty.
    """
    dose = result.dose
    return special.document(
        result,
        ("A freeze of a lesion", "Simulation, not a plan"),
        NOTICE,
        _refusals(dose),
        parts.sentences("Why", dose.reasons, "reasons") if dose else None,
        parts.sentences("Mind", result.warnings, "warnings"),
        special.drawings(drawn, _CAPTIONS),
        _plan(dose),
        _compared(result),
        special.rows_of("What the cold does", [f.row() for f in result.facts], "facts")
        if result.facts
        else None,
        parts.sentences("Harm to expect", result.harms, "harms"),
        parts.room(result.room),
        _protocols(dose),
        parts.sentences("How it was computed", result.notes, "notes"),
    )


def _refusals(dose: FreezeDose | None) -> Markup | None:
    if dose is None or not dose.refusals:
        return None
    lines = [
        el("li", el("strong", r.rule), f": {r.words} ({', '.join(r.sources)}).")
        for r in dose.refusals
    ]
    return section("Why it is refused", el("ul", lines), name="reasons")


def _plan(dose: FreezeDose | None) -> list[Markup | None]:
    """Return limits, alternatives and the dominating unknown."""
    if dose is None or not dose.limits:
        return []
    rows: list[tuple[object, ...]] = [words.limit_row(x) for x in dose.limits]
    others: list[tuple[object, ...]] = [
        (
            *cells[:-2],
            el("span", cells[-2], class_="mark") if cells[-2] == "yes" else "no",
            cells[-1],
        )
        for cells in map(words.alternative_row, dose.alternatives)
    ]
    unknown = words.unknown_words(dose.unknowns)
    seen: list[tuple[object, ...]] = [words.end_point_row(x) for x in dose.end_points]
    return [
        section("Limits", table(words.LIMIT_HEAD, rows), name="limits"),
        section(
            "Watching the ice in place of the clock",
            table(words.END_POINT_HEAD, seen),
            el("p", _WATCHING, class_="note"),
            name="end-points",
        )
        if seen
        else None,
        section(
            "Alternatives",
            el("div", table(words.ALTERNATIVE_HEAD, others), class_="wide"),
            el("p", unknown, class_="note") if unknown else None,
            name="alternatives",
        ),
    ]


def _compared(result: FreezeResult) -> Markup | None:
    if result.compared is None:
        return None
    rows: list[tuple[object, ...]] = [*compared_rows(result, result.compared)]
    return section("Side by side", table(HEAD, rows), name="compared")


def _protocols(dose: FreezeDose | None) -> Markup | None:
    if dose is None or not dose.protocols:
        return None
    rows: list[tuple[object, ...]] = [words.protocol_row(p) for p in dose.protocols]
    shown = el("div", table(words.PROTOCOL_HEAD, rows), class_="wide")
    return section("Published protocols beside it", shown, name="protocols")
