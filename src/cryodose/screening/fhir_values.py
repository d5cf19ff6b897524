"""Reads the small parts of FHIR R4 resources, whatever is wrong with them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from cryodose.screening.codes import system_of
from cryodose.screening.dates import When, when
from cryodose.screening.facts import Code
from cryodose.units import converted

_SHOWN = 200
_SAME = 1e-3
_DIGITS = 3
_NONE: frozenset[str] = frozenset()
_LONGEST = 10**18
_MOST_CODINGS = 100
_LONGEST_TEXT = 200_000


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
    codings = concept.get("coding")
    if not isinstance(codings, list):
        codings = items(codings)
    found = []
    for coding in codings[:_MOST_CODINGS]:
        if not isinstance(coding, dict):
            continue
        code, uri, display = coding.get("code"), coding.get("system"), coding.get("display")
        text = code.strip() if isinstance(code, str) else _code_of(code)
        if text:
            shown = text_of(display)[:_SHOWN]
            found.append(_code(text[:_SHOWN], text_of(uri)[:_SHOWN], shown))
    return tuple(found)


@lru_cache(maxsize=16384)
def _code(code: str, uri: str, display: str) -> Code:
    known = system_of(uri)
    return Code(known or uri, code, known is not None, display)


def _code_of(value: object) -> str:
    """Return a code that is no text as one, so that it stays visible as what it is."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:d}" if abs(value) < _LONGEST else "a number beyond all measure"
    return "" if value is None else f"not a text but a {type(value).__name__}"


def words_of(concept: object) -> tuple[str, ...]:
    """Return the words of a CodeableConcept: its text, and displays without a code."""
    if not isinstance(concept, dict):
        return (concept[:_LONGEST_TEXT],) if isinstance(concept, str) and concept else ()
    text = concept.get("text")
    found = [text[:_LONGEST_TEXT].strip()] if isinstance(text, str) else []
    for coding in items(concept.get("coding")):
        if isinstance(coding, dict) and not coding.get("code"):
            found.append(text_of(coding.get("display"))[:_LONGEST_TEXT].strip())
    return tuple([f for f in found if f])


def too_much(concept: object) -> bool:
    """Tell whether a concept holds more codes or a longer text than are read."""
    if not isinstance(concept, dict):
        return False
    text = concept.get("text")
    if isinstance(text, str) and len(text) > _LONGEST_TEXT:
        return True
    return len(items(concept.get("coding"))) > _MOST_CODINGS


def status_of(value: object) -> str:
    """Return a status, written as a code or as a concept, in lower case."""
    if isinstance(value, str):
        return value.strip().lower()
    codes = codes_of(value)
    if codes:
        return codes[0].code.lower()
    words = words_of(value)
    return words[0].lower() if words else ""


def statuses_of(value: object) -> frozenset[str]:
    """Return all that a status says: more than one where its codes disagree."""
    if value is None:
        return _NONE
    if isinstance(value, str):
        return frozenset({value.strip().lower()})
    codes = frozenset(c.code.lower() for c in codes_of(value))
    return codes or frozenset(w.lower() for w in words_of(value))


def when_of(value: object) -> When | None:
    """Return a date of a text or of a Period (its start, else its end)."""
    if isinstance(value, str):
        return when(value.strip())
    if isinstance(value, dict):
        return when_of(value.get("start")) or when_of(value.get("end"))
    return None


def first_when(resource: dict[str, Any], *keys: str) -> When | None:
    """Return the date of the first key that holds one."""
    for key in keys:
        value = resource.get(key)
        found = None if value is None else when_of(value)
        if found is not None:
            return found
    return None


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
    elif comparator is not None:
        raise NoNumber(f"comparator {str(comparator)[:20]!r}")
    return low, high, differ


def value_of(part: dict[str, Any], unit: str) -> tuple[float, float, bool]:
    """Return what `quantity_of` returns of the value of an Observation or a component.

    A Quantity, a Range and, for plain numbers, an integer are read.

    Raises
    ------
    NoNumber
        For any other kind of value, and for none.
    """
    quantity, span = part.get("valueQuantity"), part.get("valueRange")
    if quantity is not None:
        return quantity_of(quantity, unit)
    if isinstance(span, dict):
        ends = [span.get("low"), span.get("high")]
        read = [None if end is None else quantity_of(end, unit) for end in ends]
        if read != [None, None]:
            low, high = read
            differ = any(end is not None and end[2] for end in read)
            return low[0] if low else -math.inf, high[1] if high else math.inf, differ
    if part.get("valueInteger") is not None:
        return quantity_of({"value": part["valueInteger"]}, unit)
    absent = part.get("dataAbsentReason")
    if absent is not None:
        raise NoNumber(f"no value: {status_of(absent)[:40] or 'no reason given'}")
    kinds = sorted(key for key in part if key.startswith("value"))
    raise NoNumber(f"{kinds[0][:40]} is not read" if kinds else "no value")


def _in_unit(size: float, value: dict[str, Any], unit: str) -> Iterator[float]:
    for key in ("code", "unit"):
        named = text_of(value.get(key))
        if named:
            number = converted(size, named, unit)
            if number is not None:
                yield number
    if unit == "1" and not value.get("code") and not value.get("unit"):
        yield size
