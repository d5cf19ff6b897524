"""From a session to what the tissue does: one file for each procedure, chosen by modality."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.errors import BadInput, NoProcedure
from cryodose.procedures import cold_pack, cryoelectrophoresis, immersion, liquid_nitrogen
from cryodose.procedures.body_response import CORE, INNER
from cryodose.procedures.cold_gas import ColdGas
from cryodose.procedures.draws import Assumption, Prior
from cryodose.procedures.request import Cycle, Probe, Request, Response
from cryodose.session import (
    ColdPack,
    CryoChamber,
    Cryoelectrophoresis,
    CryoSauna,
    Immersion,
    LiquidNitrogen,
    Session,
    Where,
)

__all__ = [
    "Assumption",
    "Cycle",
    "Everywhere",
    "Prior",
    "Probe",
    "Procedure",
    "Request",
    "Response",
    "activity_of",
    "cools_the_trunk",
    "cycles_of",
    "followed_s",
    "is_cold_gas",
    "is_freeze",
    "predicts_core",
    "procedure_at",
    "procedure_for",
    "site_of",
    "states_time",
]


class Procedure(Protocol):
    """What every procedure offers."""

    def prior(self, session: Session, site: str | None = None) -> Prior:
        """Return what is believed of every quantity."""

    def run(
        self, session: Session, site: str, values: dict[str, NDArray[np.float64]], request: Request
    ) -> Response:
        """Expose every member."""


@runtime_checkable
class Everywhere(Protocol):
    """A procedure whose one run gives every site, of the core too."""

    def run_everywhere(
        self, session: Session, values: dict[str, NDArray[np.float64]], request: Request
    ) -> dict[str, Response]:
        """Expose every member and return the response of every site."""


def procedure_for(session: Session) -> Procedure:
    """Return the procedure of a session.

    Raises
    ------
    NoProcedure
        For a modality or a subject that the format knows and this version cannot run.
    """
    if isinstance(session.exposure, Cryoelectrophoresis):
        return cryoelectrophoresis
    if session.subject.kind == "skin-in-vitro":
        raise NoProcedure(session.modality, session.subject.kind)
    if isinstance(session.exposure, LiquidNitrogen):
        return liquid_nitrogen
    match session.exposure:
        case ColdPack():
            return cold_pack
        case Immersion():
            return immersion
        case CryoSauna() | CryoChamber():
            if session.subject.kind != "human":
                raise NoProcedure(session.modality, session.subject.kind)
            return ColdGas()
        case other:
            raise NoProcedure(other.modality)


def procedure_at(session: Session, site: str) -> Procedure:
    """Return the procedure that answers for a site: in water the core needs the whole body."""
    is_core = site in (*CORE, INNER)
    return ColdGas() if is_core and is_bath(session) else procedure_for(session)


def is_bath(session: Session) -> bool:
    """Tell whether a session puts a person into water."""
    return isinstance(session.exposure, Immersion) and session.subject.kind == "human"


def cools_the_trunk(session: Session) -> bool:
    """Tell whether the water of a bath reaches the trunk, so that the core cools with it."""
    if not (is_bath(session) and isinstance(session.exposure, Immersion)):
        return False
    under = evidence.words("regions", f"immersed.{session.exposure.immersed}")
    return bool(set(under) & set(evidence.words("regions", "group.trunk")))


def site_of(session: Session) -> str:
    """Return the site that the session cools."""
    match session.exposure:
        case ColdPack() as exposure:
            return "gel" if session.subject.kind == "gel" else cold_pack.site_of(exposure)
        case Immersion() as exposure:
            return immersion.site_of(exposure)
        case Cryoelectrophoresis():
            return cryoelectrophoresis.site_of(session)
        case LiquidNitrogen():
            return liquid_nitrogen.site_of(session)
        case CryoSauna() | CryoChamber() as exposure:
            return evidence.text("devices", f"{exposure.modality}.focus")
        case other:
            raise NoProcedure(other.modality)


def is_cold_gas(session: Session) -> bool:
    """Tell whether a session is one of a whole body in cold gas."""
    return isinstance(session.exposure, CryoSauna | CryoChamber)


def is_freeze(session: Session) -> bool:
    """Tell whether a session freezes a spot with a cryogen."""
    return isinstance(session.exposure, LiquidNitrogen)


def predicts_core(session: Session) -> bool:
    """Tell whether the whole body can be simulated, so that sites of the core can be read."""
    return is_bath(session) or isinstance(procedure_for(session), Everywhere)


def states_time(session: Session) -> bool:
    """Tell whether a session says how long the cold is on."""
    exposure = session.exposure
    if isinstance(exposure, Cryoelectrophoresis | LiquidNitrogen):
        return True  # the format asks for the time of every current, of every freeze
    if isinstance(exposure, Immersion):
        return exposure.duration_s is not None
    if isinstance(exposure, CryoSauna | CryoChamber):
        return True
    return bool(exposure.cycles)


def activity_of(session: Session) -> tuple[tuple[float, float], ...]:
    """Return what a person does after the cold: seconds, and muscle flow as a multiple of rest."""
    exposure = session.exposure
    if not isinstance(exposure, ColdPack):
        return ()
    walk = evidence.value("physiology", "rest.walk_flow")
    spans = exposure.recovery_activity or ()
    return tuple((s.duration_s, walk if s.kind == "walk" else 1.0) for s in spans)


def cycles_of(session: Session, file: str | None = None) -> tuple[tuple[Cycle, ...], float]:
    """Return the cycles and the recovery that a session states.

    Raises
    ------
    BadInput
        Where a session to be simulated does not say how long the cold is on.
    """
    exposure = session.exposure
    if isinstance(exposure, Cryoelectrophoresis):
        return cryoelectrophoresis.cycles_of(session)
    if isinstance(exposure, LiquidNitrogen):
        return liquid_nitrogen.cycles_of(session, file)
    if isinstance(exposure, Immersion):
        if exposure.duration_s is None:
            raise BadInput(file, "exposure.duration_s", None, "seconds in the water")
        cycles: tuple[Cycle, ...] = (Cycle(exposure.duration_s, 0.0),)
    elif isinstance(exposure, ColdPack):
        if not exposure.cycles:
            raise BadInput(file, "exposure.cycles", None, "a list of {on_s, off_s}")
        cycles = tuple(Cycle(c.on_s, c.off_s) for c in exposure.cycles)
    elif isinstance(exposure, CryoSauna | CryoChamber):
        cycles = (Cycle(sum(stage.duration_s for stage in exposure.stages), 0.0),)
    else:
        raise NoProcedure(exposure.modality)
    if not any(c.on_s + c.off_s > 0 for c in cycles):
        key = (
            "exposure.stages"
            if isinstance(exposure, CryoSauna | CryoChamber)
            else "exposure.cycles"
        )
        raise BadInput(file, key, 0, "a positive time")
    return cycles, float(getattr(exposure, "recovery_s", None) or 0.0)


def followed_s(session: Session, wanted: Sequence[Where]) -> float:
    """Return how long a recovery is followed where a session cannot state it, s.

    Sessions in cold gas and complete thaws have no time for it; an event asked for without a
    moment, such as the time of the lowest core temperature, still has to lie within the run. Where
    nothing is asked for, cold gas is followed as a plan follows it: the core answers late.
    """
    if is_freeze(session):
        return liquid_nitrogen.followed_s(session, wanted)
    if not isinstance(session.exposure, CryoSauna | CryoChamber):
        return 0.0
    if not wanted:
        return evidence.value("limits", "gas_session.follow_s")
    is_event = any(where.time_s is None for where in wanted)
    return evidence.value("devices", "room.follow_s") if is_event else 0.0
