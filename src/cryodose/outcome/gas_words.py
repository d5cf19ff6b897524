"""Warnings for a whole body in cold gas, in plain words."""

from __future__ import annotations

import numpy as np

from cryodose import evidence
from cryodose.body.segments import segment_names
from cryodose.dosing.bands import probability
from cryodose.dosing.limits import build_up_limits
from cryodose.dosing.plan import Planned
from cryodose.evidence.build_up import longest_after_s
from cryodose.outcome.room import CHAMBER_NOT_ASSESSED, NOT_ASSESSED
from cryodose.procedures.body_beliefs import gas_exposure, is_displayed
from cryodose.procedures.body_response import INNER
from cryodose.session import Session
from cryodose.units import minutes

_WET = "wet"


def gas_warnings(session: Session, planned: Planned) -> tuple[str, ...]:
    """Return the cautions of a plan in cold gas."""
    found = list(planned.ignored)
    dose, run = planned.dose, planned.at_dose
    if session.subject.sessions_before is None and dose.dose_s is not None:
        found += too_long_words(session, dose.dose_s)
    exposure = gas_exposure(session)
    if is_displayed(exposure):
        share = evidence.quantity("devices", f"{session.modality}.display_share")
        found.append(
            "The display shows the gas that is fed in, not the gas at the body: here between "
            f"{share.low:.0%} and {share.high:.0%} of the displayed fall below the room is "
            "believed to reach it. Measure the gas near the body once to know."
        )
    worn = exposure.coverings or {}
    if any(_WET in garment for garment in worn.values()):
        found.append("Wet garments freeze to the skin: this is how people get frostbite. Dry them.")
    for region in ("hands", "feet"):
        if region not in worn:
            found.append(f"Bare {region}: cover them with dry wool.")
    if run is not None:
        found += _after_drop(planned)
    is_cabin = session.modality == "cryosauna"
    found.append(NOT_ASSESSED if is_cabin else CHAMBER_NOT_ASSESSED)
    found.append(
        "Nobody was screened: never use a cold cabin or chamber with high blood pressure, heart "
        "disease, cold urticaria, Raynaud's disease, pregnancy, or after alcohol."
    )
    return tuple(found)


def too_long_words(session: Session, lasts_s: float) -> tuple[str, ...]:
    """Return the caution that a session is too long for how often the person has been, if it is.

    Where the session does not say how often, for a first one.
    """
    before = session.subject.sessions_before
    longest_s = longest_after_s(before or 0)
    if lasts_s <= longest_s:
        return ()
    if before is None:
        return (f"A first session is shorter: at most {minutes(longest_s):g} min.",)
    words = [x.words for x in build_up_limits(session)]
    words = words or [f"never more than {minutes(longest_s):g} min"]
    return (f"Too long: {words[0]}.",)


def _after_drop(planned: Planned) -> list[str]:
    """Say where the skin or the core comes too near to harm after the exit as well."""
    run = planned.at_dose
    if run is None:
        return []
    found = []
    all_ = run.response().everywhere
    floor = evidence.value("limits", "core_floor.t_core_c")
    lowest = np.min([all_[s].t_skin_c.min(axis=0) for s in ("oesophagus", INNER)], axis=0)
    chance = probability(lowest < floor, run.weights)
    if chance > evidence.value("limits", "core_floor.probability"):
        found.append(f"The core may fall below {floor:g} °C after the exit ({chance:.0%}).")
    alarm = evidence.value("limits", "skin_alarm.t_skin_c")
    accepted = evidence.value("limits", "skin_alarm.probability")
    cold = [
        s
        for s in segment_names()
        if probability(all_[s].t_skin_c.min(axis=0) <= alarm, run.weights) > accepted
    ]
    if cold:
        found.append(f"Skin at or below {alarm:g} °C is likely at: {', '.join(cold)}.")
    return found
