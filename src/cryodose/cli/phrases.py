"""The short phrases of options: durations, goals and readings."""

from __future__ import annotations

import re
from typing import Any

from cryodose.errors import BadInput

_NUMBER = r"[+-]?\d{1,6}(?:\.\d{1,6})?"
_DURATION = re.compile(rf"({_NUMBER}) ?(s|min|h)")
_UG = {"ug": 1.0, "mg": 1000.0}
_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_READING = re.compile(rf"({_NUMBER}) ?C@(.+)")
_TISSUE = re.compile(rf"({_NUMBER}) ?C@({_NUMBER}) ?mm(-below-fat)?")
_SKIN = re.compile(rf"({_NUMBER}) ?C")
_DRUG = re.compile(rf"({_NUMBER}) ?(ug|mg)")
_NERVE = re.compile(rf"({_NUMBER}) ?%(?:@([a-z-]+))?")

GOAL_FORMS = (
    '"analgesia", "analgesia:10min", "skin:12C", "tissue:-7C@10mm-below-fat" (with a sign: '
    'colder by; without: at or below), "nerve:-20%", or "drug:400ug" for a current'
)


def seconds_of(words: str, option: str) -> float:
    """Return a duration in s.

    Parameters
    ----------
    words : str
        Such as ``90s``, ``10min`` or ``1.5h``.
    option : str
        Which option says it, for the error.

    Raises
    ------
    BadInput
        If it is no duration.

    Examples
    --------
    >>> seconds_of("10min", "--on")
    600.0
    """
    found = _DURATION.fullmatch(_plain(words))
    if found is None:
        raise BadInput("command line", option, words, 'a duration such as "90s" or "10min"')
    return float(found.group(1)) * _SECONDS[found.group(2)]


def goal_of(words: str) -> dict[str, Any]:
    """Return a goal as a file would hold it.

    Raises
    ------
    BadInput
        If it is none of the known forms.

    Examples
    --------
    >>> goal_of("analgesia:10min")
    {'kind': 'analgesia', 'duration_s': 600.0}
    >>> goal_of("tissue:-7C@10mm-below-fat")["change_C"]
    -7.0
    """
    kind, _, rest = _plain(words).partition(":")
    if kind == "analgesia":
        return {"kind": kind} | ({"duration_s": seconds_of(rest, "--goal")} if rest else {})
    if kind == "skin" and (found := _SKIN.fullmatch(rest)):
        return {"kind": "skin-temperature", "target_C": float(found.group(1))}
    if kind == "tissue" and (found := _TISSUE.fullmatch(rest)):
        level, depth, below_fat = found.groups()
        is_change = level[0] in "+-"
        return {
            "kind": "tissue-temperature",
            "change_C" if is_change else "target_C": float(level),
            "depth_mm": float(depth),
            "depth_from": "adipose" if below_fat else "skin",
        }
    if kind == "nerve" and (found := _NERVE.fullmatch(rest)):
        goal = {"kind": "nerve-velocity", "change_percent": float(found.group(1))}
        return goal | ({"nerve": found.group(2)} if found.group(2) else {})
    if kind == "drug" and (found := _DRUG.fullmatch(rest)):
        factor = _UG[found.group(2)]
        return {"kind": "delivered-mass", "target_ug": float(found.group(1)) * factor}
    raise BadInput("command line", "--goal", words, GOAL_FORMS)


def reading_of(words: str) -> dict[str, Any]:
    """Return a reading of the skin as a file would hold it.

    Raises
    ------
    BadInput
        If it is not a temperature at a time.

    Examples
    --------
    >>> reading_of("14.2C@10min")["time_s"]
    600.0
    """
    found = _READING.fullmatch(_plain(words))
    if found is None:
        expected = 'a skin temperature at a time since the start, such as "14.2C@10min"'
        raise BadInput("command line", "--measured", words, expected)
    return {
        "quantity": "skin-temperature",
        "time_s": seconds_of(found.group(2), "--measured"),
        "unit": "C",
        "mean": float(found.group(1)),
    }


def _plain(words: str) -> str:
    # What a keyboard or a text program makes of a minus and of degrees.
    return words.strip().replace("−", "-").replace("°", "")
