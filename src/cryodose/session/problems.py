"""A notebook of everything wrong in one file, with the reading of single tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from cryodose.errors import MISSING, BadInput, BadInputs
from cryodose.session.fields import Table
from cryodose.session.hints import key_hint, name_hint
from cryodose.session.translate import bad_inputs

__all__ = ["Problems"]

_T = TypeVar("_T", bound=Table)


class Problems:
    """Collects what is wrong, so that a user sees all of it at once.

    Parameters
    ----------
    file : object
        Name of the file; None where there is none.
    """

    def __init__(self, file: object) -> None:
        self.file = file
        self._found: dict[str, BadInput] = {}

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self._found)

    def add(self, key: str, value: object, expected: str) -> None:
        """Note one finding."""
        self.extend([BadInput(self.file, key, value, expected)])

    def extend(self, found: Iterable[BadInput]) -> None:
        """Note several findings; one that is known already is not repeated."""
        for problem in found:
            self._found.setdefault(str(problem), problem)

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises
        ------
        BadInput
            If it is one thing.
        BadInputs
            If there are several.
        """
        found = list(self._found.values())
        if len(found) == 1:
            raise found[0]
        if found:
            raise BadInputs(found)

    def read(
        self,
        model: type[_T],
        values: Any,
        *,
        at: str,
        owner: str,
        paths: Mapping[str, str] | None = None,
    ) -> _T | None:
        """Validate one table; None, and notes, where it is wrong."""
        try:
            return model.model_validate(values)
        except ValidationError as error:
            self.extend(bad_inputs(error, model, file=self.file, at=at, owner=owner, paths=paths))
            return None

    def rows(self, data: Mapping[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
        """Give the tables of an `[[array]]` with their paths, noting what is no table."""
        value = data.get(name, ())
        if not isinstance(value, tuple):
            self.add(name, value, f"a list of tables [[{name}]]")
            return []
        found: list[tuple[str, dict[str, Any]]] = []
        for index, row in enumerate(value):
            if isinstance(row, dict):
                found.append((f"{name}[{index}]", row))
            else:
                self.add(f"{name}[{index}]", row, f"a table [[{name}]]")
        return found

    def only(self, data: Mapping[str, Any], allowed: list[str], at: str, owner: str) -> None:
        """Note every key of a table that is not allowed there."""
        for key, value in data.items():
            if key not in allowed:
                path = f"{at}.{key}" if at else key
                self.add(path, value, key_hint(key, allowed, owner, {}))

    def pick(self, value: Any, models: Mapping[str, type[_T]], at: str) -> type[_T] | None:
        """Find the model that a naming key stands for; None, and a note, where there is none."""
        if isinstance(value, str) and value in models:
            return models[value]
        names = ", ".join(f'"{name}"' for name in models)
        self.add(at, value, f"one of {names}{name_hint(value, models)}")
        return None

    def missing(self, key: str, expected: str) -> None:
        """Note that a key is missing."""
        self.add(key, MISSING, expected)
