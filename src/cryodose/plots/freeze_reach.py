"""How deep each isotherm reaches over time, with its band."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from cryodose.outcome.freeze_views import FreezeReach
from cryodose.plots.style import BAND_ALPHA, COLOURS, new_figure

_COLOUR_OF = {0.0: "pack", -5.0: "near", -20.0: "deep", -30.0: "skin", -50.0: "limit"}


def reach_figure(shown: FreezeReach, depth_mm: float | None) -> Figure:
    """Return depth over time of the isotherms.

    Parameters
    ----------
    shown : FreezeReach
    depth_mm : float or None
        Depth of the lesion, drawn as the goal.
    """
    figure, (ax,) = new_figure()
    for begin, end in shown.on_s:
        ax.axvspan(begin, end, color=COLOURS["on"], lw=0)
    for i, mark in enumerate(shown.t_marks_c):
        colour = COLOURS[_COLOUR_OF.get(float(mark), "ink")]
        if np.nanmax(shown.high_mm[i], initial=0.0) <= 0.0:
            continue
        ax.fill_between(
            shown.time_s, shown.low_mm[i], shown.high_mm[i], color=colour, alpha=BAND_ALPHA, lw=0
        )
        ax.plot(
            shown.time_s, shown.median_mm[i], color=colour, label=f"{mark:g} °C".replace("-", "−")
        )
    if depth_mm is not None:
        ax.axhline(depth_mm, color=COLOURS["goal"], lw=1.2, ls="--", label="base of the lesion")
    ax.set_ylim(max(ax.get_ylim()[1], (depth_mm or 0.0) * 1.15), 0.0)
    ax.set_xlim(0.0, float(shown.time_s[-1]))
    ax.set_xlabel("s since the first freeze began (shaded: cold on)")
    ax.set_ylabel("depth, mm")
    ax.legend(loc="lower left")
    return figure
