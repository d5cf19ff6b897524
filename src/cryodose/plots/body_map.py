"""The body, front and back, coloured by skin temperature: large at the exit, small over time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, FancyBboxPatch, Patch

from cryodose.outcome.tell import number, time_words
from cryodose.outcome.whole_body import BodyMap
from cryodose.plots.body_parts import LABELS, PARTS, Part, parts_of
from cryodose.plots.style import COLOURS

_CMAP = "RdYlBu_r"
_WIDTH_IN, _HEIGHT_IN = 7.2, 5.6
_HALF = 4  # small bodies up to the exit, and from it on
# A scale narrower than this would make a whole body of one temperature look many-coloured.
_LEAST_SPAN_K = 10.0
# A finger that is frozen through would make frozen skin elsewhere look warm: all ice looks alike.
_COLDEST_C = -10.0
_VIEW = (-0.98, 0.50, -0.03, 1.98)
_SMALL_VIEW = (-0.5, 0.5, -0.03, 1.98)
_LABEL_X = -0.44


def body_figure(shown: BodyMap) -> Figure:
    """Return the drawing: front and back at the exit above, the front over time below.

    Parameters
    ----------
    shown : BodyMap
        Median skin of every segment at some moments.
    """
    figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN))
    low, high = float(np.floor(shown.t_c.min())), float(np.ceil(shown.t_c.max()))
    scale = Normalize(max(min(low, high - _LEAST_SPAN_K), _COLDEST_C), high)
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
    beyond = "min" if low < _COLDEST_C else "neither"
    figure.colorbar(colours, cax=bar, extend=beyond).set_label("skin, °C")
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
    for part in parts_of(view):
        for patch in _patches(part):
            patch.set_facecolor(colormaps[_CMAP](scale(t_c[part.segment])))
            patch.set_edgecolor(COLOURS["ink"])
            patch.set_linewidth(0.4)
            ax.add_patch(patch)


def _patches(part: Part) -> Iterator[Patch]:
    for x in part.middles:
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
    for name, height in LABELS.items():
        part = next(p for p in PARTS if p.segment == name)
        ax.annotate(
            f"{name} {number(t_c[name])}",
            (-part.x - (part.width / 2 if part.is_paired else 0.0), part.y),
            (_LABEL_X, height),
            fontsize=8.5,
            ha="right",
            va="center",
            arrowprops={"arrowstyle": "-", "color": COLOURS["faint"], "linewidth": 0.6},
        )
