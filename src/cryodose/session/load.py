"""Read session and experiment files; whatever is wrong ends as one clear line each."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from cryodose.files import parse_toml, read_text
from cryodose.session.compose import compose_experiment, compose_session
from cryodose.session.experiment import Experiment
from cryodose.session.session import Session

__all__ = [
    "load_experiment",
    "load_session",
    "parse_session",
    "session_from_dict",
]


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
    return replace(parse_session(read_text(path), file=path), folder=_folder(path))


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
    text = read_text(path)
    found = compose_experiment(parse_toml(text, path), path, Path(path))
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
    return compose_session(parse_toml(text, file), file)


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
