"""Dates as people and records give them: a year, a month, a day or a moment."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

_PARTS = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?",
    re.ASCII,
)
_MONTHS = 12
_DAY_S = 86_400
# West of Greenwich the evening of a day bears the next date in UTC.
_EVENING_S = 12 * 3600


@dataclass(frozen=True, slots=True, order=True)
class When:
    """The days that a date may mean, first and last, and the second of the day where given.

    `second` counts from midnight of `first` in the zone that the moment names: "utc", "local"
    for another offset, or "" where it names none.
    """

    first: date
    last: date
    second: int | None = None
    zone: str = ""

    @property
    def instant_s(self) -> int:
        """Seconds by which moments of one kind are put in order."""
        return self.first.toordinal() * _DAY_S + (self.second or 0)

    def __str__(self) -> str:
        if self.first == self.last:
            return self.first.isoformat()
        # A whole month or a whole year, as it was written.
        same = (self.first.year, self.first.month) == (self.last.year, self.last.month)
        return self.first.isoformat()[:7] if same else self.first.isoformat()[:4]


@lru_cache(maxsize=8192)
def when(text: str) -> When | None:
    """Read a date, or return None where it is none.

    Parameters
    ----------
    text : str
        ``2026``, ``2026-05``, ``2026-05-17`` or a moment after ISO 8601.

    Examples
    --------
    >>> str(when("2026-05"))
    '2026-05'
    >>> when("2026-02-30") is None
    True
    """
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        if month is None:
            return When(date(int(year), 1, 1), date(int(year), _MONTHS, 31))
        if day is None:
            y, m = int(year), int(month)
            return When(date(y, m, 1), date(y, m, monthrange(y, m)[1]))
        if hour is None:
            whole = date(int(year), int(month), int(day))
            return When(whole, whole)
        iso = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}"
        moment = datetime.fromisoformat(iso + ("+00:00" if offset in (None, "Z") else offset))
    except (ValueError, OverflowError):
        return None
    # The day is that of the place; the second puts moments of one day in order everywhere.
    of_day = datetime.combine(moment.date(), moment.time()) - datetime.combine(
        moment.date(), datetime.min.time()
    )
    shift = moment.utcoffset() or timedelta(0)
    zone = "" if offset is None else "utc" if shift == timedelta(0) else "local"
    return When(moment.date(), moment.date(), int((of_day - shift).total_seconds()), zone)


def seen_on(at: When, day: date) -> When | None:
    """Return a date as it counts on a day, or None where it lies after it.

    A moment in UTC on the next date may still be the evening of the day.

    Examples
    --------
    >>> str(seen_on(when("2026-11-23T01:00:00Z"), date(2026, 11, 22)))
    '2026-11-22'
    """
    if at.first <= day:
        return at
    early = at.second is not None and at.zone == "utc" and at.second < _EVENING_S
    if not early or (at.first - day).days > 1:
        return None
    return When(day, day, (at.second or 0) + _DAY_S, at.zone)


def on_day(day: date) -> When:
    """Return a whole day."""
    return When(day, day)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later; where that month is too short, the first of the next.

    Examples
    --------
    >>> months_later(date(2026, 8, 31), 6).isoformat()
    '2027-03-01'
    """
    count = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(count, _MONTHS)
    if year >= date.max.year:
        return date.max
    if day.day > monthrange(year, month + 1)[1]:
        return date(year, month + 1, monthrange(year, month + 1)[1]) + timedelta(days=1)
    return date(year, month + 1, day.day)


def years_between(birth: date, day: date) -> int:
    """Return completed years of life."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def days_after(day: date, days: int) -> date:
    """Return the day so many days later, at most the last day there is."""
    return day + timedelta(days=min(days, (date.max - day).days))
