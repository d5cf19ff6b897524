"""Check data of unknown origin before anything looks at it: depth, types, text, numbers."""

from __future__ import annotations

import datetime
import math
from typing import Any

from cryodose.errors import BadInput
from cryodose.session.translate import join

__all__ = ["MAX_DEPTH", "plain_data"]

MAX_DEPTH = 12
_MAX_BITS = 63
_LAYOUT = "\n\t\r"


def plain_data(data: object, file: object, at: tuple[int | str, ...] = ()) -> Any:
    """Copy tables, lists and values, with lists as tuples.

    Parameters
    ----------
    data : object
        What a TOML reader or a caller gave.
    file : object
        Name for errors.
    at : tuple
        Path of `data`.

    Returns
    -------
    object
        The same, made of dict, tuple, str, bool, int, float and None only; dates and times
        are kept, since a key may show them in its error.

    Raises
    ------
    BadInput
        For nesting deeper than 12, a number that is not finite or beyond 64 bit, a control
        character in a text, a key that is no text, or any other type.
    """
    if len(at) > MAX_DEPTH:
        raise BadInput(file, join("", at), data, f"at most {MAX_DEPTH} levels of nesting")
    if isinstance(data, dict):
        return {
            _checked_key(key, file, at): plain_data(value, file, (*at, str(key)))
            for key, value in data.items()
        }
    if isinstance(data, (list, tuple)):
        return tuple(plain_data(value, file, (*at, index)) for index, value in enumerate(data))
    _check_value(data, file, at)
    return data


def _checked_key(key: object, file: object, at: tuple[int | str, ...]) -> str:
    if not isinstance(key, str):
        raise BadInput(file, join("", (*at, str(key))), key, "a key that is a text")
    return key


def _check_value(value: object, file: object, at: tuple[int | str, ...]) -> None:
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        raise BadInput(file, join("", at), value, "a number of at most 64 bit")
    if isinstance(value, float) and not math.isfinite(value):
        raise BadInput(file, join("", at), value, "a finite number")
    if isinstance(value, str) and not all(_allowed(char) for char in value):
        raise BadInput(file, join("", at), value, "a text without control characters")
    known = (str, bool, int, float, datetime.date, datetime.time, type(None))
    if not isinstance(value, known):
        raise BadInput(file, join("", at), value, "a table, list, text, number, true or false")


def _allowed(char: str) -> bool:
    # Lone surrogates cannot be written to any file or terminal.
    return char in _LAYOUT or (char >= " " and char != "\x7f" and not "\ud800" <= char <= "\udfff")
