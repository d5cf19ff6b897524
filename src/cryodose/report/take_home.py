"""What a person takes home from a freeze or a current: one page in plain words.

What it says of feeling, healing, care and warning signs are the statements of
`evidence/aftercare.toml`, each with its sources; the rest are numbers of the plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cryodose import evidence
from cryodose.evidence.aftercare import Statement, said
from cryodose.outcome.markup import Markup, el
from cryodose.outcome.release import release_words
from cryodose.outcome.tell import time_words
from cryodose.report.language import Texts
from cryodose.report.leaflet_parts import foot, head, sentences
from cryodose.report.page import page, section
from cryodose.screening import Screening

# Parts of the page: their heading, what each is called in the style sheet, and where it stands.
_HEADINGS = {
    "feel": "What you will feel",
    "stop": "Say so at once, and it is switched off, if",
    "normal": "What is normal afterwards",
    "care": "How to look after it",
    "risk": "Risks",
    "call": "Call us or see a doctor if",
    "emergency": "Call an ambulance at once if",
}
_LEFT = {"freeze": ("feel", "normal"), "current": ("feel", "stop")}
_RIGHT = {"freeze": ("care", "risk"), "current": ("normal", "care", "risk")}
_BELOW = ("call", "emergency")
_REVIEW = "A clinician must review the words of this page before it is handed out."
_NOT_RELEASED = "NOT RELEASED"


@dataclass(frozen=True)
class Visit:
    """What is known of a treatment beside its plan.

    Attributes
    ----------
    done_on : date or None
        When it took place; None while it is planned.
    on_s : float or None
        How long cold or current were on in all, where that was recorded.
    next_on : date or None
        The next visit, of the course or as booked.
    clinic, telephone : str
        Whom to call, and where; empty: a line to write on.
    """

    done_on: date | None = None
    on_s: float | None = None
    next_on: date | None = None
    clinic: str = ""
    telephone: str = ""


UNKNOWN = Visit()


@dataclass(frozen=True)
class Told:
    """What the page needs of a plan.

    Attributes
    ----------
    procedure : ``freeze`` or ``current``
    title : of the page
    answer : the treatment in one line, or that there is none
    steps : what happens, in finished sentences of the reader's language
    traits : names that decide which statements hold
    notice : what stands at the foot
    """

    procedure: str
    title: str
    answer: str
    steps: tuple[str, ...]
    traits: frozenset[str]
    notice: str


def treatment(told: Told, visit: Visit, t: Texts) -> str:
    """Return the page of a treatment that is planned, or was done, as one HTML document."""
    rows = {name: said(f"{told.procedure}.{name}", told.traits) for name in (*_HEADINGS, "next")}
    day = visit.done_on
    when = t("Done on {day}.", day=day.isoformat()) if day else ""
    steps = section(
        t("What was planned and done") if day else t("What is planned"),
        el("ul", [el("li", step) for step in (*told.steps, *_on(visit, t))]),
        name="steps",
    )
    return _document(
        told,
        t,
        head(told.title, told.answer, "dose", when),
        el(
            "div",
            el("div", steps, *_parts(_LEFT[told.procedure], rows, t)),
            el("div", *_parts(_RIGHT[told.procedure], rows, t), _next(rows["next"], visit, t)),
            class_="two",
        ),
        *_parts(_BELOW, rows, t),
        more=(el("p", t(_REVIEW)), _sources(s for part in rows.values() for s in part)),
    )


def waiting(told: Told, reasons: Iterable[str], t: Texts) -> str:
    """Return the page of a plan that nobody has released: nothing of it is told as planned."""
    words = t("Somebody trained must decide first. Nothing is done before.")
    return _document(
        told,
        t,
        head(told.title, t("Not yet: this plan is not released."), "goal-not-reached"),
        section(t("Why not yet"), el("p", words), sentences(reasons, t), name="not"),
    )


def refused(told: Told, reasons: Iterable[str], t: Texts) -> str:
    """Return the page of a plan that is refused: what is not done, and why."""
    rows = said(f"{told.procedure}.refused", told.traits)
    plain = [row.words for row in rows]
    return _document(
        told,
        t,
        head(told.title, told.answer, "refused"),
        section(t("Why not"), sentences((*plain, *reasons), t), name="not"),
        more=(_sources(rows),) if rows else (),
    )


def why_waiting(screening: Screening | None) -> list[str]:
    """Return why nobody may carry out a plan yet, from what screening said of the person."""
    if screening is None:
        return ["Nobody has asked yet whether you may have it."]
    return [words for words in release_words(screening) if words.startswith(_NOT_RELEASED)]


def _document(
    told: Told, t: Texts, header: Markup, *main: object, more: tuple[Markup, ...] = ()
) -> str:
    return page(
        f"{told.title} · {t('leaflet')}",
        "leaflet.css",
        header,
        el("main", *main, class_="take-home"),
        foot(told.notice, t, *more),
        language=t.language,
    )


def _parts(
    names: tuple[str, ...], rows: dict[str, tuple[Statement, ...]], t: Texts
) -> list[Markup]:
    return [
        section(t(_HEADINGS[name]), sentences([s.words for s in rows[name]], t), name=name)
        for name in names
        if rows[name]
    ]


def _on(visit: Visit, t: Texts) -> list[str]:
    if visit.done_on is None or visit.on_s is None:
        return []
    return [t("It was on for {time} in all.", time=time_words(visit.on_s))]


def _next(rows: tuple[Statement, ...], visit: Visit, t: Texts) -> Markup:
    """Return the next visit and whom to call, with a line to write on where nobody knows it yet."""
    blank = el("span", class_="blank")
    day = visit.next_on.isoformat() if visit.next_on else blank
    lines = [el("p", t("On:"), " ", day), *[el("p", t.told(row.words)) for row in rows]]
    clinic = el("p", visit.clinic) if visit.clinic else None
    call = el("p", t("Telephone:"), " ", visit.telephone or blank)
    return section(t("Next visit, and whom to call"), *lines, clinic, call, name="next")


def _sources(rows: Iterable[Statement]) -> Markup:
    """Return the publications behind the statements of a page, in short."""
    keys = dict.fromkeys(key for row in rows for key in row.sources)
    short = (re.split("[:;]", evidence.source(key).citation)[0] for key in keys)
    return el("p", "Sources: ", "; ".join(dict.fromkeys(short)), ".", lang="en", class_="sources")
