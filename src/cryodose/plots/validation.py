"""Drawings of a validation: predicted against measured, and the curves of single people."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cryodose.plots.style import BAND_ALPHA, COLOURS, styled, svg_of
from cryodose.units import SECONDS_PER_MINUTE
from cryodose.validate.curves import Curve, Study
from cryodose.validate.results import NumberScore, Validation

__all__ = ["validation_figures"]

_PLACES = {"skin": COLOURS["near"], "muscle": COLOURS["skin"]}
_MARKS = {
    "skin-temperature": ("o", COLOURS["near"]),
    "tissue-temperature": ("s", COLOURS["skin"]),
    "time-to-temperature": ("^", COLOURS["deep"]),
    "time-to-change": ("v", COLOURS["deep"]),
    "time-of-minimum": ("D", COLOURS["nerve"]),
    "skin-conductance-change": ("o", COLOURS["near"]),
    "muscle-flow-change": ("s", COLOURS["skin"]),
    "nerve-velocity-change": ("^", COLOURS["deep"]),
}
_OTHER = ("P", COLOURS["bone"])
_PANEL_IN = 3.4
_SMALL_IN = (2.9, 1.7)

# Title of a panel, unit, divisor for that unit, and which numbers belong in it.
_PANELS: tuple[tuple[str, str, float, Callable[[NumberScore], bool]], ...] = (
    ("Temperatures", "°C", 1.0, lambda row: row.unit == "C" and not row.change),
    ("Changes of temperature", "°C", 1.0, lambda row: row.unit == "C" and row.change),
    ("Times", "min", SECONDS_PER_MINUTE, lambda row: row.unit == "s"),
    ("Flows and nerve", "%", 1.0, lambda row: row.unit == "percent"),
)


def validation_figures(validation: Validation) -> dict[str, str]:
    """Return the drawings of a validation as SVG text, by caption.

    Parameters
    ----------
    validation : Validation

    Returns
    -------
    dict
        As many drawings as the experiments have something for; none without a prediction.
    """
    found: dict[str, Figure] = {}
    with styled():
        rows = [r for e in validation.experiments for r in e.measured if r.predicted is not None]
        if rows:
            caption = "Predicted against measured; bars show one standard deviation each way"
            found[caption] = _scatter(rows)
        for study in validation.individuals:
            name = f"{study.key}: "
            found[f"{name}means over the people, dots measured, lines predicted"] = _means(study)
            caption = f"{name}each person, dots measured, lines predicted with their 90 % band"
            found[caption] = _people(study)
    return {caption: svg_of(f, f"v{i}") for i, (caption, f) in enumerate(found.items())}


def _scatter(rows: Sequence[NumberScore]) -> Figure:
    panels = [
        (title, unit, divisor, some)
        for title, unit, divisor, fits in _PANELS
        if (some := [row for row in rows if fits(row)])
    ]
    n_across = min(2, len(panels) or 1)
    n_down = -(-max(len(panels), 1) // n_across)
    figure = Figure(figsize=(n_across * _PANEL_IN, n_down * _PANEL_IN), layout="constrained")
    axes = figure.subplots(n_down, n_across, squeeze=False).ravel()
    for ax, (title, unit, divisor, some) in zip(axes, panels, strict=False):
        _against(ax, some, divisor)
        ax.set_title(title, fontsize="medium")
        ax.set_xlabel(f"measured, {unit}")
        ax.set_ylabel(f"predicted, {unit}")
    for ax in axes[len(panels) :]:
        ax.set_axis_off()
    return figure


def _against(ax: Axes, rows: Sequence[NumberScore], divisor: float) -> None:
    for quantity in dict.fromkeys(row.quantity for row in rows):
        mark, colour = _MARKS.get(quantity, _OTHER)
        some = [row for row in rows if row.quantity == quantity]
        x, y, sd_x, sd_y = (
            np.array([getattr(row, name) or 0.0 for row in some]) / divisor
            for name in ("mean", "predicted", "sd", "predicted_sd")
        )
        ax.errorbar(
            x, y, sd_y, sd_x, fmt="none", ecolor=colour, elinewidth=0.7, alpha=2 * BAND_ALPHA
        )
        ax.scatter(x, y, s=16, marker=mark, color=colour, label=quantity, zorder=3)
    low = min(*ax.get_xlim(), *ax.get_ylim())
    high = max(*ax.get_xlim(), *ax.get_ylim())
    ax.plot((low, high), (low, high), color=COLOURS["ink"], linewidth=0.8, zorder=1)
    ax.set_xlim(low, high)
    ax.set_ylim(low, high)
    ax.set_aspect("equal")
    ax.legend(fontsize="small", loc="upper left")


def _means(study: Study) -> Figure:
    agents = list(study.by_agent)
    figure = Figure(figsize=(len(agents) * _SMALL_IN[0], _PANEL_IN), layout="constrained")
    axes = figure.subplots(1, len(agents), sharey=True, squeeze=False)[0]
    for ax, agent in zip(axes, agents, strict=True):
        for curve in (c for c in study.group if c.agent == agent):
            minutes = np.array(curve.time_s) / SECONDS_PER_MINUTE
            colour = _PLACES[curve.place]
            ax.plot(minutes, curve.predicted_c, color=colour, label=f"{curve.place}, predicted")
            ax.plot(minutes, curve.measured_c, "o", color=colour, markersize=4)
        _dress(ax, study, agent)
        ax.set_xlabel("minutes since the ice")
    axes[0].set_ylabel("°C")
    axes[0].legend(fontsize="small", loc="lower right")
    return figure


def _people(study: Study) -> Figure:
    agents, people = list(study.by_agent), [person.name for person in study.people]
    size = (len(agents) * _SMALL_IN[0], len(people) * _SMALL_IN[1])
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(len(people), len(agents), sharex=True, sharey=True, squeeze=False)
    for arm in study.arms:
        ax = axes[people.index(arm.person.name), agents.index(arm.agent)]
        for curve in arm.curves:
            _curve(ax, curve)
    for row, name in enumerate(people):
        for column, agent in enumerate(agents):
            _dress(axes[row, column], study, agent if row == 0 else "")
        axes[row, 0].set_ylabel(f"person {name}, °C")
    for ax in axes[-1]:
        ax.set_xlabel("minutes since the ice")
    return figure


def _curve(ax: Axes, curve: Curve) -> None:
    minutes = np.array(curve.time_s) / SECONDS_PER_MINUTE
    colour = _PLACES[curve.place]
    ax.fill_between(minutes, curve.low_c, curve.high_c, color=colour, alpha=BAND_ALPHA, linewidth=0)
    ax.plot(minutes, curve.predicted_c, color=colour, linewidth=1.2, label=curve.place)
    scored = np.array(curve.is_scored)
    measured = np.array(curve.measured_c)
    ax.plot(minutes[scored], measured[scored], "o", color=colour, markersize=2.6)


def _dress(ax: Axes, study: Study, title: str) -> None:
    ax.axvspan(0, study.on_s / SECONDS_PER_MINUTE, color=COLOURS["on"], linewidth=0, zorder=0)
    ax.grid(visible=True, axis="y")
    ax.set_title(title, fontsize="medium")
