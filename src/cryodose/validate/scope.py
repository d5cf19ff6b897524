"""Tells what the program has no model for, so that it is reported and never guessed."""

from __future__ import annotations

from typing import get_args

from cryodose.procedures import is_cold_gas, is_freeze, predicts_core, site_of
from cryodose.procedures.drug_readout import DRUG_QUANTITIES
from cryodose.procedures.freeze_readout import FREEZE_QUANTITIES
from cryodose.procedures.readout import PREDICTED
from cryodose.session import Immersion, Session, Where
from cryodose.session.names import CoreSite

__all__ = ["taken_for_no_site", "why_not"]

_LIVING = ("skin-conductance-change", "muscle-flow-change", "nerve-velocity-change")


def why_not(where: Where, session: Session) -> str | None:
    """Return why a measurement of a session cannot be predicted; None where it can."""
    if is_freeze(session):
        return _why_not_frozen(where, session)
    is_drug = session.modality == "cryoelectrophoresis" and where.quantity in DRUG_QUANTITIES
    if where.quantity not in PREDICTED and not is_drug:
        return f"no model: {where.quantity} in {session.modality}"
    if where.site in get_args(CoreSite) and not predicts_core(session):
        return f"no model: {where.quantity} at a site of the core in {session.modality}"
    if where.site in get_args(CoreSite) and where.when_skin_c is not None:
        return "no model: when_skin_C at a site of the core, which has no skin"
    if where.from_edge_mm is not None and _is_all_round(session):
        return f"no model: from_edge_mm in {session.modality}, whose cold has no edge"
    if session.subject.kind == "gel" and where.quantity in _LIVING:
        return f"no model: {where.quantity} in a gel, which has neither vessels nor nerves"
    return None


def taken_for_no_site(where: Where, session: Session) -> str | None:
    """Return the site that stands for one that is not stated; None where none is needed.

    A pack has its site; what surrounds a body has not.
    """
    is_one_place = where.site is None and where.quantity != "mean-skin-temperature"
    is_person = session.subject.kind == "human"
    return site_of(session) if is_one_place and is_person and _is_all_round(session) else None


def _is_all_round(session: Session) -> bool:
    return isinstance(session.exposure, Immersion) or is_cold_gas(session)


def _why_not_frozen(where: Where, session: Session) -> str | None:
    """Return why a measurement of a freeze cannot be predicted: only the frozen spot is there."""
    if where.quantity not in FREEZE_QUANTITIES:
        return f"no model: {where.quantity} in {session.modality}"
    is_human = session.subject.kind == "human"
    if where.site is not None and is_human and where.site != site_of(session):
        return f"no model: {where.quantity} at {where.site}, the cold is at {site_of(session)}"
    return None
