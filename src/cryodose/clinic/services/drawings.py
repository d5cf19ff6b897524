"""Drawings of an answer for a page, from what is kept of it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cryodose.clinic.engine_words import said
from cryodose.clinic.services.sketches import is_curve, sound
from cryodose.outcome.markup import Markup
from cryodose.outcome.tell import number
from cryodose.plots.quick_body import body_svg
from cryodose.plots.quick_curves import Chart, Series, chart_svg, depth_svg
from cryodose.plots.quick_cut import cut_svg

Answer = Mapping[str, Any]
# The skin is shown for as long as something happens to it: on a small picture minutes count.
_GAS_AFTER_S = 1200.0
_COLD_AFTER_S = 3600.0


@dataclass(frozen=True)
class Drawing:
    """One drawing: its name, what it shows, and the same in a table where that says more.

    Attributes
    ----------
    rows : sequence of (words, value)
        For those who do not see the picture; empty where its own text says it all.
    """

    name: str
    title: str
    svg: SafeString
    caption: str = ""
    rows: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class _Plot:
    """Curves that share a picture, which ends some time after the cold; None: where they do."""

    title: str
    unit: str
    names: tuple[str, ...]
    after_s: float | None = None


def drawings_of(answers: Sequence[tuple[str, Answer]]) -> list[Drawing]:
    """Return the drawings of an answer; of several, their curves over one another.

    Parameters
    ----------
    answers : sequence of (name, answer)
        The first is drawn whole; of all others only the first curve of each picture, dashed.
    """
    _name, answer = answers[0]
    sketch = sound(answer.get("sketch"))
    found = _pictures(sketch) if len(answers) == 1 else []
    for plot in _plots(sketch, [one for _name, one in answers]):
        drawn = _chart(plot, answers, sketch)
        if drawn is not None:
            found.append(drawn)
    return found


def _pictures(sketch: Answer) -> list[Drawing]:
    found = []
    if sketch.get("sites"):
        title = _("Skin when the cold is off")
        sites = sketch["sites"]
        one = bool(sketch.get("is_one_sided"))
        order = sorted(sites, key=lambda name: float(sites[name]))
        rows = [(said(name), f"{number(sites[name])} °C") for name in order]
        svg = body_svg(sites, title, said, is_one_sided=one)
        found.append(Drawing("body", title, _safe(svg), _("Likely skin temperature."), rows))
    if sketch.get("depth"):
        is_drug = sketch["depth"]["unit"] != "C"
        title = _("The drug below the skin") if is_drug else _("Below the skin")
        caption = _("The most likely person.")
        found.append(
            Drawing("depth", title, _safe(depth_svg(sketch["depth"], title, said)), caption)
        )
    if sketch.get("cut"):
        title = _("A cut through the lesion")
        caption = _("The most likely case: the coldest that each place gets, and what dies of it.")
        found.append(Drawing("cut", title, _safe(cut_svg(sketch["cut"], title, said)), caption))
    return found


def _plots(sketch: Answer, answers: Sequence[Answer]) -> list[_Plot]:
    """Return which curves an answer has, and which of them stand together."""
    known = {name for one in answers for name in _curves(one)}
    if "depth0" in known:
        names = ("depth0", "depth-20", "depth-50")
        return [_Plot(_("How deep the cold reaches"), "mm", names)]
    if "delivered" in known:
        return [
            _Plot(_("Where the drug is"), "ug", ("delivered", "in-skin", "in-blood")),
            _Plot(_("Skin under the pad"), "C", ("skin",), _COLD_AFTER_S),
        ]
    sites = sketch.get("sites") or {}
    coldest = f"skin-{min(sites, key=lambda name: float(sites[name]), default='')}"
    if coldest in known:
        found = [_Plot(_("Skin"), "C", ("skin", coldest), _GAS_AFTER_S)]
    else:
        found = [_Plot(_("Skin and tissue"), "C", ("skin", "adipose+10"), _COLD_AFTER_S)]
    cores = tuple(name for name in ("core-rectal", "core-oesophagus") if name in known)
    return [*found, _Plot(_("Core"), "C", cores)] if cores else found


def _chart(plot: _Plot, answers: Sequence[tuple[str, Answer]], sketch: Answer) -> Drawing | None:
    series: list[Series] = []
    for i, (name, answer) in enumerate(answers):
        curves = _curves(answer)
        names = plot.names if len(answers) == 1 else plot.names[:1]
        for one in names:
            if one in curves:
                words = said(str(curves[one].get("words", one)))
                words = f"{name}: {words}" if name else words
                series.append(Series(words, curves[one], is_dashed=i > 0))
    if not series:
        return None
    exit_s = _exit_s(answers[0][1], sketch)
    levels = [(float(x["t_c"]), bool(x["is_limit"])) for x in sketch.get("levels") or ()]
    is_skin = plot.names[0] == "skin"
    shown = Chart(
        plot.title,
        plot.unit,
        series,
        levels if is_skin else (),
        () if exit_s is None or len(answers) > 1 else (exit_s,),
        is_depth=plot.unit == "mm",
        until_s=None if exit_s is None or plot.after_s is None else exit_s + plot.after_s,
    )
    caption = _("Line: half of the people; band: 90 % of people.")
    if plot.unit == "mm":
        caption = _("Line: likeliest case; band: 90 % of cases.")
    return Drawing(plot.names[0], plot.title, _safe(chart_svg(shown, said)), caption)


def _curves(answer: Answer) -> dict[str, Answer]:
    found = answer.get("curves")
    return {str(c["name"]): c for c in found if is_curve(c)} if isinstance(found, list) else {}


def _exit_s(answer: Answer, sketch: Answer) -> float | None:
    found = sketch.get("exit_s", answer.get("freeze_s"))
    return float(found) if isinstance(found, int | float) else None


def _safe(svg: Markup) -> SafeString:
    """Mark a drawing as HTML: `el` has escaped every text in it."""
    return mark_safe(svg)  # noqa: S308  # made of elements alone, see outcome/markup.py
