"""Curves over time with their 90 percent bands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cryodose import evidence
from cryodose.dosing.search import Dose
from cryodose.outcome import Curve, Simulated
from cryodose.plots.style import BAND_ALPHA, COLOURS, new_figure
from cryodose.procedures.body_response import INNER
from cryodose.units import SECONDS_PER_MINUTE

TISSUE = {
    "fat": "fat",
    "adipose+10": "near",
    "adipose+20": "deep",
    "skin+5": "fat",
    "skin+10": "near",
    "skin+20": "deep",
}
DEEP = {"nerve": "nerve", "joint": "bone"}
SITES = {
    "skin-chest": "bone",
    "skin-upper-arm": "near",
    "skin-finger": "nerve",
    "skin-thigh": "skin",
    "skin-calf": "deep",
}
CORES = {"core-rectal": "skin", "core-oesophagus": "near", "core-tympanic": "nerve"}
FLOWS = {"skin-flow": "skin", "muscle-flow": "near", "nerve-velocity": "nerve"}
_LOOK_ON_S = 1800.0
_TALL_IN = 4.4
# Names in one row of a legend, and the type that fits them.
_ROW_LETTERS, _HANDLE_LETTERS, _IN_A_ROW = 70, 7, 3
_TYPE_PT, _SMALL_TYPE_PT = 8.5, 7.2


def skin_figure(shown: Simulated, dose: Dose | None) -> Figure:
    """Return the skin over time, with the temperatures that it must not pass or shall reach."""
    figure, (ax,) = new_figure()
    _lines(ax, shown, {"skin": "skin"})
    if dose is not None:
        _levels(ax, dose)
    _finish(ax, shown, "skin, °C", until_s=_zoom_s(shown))
    _legend(ax)
    return figure


def tissue_figure(shown: Simulated) -> Figure:
    """Return the tissue at the depths shown, until the end of the record."""
    figure, (ax,) = new_figure()
    _lines(ax, shown, TISSUE)
    _finish(ax, shown, "tissue, °C")
    _legend(ax)
    return figure


def deep_figure(shown: Simulated) -> Figure:
    """Return nerve and joint."""
    figure, (ax,) = new_figure()
    _lines(ax, shown, DEEP)
    _finish(ax, shown, "tissue, °C")
    _legend(ax)
    return figure


def sites_figure(shown: Simulated) -> Figure:
    """Return the skin of some segments of a whole body, in the cold and just after."""
    figure, (ax,) = new_figure()
    _lines(ax, shown, SITES)
    _finish(ax, shown, "skin, °C", until_s=_zoom_s(shown))
    _legend(ax)
    return figure


def core_figure(shown: Simulated) -> Figure:
    """Return the core of a whole body, to the end of the record: the after-drop."""
    figure, (ax,) = new_figure()
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    _lines(ax, shown, CORES)
    _finish(ax, shown, "core, °C")
    _legend(ax)
    return figure


def flow_figure(shown: Simulated) -> Figure:
    """Return blood flows and nerve conduction in percent of the start."""
    figure, (ax,) = new_figure()
    _lines(ax, shown, FLOWS)
    _finish(ax, shown, "percent of the start")
    ax.set_ylim(bottom=0)
    _legend(ax)
    return figure


def pack_figure(shown: Simulated) -> Figure:
    """Return the pack's temperature and the heat taken out of the body, one below the other."""
    names = [n for n in ("pack", "heat") if has(shown, n)]
    figure, axes = new_figure(len(names), _TALL_IN if len(names) > 1 else _TALL_IN / 1.5)
    words = {"pack": "pack, °C", "heat": "heat removed, kJ"}
    for ax, name in zip(axes, names, strict=True):
        _lines(ax, shown, {name: "pack" if name == "pack" else "fat"})
        _finish(ax, shown, words[name], until_s=_zoom_s(shown))
        if ax is not axes[-1]:
            ax.set_xlabel("")
    return figure


