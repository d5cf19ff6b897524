"""A cut through a frozen lesion: temperature on the left, death of cells on the right."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from cryodose.outcome.freeze_views import FreezeMap, FreezeSection

Array = NDArray[np.float64]

MARKS_C = (-50.0, -30.0, -20.0, -5.0, 0.0)
NAMED_C = (-50.0, -20.0, 0.0)  # the others would crowd a small picture
DARK, LIGHT = "#12212b", "#ffffff"
LESION = "#c2185b"
_COLD = ("#2a0a4a", "#312a8c", "#2171b5", "#6baed6", "#c6dbef", "#f7fbff")
_WARM = ("#fdf0dc", "#f6b27a", "#d9622b")
_DEATH = ("#fff7ec", "#fdd49e", "#fc8d59", "#d7301f", "#5b0000")
COLDEST_C = -120.0
TICKS_C = (-120.0, -80.0, -50.0, -20.0, 0.0, 37.0)
_BODY_C = 37.0
_WIDTH_IN = 6.4
_HALO = {"boxstyle": "round,pad=0.2", "fc": LIGHT, "ec": "none", "alpha": 0.78}
SURE = 0.9
_AROUND = 1.15
_LEAST_DEEP = 0.6  # of the half width, so that a flat freeze is still a picture


def temperature_map() -> tuple[ListedColormap, TwoSlopeNorm]:
    """Return colours and scale of frozen and warm tissue; white lies at 0 C."""
    cold = LinearSegmentedColormap.from_list("cold", _COLD)(np.linspace(0.0, 1.0, 128))
    warm = LinearSegmentedColormap.from_list("warm", _WARM)(np.linspace(0.0, 1.0, 128))
    joined = ListedColormap(np.vstack([cold, warm]))
    return joined, TwoSlopeNorm(0.0, COLDEST_C, _BODY_C)


def section_figure(shown: FreezeSection) -> Figure:
    """Return the cut: coldest temperature with isotherms left, death of the target cells right."""
    half, deep = view_of(shown)
    figure, ax, below = cut_axes(half, deep)
    cmap, norm = temperature_map()
    r, z = padded(shown.r_mm, shown.z_mm)
    t, death = (_to_skin(a) for a in (shown.t_min_c, shown.death))
    cold = ax.pcolormesh(-r, z, t, cmap=cmap, norm=norm, shading="gouraud", rasterized=True)
    dead_map = LinearSegmentedColormap.from_list("death", _DEATH)
    dead = ax.pcolormesh(
        r, z, death, cmap=dead_map, vmin=0.0, vmax=1.0, shading="gouraud", rasterized=True
    )
    isotherms(ax, -r, z, t)
    for share, style in ((0.5, "dashed"), (SURE, "solid")):
        if death.min() < share < death.max():
            ax.contour(r, z, death, levels=[share], colors=DARK, linewidths=0.9, linestyles=style)
    ax.axvline(0.0, color=DARK, lw=1.0)
    outlines(ax, shown)
    layers(ax, shown.layers_mm, deep, half)
    frame(ax, half, deep)
    _titles(ax, shown.cell)
    scale(figure, cold, (*below[:2], 0.36, below[2]), "coldest, °C", TICKS_C)
    right = below[0] + below[3] - 0.36
    scale(figure, dead, (right, below[1], 0.36, below[2]), "share that dies", (0, 0.5, 1))
    return figure


def cut_axes(half: float, deep: float) -> tuple[Figure, Axes, tuple[float, float, float, float]]:
    """Return a figure for a cut with one scale both ways, and the place for scales below it."""
    left, right, above, under = 0.55, 0.15, 0.32, 1.2  # inches around the cut
    wide = _WIDTH_IN - left - right
    tall = wide * deep / (2.0 * half)
    height = tall + above + under
    figure = Figure(figsize=(_WIDTH_IN, height))
    box = (left / _WIDTH_IN, under / height, wide / _WIDTH_IN, tall / height)
    place = (left / _WIDTH_IN, 0.44 / height, 0.14 / height, wide / _WIDTH_IN)
    return figure, figure.add_axes(box), place


def scale(
    figure: Figure,
    mesh: ScalarMappable,
    box: tuple[float, float, float, float],
    words: str,
    ticks: tuple[float, ...],
) -> None:
    """Draw a scale lying down, with its name."""
    bar = figure.colorbar(mesh, cax=figure.add_axes(box), orientation="horizontal")
    bar.set_ticks(list(ticks), labels=[f"{t:g}".replace("-", "−") for t in ticks])
    bar.set_label(words, fontsize=8.5, labelpad=1)
    bar.ax.tick_params(labelsize=8)
    bar.outline.set_visible(False)


def _titles(ax: Axes, cell: str) -> None:
    for x, words in ((0.25, "how cold it gets"), (0.75, f"where {cell}s die")):
        ax.annotate(
            words, (x, 1.0), xycoords="axes fraction", xytext=(0, 5), textcoords="offset points",
            ha="center", va="bottom", fontsize=9.5,
        )  # fmt: skip


def view_of(shown: FreezeSection) -> tuple[float, float]:
    """Return half width and depth of the part that is shown, mm."""
    frozen = shown.t_min_c < 0.0
    ice_r = float(shown.r_mm[frozen.any(axis=0)].max(initial=0.0))
    ice_z = float(shown.z_mm[frozen.any(axis=1)].max(initial=0.0))
    half = max(1.25 * ice_r, 1.35 * shown.target_mm, 1.35 * shown.spot_mm)
    half = min(half, float(shown.r_mm[-1]))
    deep = max(1.35 * ice_z, 1.6 * shown.depth_mm, _LEAST_DEEP * half)
    return half, min(deep, float(shown.z_mm[-1]))


def padded(r_mm: Array, z_mm: Array) -> tuple[Array, Array]:
    """Return axes that begin at the axis and at the skin, where the nearest cell counts."""
    return np.concatenate([[0.0], r_mm]), np.concatenate([[0.0], z_mm])


def _to_skin(values: Array) -> Array:
    return np.pad(values, ((1, 0), (1, 0)), mode="edge")


def isotherms(ax: Axes, r: Array, z: Array, t: Array) -> None:
    """Draw the isotherms that matter, where there are any, each with its name."""
    names = {m: f"{m:g} °C".replace("-", "−") for m in NAMED_C}
    _contour(ax, (r, z, t), list(MARKS_C), names)


def _contour(
    ax: Axes, grid: tuple[Array, Array, Array], levels: list[float], names: dict[float, str]
) -> None:
    """Draw lines at some levels, and name those that have a name."""
    x, y, values = grid
    held = [v for v in sorted(levels) if values.min() < v < values.max()]
    if not held:
        return
    lines = ax.contour(x, y, values, levels=held, colors=DARK, linewidths=0.9, linestyles="solid")
    named = [v for v in held if v in names]
    for text in ax.clabel(lines, named, fmt=names, fontsize=7.5, inline=False):
        text.set_bbox({**_HALO, "boxstyle": "round,pad=0.1"})


def outlines(ax: Axes, shown: FreezeSection) -> None:
    """Draw the lesion, its margin and the spot, on both sides."""
    angle = np.linspace(0.0, np.pi, 181)
    bowl = np.sin(angle) * shown.depth_mm
    ax.plot(np.cos(angle) * shown.lesion_mm, bowl, color=LESION, lw=1.8)
    if shown.target_mm > shown.lesion_mm:
        ax.plot(np.cos(angle) * shown.target_mm, bowl, color=LESION, lw=1.2, ls=(0, (4, 2)))
    spot = Rectangle(
        (-shown.spot_mm, 1.0), 2 * shown.spot_mm, 0.02, transform=ax.get_xaxis_transform(),
        fc=DARK, ec="none", clip_on=False,
    )  # fmt: skip
    ax.add_patch(spot)


def layers(ax: Axes, layers_mm: Mapping[str, float], deep: float, half: float) -> None:
    """Draw where each layer begins, and name it at the left where there is room."""
    begins = [(name, d) for name, d in layers_mm.items() if d < deep]
    ends = [d for _, d in begins[1:]] + [deep]
    for (name, begin), end in zip(begins, ends, strict=True):
        if begin > 0.0:
            ax.axhline(begin, color=DARK, lw=0.8, ls="--", alpha=0.8)
        if end - begin > 0.07 * deep:
            ax.text(
                -0.97 * half, (begin + end) / 2.0, name, fontsize=8, va="center", color=DARK,
                bbox=_HALO,
            )  # fmt: skip


def frame(ax: Axes, half: float, deep: float) -> None:
    """Set the frame: depth downwards, one scale both ways."""
    ax.grid(visible=False)
    ax.set_xlim(-half, half)
    ax.set_ylim(deep, 0.0)
    ax.set_aspect("equal", adjustable="box", anchor="N")
    ax.set_xlabel("mm from the middle of the spot")
    ax.set_ylabel("depth, mm")
    ticks = [t for t in ax.get_xticks() if abs(t) <= half]
    ax.set_xticks(ticks, [f"{abs(t):g}" for t in ticks])


def map_figure(shown: FreezeMap) -> Figure:
    """Return the skin from above: death down to the base of the lesion, lesion and margin."""
    figure = Figure(figsize=(5.4, 4.3))
    ax = figure.add_axes((0.12, 0.13, 0.66, 0.82))
    dead_map = LinearSegmentedColormap.from_list("death", _DEATH)
    mesh = ax.pcolormesh(
        shown.x_mm, shown.y_mm, shown.death, cmap=dead_map, vmin=0.0, vmax=1.0,
        shading="gouraud", rasterized=True,
    )  # fmt: skip
    for flags, style in ((shown.lesion, "-"), (shown.target, "--")):
        if 0 < flags.sum() < flags.size:
            ax.contour(
                shown.x_mm, shown.y_mm, flags.astype(float), levels=[0.5], colors=LESION,
                linewidths=1.8 if style == "-" else 1.2, linestyles=style,
            )  # fmt: skip
    grid = (shown.x_mm, shown.y_mm, shown.t_min_c)
    _contour(ax, grid, [-20.0, 0.0], {-20.0: "−20 °C", 0.0: "0 °C"})
    ax.set_aspect("equal", adjustable="box")
    _look_at(ax, shown)
    ax.grid(visible=False)
    ax.set_xlabel("mm")
    ax.set_ylabel("mm")
    bar = figure.colorbar(mesh, cax=figure.add_axes((0.84, 0.13, 0.03, 0.82)))
    bar.set_label("share that dies, at the least, down to the base")
    bar.outline.set_visible(False)
    return figure


def _look_at(ax: Axes, shown: FreezeMap) -> None:
    """Show what is frozen and what shall be, with a little skin around; y runs downwards."""
    rows, columns = np.nonzero((shown.t_min_c < 0.0) | shown.target)
    if not len(rows):
        ax.invert_yaxis()
        return
    spans = []
    for at, axis in ((columns, shown.x_mm), (rows, shown.y_mm)):
        low, high = float(axis[at.min()]), float(axis[at.max()])
        spans.append(((low + high) / 2.0, (high - low) / 2.0))
    half = _AROUND * max(size for _, size in spans)
    (x, _), (y, _) = spans
    ax.set_xlim(x - half, x + half)
    ax.set_ylim(y + half, y - half)
