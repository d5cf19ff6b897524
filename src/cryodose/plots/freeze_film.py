"""Freeze and thaw as a moving picture."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from cryodose.outcome.freeze_views import FreezeFilm
from cryodose.plots import freeze_section as cut
from cryodose.plots.style import styled

_DPI = 100
_FRAME_MS, _LAST_MS = 120, 2500
_COLOURS = 128


def film_gif(shown: FreezeFilm) -> bytes:
    """Return the temperature in the cut over time as an animated GIF that begins again."""
    with styled():
        frames = [_frame(shown, i) for i in range(len(shown.time_s))]
    coldest = int(np.argmin(shown.t_c.min(axis=(1, 2))))
    both = np.vstack([np.asarray(frames[0]), np.asarray(frames[coldest])])
    palette = Image.fromarray(both).quantize(_COLOURS)
    flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    out = io.BytesIO()
    times = [_FRAME_MS] * (len(flat) - 1) + [_LAST_MS]
    flat[0].save(
        out, format="GIF", save_all=True, append_images=flat[1:], duration=times, loop=0,
        optimize=False,
    )  # fmt: skip
    return out.getvalue()


def _frame(shown: FreezeFilm, i: int) -> Image.Image:
    half, deep = cut.view_of(shown.section)
    figure, ax, below = cut.cut_axes(half, deep)
    figure.set_dpi(_DPI)
    canvas: Any = FigureCanvasAgg(figure)
    cmap, norm = cut.temperature_map()
    r, z = cut.padded(shown.r_mm, shown.z_mm)
    t = np.pad(shown.t_c[i], ((1, 0), (1, 0)), mode="edge")
    both = np.concatenate([-r[:0:-1], r])
    mirrored = np.concatenate([t[:, :0:-1], t], axis=1)
    mesh = ax.pcolormesh(both, z, mirrored, cmap=cmap, norm=norm, shading="gouraud")
    cut.isotherms(ax, both, z, mirrored)
    cut.outlines(ax, shown.section)
    cut.layers(ax, shown.section.layers_mm, deep, half)
    cut.frame(ax, half, deep)
    ax.patches[-1].set_visible(bool(shown.on[i]))
    state = "cold on" if shown.on[i] else "thawing"
    ax.set_title(f"{shown.time_s[i]:.0f} s, {state}", loc="left", fontsize=10, weight="bold")
    cut.scale(figure, mesh, (*below[:2], below[3], below[2]), "°C", cut.TICKS_C)
    canvas.draw()
    data = np.asarray(canvas.buffer_rgba())[..., :3]
    return Image.fromarray(np.ascontiguousarray(data))
