"""The depth-time picture: how the cold goes in, and how far."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from cryodose.outcome import Picture, Simulated
from cryodose.plots.style import new_figure
from cryodose.units import SECONDS_PER_MINUTE

_COLD_TO_WARM = ("#08306b", "#2171b5", "#9ecae1", "#fdf3dc", "#f4a259", "#c1440e")
_DARK = "#12212b"  # on the picture, whose colours follow no theme
_STEP_C = 5.0
_HEIGHT_IN = 3.8
_THIN_MM = 3.0
_RIGHT = 0.9  # leaves space for the scale


def picture_figure(shown: Simulated) -> Figure:
    """Return the temperature over depth and time with isotherms and the layers' names."""
    picture = shown.picture
    figure, (ax,) = new_figure(height_in=_HEIGHT_IN)
    ax.grid(visible=False)
    minutes = picture.time_s / SECONDS_PER_MINUTE
    cmap = LinearSegmentedColormap.from_list("cold", _COLD_TO_WARM)
    mesh = ax.pcolormesh(
        minutes, picture.depth_mm, picture.t_c, shading="gouraud", cmap=cmap, rasterized=True
    )
    levels = _levels(picture)
    if len(levels):
        lines = ax.contour(
            minutes, picture.depth_mm, picture.t_c, levels=levels, colors=_DARK, linewidths=0.8
        )
        ax.clabel(lines, fmt="%g °C", fontsize=8)
    _layers(ax, picture)
    for _, stop in shown.run.request.spans():
        ax.axvline(stop / SECONDS_PER_MINUTE, color=_DARK, lw=1, ls=":")
    ax.set_ylim(float(picture.depth_mm[-1]), 0.0)
    ax.set_xlim(0.0, float(minutes[-1]))
    ax.set_xlabel("minutes since the start (dotted: cold off)")
    ax.set_ylabel("depth, mm")
    figure.subplots_adjust(right=_RIGHT)
    bar = figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30, fraction=0.06)
    bar.set_ticks([float(level) for level in levels])
    bar.set_label("°C")
    bar.outline.set_visible(False)
    return figure


def _levels(picture: Picture) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    low, high = float(picture.t_c.min()), float(picture.t_c.max())
    return np.arange(np.ceil(low / _STEP_C), np.floor(high / _STEP_C) + 1.0) * _STEP_C


def _layers(ax: Axes, picture: Picture) -> None:
    """Name each layer at its right edge, and draw where the next begins."""
    deepest = float(picture.depth_mm[-1])
    shown = [(n, d) for n, d in picture.layers_mm.items() if d < deepest]
    ends = [d for _, d in shown[1:]] + [deepest]
    for (name, begin), end in zip(shown, ends, strict=True):
        if begin > 0.0:
            ax.axhline(begin, color=_DARK, lw=1.0, ls="--")
        if end - begin >= _THIN_MM and len(shown) > 1:
            ax.annotate(
                name,
                (1.0, (begin + end) / 2.0),
                xycoords=("axes fraction", "data"),
                xytext=(-6, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=9,
                color=_DARK,
                bbox={"boxstyle": "round,pad=0.25", "fc": "#ffffff", "ec": "none", "alpha": 0.75},
            )
