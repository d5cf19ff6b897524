"""What can happen in a live session, and what each event must say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from cryodose.errors import MISSING, BadInput

# Why a session ended before or at its time.
STOP_REASONS = ("done", "person-asked", "pain", "skin", "unwell", "device", "oxygen", "other")
QUANTITIES = ("skin", "core", "gas", "pack", "oxygen")
SOURCES = ("hand", "csv", "http", "mqtt", "modbus")
WHEN = ("before", "after")
MOST_WORDS = 1000
# What moves a session from one phase to the next; the rest only adds to it.
CONTROL = ("started", "pause", "resume", "stop")
# Begins the key of an alarm of the room in which a session runs; the number of the alarm ends it.
ROOM = "room-"

Check = Callable[[Mapping[str, Any]], dict[str, Any]]


def checked(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an event, with nothing in it that its kind does not know.

    Raises
    ------
    BadInput
        Naming kind, key, value and expectation.
    """
    if kind not in KINDS:
        raise BadInput("event", "kind", kind, f"one of {', '.join(KINDS)}")
    return KINDS[kind](data)


def _nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _check(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"item": _text(data, "item", 40), "done": _flag(data, "done")}


def _reading(data: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "quantity": _one_of(data, "quantity", QUANTITIES),
        "value": number_of(data, "value"),
        "source": _one_of(data, "source", SOURCES),
    }
    site = _text(data, "site", 40, needed=False)
    return made | {"site": site} if site else made


def _stop(data: Mapping[str, Any]) -> dict[str, Any]:
    reason = _one_of(data, "reason", STOP_REASONS)
    return {"reason": reason, "words": _text(data, "words", MOST_WORDS, needed=reason == "other")}


def _why(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"words": _text(data, "words", MOST_WORDS, needed=False)}


def _note(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"words": _text(data, "words", MOST_WORDS)}


def _alarm(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"alarm": _text(data, "alarm", 60)}


def _pressure(data: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"when": _one_of(data, "when", WHEN)}
    for key, low, high in (("systolic_mmhg", 40, 350), ("diastolic_mmhg", 20, 250)):
        made[key] = _within(data, key, low, high)
    if made["diastolic_mmhg"] >= made["systolic_mmhg"]:
        expected = f"less than the systolic {made['systolic_mmhg']:g}"
        raise BadInput("event", "diastolic_mmhg", made["diastolic_mmhg"], expected)
    if _is_given(data, "pulse_per_min"):
        made["pulse_per_min"] = _within(data, "pulse_per_min", 20, 300)
    return made


def _felt(data: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key in ("cold", "pain"):
        if _is_given(data, key):
            made[key] = _within(data, key, 0, 10)
    words = _text(data, "words", MOST_WORDS, needed=False)
    made |= {"words": words} if words else {}
    if not made:
        raise BadInput("event", "cold", MISSING, "cold or pain from 0 to 10, or words")
    return made


KINDS: Mapping[str, Check] = {
    "check": _check,
    "started": _nothing,
    "reading": _reading,
    "pause": _why,
    "resume": _nothing,
    "stop": _stop,
    "alarm-due": _alarm,
    "alarm-acknowledged": _alarm,
    "note": _note,
    "pressure": _pressure,
    "felt": _felt,
}


def _is_given(data: Mapping[str, Any], key: str) -> bool:
    return data.get(key) not in (None, "")


def number_of(data: Mapping[str, Any], key: str) -> float:
    """Return a finite number, also from the text of a form field.

    Raises
    ------
    BadInput
        For anything else.
    """
    value = data.get(key, MISSING)
    if isinstance(value, str) and len(value) < 40:
        text = value.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
        try:
            value = float(text)
        except ValueError:
            raise BadInput("event", key, value, "a number") from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadInput("event", key, value, "a number")
    return float(value)


def _within(data: Mapping[str, Any], key: str, low: float, high: float) -> float:
    value = number_of(data, key)
    if not low <= value <= high:
        raise BadInput("event", key, value, f"{low:g} to {high:g}")
    return value


def _text(data: Mapping[str, Any], key: str, most: int, *, needed: bool = True) -> str:
    value = data.get(key, "")
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise BadInput("event", key, value, f"a text of at most {most} characters")
    if needed and not value.strip():
        raise BadInput("event", key, value, "a text")
    return value.strip()


def _one_of(data: Mapping[str, Any], key: str, names: tuple[str, ...]) -> str:
    value = data.get(key, MISSING)
    if value not in names:
        raise BadInput("event", key, value, f"one of {', '.join(names)}")
    return str(value)


def _flag(data: Mapping[str, Any], key: str) -> bool:
    value = data.get(key, MISSING)
    if value in (True, "true", "on", "1"):
        return True
    if value in (False, "false", "off", "0"):
        return False
    raise BadInput("event", key, value, "true or false")
