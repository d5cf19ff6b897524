"""Writes events, each at once and once, and reads them back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cryodose import evidence
from cryodose.clinic import clock, metrics
from cryodose.clinic.live.kinds import CONTROL, checked
from cryodose.clinic.live.state import FOLLOWS, Event, State, Terms, phase_of, state_of
from cryodose.clinic.models import Device, SessionEvent, SessionRecord, User
from cryodose.units import PERCENT

_LONGEST_KEY = 64


class NotNow(Exception):  # named for what happened, as in errors.py
    """An event that cannot follow what has happened already."""


@dataclass(frozen=True)
class Sender:
    """Who sends an event; both empty for the server itself."""

    user: User | None = None
    device: Device | None = None


def append(
    session_id: uuid.UUID, kind: str, data: Mapping[str, Any], key: str, by: Sender
) -> SessionEvent:
    """Write one event and return it; when this returns, it is on the disk.

    Parameters
    ----------
    session_id : UUID
    kind, data : str, mapping
        See `kinds`.
    key : str
        Chosen by the sender; the same key again returns the event that is there.

    Raises
    ------
    BadInput
        For data that its kind does not know.
    NotNow
        If it cannot follow what has happened, or the key stands for something else.
    """
    said = checked(kind, data)
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isprintable():
        raise NotNow("an event needs a key of 1 to 64 characters")
    with transaction.atomic():
        # Locks the session on PostgreSQL; on SQLite the transaction has the database to itself.
        session = SessionRecord.objects.select_for_update(of=("self",)).get(pk=session_id)
        rows = SessionEvent.objects.filter(session=session)
        known = rows.filter(key=key).first()
        if known is not None:
            if (known.kind, known.data) != (kind, said):
                raise NotNow("this key stands for another event")
            return known
        phase = phase_of(rows.filter(kind__in=CONTROL).values_list("kind", flat=True))
        if phase not in FOLLOWS.get(kind, (phase,)):
            raise NotNow(f"{kind} cannot follow: the session is {phase}")
        last = rows.order_by("-number").first()
        # A clock that was set back must not turn the order of events.
        now = clock.now() if last is None else max(clock.now(), last.at)
        event = SessionEvent(
            session=session,
            number=1 if last is None else last.number + 1,
            key=key,
            kind=kind,
            at=now,
            data=said,
            by=by.user,
            device=by.device,
        )
        event.save()
        _mark(session, event, by)
    metrics.EVENTS.add(kind=kind)
    return event


def _mark(session: SessionRecord, event: SessionEvent, by: Sender) -> None:
    """Write begin and end into the session too, so that lists need no events."""
    if event.kind == "started":
        session.started_at = event.at
        session.keep(by.user, "session started")
    elif event.kind == "stop":
        state = state_of(events_of(session), terms_of(session), event.at)
        session.ended_at, session.cold_s = event.at, state.cold_s
        session.ended_how = event.data["reason"]
        session.keep(by.user, "session ended")
    elif event.kind == "felt":
        session.felt = event.data
        session.keep(by.user, "felt")


def events_of(session: SessionRecord, after: int = 0) -> list[Event]:
    """Return the events of a session in their order, those after a number."""
    rows = SessionEvent.objects.filter(session=session, number__gt=after).order_by("number")
    return [
        Event(number, kind, at, data)
        for number, kind, at, data in rows.values_list("number", "kind", "at", "data")
    ]


def terms_of(session: SessionRecord) -> Terms:
    """Return what was set for a session: its own time, and the limits of its plan."""
    longest_s = session.plan.answer.get("longest_s") if session.plan else None
    freezes = session.procedure == "liquid-nitrogen"
    return Terms(
        planned_s=float(session.planned_s),
        longest_s=longest_s,
        # Liquid nitrogen freezes on purpose; everywhere else skin near freezing is harm to come.
        coldest_skin_c=None if freezes else evidence.value("limits", "skin_floor.t_skin_c"),
        lowest_oxygen_percent=evidence.value("room", "alarm.warn_share") * PERCENT,
    )


def state_now(session: SessionRecord, now: datetime | None = None) -> State:
    """Return the state of a session at this moment."""
    return state_of(events_of(session), terms_of(session), now or clock.now())
