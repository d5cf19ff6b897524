"""The body, front and back, coloured by skin temperature: large at the exit, small over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyBboxPatch, Patch

from cryodose.outcome.tell import number, time_words
from cryodose.outcome.whole_body import BodyMap
from cryodose.plots.style import COLOURS

_CMAP = "RdYlBu_r"
_WIDTH_IN, _HEIGHT_IN = 7.2, 5.6
_HALF = 4  # small bodies up to the exit, and from it on
# A scale narrower than this would make a whole body of one temperature look many-coloured.
_LEAST_SPAN_K = 10.0
# Where the value of a segment is written, so that none covers another.
_LABELS = {
    "nose": 1.73,
    "chest": 1.42,
    "upper-arm": 1.22,
    "finger": 0.86,
    "thigh": 0.62,
    "calf": 0.30,
    "toe": 0.02,
}
_VIEW = (-0.98, 0.50, -0.03, 1.98)
_SMALL_VIEW = (-0.5, 0.5, -0.03, 1.98)
_LABEL_X = -0.44


class _Part(NamedTuple):
    """A rounded box (or an ellipse) of a segment; metres on a figure of 1.9 m, right half."""

    segment: str
    x: float
    y: float
    width: float
    height: float
    is_round: bool = False
    sides: str = "both"
    is_paired: bool = True


_PARTS = (
    _Part("neck", 0.0, 1.56, 0.12, 0.14, is_paired=False),
    _Part("forehead", 0.0, 1.76, 0.20, 0.24, is_round=True, is_paired=False),
    _Part("cheek", 0.0, 1.71, 0.17, 0.16, is_round=True, sides="front", is_paired=False),
    _Part("nose", 0.0, 1.73, 0.03, 0.06, is_round=True, sides="front", is_paired=False),
    _Part("ear", 0.108, 1.74, 0.03, 0.07, is_round=True),
    _Part("shoulder", 0.22, 1.45, 0.13, 0.12, is_round=True),
    _Part("chest", 0.0, 1.36, 0.36, 0.26, sides="front", is_paired=False),
    _Part("back", 0.0, 1.30, 0.36, 0.38, sides="back", is_paired=False),
    _Part("abdomen", 0.0, 1.14, 0.32, 0.20, sides="front", is_paired=False),
    _Part("pelvis", 0.0, 0.98, 0.34, 0.18, is_paired=False),
    _Part("upper-arm", 0.27, 1.28, 0.10, 0.30),
    _Part("forearm", 0.31, 1.01, 0.085, 0.26),
    _Part("hand", 0.335, 0.84, 0.085, 0.11, is_round=True),
    _Part("finger", 0.345, 0.75, 0.065, 0.10, is_round=True),
    _Part("thigh", 0.095, 0.72, 0.155, 0.38),
    _Part("knee", 0.10, 0.50, 0.12, 0.10, is_round=True),
    _Part("calf", 0.105, 0.30, 0.115, 0.34),
    _Part("ankle", 0.11, 0.105, 0.08, 0.07),
    _Part("foot", 0.125, 0.05, 0.12, 0.07, is_round=True),
    _Part("toe", 0.145, 0.015, 0.11, 0.035, is_round=True, sides="front"),
)


def body_figure(shown: BodyMap) -> Figure:
    """Return the drawing: front and back at the exit above, the front over time below.

    Parameters
    ----------
    shown : BodyMap
        Median skin of every segment at some moments.
    """
    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN))
    low, high = float(np.floor(shown.t_c.min())), float(np.ceil(shown.t_c.max()))
    scale = Normalize(min(low, high - _LEAST_SPAN_K), high)
    exit_row = int(np.argmin(np.abs(shown.time_s - shown.exit_s)))
    at_exit = dict(zip(shown.segments, shown.t_c[exit_row], strict=True))
    for place, wide, view in ((0.0, 0.50, "front"), (0.50, 0.34, "back")):
        ax = figure.add_axes((place, 0.30, wide, 0.66))
        _person(ax, at_exit, scale, view, _VIEW if view == "front" else _SMALL_VIEW)
        ax.set_title(f"{view}, at the exit", fontsize=9.5)
        _values(ax, at_exit, view)
    last = len(shown.time_s) - 1
    before, after = np.linspace(0, exit_row, _HALF), np.linspace(exit_row, last, _HALF)
    rows = np.unique(np.concatenate([before, after]).astype(int))
    for i, row in enumerate(rows):
        ax = figure.add_axes((0.02 + i * 0.82 / len(rows), 0.02, 0.82 / len(rows), 0.21))
        now = dict(zip(shown.segments, shown.t_c[row], strict=True))
        _person(ax, now, scale, "front", _SMALL_VIEW)
        ax.set_title(time_words(float(shown.time_s[row])), fontsize=8)
    bar = figure.add_axes((0.88, 0.16, 0.025, 0.68))
    colours = ScalarMappable(scale, colormaps[_CMAP])
    figure.colorbar(colours, cax=bar).set_label("skin, °C")
    return figure


def _person(
    ax: Axes,
    t_c: dict[str, float],
    scale: Normalize,
    view: str,
    span: tuple[float, float, float, float],
) -> None:
    ax.set_xlim(*span[:2])
    ax.set_ylim(*span[2:])
    ax.set_aspect("equal")
    ax.axis("off")
    for part in _PARTS:
        if part.sides in ("both", view):
            for patch in _patches(part):
                patch.set_facecolor(colormaps[_CMAP](scale(t_c[part.segment])))
                patch.set_edgecolor(COLOURS["ink"])
                patch.set_linewidth(0.4)
                ax.add_patch(patch)


def _patches(part: _Part) -> Iterator[Patch]:
    for x in (part.x, -part.x) if part.is_paired else (part.x,):
        if part.is_round:
            yield Ellipse((x, part.y), part.width, part.height)
        else:
            corner = (x - part.width / 2, part.y - part.height / 2)
            radius = min(part.width, part.height) / 3
            yield FancyBboxPatch(
                corner, part.width, part.height, boxstyle=f"round,pad=0,rounding_size={radius}"
            )


def _values(ax: Axes, t_c: dict[str, float], view: str) -> None:
    """Write the temperatures beside the front, for readers who do not tell the colours apart."""
    if view != "front":
        return
    for name, height in _LABELS.items():
        part = next(p for p in _PARTS if p.segment == name)
        ax.annotate(
            f"{name} {number(t_c[name])}",
            (-part.x - (part.width / 2 if part.is_paired else 0.0), part.y),
            (_LABEL_X, height),
            fontsize=8.5,
            ha="right",
            va="center",
            arrowprops={"arrowstyle": "-", "color": COLOURS["faint"], "linewidth": 0.6},
        )
