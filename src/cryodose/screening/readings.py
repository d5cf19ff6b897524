"""Says which readings of a quantity count on a day: the latest valid ones.

A newer reading takes the place of an older one. On the day of the session itself the worst one
counts, so that nobody measures until it fits. What cannot be put in time, or cannot be read,
clears nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from cryodose.screening.dates import When, seen_on
from cryodose.screening.facts import Measured, Unread
from cryodose.screening.rules import Measure

_Kind = Literal["day", "plain", "zoned"]
_LATER = "measured after the day of screening"


@dataclass(slots=True)
class Reading:
    """The readings of one quantity that count.

    `holds` says whether a harmless value may be trusted on the day; `today` whether it is of
    that day; `differ` whether readings that count differ.
    """

    low: float
    high: float
    words: str
    holds: bool
    today: bool
    differ: bool = False


class _Newest:
    """The newest of some dates, by what can be compared with what."""

    def __init__(self, dates: Iterable[When]) -> None:
        self._moment: dict[_Kind, int] = {}
        self._day: dict[_Kind, date] = {}
        for at in dates:
            kind = _kind(at)
            self._day[kind] = max(self._day.get(kind, date.min), at.first)
            self._moment[kind] = max(self._moment.get(kind, at.instant_s), at.instant_s)

    def is_past(self, at: When) -> bool:
        """Tell whether one of them is surely later than a date.

        Moments with a zone are compared with each other, those without likewise, and all else
        by the day.
        """
        kind = _kind(at)
        if kind != "day" and at.instant_s < self._moment.get(kind, at.instant_s):
            return True
        return any(at.last < day for k, day in self._day.items() if k != kind or k == "day")


def _kind(at: When) -> _Kind:
    return "day" if at.second is None else "zoned" if at.zone else "plain"


def _is_over(at: When, measure: Measure, on: date) -> bool:
    days = measure.ends_after_days
    return days is not None and (on - at.last).days > days


def counted(
    measured: Iterable[Measured],
    unread: Iterable[Unread],
    measures: dict[str, Measure],
    on: date,
    ignored: list[tuple[str, str]],
) -> tuple[dict[str, Reading], set[str]]:
    """Return the readings that count by quantity, and the quantities of which one is unreadable.

    Parameters
    ----------
    measured, unread : iterable
        What was measured, and what could not be read.
    measures : dict
        Quantities that rules ask for.
    on : date
        The day of the session.
    ignored : list
        Gets what does not count, with the reason.
    """
    by_quantity: dict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        at = one.at and seen_on(one.at, on)
        if one.quantity not in measures:
            ignored.append((f"{one.where}: {one.words}", "no rule asks for it"))
        elif one.at is not None and at is None:
            ignored.append((f"{one.where}: {one.words}", _LATER))
        elif at is not None and _is_over(at, measures[one.quantity], on):
            ignored.append((f"{one.where}: {one.words}", "too long ago to count"))
        else:
            by_quantity[one.quantity].append(one if at is one.at else replace(one, at=at))
    newest = {
        key: _Newest(m.at for m in found if m.at is not None) for key, found in by_quantity.items()
    }
    readings = {
        key: _reading(found, newest[key], measures[key], on, ignored)
        for key, found in by_quantity.items()
    }
    open_ones = set()
    for missed in unread:
        at = missed.at and seen_on(missed.at, on)
        past = newest.get(missed.quantity)
        later = missed.at is not None and at is None
        measure = measures.get(missed.quantity)
        over = at is not None and measure is not None and _is_over(at, measure, on)
        if (
            not later
            and not over
            and not (at is not None and past is not None and past.is_past(at))
        ):
            open_ones.add(missed.quantity)
    return readings, open_ones


def _reading(
    found: list[Measured],
    newest: _Newest,
    measure: Measure,
    on: date,
    ignored: list[tuple[str, str]],
) -> Reading:
    kept: list[Measured] = []
    older: list[Measured] = []
    for one in found:
        at = one.at
        counts = at is None or at.last >= on or not newest.is_past(at)
        (kept if counts else older).append(one)
    if not kept:
        # Far zones can put three readings in a circle.
        kept, older = found, []
    low, high = min(m.low for m in kept), max(m.high for m in kept)
    words = "; ".join(sorted({f"{m.where}: {m.words}" for m in kept}))
    dated = [m.at for m in kept if m.at is not None]
    first = min((at.first for at in dated), default=None)
    if older:
        least, most = min(m.low for m in older), max(m.high for m in older)
        span = f"{least:g}" if least == most else f"{least:g} to {most:g}"
        name = f"{len(older)} older of {measure.id}: {span}"
        ignored.append((name, f"measured again on {max(at.first for at in dated)}"))
    return Reading(
        low,
        high,
        words,
        first is not None and (on - first).days <= measure.valid_days,
        first == on,
        len({(m.low, m.high) for m in kept}) > 1,
    )
