"""Is a reading to be believed? What is implausible, stale or missing is shown as such.

The ranges say what a working sensor can show at that place at all, not what is healthy: outside
of them it has come off, or the unit is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cryodose.sensors.readings import QUANTITIES

Status = Literal["ok", "implausible", "stale", "missing"]
# Lowest and highest value, and the fastest change a second: those of `cryodose.sensors`.
_WATCHED = ("skin", "core", "gas", "pack", "oxygen")
RANGES: dict[str, tuple[float, float, float]] = {
    name: (spec.low, spec.high, spec.most_per_s)
    for name, spec in QUANTITIES.items()
    if name in _WATCHED
}
UNITS = {"skin": "°C", "core": "°C", "gas": "°C", "pack": "°C", "oxygen": "%"}
# A sensor that reports by itself is late after this; what was read by hand holds longer.
STALE_S = {"hand": 180.0, "csv": 180.0}
STALE_SENSOR_S = 10.0
# So many doubted readings in a row that agree with one another are believed.
_AGREE = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value with its verdict at the moment it came in."""

    quantity: str
    site: str
    value: float
    source: str
    at: datetime
    status: Status
    why: str = ""

    @property
    def channel(self) -> tuple[str, str]:
        """What it belongs to."""
        return self.quantity, self.site


def judged(reading: Reading, before: Reading | None) -> Reading:
    """Return a reading with its verdict.

    Parameters
    ----------
    reading : Reading
    before : Reading or None
        The last believable one of the same channel.
    """
    low, high, fastest = RANGES[reading.quantity]
    if not low <= reading.value <= high:
        return _doubted(reading, f"outside {low:g} to {high:g}")
    if before is not None:
        # Two readings within one second may differ as much as readings a second apart.
        apart_s = max(1.0, (reading.at - before.at).total_seconds())
        if abs(reading.value - before.value) > fastest * apart_s:
            return _doubted(reading, f"changes faster than {fastest:g} a second")
    return reading


def _doubted(reading: Reading, why: str) -> Reading:
    return Reading(
        reading.quantity,
        reading.site,
        reading.value,
        reading.source,
        reading.at,
        "implausible",
        why,
    )


class Judge:
    """Judges readings as they come, each against the last believable one of its channel.

    After three in a row that agree with one another the sensor is believed again: then the one
    before them was wrong, or somebody moved it.
    """

    def __init__(self) -> None:
        self._good: dict[tuple[str, str], Reading] = {}
        self._doubted: dict[tuple[str, str], list[Reading]] = {}

    def judge(self, reading: Reading) -> Reading:
        """Return the next reading with its verdict."""
        channel = reading.channel
        one = judged(reading, self._good.get(channel))
        row = self._doubted.setdefault(channel, [])
        if one.status == "ok":
            self._good[channel] = one
            row.clear()
        elif one.why.startswith("changes"):
            if row and judged(reading, row[-1]).status != "ok":
                row.clear()
            row.append(reading)
            if len(row) >= _AGREE:
                self._good[channel] = one = reading
                row.clear()
        return one


def judged_all(readings: Iterable[Reading]) -> list[Reading]:
    """Return readings in their order, each with its verdict."""
    judge = Judge()
    return [judge.judge(reading) for reading in readings]


def status_now(last: Reading | None, now: datetime) -> Status:
    """Return what a page says of a channel: its last reading may have grown old."""
    if last is None:
        return "missing"
    if last.status != "ok":
        return last.status
    age_s = (now - last.at).total_seconds()
    return "stale" if age_s > STALE_S.get(last.source, STALE_SENSOR_S) else "ok"
