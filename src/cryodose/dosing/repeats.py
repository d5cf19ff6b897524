"""What a limit does after the cold is off: the after-drop, and repeats on tissue still cool."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cryodose import evidence
from cryodose.dosing.limits import Limit, step_s
from cryodose.dosing.search import longest_allowed_s
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import Cycle, Response, is_cold_gas
from cryodose.procedures.body_response import INNER


def holds_after(run: Simulation, dose_s: float, limits: tuple[Limit, ...]) -> bool:
    """Tell whether every limit of temperature holds for a dose and the interval after it."""
    return _applications(run, dose_s, limits, 1) == 1


def longest_that_holds(run: Simulation, longest_s: float, limits: tuple[Limit, ...]) -> float:
    """Return the longest whole time up to `longest_s` that also holds after removal; 0: none.

    Bisection over whole steps: a shorter application never leaves colder tissue. The core of a
    bath is looked for first, alone: it needs no run of the single sites.
    """
    core = tuple(x for x in limits if x.site == INNER)
    if core and not is_cold_gas(run.session):
        longest_s = _bisected(run, longest_s, core)
        limits = tuple(x for x in limits if x.site != INNER)
    return _bisected(run, longest_s, limits)


def _bisected(run: Simulation, longest_s: float, limits: tuple[Limit, ...]) -> float:
    step = step_s(run.session)
    if longest_s < step or holds_after(run, longest_s, limits):
        return longest_s
    good, bad = 0, round(longest_s / step)
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if holds_after(run, middle * step, limits) else (good, middle)
    return good * step


def safe_applications(run: Simulation, dose_s: float, limits: tuple[Limit, ...]) -> int:
    """Return how many applications in a row hold every limit of temperature.

    The ensemble is run through a day of applications at the usual interval, each beginning on the
    tissue that the one before left behind; an application counts if nothing is passed before the
    next one begins.
    """
    # A session of the whole body is not repeated on the same day.
    most = 1 if is_cold_gas(run.session) else int(evidence.value("limits", "interval.a_day"))
    return most if most == 1 else _applications(run, dose_s, limits, most)


def _applications(run: Simulation, dose_s: float, limits: tuple[Limit, ...], most: int) -> int:
    # A core is coldest within the hour.
    within_the_hour = is_cold_gas(run.session) or (most == 1 and _is_core_alone(limits))
    key = "gas_session.follow_s" if within_the_hour else "interval.time_s"
    interval = evidence.value("limits", key)
    cycles = (Cycle(dose_s, interval - dose_s),) * most
    request = replace(run.request, cycles=cycles, recovery_s=0.0)
    day = replace(run, request=request, z=run.scores(), _responses={})
    response = _answers(day, limits)
    found = [longest_allowed_s(x, response, run.weights) for x in limits if x.t_c is not None]
    until = min((t for t in found if t is not None), default=np.inf)
    return int(np.sum((np.arange(most) + 1) * interval <= until))


def _answers(run: Simulation, limits: tuple[Limit, ...]) -> Response:
    """Return the responses that the limits of temperature ask for, and no more of a bath."""
    sites = {x.site for x in limits if x.t_c is not None}
    if _is_core_alone(limits) and not is_cold_gas(run.session):
        core = run.response(INNER)
        return replace(core, everywhere={INNER: core})
    return run.response_everywhere(core=INNER in sites)


def _is_core_alone(limits: tuple[Limit, ...]) -> bool:
    return {x.site for x in limits if x.t_c is not None} == {INNER}
