"""The tables and lists that reports are made of."""

from __future__ import annotations

import json

from cryodose import __version__
from cryodose.evidence import Source
from cryodose.outcome import Plan, Simulated
from cryodose.outcome.head import SCHEMA
from cryodose.outcome.markup import Markup, el, table
from cryodose.outcome.room_use import room_rows
from cryodose.outcome.segment_rows import SEGMENT_HEAD, SEGMENT_NOTE, ice_lines, segment_rows
from cryodose.outcome.tell import (
    Band,
    build_up_rows,
    chance,
    fact_rows,
    goal_rows,
    limit_rows,
    time_words,
)
from cryodose.outcome.types import NOTICE
from cryodose.procedures import Assumption, is_cold_gas
from cryodose.procedures.room import RoomUse
from cryodose.report.page import section
from cryodose.session import Session

DOI = "https://doi.org/"
_VERDICT = {"dose": "safe and enough", "goal-not-reached": "not enough", "refused": "refused"}
_UNITS = {"degC": "°C", "-": "", "cm2": "cm²"}


def goals(plan: Plan) -> Markup | None:
    """Return the table of goals; None where there are none."""
    dose = plan.dose
    if not dose.goals:
        return None
    at = f"at {time_words(dose.dose_s)}" if dose.dose_s else "in the least time"
    head = ("Goal", "Needs", f"Reached {at}", "Wanted")
    return section("Goals", table(head, list(goal_rows(dose))), name="goals")


def limits(plan: Plan) -> Markup | None:
    """Return the table of limits, with the one that decides; None where there are none."""
    if not plan.dose.limits:
        return None
    rows: list[tuple[object, ...]] = []
    for words, until, margin, risk, binds in limit_rows(plan.dose):
        mark = el("span", "decides", class_="mark") if binds else None
        rows.append((el("span", words, " ", mark), until, margin, risk))
    head = ("Limit", "Holds until", "Margin at the dose", "Chance to pass it")
    return section("Limits", table(head, rows), name="limits")


def build_up(plan: Plan) -> Markup | None:
    """Return what the first sessions may last; None where none of them is still to come."""
    if not plan.build_up:
        return None
    rows: list[tuple[object, ...]] = [*build_up_rows(plan.build_up)]
    head = ("Session", "Time inside", "Goal reached by then")
    return section("How sessions are built up", table(head, rows), name="build-up")


def timetable(plan: Plan) -> Markup | None:
    """Return the applications of the first day; None for a refusal."""
    if not plan.timetable:
        return None
    rows: list[tuple[object, ...]] = [
        (str(i), a.on, a.off) for i, a in enumerate(plan.timetable, start=1)
    ]
    clock = "time of day" if plan.session.plan.start else "hours and minutes from the first"
    if is_cold_gas(plan.session):
        seconds = "time of day" if plan.session.plan.start else "hours, minutes and seconds"
        clock = f"{seconds}, from the first step inside"
    note = el("p", f"Given as {clock}.", class_="note")
    return section("When", table(("No.", "On", "Off"), rows), note, name="timetable")


def facts(found: dict[str, Band | None]) -> Markup:
    """Return the numbers that a reader looks for first."""
    rows: list[tuple[object, ...]] = [(r.words, r.likely, r.band) for r in fact_rows(found)]
    return section(
        "What the cold does", table(("What", "Likely", "90 % of people"), rows), name="facts"
    )


def segments(shown: Simulated) -> Markup | None:
    """Return the skin of every segment of a whole body and its margins; None of anything else."""
    if not shown.segments:
        return None
    rows: list[tuple[object, ...]] = [*segment_rows(shown.segments)]
    note = el("p", SEGMENT_NOTE[0].upper() + SEGMENT_NOTE[1:] + ".", class_="note")
    ice = [el("p", f"{line}.") for line in ice_lines(shown.segments)]
    return section(
        "Skin of every segment, °C", table(SEGMENT_HEAD, rows), note, *ice, name="segments"
    )


