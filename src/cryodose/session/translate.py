"""Turn what pydantic found into lines that a user can act on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from cryodose.errors import MISSING, BadInput
from cryodose.session.exposure import EXPOSURES
from cryodose.session.fields import Table, file_key
from cryodose.session.hints import key_hint, name_hint

__all__ = ["bad_inputs", "file_keys", "join"]

_PLAIN = {
    "bool_type": "true or false",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
    "tuple_type": "a list",
}
_STEP = re.compile(r"\[[0-9]+\]|[^.\[\]]+")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def file_keys(model: type[Table]) -> list[str]:
    """List the keys of a table as files spell them, in the order of the schema."""
    return [file_key(name) for name in model.model_fields]


def join(path: str, parts: tuple[int | str, ...]) -> str:
    """Append keys and list places to a dotted path."""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            shown = part if _BARE_KEY.fullmatch(part) else f'"{part}"'
            path += f".{shown}" if path else shown
    return path


def bad_inputs(
    error: ValidationError,
    model: type[Table],
    *,
    file: object,
    at: str,
    owner: str,
    paths: Mapping[str, str] | None = None,
) -> list[BadInput]:
    """Translate all findings of one validation.

    Parameters
    ----------
    error : ValidationError
        What pydantic found in one table.
    model : type
        Schema of that table.
    file : object
        Name for the lines.
    at : str
        Path of the table in the file.
    owner : str
        Name of the table for the user.
    paths : mapping of str to str, optional
        Paths of its keys, where they do not stand right below `at`.

    Returns
    -------
    list of BadInput
        In the order of the schema.
    """
    found: list[BadInput] = []
    for item in error.errors(include_url=False):
        loc = tuple(part for part in item["loc"] if part != "[key]")
        value: Any = item["input"]
        context = item.get("ctx", {})
        if item["type"] == "extra_forbidden":
            expected = _unknown_key(model, loc, owner)
        elif item["type"] == "missing":
            value = MISSING
            expected = _what_is_missing(model, loc)
        elif "says" in context:
            expected = str(context["says"])
            expected += name_hint(value, str(context.get("names", "")).split("|"))
        elif item["type"] == "too_short":
            if value:  # it only follows from the faults of the entries, which are told themselves
                continue
            expected = "a list or table with at least one entry"
        elif item["type"] == "too_long" and "max_length" in context:
            expected = f"a list or table of at most {context['max_length']} entries"
        else:
            expected = _PLAIN.get(item["type"], "another value: " + item["msg"])
        if "key" in context:
            inner = _steps(str(context["key"]))
            value = _look_up(value, inner)
            loc = (*loc, *inner)
        found.append(BadInput(file, _path(loc, at, paths or {}), value, expected))
    return found


def _steps(key: str) -> tuple[int | str, ...]:
    """Cut a key such as ``cycles[0].off_s`` into its steps."""
    steps = _STEP.findall(key)
    return tuple(int(step[1:-1]) if step[0] == "[" else step for step in steps)


def _look_up(value: Any, steps: tuple[int | str, ...]) -> Any:
    for step in steps:
        if isinstance(step, str):
            value = value.get(step, MISSING) if isinstance(value, dict) else MISSING
        else:
            value = value[step] if isinstance(value, tuple) else MISSING
    return value


def _path(loc: tuple[int | str, ...], at: str, paths: Mapping[str, str]) -> str:
    head = loc[0] if loc else ""
    if isinstance(head, str) and head in paths:
        return join(paths[head], loc[1:])
    return join(at, loc)


def _unknown_key(model: type[Table], loc: tuple[int | str, ...], owner: str) -> str:
    inner = _model_at(model, loc[:-1])
    elsewhere: dict[str, list[str]] = {}
    names = [str(part) for part in loc[:-1] if isinstance(part, str)]
    if inner is model and model in EXPOSURES.values():
        for modality, other in EXPOSURES.items():
            for key in file_keys(other):
                elsewhere.setdefault(key, []).append(modality)
    return key_hint(str(loc[-1]), file_keys(inner), names[-1] if names else owner, elsewhere)


def _what_is_missing(model: type[Table], loc: tuple[int | str, ...]) -> str:
    inner = _model_at(model, loc[:-1])
    for name, field in inner.model_fields.items():
        if file_key(name) == loc[-1]:
            return _sentence(field.annotation, field.metadata)
    return "a value"


def _sentence(annotation: Any, metadata: list[Any]) -> str:
    for marker in metadata:
        schema = getattr(marker, "__get_pydantic_core_schema__", None)
        if schema is not None:
            said: Mapping[str, Any] = schema(annotation, lambda source: {"type": "any"})
            return str(said["custom_error_context"]["says"])
    tables = _tables_in(annotation)
    if tables:
        return f"a list of {{{', '.join(file_keys(tables[0]))}}}"
    return "a value"


def _model_at(model: type[Table], loc: tuple[int | str, ...]) -> type[Table]:
    for part in loc:
        for name, field in model.model_fields.items():
            if file_key(name) == part:
                model = next(iter(_tables_in(field.annotation)), model)
    return model


def _tables_in(annotation: Any) -> list[type[Table]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return [annotation]
    return [table for part in get_args(annotation) for table in _tables_in(part)]
