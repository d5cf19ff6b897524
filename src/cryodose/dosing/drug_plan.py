"""The dose of a drug driven by current: limits first, then how many mA min reach the target."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import probability
from cryodose.dosing.current_limits import (
    CurrentLimit,
    density_share,
    limits_of_current,
    longest_s,
    time_words,
)
from cryodose.dosing.simulation import Simulation
from cryodose.errors import BadInput
from cryodose.procedures import Cycle, Probe, Request
from cryodose.procedures.cryoelectrophoresis import DrugResponse, exposure_of
from cryodose.procedures.currents import Leg, duration_s, legs_of
from cryodose.procedures.drug import drug_of
from cryodose.procedures.drug_readout import delivered_ug
from cryodose.session import Cryoelectrophoresis, Current, DeliveredMassGoal, Session
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
        For what makes no sense: a drug under the wrong electrode, no area, a pulse of unknown
        height, a goal of another procedure.
    """
    exposure = exposure_of(session)
    check(session, exposure)
    goal = _goal(session)
    area = exposure.area_cm2 or math.nan
    stated_s = duration_s(exposure)
    cap = evidence.value("current_limits", "time.time_s")
    look_s = stated_s if goal is None else max(stated_s, cap)
    run = _run(_lasting(session, look_s), members, seed, resolution)
    response = response_of(run)
    on = response.time_s <= min(look_s, max(stated_s, cap))
    share, chance = density_share(
        response.t_skin_c[on], response.values["analgesia_c"], run.weights
    )
    legs = legs_of(exposure_of(run.session), area)
    limits = limits_of_current(session, exposure, legs, share)
    reasons = [*answers(session, exposure), *_fixed(limits)]
    longest = min(longest_s(limits), look_s)
    dose = _dose(run, goal, (look_s if goal is None else None), longest)
    dose = replace(dose, limits=limits, numb_probability=chance, ma_min=_ma_min(legs, area, dose))
    if goal is None:
        reasons += [time_words(x) for x in limits if not x.holds and x.allowed_s < math.inf]
    if reasons:
        refused = replace(dose, verdict="refused", time_s=None, ma_min=None, reasons=tuple(reasons))
        return DrugPlanned(refused, None, run)
    dose = replace(dose, reasons=_why(dose))
    shown = _run(_lasting(session, dose.time_s or stated_s), members, seed, resolution)
    kept = limits_of_current(session, exposure, legs_of(exposure_of(shown.session), area), share)
    return DrugPlanned(replace(dose, limits=kept), shown, run)


def response_of(run: Simulation) -> DrugResponse:
    """Return the response of an ensemble of this modality."""
    response = run.response()
    if not isinstance(response, DrugResponse):
        raise TypeError("not a session of cryoelectrophoresis")
    return response


def check(session: Session, exposure: Cryoelectrophoresis) -> None:
    """Refuse a session that no current could carry out.

    Raises
    ------
    BadInput
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
        _check_current(current)
    for goal in session.goals:
        if not isinstance(goal, DeliveredMassGoal):
            raise BadInput(None, "goal.kind", goal.kind, '"delivered-mass" with a current')
    if exposure.programme is not None and session.goals:
        says = "one current with a goal: a programme is checked as it stands"
        raise BadInput(None, "exposure.programme", len(exposure.programme), says)


def _check_current(current: Current) -> None:
    if current.waveform == "pulsed" and current.duty is None and current.peak_ma_cm2 is None:
        raise BadInput(None, "exposure.current.duty", None, "duty or peak_mA_cm2 of the pulses")
    if current.waveform != "continuous" and current.frequency_hz is None:
        raise BadInput(None, "exposure.current.frequency_hz", None, "the frequency in Hz")


def answers(session: Session, exposure: Cryoelectrophoresis) -> list[str]:
    """Return why this person, or this site, may have no current at all."""
    found = []
    for name in evidence.names("current_limits", "answers"):
        is_moot = name == "thyroid_disease" and exposure.drug != "iodide"
        if getattr(session.safety, name) and not is_moot:
            found.append(f"refused for {evidence.text('current_limits', f'answers.{name}')}")
    if session.safety.pregnant and exposure.drug == "iodide":
        found.append("no iodide in pregnancy")
    if exposure.site in evidence.words("current_limits", "sites.refused"):
        found.append(f"no current through the {exposure.site}: heart and carotid sinus lie below")
    return found


def unasked(session: Session) -> tuple[str, ...]:
    """Return the questions of safety that the session leaves open."""
    names = evidence.names("current_limits", "answers")
    return tuple(n for n in names if getattr(session.safety, n) is None)


def _goal(session: Session) -> DeliveredMassGoal | None:
    return next((g for g in session.goals if isinstance(g, DeliveredMassGoal)), None)


def _lasting(session: Session, time_s: float) -> Session:
    """Return the session with its one current on for a time; a programme stays as it is."""
    exposure = exposure_of(session)
    if exposure.current is None:
        return session
    return replace(session, exposure=exposure.model_copy(update={"duration_s": time_s}))


def _run(session: Session, members: int, seed: int, resolution: int) -> Simulation:
    after = evidence.value("limits", "interval.time_s")
    depths = (Probe(0.5), Probe(1.0), Probe(2.0), Probe(3.0))
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
    run: Simulation, goal: DeliveredMassGoal | None, stated_s: float | None, longest: float
) -> DrugDose:
    response = response_of(run)
    mass = delivered_ug(response)
    step = evidence.value("limits", "rounding.time_s")
    if goal is None:
        time_s = stated_s or 0.0
        blank = (None, None, None, None)
        return DrugDose("dose", time_s, 0.0, longest, *blank, (), 0.0, ())
    wanted = goal.probability or run.session.plan.probability
    wanted = wanted or evidence.value("goals", "search.probability")
    reached = np.array(
        [_first(response.time_s, mass[:, m], goal.target_ug) for m in range(run.members)]
    )
    order = np.argsort(reached)
    total = np.cumsum(run.weights[order])
    enough = np.flatnonzero(total >= wanted * total[-1] - 1e-12)
    needed = float(reached[order][enough[0]]) if len(enough) else math.inf
    longest = math.floor(longest / step + 1e-9) * step
    rounded = math.ceil(needed / step - 1e-9) * step if needed < math.inf else math.inf
    is_enough = rounded <= longest
    time_s = rounded if is_enough else longest
    chance = probability(reached <= time_s, run.weights)
    verdict = "dose" if is_enough else "goal-not-reached"
    found = None if rounded == math.inf else rounded
    return DrugDose(
        verdict, time_s, 0.0, longest, found, goal.target_ug, wanted, chance, (), 0.0, ()
    )


def _first(time_s: Array, mass_ug: Array, target_ug: float) -> float:
    """Return when a member's delivered mass reaches the target; inf: never."""
    if mass_ug[-1] < target_ug:
        return math.inf
    return float(np.interp(target_ug, mass_ug, time_s))


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
    return (
        f"{dose.target_ug:g} ug (with probability {dose.wanted_probability:.0%}) is not reachable "
        f"within the limits at this current: at {dose.longest_s / SECONDS_PER_MINUTE:g} min the "
        f"probability is {dose.probability_at_dose:.0%}",
    )
