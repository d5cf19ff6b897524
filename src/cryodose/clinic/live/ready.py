"""May this session start now? Every reason against it, in words."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from cryodose.clinic import clock
from cryodose.clinic.air.store import barring
from cryodose.clinic.live.before import before_of, lasting_of, too_early
from cryodose.clinic.live.checklist import items_for
from cryodose.clinic.live.payload import room_alarm_words
from cryodose.clinic.live.state import State
from cryodose.clinic.models import ScreeningRecord, SessionRecord

# The pressure rises with every whole-body session, so it must be known before.
NEEDS_PRESSURE = ("cryosauna", "cryochamber")


def latest_screening(session: SessionRecord, day: date) -> ScreeningRecord | None:
    """Return the last screening of this person, procedure and day, whatever it says."""
    rows = ScreeningRecord.objects.in_use().filter(
        person=session.person, procedure=session.procedure, day=day
    )
    return rows.order_by("-made_at").first()


def against(session: SessionRecord, state: State, day: date) -> list[str]:
    """Return what stands against a start today; empty means that it may start.

    Parameters
    ----------
    session : SessionRecord
    state : State
    day : date
        Today, where the clinic is.
    """
    found: list[str] = []
    if session.is_retired or session.person.is_retired:
        found.append(_("This session or person was taken out of use."))
    consents = session.person.consents.filter(procedure=session.procedure)
    if not any(c.holds_on(day) for c in consents):
        found.append(_("No consent for this procedure is valid today."))
    screening = latest_screening(session, day)
    if screening is None:
        found.append(_("Nobody was screened for this procedure today."))
    elif screening.verdict != "no-rule-hit":
        found.append(_("The screening of today does not release the session."))
    if session.plan is not None and session.plan.verdict == "refused":
        found.append(_("The plan was refused."))
    before = before_of(session, clock.now())
    early = too_early(session.procedure, before, session.planned_s)
    longest_s = lasting_of(session.plan, session.procedure, before).longest_s
    if early:
        found.append(early)
    elif longest_s is not None and session.planned_s > longest_s:
        found.append(_("The session is longer than the plan's limits allow."))
    if session.procedure in NEEDS_PRESSURE and "before" not in state.pressure:
        found.append(_("Blood pressure before the session is missing."))
    device_kind = session.device.kind if session.device else ""
    left = [i for i in items_for(session.procedure, device_kind) if i.key not in state.checked]
    if left:
        found.append(_("The checklist is not complete."))
    low = [a for a in state.due if a.kind == "oxygen-low"]
    if low:
        found.append(_("Oxygen in the room is too low."))
    return found + against_room(session)


def against_room(session: SessionRecord) -> list[str]:
    """Return what the sensors of its room have against the start of a session, or its return."""
    room = session.device.room if session.device else None
    return [f"{room}: {room_alarm_words(kind)}." for kind in barring(room, timezone.now())]
