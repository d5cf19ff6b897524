"""The leaflet: one page in plain words for a person at home."""

from __future__ import annotations

from cryodose import __version__, evidence
from cryodose.outcome import Plan
from cryodose.outcome.markup import Markup, el
from cryodose.outcome.tell import headline, time_words
from cryodose.outcome.types import NOTICE
from cryodose.report.page import page, section
from cryodose.session import ColdPack

_STOP = (
    "It hurts or burns more and more.",
    "The skin turns white, waxy or hard, or gets blisters.",
    "You feel tingling, or a weakness in the hand or foot.",
)
_DOCTOR = (
    "The skin is still white, numb or blistered after it has warmed up.",
    "Tingling or weakness does not go away.",
    "You cannot use or put weight on it, it looks crooked, or the swelling keeps growing.",
    "The pain gets worse in spite of the cold, or you have a fever.",
)
_NOT = (
    "Do not make it longer. Longer is not better.",
    "Do not fall asleep with it. Let somebody else watch if you feel drowsy.",
    "Do not use it on open wounds or on skin that is already numb.",
)


def leaflet_page(plan: Plan) -> str:
    """Return the leaflet of a plan as one HTML document of one A4 page.

    Every number in it is one of the plan's.

    Parameters
    ----------
    plan : Plan
        Also a refused one: the leaflet then says what not to do, and why.
    """
    told = headline(plan.dose, plan.session.modality)
    title = plan.session.title or "Cold at home"
    waits = plan.screening is not None and not plan.released
    is_refused = plan.dose.dose_s is None or waits
    main = _wait(plan) if waits else _instead(plan) if is_refused else _how(plan)
    answer = "Not yet: this plan is not released." if waits else told.answer
    return page(
        f"{title} · leaflet",
        "leaflet.css",
        el(
            "header",
            el("h1", title),
            el("p", answer, class_="answer"),
            class_=plan.dose.verdict,
        ),
        el(
            "main",
            *main,
            el(
                "div",
                None if is_refused else section("Stop at once if", _list(_STOP), name="stop"),
                section("See a doctor if", _list(_DOCTOR), name="doctor"),
                class_="grid",
            ),
        ),
        el("footer", el("p", f"{NOTICE} cryodose {__version__}.")),
    )


def _how(plan: Plan) -> list[Markup | None]:
    steps = [*_steps(plan)]
    not_to_do = (*_pack_warning(plan), *_NOT)
    return [
        section("What to do", el("ol", [el("li", s) for s in steps]), name="steps"),
        _clock(plan),
        section("What not to do", _list(not_to_do), name="not"),
        section("Before you begin", _list(plan.warnings), name="before"),
    ]


def _steps(plan: Plan) -> list[object]:
    dose = plan.dose
    lasting = el("strong", time_words(dose.dose_s or 0.0))
    exposure = plan.session.exposure
    if isinstance(exposure, ColdPack):
        name = evidence.text("agents", f"{exposure.agent}.name")
        barrier = (exposure.barrier or "none").replace("-", " ")
        where = (exposure.site or "place").replace("-", " ")
        first: list[object] = [f"Lay a {barrier} on your {where}, and the {name} on top."]
        if barrier == "none":
            first = [f"Lay the {name} on your {where}."]
        begin: list[object] = [el("span", "Set a timer. Leave it on for ", lasting, ".")]
        end = "Take it off when the timer rings, even if it still feels good."
    else:
        first = ["Sit down, and let somebody stay with you."]
        begin = [el("span", "Set a timer. Stay in the water for ", lasting, ".")]
        end = "Come out when the timer rings, and dry yourself."
    if dose.verdict != "dose":
        begin.append(" This is the longest time that is safe. It may not be enough.")
    again = "Let the skin warm up by itself before the next time."
    return [*first, el("span", *begin), end, "Look at your skin every few minutes.", again]


def _clock(plan: Plan) -> Markup | None:
    if not plan.timetable:
        return None
    if plan.session.plan.start:
        times = [f"{a.on} to {a.off}" for a in plan.timetable]
    else:
        later = [time_words(a.on_s) for a in plan.timetable[1:]]
        times = ["now", *[f"{words} after the first" for words in later]]
    return section("When", el("ul", [el("li", t) for t in times], class_="clock"), name="when")


def _pack_warning(plan: Plan) -> tuple[str, ...]:
    exposure = plan.session.exposure
    if isinstance(exposure, ColdPack) and (exposure.barrier or "none") != "none":
        return ("Do not leave out the cloth between the cold and the skin.",)
    return ()


def _wait(plan: Plan) -> list[Markup | None]:
    words = "Somebody trained must decide first. Do not use the cold before."
    return [
        section("Why not yet", el("p", words), name="not"),
        section("Mind", _list(plan.warnings), name="before"),
    ]


def _instead(plan: Plan) -> list[Markup | None]:
    words = "This is too cold for this place. Do not try a shorter time on your own."
    return [
        section("Why not", el("p", words), _list(plan.reasons), name="not"),
        section("Mind", _list(plan.warnings), name="before"),
    ]


def _list(items: tuple[str, ...]) -> Markup:
    return el("ul", [el("li", item) for item in items])
