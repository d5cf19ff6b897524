"""The leaflet of a drug that a current drives into the skin."""

from __future__ import annotations

from cryodose import evidence
from cryodose.dosing.drug_plan import DrugDose
from cryodose.outcome.drug import NOTICE, DrugResult
from cryodose.outcome.tell import time_words
from cryodose.report.language import Texts
from cryodose.report.take_home import Told, Visit, refused, treatment, waiting, why_waiting
from cryodose.session import Cryoelectrophoresis

_FORBIDDEN = (
    "An answer of yours or a limit of the current forbids it. Do not try a weaker current on your "
    "own."
)
_FROZEN, _NUMB, _NUMBING = "frozen-donor", "may-be-numb", "numbing-drug"


def current_leaflet(result: DrugResult, visit: Visit, t: Texts) -> str:
    """Return the leaflet of a current.

    Only a plan that is released, or one that was carried out, is told as a treatment.
    """
    dose = result.dose
    title = result.session.title or t("A drug driven by current")
    if dose is not None and dose.time_s is None:
        told = Told("current", title, t.told(result.told.answer), (), frozenset(), NOTICE)
        return refused(told, (_FORBIDDEN, *dose.reasons), t)
    if dose is None or not (result.released or visit.done_on):
        told = Told("current", title, "", (), frozenset(), NOTICE)
        open_ = ["Questions about safety are still open."] if result.not_asked else []
        return waiting(told, (*why_waiting(result.screening), *open_), t)
    exposure = result.session.exposure
    assert isinstance(exposure, Cryoelectrophoresis)  # noqa: S101  # only such a session is driven
    drug = evidence.text("drugs", f"{exposure.drug}.name")
    time = time_words(dose.time_s or 0.0)
    answer = t("A current for {time}, with {drug}.", time=time, drug=drug)
    steps = _steps(result, dose, exposure, t)
    told = Told("current", title, answer, steps, _traits(dose, exposure), NOTICE)
    return treatment(told, visit, t)


def _steps(
    result: DrugResult, dose: DrugDose, exposure: Cryoelectrophoresis, t: Texts
) -> tuple[str, ...]:
    lines = [t("Pad with the drug: {where}.", where=result.site.replace("-", " "))]
    if exposure.donor_state == "frozen":
        lines.append(t("The pad is frozen and melts on the skin."))
    if exposure.precooling is not None:
        time = time_words(exposure.precooling.duration_s)
        lines.append(t("A cold pack lies there before, for {time}.", time=time))
    other = result.session.safety.return_site
    if other is not None:
        lines.append(t("Second pad: {where}.", where=other.replace("-", " ")))
    current = exposure.current
    if current is not None:
        mean = current.mean_ma
        if mean is None:
            mean = (current.mean_ma_cm2 or 0.0) * (exposure.area_cm2 or 0.0)
        lines.append(t("Current: {ma} mA.", ma=f"{mean:.3g}"))
    lines.append(t("Current times time: {ma_min} mA min.", ma_min=f"{dose.ma_min or 0.0:.3g}"))
    if dose.verdict != "dose":
        lines.append(t("This is the longest time that is safe. It may not be enough."))
    return tuple(lines)


def _traits(dose: DrugDose, exposure: Cryoelectrophoresis) -> frozenset[str]:
    """Return the names by which statements are chosen."""
    found = {
        _FROZEN: exposure.donor_state == "frozen",
        _NUMB: dose.numb_probability > 0,
        _NUMBING: exposure.drug in evidence.words("current_limits", "drugs.numbing"),
    }
    return frozenset(name for name, is_so in found.items() if is_so)
