"""Results as a notebook shows them: one small table of HTML, without figures."""

from __future__ import annotations

from collections.abc import Mapping

from cryodose.outcome.markup import el, join, table
from cryodose.outcome.tell import Band, Headline, fact_rows

_BOX = "max-width:42rem;border-left:.3rem solid #0b7285;padding:.2rem 0 .2rem 1rem"


def notebook_html(
    title: str | None, told: Headline, facts: Mapping[str, Band | None], notice: str
) -> str:
    """Return a result as a fragment of HTML.

    Parameters
    ----------
    title : str or None
        What the session file calls itself; it is escaped.
    told : Headline
        The answer.
    facts : mapping
        Name to low, median and high, as `Simulated.facts` has them.
    notice : str
        Printed below in small type.
    """
    rows: list[tuple[object, ...]] = [(r.words, r.likely, r.band) for r in fact_rows(facts)]
    return el(
        "div",
        el("p", el("strong", told.answer), " ", told.detail),
        el("p", title) if title else None,
        join(table(("What", "Likely", "90 % band"), rows)) if rows else None,
        el("p", el("small", notice)),
        style=_BOX,
    )
