"""Reads the dose off one run: shortest time for the goals, longest for the limits."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import probability, weighted_quantiles
from cryodose.dosing.goals import Goal
from cryodose.dosing.limits import Limit
from cryodose.procedures import Response

Array = NDArray[np.float64]

_RESOLVED = 5.0  # numerical: members that must lie beyond a quantile for it to be counted out
_ROUND_OFF = 1.0e-9  # numerical: so that a whole step stays one
_LOW = 0.05  # numerical: quantiles that measure
_MIDDLE = 0.5  # numerical: the low side of the spread


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
    then is at most the accepted one. A chance too small for the members there are is judged by
    their spread as well (see `tail_k`), so that a small ensemble never allows more than a large
    one would. None: not met within the run.
    """
    if limit.time_s is not None:
        return limit.time_s
    weights = _weights_of(limit, response, weights)
    passed = limit.passed_s(response)
    order = np.argsort(passed)
    total = np.cumsum(weights[order]) / np.sum(weights)
    over = np.flatnonzero(total > limit.probability)
    first = float(passed[order][over[0]]) if len(over) else np.inf
    if limit.probability * len(weights) < _RESOLVED:
        low = np.flatnonzero(tail_k(limit, response, weights) < 0.0)
        if len(low):  # the last kept moment at which the tail was still clear
            first = min(first, float(limit.place(response).time_s[max(low[0] - 1, 0)]))
    return None if np.isinf(first) else first


def tail_k(limit: Limit, response: Response, weights: Array) -> Array:
    """Return how far the low tail of the ensemble stays from a limit at each moment, (n_out,).

    The tail is that of a normal distribution with the median and the fifth percentile of the
    members, at the accepted probability; the numerical margin is taken off.
    """
    low, middle = weighted_quantiles(limit.series(response), (_LOW, _MIDDLE), weights)
    reach = NormalDist().inv_cdf(limit.probability) / NormalDist().inv_cdf(_LOW)
    margin = evidence.value("numerics", "margin_k")
    return np.asarray(middle - (middle - low) * reach - (limit.t_c or 0.0) - margin)


def _weights_of(limit: Limit, response: Response, weights: Array) -> Array:
    """Return the belief in the members behind a limit; draws of another site count alike."""
    if not np.all(np.isfinite(weights)) or not np.sum(weights) > 0:
        raise FloatingPointError("the weights of the ensemble are not finite")
    elsewhere = response.everywhere.get(limit.site)
    n = limit.place(response).t_skin_c.shape[1]
    same = elsewhere is None or elsewhere.values is response.values
    return weights if same and n == len(weights) else np.full(n, 1.0 / n)


def shortest_needed_s(goal: Goal, response: Response, weights: Array) -> float | None:
    """Return the shortest time after which a goal is reached with its probability."""
    moment = np.where(np.isnan(t := goal.reached_s(response)), np.inf, t)
    order = np.argsort(moment)
    total = np.cumsum(weights[order]) / np.sum(weights)
    enough = np.flatnonzero(total >= goal.probability - 1.0e-12)
    found = float(moment[order][enough[0]]) if len(enough) else np.inf
    return None if np.isinf(found) or found > response.time_s[-1] else found


@dataclass(frozen=True)
class Window:
    """What one run with the cold on allows and needs, before it is known to hold after removal."""

    allowed: dict[str, float | None]
    needed: tuple[float | None, ...]
    longest_s: float
    shortest_s: float | None
    limiting: str


def window(
    goals: tuple[Goal, ...],
    limits: tuple[Limit, ...],
    response: Response,
    weights: Array,
    step_s: float,
) -> Window:
    """Return shortest and longest time read off a run with the cold on throughout.

    Limits round down and goals up to whole steps of `step_s`.
    """
    allowed = {x.name: longest_allowed_s(x, response, weights) for x in limits}
    bounds = {k: v for k, v in allowed.items() if v is not None}
    end = float(response.time_s[-1])
    limiting = min(bounds, key=lambda k: bounds[k]) if bounds else "time searched"
    longest = whole_steps(min([*bounds.values(), end]), step_s)
    needed = tuple(shortest_needed_s(g, response, weights) for g in goals)
    shortest = None
    if all(t is not None for t in needed):
        most = max((t or 0.0 for t in needed), default=0.0)
        shortest = max(float(np.ceil(most / step_s - _ROUND_OFF) * step_s), 0.0)
    return Window(allowed, needed, longest, shortest, limiting)


