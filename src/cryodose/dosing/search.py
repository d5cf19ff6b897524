"""Reads the dose off one run: shortest time for the goals, longest for the limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import probability, weighted_quantiles
from cryodose.dosing.goals import Goal
from cryodose.dosing.limits import Limit
from cryodose.procedures import Response

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GoalResult:
    """When a goal is reached, and how likely at the dose.

    `needed_s` is the shortest time that reaches it with the wanted probability, None where even
    the longest time searched does not.
    """

    goal: Goal
    needed_s: float | None
    probability_at_dose: float


@dataclass(frozen=True)
class LimitResult:
    """How long a limit allows, and how likely it is passed at the dose.

    `allowed_s` is None where the limit is not met within the time searched.
    """

    limit: Limit
    allowed_s: float | None
    probability_passed: float
    margin_k: float | None


@dataclass(frozen=True)
class Dose:
    """The answer of the search.

    Attributes
    ----------
    verdict : ``dose``, ``goal-not-reached`` or ``refused``
    dose_s : recommended time with the cold on; None if refused
    shortest_s : shortest time that reaches every goal, None where none does
    longest_s : longest time that holds every limit
    limiting : name of the limit that decides `longest_s`
    """

    verdict: str
    dose_s: float | None
    shortest_s: float | None
    longest_s: float
    limiting: str
    goals: tuple[GoalResult, ...]
    limits: tuple[LimitResult, ...]


def longest_allowed_s(limit: Limit, response: Response, weights: Array) -> float | None:
    """Return the longest time at which a limit holds with its probability.

    For a limit of temperature: the largest t such that the weight of the members that passed it by
    then is at most the accepted one. None: not met within the run.
    """
    if limit.time_s is not None:
        return limit.time_s
    passed = limit.passed_s(response)
    order = np.argsort(passed)
    total = np.cumsum(weights[order]) / np.sum(weights)
    over = np.flatnonzero(total > limit.probability)
    first = float(passed[order][over[0]]) if len(over) else np.inf
    return None if np.isinf(first) else first


def shortest_needed_s(goal: Goal, response: Response, weights: Array) -> float | None:
    """Return the shortest time after which a goal is reached with its probability."""
    moment = np.where(np.isnan(t := goal.reached_s(response)), np.inf, t)
    order = np.argsort(moment)
    total = np.cumsum(weights[order]) / np.sum(weights)
    enough = np.flatnonzero(total >= goal.probability - 1.0e-12)
    found = float(moment[order][enough[0]]) if len(enough) else np.inf
    return None if np.isinf(found) or found > response.time_s[-1] else found


def search(
    goals: tuple[Goal, ...], limits: tuple[Limit, ...], response: Response, weights: Array
) -> Dose:
    """Return the dose that a run with the cold on throughout supports.

    Limits round down and goals up to whole minutes. A dose never exceeds any limit; where the goals
    need longer than the limits allow, the longest safe time is offered with its probability of
    reaching them; where even the least dose would pass a limit, the answer is a refusal.
    """
    step = evidence.value("limits", "rounding.time_s")
    allowed = {x.name: longest_allowed_s(x, response, weights) for x in limits}
    bounds = {k: v for k, v in allowed.items() if v is not None}
    end = float(response.time_s[-1])
    limiting = min(bounds, key=lambda k: bounds[k]) if bounds else "time searched"
    longest = float(np.floor(min([*bounds.values(), end]) / step + 1.0e-9) * step)
    needed = [shortest_needed_s(g, response, weights) for g in goals]
    shortest = None
    if all(t is not None for t in needed):
        shortest = float(
            np.ceil(max((t or 0.0 for t in needed), default=0.0) / step - 1.0e-9) * step
        )
    verdict, dose = _decide(shortest, longest)
    # A refusal shows what even the least dose would do.
    at = dose if dose is not None else evidence.value("limits", "least_dose.time_s")
    return Dose(
        verdict,
        dose,
        shortest,
        longest,
        limiting,
        tuple(
            _goal_result(g, t, response, weights, at) for g, t in zip(goals, needed, strict=True)
        ),
        tuple(_limit_result(x, allowed[x.name], response, weights, at) for x in limits),
    )


def _decide(shortest: float | None, longest: float) -> tuple[str, float | None]:
    least = evidence.value("limits", "least_dose.time_s")
    if longest < least:
        return "refused", None
    if shortest is None or shortest > longest:
        return "goal-not-reached", longest
    return "dose", max(shortest, least)


def _goal_result(
    goal: Goal, needed: float | None, response: Response, weights: Array, dose_s: float
) -> GoalResult:
    moment = goal.reached_s(response)
    return GoalResult(goal, needed, probability(moment <= dose_s, weights))


def _limit_result(
    limit: Limit, allowed: float | None, response: Response, weights: Array, dose_s: float
) -> LimitResult:
    passed = probability(limit.passed_s(response) <= dose_s, weights)
    if limit.t_c is None:
        return LimitResult(limit, allowed, float(dose_s > (limit.time_s or np.inf)), None)
    kept = response.time_s <= dose_s
    lowest = limit.series(response)[kept].min(axis=0) - limit.t_c
    (fifth,) = weighted_quantiles(lowest, (limit.probability,), weights)
    return LimitResult(limit, allowed, passed, float(fifth))