def alternatives(plan: Plan) -> Markup | None:
    """Return what other packs, cloths or water would allow; None where nothing was tried."""
    if not plan.alternatives:
        return None
    rows: list[tuple[object, ...]] = [
        (a.words, _VERDICT[a.verdict], time_words(a.longest_s), chance(a.probability_at_longest))
        for a in plan.alternatives
    ]
    head = ("With", "Verdict", "At most", "Goal reached by then")
    return section("What else was tried", table(head, rows), name="alternatives")


def sentences(title: str, items: tuple[str, ...], name: str) -> Markup | None:
    """Return a list of sentences under a heading; None without any."""
    if not items:
        return None
    return section(title, el("ul", [el("li", item) for item in items]), name=name)


def assumed(items: tuple[Assumption, ...]) -> Markup | None:
    """Return what the session file did not state; None where it stated everything."""
    if not items:
        return None
    rows: list[tuple[object, ...]] = [
        (el("code", a.key), f"{a.value} {_UNITS.get(a.unit, a.unit)}".strip(), a.source, a.note)
        for a in items
    ]
    head = ("Key", "Value (90 % range)", "Source", "Note")
    return section("What was assumed", table(head, rows), name="assumed")


def sources(items: tuple[Source, ...]) -> Markup:
    """Return the publications behind the numbers, with their DOI."""
    lines = []
    for item in items:
        link = el("a", f"doi:{item.doi}", href=f"{DOI}{item.doi}") if item.doi else None
        lines.append(el("li", el("code", item.key), " ", item.citation, ". ", link))
    return section("Sources", el("ul", lines), name="sources")


def recompute(session: Session, members: int, seed: int) -> Markup:
    """Return what somebody needs to compute the same numbers again."""
    text = json.dumps(session.to_dict(), ensure_ascii=False, indent=1)
    return section(
        "To compute this again",
        el("p", f"cryodose {__version__} ({SCHEMA}), {members} people drawn, seed {seed}."),
        el("details", el("summary", "The session as it was read"), el("pre", text)),
        name="recompute",
    )


def notice() -> Markup:
    """Return the notice at the foot of every page."""
    return el("footer", el("p", NOTICE), role="contentinfo")


_CAPTIONS = {
    "body": "The skin of the whole body at the exit, front and back, and the front over time.",
    "sites": "The skin of some segments in the cold and after it.",
    "core": "The core: its after-drop comes long after the exit.",
    "skin": "The skin under the cold. Line: half of the people are colder; band: 90 % of people.",
    "picture": "How deep the cold goes in the most likely person. Lines: equal temperature; "
    "dashed: where a layer begins.",
    "tissue": "The tissue goes on cooling after the cold is off: the after-drop.",
    "deep": "Nerve and the surface of the bone or joint.",
    "flow": "Blood flow and nerve conduction in percent of the start.",
    "pack": "The pack, and the heat it has taken out of the body.",
}


# What is said otherwise of a whole body.
_BODY_CAPTIONS = {
    "skin": "The mean skin. Line: half of the people are colder; band: 90 % of people.",
    "picture": "How deep the cold goes at the thigh of the most likely person. Lines: equal "
    "temperature; dashed: where a layer begins.",
    "flow": "Blood flow of the thigh in percent of the start.",
    "pack": "The heat that left the whole skin.",
}


def figures(drawn: dict[str, str]) -> Markup | None:
    """Return the drawings with their captions; None without any."""
    if not drawn:
        return None
    captions = _CAPTIONS | (_BODY_CAPTIONS if "body" in drawn else {})
    shown = [
        el(
            "figure",
            el("div", Markup(svg), role="img", aria_label=captions[name]),
            el("figcaption", captions[name]),
            class_=name,
        )
        for name, svg in drawn.items()
    ]
    return section("Over time and depth", el("div", shown, class_="grid"), name="figures")


def room(use: RoomUse | None) -> Markup | None:
    """Return what a session does to the air of its room."""
    if use is None:
        return None
    rows: list[tuple[object, ...]] = [(r.words, r.likely, r.band) for r in room_rows(use)]
    return section("The air of the room", table(("What", "Value", ""), rows), name="room")
