"""From merged layers to a checked `Session`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from cryodose.errors import MISSING, BadInput
from cryodose.session.exposure import EXPOSURES
from cryodose.session.fields import Table
from cryodose.session.goals import GOALS, Goal, PlanOptions
from cryodose.session.measured import Measured
from cryodose.session.merge import Draft, Layer, Merged, over
from cryodose.session.problems import Problems
from cryodose.session.safety import Safety
from cryodose.session.session import Session
from cryodose.session.subject import Subject
from cryodose.session.translate import bad_inputs

__all__ = ["assemble", "read_goals", "read_plan", "read_readings", "read_safety", "read_title"]

_MAX_TITLE = 500

# What can be read on one person while a session runs, or after it.
_READINGS: Final = ("skin-temperature", "core-temperature")


def assemble(
    draft: Draft, problems: Problems, at: str = "", extras: Mapping[str, Any] | None = None
) -> Session | None:
    """Merge and check the layers of one session.

    Parameters
    ----------
    draft : Draft
        The layers.
    problems : Problems
        Where to note what is wrong.
    at : str
        Path of the session in the file, with its dot; empty for the base.
    extras : mapping, optional
        Title, goals, readings and plan of a plain session file, already checked.

    Returns
    -------
    Session or None
        None where something is wrong.
    """
    subject_parts, exposure_parts = draft.merged_subject(), draft.merged_exposure()
    subject = _section(Subject, subject_parts, problems, f"{at}subject", "subject")
    modality = exposure_parts.layer.get("modality")
    model = problems.pick(
        MISSING if modality is None else modality.value,
        EXPOSURES,
        f"{at}exposure.modality" if modality is None else modality.path,
    )
    if model is None:
        return None
    owner = str(modality.value) if modality is not None else "exposure"
    exposure = _section(model, exposure_parts, problems, f"{at}exposure", owner)
    if subject is None or exposure is None:
        return None
    assumed = [f"subject.{key}" for key in subject_parts.assumed]
    assumed += [f"exposure.{key}" for key in exposure_parts.assumed]
    try:
        return Session(subject, exposure, assumed=tuple(assumed), **(extras or {}))
    except BadInput as problem:
        problems.add(f"{at}{problem.key}", problem.value, problem.expected)
        return None


def _section(model: type[Table], parts: Merged, problems: Problems, at: str, owner: str) -> Any:
    _check_beaten(model, parts, problems, owner)
    return problems.read(model, _values(parts.layer), at=at, owner=owner, paths=_paths(parts.layer))


def _check_beaten(model: type[Table], parts: Merged, problems: Problems, owner: str) -> None:
    # An assumed value that does not count is still read by people, so it must be possible.
    if not parts.beaten:
        return
    layer = over(parts.layer, parts.beaten)
    try:
        model.model_validate(_values(layer))
    except ValidationError as error:
        paths = _paths(layer)
        beaten = tuple(leaf.path for leaf in parts.beaten.values())
        found = bad_inputs(error, model, file=problems.file, at="", owner=owner, paths=paths)
        problems.extend(item for item in found if item.key.startswith(beaten))


def _values(layer: Layer) -> dict[str, Any]:
    return {key: leaf.value for key, leaf in layer.items()}


def _paths(layer: Layer) -> dict[str, str]:
    return {key: leaf.path for key, leaf in layer.items()}


def read_title(data: Mapping[str, Any], problems: Problems) -> str | None:
    """Read the title of a file; None where there is none."""
    title = data.get("title")
    if title is None:
        return None
    if not isinstance(title, str) or not 1 <= len(title) <= _MAX_TITLE:
        problems.add("title", title, f"a title, at most {_MAX_TITLE} characters")
        return None
    return title


def read_goals(data: Mapping[str, Any], problems: Problems) -> tuple[Goal, ...]:
    """Read `[[goal]]`."""
    goals: list[Any] = []
    for at, row in problems.rows(data, "goal"):
        kind = row.get("kind", MISSING)
        model = problems.pick(kind, GOALS, f"{at}.kind")
        if model is not None:
            goals.append(problems.read(model, row, at=at, owner=f"goal {kind}"))
    return tuple(goal for goal in goals if goal is not None)


def read_readings(data: Mapping[str, Any], problems: Problems) -> tuple[Measured, ...]:
    """Read `[[measured]]` of a plain session: readings of the skin and core of this person."""
    readings: list[Measured] = []
    for at, row in problems.rows(data, "measured"):
        reading = problems.read(Measured, row, at=at, owner="measured")
        if reading is None:
            continue
        if reading.quantity not in _READINGS:
            expected = " or ".join(f'"{q}"' for q in _READINGS)
            problems.add(f"{at}.quantity", reading.quantity, f"{expected} in a session file")
        if reading.variant != "base":
            problems.add(f"{at}.variant", reading.variant, "no variant in a session file")
        readings.append(reading)
    return tuple(readings)


def read_plan(data: Mapping[str, Any], problems: Problems) -> PlanOptions:
    """Read `[plan]`."""
    value = data.get("plan", {})
    if not isinstance(value, dict):
        problems.add("plan", value, "a table [plan]")
        return PlanOptions()
    return problems.read(PlanOptions, value, at="plan", owner="plan") or PlanOptions()


def read_safety(data: Mapping[str, Any], problems: Problems) -> Safety:
    """Read `[safety]`."""
    value = data.get("safety", {})
    if not isinstance(value, dict):
        problems.add("safety", value, "a table [safety]")
        return Safety()
    return problems.read(Safety, value, at="safety", owner="safety") or Safety()
