"""The last day of a sensor as a light drawing: the lowest good reading of every few minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from cryodose.clinic.air.bins import Bin
from cryodose.clinic.air.causes import leave_percent, warn_percent
from cryodose.clinic.models import RoomReading, RoomSensor
from cryodose.clinic.models.room_air import QUALITIES

DAY = timedelta(hours=24)
_SPAN_S = 300
# The page of the drawing, and the field of the curve in it.
WIDTH, HEIGHT = 480, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 8, 10, 34
# What the field shows where nothing is lower or higher.
_LOWEST, _HIGHEST = 16.0, 22.0
_STEP = 2
_HOURS_APART = 6


@dataclass(frozen=True)
class Mark:
    """A line across the field with its words."""

    at: float
    words: str


@dataclass(frozen=True)
class Curve:
    """What a template draws.

    Attributes
    ----------
    lines : list of str
        Points of each piece; a gap is a time without a good reading.
    doubted : list of float
        Where readings came that were not good.
    lowest, lowest_at : float, datetime or None
        The lowest good reading.
    """

    lines: list[str]
    dots: list[tuple[float, float]]
    doubted: list[float]
    levels: list[Mark]
    times: list[Mark]
    warn: float
    leave: float
    lowest: float | None
    lowest_at: datetime | None
    good: int
    doubts: int

    left, right, top, bottom = _LEFT, WIDTH - _RIGHT, _TOP, HEIGHT - _BOTTOM
    width, height = WIDTH, HEIGHT


def curve_of(sensor: RoomSensor, now: datetime) -> Curve:
    """Return the drawing of the last 24 hours of a sensor."""
    begin = now - DAY
    # With the quality, so that the index answers alone.
    rows = RoomReading.objects.filter(sensor=sensor, quality__in=QUALITIES)
    rows = rows.filter(at__gt=begin, at__lte=now).order_by()
    spans = rows.annotate(span=Bin("at", _SPAN_S)).values_list("span").annotate(
        lowest=Min("percent", filter=Q(quality="good")),
        good=Count("id", filter=Q(quality="good")),
        doubts=Count("id", filter=~Q(quality="good")),
    )  # fmt: skip
    found = sorted(spans)
    low = min([v for _, v, _, _ in found if v is not None], default=_HIGHEST)
    bottom = min(_LOWEST, math.floor(low / _STEP) * _STEP)

    def x(at_s: float) -> float:
        share = (at_s - begin.timestamp()) / DAY.total_seconds()
        return round(_LEFT + min(max(share, 0.0), 1.0) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(percent: float) -> float:
        share = (min(percent, _HIGHEST) - bottom) / (_HIGHEST - bottom)
        return round(HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM), 1)

    middle = 0.5 * _SPAN_S
    points = [(n, x(n * _SPAN_S + middle), y(v)) for n, v, _, _ in found if v is not None]
    lines, dots = _pieces(points)
    lowest = rows.filter(quality="good").order_by("percent", "at").first()
    return Curve(
        lines=lines,
        dots=dots,
        doubted=[x(n * _SPAN_S + middle) for n, _, _, doubts in found if doubts],
        levels=[
            Mark(y(level), f"{level:g}") for level in range(int(bottom), int(_HIGHEST) + 1, _STEP)
        ],
        times=_times(begin, now, x),
        warn=y(warn_percent()),
        leave=y(leave_percent()),
        lowest=lowest.percent if lowest else None,
        lowest_at=lowest.at if lowest else None,
        good=sum(good for _, _, good, _ in found),
        doubts=sum(doubts for _, _, _, doubts in found),
    )


def _pieces(
    points: list[tuple[int, float, float]],
) -> tuple[list[str], list[tuple[float, float]]]:
    """Return runs of spans without a gap as points of a line, and what stands alone as a dot."""
    runs: list[list[tuple[int, float, float]]] = []
    for point in points:
        if runs and point[0] - runs[-1][-1][0] == 1:
            runs[-1].append(point)
        else:
            runs.append([point])
    lines = [" ".join(f"{x},{y}" for _, x, y in run) for run in runs if len(run) > 1]
    return lines, [(run[0][1], run[0][2]) for run in runs if len(run) == 1]


def _times(begin: datetime, now: datetime, x: Any) -> list[Mark]:
    """Return full hours of the clock on the wall."""
    at = timezone.localtime(begin).replace(minute=0, second=0, microsecond=0)
    found = []
    while at <= now:
        if at > begin and at.hour % _HOURS_APART == 0:
            found.append(Mark(x(at.timestamp()), f"{at:%H:%M}"))
        at = timezone.localtime(at + timedelta(hours=1))
    return found
