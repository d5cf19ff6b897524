"""Readings out of CSV, JSON and messages; pure."""

from __future__ import annotations

import csv
import io
import json
import math
from datetime import datetime
from typing import Any

from cryodose.errors import MISSING, BadInput
from cryodose.sensors.readings import QUANTITIES, Judge, Reading, in_unit, judged

_MOST = 10_000
_MOST_BYTES = 2_000_000
_NAME = 80
_COLUMNS = ("at", "quantity", "value", "unit", "site", "sensor")
_TOPIC = "PREFIX/SENSOR/QUANTITY or PREFIX/SENSOR/QUANTITY/SITE"
_LEVELS = (3, 4)


def readings_from_csv(text: str, file: object = None) -> list[Reading]:
    """Return the readings of a CSV file, each judged by itself and the one before it.

    Parameters
    ----------
    text : str
        With a header: ``at``, ``quantity``, ``value``, and where wanted ``unit``, ``site``,
        ``sensor``. An empty value is a missing reading. Age does not count: a file is history.

    Raises
    ------
    BadInput
        Naming file, line, column, value and expectation.
    """
    _bounded(len(text), file)
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        listed = list(rows)
    except csv.Error as error:
        raise BadInput(file, f"line {rows.line_num}", expected=f"CSV ({error})") from None
    head = [h.strip() for h in listed[0]] if listed else []
    for name in _COLUMNS[:3]:
        if name not in head:
            raise BadInput(file, "header", ",".join(head), f"a column {name}")
    for name in head:
        if name not in _COLUMNS or head.count(name) > 1:
            raise BadInput(file, "header", name, f"each once of {', '.join(_COLUMNS)}")
    made: list[Reading] = []
    judge = Judge()
    for n, row in enumerate(listed[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            raise BadInput(file, f"line {n}", len(row), f"{len(head)} cells")
        cells: dict[str, Any] = {k: v.strip() for k, v in zip(head, row, strict=True)}
        cells["value"] = _number(cells["value"], file, f"line {n}.value")
        reading = _reading(cells, file, f"line {n}")
        made.append(judge(reading, reading.at))
    return made


def readings_from_json(data: object, now: datetime, file: object = None) -> list[Reading]:
    """Return the readings of one JSON request, judged by themselves.

    Parameters
    ----------
    data : dict
        ``{"readings": [{"quantity", "value", "unit", "at", "site", "sensor"}]}``; without ``at`` a
        reading is of now, a value of null is a missing reading.
    now : datetime
        The clock of the server.

    Raises
    ------
    BadInput
        Naming key, value and expectation; then none of them counts.
    """
    listed = data.get("readings", MISSING) if isinstance(data, dict) else data
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST:
        raise BadInput(file, "readings", listed, f"a list of 1 to {_MOST} readings")
    made = []
    for n, one in enumerate(listed):
        place = f"readings[{n}]"
        if not isinstance(one, dict):
            raise BadInput(file, place, one, "an object")
        for key in one:
            if key not in _COLUMNS:
                raise BadInput(file, f"{place}.{key}", one[key], f"one of {', '.join(_COLUMNS)}")
        cells = {"at": now.isoformat(), **one}
        made.append(judged(_reading(cells, file, place), now))
    return made


def reading_from_message(topic: str, payload: bytes, now: datetime) -> Reading:
    """Return the reading of one MQTT message, judged by itself.

    Parameters
    ----------
    topic : str
        ``PREFIX/SENSOR/QUANTITY`` or ``PREFIX/SENSOR/QUANTITY/SITE``.
    payload : bytes
        A number, or JSON ``{"value", "unit", "at"}``; empty or ``null`` is a missing reading.

    Raises
    ------
    BadInput
        Naming the topic and what was expected.
    """
    parts = topic.split("/")
    if len(parts) not in _LEVELS:
        raise BadInput("MQTT", "topic", topic, _TOPIC)
    _, sensor, quantity, *site = parts
    if len(payload) > _MOST_BYTES:
        raise BadInput("MQTT", topic, len(payload), f"at most {_MOST_BYTES} bytes")
    try:
        said: Any = json.loads(payload) if payload.strip() else None
    except (ValueError, RecursionError):
        raise BadInput("MQTT", topic, payload[:_NAME], "a number or a JSON object") from None
    body = said if isinstance(said, dict) else {"value": said}
    for key in body:
        if key not in ("value", "unit", "at"):
            raise BadInput("MQTT", f"{topic}.{key}", body[key], "one of value, unit, at")
    cells = {"at": now.isoformat(), **body, "quantity": quantity, "sensor": sensor}
    cells["site"] = site[0] if site else ""
    return judged(_reading(cells, "MQTT", topic), now)


def _bounded(size: int, file: object) -> None:
    if size > _MOST_BYTES:
        raise BadInput(file, "size", size, f"at most {_MOST_BYTES} characters")


def _number(text: str, file: object, place: str) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise BadInput(file, place, text, "a number") from None


def _reading(cells: dict[str, Any], file: object, place: str) -> Reading:
    quantity = cells.get("quantity", MISSING)
    if not isinstance(quantity, str) or quantity not in QUANTITIES:
        expected = f"one of {', '.join(QUANTITIES)}"
        raise BadInput(file, f"{place}.quantity", quantity, expected)
    words = {}
    for key in ("unit", "site", "sensor"):
        text = cells.get(key) or ""
        if not isinstance(text, str) or len(text) > _NAME or not (text.isprintable() or not text):
            raise BadInput(file, f"{place}.{key}", text, f"a short text of at most {_NAME}")
        words[key] = text
    at = _moment(cells.get("at", MISSING), file, f"{place}.at")
    value = _value(cells.get("value", MISSING), file, f"{place}.value")
    if value is not None and math.isfinite(value):
        wanted = QUANTITIES[quantity].unit
        shown = in_unit(value, words["unit"], wanted)
        if shown is None:
            raise BadInput(file, f"{place}.unit", words["unit"], f"a unit such as {wanted}")
        value = shown
    return Reading(quantity, value, at, words["site"], words["sensor"])


def _moment(text: object, file: object, place: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)  # type: ignore[arg-type]  # the error is caught
        if found.tzinfo is not None:
            return found
    except (TypeError, ValueError):
        pass
    raise BadInput(file, place, text, "a moment with its offset: 2026-12-01T10:00:00+00:00")


def _value(value: object, file: object, place: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(file, place, value, "a number or null")
    try:
        return float(value)
    except OverflowError:
        raise BadInput(file, place, value, "a number of usual size") from None
