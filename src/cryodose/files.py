"""Reads texts, TOML and JSON that users hand in: within bounds, one telling line per fault.

Only the standard library is used, so that every room may read files the same way.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tomllib
from typing import Any

from cryodose.errors import BadInput

__all__ = [
    "JSON_BYTES",
    "STDIN_NAME",
    "TOML_BYTES",
    "parse_json",
    "parse_toml",
    "read_json",
    "read_stdin",
    "read_text",
    "read_toml",
]

TOML_BYTES = 2_000_000
JSON_BYTES = 128_000_000
STDIN_NAME = "<stdin>"
# Each part of a JSON text costs some hundred bytes of memory, however short it is in the file.
_MOST_PARTS = 2_000_000
_SHOWN = 20
_PLACE = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
# The TOML reader needs time by the square of the parts of a dotted key, so a file of one
# endless key would hang. Possessive repeats keep this search itself linear.
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_ENDLESS_KEY = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*+\.[ \t]*+){{40}}")


def read_text(path: str | os.PathLike[str], most: int = TOML_BYTES) -> str:
    """Return a text file in UTF-8 of at most `most` bytes.

    Raises
    ------
    BadInput
        If there is no such file, or it cannot be read, is larger, or is no UTF-8.
    """
    try:
        # Size first: a huge file is refused without reading a byte of it.
        if os.path.isdir(path):
            raise BadInput(path, "", expected="a file, but this is a directory")
        size = os.stat(path).st_size
        if size <= most:
            with open(path, "rb") as stream:
                # Devices and pipes have no size, so the limit is kept here as well.
                content = stream.read(most + 1)
            size = len(content)
    except FileNotFoundError:
        raise BadInput(path, "", expected="a file, but there is none of this name") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(path, "", expected=f"a readable file ({reason})") from None
    if size > most:
        raise _too_large(path, size, most)
    return _decoded(content, path)


def read_stdin(most: int = TOML_BYTES) -> str:
    """Return what standard input says, of at most `most` bytes; errors as for `read_text`."""
    content = sys.stdin.buffer.read(most + 1)
    if len(content) > most:
        raise BadInput(STDIN_NAME, "", expected=f"at most {most} bytes")
    return _decoded(content, STDIN_NAME)


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what a TOML file of at most 2 MB says; errors as for `parse_toml`."""
    return parse_toml(read_text(path), path)


def parse_toml(text: str, file: object = None) -> dict[str, Any]:
    """Return what a TOML text says.

    Raises
    ------
    BadInput
        If it is no TOML, too large, nested too deep, or has a key of endless parts.
    """
    if len(text) > TOML_BYTES:
        raise _too_large(file, len(text), TOML_BYTES)
    endless = _ENDLESS_KEY.search(text)
    if endless is not None:
        line = text.count("\n", 0, endless.start()) + 1
        raise BadInput(file, f"line {line}", endless.group(), "keys of fewer than 40 parts")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise BadInput(file, "", expected="lists and tables that are nested less deep") from None
    except ValueError as error:
        raise _syntax_error(str(error), text, file) from None


def read_json(path: str | os.PathLike[str]) -> Any:
    """Return what a JSON file of at most 128 MB says; errors as for `parse_json`."""
    return parse_json(read_text(path, JSON_BYTES), path)


def parse_json(text: str, file: object = None) -> Any:
    """Return what a JSON text says.

    Raises
    ------
    BadInput
        If it is no JSON, nested too deep, of too many parts, or gives one key of an object twice.
    """
    if len(text) > _MOST_PARTS:
        parts = text.count("{") + text.count("[")
        if parts > _MOST_PARTS:
            raise BadInput(file, "objects and lists", parts, f"at most {_MOST_PARTS}")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            names = [key for key, _ in pairs]
            twice = next(n for n in names if names.count(n) > 1)
            raise BadInput(file, twice, made[twice], "each key once")
        return made

    def refuse(name: str) -> Any:
        raise BadInput(file, "", expected=f"JSON, which has no {name}")

    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=refuse)
    except RecursionError:
        raise BadInput(file, "", expected="JSON that is nested less deep") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        found = error.doc[error.pos : error.pos + _SHOWN]
        raise BadInput(file, place, found, f"valid JSON ({error.msg.lower()})") from None
    except ValueError as error:
        raise BadInput(file, "", expected=f"JSON with numbers of usual size ({error})") from None


def _decoded(content: bytes, file: object) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = content[error.start : error.start + 1]
        raise BadInput(file, f"byte {error.start}", found, "text in UTF-8") from None


def _too_large(file: object, size: int, most: int) -> BadInput:
    return BadInput(file, "size in bytes", size, f"a file of at most {most} bytes")


def _syntax_error(message: str, text: str, file: object) -> BadInput:
    found = _PLACE.match(message)
    reason = found.group(1) if found else message
    lines = text.split("\n")
    if found and found.group(2):
        number = int(found.group(2))
        place = f"line {number}, column {found.group(3)}"
    else:
        number = len(lines)
        place = f"line {number}"
    shown = lines[min(number, len(lines)) - 1].strip()
    return BadInput(file, place, shown, f"valid TOML ({reason})")
