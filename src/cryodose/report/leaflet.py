"""The leaflet: one page in plain words for the person, in their language."""

from __future__ import annotations

from cryodose import evidence
from cryodose.outcome import DrugResult, FreezeResult, Plan
from cryodose.outcome.markup import Markup, el
from cryodose.outcome.tell import time_words
from cryodose.outcome.types import NOTICE
from cryodose.procedures import is_cold_gas
from cryodose.report.language import Texts, texts
from cryodose.report.leaflet_current import current_leaflet
from cryodose.report.leaflet_freeze import freeze_leaflet
from cryodose.report.leaflet_parts import foot, head, sentences
from cryodose.report.page import page, section
from cryodose.report.take_home import UNKNOWN, Visit
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
_GAS_STOP = (
    "You feel dizzy, short of breath, sick or afraid, or you want to come out.",
    "It hurts or burns anywhere.",
    "The skin turns white, waxy or hard, or gets blisters.",
)
_GAS_DOCTOR = (
    "The skin is still white, numb or blistered after it has warmed up.",
    "You have pain in the chest, or it is hard to breathe.",
    "You stay cold, confused or very tired for more than an hour.",
)
_GAS_NOT = (
    "Do not make it longer. Longer is not better.",
    "Do not go in alone, after alcohol, with a fever, or with wet skin or hair.",
    "Do not go in with metal, jewellery, patches or lotion on the skin.",
)


def leaflet_page(
    result: Plan | FreezeResult | DrugResult, language: str = "en", visit: Visit = UNKNOWN
) -> str:
    """Return the leaflet of a plan as one HTML document of one A4 page.

    Every number of the treatment in it is one of the plan's.

    Parameters
    ----------
    result : Plan, FreezeResult or DrugResult
        Also a refused one: the leaflet then says what is not to be done, and why.
    language : str
        ``en`` or ``ru``; another one gives English.
    visit : Visit
        Of a freeze or a current: when it was done, and when the next visit is.
    """
    t = texts(language)
    if isinstance(result, FreezeResult):
        return freeze_leaflet(result, visit, t)
    if isinstance(result, DrugResult):
        return current_leaflet(result, visit, t)
    return _cold_leaflet(result, t)


def _cold_leaflet(plan: Plan, t: Texts) -> str:
    """Return the leaflet of cold alone, which people use by themselves or walk into."""
    title = plan.session.title or t("Cold at home")
    waits = plan.screening is not None and not plan.released
    is_refused = plan.dose.dose_s is None or waits
    main = _wait(plan, t) if waits else _instead(plan, t) if is_refused else _how(plan, t)
    told = t.told(plan.headline.answer)
    stop, doctor = (_GAS_STOP, _GAS_DOCTOR) if is_cold_gas(plan.session) else (_STOP, _DOCTOR)
    return page(
        f"{title} · {t('leaflet')}",
        "leaflet.css",
        head(title, t("Not yet: this plan is not released.") if waits else told, plan.dose.verdict),
        el(
            "main",
            *main,
            el(
                "div",
                None
                if is_refused
                else section(t("Stop at once if"), sentences(stop, t), name="stop"),
                section(t("See a doctor if"), sentences(doctor, t), name="doctor"),
                class_="grid",
            ),
        ),
        foot(NOTICE, t),
        language=t.language,
    )


def _how(plan: Plan, t: Texts) -> list[Markup | None]:
    never = _GAS_NOT if is_cold_gas(plan.session) else (*_pack_warning(plan), *_NOT)
    return [
        section(t("What to do"), el("ol", [el("li", s) for s in _steps(plan, t)]), name="steps"),
        _clock(plan, t),
        section(t("What not to do"), sentences(never, t), name="not"),
        section(t("Before you begin"), sentences(plan.warnings, t), name="before"),
    ]