def chance_of_all(
    goals: tuple[Goal, ...], response: Response, weights: Array, at_s: float
) -> float:
    """Return how likely every goal is reached by a moment with the cold still on."""
    reached = [g.reached_s(response) <= at_s for g in goals]
    return float(np.sum(np.where(np.all(reached, axis=0), weights, 0.0))) if reached else 1.0


def whole_steps(time_s: float, step_s: float) -> float:
    """Return a time rounded down to whole steps, s."""
    return float(np.floor(time_s / step_s + _ROUND_OFF) * step_s)


def decide(shortest: float | None, longest: float) -> tuple[str, float | None]:
    """Return verdict and dose for a window.

    A dose never exceeds any limit; where the goals need longer than the limits allow, the longest
    safe time is offered; where even the least dose would pass a limit, the answer is a refusal.
    """
    least = evidence.value("limits", "least_dose.time_s")
    if longest < least:
        return "refused", None
    if shortest is None or shortest > longest:
        return "goal-not-reached", longest
    return "dose", max(shortest, least)


def search(
    goals: tuple[Goal, ...],
    limits: tuple[Limit, ...],
    response: Response,
    weights: Array,
    step_s: float,
) -> Dose:
    """Return the dose that a run with the cold on throughout supports, after-drop not yet seen."""
    found = window(goals, limits, response, weights, step_s)
    return dose_of(found, goals, limits, (response, weights), None)


def dose_of(
    found: Window,
    goals: tuple[Goal, ...],
    limits: tuple[Limit, ...],
    run: tuple[Response, Array],
    after: Response | None,
) -> Dose:
    """Return the dose of a window with every goal and limit told.

    Parameters
    ----------
    run : (Response, ndarray)
        The run with the cold on, and the belief in its members: goals are read there.
    after : Response, optional
        The run at the dose, removal and recovery included: limits are read there.
    """
    _, dose = decide(found.shortest_s, found.longest_s)
    # A refusal shows what even the least dose would do.
    at = dose if dose is not None else evidence.value("limits", "least_dose.time_s")
    return dose_at(at, found, goals, limits, run, after)


def dose_at(
    at_s: float,
    found: Window,
    goals: tuple[Goal, ...],
    limits: tuple[Limit, ...],
    run: tuple[Response, Array],
    after: Response | None,
) -> Dose:
    """Return the dose of a window, with every goal and limit told for a time of cold.

    Parameters as for `dose_of`.
    """
    response, weights = run
    verdict, dose = decide(found.shortest_s, found.longest_s)
    told = response if after is None else after
    until = at_s if after is None else float(told.time_s[-1])
    return Dose(
        verdict,
        dose,
        found.shortest_s,
        found.longest_s,
        found.limiting,
        tuple(
            GoalResult(g, t, probability(g.reached_s(response) <= at_s, weights))
            for g, t in zip(goals, found.needed, strict=True)
        ),
        tuple(
            _limit_result(x, found.allowed[x.name], (told, weights), at_s, until) for x in limits
        ),
    )


def _limit_result(
    limit: Limit, allowed: float | None, run: tuple[Response, Array], dose_s: float, until_s: float
) -> LimitResult:
    response, weights = run
    if limit.time_s is not None:
        return LimitResult(limit, allowed, float(dose_s > limit.time_s), None)
    weights = _weights_of(limit, response, weights)
    passed = probability(limit.passed_s(response) <= until_s, weights)
    kept = limit.place(response).time_s <= until_s
    lowest = limit.series(response)[kept].min(axis=0) - (limit.t_c or 0.0)
    (margin,) = weighted_quantiles(lowest, (limit.probability,), weights)
    return LimitResult(limit, allowed, passed, float(margin))
