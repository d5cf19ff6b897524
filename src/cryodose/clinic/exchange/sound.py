"""Is what another house sends whole? Its JSON is looked into before it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryodose.clinic.live.kinds import checked
from cryodose.clinic.services.screenings import judge
from cryodose.course.spec import course_from
from cryodose.errors import BadInput
from cryodose.fhir import records as r
from cryodose.session import session_from_dict

_VERDICTS = ("stop", "ask-clinician", "incomplete", "no-rule-hit")
_NUMBERS = ("dose_s", "shortest_s", "longest_s")
_LISTS = (
    "findings", "not_assessed", "curves", "limits", "goals", "warnings", "reasons", "sessions",
    "build_up",
)  # fmt: skip
_CURVE = ("time_s", "low", "median", "high")
_LONGEST_KEY = 64
# Of sessions and of seconds of cold in the rows of a plan.
_MOST = 100_000


def check(record: r.Record, name: str) -> None:
    """Raise BadInput for a record that our pages could not show or that could not be so.

    Parameters
    ----------
    record : Record
    name : str
        Of the record, for the error.
    """
    if isinstance(record, r.Screening):
        _screening(record, name)
    elif isinstance(record, r.Plan):
        session_from_dict(record.session)
        _answer(record.answer, f"{name}.answer")
    elif isinstance(record, r.Course):
        if record.spec:
            course_from(record.spec, name)
        _answer(record.plan, f"{name}.plan")
    elif isinstance(record, r.Session):
        for _ in events(record, name):
            pass


def _wrong(key: str, value: object, expected: str) -> BadInput:
    return BadInput("FHIR", key, value, expected)


def _screening(record: r.Screening, name: str) -> None:
    judge(record.answers, record.procedure, record.device_kind, record.day)
    if record.verdict not in _VERDICTS:
        raise _wrong(f"{name}.verdict", record.verdict, f"one of {', '.join(_VERDICTS)}")
    for key in ("findings", "not_assessed"):
        if key not in record.result:
            raise _wrong(f"{name}.result", record.result, f"a screening with {key}")
    _answer(record.result, f"{name}.result")
    for n, finding in enumerate(record.result["findings"]):
        if not isinstance(finding, dict) or not isinstance(finding.get("rule"), str):
            raise _wrong(f"{name}.result.findings[{n}]", finding, "a finding with its rule")


def _answer(answer: dict[str, Any], name: str) -> None:
    for key in _NUMBERS:
        value = answer.get(key)
        if value is not None and type(value) not in (int, float):
            raise _wrong(f"{name}.{key}", value, "a number")
    for key in _LISTS:
        if not isinstance(answer.get(key, []), list):
            raise _wrong(f"{name}.{key}", answer[key], "a list")
    for n, row in enumerate(answer.get("build_up", [])):
        if not _is_row(row):
            raise _wrong(f"{name}.build_up[{n}]", row, "a session with its number and longest_s")
    for n, curve in enumerate(answer.get("curves", [])):
        whole = isinstance(curve, dict) and isinstance(curve.get("name"), str)
        if not whole or not all(_numbers(curve.get(k)) for k in _CURVE):
            raise _wrong(f"{name}.curves[{n}]", curve, "a curve of numbers")


def _is_row(row: object) -> bool:
    """Tell whether this is what a plan says of one of the first whole-body sessions."""
    if not isinstance(row, dict):
        return False
    told: list[Any] = [row.get("number"), row.get("longest_s")]
    told += [row[k] for k in ("dose_s", "probability_at_dose") if row.get(k) is not None]
    # nan, and whole numbers of a thousand digits, are no less outside.
    within = all(type(value) in (int, float) and 0 <= value <= _MOST for value in told)
    return within and type(row["number"]) is int


def _numbers(value: object) -> bool:
    return isinstance(value, list) and all(type(v) in (int, float) for v in value)


def events(record: r.Session, name: str) -> Iterator[tuple[r.Event, dict[str, Any]]]:
    """Yield the events of a session with what they say; raise BadInput where one cannot be so."""
    before: r.Event | None = None
    keys: set[str] = set()
    for n, event in enumerate(record.events, start=1):
        place = f"{name}.events[{n - 1}]"
        key = event.key or f"taken-in-{n}"
        if event.number != n:
            raise _wrong(f"{place}.number", event.number, f"{n}: events are counted without a gap")
        if key in keys or len(key) > _LONGEST_KEY or not key.isprintable():
            raise _wrong(f"{place}.key", event.key, "a short key that no other event has")
        if before is not None and event.at < before.at:
            raise _wrong(f"{place}.at", event.at.isoformat(), "no moment before the last event")
        keys.add(key)
        before = event
        # What a reading was worth follows from the readings, and is computed here again.
        said = checked(event.kind, {k: v for k, v in event.data.items() if k != "quality"})
        yield event, said
