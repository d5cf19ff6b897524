"""A table of a file whose values are taken out by name and kind; what is left over is a fault."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, NoReturn, TypeVar

from cryodose.errors import MISSING, BadInput

T = TypeVar("T")
_NO: Final = object()


class Table:
    """One table with its file and its place in it.

    Parameters
    ----------
    raw : object
        What the file holds there; must be a table.
    file : object
    place : str
        Dotted path.
    """

    def __init__(self, raw: object, file: object, place: str = "") -> None:
        if not isinstance(raw, dict):
            raise BadInput(file, place, raw, "a table")
        self.raw: dict[str, Any] = raw
        self.file = file
        self.place = place
        self._seen: set[str] = set()

    def wrong(self, key: str, value: object, expected: str) -> BadInput:
        """Return the error that names a key of this table."""
        return BadInput(self.file, self._at(key), value, expected)

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _take(self, key: str, default: object, expected: str) -> Any:
        self._seen.add(key)
        value = self.raw.get(key, default)
        if value is _NO:
            raise self.wrong(key, MISSING, expected)
        return value

    def _fail(self, key: str, value: object, expected: str) -> NoReturn:
        raise self.wrong(key, value, expected)

    def any(self, key: str) -> Any:
        """Return whatever there is, None where the key is missing."""
        return self._take(key, None, "a value")

    def text(self, key: str, default: Any = _NO) -> str:
        """Return a text."""
        value = self._take(key, default, "a text")
        return value if isinstance(value, str) else self._fail(key, value, "a text")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where the key is missing."""
        value = self._take(key, [], "a list of texts")
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        self._fail(key, value, "a list of texts")

    def flag(self, key: str) -> bool:
        """Return true or false; false where the key is missing."""
        value = self._take(key, False, "true or false")
        return value if isinstance(value, bool) else self._fail(key, value, "true or false")

    def number(self, key: str) -> float:
        """Return a finite number."""
        value = self._take(key, _NO, "a number")
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._fail(key, value, "a number")
        try:
            number = float(value)
        except OverflowError:
            self._fail(key, value, "a number of usual size")
        return number if math.isfinite(number) else self._fail(key, value, "a finite number")

    def whole(self, key: str, default: Any = _NO) -> Any:
        """Return a whole number of 0 or more."""
        value = self._take(key, default, "a whole number")
        if value is default and key not in self.raw:
            return value
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self._fail(key, value, "a whole number of 0 or more")
        return value

    def whole_numbers(self, key: str) -> Sequence[int]:
        """Return a list of whole numbers, empty where the key is missing."""
        value = self._take(key, [], "a list of whole numbers")
        if isinstance(value, list) and all(type(v) is int for v in value):
            return value
        self._fail(key, value, "a list of whole numbers")

    def one_of(self, key: str, names: Sequence[Any], default: Any = _NO) -> Any:
        """Return one of some names."""
        value = self._take(key, default, f"one of {', '.join(n for n in names if n)}")
        if not isinstance(value, str) or value not in names:
            self._fail(key, value, f"one of {', '.join(n for n in names if n)}")
        return value

    def many_of(self, key: str, names: Sequence[str]) -> tuple[str, ...]:
        """Return a list of names out of some, at least one."""
        found = self.texts(key)
        if not found or any(f not in names for f in found):
            self._fail(key, self.raw.get(key, MISSING), f"a list out of {', '.join(names)}")
        return found

    def table(self, key: str) -> Table:
        """Return a table below this one; an empty one where the key is missing."""
        self._seen.add(key)
        return Table(self.raw.get(key, {}), self.file, self._at(key))

    def tables(self) -> Iterator[tuple[str, Table]]:
        """Yield every table below this one by name."""
        for key in self.raw:
            yield key, self.table(key)

    def list(self, key: str) -> list[Table]:
        """Return a list of tables, empty where the key is missing."""
        value = self._take(key, [], "a list of tables")
        if not isinstance(value, list):
            self._fail(key, value, "a list of tables")
        return [Table(v, self.file, f"{self._at(key)}[{n}]") for n, v in enumerate(value)]

    def done(self) -> None:
        """Raise for a key that nobody asked for."""
        for key in self.raw:
            if key not in self._seen:
                known = ", ".join(sorted(self._seen))
                raise self.wrong(key, self.raw[key], f"a key of this table: one of {known}")
