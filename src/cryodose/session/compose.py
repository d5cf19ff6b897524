"""Decide what a file is, and put the whole of it together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

from cryodose.errors import MISSING, BadInput, CryodoseError
from cryodose.session.assemble import (
    assemble,
    read_goals,
    read_plan,
    read_readings,
    read_safety,
    read_title,
)
from cryodose.session.expected import Expected
from cryodose.session.experiment import Experiment, Source
from cryodose.session.hints import name_hint
from cryodose.session.measured import Measured
from cryodose.session.merge import Draft, read_draft
from cryodose.session.plain import plain_data
from cryodose.session.problems import Problems
from cryodose.session.relations import read_relation
from cryodose.session.session import Session

__all__ = ["compose_experiment", "compose_session", "is_experiment"]

_T = TypeVar("_T")

_SHARED: Final = ["title", "subject", "exposure", "assumed", "measured"]
_PLAIN: Final = [*_SHARED, "goal", "plan", "safety"]
_EXPERIMENT: Final = [*_SHARED, "source", "variant", "expected"]
_VARIANT: Final = ["key", "subject", "exposure", "assumed"]
_MAX_NAME = 100


def is_experiment(data: object) -> bool:
    """Whether the data is an experiment: it names a source."""
    return isinstance(data, dict) and "source" in data


def compose_session(data: object, file: object) -> Session:
    """Build a session from the data of a session file, or the base of an experiment.

    Raises
    ------
    BadInput, BadInputs
        If anything is wrong.
    """
    if is_experiment(data):
        return compose_experiment(data, file).base
    content = _content(data, file)
    problems = Problems(file)
    for key in ("variant", "expected"):
        if key in content:
            problems.add(key, content[key], f"[[{key}]] only in an experiment, beside a [source]")
    known = {key: value for key, value in content.items() if key not in ("variant", "expected")}
    problems.only(known, _PLAIN, "", "a session file")
    extras = {
        "title": read_title(content, problems),
        "goals": read_goals(content, problems),
        "measured": read_readings(content, problems),
        "plan": read_plan(content, problems),
        "safety": read_safety(content, problems),
    }
    session = assemble(read_draft(content, file), problems, extras=extras)
    problems.raise_if_any()
    return _sure(session)


def compose_experiment(data: object, file: object, path: Path | None = None) -> Experiment:
    """Build an experiment from the data of an experiment file.

    Raises
    ------
    BadInput, BadInputs
        If anything is wrong.
    """
    content = _content(data, file)
    if not is_experiment(content):
        raise BadInput(file, "source", MISSING, "a table [source] (this is no experiment file)")
    problems = Problems(file)
    for key in ("goal", "plan", "safety"):
        if key in content:
            problems.add(key, content[key], "goals, plans and safety in session files only")
    known = {key: value for key, value in content.items() if key not in ("goal", "plan", "safety")}
    problems.only(known, _EXPERIMENT, "", "an experiment file")
    if "title" not in content:
        problems.missing("title", "a title, which opens an experiment file")
    title = read_title(content, problems)
    source = problems.read(Source, content["source"], at="source", owner="source")
    sessions = _sessions(content, problems, title)
    measured = _measured(content, problems, list(sessions))
    expected = _expected(content, problems, list(sessions))
    problems.raise_if_any()
    whole = {name: _sure(session) for name, session in sessions.items()}
    good = _sure(source)
    return Experiment(good.key, _sure(title), good, whole, measured, expected, path)


def _sure(value: _T | None) -> _T:
    # Whoever gives None has noted a problem, and problems have been raised by now.
    if value is None:
        raise CryodoseError("a part of the file was lost without a reason")
    return value


def _content(data: object, file: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise BadInput(file, "", data, "a table with [subject] and [exposure]")
    content: dict[str, Any] = plain_data(data, file)
    if not content:
        raise BadInput(file, "", MISSING, "[subject] and [exposure], but there is nothing in it")
    return content


def _sessions(
    content: Mapping[str, Any], problems: Problems, title: str | None
) -> dict[str, Session | None]:
    base = read_draft(content, problems.file)
    extras = {"title": title}
    sessions = {"base": assemble(base, problems, extras=extras)}
    for at, row in problems.rows(content, "variant"):
        problems.only(row, _VARIANT, at, "a variant")
        key = row.get("key", MISSING)
        if not _is_name(key):
            problems.add(f"{at}.key", key, f"a name of 1 to {_MAX_NAME} characters")
        elif key in sessions:
            problems.add(f"{at}.key", key, "a name that no other session has")
        else:
            sessions[key] = _variant(base, row, at, problems, extras)
    return sessions


def _variant(
    base: Draft, row: Mapping[str, Any], at: str, problems: Problems, extras: Mapping[str, Any]
) -> Session | None:
    changes = read_draft(row, problems.file, f"{at}.")
    return assemble(base.overridden_by(changes), problems, f"{at}.", extras)


def _is_name(value: object) -> bool:
    if not isinstance(value, str) or not 1 <= len(value) <= _MAX_NAME:
        return False
    return value.isprintable() and value == value.strip()


def _measured(
    content: Mapping[str, Any], problems: Problems, names: list[str]
) -> tuple[Measured, ...]:
    found: list[Measured] = []
    for at, row in problems.rows(content, "measured"):
        item = problems.read(Measured, row, at=at, owner="measured")
        if item is not None:
            _check_name(item.variant, f"{at}.variant", problems, names)
            found.append(item)
    return tuple(found)


def _expected(
    content: Mapping[str, Any], problems: Problems, names: list[str]
) -> tuple[Expected, ...]:
    found: list[Expected] = []
    for at, row in problems.rows(content, "expected"):
        item = read_relation(row, at, problems)
        if item is not None:
            _check_name(item.a, f"{at}.a", problems, names)
            if item.b is not None:
                _check_name(item.b, f"{at}.b", problems, names)
            found.append(item)
    return tuple(found)


def _check_name(name: str, at: str, problems: Problems, names: list[str]) -> None:
    if name not in names:
        listed = ", ".join(f'"{known}"' for known in names)
        problems.add(at, name, f"the key of a variant: one of {listed}{name_hint(name, names)}")
