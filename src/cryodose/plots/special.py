"""Drawings of results that are not about temperature alone: drugs and rooms."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cryodose import evidence
from cryodose.outcome import DrugResult
from cryodose.outcome.room import ZONES, RoomResult
from cryodose.plots.style import BAND_ALPHA, COLOURS, new_figure, styled, svg_of
from cryodose.units import PERCENT, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

_AMOUNTS = {"delivered": "bone", "in-skin": "near", "in-blood": "skin"}


def drug_figures(result: DrugResult) -> dict[str, str]:
    """Return ``amounts``, ``depth`` and ``cold`` as SVG text; nothing for a refusal."""
    if not result.curves:
        return {}
    with styled():
        found = {"amounts": _amounts(result), "cold": _cold(result)}
        if result.profile is not None:
            found["depth"] = _depth(result)
    return {name: svg_of(figure, name) for name, figure in found.items()}


def _amounts(result: DrugResult) -> Figure:
    figure, (ax,) = new_figure()
    for name, colour in _AMOUNTS.items():
        _band(ax, result, name, colour)
    ax.set_xlabel("minutes since the current was switched on")
    ax.set_ylabel("drug, ug")
    _legend_above(ax)
    return figure


def _legend_above(ax: Axes) -> None:
    """Name the lines above the drawing, where nothing lies under the names."""
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, borderaxespad=0.2)


def _cold(result: DrugResult) -> Figure:
    figure, axes = new_figure(2, 4.4)
    for ax, name, words in zip(axes, ("skin", "skin-flow"), ("skin, °C", "flow, %"), strict=True):
        _band(ax, result, name, "skin" if name == "skin" else "near")
        ax.set_ylabel(words)
    axes[-1].set_xlabel("minutes since the current was switched on")
    return figure


def _band(ax: Axes, result: DrugResult, name: str, colour: str) -> None:
    curve = result.curve(name)
    minutes = curve.time_s / SECONDS_PER_MINUTE
    shade = COLOURS[colour]
    ax.fill_between(minutes, curve.low, curve.high, color=shade, alpha=BAND_ALPHA, lw=0)
    ax.plot(minutes, curve.median, color=shade, label=curve.words)


def _depth(result: DrugResult) -> Figure:
    figure, (ax,) = new_figure()
    profile = result.profile
    if profile is None:
        raise ValueError("a result without a depth profile")
    minutes = profile.time_s / SECONDS_PER_MINUTE
    drawn = ax.pcolormesh(minutes, profile.depth_mm, profile.ug_cm3, shading="nearest")
    drawn.set_rasterized(True)
    ax.invert_yaxis()
    ax.grid(visible=False)
    ax.set_xlabel("minutes since the current was switched on")
    ax.set_ylabel("depth, mm")
    figure.colorbar(drawn, ax=ax, label="drug in tissue, ug/cm3")
    return figure


def room_figures(result: RoomResult) -> dict[str, str]:
    """Return ``oxygen`` and ``worst`` as SVG text."""
    with styled():
        found = {"oxygen": _oxygen(result), "worst": _worst(result)}
    return {name: svg_of(figure, name) for name, figure in found.items()}


def _oxygen(result: RoomResult) -> Figure:
    figure, (ax,) = new_figure()
    history = result.assessment.history
    hours = history.time_s / SECONDS_PER_HOUR
    for zone, (words, colour) in enumerate(zip(ZONES, ("deep", "pack"), strict=True)):
        ax.plot(hours, history.share[:, zone] * PERCENT, color=COLOURS[colour], label=words)
    for share in _alarms():
        ax.axhline(share, color=COLOURS["limit"], lw=1.2, ls="--")
    ax.set_xlabel("hours")
    ax.set_ylabel("oxygen, %")
    _legend_above(ax)
    return figure


def _worst(result: RoomResult) -> Figure:
    figure, (ax,) = new_figure(1, 3.8)
    # Names of several words stand left of the axis; the automatic layout cuts them.
    figure.set_layout_engine("none")
    figure.subplots_adjust(left=0.26, right=0.97, bottom=0.14, top=0.9)
    worst = result.assessment.worst
    for zone, key, colour in ((0, "floor_share", "deep"), (1, "breathing_share", "pack")):
        at = [row + 0.2 * (zone * 2 - 1) for row in range(len(worst))]
        values = [getattr(w, key) * PERCENT for w in worst]
        ax.barh(at, values, height=0.36, color=COLOURS[colour], label=ZONES[zone])
    for share in _alarms():
        ax.axvline(share, color=COLOURS["limit"], lw=1.2, ls="--")
    ax.set_yticks(range(len(worst)), [w.name.replace(", ", ",\n") for w in worst])
    ax.grid(visible=False)
    ax.set_xlabel("lowest oxygen, %")
    _legend_above(ax)
    return figure


def _alarms() -> tuple[float, float]:
    warn, leave = (evidence.value("room", f"alarm.{k}_share") * PERCENT for k in ("warn", "leave"))
    return warn, leave
