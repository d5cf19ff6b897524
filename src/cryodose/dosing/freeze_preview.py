"""What the freezes that a session states kill and harm, for somebody who moves a slider.

Read off one run with the cold never off, as the search estimates it before it verifies: that run
answers for every time and number of freezes, so it is kept.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from functools import lru_cache

from cryodose import evidence
from cryodose.dosing.freeze_cap import cap_of
from cryodose.dosing.freeze_dose import FreezeDose, FreezeLimit
from cryodose.dosing.freeze_ensemble import FreezeEnsemble, Passages, ensemble_of, passages
from cryodose.dosing.freeze_plan import cycles_to_try
from cryodose.dosing.freeze_rules import caution_of, cautions_of
from cryodose.dosing.freeze_search import Estimate, estimated, last_before, share_by
from cryodose.dosing.freeze_target import POLICY, Target, takes_the_dermis, target_of
from cryodose.errors import BadInput
from cryodose.procedures.freeze_beliefs import exposure_of
from cryodose.session import Session, session_from_dict
from cryodose.units import MM_PER_M

# Grid of the ensemble, so much coarser than a single freeze.
# numerical: its depths are then right to some tenths of a millimetre
COARSE = 8.0
# numerical: runs that are kept; one holds some megabytes
_KEPT = 8


@dataclass(frozen=True)
class FreezePreviewed:
    """The stated freezes, judged, and the run that they were read off."""

    dose: FreezeDose
    target: Target
    ensemble: FreezeEnsemble
    found: Passages = field(repr=False)
    freeze_s: float
    cycles: int


def preview_freeze(session: Session, members: int, seed: int) -> FreezePreviewed:
    """Return the freezes of a session that no rule forbids, judged.

    Raises
    ------
    BadInput
        For a session that does not state freezes of one length, or a lesion without a size.
    """
    freeze_s, count = stated(session)
    target, ensemble, found = _run(_without_time(session), members, seed)
    estimate = estimated(found, target, count)
    cap = cap_of(session, target.technique)
    limits = (*_limits(estimate, freeze_s), cap)
    killed = share_by(estimate.kill_s, freeze_s)
    too_long = freeze_s > cap.allowed_s
    why = _against(session, target, freeze_s, count, cap if too_long else None)
    why += [f"harmed too often: {x.words}" for x in limits if not x.holds]
    verdict = _verdict(target, killed)
    if why:
        verdict = "refused"
    elif verdict != "dose":
        why.append(_too_little(verdict, killed, estimate.needed_s(target.wanted), target))
    binding = min(limits, key=lambda x: x.allowed_s)
    cautions = cautions_of(session)
    if takes_the_dermis(found.response, target):
        cautions = (*cautions, caution_of("through-dermis"))
    dose = FreezeDose(
        verdict,
        target.kind.name,
        target.cell,
        target.technique,
        None if verdict == "refused" else freeze_s,
        None if verdict == "refused" else count,
        math.nan,
        estimate.needed_s(target.wanted),
        min(binding.allowed_s, cap.allowed_s),
        killed,
        target.wanted,
        target.depth_m * MM_PER_M,
        target.margin_m * MM_PER_M,
        target.spot_mm,
        2.0 * target.radius_m * MM_PER_M,
        limiting=binding.name,
        limits=limits,
        cautions=cautions,
        reasons=tuple(why),
    )
    return FreezePreviewed(dose, target, ensemble, found, freeze_s, count)


def stated(session: Session) -> tuple[float, int]:
    """Return the seconds of each freeze that a session states, and their number.

    Raises
    ------
    BadInput
        For none, or freezes of several lengths.
    """
    lengths = [c.freeze_s for c in exposure_of(session).cycles]
    if not lengths or len(set(lengths)) > 1:
        raise BadInput(None, "exposure.cycles", lengths, "freezes of one length to look at")
    return lengths[0], len(lengths)


def _without_time(session: Session) -> str:
    # Readings are not used: a freeze is not fitted to a person yet.
    data = replace(session, measured=(), title=None).to_dict()
    data["exposure"].pop("cycles", None)
    return json.dumps(data, sort_keys=True)


@lru_cache(maxsize=_KEPT)
def _run(text: str, members: int, seed: int) -> tuple[Target, FreezeEnsemble, Passages]:
    session = session_from_dict(json.loads(text))
    target = target_of(session)
    way = (target.technique, target.spot_mm)
    ensemble = replace(ensemble_of(session, target, way, members, seed), coarseness=COARSE)
    return target, ensemble, passages(ensemble, cap_of(session, target.technique).allowed_s)


def _limits(estimate: Estimate, freeze_s: float) -> tuple[FreezeLimit, ...]:
    rows = []
    for s in estimate.spared:
        times = estimate.harm_s[s.name]
        passed, allowed = share_by(times, freeze_s), last_before(times, s.accepted)
        rows.append(FreezeLimit(s.name, s.words, s.accepted, passed, allowed, s.source))
    return tuple(rows)


def _against(
    session: Session, target: Target, freeze_s: float, count: int, cap: FreezeLimit | None
) -> list[str]:
    """Return what the rules hold against the stated time and number of freezes."""
    found = [] if cap is None else [f"{freeze_s:g} s are too long: {cap.words}."]
    usual = cycles_to_try(session, target)
    if count not in usual:
        several = " or ".join(str(c) for c in usual)
        found.append(f"{target.kind.name}: frozen {several} times in one session, not {count}.")
    return found


def _too_little(verdict: str, killed: float, needed_s: float, target: Target) -> str:
    said = f"It kills the lesion with its margin in {killed:.0%} of cases"
    if verdict == "refused":
        return f"{said}: too few."
    longer = f"; that takes about {needed_s:.0f} s" if math.isfinite(needed_s) else ""
    return f"{said}, wanted are {target.wanted:.0%}{longer}."


def _verdict(target: Target, killed: float) -> str:
    if killed >= target.wanted:
        return "dose"
    useful = evidence.value(POLICY, "lethal.useful_probability")
    return "refused" if target.is_malignant or killed < useful else "goal-not-reached"
