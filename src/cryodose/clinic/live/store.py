"""Writes events, each at once and once, and reads them back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Q, Subquery

from cryodose import evidence
from cryodose.clinic import clock, metrics
from cryodose.clinic.live.before import before_of, lasting_of
from cryodose.clinic.live.kinds import CONTROL, checked
from cryodose.clinic.live.state import FOLLOWS, Event, Phase, State, Story, Terms, phase_of
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
        known, last = _known_and_last(session, key)
        if known is not None:
            if (known.kind, known.data) != (kind, said):
                raise NotNow("this key stands for another event")
            return known
        if kind in FOLLOWS:
            phase = _phase(session)
            if phase not in FOLLOWS[kind]:
                raise NotNow(f"{kind} cannot follow: the session is {phase}")
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


def _known_and_last(
    session: SessionRecord, key: str
) -> tuple[SessionEvent | None, SessionEvent | None]:
    """Return the event with a key, and the last one, by one query that needs no other rows."""
    rows = SessionEvent.objects.filter(session_id=session.pk)
    newest = rows.order_by("-number").values("number")[:1]
    found = list(rows.filter(Q(key=key) | Q(number=Subquery(newest))).order_by("number"))
    return next((e for e in found if e.key == key), None), found[-1] if found else None


def _phase(session: SessionRecord) -> Phase:
    """Return the phase; a session that has not begun or has ended says so itself."""
    if session.started_at is None:
        return "prepared"
    if session.ended_at is not None:
        return "stopped"
    rows = SessionEvent.objects.filter(session_id=session.pk, kind__in=CONTROL)
    return phase_of(rows.order_by("number").values_list("kind", flat=True))


def _mark(session: SessionRecord, event: SessionEvent, by: Sender) -> None:
    """Write begin and end into the session too, so that lists need no events."""
    if event.kind == "started":
        session.started_at = event.at
        session.keep(by.user, "session started")
    elif event.kind == "stop":
        state = story_of(session).at(event.at)
        session.ended_at, session.cold_s = event.at, state.cold_s
        session.ended_how = event.data["reason"]
        session.keep(by.user, "session ended")
    elif event.kind == "felt":
        session.felt = event.data
        session.keep(by.user, "felt")


def events_of(session: SessionRecord) -> list[Event]:
    """Return the events of a session in their order."""
    return events_after({session.pk: 0}).get(session.pk, [])


def events_after(numbers: Mapping[uuid.UUID, int]) -> dict[uuid.UUID, list[Event]]:
    """Return the events of some sessions, each after a number, in their order, by one query."""
    found: dict[uuid.UUID, list[Event]] = {}
    if not numbers:
        return found
    which = [Q(session_id=i, number__gt=number) for i, number in numbers.items()]
    rows = SessionEvent.objects.filter(reduce(or_, which)).order_by("session_id", "number")
    for i, *told in rows.values_list("session_id", "number", "kind", "at", "data"):
        found.setdefault(i, []).append(Event(*told))
    return found


def terms_of(session: SessionRecord) -> Terms:
    """Return what was set for a session: its own time, and the limits of its plan."""
    before = before_of(session, clock.now())
    longest_s = lasting_of(session.plan, session.procedure, before).longest_s
    freezes = session.procedure == "liquid-nitrogen"
    return Terms(
        planned_s=float(session.planned_s),
        longest_s=longest_s,
        # Liquid nitrogen freezes on purpose; everywhere else skin near freezing is harm to come.
        coldest_skin_c=None if freezes else evidence.value("limits", "skin_floor.t_skin_c"),
        lowest_oxygen_percent=evidence.value("room", "alarm.warn_share") * PERCENT,
    )


def story_of(session: SessionRecord) -> Story:
    """Return what the events of a session add up to."""
    return Story(terms_of(session), events_of(session))


def state_now(session: SessionRecord, now: datetime | None = None) -> State:
    """Return the state of a session at this moment."""
    return story_of(session).at(now or clock.now())
