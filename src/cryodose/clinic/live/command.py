"""The one way into a live session, for pages, API and sensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cryodose.clinic.live.ready import against, against_room
from cryodose.clinic.live.store import NotNow, Sender, append, state_now
from cryodose.clinic.models import SessionEvent, SessionRecord

# What only the server itself says.
OWN = frozenset({"alarm-due"})


class NotReady(NotNow):
    """The session may not start; `reasons` says why not."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


def send(
    session: SessionRecord, kind: str, data: Mapping[str, Any], key: str, by: Sender
) -> SessionEvent:
    """Write an event of somebody else than the server itself.

    Parameters and errors as for `store.append`.

    Raises
    ------
    NotReady
        For a start that something stands against, or a return into bad air after a pause.
    NotNow
        Also for an event that only the server writes.
    """
    if kind in OWN:
        raise NotNow(f"{kind} is written by the server alone")
    begins = kind in ("started", "resume")
    if begins and not SessionEvent.objects.filter(session=session, key=key).exists():
        reasons = (
            against(session, state_now(session), timezone.localdate())
            if kind == "started"
            else against_room(session)
        )
        if reasons:
            raise NotReady(reasons)
    return append(session.pk, kind, data, key, by)
