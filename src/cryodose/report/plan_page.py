"""The report of a plan: the answer on top, then everything behind it."""

from __future__ import annotations

from cryodose.outcome import Plan
from cryodose.outcome.markup import Markup, el
from cryodose.outcome.tell import time_words
from cryodose.report import parts
from cryodose.report.page import page

_LEAVE = dict.fromkeys(("immersion", "cryosauna", "cryochamber"), "Come out after")
_WORD = {"dose": "Plan", "goal-not-reached": "Not enough", "refused": "Refused"}


def plan_page(plan: Plan, drawn: dict[str, str]) -> str:
    """Return the report of a plan as one HTML document.

    Parameters
    ----------
    plan : Plan
    drawn : dict
        Drawings as SVG text by name, from `cryodose.plots.figures.report_figures`; may be empty.
    """
    title = plan.session.title or "A dose of cold"
    shown = plan.simulated
    side = el("div", parts.timetable(plan), parts.goals(plan), parts.limits(plan), class_="grid")
    return page(
        f"{title} · cryodose",
        "report.css",
        _answer(plan, title),
        el(
            "main",
            parts.sentences("Why", plan.reasons, "reasons"),
            parts.sentences("Mind", plan.warnings, "warnings"),
            side,
            parts.build_up(plan),
            parts.alternatives(plan),
            parts.figures(drawn),
            parts.segments(shown) if shown else None,
            parts.facts(shown.facts) if shown else None,
            parts.room(plan.room),
            parts.assumed(plan.assumed),
            parts.sources(plan.sources),
            parts.recompute(plan.session, plan.members, plan.seed),
        ),
        parts.notice(),
    )


def _answer(plan: Plan, title: str) -> Markup:
    told = plan.headline
    return el(
        "header",
        el("p", _WORD[plan.dose.verdict], class_="verdict"),
        el("h1", title),
        el("p", told.answer, class_="answer"),
        el("p", told.detail, class_="detail"),
        _window(plan),
        class_=plan.dose.verdict,
    )


def _window(plan: Plan) -> Markup | None:
    """Draw where the dose lies between too short and too long."""
    dose = plan.dose
    if dose.dose_s is None:
        return None
    asked = [t for t in (dose.shortest_s, dose.longest_s, dose.dose_s) if t is not None]
    whole = max(asked) * 1.2
    begin, end, at = (
        f"{t / whole:.1%}" for t in (dose.shortest_s or dose.dose_s, dose.longest_s, dose.dose_s)
    )
    needed = "not reached" if dose.shortest_s is None else time_words(dose.shortest_s)
    tiles = [
        ("Enough from", needed),
        (_LEAVE.get(plan.session.modality, "Take it off after"), time_words(dose.dose_s)),
        ("Every limit holds until", time_words(dose.longest_s)),
    ]
    if (first := plan.first_session) is not None:
        tiles.append(("In a first session until", time_words(first.longest_s)))
    words = ", ".join(f"{k} {v}" for k, v in tiles)
    style = f"--begin:{begin};--end:{end};--at:{at}"
    bar = el("div", el("i", class_="safe"), el("i", class_="at"), class_="bar", style=style)
    listed = el("dl", [el("div", el("dt", k), el("dd", v)) for k, v in tiles])
    return el("div", el("div", bar, role="img", aria_label=words), listed, class_="window")
