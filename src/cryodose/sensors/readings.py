"""A reading and what it is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from cryodose.units import celsius, converted

Quality = Literal["good", "implausible", "stale", "missing"]
# How old a reading may be that is shown as now, and how far ahead its clock may be.
STALE_S = 15.0
AHEAD_S = 5.0


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is measured: unit, what its sensors can show at all, and how fast it can change.

    A sensor that says the very same for longer than `frozen_s` hangs. The bounds sort out broken
    sensors and wrong units; they are no limits for people.
    """

    words: str
    unit: str
    low: float
    high: float
    most_per_s: float = math.inf
    frozen_s: float = math.inf


# A sensor that falls off jumps by tens of degrees within a second. Skin in cold gas changes by
# about one, under a pack by a few; a core by less than a tenth.
QUANTITIES: dict[str, Quantity] = {
    "skin": Quantity("skin temperature", "Cel", -60.0, 45.0, 8.0, 30.0),
    "core": Quantity("core temperature", "Cel", 25.0, 43.0, 0.2),
    "gas": Quantity("gas in the cabin", "Cel", -200.0, 60.0, 40.0),
    "supply": Quantity("supplied gas", "Cel", -200.0, 60.0),
    "set": Quantity("set temperature", "Cel", -200.0, 60.0),
    "pack": Quantity("cold surface", "Cel", -80.0, 45.0, 8.0),
    "water": Quantity("water", "Cel", -5.0, 45.0),
    "oxygen": Quantity("oxygen in the room", "%", 0.0, 25.0, 10.0),
    "heart_rate": Quantity("heart rate", "/min", 20.0, 250.0),
    "systolic": Quantity("systolic pressure", "mm[Hg]", 40.0, 300.0),
    "diastolic": Quantity("diastolic pressure", "mm[Hg]", 20.0, 200.0),
    "oxygen_saturation": Quantity("oxygen saturation", "%", 40.0, 100.0),
    "current": Quantity("current", "mA", 0.0, 200.0),
}
_LOOSE = {"C": "Cel", "degC": "Cel", "mmHg": "mm[Hg]", "bpm": "/min", "percent": "%"}


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading, in the unit of its quantity.

    Attributes
    ----------
    value : float or None
        None where nothing was measured; what an implausible sensor said is kept.
    at : datetime
        When it was measured, with its offset.
    why : str
        Why it is not good.
    """

    quantity: str
    value: float | None
    at: datetime
    site: str = ""
    sensor: str = ""
    quality: Quality = "good"
    why: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What is measured, where and by what."""
        return self.quantity, self.site, self.sensor

    @property
    def unit(self) -> str:
        """The unit of its quantity, UCUM."""
        return QUANTITIES[self.quantity].unit

    def usable(self) -> float | None:
        """Return the value of a good reading, else None."""
        return self.value if self.quality == "good" else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data; what is empty is left out."""
        made = {
            "quantity": self.quantity,
            "value": self.value,
            "unit": self.unit,
            "at": self.at.isoformat(),
            "site": self.site,
            "sensor": self.sensor,
            "quality": self.quality,
            "why": self.why,
        }
        return {k: v for k, v in made.items() if v != ""}


def in_unit(value: float, unit: str, wanted: str) -> float | None:
    """Return a value in the unit of its quantity, or None for another kind of unit."""
    named = _LOOSE.get(unit.strip(), unit.strip())
    if named in ("", wanted):
        return value
    return celsius(value, named) if wanted == "Cel" else converted(value, named, wanted)


def judged(reading: Reading, now: datetime, before: Reading | None = None) -> Reading:
    """Return a reading with its quality.

    Parameters
    ----------
    reading : Reading
    now : datetime
        When it arrived.
    before : Reading, optional
        The last good one of the same sensor and site, from which it must not jump.
    """
    if reading.value is None or not math.isfinite(reading.value):
        why = reading.why or "no number"
        return replace(reading, value=None, quality="missing", why=why)
    spec = QUANTITIES[reading.quantity]
    if not spec.low <= reading.value <= spec.high:
        why = f"not within {spec.low:g} to {spec.high:g} {spec.unit}"
        return replace(reading, quality="implausible", why=why)
    age_s = (now - reading.at).total_seconds()
    if age_s < -AHEAD_S:
        return replace(reading, quality="implausible", why=f"its clock is {-age_s:.0f} s ahead")
    if age_s > STALE_S:
        return replace(reading, quality="stale", why=f"{age_s:.0f} s old on arrival")
    if before is not None and before.quality == "good" and before.value is not None:
        passed_s = (reading.at - before.at).total_seconds()
        jump = abs(reading.value - before.value)
        if passed_s < 0:
            return replace(reading, quality="stale", why="older than the one before it")
        if jump > spec.most_per_s * max(passed_s, 1.0):
            return replace(reading, quality="implausible", why=f"a jump of {jump:.3g} {spec.unit}")
    return replace(reading, quality="good", why="")


class Judge:
    """Judges readings as they come, each against what its sensor said before."""

    def __init__(self) -> None:
        self._good: dict[tuple[str, str, str], Reading] = {}
        self._same: dict[tuple[str, str, str], Reading] = {}

    def __call__(self, reading: Reading, now: datetime) -> Reading:
        """Return the reading with its quality."""
        made = judged(reading, now, self._good.get(reading.key))
        first = self._same.get(made.key)
        if first is None or first.value != made.value:
            self._same[made.key] = first = made
        same_s = (made.at - first.at).total_seconds()
        # What people type in has no sensor's name and may well repeat itself.
        if made.quality == "good" and made.sensor and same_s > QUANTITIES[made.quantity].frozen_s:
            return replace(made, quality="stale", why=f"unchanged for {same_s:.0f} s")
        if made.quality == "good":
            self._good[made.key] = made
        return made


def latest(
    readings: Iterable[Reading], wanted: Iterable[tuple[str, str, str]], now: datetime
) -> dict[tuple[str, str, str], Reading]:
    """Return the last reading of each sensor that is wanted or was heard, as it stands now.

    One that fell silent is ``stale``, one that was never heard is ``missing``.

    Parameters
    ----------
    readings : iterable of Reading
        Already judged, in any order.
    wanted : iterable of (quantity, site, sensor)
    now : datetime
    """
    found: dict[tuple[str, str, str], Reading] = {}
    for one in readings:
        last = found.get(one.key)
        if last is None or one.at >= last.at:
            found[one.key] = one
    for key, one in found.items():
        age_s = (now - one.at).total_seconds()
        if one.quality == "good" and age_s > STALE_S:
            found[key] = replace(one, quality="stale", why=f"silent for {age_s:.0f} s")
    for quantity, site, sensor in wanted:
        missing = Reading(quantity, None, now, site, sensor, "missing", "never heard")
        found.setdefault((quantity, site, sensor), missing)
    return found
