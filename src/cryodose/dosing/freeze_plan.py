"""The dose of a freeze: rules first, then how long and how often the cold is on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.freeze_dose import FreezeAlternative, FreezeDose, FreezeLimit
from cryodose.dosing.freeze_ensemble import FreezeEnsemble, ensemble_of, passages
from cryodose.dosing.freeze_others import alternatives_of
from cryodose.dosing.freeze_protocols import compared, protocols_of
from cryodose.dosing.freeze_rules import TABLE, cautions_of, exposure_of, refusals_of
from cryodose.dosing.freeze_search import (
    Estimate,
    Found,
    Trial,
    begun,
    end_points,
    limits_of,
    search,
)
from cryodose.dosing.freeze_shape import FreezeShape, freeze_of_shape
from cryodose.dosing.freeze_target import POLICY, Target, child_limit_s, target_of
from cryodose.dosing.freeze_unknowns import unknowns_of
from cryodose.procedures.freeze_mask import mask_of
from cryodose.session import Session
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

# numerical: isotherm whose depth stands for how far the cold reaches, degC
SHOWN_C = -20.0
MOST_CYCLES = 2  # numerical: more freezes in one session add little and are not published


@dataclass(frozen=True)
class FreezePlanned:
    """A dose, the target it is for, and the runs behind it.

    Attributes
    ----------
    trial : Trial
        The ensemble at the dose; of a refusal the one that shows why.
    shape : FreezeShape or None
        The likeliest case on the lesion's own shape; None without a mask.
    notes : tuple of str
        How it was computed.
    """

    dose: FreezeDose
    target: Target
    ensemble: FreezeEnsemble
    trial: Trial = field(repr=False)
    cycles: int
    shape: FreezeShape | None = field(repr=False)
    notes: tuple[str, ...]


def refused_before(session: Session) -> FreezeDose | None:
    """Return the refusal of a session that the rules forbid, before anything is computed."""
    refusals = refusals_of(session)
    if not refusals:
        return None
    return FreezeDose("refused", refusals=refusals, cautions=cautions_of(session))


def plan_freeze(session: Session, members: int, seed: int, *, resolution: int = 1) -> FreezePlanned:
    """Return the dose of a session that no rule forbids.

    Raises
    ------
    BadInput
        For a lesion whose size is not stated, or a mask that cannot be read.
    """
    target = target_of(session)
    ensemble = ensemble_of(session, target, (target.technique, target.spot_mm), members, seed)
    cap = cap_of(session, target)
    counts = cycles_to_try(session, target)
    passed = passages(ensemble, cap.allowed_s)
    estimates = begun(passed, target, (1, MOST_CYCLES))
    found = _searched(ensemble, target, [estimates[c] for c in counts], cap.allowed_s)
    dose = _dose(target, found, cap)
    own = {c: estimates[c] for c in (1, MOST_CYCLES) if c in counts or target.is_malignant}
    others = alternatives_of(session, target, own, cap.allowed_s, seed)
    trial = found.best or found.trials[-1]
    physical = [i for i, q in enumerate(ensemble.prior.uncertain) if not _is_of_cells(q)]
    unknowns = unknowns_of(
        tuple(ensemble.prior.uncertain[i] for i in physical),
        ensemble.z[physical],
        trial.response.deepest_mm(SHOWN_C),
    )
    ends = end_points(passed, found.estimate, target, cap.allowed_s)
    dose = replace(dose, end_points=ends)
    dose = replace(dose, alternatives=others, unknowns=unknowns, cautions=cautions_of(session))
    shape = _shape(session, target, ensemble, (trial.freeze_s, found.estimate.cycles), resolution)
    if shape is not None:
        dose = _covering(dose, shape)
    dose = replace(dose, reasons=(*dose.reasons, *_why(dose, others)))
    dose = replace(dose, protocols=compared(protocols_of(target.kind), dose))
    notes = _notes(ensemble.n, len(found.trials), shape)
    return FreezePlanned(dose, target, ensemble, trial, found.estimate.cycles, shape, notes)


def _is_of_cells(name: str) -> bool:
    return name.endswith((".half_c", ".width_k")) or name in ("hold_k", "repeat_k")


def _shape(
    session: Session,
    target: Target,
    ensemble: FreezeEnsemble,
    freeze: tuple[float, int],
    resolution: int,
) -> FreezeShape | None:
    """Run the freeze on the lesion's own shape, where the session has a mask of it."""
    mask = mask_of(exposure_of(session), session.folder)
    if mask is None or target.technique == "needle-probe":
        return None
    return freeze_of_shape(ensemble.session, target, mask, *freeze, resolution)


def _covering(dose: FreezeDose, shape: FreezeShape) -> FreezeDose:
    """Return a dose with what it covers of the shape; one that leaves some of it is not enough."""
    dose = replace(dose, covered_lesion=shape.covered_lesion, covered_target=shape.covered_target)
    enough = [evidence.value(POLICY, f"lethal.{key}") for key in ("covered", "covered_whole")]
    covered = (shape.covered_lesion, shape.covered_target)
    if dose.verdict != "dose" or all(c >= e for c, e in zip(covered, enough, strict=True)):
        return dose
    left = (
        f"On the lesion's own shape the likeliest freeze kills {shape.covered_lesion:.1%} of the "
        f"lesion and {shape.covered_target:.1%} of lesion and margin: lobes and edges stay."
    )
    verdict = "refused" if dose.cell == "malignant" else "goal-not-reached"
    return replace(dose, verdict=verdict, reasons=(left,))


