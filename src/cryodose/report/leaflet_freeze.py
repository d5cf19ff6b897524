"""The leaflet of a freeze of a lesion."""

from __future__ import annotations

from cryodose import evidence
from cryodose.dosing.freeze_dose import FreezeDose
from cryodose.evidence.diagnoses import LesionKind, lesion_of
from cryodose.outcome.freeze import NOTICE, FreezeResult
from cryodose.outcome.tell import chance, time_words
from cryodose.report.language import Texts
from cryodose.report.take_home import Told, Visit, refused, treatment, waiting, why_waiting
from cryodose.session import LiquidNitrogen

_MALIGNANT = "malignant"
_NOT_ENOUGH = "No freeze within the limits is likely enough to work. Ask for another treatment."


def freeze_leaflet(result: FreezeResult, visit: Visit, t: Texts) -> str:
    """Return the leaflet of a freeze.

    Only a plan that is released, or one that was carried out, is told as a treatment.
    """
    dose = result.dose
    title = result.session.title or t("A freeze of the skin")
    if dose is not None and dose.freeze_s is None:
        rules = frozenset(r.rule for r in dose.refusals)
        told = Told("freeze", title, t.told(result.told.answer), (), rules, NOTICE)
        return refused(told, () if rules else (_NOT_ENOUGH,), t)
    if dose is None or not (result.released or visit.done_on):
        told = Told("freeze", title, "", (), frozenset(), NOTICE)
        return waiting(told, why_waiting(result.screening), t)
    told = Told("freeze", title, _answer(dose, t), _steps(result, dose, t), _traits(result), NOTICE)
    return treatment(told, visit, t)


def _answer(dose: FreezeDose, t: Texts) -> str:
    time, cycles = time_words(dose.freeze_s or 0.0), dose.cycles or 1
    if cycles == 1:
        return t("One freeze of {time}.", time=time)
    return t("{n} freezes of {time} each.", n=str(cycles), time=time)


def _steps(result: FreezeResult, dose: FreezeDose, t: Texts) -> tuple[str, ...]:
    exposure = result.session.exposure
    assert isinstance(exposure, LiquidNitrogen)  # noqa: S101  # only such a session is frozen
    where, way = (text.replace("-", " ") for text in (result.site, dose.technique))
    agent = evidence.text("cryogens", f"agent.{exposure.agent}.name")
    lines = [
        t("What and where: {lesion}, {where}.", lesion=dose.lesion, where=where),
        t("Cold: {agent}, {way}.", agent=agent, way=way),
    ]
    if (dose.cycles or 1) > 1:
        lines.append(t("It thaws in full in between."))
    if dose.margin_mm > 0:
        margin = f"{dose.margin_mm:g}"
        lines.append(t("{margin} mm of skin around it is frozen, too.", margin=margin))
    line = "Computed chance that all of it dies in this sitting: {chance}."
    return (*lines, t(line, chance=chance(dose.probability)))


def _traits(result: FreezeResult) -> frozenset[str]:
    """Return the names by which statements are chosen: place, person, lesion, and rules hit."""
    dose = result.dose
    assert dose is not None  # noqa: S101  # the caller has looked
    groups = evidence.document("freeze_cautions")["sites"]
    names = {result.site, *(name for name, sites in groups.items() if result.site in sites)}
    names |= {caution.name for caution in dose.cautions}
    kind = lesion_of(dose.lesion)
    if isinstance(kind, LesionKind):
        names |= set(kind.protocols)
        names |= {_MALIGNANT} if kind.cell == _MALIGNANT else set()
    if result.screening is not None:
        names |= {finding.rule for finding in result.screening.findings}
    return frozenset(names)
