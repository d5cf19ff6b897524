"""What a stated time of cold reaches and keeps, for somebody who moves a slider.

The run with the cold on answers for every time, so it is kept: a longer or shorter time then costs
one run more, and no search.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.goals import Goal, goals_of
from cryodose.dosing.limits import Limit, step_s
from cryodose.dosing.plan import (
    Planned,
    cold_on,
    kept_on,
    limits_here,
    nearest,
    with_readings,
)
from cryodose.dosing.search import Dose, Window, dose_at, longest_allowed_s, window
from cryodose.dosing.simulation import Simulation
from cryodose.errors import BadInput
from cryodose.procedures import Probe, Response, cycles_of, is_cold_gas
from cryodose.session import ColdPack, CryoChamber, CryoSauna, Immersion, Session, session_from_dict

Array = NDArray[np.float64]

# numerical: searches that are kept; one holds some megabytes
_KEPT = 16


@dataclass(frozen=True)
class _Searched:
    """A run with the cold on, and what it allows and needs."""

    run: Simulation
    goals: tuple[Goal, ...]
    limits: tuple[Limit, ...]
    window: Window
    ignored: tuple[str, ...]


def preview_dose(session: Session, members: int, seed: int, probes: tuple[Probe, ...]) -> Planned:
    """Return the one application that a session states, judged by its goals and limits.

    Readings in the session narrow the ensemble as in a plan. How often it may be repeated is not
    looked at.

    Raises
    ------
    BadInput
        For a session that does not state one time.
    """
    on_s = stated_s(session)
    key = as_text(session) if session.measured else without_time(session)
    found = _searched(key, members, seed, probes)
    shown = kept_on(replace(found.run, session=session), on_s)
    after = shown.response_everywhere()
    dose = _judged(session, found, on_s, after)
    if is_cold_gas(session):
        dose = nearest(dose)
    a_day = int(evidence.value("limits", "interval.a_day"))
    return Planned(dose, found.run, shown, a_day, (), found.ignored)


def stated_s(session: Session) -> float:
    """Return the time of the one application that a session states, s.

    Raises
    ------
    BadInput
        For several applications, or none.
    """
    cycles, _ = cycles_of(session)
    if len(cycles) != 1:
        raise BadInput(None, "exposure.cycles", len(cycles), "one application to look at")
    return cycles[0].on_s


def without_time(session: Session) -> str:
    """Return a session as text without how long the cold is on: the key of what is kept."""
    exposure = session.exposure
    fresh: dict[str, object] = {}
    if isinstance(exposure, ColdPack):
        fresh = {"cycles": None}
    elif isinstance(exposure, Immersion):
        fresh = {"duration_s": None}
    elif isinstance(exposure, CryoSauna | CryoChamber) and len(exposure.stages) == 1:
        # The search goes on for its own time in the gas of the last stage.
        longest = evidence.value("limits", "gas_session.search_s")
        fresh = {"stages": (exposure.stages[0].model_copy(update={"duration_s": longest}),)}
    return as_text(replace(session, exposure=exposure.model_copy(update=fresh)))


def as_text(session: Session) -> str:
    """Return a session as text, without its title: what its runs depend on."""
    return json.dumps(replace(session, title=None).to_dict(), sort_keys=True)


@lru_cache(maxsize=_KEPT)
def _searched(text: str, members: int, seed: int, probes: tuple[Probe, ...]) -> _Searched:
    session = session_from_dict(json.loads(text))
    base = cold_on(session, members, seed, probes, 1)
    run, ignored = with_readings(session, base)
    goals, limits = goals_of(session), limits_here(session, run, base)
    response = run.response_everywhere()
    found = window(goals, limits, response, run.weights, step_s(session))
    return _Searched(run, goals, limits, found, ignored)


def _judged(session: Session, found: _Searched, on_s: float, after: Response) -> Dose:
    """Return the dose at the stated time; its verdict is a refusal where a limit is passed."""
    passed = [x.name for x in found.limits if not _holds(x, on_s, after, found.run.weights)]
    seen = found.window
    if passed and on_s <= seen.longest_s:
        # It is the after-drop that passes it: what the window allows is too long as well.
        shorter = max(np.ceil(on_s / step_s(session)) - 1.0, 0.0) * step_s(session)
        seen = replace(seen, longest_s=float(shorter), limiting=passed[0])
    run = (found.run.response_everywhere(), found.run.weights)
    dose = dose_at(on_s, seen, found.goals, found.limits, run, after)
    if passed:
        return replace(dose, verdict="refused", dose_s=None)
    enough = all(g.probability_at_dose >= g.goal.probability for g in dose.goals)
    return replace(dose, verdict="dose" if enough else "goal-not-reached", dose_s=on_s)


def _holds(limit: Limit, on_s: float, after: Response, weights: Array) -> bool:
    if limit.time_s is not None:
        return on_s <= limit.time_s
    return longest_allowed_s(limit, after, weights) is None
