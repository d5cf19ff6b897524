"""Read session and experiment files; whatever is wrong ends as one clear line each."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryodose.errors import BadInput
from cryodose.session.compose import compose_experiment, compose_session
from cryodose.session.experiment import Experiment
from cryodose.session.session import Session

__all__ = [
    "MAX_FILE_BYTES",
    "load_experiment",
    "load_session",
    "parse_session",
    "read_toml",
    "session_from_dict",
]

MAX_FILE_BYTES = 2_000_000
_PLACE = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)
# The TOML reader needs time by the square of the parts of a dotted key, so a file of one
# endless key would hang. Possessive repeats keep this search itself linear.
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_ENDLESS_KEY = re.compile(rf"(?<![\w-])(?:{_PART}[ \t]*+\.[ \t]*+){{40}}")


def load_session(path: str | os.PathLike[str]) -> Session:
    """Read a session file; of an experiment file, the session without overrides.

    Parameters
    ----------
    path : path-like
        A TOML file of at most 2 MB.

    Returns
    -------
    Session
        Merged and checked.

    Raises
    ------
    BadInput, BadInputs
        If the file cannot be read or anything in it is wrong.
    """
    return replace(parse_session(_read(path), file=path), folder=_folder(path))


def load_experiment(path: str | os.PathLike[str]) -> Experiment:
    """Read an experiment file.

    Parameters
    ----------
    path : path-like
        A TOML file of at most 2 MB that has a `[source]`.

    Returns
    -------
    Experiment
        With its sessions, ``base`` first.

    Raises
    ------
    BadInput, BadInputs
        If the file cannot be read or anything in it is wrong.
    """
    text = _read(path)
    found = compose_experiment(_parse(text, path), path, Path(path))
    sessions = {k: replace(s, folder=_folder(path)) for k, s in found.sessions.items()}
    return replace(found, sessions=sessions)


def _folder(path: str | os.PathLike[str]) -> str:
    return os.path.dirname(os.path.abspath(path))


def parse_session(text: str, file: object = None) -> Session:
    """Read a session from TOML text.

    Parameters
    ----------
    text : str
        The content of a session file.
    file : object, optional
        Name for errors.

    Returns
    -------
    Session
        Merged and checked.

    Raises
    ------
    BadInput, BadInputs
        If anything in the text is wrong.
    """
    return compose_session(_parse(text, file), file)


def session_from_dict(data: object, file: object = None) -> Session:
    """Build a session from data with the keys of a session file.

    Parameters
    ----------
    data : dict
        Tables as dicts, as `tomllib` or `json` give them.
    file : object, optional
        Name for errors.

    Returns
    -------
    Session
        Merged and checked.

    Raises
    ------
    BadInput, BadInputs
        If anything in the data is wrong.
    """
    return compose_session(data, file)


def _read(path: str | os.PathLike[str]) -> str:
    try:
        # Size first: a huge file is refused without reading a byte of it.
        if os.path.isdir(path):
            raise BadInput(path, "", expected="a file, but this is a directory")
        size = os.stat(path).st_size
        if size <= MAX_FILE_BYTES:
            with open(path, "rb") as stream:
                # Devices and pipes have no size, so the limit is kept here as well.
                content = stream.read(MAX_FILE_BYTES + 1)
            size = len(content)
    except FileNotFoundError:
        raise BadInput(path, "", expected="a file, but there is none of this name") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(path, "", expected=f"a readable file ({reason})") from None
    if size > MAX_FILE_BYTES:
        raise _too_large(path, size)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = content[error.start : error.start + 1]
        raise BadInput(path, f"byte {error.start}", found, "text in UTF-8") from None


def _too_large(file: object, size: int) -> BadInput:
    return BadInput(file, "size in bytes", size, f"a file of at most {MAX_FILE_BYTES} bytes")


def _parse(text: str, file: object) -> dict[str, Any]:
    if len(text) > MAX_FILE_BYTES:
        raise _too_large(file, len(text))
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


def read_toml(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a TOML file of at most 2 MB; errors as for `load_session`."""
    return _parse(_read(path), path)
