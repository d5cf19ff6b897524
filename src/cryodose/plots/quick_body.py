"""A body, front and back, coloured by the temperature of its skin, as light SVG."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cryodose.outcome.markup import Markup, el
from cryodose.plots.body_parts import LABELS, PARTS, Part, parts_of
from cryodose.plots.svg import Say, drawing, number, plain, px, text

# ColorBrewer's RdYlBu, from cold to warm: fit for those who do not tell red from green.
_COLOURS = (
    "#313695", "#4575b4", "#74add1", "#abd9e9", "#e0f3f8", "#ffffbf",
    "#fee090", "#fdae61", "#f46d43", "#d73027", "#a50026",
)  # fmt: skip
_WIDE, _TALL = 440.0, 330.0
_SCALE = 152.0  # of the drawing to a metre
_FEET = 305.0
_FRONT, _BACK = 198.0, 320.0
_LABEL = 124.0
# The scale is the same wherever a slider stands, so that colours can be compared.
_COLD_C, _WARM_C, _STEP_C = 0.0, 35.0, 5.0


def body_svg(
    sites: Mapping[str, float], title: str, say: Say = plain, *, is_one_sided: bool = False
) -> Markup:
    """Return front and back with a colour for each site that is known.

    Parameters
    ----------
    sites : mapping
        Name of a segment -> temperature of its skin, degC.
    title : str
        What moment and whom it shows.
    is_one_sided : bool
        Whether the cold touches one limb of a pair alone.
    """
    low = min(_COLD_C, float(np.floor(min(sites.values()) / _STEP_C)) * _STEP_C)
    colours = {name: colour_of(t, low) for name, t in sites.items()}
    parts = [
        *_person("front", _FRONT, colours, is_one_sided=is_one_sided),
        *_person("back", _BACK, colours, is_one_sided=is_one_sided),
        text(_FRONT, 14, say("front"), anchor="middle", kind="name"),
        text(_BACK, 14, say("back (view)"), anchor="middle", kind="name"),
        *_labels(sites, say),
        *_scale(low),
    ]
    order = sorted(sites, key=lambda name: sites[name])
    told = ", ".join(f"{say(name)} {number(round(sites[name], 1))} °C" for name in order)
    return drawing(parts, (_WIDE, _TALL), f"{title}: {told}")


def colour_of(t_c: float, low_c: float = _COLD_C) -> str:
    """Return the colour of a temperature on the scale of the skin.

    Examples
    --------
    >>> colour_of(0.0), colour_of(35.0), colour_of(50.0)
    ('#313695', '#a50026', '#a50026')
    """
    place = (t_c - low_c) / (_WARM_C - low_c) * (len(_COLOURS) - 1)
    place = min(max(place, 0.0), len(_COLOURS) - 1.0)
    first = min(int(place), len(_COLOURS) - 2)
    pairs = [_channels(_COLOURS[first + i]) for i in (0, 1)]
    share = place - first
    mixed = [round(a + (b - a) * share) for a, b in zip(*pairs, strict=True)]
    return "#" + "".join(f"{v:02x}" for v in mixed)


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _person(
    view: str, middle: float, colours: Mapping[str, str], *, is_one_sided: bool
) -> list[Markup]:
    found = []
    for part in parts_of(view):
        # The labels stand at the left of the front, so the limb of that side is the one.
        touched = -part.x if view == "front" else part.x
        for x in part.middles:
            is_bare = is_one_sided and part.is_paired and x != touched
            colour = None if is_bare else colours.get(part.segment)
            found.append(_shape(part, middle + x * _SCALE, colour))
    return found


def _shape(part: Part, x: float, colour: str | None) -> Markup:
    y, wide, tall = _FEET - part.y * _SCALE, part.width * _SCALE, part.height * _SCALE
    look: dict[str, object] = {"class_": "part" if colour else "part bare", "fill": colour}
    if part.is_round:
        return el("ellipse", cx=px(x), cy=px(y), rx=px(wide / 2), ry=px(tall / 2), **look)
    corner = min(wide, tall) / 3.0
    return el(
        "rect",
        x=px(x - wide / 2),
        y=px(y - tall / 2),
        width=px(wide),
        height=px(tall),
        rx=px(corner),
        **look,
    )


def _labels(sites: Mapping[str, float], say: Say) -> list[Markup]:
    """Write temperatures beside the front, for those who do not tell the colours apart.

    Of a whole body the usual sites and the coldest; else every site.
    """
    shown = {name: h for name, h in LABELS.items() if name in sites}
    if len(sites) <= len(LABELS):
        shown = {
            name: next(p.y for p in PARTS if p.segment == name) for name in sites if _has(name)
        }
    found = []
    for name, y in _spread(shown).items():
        part = next(p for p in PARTS if p.segment == name)
        edge = _FRONT - (part.x + (part.width / 2 if part.is_paired else 0.0)) * _SCALE
        target = _FEET - part.y * _SCALE
        found.append(
            el("path", d=f"M{px(_LABEL + 3)} {px(y - 4)}L{px(edge)} {px(target)}", class_="lead")
        )
        words = f"{say(name)} {number(round(sites[name], 1))}"
        found.append(text(_LABEL, y, words, anchor="end"))
    return found


def _has(name: str) -> bool:
    return any(p.segment == name for p in PARTS)


def _spread(shown: Mapping[str, float]) -> dict[str, float]:
    """Return how far from above each label stands, none over another."""
    found: dict[str, float] = {}
    last = 0.0
    for name in sorted(shown, key=lambda n: -shown[n]):
        last = max(_FEET - shown[name] * _SCALE + 4.0, last + 17.0)
        found[name] = last
    return found


def _scale(low: float) -> list[Markup]:
    left, top, tall, steps = 418.0, 40.0, 220.0, 35
    found = []
    for i in range(steps):
        t = _WARM_C - (i + 0.5) * (_WARM_C - low) / steps
        y = top + i * tall / steps
        box = {"x": px(left), "y": px(y), "width": "12", "height": px(tall / steps + 0.4)}
        found.append(el("rect", fill=colour_of(t, low), class_="swatch", **box))
    count = round((_WARM_C - low) / _STEP_C)
    for i in range(0, count + 1, 1 if count <= 8 else 2):
        t = _WARM_C - i * _STEP_C
        y = top + (_WARM_C - t) / (_WARM_C - low) * tall
        found.append(text(left - 5, y + 4, number(t), anchor="end", kind="tick"))
    return [*found, text(left + 14, top - 12, "°C", anchor="end", kind="name")]
