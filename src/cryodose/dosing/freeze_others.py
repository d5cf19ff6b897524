"""Other ways to freeze the same lesion: techniques, spots and cycles, feasible or not and why."""

from __future__ import annotations

import math

from cryodose import evidence
from cryodose.dosing.freeze_dose import FreezeAlternative
from cryodose.dosing.freeze_ensemble import ensemble_of, passages
from cryodose.dosing.freeze_rules import exposure_of
from cryodose.dosing.freeze_search import Estimate, begun, share_by
from cryodose.dosing.freeze_target import POLICY, Target
from cryodose.session import Lesion, Session
from cryodose.units import MM_PER_M

# What a lesion is frozen with in practice; a needle only where one is asked for.
WAYS = ("open-spray", "cone-spray", "contact-probe", "cotton-swab")
WIDER_MM = 4.0  # numerical: how much wider the other spot is


def alternatives_of(
    session: Session, target: Target, own: dict[int, Estimate], cap_s: float, seed: int
) -> tuple[FreezeAlternative, ...]:
    """Return the table of ways to freeze, the asked-for one first, feasible or not and why.

    Each way is run once with the cold never off; a freeze that is off goes on inwards for a
    moment, so that a plan made of a row is verified before it is given.

    Parameters
    ----------
    own : number of cycles -> Estimate
        Of the way that the session asks for.
    """
    rows = [_row(target, target.technique, target.spot_mm, e, cap_s) for e in own.values()]
    members = int(evidence.value(POLICY, "search.others"))
    for technique, spot in ways_of(session, target):
        cap = min(cap_s, evidence.value(POLICY, f"search.{technique}_s"))
        ensemble = ensemble_of(session, target, (technique, spot), members, seed)
        for estimate in begun(passages(ensemble, cap), target, tuple(own)).values():
            rows.append(_row(target, technique, spot, estimate, cap))
    first, rest = rows[: len(own)], rows[len(own) :]
    return (*first, *sorted(rest, key=lambda x: not x.is_feasible))


def ways_of(session: Session, target: Target) -> list[tuple[str, float]]:
    """Return techniques and spots that are tried beside the asked-for one."""
    near = (exposure_of(session).lesion or Lesion()).near or ()
    wider = target.spot_mm + WIDER_MM
    found = [(target.technique, wider)] if target.technique != "needle-probe" else []
    for technique in WAYS:
        if technique == target.technique or (technique == "open-spray" and "eyelid" in near):
            continue
        spot = target.spot_mm
        if target.technique == "needle-probe":
            spot = 2.0 * (target.radius_m + target.margin_m) * MM_PER_M
        found.append((technique, spot))
    return found


def _row(
    target: Target, technique: str, spot_mm: float, estimate: Estimate, cap_s: float
) -> FreezeAlternative:
    needed = estimate.needed_s(target.wanted)
    longest, binding = estimate.longest_s()
    step, least = (evidence.value(POLICY, f"search.{k}") for k in ("step_s", "least_s"))
    time = max(math.ceil(needed / step) * step, least) if math.isfinite(needed) else math.inf
    feasible = time <= min(longest, cap_s)
    shown = time
    if not feasible:
        shown = max(math.floor(min(longest, cap_s) / step) * step, least)
    harms = {n: share_by(t, shown) for n, t in estimate.harm_s.items()}
    return FreezeAlternative(
        technique,
        spot_mm,
        estimate.cycles,
        shown,
        share_by(estimate.kill_s, shown),
        max(harms.values(), default=0.0),
        feasible,
        _why(time, longest, binding, cap_s),
    )


def _why(time_s: float, longest_s: float, binding: str, cap_s: float) -> str:
    """Say what stands against a way to freeze, or how much room it leaves."""
    harmed = f"harms the {binding} too often from {longest_s:.0f} s on" if binding else ""
    if time_s <= min(longest_s, cap_s):
        return harmed or f"spares what lies below for all of {cap_s:.0f} s"
    need = f"needs {time_s:.0f} s" if math.isfinite(time_s) else f"not sure enough in {cap_s:.0f} s"
    return f"{need}; {harmed}" if harmed else need
