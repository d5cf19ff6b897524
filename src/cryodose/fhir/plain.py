"""Records as plain data that JSON can hold, and back, checked key by key."""

from __future__ import annotations

import base64
import math
import types
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import Field, fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, get_args, get_origin, get_type_hints

from cryodose.errors import MISSING, BadInput

FORMAT = "cryodose-records/1"
_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a finite number",
    bool: "true or false",
    date: "a day such as 2026-12-01",
    datetime: "a moment with its offset such as 2026-12-01T10:00:00+00:00",
    dict: "a table",
    bytes: "bytes in base64",
}


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def default_of(spec: Field[Any]) -> Any:
    """Return the value of a field that is not given; `NO_DEFAULT` where it must be."""
    return spec.default_factory() if spec.default_factory is not NO_DEFAULT else spec.default


def to_plain(value: Any) -> Any:
    """Return a record, or a value of one, as plain data; what is not given is left out."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: to_plain(got)
            for f in fields(value)
            if (got := getattr(value, f.name)) != default_of(f)
        }
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value


def from_plain(kind: type, data: object, file: object = None, place: str = "") -> Any:
    """Return a record of a kind from plain data.

    Raises
    ------
    BadInput
        Naming file, key, value and expectation.
    """
    if not isinstance(data, dict):
        raise BadInput(file, place, data, "a table")
    known = {f.name: f for f in fields(kind)}
    for key in data:
        if key not in known:
            raise BadInput(file, f"{place}.{key}", data[key], f"one of {', '.join(known)}")
    made = {}
    for name, spec in known.items():
        at = f"{place}.{name}" if place else name
        if name in data:
            made[name] = _value(_hints(kind)[name], data[name], file, at)
        elif spec.default is NO_DEFAULT and spec.default_factory is NO_DEFAULT:
            raise BadInput(file, at, MISSING, _WORDS.get(_hints(kind)[name], "a value"))
    return kind(**made)


def _value(hint: Any, value: object, file: object, place: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise BadInput(file, place, value, "a list")
        inner = get_args(hint)[0]
        return tuple(_value(inner, v, file, f"{place}[{n}]") for n, v in enumerate(value))
    if isinstance(hint, types.UnionType):
        hint = get_args(hint)[0]
    kind = get_origin(hint) or hint
    if is_dataclass(kind) and isinstance(kind, type):
        return from_plain(kind, value, file, place)
    try:
        return _scalar(kind, value)
    except (ValueError, TypeError, OverflowError):
        raise BadInput(file, place, value, _WORDS[kind]) from None


def _scalar(kind: type, value: Any) -> Any:
    """Return a value as its kind, or raise ValueError or TypeError."""
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError
        return moment
    if kind is date:
        return date.fromisoformat(value)
    if kind is bytes:
        return base64.b64decode(value, validate=True)
    if kind is float and type(value) in (int, float):
        if not math.isfinite(value):
            raise ValueError
        return value
    if type(value) is not kind:
        raise TypeError
    return value
