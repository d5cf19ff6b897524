"""What forbids a current whatever its size: the person, the site, the way it takes, the file."""

from __future__ import annotations

from cryodose import evidence
from cryodose.dosing.current_limits import same_skin
from cryodose.errors import BadInput
from cryodose.procedures.drug import drug_of
from cryodose.session import Cryoelectrophoresis, Current, DeliveredMassGoal, Session

# numerical: mean, duty and peak of a pulse come rounded
_ROUNDED = 0.01
RETURN, EARLIER = "return_site", "earlier"


def check(session: Session, exposure: Cryoelectrophoresis) -> None:
    """Refuse a session that no current could carry out.

    Raises
    ------
    BadInput
        For a drug under the wrong electrode, no area, no site, pulses of unknown height or length,
        and numbers of a pulse that contradict each other.
    """
    drug = drug_of(exposure.drug)
    if exposure.polarity != drug.polarity:
        says = f'"{drug.polarity}": {drug.name} moves in from there, and out under the other'
        raise BadInput(None, "exposure.polarity", exposure.polarity, says)
    if exposure.area_cm2 is None:
        raise BadInput(None, "exposure.area_cm2", None, "the area of the pad in cm2")
    if exposure.site is None:
        raise BadInput(None, "exposure.site", None, "a site of the body under the pad")
    steps = exposure.programme or ((exposure.current,) if exposure.current else ())
    for current in steps:
        _check_current(current, exposure.area_cm2)
    for goal in session.goals:
        if not isinstance(goal, DeliveredMassGoal):
            raise BadInput(None, "goal.kind", goal.kind, '"delivered-mass" with a current')
    if exposure.programme is not None and session.goals:
        says = "one current with a goal: a programme is checked as it stands"
        raise BadInput(None, "exposure.programme", len(exposure.programme), says)


def _check_current(current: Current, area_cm2: float) -> None:
    duty, peak = current.duty, current.peak_ma_cm2
    at = "exposure.current"
    mean = current.mean_ma_cm2
    mean = (current.mean_ma or 0.0) / area_cm2 if mean is None else mean
    if peak and not mean > 0:
        says = "a mean above 0 with peaks; of an alternating current, of its absolute value"
        raise BadInput(None, f"{at}.mean_mA", mean, says)
    if current.waveform == "continuous":
        return
    if current.frequency_hz is None or not current.frequency_hz > 0:
        raise BadInput(None, f"{at}.frequency_hz", current.frequency_hz, "the frequency in Hz")
    if duty is None and peak is None:
        raise BadInput(None, f"{at}.duty", None, "duty or peak_mA_cm2 of the pulses")
    if duty is not None and not duty > 0:
        raise BadInput(None, f"{at}.duty", duty, "the share of the time that the current is on")
    if duty is not None and peak is not None and peak * duty > mean * (1.0 + _ROUNDED):
        says = f"at most mean over duty, {mean / duty:.3g} mA/cm2: the three contradict each other"
        raise BadInput(None, f"{at}.peak_mA_cm2", peak, says)


def answers(session: Session, exposure: Cryoelectrophoresis) -> list[str]:
    """Return why this person, this site or this way may have no current at all."""
    found = []
    for name in evidence.names("current_limits", "answers"):
        is_moot = name == "thyroid_disease" and exposure.drug != "iodide"
        if getattr(session.safety, name) and not is_moot:
            found.append(f"refused for {evidence.text('current_limits', f'answers.{name}')}")
    if session.safety.pregnant and exposure.drug == "iodide":
        found.append("no iodide in pregnancy")
    barred = evidence.words("current_limits", "sites.refused")
    for site in dict.fromkeys((exposure.site, session.safety.return_site)):
        if site in barred:
            found.append(f"no current through the {site}: heart and carotid sinus lie below")
    return found + _way(exposure.site, session.safety.return_site)


def _way(site: str | None, other: str | None) -> list[str]:
    """Return why a current may not take its way from one pad to the other."""
    if site is None or other is None or site == other:
        return []
    way = f"from the {site} to the {other}"
    if not same_skin(site, other):
        return [f"no current {way}: it could cross the heart; both pads on one limb or part"]
    for part in ("head", "trunk"):
        if site in evidence.words("current_limits", f"same_skin.{part}"):
            through = evidence.text("current_limits", f"sites.through_{part}")
            return [f"no current {way}: {through}"]
    return []


def unasked(session: Session) -> tuple[str, ...]:
    """Return the questions of safety that the session leaves open; nothing is released so."""
    safety = session.safety
    names = evidence.names("current_limits", "answers")
    found = [n for n in names if getattr(safety, n) is None]
    if safety.return_site is None:
        found.append(RETURN)
    if safety.earlier is None or any(e.duration_s is None for e in safety.earlier):
        found.append(EARLIER)
    return tuple(found)