def _steps(plan: Plan, t: Texts) -> list[object]:
    dose = plan.dose
    lasting = el("strong", t.duration(time_words(dose.dose_s or 0.0)))
    if is_cold_gas(plan.session):
        first, begin, end = _gas_steps(plan, t)
    elif isinstance(plan.session.exposure, ColdPack):
        first, begin, end = _pack_steps(plan.session.exposure, t)
    else:
        first = [t("Sit down, and let somebody stay with you.")]
        begin = t("Set a timer. Stay in the water for")
        end = t("Come out when the timer rings, and dry yourself.")
    said = el("span", begin, " ", lasting, ".")
    if dose.verdict != "dose":
        longest = t("This is the longest time that is safe. It may not be enough.")
        said = el("span", said, " ", longest)
    if is_cold_gas(plan.session):
        return [*first, said, *_first_sessions(plan, t), end]
    look = t("Look at your skin every few minutes.")
    return [*first, said, end, look, t("Let the skin warm up by itself before the next time.")]


def _first_sessions(plan: Plan, t: Texts) -> list[object]:
    """Say what the first sessions last, where nobody said whether this is one of them."""
    steps: list[object] = []
    for one in plan.build_up if plan.first_session else ():
        if one.dose_s is None or one.dose_s >= (plan.dose.dose_s or 0.0):
            continue
        begin = t("If it is your first session, come out after")
        if one.number > 1:
            begin = t("If it is your session {number}, come out after", number=f"{one.number}")
        lasting = el("strong", t.duration(time_words(one.dose_s)))
        steps.append(el("span", begin, " ", lasting, "."))
    return steps


def _pack_steps(exposure: ColdPack, t: Texts) -> tuple[list[object], str, str]:
    name = evidence.text("agents", f"{exposure.agent}.name")
    barrier = (exposure.barrier or "none").replace("-", " ")
    where = (exposure.site or "place").replace("-", " ")
    line = "Lay a {barrier} on your {where}, and the {name} on top."
    if barrier == "none":
        line = "Lay the {name} on your {where}."
    begin = t("Set a timer. Leave it on for")
    end = t("Take it off when the timer rings, even if it still feels good.")
    return [t(line, barrier=barrier, where=where, name=name)], begin, end


def _gas_steps(plan: Plan, t: Texts) -> tuple[list[object], str, str]:
    is_cabin = plan.session.modality == "cryosauna"
    first = [
        t("Dry your skin and hair. Cover hands, feet and what you were told to, dry."),
        t("Somebody stays with you all the time. Say stop whenever you want."),
    ]
    if is_cabin:
        first.append(t("Your head stays above the rim: the cold gas must not be breathed."))
    begin = t("Stay in the cabin for") if is_cabin else t("Stay in the chamber for")
    return [*first], begin, t("Come out when you are told to, dress dry, and walk about.")


def _clock(plan: Plan, t: Texts) -> Markup | None:
    if not plan.timetable or is_cold_gas(plan.session):
        return None
    if plan.session.plan.start:
        times = [t("{on} to {off}", on=a.on, off=a.off) for a in plan.timetable]
    else:
        later = [time_words(a.on_s) for a in plan.timetable[1:]]
        times = [t("now"), *[t("{time} after the first", time=words) for words in later]]
    return section(
        t("When"), el("ul", [el("li", row) for row in times], class_="clock"), name="when"
    )


def _pack_warning(plan: Plan) -> tuple[str, ...]:
    exposure = plan.session.exposure
    if isinstance(exposure, ColdPack) and (exposure.barrier or "none") != "none":
        return ("Do not leave out the cloth between the cold and the skin.",)
    return ()


def _wait(plan: Plan, t: Texts) -> list[Markup | None]:
    words = t("Somebody trained must decide first. Do not use the cold before.")
    return [
        section(t("Why not yet"), el("p", words), name="not"),
        section(t("Mind"), sentences(plan.warnings, t), name="before"),
    ]


def _instead(plan: Plan, t: Texts) -> list[Markup | None]:
    words = t("This is too cold for this place. Do not try a shorter time on your own.")
    return [
        section(t("Why not"), el("p", words), sentences(plan.reasons, t), name="not"),
        section(t("Mind"), sentences(plan.warnings, t), name="before"),
    ]
