"""What is wrong with the air of a room or with its sensor, now: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from cryodose import evidence
from cryodose.clinic.models import RoomAlarm
from cryodose.units import PERCENT

Kind = RoomAlarm.Kind
_BAD = frozenset({Kind.LOW, Kind.LEAVE})


@dataclass(frozen=True)
class Heard:
    """What is known of a sensor.

    Attributes
    ----------
    every_s : float
        It must speak at least so often.
    calibrate_by : date
        The last day on which its calibration counts.
    awaited_since : datetime
        Before this nobody could hear it.
    good_at, good_percent : datetime, float or None
        Its last good reading.
    newest : str
        Quality of what came last; empty where nothing came.
    newest_percent : float or None
        What it said.
    """

    every_s: float
    calibrate_by: date
    awaited_since: datetime
    good_at: datetime | None = None
    good_percent: float | None = None
    newest: str = ""
    newest_percent: float | None = None


@cache
def warn_percent() -> float:
    """Return the oxygen at which the first alarm goes off: nobody starts at or below it."""
    return evidence.value("room", "alarm.warn_share") * PERCENT


@cache
def leave_percent() -> float:
    """Return the oxygen at which everybody leaves the room."""
    return evidence.value("room", "alarm.leave_share") * PERCENT


def causes(heard: Heard, now: datetime, today: date) -> dict[str, float | None]:
    """Return what is wrong: kind of alarm -> the oxygen that says so, where a number does.

    A reading that is late, implausible or missing never says that the air is good; the last good
    one holds on until the next, however old it is.
    """
    found: dict[str, float | None] = {}
    low = low_kind(heard.good_percent)
    if low:
        found[low] = heard.good_percent
    since = max(heard.good_at or heard.awaited_since, heard.awaited_since)
    if (now - since).total_seconds() > heard.every_s:
        found[Kind.SILENT] = None
    if heard.newest == "implausible":
        found[Kind.IMPLAUSIBLE] = heard.newest_percent
    if today > heard.calibrate_by:
        found[Kind.CALIBRATION] = None
    return found


def low_kind(percent: float | None) -> str:
    """Return which alarm so much oxygen is; empty for none."""
    if percent is None or percent > warn_percent():
        return ""
    return Kind.LEAVE if percent <= leave_percent() else Kind.LOW


def is_new(kind: str, standing: Mapping[str, object]) -> bool:
    """Tell whether a cause needs an alarm, beside those of the sensor that stand already."""
    return kind not in standing and not (kind == Kind.LOW and Kind.LEAVE in standing)


def is_gone(kind: str, found: Mapping[str, object]) -> bool:
    """Tell whether the cause of an alarm is gone.

    That the air is bad is over when it is good again: not when it is merely low after somebody was
    told to leave, and not when it has become worse.
    """
    return not (_BAD & found.keys() if kind in _BAD else kind in found)
