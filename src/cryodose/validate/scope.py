"""Tells what the program has no model for, so that it is reported and never guessed."""

from __future__ import annotations

from typing import get_args

from cryodose.procedures import predicts_core
from cryodose.procedures.drug_readout import DRUG_QUANTITIES
from cryodose.procedures.readout import PREDICTED
from cryodose.session import Session, Where
from cryodose.session.names import CoreSite

__all__ = ["why_not"]

_LIVING = ("skin-conductance-change", "muscle-flow-change", "nerve-velocity-change")


def why_not(where: Where, session: Session) -> str | None:
    """Return why a measurement of a session cannot be predicted; None where it can."""
    is_drug = session.modality == "cryoelectrophoresis" and where.quantity in DRUG_QUANTITIES
    if where.quantity not in PREDICTED and not is_drug:
        return f"no model: {where.quantity} in {session.modality}"
    if where.site in get_args(CoreSite) and not predicts_core(session):
        return f"no model: {where.quantity} at a site of the core in {session.modality}"
    if session.subject.kind == "gel" and where.quantity in _LIVING:
        return f"no model: {where.quantity} in a gel, which has neither vessels nor nerves"
    return None
