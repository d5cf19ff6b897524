"""Session files, standard input and the options that change a session."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cryodose.cli.phrases import goal_of, reading_of, seconds_of
from cryodose.errors import MISSING, BadInput, NoProcedure
from cryodose.files import STDIN_NAME, read_stdin

if TYPE_CHECKING:
    from cryodose.session import Session

STDIN = "-"
OPTIONS = "command line"


def load(file: str) -> Session:
    """Read a session from a file, or from standard input for ``-``.

    Raises
    ------
    BadInput, BadInputs
        If it cannot be read or anything in it is wrong.
    """
    from cryodose.session import load_session, parse_session

    if file != STDIN:
        return load_session(file)
    return parse_session(read_stdin(), STDIN_NAME)


@contextlib.contextmanager
def about(file: str) -> Iterator[None]:
    """Name the file in an error about a session that was read from it."""
    try:
        yield
    except BadInput as error:
        if error.file is not None:
            raise
        name = STDIN_NAME if file == STDIN else file
        found = MISSING if error.value is None else error.value
        raise BadInput(name, error.key, found, error.expected) from None
    except NoProcedure as error:
        name = STDIN_NAME if file == STDIN else file
        raise NoProcedure(error.modality, error.kind, name) from None


def changed(session: Session, changes: dict[str, Any]) -> Session:
    """Return a session with some of its tables replaced, checked as a file is.

    Parameters
    ----------
    session : Session
    changes : dict
        ``goal``, ``measured``, ``plan`` and ``exposure`` as a file would hold them. `plan` and
        `exposure` are merged key by key, `measured` is added, `goal` takes the old one's place.

    Raises
    ------
    BadInput, BadInputs
        Naming the command line, where the change is wrong.
    """
    if not changes:
        return session
    from cryodose.session import session_from_dict

    data = session.to_dict()
    for table in ("plan", "exposure"):
        if table in changes:
            data[table] = {**data.get(table, {}), **changes[table]}
    if "goal" in changes:
        data["goal"] = changes["goal"]
    if "measured" in changes:
        data["measured"] = [*data.get("measured", []), *changes["measured"]]
    # Paths in a session, such as a mask, stand beside its file.
    return replace(session_from_dict(data, OPTIONS), folder=session.folder)


def planning_changes(
    *,
    goals: list[str],
    readings: list[str],
    start: str | None,
    seed: int | None,
    members: int | None,
) -> dict[str, Any]:
    """Return what the options of `plan` change in a session."""
    plan = {"start": start, "seed": seed, "members": members}
    given = {key: value for key, value in plan.items() if value is not None}
    changes: dict[str, Any] = {"plan": given} if given else {}
    if goals:
        changes["goal"] = [goal_of(words) for words in goals]
    if readings:
        changes["measured"] = [reading_of(words) for words in readings]
    return changes


def timing_changes(session: Session, on: str | None, after: str | None) -> dict[str, Any]:
    """Return what `--on` and `--after` of `simulate` change in the exposure."""
    exposure: dict[str, Any] = {}
    if on is not None:
        on_s = seconds_of(on, "--on")
        bath = session.modality == "immersion"
        exposure |= {"duration_s": on_s} if bath else {"cycles": [{"on_s": on_s}]}
    if after is not None:
        exposure["recovery_s"] = seconds_of(after, "--after")
    return {"exposure": exposure} if exposure else {}
