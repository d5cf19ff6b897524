"""What a limit does after the cold is off: the after-drop, and repeats on tissue still cool."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cryodose import evidence
from cryodose.dosing.limits import Limit, step_s
from cryodose.dosing.search import longest_allowed_s
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import Cycle, is_cold_gas


def holds_after(run: Simulation, dose_s: float, limits: tuple[Limit, ...]) -> bool:
    """Tell whether every limit of temperature holds for a dose and the interval after it."""
    return _applications(run, dose_s, limits, 1) == 1


def longest_that_holds(run: Simulation, longest_s: float, limits: tuple[Limit, ...]) -> float:
    """Return the longest whole time up to `longest_s` that also holds after removal; 0: none.

    Bisection over whole steps: a shorter application never leaves colder tissue.
    """
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
    gas = is_cold_gas(run.session)
    interval = evidence.value("limits", "gas_session.follow_s" if gas else "interval.time_s")
    cycles = (Cycle(dose_s, interval - dose_s),) * most
    request = replace(run.request, cycles=cycles, recovery_s=0.0)
    day = replace(run, request=request, z=run.scores(), _responses={})
    response = day.response_everywhere()
    found = [longest_allowed_s(x, response, run.weights) for x in limits if x.t_c is not None]
    until = min((t for t in found if t is not None), default=np.inf)
    return int(np.sum((np.arange(most) + 1) * interval <= until))
