"""How numbers, places and moments are written; rounded so that a report stays readable."""

from __future__ import annotations

from cryodose.units import PERCENT
from cryodose.validate.results import NumberScore, RelationScore

__all__ = [
    "moment",
    "number",
    "place",
    "relation",
    "share",
    "signed",
    "unit_name",
    "with_sd",
    "yes",
]

NOTHING = "-"
_DIGITS = {"C": 2, "s": 0, "percent": 1, "mm": 1, "-": 2}
_NAMES = {"C": "°C", "degC": "°C", "percent": "%", "-": ""}
_SMALL = 0.1  # pure numbers below it are written with two digits that say something
_SIGNS = {"less": "<", "greater": ">"}


def unit_name(unit: str) -> str:
    """Return a unit as people write it."""
    return _NAMES.get(unit, unit)


def number(value: float | None, unit: str) -> str:
    """Return a number with the digits that its unit deserves."""
    if value is None:
        return NOTHING
    is_small = unit == "-" and 0.0 < abs(value) < _SMALL
    text = f"{value:.2g}" if is_small else f"{value:.{_DIGITS.get(unit, 2)}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text


def signed(value: float | None, unit: str) -> str:
    """Return a difference with its sign."""
    text = number(value, unit)
    return f"+{text}" if value is not None and value > 0 and text.strip("0.") else text


def with_sd(value: float | None, sd: float | None, unit: str) -> str:
    """Return a value and its standard deviation."""
    return number(value, unit) if sd is None else f"{number(value, unit)} ± {number(sd, unit)}"


def share(value: float | None) -> str:
    """Return a share in percent."""
    return NOTHING if value is None else f"{value * PERCENT:.0f} %"


def yes(value: bool | None) -> str:
    """Return yes, no, or that it is not known."""
    return {True: "yes", False: "no", None: NOTHING}[value]


def place(row: NumberScore) -> str:
    """Return what was measured where."""
    parts = [row.quantity if row.variant == "base" else f"{row.variant}: {row.quantity}"]
    if row.site:
        parts.append(row.site)
    if row.depth_mm:
        below = " below the fat" if row.depth_from == "adipose" else " deep"
        parts.append(f"{row.depth_mm:g} mm{below}")
    if row.change:
        parts.append("change")
    return ", ".join(parts)


def moment(row: NumberScore) -> str:
    """Return when it was measured."""
    if row.time_s is None:
        return NOTHING
    return f"{row.time_s:g} s" + (" after the end" if row.since == "exit" else "")


def relation(row: RelationScore) -> str:
    """Return a relation as a short formula."""
    if row.relation in _SIGNS:
        return f"{row.a} {_SIGNS[row.relation]} {row.b}"
    band = f"{_end(row.low)} to {_end(row.high)}"
    formula = {"ratio": f"{row.a} / {row.b}", "difference": f"{row.a} - {row.b}"}
    return f"{formula.get(row.relation, row.a)} in {band}"


def _end(value: float | None) -> str:
    return "any" if value is None else f"{value:g}"
