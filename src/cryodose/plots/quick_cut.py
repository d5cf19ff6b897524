"""A cut through a frozen lesion as light SVG: how cold it gets left, which cells die right."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, cast

import contourpy
import numpy as np
from numpy.typing import NDArray

from cryodose.outcome.markup import Markup, el
from cryodose.plots.svg import Frame, Say, drawing, number, path_of, plain, px, text

Array = NDArray[np.float64]

_LEAST_C, _MOST_C = -273.0, 60.0
# From each temperature on, the colour: cold is blue, ice pale, warm tissue pale red.
_COLD: tuple[tuple[float, str], ...] = (
    (_LEAST_C, "#2a0a4a"),
    (-100.0, "#312a8c"),
    (-50.0, "#2171b5"),
    (-20.0, "#6baed6"),
    (-5.0, "#c6dbef"),
    (0.0, "#fdf0dc"),
    (20.0, "#f6cfa6"),
)
_DEATH: tuple[tuple[float, str], ...] = (
    (-1.0, "#fff7ec"),
    (0.1, "#fdd49e"),
    (0.5, "#fc8d59"),
    (0.9, "#b30000"),
)
# Isotherms, and how far out of its width each has its name: side by side, none over another.
_NAMED_C = {-50.0: 0.25, -20.0: 0.55, 0.0: 0.75}
_WIDE, _LEFT, _RIGHT, _TOP = 420.0, 40.0, 410.0, 34.0
_TALLEST, _BELOW, _ROW = 250.0, 50.0, 18.0


def cut_svg(shown: Mapping[str, Any], title: str, say: Say = plain) -> Markup:
    """Return the plane through the middle of the spot.

    Parameters
    ----------
    shown : mapping
        ``cut`` of a sketch (see `cryodose.outcome.sketch`).
    """
    r, z = (np.asarray(shown[k], dtype=np.float64) for k in ("r_mm", "z_mm"))
    t, death = (np.asarray(shown[k], dtype=np.float64) for k in ("t_min_c", "death"))
    half, deep = float(r[-1]), float(z[-1])
    tall = min((_RIGHT - _LEFT) * deep / (2.0 * half), _TALLEST)
    wide = tall * 2.0 * half / deep
    left = (_LEFT + _RIGHT - wide) / 2.0
    frame = Frame((left, _TOP, left + wide, _TOP + tall), (-half, half), (deep, 0.0))
    parts = _filled(frame, (-r[::-1], z, t[:, ::-1]), _COLD, _MOST_C)
    parts += _filled(frame, (r, z, death), _DEATH, 2.0)
    parts += _layers(frame, shown["layers_mm"], deep, say)
    parts += _isotherms(frame, (-r[::-1], z, t[:, ::-1]))
    parts += _outlines(frame, shown)
    parts += frame.axes("", "")[:-2]
    bottom = _TOP + tall
    parts += [
        text(left + wide / 4, 14, say("how cold it gets"), anchor="middle", kind="name"),
        text(left + wide * 3 / 4, 14, say("which cells die"), anchor="middle", kind="name"),
        text(
            left + wide, bottom + 33, say("mm from the middle, mm deep"), anchor="end", kind="name"
        ),
    ]
    key, rows = _key(bottom + _BELOW, say)
    parts += key
    size = (_WIDE, bottom + _BELOW + _ROW * rows)
    return drawing(parts, size, f"{title}. {_told(shown, r, z, t, say)}")


def _filled(
    frame: Frame,
    grid: tuple[Array, Array, Array],
    colours: tuple[tuple[float, str], ...],
    most: float,
) -> list[Markup]:
    """Return one area for each step of a scale."""
    x, z, values = grid
    made = contourpy.contour_generator(x=x, y=z, z=values, fill_type="OuterOffset")
    found = []
    ends = [low for low, _ in colours[1:]] + [most]
    for (low, colour), high in zip(colours, ends, strict=True):
        points, offsets = cast("tuple[list[Array], list[Array]]", made.filled(low, high))
        parts = [
            path_of(frame.x(p[a:b, 0]), frame.y(p[a:b, 1])) + "Z"
            for p, o in zip(points, offsets, strict=True)
            for a, b in pairwise(o.astype(int))
        ]
        if parts:
            found.append(el("path", d="".join(parts), fill=colour, fill_rule="evenodd"))
    return found


def _isotherms(frame: Frame, grid: tuple[Array, Array, Array]) -> list[Markup]:
    """Return the isotherms that matter, each with its name where it is deepest."""
    x, z, values = grid
    made = contourpy.contour_generator(x=x, y=z, z=values, line_type="Separate")
    found, names = [], []
    for level, share in _NAMED_C.items():
        lines = cast("list[Array]", made.lines(level))
        for points in lines:
            d = path_of(frame.x(points[:, 0]), frame.y(points[:, 1]))
            found.append(el("path", d=d, class_="isotherm"))
        if lines:
            widest = max(lines, key=len)
            out = np.abs(widest[:, 0]).max()
            at = int(np.argmin(np.abs(widest[:, 0] + share * out)))
            place = float(frame.x(widest[at, 0])), float(frame.y(widest[at, 1])) + 4
            names.append(text(*place, f"{number(level)} °C", anchor="middle", kind="on"))
    return [*found, *names]


def _outlines(frame: Frame, shown: Mapping[str, Any]) -> list[Markup]:
    """Return the lesion, its margin and the spot, on both sides."""
    angle = np.linspace(0.0, np.pi, 61)
    bowl = frame.y(np.sin(angle) * shown["depth_mm"])
    found = [
        el("path", d=path_of(frame.x(np.cos(angle) * shown[k]), bowl), class_=f"lesion {k[:6]}")
        for k in ("lesion_mm", "target_mm")
    ]
    left, right = float(frame.x(-shown["spot_mm"])), float(frame.x(shown["spot_mm"]))
    wide = px(right - left)
    found.append(el("rect", x=px(left), y=px(_TOP - 6), width=wide, height="6", class_="spot"))
    middle = float(frame.x(0.0))
    _, top, _, bottom = frame.box
    return [*found, el("path", d=f"M{px(middle)} {px(top)}V{px(bottom)}", class_="isotherm")]


def _layers(frame: Frame, layers: Mapping[str, float], deep: float, say: Say) -> list[Markup]:
    begins = [(name, d) for name, d in layers.items() if d < deep]
    ends = [*(d for _, d in begins), deep][1:]
    left, _, right, _ = frame.box
    found = []
    for (name, begin), end in zip(begins, ends, strict=True):
        top, bottom = float(frame.y(begin)), float(frame.y(end))
        if begin > 0.0:
            d = f"M{px(left)} {px(top)}H{px(right)}"
            found.append(el("path", d=d, class_="between"))
        if bottom - top >= 13.0:
            found.append(
                text(right - 6, (top + bottom) / 2 + 4, say(name), anchor="end", kind="on")
            )
    return found


def _key(top: float, say: Say) -> tuple[list[Markup], int]:
    """Return what colours and lines mean, and how many rows that takes."""
    found: list[Markup] = []
    highs = [low for low, _ in _COLD[1:]]
    for i, (_, colour) in enumerate(_COLD):
        x = _LEFT + i * 53.0
        found.append(el("rect", x=px(x), y=px(top), width="53", height="10", fill=colour))
        if i < len(highs):
            found.append(text(x + 53.0, top + 23, number(highs[i]), anchor="middle", kind="tick"))
    found.append(text(_RIGHT, top + 23, "°C", anchor="end", kind="tick"))
    second = top + 2.0 * _ROW
    shares = (say("die: < 10 %"), "10–50 %", "50–90 %", "> 90 %")
    for i, ((_, colour), words) in enumerate(zip(_DEATH, shares, strict=True)):
        x = _LEFT + i * 92.75
        found.append(el("rect", x=px(x), y=px(second), width="92.75", height="10", fill=colour))
        found.append(text(x + 46.4, second + 23, words, anchor="middle", kind="tick"))
    third = second + 2.4 * _ROW
    for i, (kind, words) in enumerate(
        (("lesion lesion", say("lesion")), ("lesion target", say("with its margin")))
    ):
        x = _LEFT + i * 120.0
        found.append(el("path", d=f"M{px(x)} {px(third)}h24", class_=kind))
        found.append(text(x + 31, third + 4, words))
    x = _LEFT + 275.0
    found.append(el("rect", x=px(x), y=px(third - 3), width="24", height="6", class_="spot"))
    found.append(text(x + 31, third + 4, say("spot")))
    return found, 5


def _told(shown: Mapping[str, Any], r: Array, z: Array, t: Array, say: Say) -> str:
    """Return how deep and how wide each isotherm reaches."""
    said = []
    for level in sorted(_NAMED_C, reverse=True):
        below = t < level
        deep = float(z[below.any(axis=1)].max(initial=0.0))
        wide = float(r[below.any(axis=0)].max(initial=0.0))
        said.append(
            say("{} °C: {} mm deep, {} mm to each side").format(
                number(level), number(round(deep, 1)), number(round(wide, 1))
            )
        )
    lesion = say("lesion: {} mm deep, {} mm to each side").format(
        number(round(shown["depth_mm"], 1)), number(round(shown["lesion_mm"], 1))
    )
    return "; ".join([*said, lesion])
