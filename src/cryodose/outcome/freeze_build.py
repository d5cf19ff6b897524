"""Makes the result of a freeze out of a finished plan or run."""

from __future__ import annotations

from cryodose import evidence
from cryodose.dosing.freeze_dose import FreezeDose
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.release import told_freeze_release
from cryodose.screening import Screening
from cryodose.session import Session


def refused_freeze(
    session: Session, dose: FreezeDose, seed: int, members: int, screening: Screening | None
) -> FreezeResult:
    """Return the result of a plan that is refused before anything is computed."""
    keys = {key for refusal in dose.refusals for key in refusal.sources}
    keys |= {caution.source for caution in dose.cautions}
    warnings = tuple(caution.words for caution in dose.cautions)
    return FreezeResult(
        "freeze-plan",
        session,
        dose,
        (),
        None,
        (),
        told_freeze_release(warnings, screening),
        (),
        (),
        tuple(evidence.source(key) for key in sorted(keys)),
        getattr(session.exposure, "site", None) or "",
        seed,
        members,
        screening,
    )
