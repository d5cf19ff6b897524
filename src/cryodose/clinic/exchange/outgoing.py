"""Rows of the clinic as exchange records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, TypeVar

from django.db import models

from cryodose.clinic.live.readings import judged_all
from cryodose.clinic.live.state import reading_of
from cryodose.clinic.live.store import events_of
from cryodose.clinic.models import (
    Access,
    AdverseEvent,
    Attachment,
    Condition,
    Consent,
    CourseRecord,
    Device,
    FollowUp,
    OutcomeScore,
    Person,
    PlanRecord,
    Record,
    ScreeningRecord,
    SessionEvent,
    SessionRecord,
)
from cryodose.fhir import records as r
from cryodose.fhir.plain import default_of

K = TypeVar("K", bound=r.Record)
# What the exchange calls our tables.
NAMES: dict[type[Record], type[r.Record]] = {
    Person: r.Person,
    Consent: r.Consent,
    Condition: r.Condition,
    ScreeningRecord: r.Screening,
    PlanRecord: r.Plan,
    CourseRecord: r.Course,
    SessionRecord: r.Session,
    AdverseEvent: r.AdverseEvent,
    OutcomeScore: r.Score,
    Attachment: r.Attachment,
    Device: r.Device,
}
# Of these a person has many; the name is that of the way back.
_OF_PERSON = (
    (Consent, "consents"),
    (Condition, "conditions"),
    (ScreeningRecord, "screenings"),
    (PlanRecord, "plans"),
    (CourseRecord, "courses"),
    (SessionRecord, "sessions"),
    (AdverseEvent, "adverse_events"),
    (OutcomeScore, "scores"),
    (Attachment, "attachments"),
)
_QUALITIES = {"ok": "good"}
_ACTIONS = {"+": "create", "~": "update", "-": "delete"}


def records_of(person: Person, *, for_research: bool = False) -> list[r.Record]:
    """Return everything that is kept of a person, retired records too.

    Parameters
    ----------
    person : Person
    for_research : bool
        Without pictures, and without who changed and who saw what.
    """
    made: list[r.Record] = [record_of(person)]
    kept: list[Record] = [person]
    for model, name in _OF_PERSON:
        if for_research and model is Attachment:
            continue
        rows = list(getattr(person, name).select_related("made_by").order_by("made_at", "pk"))
        kept += rows
        made += [record_of(row) for row in rows]
    used = {row.device for row in kept if isinstance(row, SessionRecord) and row.device}
    made += [record_of(device) for device in sorted(used, key=lambda d: str(d.pk))]
    if not for_research:
        made += _changes(kept)
        made += _accesses(person)
    return made


def record_of(row: Record) -> r.Record:
    """Return one row as the exchange has it."""
    if isinstance(row, SessionRecord):
        return _filled(r.Session, row, events=tuple(_events(row)))
    if isinstance(row, AdverseEvent):
        rows = row.follow_ups.select_related("made_by").order_by("seen_on", "made_at")
        follow_ups = tuple(_filled(r.FollowUp, f) for f in rows)
        return _filled(r.AdverseEvent, row, follow_ups=follow_ups)
    if isinstance(row, Attachment):
        return _filled(r.Attachment, row, content=_content(row))
    return _filled(NAMES[type(row)], row)


def _content(row: Attachment) -> bytes:
    """Return a picture; none where its file is lost, which its `sha256` then tells."""
    try:
        with row.file.open("rb") as stream:
            return bytes(stream.read())
    except FileNotFoundError:
        return b""


def _filled(kind: type[K], row: Record | FollowUp, **more: Any) -> K:
    """Return a record with what the row has under the same names."""
    known = {f.name for f in row._meta.get_fields()}
    given: dict[str, Any] = {
        spec.name: _plain(getattr(row, spec.name), default_of(spec))
        for spec in fields(kind)
        if spec.name in known and spec.name not in more
    }
    given["id"] = str(row.pk)
    given["made_by"] = row.made_by.name if row.made_by else ""
    return kind(**given, **more)


def _plain(value: Any, default: Any) -> Any:
    """Return a value of a row; another row is told by its id, none by what means "not given"."""
    if value is None:
        return default
    return str(value.pk) if isinstance(value, models.Model) else value


def _events(session: SessionRecord) -> Iterator[r.Event]:
    """Yield what happened; a reading also says what it was worth, which follows from the others."""
    readings = [reading_of(e) for e in events_of(session) if e.kind == "reading"]
    worth = iter(judged_all(readings))
    for event in SessionEvent.objects.filter(session=session).select_related("by"):
        data = dict(event.data)
        if event.kind == "reading":
            status = next(worth).status
            data["quality"] = _QUALITIES.get(status, status)
        yield r.Event(
            number=event.number,
            key=event.key,
            kind=event.kind,
            at=event.at,
            data=data,
            by=event.by.name if event.by else "",
            device=str(event.device_id) if event.device_id else "",
        )


def _changes(rows: Iterable[Record]) -> Iterator[r.Change]:
    for row in rows:
        name = NAMES[type(row)].__name__
        for version in row.history.select_related("history_user").order_by("history_date"):
            yield r.Change(
                id=f"{name}-{version.history_id}",
                target=f"{name}/{row.pk}",
                at=version.history_date,
                by=version.history_user.name if version.history_user else "",
                why=version.history_change_reason or "",
                action=_ACTIONS[version.history_type],
            )


def _accesses(person: Person) -> Iterator[r.Access]:
    for row in Access.objects.filter(person=person).select_related("user").order_by("at", "pk"):
        by = row.user.name if row.user else "the person themself" if row.by_person else ""
        yield r.Access(
            id=str(row.pk),
            person=str(person.pk),
            at=row.at,
            by=by,
            action=row.action,
            route=row.route,
            what=row.what,
            allowed=row.allowed,
            request_id=row.request_id,
        )
