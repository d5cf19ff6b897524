"""The dose of a freeze: rules first, then how long and how often the cold is on."""

from __future__ import annotations

from cryodose.dosing.freeze_dose import FreezeDose
from cryodose.dosing.freeze_rules import cautions_of, refusals_of
from cryodose.session import Session


def refused_before(session: Session) -> FreezeDose | None:
    """Return the refusal of a session that the rules forbid, before anything is computed."""
    refusals = refusals_of(session)
    if not refusals:
        return None
    return FreezeDose("refused", refusals=refusals, cautions=cautions_of(session))
