"""How often a dose may be repeated on the first day: tissue is slow to come back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cryodose import evidence
from cryodose.dosing.limits import Limit
from cryodose.dosing.search import longest_allowed_s
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import Cycle


def safe_applications(run: Simulation, dose_s: float, limits: tuple[Limit, ...]) -> int:
    """Return how many applications in a row hold every limit of temperature.

    The ensemble is run through a day of applications at the usual interval, each beginning on the
    tissue that the one before left behind. At least 1: the dose itself was read off its own run.
    """
    interval = evidence.value("limits", "interval.time_s")
    most = int(evidence.value("limits", "interval.a_day"))
    cycles = (Cycle(dose_s, interval - dose_s),) * most
    request = replace(run.request, cycles=cycles, recovery_s=0.0)
    day = replace(run, request=request, z=run.scores(), _responses={})
    response = day.response()
    found = [longest_allowed_s(x, response, run.weights) for x in limits if x.t_c is not None]
    until = min((t for t in found if t is not None), default=np.inf)
    ends = np.arange(most) * interval + dose_s
    return max(int(np.sum(ends <= until)), 1)