def has(shown: Simulated, name: str) -> bool:
    """Tell whether a result holds a curve."""
    return any(c.name == name for c in shown.curves)


def _lines(ax: Axes, shown: Simulated, colours: dict[str, str]) -> None:
    for name, key in colours.items():
        if not has(shown, name):
            continue
        curve = shown.curve(name)
        minutes = curve.time_s / SECONDS_PER_MINUTE
        colour = COLOURS[key]
        ax.fill_between(minutes, curve.low, curve.high, color=colour, alpha=BAND_ALPHA, lw=0)
        ax.plot(minutes, curve.median, color=colour, label=_short(curve))


def _short(curve: Curve) -> str:
    return curve.words.removeprefix("skin, ").replace("tissue ", "").replace("surface of the ", "")


def _levels(ax: Axes, dose: Dose) -> None:
    """Draw the limits and the goals that are temperatures of the skin."""
    skin = {
        x.limit.t_c
        for x in dose.limits
        if x.limit.t_c is not None and x.limit.probe is None and x.limit.site != INNER
    }
    for t_c in sorted(skin):
        ax.axhline(t_c, color=COLOURS["limit"], lw=1.2, ls="--")
        _name_level(ax, t_c, f"limit {t_c:g} °C", "limit")
    for goal in (x.goal for x in dose.goals):
        found = getattr(goal.stated, "target_c", None)
        if goal.kind == "analgesia" and found is None:
            found = evidence.value("goals", "analgesia.t_skin_c")
        if goal.probe is None and found is not None:
            ax.axhline(found, color=COLOURS["goal"], lw=1.2, ls=":")
            _name_level(ax, found, f"goal {found:g} °C", "goal")


def _name_level(ax: Axes, t_c: float, words: str, key: str) -> None:
    ax.annotate(
        words,
        (1.0, t_c),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        color=COLOURS[key],
        fontsize=8,
    )


def _zoom_s(shown: Simulated) -> float:
    """Cooling and half an hour after it, or as long again."""
    exit_s = shown.run.request.exit_s
    return max(2.0 * exit_s, exit_s + _LOOK_ON_S)


def _finish(ax: Axes, shown: Simulated, words: str, until_s: float = np.inf) -> None:
    end = min(until_s, float(shown.curves[0].time_s[-1])) / SECONDS_PER_MINUTE
    for begin, stop in shown.run.request.spans():
        ax.axvspan(
            begin / SECONDS_PER_MINUTE,
            stop / SECONDS_PER_MINUTE,
            color=COLOURS["on"],
            lw=0,
            zorder=0,
        )
    ax.set_xlim(0, end)
    ax.set_xlabel("minutes since the start (shaded: cold on)")
    ax.set_ylabel(words)


def _fitting(ax: Axes) -> tuple[int, float]:
    """Return names in a row, and a size of type, at which a legend stays inside the figure.

    There is room for one row only, so a few short names go side by side.
    """
    names = ax.get_legend_handles_labels()[1]
    if sum(len(x) for x in names) + _HANDLE_LETTERS * len(names) <= _ROW_LETTERS:
        return len(names), _TYPE_PT
    rows = (names[i : i + _IN_A_ROW] for i in range(0, len(names), _IN_A_ROW))
    longest = max(sum(len(x) + _HANDLE_LETTERS for x in row) for row in rows)
    return _IN_A_ROW, _TYPE_PT if longest <= _ROW_LETTERS else _SMALL_TYPE_PT


def _legend(ax: Axes) -> None:
    handles: Sequence[object] = ax.get_legend_handles_labels()[0]
    if len(handles) > 1:
        in_a_row, size = _fitting(ax)
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0.0, 1.0),
            ncols=in_a_row,
            borderaxespad=0.2,
            columnspacing=1.4,
            handlelength=1.6,
            fontsize=size,
        )
