"""What was measured in a session, beside what was predicted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cryodose.plots.style import BAND_ALPHA, COLOURS, new_figure, styled, svg_of
from cryodose.units import SECONDS_PER_MINUTE

# Quantity -> colour.
_LOOK = {"skin": "skin", "core": "deep", "pack": "pack"}
# Half as much again as was planned: what matters is not squeezed into a corner.
_LOOK_ON = 1.5


Point = tuple[str, float, float, bool]


def session_figure(
    predicted: Sequence[Mapping[str, Any]],
    readings: Sequence[Point],
    planned_s: float,
    words: Mapping[str, str],
) -> str:
    """Return temperatures over time as SVG text.

    Parameters
    ----------
    predicted : sequence of mapping
        Curves with ``quantity``, ``time_s``, ``low``, ``median`` and ``high``.
    readings : sequence of tuple
        Quantity, seconds since the start, value in C, and whether it was believed.
    planned_s : float
        How long the cold was to last.
    words : mapping
        What ``skin``, ``core``, ``pack``, ``minutes``, ``predicted``, ``measured`` and ``doubted``
        are called.
    """
    shown = _within([r for r in readings if r[0] in _LOOK], predicted)
    end_s = max([planned_s * _LOOK_ON, *(t for _, t, _, _ in shown)])
    with styled():
        figure, (ax,) = new_figure()
        for curve in predicted:
            time_s = np.asarray(curve["time_s"])
            near = time_s <= end_s
            colour = COLOURS[_LOOK[curve["quantity"]]]
            at = time_s[near] / SECONDS_PER_MINUTE
            low, median, high = (np.asarray(curve[k])[near] for k in ("low", "median", "high"))
            ax.fill_between(at, low, high, color=colour, alpha=BAND_ALPHA, linewidth=0)
            name = f"{words[curve['quantity']]}, {words['predicted']}"
            ax.plot(at, median, color=colour, label=name)
        for is_good, mark in ((True, "o"), (False, "x")):
            for quantity, key in _LOOK.items():
                some = [(t, v) for q, t, v, good in shown if q == quantity and good is is_good]
                if not some:
                    continue
                name = f"{words[quantity]}, {words['measured' if is_good else 'doubted']}"
                minute, value = zip(*((t / SECONDS_PER_MINUTE, v) for t, v in some), strict=True)
                ax.plot(minute, value, mark, color=COLOURS[key], markersize=4, label=name)
        ax.set_xlabel(words["minutes"])
        ax.set_ylabel("°C")
        if ax.get_legend_handles_labels()[0]:
            figure.legend(loc="upper right", ncols=2, fontsize=7.5)
    return svg_of(figure, "measured")


def _within(readings: Sequence[Point], predicted: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Put readings that nobody believes at the edge, where they squeeze nothing."""
    seen = [v for _, _, v, is_good in readings if is_good]
    seen += [v for curve in predicted for k in ("low", "high") for v in curve[k]]
    if not seen:
        return list(readings)
    low, high = min(seen), max(seen)
    return [(q, t, min(max(v, low), high), is_good) for q, t, v, is_good in readings]
