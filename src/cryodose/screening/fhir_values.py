"""Reads the small parts of FHIR R4 resources, whatever is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from cryodose.screening.codes import system_of
from cryodose.screening.dates import When, when
from cryodose.screening.facts import Code
from cryodose.units import converted

_SHOWN = 200
_SAME = 1e-3
_DIGITS = 3
_MOST_CODINGS = 100


def items(value: object) -> list[Any]:
    """Return a list as it is, a single object as a list of one, nothing as an empty list."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def text_of(value: object) -> str:
    """Return a text, empty where it is none."""
    return value if isinstance(value, str) else ""


def codes_of(concept: object) -> tuple[Code, ...]:
    """Return the codes of a CodeableConcept."""
    if not isinstance(concept, dict):
        return ()
    found = []
    for coding in items(concept.get("coding"))[:_MOST_CODINGS]:
        if not isinstance(coding, dict):
            continue
        code = text_of(coding.get("code")).strip()
        if code:
            uri = text_of(coding.get("system"))
            known = system_of(uri)
            display = text_of(coding.get("display"))[:_SHOWN]
            found.append(Code(known or uri, code[:_SHOWN], known is not None, display))
    return tuple(found)


def words_of(concept: object) -> tuple[str, ...]:
    """Return the words of a CodeableConcept: its text, and displays without a code."""
    if not isinstance(concept, dict):
        return (concept,) if isinstance(concept, str) and concept else ()
    found = [text_of(concept.get("text")).strip()]
    for coding in items(concept.get("coding")):
        if isinstance(coding, dict) and not coding.get("code"):
            found.append(text_of(coding.get("display")).strip())
    return tuple(f for f in found if f)


def too_many(concept: object) -> bool:
    """Tell whether a concept holds more codes than are read."""
    return isinstance(concept, dict) and len(items(concept.get("coding"))) > _MOST_CODINGS


def status_of(value: object) -> str:
    """Return a status, written as a code or as a concept, in lower case."""
    if isinstance(value, str):
        return value.strip().lower()
    codes = codes_of(value)
    if codes:
        return codes[0].code.lower()
    words = words_of(value)
    return words[0].lower() if words else ""


def when_of(value: object) -> When | None:
    """Return a date of a text or of a Period (its start, else its end)."""
    if isinstance(value, str):
        return when(value.strip())
    if isinstance(value, dict):
        return when_of(value.get("start")) or when_of(value.get("end"))
    return None


def first_when(resource: dict[str, Any], *keys: str) -> When | None:
    """Return the date of the first key that holds one."""
    return next((w for w in (when_of(resource.get(k)) for k in keys) if w is not None), None)


class NoNumber(Exception):
    """A quantity cannot be used; the message says why."""


def quantity_of(value: object, unit: str) -> tuple[float, float, bool]:
    """Return lowest and highest value of a Quantity in a unit, and whether its two units differ.

    Raises
    ------
    NoNumber
        If there is no finite number or no unit of the right kind.
    """
    if not isinstance(value, dict):
        raise NoNumber("no quantity")
    number = value.get("value")
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise NoNumber("no number" if number is None else "the value is not a number")
    try:
        size = float(number)
    except OverflowError:
        raise NoNumber("the number is beyond all measure") from None
    if not math.isfinite(size):
        raise NoNumber("the number is not finite")
    found = list(_in_unit(size, value, unit))
    if not found:
        named = text_of(value.get("code")) or text_of(value.get("unit"))
        raise NoNumber(f"no unit that is one of {unit}" if not named else f"unit {named[:40]!r}")
    low, high = round(min(found), _DIGITS), round(max(found), _DIGITS)
    differ = high - low > _SAME * max(abs(high), 1.0)
    comparator = value.get("comparator")
    if comparator in (">", ">="):
        high = math.inf
    elif comparator in ("<", "<="):
        low = -math.inf
    return low, high, differ


def _in_unit(size: float, value: dict[str, Any], unit: str) -> Iterator[float]:
    for key in ("code", "unit"):
        named = text_of(value.get(key))
        if named:
            number = converted(size, named, unit)
            if number is not None:
                yield number
    if unit == "1" and not value.get("code") and not value.get("unit"):
        yield size
