"""Curves with their bands over time, and over depth, as light SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryodose.outcome.markup import Markup, el
from cryodose.outcome.tell import time_words
from cryodose.plots.svg import (
    LEGEND_STEP,
    Frame,
    Say,
    band,
    drawing,
    fewer,
    legend,
    line,
    number,
    plain,
    px,
    text,
)
from cryodose.units import SECONDS_PER_MINUTE

Array = NDArray[np.float64]

_WIDE, _LEFT, _RIGHT, _TOP, _BOTTOM = 420.0, 44.0, 410.0, 24.0, 220.0
_BELOW = 52.0  # from the field to the first line of the legend
_SHORT_S = 300.0  # up to here seconds are told
_AIR = 0.06  # of the span, above and below
_UNITS = {"C": "°C", "ug": "µg", "mm": "mm", "percent": "%", "ug/cm3": "µg/cm³"}


@dataclass(frozen=True)
class Series:
    """One curve: what it is, and its numbers as plain data has them (time_s, low, median, high)."""

    words: str
    curve: Mapping[str, Any]
    is_dashed: bool = False


@dataclass(frozen=True)
class Chart:
    """Curves of one unit over time.

    Attributes
    ----------
    title : str
        For those who do not see it.
    levels : sequence of (value, is a limit), of the same unit
    exit_s : when the cold is off
    is_depth : depth grows downwards
    until_s : where the picture ends; None: where the curves do
    """

    title: str
    unit: str
    series: Sequence[Series]
    levels: Sequence[tuple[float, bool]] = ()
    exit_s: Sequence[float] = field(default=())
    is_depth: bool = False
    until_s: float | None = None


def chart_svg(shown: Chart, say: Say = plain) -> Markup:
    """Return curves over time with bands, goals, limits and the moment when the cold is off."""
    rows = [_arrays(s.curve, shown.until_s) for s in shown.series]
    end = max(float(r[0][-1]) for r in rows)
    is_short = end <= _SHORT_S
    scale = 1.0 if is_short else SECONDS_PER_MINUTE
    low, high = _span(rows, [v for v, _ in shown.levels], is_depth=shown.is_depth)
    y = (high, low) if shown.is_depth else (low, high)
    frame = Frame((_LEFT, _TOP, _RIGHT, _BOTTOM), (0.0, end / scale), y)
    parts: list[Markup | None] = []
    names: list[tuple[str, str]] = []
    parts += [*frame.axes(say("seconds" if is_short else "minutes"), _unit(shown, say))]
    for i, (s, (t, lower, middle, upper)) in enumerate(zip(shown.series, rows, strict=True)):
        kind = f"c{i + 1}" + (" dashed" if s.is_dashed else "")
        x = frame.x(t / scale)
        parts.append(band(x, frame.y(lower), frame.y(upper), f"c{i + 1}"))
        parts.append(line(x, frame.y(middle), kind))
        names.append((f"line {kind}", say(s.words)))
    for value, is_limit in shown.levels:
        kind = "limit" if is_limit else "goal"
        parts.append(frame.level(value, kind))
        words = say("limit") if is_limit else say("goal")
        names.append((f"level {kind}", f"{words} {number(value)} {_UNITS[shown.unit]}"))
    for moment in shown.exit_s:
        if moment <= end:
            parts.append(frame.moment(moment / scale, "exit"))
    if shown.exit_s:
        names.append(("level exit", say("cold off")))
    parts += legend(names, _LEFT, _BOTTOM + _BELOW)
    height = _BOTTOM + _BELOW + LEGEND_STEP * len(names)
    drawn = [p for p in parts if p is not None]
    return drawing(drawn, (_WIDE, height), f"{shown.title}. {_told(shown, say)}")


def _arrays(curve: Mapping[str, Any], until_s: float | None) -> tuple[Array, ...]:
    rows = [np.asarray(curve[k], dtype=np.float64) for k in ("time_s", "low", "median", "high")]
    if until_s is not None:
        kept = rows[0] <= until_s
        rows = [row[kept] for row in rows]
    return fewer(*rows)


def _span(
    rows: Sequence[tuple[Array, ...]], levels: Sequence[float], *, is_depth: bool
) -> tuple[float, float]:
    known = np.concatenate([v[np.isfinite(v)] for row in rows for v in row[1:]])
    low, high = float(known.min(initial=np.inf)), float(known.max(initial=-np.inf))
    # A level far away would flatten the curves.
    near = [v for v in levels if low - (high - low) <= v <= high + (high - low)]
    low, high = min([low, *near]), max([high, *near])
    air = max((high - low) * _AIR, 0.05)
    return (0.0, high + air) if is_depth else (low - air, high + air)


def _unit(shown: Chart, say: Say) -> str:
    return say("depth, mm") if shown.is_depth else _UNITS[shown.unit]


def _told(shown: Chart, say: Say) -> str:
    """Return begin, turning point and end of each curve in words."""
    said = []
    for s in shown.series:
        t, _, middle, _ = _arrays(s.curve, shown.until_s)
        far = int(np.argmax(np.abs(middle - middle[0])))
        numbers = ", ".join(
            f"{time_words(float(t[i]))}: {number(round(float(middle[i]), 1))}"
            for i in dict.fromkeys((0, far, len(t) - 1))
        )
        said.append(f"{say(s.words)} ({_UNITS[shown.unit]}): {numbers}")
    return "; ".join(said)


def depth_svg(shown: Mapping[str, Any], title: str, say: Say = plain) -> Markup:
    """Return profiles over the depth below the skin, with the layers that they go through.

    Parameters
    ----------
    shown : mapping
        ``depth`` of a sketch (see `cryodose.outcome.sketch`).
    """
    depth = np.asarray(shown["depth_mm"], dtype=np.float64)
    rows = [np.asarray(one["values"], dtype=np.float64) for one in shown["lines"]]
    low, high = min(float(r.min()) for r in rows), max(float(r.max()) for r in rows)
    air = max((high - low) * _AIR, 1e-3)
    low = 0.0 if shown["unit"] != "C" else low - air
    frame = Frame((_LEFT, _TOP, _RIGHT, _BOTTOM), (low, high + air), (float(depth[-1]), 0.0))
    parts = _layers(frame, shown["layers_mm"], float(depth[-1]), say)
    parts += frame.axes(_UNITS[shown["unit"]], say("depth, mm"))
    names = []
    for i, (one, values) in enumerate(zip(shown["lines"], rows, strict=True)):
        kind = f"line m{i + 1}"
        parts.append(line(frame.x(values), frame.y(depth), f"m{i + 1}"))
        names.append((kind, _moment_words(one["after_s"], say)))
    parts += legend(names, _LEFT, _BOTTOM + _BELOW)
    unit = _UNITS[shown["unit"]]
    told = "; ".join(
        f"{_moment_words(one['after_s'], say)}: "
        + ", ".join(f"{number(d)} mm {number(v)} {unit}" for d, v in _samples(depth, values))
        for one, values in zip(shown["lines"], rows, strict=True)
    )
    height = _BOTTOM + _BELOW + LEGEND_STEP * len(names)
    return drawing(parts, (_WIDE, height), f"{title}. {told}")


def _moment_words(after_s: float, say: Say) -> str:
    if after_s < 0.0:
        return say("before the cold")
    if after_s == 0.0:
        return say("when it comes off")
    return say("{} min after").format(number(after_s / SECONDS_PER_MINUTE))


def _samples(depth: Array, values: Array) -> list[tuple[float, float]]:
    picks = dict.fromkeys((0, len(depth) // 2, len(depth) - 1))
    return [(round(float(depth[i]), 1), round(float(values[i]), 2)) for i in picks]


def _layers(frame: Frame, layers: Mapping[str, float], deepest: float, say: Say) -> list[Markup]:
    """Return each layer as a strip with its name."""
    left, _, right, _ = frame.box
    begins = [(name, d) for name, d in layers.items() if d < deepest]
    ends = [*(d for _, d in begins), deepest][1:]
    found: list[Markup] = []
    for i, ((name, begin), end) in enumerate(zip(begins, ends, strict=True)):
        top, bottom = float(frame.y(begin)), float(frame.y(end))
        found.append(
            el(
                "rect",
                x=px(left),
                y=px(top),
                width=px(right - left),
                height=px(bottom - top),
                class_=f"layer l{i % 2}",
            )
        )
        if bottom - top >= 13.0:
            middle = (top + bottom) / 2.0 + 4.0
            found.append(text(left + 6, middle, say(name), kind="tick"))
    return found
