"""Cryogens on a spot of skin, animal skin or gel: from a session to what the freeze did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.errors import BadInput
from cryodose.procedures.draws import Prior
from cryodose.procedures.freeze_beliefs import exposure_of, freeze_prior
from cryodose.procedures.freeze_readout import EVENTS, NECROSIS
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.procedures.freeze_run import members_of, respond
from cryodose.procedures.freeze_setup import Setup, setup
from cryodose.procedures.request import Cycle, Request
from cryodose.session import Session, Where
from cryodose.solve.freeze_problem import FreezeSolution
from cryodose.solve.freeze_run import solve_freeze

Array = NDArray[np.float64]
Values = dict[str, Array]

__all__ = [
    "cycles_of",
    "fields_of",
    "followed_s",
    "longest_thaw_s",
    "prior",
    "run",
    "setup",
    "site_of",
]


def site_of(session: Session) -> str:
    """Return the site that is frozen; gels and animals have none of the body's."""
    if session.subject.kind != "human":
        return session.subject.kind
    return exposure_of(session).site or evidence.text("cryogens", "usual.site")


def prior(session: Session, site: str | None = None) -> Prior:
    """Return what is believed of every quantity of a freeze."""
    return freeze_prior(session, site or site_of(session))


def cycles_of(session: Session, file: str | None = None) -> tuple[tuple[Cycle, ...], float]:
    """Return the cycles of a session; a complete thaw is followed for a bounded time.

    What follows the last freeze is not among them where the session leaves it open: a run follows
    it as far as somebody asks.

    Raises
    ------
    BadInput
        Where the cold is never on.
    """
    found = []
    stated = exposure_of(session).cycles
    for index, cycle in enumerate(stated):
        is_last = index == len(stated) - 1
        if cycle.thaw_s is not None:
            found.append(Cycle(cycle.freeze_s, cycle.thaw_s))
        elif is_last:
            found.append(Cycle(cycle.freeze_s, 0.0))
        else:
            found.append(Cycle(cycle.freeze_s, longest_thaw_s(cycle.freeze_s), until_thawed=True))
    if not any(c.on_s > 0 for c in found):
        raise BadInput(file, "exposure.cycles[0].freeze_s", 0, "a positive time")
    return tuple(found), 0.0


def longest_thaw_s(freeze_s: float) -> float:
    """Return how long the thaw after a freeze is followed at most, s."""
    factor, least = (evidence.value("cryogens", f"spray.longest_thaw_{k}") for k in ("factor", "s"))
    return least + factor * freeze_s


def followed_s(session: Session, wanted: Sequence[Where]) -> float:
    """Return how long the thaw after the last freeze is followed for what is asked, s.

    The cold goes on inwards for about as long as it was on: so long for necrosis and minima. What
    happens after the cold needs the whole thaw. Moments that are asked for are not counted here.
    """
    freeze_s = exposure_of(session).cycles[-1].freeze_s
    least = evidence.value("cryogens", "usual.follow_s")
    found = 0.0
    for where in wanted:
        if where.quantity in EVENTS and where.since == "exit":
            found = max(found, longest_thaw_s(freeze_s))
        elif where.quantity in (*EVENTS, *NECROSIS) or where.time_s is None:
            found = max(found, least + freeze_s)
    return found


def run(session: Session, site: str, values: Values, request: Request) -> FreezeResponse:
    """Freeze every member as the session states.

    Parameters
    ----------
    session : Session
    site : str
    values : dict of ndarray, shape (n,)
        Drawn quantities, as `Prior.values` returns them.
    request : Request
    """
    return respond(setup(session, site, values, request), site, values, request)


def fields_of(
    session: Session, site: str, request: Request, values: Values | None = None
) -> tuple[Setup, FreezeSolution]:
    """Return the central member (or another one) with the temperature of every cell over time."""
    if values is None:
        values = prior(session, site).nominal()
    made = setup(session, site, values, request)
    problem = members_of(made.problem, slice(0, 1), with_fields=True)
    return made, solve_freeze(problem, precision=request.precision)
