"""The parts that leaflets are made of."""

from __future__ import annotations

from collections.abc import Iterable

from cryodose import __version__
from cryodose.outcome.markup import Markup, el
from cryodose.report.language import Texts


def sentences(items: Iterable[str], t: Texts) -> Markup:
    """Return sentences as a list; one that nobody has translated says that it is English."""
    rows = []
    for item in items:
        told = t.told(item)
        is_foreign = t.language != "en" and told == item
        rows.append(el("li", told, lang="en" if is_foreign else None))
    return el("ul", rows)


def head(title: str, answer: str, tone: str, detail: str = "") -> Markup:
    """Return the title and the answer of a leaflet; `tone` is a verdict."""
    more = el("p", detail, class_="detail") if detail else None
    return el("header", el("h1", title), el("p", answer, class_="answer"), more, class_=tone)


def foot(notice: str, t: Texts, *more: Markup) -> Markup:
    """Return what stands at the foot of every leaflet, and more below it."""
    return el("footer", el("p", f"{t(notice)} cryodose {__version__}."), *more)
