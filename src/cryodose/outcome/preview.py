"""Makes a quick look at a session out of a few members: what its stated time does and keeps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import probability, weighted_quantiles
from cryodose.dosing.drug_plan import DrugPlanned, plan_drug, response_of
from cryodose.dosing.freeze_preview import FreezePreviewed, preview_freeze
from cryodose.dosing.plan import Planned
from cryodose.dosing.preview import preview_dose
from cryodose.dosing.search import Dose
from cryodose.outcome import freeze_pictures as pictures
from cryodose.outcome.build import BAND, shown_probes, simulated, sources_of
from cryodose.outcome.drug import DrugResult
from cryodose.outcome.drug_build import drug_plan_of
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.freeze_build import pictures_of
from cryodose.outcome.freeze_pictures import Central
from cryodose.outcome.release import told_freeze_release, told_release
from cryodose.outcome.tell import chance, time_words
from cryodose.outcome.types import Curve, Plan
from cryodose.outcome.words import warnings_of
from cryodose.procedures import Cycle, liquid_nitrogen
from cryodose.procedures.drug_readout import delivered_ug
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.screening import Screening
from cryodose.session import DeliveredMassGoal, Session
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

# numerical: grid of the likeliest case, so much coarser than in a plan; its isotherms move by a
# tenth of a millimetre
COARSE = 4.0
SHOWN_C = (0.0, -20.0, -50.0)
QUICK = (
    "A quick look: read off the likeliest case on a coarse grid and {n} cases with the cold never "
    "off. The plan runs real freezes and thaws on the fine grid."
)


def preview_plan(session: Session, size: tuple[int, int], screened: Screening | None) -> Plan:
    """Return a plan that is judged at its stated time, of a pack, a bath or cold gas."""
    members, seed = size
    planned = preview_dose(session, members, seed, shown_probes(session))
    run = planned.searched
    shown = None if planned.at_dose is None else simulated(planned.at_dose)
    answer = Plan(
        session,
        planned.dose,
        shown,
        (),
        (),
        warnings_of(session, planned),
        _reasons(planned),
        run.assumed(),
        sources_of(run, planned.dose),
        run.site,
        seed,
        members,
    )
    return replace(answer, screening=screened, warnings=told_release(answer.warnings, screened))


def _reasons(planned: Planned) -> tuple[str, ...]:
    dose = planned.dose
    if dose.verdict == "dose":
        return ()
    if dose.verdict == "refused":
        return (_too_long(dose),)
    return tuple(
        f"{g.goal.words}: {chance(g.probability_at_dose)} at this time, wanted are "
        f"{chance(g.goal.probability)}"
        + ("." if g.needed_s is None else f"; that takes {time_words(np.ceil(g.needed_s))}.")
        for g in dose.goals
        if g.probability_at_dose < g.goal.probability
    )


def _too_long(dose: Dose) -> str:
    limit = next((x.limit.words for x in dose.limits if x.limit.name == dose.limiting), "")
    least = evidence.value("limits", "least_dose.time_s")
    if dose.longest_s < least:
        return f"No safe dose: {limit or dose.limiting} holds for less than {time_words(least)}."
    return f"Too long: {limit or dose.limiting} holds until {time_words(dose.longest_s)}."


def preview_drug(session: Session, size: tuple[int, int], screened: Screening | None) -> DrugResult:
    """Return a current judged at its stated time; its goal is told for that time."""
    planned = plan_drug(replace(session, goals=()), *size)
    goals = [g for g in session.goals if isinstance(g, DeliveredMassGoal)]
    if goals and planned.at_dose is not None:
        planned = _with_goal(planned, session, max(goals, key=lambda g: g.target_ug))
    return drug_plan_of(planned, session, screened, quick=True)


def _with_goal(planned: DrugPlanned, session: Session, goal: DeliveredMassGoal) -> DrugPlanned:
    run = planned.at_dose
    if run is None:
        return planned
    r = response_of(run)
    mass = r.at(delivered_ug(r), r.exit_s)
    sure = probability(mass >= goal.target_ug, run.weights)
    wanted = goal.probability or session.plan.probability
    wanted = wanted or evidence.value("goals", "search.probability")
    reasons = planned.dose.reasons
    if sure < wanted:
        said = f"{goal.target_ug:g} ug: {chance(sure)} at this time, wanted are {chance(wanted)}."
        reasons = (*reasons, said)
    dose = replace(
        planned.dose,
        verdict="dose" if sure >= wanted else "goal-not-reached",
        target_ug=goal.target_ug,
        wanted_probability=wanted,
        probability_at_dose=sure,
        reasons=reasons,
    )
    return replace(planned, dose=dose)


def preview_of_freeze(
    session: Session, size: tuple[int, int], screened: Screening | None
) -> FreezeResult:
    """Return freezes judged as they are stated; the rules were asked before."""
    members, seed = size
    found = preview_freeze(session, members, seed)
    thaw_s = liquid_nitrogen.longest_thaw_s(found.freeze_s)
    cycles = (Cycle(found.freeze_s, thaw_s, until_thawed=True),) * found.cycles
    target = found.target
    posed = found.ensemble.session
    central = pictures.central_of(posed, target, target.cell, cycles, 1, coarseness=COARSE)
    dose = replace(found.dose, thaw_s=float(central.response.thaw_s()[-1][0]))
    warnings = tuple(caution.words for caution in dose.cautions)
    if target.kind.caution:
        warnings = (*warnings, target.kind.caution)
    prior = found.ensemble.prior
    return FreezeResult(
        "freeze-plan",
        session,
        dose,
        _curves(central, found),
        pictures_of(central, central.response, None),
        (),
        told_freeze_release(warnings, screened),
        (),
        prior.assumed,
        (),
        found.ensemble.site,
        seed,
        members,
        screened,
        (QUICK.format(n=members),),
    )


def _curves(central: Central, found: FreezePreviewed) -> tuple[Curve, ...]:
    """Return the isotherms of the likeliest case; the band of all cases ends with the first freeze.

    After it no member was run: nan.
    """
    shown, few = central.response, found.found.response
    end = int(np.searchsorted(shown.time_s, _last_ice_s(central), side="right")) + 1
    time = shown.time_s[:end]
    rows = []
    for t in SHOWN_C:
        name, words = f"depth{t:g}", f"{t:g} °C isotherm".replace("-", "−")
        likely = shown.depth_m[:end, _row(shown, t), 0] * MM_PER_M
        low, _, high = weighted_quantiles(few.depth_m[:, _row(few, t)] * MM_PER_M, BAND)
        rows.append((name if t else "depth0", words if t else "edge of the ice", likely, low, high))
    on = time <= found.freeze_s
    return tuple(
        Curve(
            name,
            words,
            "mm",
            time,
            np.where(on, np.minimum(np.interp(time, few.time_s, low), likely), np.nan),
            likely,
            np.where(on, np.maximum(np.interp(time, few.time_s, high), likely), np.nan),
        )
        for name, words, likely, low, high in rows
    )


def _row(response: FreezeResponse, t_c: float) -> int:
    return response.edge if t_c == 0.0 else response.mark(t_c)


def _last_ice_s(central: Central) -> float:
    r = central.response
    icy = np.flatnonzero(r.frozen_m3[:, r.edge, 0] > 0)
    return float(r.time_s[min(int(icy[-1]) + 2, len(r.time_s) - 1)]) if len(icy) else r.exit_s
