"""Building blocks of the schema: tables, bounded numbers and names that say what they expect.

Each marker stands in `typing.Annotated` beside a plain type. It checks in the compiled
validator and carries the sentence that the user reads when the check fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, get_args

from pydantic import BaseModel, ConfigDict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

__all__ = ["Number", "Numbers", "OneOf", "Pair", "Table", "Text", "Whole", "fail", "file_key"]

# Units are written with capitals in files and in lower case in Python names.
_SPELLED = {
    "_c": "_C",
    "_ma": "_mA",
    "ma_min": "mA_min",
    "_ml": "_mL",
    "_ma_cm2": "_mA_cm2",
    "_mmhg": "_mmHg",
    "_w_mk": "_W_mK",
    "_j_kgk": "_J_kgK",
    "_kj_kg": "_kJ_kg",
}
_Schema = Callable[[Any], CoreSchema]


def file_key(attribute: str) -> str:
    """Spell a Python attribute the way files do.

    Parameters
    ----------
    attribute : str
        Lower snake case name, such as ``agent_temperature_c``.

    Returns
    -------
    str
        Name in the file, such as ``agent_temperature_C``.
    """
    stem, tail = (attribute[:-3], "_sd") if attribute.endswith("_sd") else (attribute, "")
    for plain, spelled in _SPELLED.items():
        if stem.endswith(plain):
            return stem[: -len(plain)] + spelled + tail
    return attribute


class Table(BaseModel):
    """A TOML table: nothing unknown, nothing converted, nothing changed afterwards."""

    # Built on first use: a file needs a few of these tables, and building all of them would
    # be most of the time that a command takes to start.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        alias_generator=file_key,
        defer_build=True,
    )


def fail(key: str, expected: str) -> NoReturn:
    """Report from a check over several keys which key is wrong.

    Parameters
    ----------
    key : str
        Name of the key in the file, relative to the table that is checked.
    expected : str
        What would have been right.

    Raises
    ------
    PydanticCustomError
        Always; it becomes one `cryodose.errors.BadInput`.
    """
    raise PydanticCustomError("expected", "{says}", {"says": expected, "key": key})


def _said(schema: CoreSchema, expected: str, names: str = "") -> CoreSchema:
    context: dict[str, Any] = {"says": expected}
    if names:
        context["names"] = names
    return core_schema.custom_error_schema(
        schema,
        custom_error_type="expected",
        custom_error_message="{says}",
        custom_error_context=context,
    )


def _span(low: float, high: float, unit: str) -> str:
    return f"from {low:.12g} to {high:.12g}{' ' + unit if unit else ''}"


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number within physical bounds (ends included).

    Parameters
    ----------
    low, high : float
        Bounds in `unit`.
    unit : str
        Unit as the user reads it; empty for a pure number.
    """

    low: float
    high: float
    unit: str = ""

    def float_schema(self) -> CoreSchema:
        """Give the bare check, without the sentence."""
        return core_schema.float_schema(strict=True, ge=self.low, le=self.high, allow_inf_nan=False)

    def __get_pydantic_core_schema__(self, source: Any, handler: _Schema) -> CoreSchema:
        """Give pydantic the check and its sentence."""
        return _said(self.float_schema(), f"a number {_span(self.low, self.high, self.unit)}")


@dataclass(frozen=True, slots=True)
class Numbers(Number):
    """One number or a list of numbers, kept as a tuple in either case."""

    def __get_pydantic_core_schema__(self, source: Any, handler: _Schema) -> CoreSchema:
        """Give pydantic the check and its sentence."""
        one = self.float_schema()
        many = core_schema.tuple_variable_schema(one, min_length=1)
        checked = core_schema.no_info_after_validator_function(
            _as_tuple, core_schema.union_schema([one, many])
        )
        span = _span(self.low, self.high, self.unit)
        return _said(checked, f"a number or a list of numbers {span}")


@dataclass(frozen=True, slots=True)
class Pair(Number):
    """Two numbers ``[lowest, highest]``, the first not above the second."""

    def __get_pydantic_core_schema__(self, source: Any, handler: _Schema) -> CoreSchema:
        """Give pydantic the check and its sentence."""
        one = self.float_schema()
        checked = core_schema.no_info_after_validator_function(
            _in_order, core_schema.tuple_positional_schema([one, one])
        )
        span = _span(self.low, self.high, self.unit)
        return _said(checked, f"a list [lowest, highest] of two numbers {span}")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds (ends included).

    Parameters
    ----------
    low, high : int
        Bounds.
    """

    low: int
    high: int

    def __get_pydantic_core_schema__(self, source: Any, handler: _Schema) -> CoreSchema:
        """Give pydantic the check and its sentence."""
        schema = core_schema.int_schema(strict=True, ge=self.low, le=self.high)
        return _said(schema, f"a whole number from {self.low} to {self.high}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of the names of the `Literal` type it stands beside.

    Parameters
    ----------
    what : str
        What the names name, such as ``"agent"``.
    """

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: _Schema) -> CoreSchema:
        """Give pydantic the check and its sentence."""
        names = get_args(source)
        listed = ", ".join(f'"{name}"' for name in names)
        return _said(handler(source), f"{self.what}: one of {listed}", "|".join(names))


@dataclass(frozen=True, slots=True)
class Text:
    """A text of bounded length, of a certain form where `pattern` is given.

    Parameters
    ----------
    says : str
        What is expected, in words.
    max_length : int
        Longest text in characters.
    pattern : str, optional
        Regular expression that the whole text must fit.
    """

    says: str
    max_length: int
    pattern: str | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: _Schema) -> CoreSchema:
        """Give pydantic the check and its sentence."""
        schema = core_schema.str_schema(
            strict=True, min_length=1, max_length=self.max_length, pattern=self.pattern
        )
        length = "" if self.pattern else f", at most {self.max_length} characters"
        return _said(schema, f"{self.says}{length}")


def _as_tuple(value: float | tuple[float, ...]) -> tuple[float, ...]:
    return value if isinstance(value, tuple) else (value,)


def _in_order(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] > value[1]:
        raise ValueError("out of order")
    return value
