"""Errors that a user can meet, each with the exit code of the command line.

Only the standard library is used, so that every room may import this module for free.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

__all__ = [
    "MISSING",
    "BadInput",
    "BadInputs",
    "CryodoseError",
    "NoProcedure",
    "Refused",
    "one_line",
    "show_value",
]

_VALUE_WIDTH = 60
_NAME_WIDTH = 200
_MAX_LINES = 20
_MAX_NESTING = 3


class _Missing:
    """Type of `MISSING`: stands for "the file has no such key"."""

    def __repr__(self) -> str:
        return "(missing)"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()


class CryodoseError(Exception):
    """Base of all errors that are meant to be read by a user.

    Attributes
    ----------
    exit_code : int
        Exit code of the command line for this error.
    """

    exit_code: int = 1


class BadInput(CryodoseError):
    """One thing in the input that cannot be used.

    Parameters
    ----------
    file : object
        Name of the file, or None where the input did not come from a file.
    key : str
        Dotted path of the key; empty where the file as a whole is meant.
    value : object
        What was found there; `MISSING` where nothing was found.
    expected : str
        What would have been right, with unit and range or names.
    """

    exit_code = 2

    def __init__(
        self,
        file: object = None,
        key: str = "",
        value: object = MISSING,
        expected: str = "something else",
    ) -> None:
        super().__init__(file, key, value, expected)
        self.file = None if file is None else str(file)
        self.key = key
        self.value = value
        self.expected = expected

    def __str__(self) -> str:
        file = "<input>" if self.file is None else one_line(self.file, _NAME_WIDTH)
        if not self.key:
            return f"{file}: expected {one_line(self.expected)}"
        key = one_line(self.key, _NAME_WIDTH)
        return f"{file}: {key} = {show_value(self.value)}: expected {one_line(self.expected)}"


class BadInputs(CryodoseError):
    """Several things in the input that cannot be used, one line each.

    Parameters
    ----------
    problems : iterable of BadInput
        What was found, in the order of the file.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[BadInput]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:_MAX_LINES]]
        left = len(self.problems) - len(lines)
        if left > 0:
            lines.append(f"and {left} more")
        return "\n".join(lines)


class Refused(CryodoseError):
    """The session may not be carried out.

    Parameters
    ----------
    reasons : iterable of str
        Why not, one sentence each.
    """

    exit_code = 3

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(self.reasons)

    def __str__(self) -> str:
        return "refused: " + "; ".join(one_line(reason) for reason in self.reasons)


class NoProcedure(CryodoseError):
    """A session that files may describe but that this version cannot run.

    Parameters
    ----------
    modality : str
        Name of the modality.
    kind : str, optional
        Kind of subject that it cannot run with.
    file : object, optional
        Name of the file.
    """

    exit_code = 2

    def __init__(self, modality: str, kind: str | None = None, file: object = None) -> None:
        super().__init__(modality, kind, file)
        self.modality = modality
        self.kind = kind
        self.file = None if file is None else str(file)

    @property
    def what(self) -> str:
        """What cannot be run, such as ``cryochamber of pig-skin``."""
        return self.modality if self.kind is None else f"{self.modality} of {self.kind}"

    def __str__(self) -> str:
        file = "<input>" if self.file is None else one_line(self.file, _NAME_WIDTH)
        if self.kind is None:
            name = show_value(self.modality)
            return f"{file}: exposure.modality = {name}: expected one that this version can run"
        name = show_value(self.kind)
        wanted = f"one that this version can run {self.modality} with"
        return f"{file}: subject.kind = {name}: expected {wanted}"


def one_line(text: str, width: int | None = None) -> str:
    """Escape everything that could break or disguise a line, and shorten it.

    Parameters
    ----------
    text : str
        Any text, also with control characters or lone surrogates.
    width : int, optional
        Longest result in characters; None keeps all.

    Returns
    -------
    str
        Printable text without line breaks.
    """
    head = text if width is None else text[: width + 1]
    shown = "".join(char if char.isprintable() else _escape(char) for char in head)
    return shown if width is None else _cut(shown, width)


def show_value(value: object) -> str:
    """Write a value the way it stands in a TOML file, on one short line.

    Parameters
    ----------
    value : object
        Any value that a TOML file or a caller can give, however deep or long.

    Returns
    -------
    str
        At most about 60 printable characters.
    """
    return _cut(_show(value, _MAX_NESTING), _VALUE_WIDTH)


def _show(value: object, levels: int) -> str:
    if isinstance(value, str):
        body = value[: _VALUE_WIDTH + 1].replace("\\", "\\\\").replace('"', '\\"')
        return f'"{one_line(body)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _show_int(value)
    if isinstance(value, (list, tuple)):
        return _show_items([(None, item) for item in value[:_VALUE_WIDTH]], "[]", levels)
    if isinstance(value, dict):
        pairs = [(str(key), value[key]) for key, _ in zip(value, range(_VALUE_WIDTH), strict=False)]
        return _show_items(pairs, "{}", levels)
    return one_line(repr(value), 2 * _VALUE_WIDTH)


def _show_int(value: int) -> str:
    # Python refuses to write integers of thousands of digits, and nobody could read them.
    if value.bit_length() > 256:
        return f"(an integer of {value.bit_length()} bits)"
    return str(value)


def _show_items(items: Sequence[tuple[str | None, object]], brackets: str, levels: int) -> str:
    if levels == 0 and items:
        return f"{brackets[0]}...{brackets[1]}"
    shown: list[str] = []
    room = _VALUE_WIDTH
    for key, item in items:
        if room < 0:
            break
        text = _show(item, levels - 1)
        shown.append(text if key is None else f"{one_line(key, _VALUE_WIDTH)} = {text}")
        room -= len(shown[-1])
    return f"{brackets[0]}{', '.join(shown)}{brackets[1]}"


def _escape(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 3] + "..."
