"""Light SVG: drawn in a millisecond, for pages that draw anew while somebody moves a slider.

Nothing here has a style attribute or a script, so a page may forbid both; what follows the theme of
a page has a class, and what means a number has its colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cryodose.outcome.markup import Markup, el

Array = NDArray[np.float64]
# How a text is said in the language of the page.
Say = Callable[[str], str]

_MOST_POINTS = 110  # of a curve; more do not fit into its pixels
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def plain(text: str) -> str:
    """Return a text as it is: for pages in English."""
    return text


def drawing(parts: Sequence[Markup], size: tuple[float, float], words: str) -> Markup:
    """Return a drawing that a screen reader hears as one picture with a text.

    Parameters
    ----------
    parts : sequence of Markup
        Elements, the hindmost first.
    size : (float, float)
        Width and height of its own measure; a page sets the true width.
    words : str
        What it shows.
    """
    box = f"0 0 {size[0]:g} {size[1]:g}"
    return el("svg", list(parts), viewBox=box, role="img", aria_label=words, focusable="false")


def px(value: float) -> str:
    """Return a coordinate, short.

    Examples
    --------
    >>> px(12.0), px(1.26), px(-0.04)
    ('12', '1.3', '0')
    """
    return f"{round(value, 1) + 0.0:g}"


def number(value: float) -> str:
    """Return a number as people read it.

    Examples
    --------
    >>> number(-2.5), number(20.0)
    ('−2.5', '20')
    """
    return f"{value:.4g}".replace("-", "−")


def text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "words") -> Markup:
    """Return words at a place."""
    return el("text", words, x=px(x), y=px(y), text_anchor=anchor, class_=kind)


def line(x: Array, y: Array, kind: str, **more: object) -> Markup:
    """Return a curve; it breaks off where there is no number."""
    return el("path", d=path_of(x, y), class_=f"line {kind}", **more)


def path_of(x: Array, y: Array) -> str:
    """Return path data through points; a number that is not finite lifts the pen.

    Examples
    --------
    >>> path_of(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, np.nan, 3.0]))
    'M0 0L1 1M3 3'
    """
    # Rounded at once, and turned into plain numbers: this is where drawing spends its time.
    points = zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), strict=True)
    found, pen = [], "M"
    for a, b in points:
        if a - a == 0.0 == b - b:
            found.append(f"{pen}{a + 0.0:g} {b + 0.0:g}")
            pen = "L"
        else:
            pen = "M"
    return "".join(found)


def band(x: Array, low: Array, high: Array, kind: str) -> Markup | None:
    """Return the area between two curves, as far as both are known."""
    known = np.isfinite(low) & np.isfinite(high)
    if known.sum() < 2:
        return None
    there, back = path_of(x[known], low[known]), path_of(x[known][::-1], high[known][::-1])
    return el("path", d=f"{there}L{back[1:]}Z", class_=f"band {kind}")


def fewer(x: Array, *rows: Array) -> tuple[Array, ...]:
    """Return curves with no more points than can be seen; ends stay."""
    if len(x) <= _MOST_POINTS:
        return (x, *rows)
    chosen = np.unique(np.linspace(0, len(x) - 1, _MOST_POINTS).astype(int))
    return (x[chosen], *(row[chosen] for row in rows))


def ticks(span: tuple[float, float], count: int = 5) -> list[float]:
    """Return round numbers within a range, about so many.

    Examples
    --------
    >>> ticks((0.0, 34.0))
    [0.0, 10.0, 20.0, 30.0]
    """
    low, high = min(span), max(span)
    if not high > low:
        return [low]
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in _STEPS if s * power >= rough * (1.0 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


class Frame:
    """The field of a diagram: maps numbers to places, and draws its axes.

    Parameters
    ----------
    box : (left, top, right, bottom)
        Of the field, in the drawing's own measure.
    x, y : (float, float)
        Numbers at left and right, at bottom and top.
    """

    def __init__(
        self,
        box: tuple[float, float, float, float],
        x: tuple[float, float],
        y: tuple[float, float],
    ) -> None:
        self.box, self.x_span, self.y_span = box, x, y

    def x(self, values: Array | float) -> Array:
        """Return places sideways."""
        left, _, right, _ = self.box
        low, high = self.x_span
        return np.asarray(left + (np.asarray(values) - low) / (high - low) * (right - left))

    def y(self, values: Array | float) -> Array:
        """Return places from above."""
        _, top, _, bottom = self.box
        low, high = self.y_span
        return np.asarray(bottom - (np.asarray(values) - low) / (high - low) * (bottom - top))

    def axes(self, x_words: str, y_words: str) -> list[Markup]:
        """Return grid, numbers and names of both axes."""
        left, top, right, bottom = self.box
        found: list[Markup] = []
        for t in ticks(self.y_span):
            y = float(self.y(t))
            found.append(el("path", d=f"M{px(left)} {px(y)}H{px(right)}", class_="grid"))
            found.append(text(left - 6, y + 4, number(t), anchor="end", kind="tick"))
        for t in ticks(self.x_span):
            x = float(self.x(t))
            found.append(el("path", d=f"M{px(x)} {px(bottom)}v4", class_="axis"))
            found.append(text(x, bottom + 17, number(t), anchor="middle", kind="tick"))
        found.append(el("path", d=f"M{px(left)} {px(bottom)}H{px(right)}", class_="axis"))
        found.append(text(left - 30, top - 8, y_words, kind="name"))
        found.append(text(right, bottom + 33, x_words, anchor="end", kind="name"))
        return found

    def level(self, value: float, kind: str) -> Markup:
        """Return a line across the field."""
        left, _, right, _ = self.box
        y = float(self.y(value))
        return el("path", d=f"M{px(left)} {px(y)}H{px(right)}", class_=f"level {kind}")

    def moment(self, value: float, kind: str) -> Markup:
        """Return a line down the field."""
        _, top, _, bottom = self.box
        x = float(self.x(value))
        return el("path", d=f"M{px(x)} {px(top)}V{px(bottom)}", class_=f"level {kind}")


def legend(rows: Sequence[tuple[str, str]], left: float, top: float) -> list[Markup]:
    """Return one line for each curve: its look, and what it is.

    Parameters
    ----------
    rows : sequence of (kind, words)
    left, top : float
        Where it begins; each line is `LEGEND_STEP` high.
    """
    found: list[Markup] = []
    for i, (kind, words) in enumerate(rows):
        y = top + i * LEGEND_STEP
        found.append(el("path", d=f"M{px(left)} {px(y)}h24", class_=kind))
        found.append(text(left + 31, y + 4, words))
    return found


LEGEND_STEP = 18.0
