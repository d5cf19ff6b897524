"""Pages of freezes and of currents with a drug, and parts of those of rooms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cryodose.outcome.drug import DrugResult
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.markup import Markup, el, table
from cryodose.outcome.tell import Row
from cryodose.report import parts
from cryodose.report.page import page, section

_WORD = {"dose": "Plan", "goal-not-reached": "Not enough", "refused": "Refused"}


def document(
    result: FreezeResult | DrugResult,
    names: tuple[str, str],
    notice: str,
    *shown: Markup | list[Any] | None,
) -> str:
    """Return a whole page; `names` are a title for a session without one, and a simulation's."""
    title = result.session.title or names[0]
    dose, told = result.dose, result.told
    return page(
        f"{title} · cryodose",
        "report.css",
        answer(
            dose.verdict if dose else "dose",
            _WORD[dose.verdict] if dose else names[1],
            title,
            (told.answer, told.detail),
        ),
        el(
            "main",
            *shown,
            parts.assumed(result.assumed),
            parts.sources(result.sources),
            parts.recompute(result.session, result.members, result.seed),
        ),
        el("footer", el("p", notice), role="contentinfo"),
    )


def drawings(drawn: Mapping[str, str], captions: Mapping[str, str]) -> Markup | None:
    """Return drawings with their captions; None without any."""
    if not drawn:
        return None
    shown = [
        el(
            "figure",
            el("div", Markup(svg), role="img", aria_label=captions[name]),
            el("figcaption", captions[name]),
            class_=name,
        )
        for name, svg in drawn.items()
    ]
    return section("Drawings", el("div", shown, class_="grid"), name="figures")


def rows_of(title: str, rows: Iterable[Row], name: str) -> Markup:
    """Return facts with their bands as a table."""
    listed: list[tuple[object, ...]] = [(r.words, r.likely, r.band) for r in rows]
    return section(title, table(("What", "Likely", "90 % of people"), listed), name=name)


def answer(verdict: str, word: str, title: str, told: tuple[str, str]) -> Markup:
    """Return the head of a page: the verdict, the title, and the answer with its detail."""
    return el(
        "header",
        el("p", word, class_="verdict"),
        el("h1", title),
        el("p", told[0], class_="answer"),
        el("p", told[1], class_="detail"),
        class_=verdict,
    )
