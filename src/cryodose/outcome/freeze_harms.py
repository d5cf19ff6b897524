"""Side effects of a freeze in words."""

from __future__ import annotations

from cryodose.outcome.tell import chance
from cryodose.procedures.freeze_harm import risks_of
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.session import Session


def harms_of(session: Session, response: FreezeResponse) -> tuple[str, ...]:
    """Return the side effects with how likely their cause is, and where it stands."""
    return tuple(
        f"{risk.name.capitalize()}, {risk.level} (cause there in {chance(risk.share)} of cases): "
        f"{risk.words} ({', '.join(risk.sources)})"
        for risk in risks_of(response, session.subject.skin_type)
    )
