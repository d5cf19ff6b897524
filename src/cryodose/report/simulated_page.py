"""The report of a simulation."""

from __future__ import annotations

from cryodose.outcome import Simulated
from cryodose.outcome.markup import el
from cryodose.outcome.tell import time_words
from cryodose.report import parts
from cryodose.report.page import page


def simulated_page(shown: Simulated, drawn: dict[str, str]) -> str:
    """Return the report of a simulation as one HTML document; parameters as for `plan_page`."""
    title = shown.session.title or "A session with cold"
    spans = "; ".join(
        f"{time_words(begin)} to {time_words(end)}" for begin, end in shown.run.request.spans()
    )
    return page(
        f"{title} · cryodose",
        "report.css",
        el(
            "header",
            el("p", "Simulation", class_="verdict"),
            el("h1", title),
            el("p", f"Cold on: {spans}.", class_="detail"),
            class_="simulation",
        ),
        el(
            "main",
            parts.sentences("Mind", shown.warnings, "warnings"),
            parts.figures(drawn),
            parts.segments(shown),
            parts.facts(shown.facts),
            parts.assumed(shown.assumed),
            parts.sources(shown.sources),
            parts.recompute(shown.session, shown.run.members, shown.run.seed),
        ),
        parts.notice(),
    )
