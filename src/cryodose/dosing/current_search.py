"""The same target with other currents: which mA for how many minutes, in how many sessions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import probability
from cryodose.dosing.current_limits import CurrentLimit, limits_of_current, longest_s
from cryodose.procedures.cryoelectrophoresis import DrugResponse, entered_mol_m2
from cryodose.procedures.currents import legs_of, mean_ma_cm2
from cryodose.procedures.drug_readout import ug_of
from cryodose.procedures.drug_session import exposure_of
from cryodose.session import Cryoelectrophoresis, Session
from cryodose.units import SECONDS_PER_MINUTE

Array = NDArray[np.float64]

# numerical: currents tried go in steps that people set
_STEPS_MA = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
_MOST = 10
_SLACK = 1e-9


@dataclass(frozen=True)
class Target:
    """What is to be reached: an amount, how surely, and what each member's belief weighs."""

    ug: float
    probability: float
    weights: Array


@dataclass(frozen=True)
class CurrentChoice:
    """One current for the target.

    Attributes
    ----------
    mean_ma, mean_ma_cm2 : mean current, and per area
    time_s : how long in each session: what the target needs, at most what the limits allow
    ma_min : of each session
    sessions : how many, each on skin that had no other; 1 where one session reaches the target;
        None where no number does
    probability : that one session reaches the target
    limiting : the limit of time that binds, empty where the target is reached before
    """

    mean_ma: float
    mean_ma_cm2: float
    time_s: float
    ma_min: float
    sessions: int | None
    probability: float
    limiting: str


def choices_of(
    session: Session,
    response: DrugResponse,
    target: Target,
    bounds: tuple[float, tuple[CurrentLimit, ...]],
) -> tuple[CurrentChoice, ...]:
    """Return what every current within the limits needs for a target, from the smallest.

    Parameters
    ----------
    session : Session
        Its current lasts as long as the response looks.
    bounds : share of the usual density that the cold leaves, and limits of the cold itself
    """
    share, cold = bounds
    exposure = exposure_of(session)
    area, current = exposure.area_cm2 or math.nan, exposure.current
    if current is None or not mean_ma_cm2(current, area) > 0:
        return ()
    stated = mean_ma_cm2(current, area) * area
    found = []
    for mean_ma in _currents(session, exposure, stated, share):
        other = _with_current(exposure, mean_ma / stated)
        legs = legs_of(other, area)
        limits = (*limits_of_current(session, other, legs, share), *cold)
        if any(not x.holds and not 0.0 < x.allowed_s < math.inf for x in limits):
            continue
        mass = ug_of(response, entered_mol_m2(response, mean_ma / stated))
        found.append(_choice(mean_ma, area, response.time_s, mass, (target, limits)))
    return tuple(found)


def _currents(
    session: Session, exposure: Cryoelectrophoresis, stated: float, share: float
) -> list[float]:
    """Return currents in even steps up to the largest that the limits allow, and the stated one."""
    limits = limits_of_current(
        session, exposure, legs_of(exposure, exposure.area_cm2 or 1.0), share
    )
    keys = ("mean density", "peak density", "device")
    room = [x.allowed / x.value for x in limits if x.name in keys and x.value > 0]
    most = stated * min(room)
    step = next((s for s in _STEPS_MA if most / s <= _MOST + _SLACK), _STEPS_MA[-1])
    even = [step * (i + 1) for i in range(int(most / step + _SLACK))][-_MOST:]
    return sorted({round(i, 6) for i in even} | ({round(stated, 6)} if stated <= most else set()))


def _with_current(exposure: Cryoelectrophoresis, times: float) -> Cryoelectrophoresis:
    """Return the exposure with its one current so many times as strong."""
    current = exposure.current
    if current is None:
        return exposure
    update = {
        key: None if value is None else value * times
        for key, value in (
            ("mean_ma", current.mean_ma),
            ("mean_ma_cm2", current.mean_ma_cm2),
            ("peak_ma_cm2", current.peak_ma_cm2),
        )
    }
    return exposure.model_copy(update={"current": current.model_copy(update=update)})


def _choice(
    mean_ma: float,
    area_cm2: float,
    time_s: Array,
    mass_ug: Array,
    asked: tuple[Target, tuple[CurrentLimit, ...]],
) -> CurrentChoice:
    target, limits = asked
    step = evidence.value("limits", "rounding.time_s")
    longest = math.floor(min(longest_s(limits), float(time_s[-1])) / step + _SLACK) * step
    needed = needed_s(time_s, mass_ug, target)
    is_enough = needed <= longest
    on = needed if is_enough else longest
    at_end = _at(time_s, mass_ug, on)
    chance = probability(at_end >= target.ug * (1.0 - _SLACK), target.weights)
    sessions: int | None = 1
    if not is_enough:
        sure = _sure(at_end, target)
        sessions = math.ceil(target.ug / sure - _SLACK) if sure > 0 else None
    binding = min(limits, key=lambda x: x.allowed_s).words if not is_enough else ""
    per_area = mean_ma / area_cm2
    return CurrentChoice(
        mean_ma, per_area, on, mean_ma * on / SECONDS_PER_MINUTE, sessions, chance, binding
    )


def needed_s(time_s: Array, mass_ug: Array, target: Target) -> float:
    """Return the time, in whole steps of a plan, that reaches a target surely enough; inf: never.

    Parameters
    ----------
    mass_ug : (n_t, members), never falling
    """
    reached = np.array([first_s(time_s, mass, target.ug) for mass in mass_ug.T])
    order = np.argsort(reached)
    total = np.cumsum(target.weights[order])
    enough = np.flatnonzero(total >= target.probability * total[-1] - 1e-12)
    found = float(reached[order][enough[0]]) if len(enough) else math.inf
    step = evidence.value("limits", "rounding.time_s")
    return math.ceil(found / step - _SLACK) * step if found < math.inf else math.inf


def first_s(time_s: Array, mass_ug: Array, target_ug: float) -> float:
    """Return when a member's delivered mass reaches the target; inf: never."""
    if mass_ug[-1] < target_ug:
        return math.inf
    return float(np.interp(target_ug, mass_ug, time_s))


def _at(time_s: Array, mass_ug: Array, moment_s: float) -> Array:
    return np.array([np.interp(moment_s, time_s, mass) for mass in mass_ug.T])


def _sure(mass_ug: Array, target: Target) -> float:
    """Return the amount that a session gives with the target's probability."""
    order = np.argsort(mass_ug)[::-1]
    total = np.cumsum(target.weights[order])
    enough = np.flatnonzero(total >= target.probability * total[-1] - 1e-12)
    return float(mass_ug[order][enough[0]])
