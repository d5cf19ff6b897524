"""One look for all drawings: colours that a page can exchange, type, axes, and SVG text."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# A page replaces each colour by the CSS variable of this name, so that drawings follow its theme.
COLOURS: Mapping[str, str] = {
    "ink": "#1b2a33",
    "faint": "#cfd8dd",
    "limit": "#b3261e",
    "goal": "#1e7d3c",
    "on": "#d7eef3",
    "skin": "#b4471f",
    "fat": "#94690b",
    "near": "#0a7288",
    "deep": "#5b3fc0",
    "nerve": "#277a3a",
    "bone": "#57636b",
    "pack": "#1668b8",
}
WIDTH_IN, HEIGHT_IN = 5.4, 3.3
_MARGINS_IN = (0.62, 0.12, 0.52, 0.34)  # left, right, bottom, top
BAND_ALPHA = 0.2
_RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "cryodose",
    "axes.edgecolor": COLOURS["ink"],
    "axes.labelcolor": COLOURS["ink"],
    "text.color": COLOURS["ink"],
    "xtick.color": COLOURS["ink"],
    "ytick.color": COLOURS["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "grid.color": COLOURS["faint"],
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "image.cmap": "viridis",
}


def styled() -> Any:
    """Return a context in which figures get the look of the house."""
    return rc_context(_RC)


def new_figure(rows: int = 1, height_in: float = HEIGHT_IN) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes below each other, without any global state of matplotlib."""
    figure = Figure(figsize=(WIDTH_IN, height_in))
    # Fixed margins: a layout engine would draw each figure twice to find them.
    left, right, bottom, top = _MARGINS_IN
    figure.subplots_adjust(
        left / WIDTH_IN, bottom / height_in, 1 - right / WIDTH_IN, 1 - top / height_in, hspace=0.12
    )
    axes = figure.subplots(rows, 1, sharex=True, squeeze=False)[:, 0]
    for ax in axes:
        ax.grid(visible=True, axis="y")
        ax.set_axisbelow(True)
    return figure, list(axes)


def svg_of(figure: Figure, name: str) -> str:
    """Return a figure as SVG to stand inside a page.

    Parameters
    ----------
    figure : Figure
    name : str
        Put before every id, so that several drawings fit into one page.

    Returns
    -------
    str
        One ``<svg>`` without a fixed size; its colours are CSS variables with these as default.
    """
    out = io.StringIO()
    with styled():
        figure.savefig(
            out,
            format="svg",
            transparent=True,
            metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")),
        )
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    head, _, body = text.partition(">")
    head = re.sub(r' (?:width|height)="[^"]*"', "", head)
    text = f"{head}>{body}"
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", text)
    for key, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{key}, {colour})")
    return text.strip()


def without_styles(svg: str) -> str:
    """Return a drawing of `svg_of` for a page whose policy forbids styles in its text.

    What stood in ``style`` stands in attributes of the same names; letters are the page's own.

    Examples
    --------
    >>> without_styles('<path d="M 0 0" style="fill: none; font-family: X; stroke: red"/>')
    '<path d="M 0 0" fill="none" stroke="red"/>'
    """

    def attributes(found: re.Match[str]) -> str:
        parts = (part.partition(":") for part in found[1].split(";"))
        pairs = ((name.strip(), value.strip()) for name, _, value in parts)
        return "".join(f' {n}="{v}"' for n, v in pairs if v and n != "font-family")

    text = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)
    return re.sub(r'\sstyle="([^"]*)"', attributes, text)
