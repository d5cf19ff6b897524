"""The first sessions of whole-body cold are shorter: what each of them may last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.goals import Goal
from cryodose.dosing.limits import build_up_limits, step_s
from cryodose.dosing.search import Window, chance_of_all, decide, whole_steps
from cryodose.evidence.build_up import is_built_up
from cryodose.procedures import Response, is_cold_gas
from cryodose.session import Session


@dataclass(frozen=True)
class BuiltUp:
    """What one of the first sessions may last.

    Attributes
    ----------
    number : int
        Which one: 1 for the first.
    and_later : bool
        Whether the same holds of every later one.
    verdict, dose_s, longest_s, limiting
        As of a `Dose`.
    probability_at_dose : float
        How likely all goals are reached at the dose; without a dose, at the longest time.
    """

    number: int
    and_later: bool
    verdict: str
    dose_s: float | None
    longest_s: float
    limiting: str
    probability_at_dose: float


def capped(found: Window, session: Session) -> Window:
    """Return a window shortened to what the number of this session allows.

    A shorter time in the same gas leaves every site warmer, so that what holds for longer holds.
    """
    for limit in build_up_limits(session):
        allowed = {**found.allowed, limit.name: limit.time_s}
        found = replace(found, allowed=allowed)
        longest_s = whole_steps(limit.time_s or 0.0, step_s(session))
        if longest_s < found.longest_s:
            found = replace(found, longest_s=longest_s, limiting=limit.name)
    return found


def build_up(
    session: Session,
    found: Window,
    goals: tuple[Goal, ...],
    run: tuple[Response, NDArray[np.float64]],
) -> tuple[BuiltUp, ...]:
    """Return what this session and the next ones may last, until no later one may last longer.

    Parameters
    ----------
    session : Session
        Where it does not say how many sessions the person has had, the first one comes first.
    found : Window
        Of all other limits.
    run : (Response, ndarray)
        The run with the cold on, and the belief in its members.

    Returns
    -------
    tuple of BuiltUp
        Empty for what is no whole body in cold gas, for a person who is past the first sessions,
        and where no time is safe.
    """
    before = session.subject.sessions_before or 0
    if not is_cold_gas(session) or is_built_up(before) or decide(None, found.longest_s)[1] is None:
        return ()
    return tuple(_rows(session, found, goals, run))


def _rows(
    session: Session,
    found: Window,
    goals: tuple[Goal, ...],
    run: tuple[Response, NDArray[np.float64]],
) -> Iterator[BuiltUp]:
    response, weights = run
    before, is_last = session.subject.sessions_before or 0, False
    while not is_last:
        is_last = is_built_up(before)
        here = capped(found, after(session, before))
        verdict, dose_s = decide(here.shortest_s, here.longest_s)
        at_s = here.longest_s if dose_s is None else dose_s
        chance = chance_of_all(goals, response, weights, at_s)
        yield BuiltUp(before + 1, is_last, verdict, dose_s, here.longest_s, here.limiting, chance)
        before += 1


def after(session: Session, before: int) -> Session:
    """Return a session as one of a person who has had `before` others."""
    subject = session.subject.model_copy(update={"sessions_before": before})
    return replace(session, subject=subject)