def _notes(members: int, trials: int, shape: FreezeShape | None) -> tuple[str, ...]:
    found = [
        f"{members} cases were drawn and frozen in two dimensions around the axis of the spot: "
        f"once with the cold never off, to see when each place is reached, then {trials} "
        f"time{'s' if trials > 1 else ''} with real freezes and thaws.",
        "The alternatives are read off one run each with the cold never off, with fewer cases.",
    ]
    if shape is not None:
        cells = shape.dead.shape
        found.append(
            "Cases were drawn on a round spot of the same area; the likeliest case was frozen in "
            f"three dimensions on the mask ({cells[2]} x {cells[1]} x {cells[0]} cells): enough "
            f"cells die in {shape.covered_lesion:.1%} of the lesion and in "
            f"{shape.covered_target:.1%} of lesion and margin."
        )
    return tuple(found)


def cap_of(session: Session, target: Target) -> FreezeLimit:
    """Return the longest freeze that is searched: of the technique, of the person, of the plan."""
    q = evidence.quantity(POLICY, f"search.{target.technique}_s")
    words = f"one freeze by {target.technique.replace('-', ' ')} lasts at most {q.value:g} s"
    longest, source = q.value, q.source
    child = child_limit_s(session)
    if child is not None and child[0] < longest:
        longest, source = child[0], evidence.quantity(TABLE, "limit.child_freeze_s").source
        words = f"a child is frozen for at most {longest:g} s, once"
    if session.plan.max_s is not None and session.plan.max_s < longest:
        longest = session.plan.max_s
        words = f"the session allows at most {longest:g} s (plan.max_s)"
    return FreezeLimit("time", words, 0.0, 0.0, longest, source)


def cycles_to_try(session: Session, target: Target) -> tuple[int, ...]:
    """Return the numbers of cycles to try, in order of preference: the fewest that do."""
    child = child_limit_s(session)
    if child is not None:
        return (child[1],)
    if target.is_malignant:
        return (int(evidence.value(POLICY, "lethal.malignant_cycles")),)
    return tuple(range(1, MOST_CYCLES + 1))


def _searched(
    ensemble: FreezeEnsemble, target: Target, estimates: list[Estimate], cap_s: float
) -> Found:
    """Search the numbers of cycles that the estimates leave open; return the best of them.

    More cycles are searched only where fewer do not do and the estimate gives them a chance.
    """
    tried: list[Found] = []
    for estimate in estimates:
        hopeful = estimate.needed_s(target.wanted) <= min(estimate.longest_s()[0], cap_s)
        if tried and not hopeful:
            continue
        found = search(ensemble, target, estimate, cap_s)
        tried.append(found)
        if found.best is not None and found.best.killed >= target.wanted:
            return found
    safe = [f for f in tried if f.best is not None]
    return max(safe, key=lambda f: f.best.killed if f.best else 0.0, default=tried[0])


def _dose(target: Target, found: Found, cap: FreezeLimit) -> FreezeDose:
    best = found.best
    shown = best or found.trials[-1]
    limits = limits_of(found, shown, cap)
    binding = min(limits, key=lambda x: x.allowed_s)
    enough = best is not None and best.killed >= target.wanted
    useful = best is not None and best.killed >= evidence.value(POLICY, "lethal.useful_probability")
    verdict = "dose" if enough else ("goal-not-reached" if useful else "refused")
    if target.is_malignant and not enough:
        verdict = "refused"
    needed = found.estimate.needed_s(target.wanted)
    if enough and best is not None:
        needed = min(needed, best.freeze_s)
    thaw = np.nan_to_num(shown.response.skin_thaw_s(), nan=math.inf)
    return FreezeDose(
        verdict,
        target.kind.name,
        target.cell,
        target.technique,
        best.freeze_s if best is not None and verdict != "refused" else None,
        found.estimate.cycles if verdict != "refused" else None,
        float(np.median(thaw)),
        needed,
        min(binding.allowed_s, cap.allowed_s),
        shown.killed,
        target.wanted,
        target.depth_m * MM_PER_M,
        target.margin_m * MM_PER_M,
        target.spot_mm,
        2.0 * target.radius_m * MM_PER_M,
        limiting=binding.name,
        limits=limits,
    )


def _why(dose: FreezeDose, others: tuple[FreezeAlternative, ...]) -> tuple[str, ...]:
    """Return why a plan does not reach its goal, and what would change it."""
    if dose.verdict == "dose" or dose.reasons:
        return ()
    binding = next(x for x in dose.limits if x.name == dose.limiting)
    needs = (
        f"{dose.needed_s:.0f} s would be needed"
        if math.isfinite(dose.needed_s)
        else "no time that was searched is enough"
    )
    bound = (
        f"{binding.words}."
        if binding.name == "time"
        else f"the {binding.name} is harmed too often from {binding.allowed_s:.0f} s on."
    )
    said = [
        f"To kill the whole lesion and {dose.margin_mm:g} mm around it with a chance of "
        f"{dose.wanted:.0%}, {needs}; {bound}"
    ]
    if dose.verdict == "refused":
        said.append(
            f"The surest freeze within the limits kills it in {dose.probability:.0%} of cases"
            + (": for a cancer that is not enough." if dose.cell == "malignant" else ": too few.")
        )
    ends = [x for x in dose.end_points if x.is_feasible]
    if ends:
        said.append(
            f"Watching helps: where ice is seen {ends[0].halo_mm:g} mm beyond the lesion, as in "
            f"{ends[0].reached:.0%} of the cases, stop then: {ends[0].probability:.0%} sure."
        )
    better = [x for x in others if x.is_feasible]
    if better:
        first = better[0]
        said.append(
            f"What would change it: {first.technique.replace('-', ' ')}, spot of "
            f"{first.spot_mm:.0f} mm, {first.freeze_s:.0f} s, cycles: {first.cycles}."
        )
    else:
        said.append("No other technique, spot or number of cycles that was tried does it either.")
    return tuple(said)
