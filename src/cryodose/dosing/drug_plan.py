"""The dose of a drug driven by current: limits first, then how many mA min reach the target."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import probability
from cryodose.dosing.cold_under_current import COLD, cold_limits, cold_probes
from cryodose.dosing.current_answers import answers, check
from cryodose.dosing.current_limits import (
    CurrentLimit,
    density_share,
    limits_of_current,
    longest_s,
    time_words,
)
from cryodose.dosing.current_search import (
    CurrentChoice,
    Target,
    choices_of,
    first_s,
    needed_s,
)
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import Cycle, Probe, Request
from cryodose.procedures.cryoelectrophoresis import DrugResponse
from cryodose.procedures.currents import Leg, duration_s, legs_of
from cryodose.procedures.drug_readout import delivered_ug
from cryodose.procedures.drug_session import exposure_of
from cryodose.session import DeliveredMassGoal, Session
from cryodose.units import SECONDS_PER_MINUTE

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DrugDose:
    """The answer.

    Attributes
    ----------
    verdict : ``dose``, ``goal-not-reached`` or ``refused``
    time_s : how long the current is on; None if refused
    ma_min : current times time at `time_s`
    longest_s : what the limits allow at this current
    needed_s : shortest time that reaches the target with its probability; None: never within
        the limits
    target_ug, wanted_probability : the goal; None without one
    probability_at_dose : of reaching it
    choices : the target with other currents within the limits, from the smallest
    """

    verdict: str
    time_s: float | None
    ma_min: float | None
    longest_s: float
    needed_s: float | None
    target_ug: float | None
    wanted_probability: float | None
    probability_at_dose: float | None
    limits: tuple[CurrentLimit, ...]
    numb_probability: float
    reasons: tuple[str, ...]
    choices: tuple[CurrentChoice, ...] = ()


@dataclass(frozen=True)
class DrugPlanned:
    """A dose, and the session run at it; None where the plan is refused."""

    dose: DrugDose
    at_dose: Simulation | None
    searched: Simulation


def plan_drug(session: Session, members: int, seed: int, *, resolution: int = 1) -> DrugPlanned:
    """Return the dose of a session of cryoelectrophoresis.

    Raises
    ------
    BadInput
        For what makes no sense, as `check` has it.
    """
    exposure = exposure_of(session)
    check(session, exposure)
    has_goal = bool(session.goals)
    area = exposure.area_cm2 or math.nan
    stated_s = duration_s(exposure)
    cap = evidence.value("current_limits", "time.time_s")
    look_s = max(stated_s, cap) if has_goal else stated_s
    run = _run(_lasting(session, look_s), members, seed, resolution)
    response = response_of(run)
    on = response.time_s <= min(look_s, max(stated_s, cap))
    share, chance = density_share(
        response.t_skin_c[on], response.values["analgesia_c"], run.weights
    )
    limits = _limits(run, share)
    reasons = [*answers(session, exposure), *_fixed(limits)]
    target = _target(session, run.weights)
    dose = _dose(run, target, (None if has_goal else look_s), min(longest_s(limits), look_s))
    legs = legs_of(exposure_of(run.session), area)
    dose = replace(dose, limits=limits, numb_probability=chance, ma_min=_ma_min(legs, area, dose))
    if target is not None and not answers(session, exposure):
        cold = tuple(x for x in limits if x.name.startswith(COLD))
        dose = replace(dose, choices=choices_of(run.session, response, target, (share, cold)))
    if not has_goal:
        reasons += [time_words(x) for x in limits if not x.holds and x.allowed_s < math.inf]
    elif not reasons and dose.longest_s < evidence.value("limits", "least_dose.time_s"):
        reasons += [time_words(x) for x in limits if not x.holds]
    if reasons and dose.choices:
        reasons.append(way_out(dose.choices))
    if reasons:
        told = tuple(dict.fromkeys(reasons))
        refused = replace(dose, verdict="refused", time_s=None, ma_min=None, reasons=told)
        return DrugPlanned(refused, None, run)
    return _held(session, dose, run, share)


def _limits(run: Simulation, share: float) -> tuple[CurrentLimit, ...]:
    """Return every limit of a session as it was run, of the current and of the cold."""
    exposure = exposure_of(run.session)
    legs = legs_of(exposure, exposure.area_cm2 or math.nan)
    mine = limits_of_current(run.session, exposure, legs, share)
    return (*mine, *cold_limits(run.session, response_of(run), run.weights))


def _held(session: Session, dose: DrugDose, run: Simulation, share: float) -> DrugPlanned:
    """Return a dose whose limits hold after it as well; cold goes on below the skin for a while."""
    step = evidence.value("limits", "rounding.time_s")
    time_s = dose.time_s or 0.0
    resolution = run.request.resolution
    shown = _run(_lasting(session, time_s), run.members, run.seed, resolution)
    kept = _limits(shown, share)
    while not all(x.holds for x in kept) and time_s > step and dose.target_ug is not None:
        time_s -= step
        shown = _run(_lasting(session, time_s), run.members, run.seed, resolution)
        kept = _limits(shown, share)
    if time_s < (dose.time_s or 0.0):
        dose = _dose(run, _target(session, run.weights), None, time_s)
        exposure = exposure_of(run.session)
        legs = legs_of(exposure, exposure.area_cm2 or math.nan)
        dose = replace(dose, ma_min=_ma_min(legs, exposure.area_cm2 or math.nan, dose))
    if not all(x.holds for x in kept):
        said = tuple(time_words(x) for x in kept if not x.holds)
        refused = replace(dose, verdict="refused", time_s=None, ma_min=None, reasons=said)
        return DrugPlanned(replace(refused, limits=kept), None, run)
    return DrugPlanned(replace(dose, limits=kept, reasons=_why(dose)), shown, run)


def response_of(run: Simulation) -> DrugResponse:
    """Return the response of an ensemble of this modality."""
    response = run.response()
    if not isinstance(response, DrugResponse):
        raise TypeError("not a session of cryoelectrophoresis")
    return response


def _target(session: Session, weights: Array) -> Target | None:
    goals = [g for g in session.goals if isinstance(g, DeliveredMassGoal)]
    if not goals:
        return None
    goal = max(goals, key=lambda g: g.target_ug)
    wanted = goal.probability or session.plan.probability
    wanted = wanted or evidence.value("goals", "search.probability")
    return Target(goal.target_ug, wanted, weights)


def _lasting(session: Session, time_s: float) -> Session:
    """Return the session with its one current on for a time; a programme stays as it is."""
    exposure = exposure_of(session)
    if exposure.current is None:
        return session
    return replace(session, exposure=exposure.model_copy(update={"duration_s": time_s}))


def _run(session: Session, members: int, seed: int, resolution: int) -> Simulation:
    after = evidence.value("limits", "interval.time_s")
    depths = (Probe(0.5), Probe(1.0), Probe(2.0), Probe(3.0), *cold_probes(session))
    request = Request((Cycle(duration_s(exposure_of(session)), 0.0),), after, depths, resolution)
    return Simulation(session, members, seed, request, np.full(members, 1.0 / members))


def _fixed(limits: tuple[CurrentLimit, ...]) -> list[str]:
    """Return the limits that no shorter time mends."""
    return [
        time_words(x)
        for x in limits
        if not x.holds and (x.allowed_s == math.inf or not x.allowed_s > 0)
    ]


def _dose(
    run: Simulation, target: Target | None, stated_s: float | None, longest: float
) -> DrugDose:
    response = response_of(run)
    step = evidence.value("limits", "rounding.time_s")
    if target is None:
        time_s = stated_s or 0.0
        blank = (None, None, None, None)
        return DrugDose("dose", time_s, 0.0, longest, *blank, (), 0.0, ())
    mass = delivered_ug(response)
    needed = needed_s(response.time_s, mass, target)
    longest = math.floor(longest / step + 1e-9) * step
    is_enough = needed <= longest
    time_s = needed if is_enough else longest
    reached = np.array([first_s(response.time_s, m, target.ug) for m in mass.T])
    chance = probability(reached <= time_s, run.weights)
    verdict = "dose" if is_enough else "goal-not-reached"
    found = None if needed == math.inf else needed
    return DrugDose(
        verdict, time_s, 0.0, longest, found, target.ug, target.probability, chance, (), 0.0, ()
    )


def _ma_min(legs: tuple[Leg, ...], area_cm2: float, dose: DrugDose) -> float:
    """Return current times time up to the dose."""
    until = dose.time_s or 0.0
    parts = [
        leg.mean_ma_cm2 * max(min(leg.end_s, until) - leg.begin_s, 0.0) * area_cm2 for leg in legs
    ]
    return sum(parts) / SECONDS_PER_MINUTE


def _why(dose: DrugDose) -> tuple[str, ...]:
    if dose.verdict != "goal-not-reached":
        return ()
    said = (
        f"{dose.target_ug:g} ug (with probability {dose.wanted_probability:.0%}) is not reachable "
        f"within the limits at this current: at {dose.longest_s / SECONDS_PER_MINUTE:g} min the "
        f"probability is {dose.probability_at_dose:.0%}",
    )
    return (*said, way_out(dose.choices))


def way_out(choices: tuple[CurrentChoice, ...]) -> str:
    """Return which current reaches the target, or in how many sessions the strongest does."""
    enough = next((c for c in choices if c.sessions == 1), None)
    if enough is not None:
        minutes = enough.time_s / SECONDS_PER_MINUTE
        return f"{enough.mean_ma:g} mA for {minutes:g} min would reach it within the limits"
    several = [c for c in choices if c.sessions is not None]
    if not several:
        return "no current within the limits reaches it, in any number of sessions"
    fewest = min(several, key=lambda c: (c.sessions or 0, c.mean_ma))
    minutes = fewest.time_s / SECONDS_PER_MINUTE
    return (
        "no current within the limits reaches it in one session; "
        f"{fewest.sessions} sessions of {fewest.mean_ma:g} mA for {minutes:g} min would, each on "
        "skin that had none that day"
    )
