"""Exchange records into the clinic's tables."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from cryodose.clinic.exchange import sound
from cryodose.clinic.exchange.outgoing import NAMES
from cryodose.clinic.models import (
    AdverseEvent,
    Attachment,
    Clinic,
    FollowUp,
    Person,
    Record,
    ScreeningRecord,
    SessionEvent,
    SessionRecord,
    User,
)
from cryodose.clinic.services.numbering import add_person
from cryodose.clinic.services.pictures import checked
from cryodose.clinic.services.screenings import keep_screening
from cryodose.errors import BadInput
from cryodose.fhir import Imported
from cryodose.fhir import records as r
from cryodose.fhir.diagnoses import condition_of

WHY = "taken in from FHIR"
_SPACE = uuid.UUID("4e0d7f5d-0d3f-5f3a-9d0c-6e4c8a0d5b11")
_MODELS: dict[type[r.Record], type[Record]] = {kind: model for model, kind in NAMES.items()}
# In this order: what others name comes first.
_ORDER = (
    r.Consent, r.Condition, r.Screening, r.Plan, r.Course, r.Session, r.AdverseEvent, r.Score,
    r.Attachment,
)  # fmt: skip
_ABOUT = ("subject", "patient")
# Fields that name another record, and its kind.
_LINKS = {
    "screening": "Screening",
    "plan": "Plan",
    "session_plan": "Plan",
    "course": "Course",
    "session": "Session",
}
# What stays where it was made: machines of another house, and its trails.
_STAYS = {
    r.Device: "a device of another house",
    r.Change: "the trail of another house",
    r.Access: "the trail of another house",
}
# What lets somebody into the cold is decided here: that of another house is kept, out of use.
_ALLOWS = (r.Consent, r.Screening, r.Plan)
_NOT_SCREENED = "not stored: name a procedure, and it is screened and kept with the screening"


@dataclass
class Taken:
    """What became of it.

    Attributes
    ----------
    stored, known : list of (kind, id here)
        New rows; rows that were there already and stay as they are.
    refused : list of (str, str)
        What was not stored, and why.
    not_understood : list of (str, str)
    """

    stored: list[tuple[str, str]] = field(default_factory=list)
    known: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    not_understood: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Taking:
    """Who takes in, for which clinic.

    Attributes
    ----------
    source : str
        Name of the system that it comes from: by it a person is known again.
    person : Person or None
        Set where everything is about somebody who is known here.
    procedure : str
        What history is screened for; empty keeps none of it.
    """

    clinic: Clinic
    by: User
    day: date
    source: str = ""
    person: Person | None = None
    procedure: str = ""


@transaction.atomic
def take_in(imported: Imported, how: Taking) -> Taken:
    """Store what was read, all of it or nothing.

    Raises
    ------
    BadInput
        Where a record cannot be stored as it is.
    """
    told = Taken(refused=list(imported.refused), not_understood=list(imported.not_understood))
    people: dict[str, Person] = {}
    if how.person is not None:
        _same_person(imported, how.person)
    for record in imported.records:
        if isinstance(record, r.Person):
            people[record.id] = how.person or _person(record, how, told)
    rows: dict[str, Record] = {}
    by_kind: dict[type[r.Record], list[r.Record]] = {}
    for record in imported.records:
        by_kind.setdefault(type(record), []).append(record)
        if type(record) in _STAYS:
            told.refused.append((f"{type(record).__name__}/{record.id}", _STAYS[type(record)]))
    for kind in _ORDER:
        for record in by_kind.get(kind, ()):
            _take(record, how, people, rows, told)
    kept = _diagnoses(imported.history, how, people, rows, told)
    _history(imported.history, how, people, told, kept)
    return told


def _same_person(imported: Imported, person: Person) -> None:
    """Refuse what is about somebody else than the person it shall be stored for."""
    people = [one for one in imported.records if isinstance(one, r.Person)]
    if len(people) > 1:
        raise BadInput("FHIR", "Patient", len(people), "one person")
    for one in people:
        for key, here in (("birth_date", person.birth_date), ("sex", person.sex)):
            said = getattr(one, key)
            if "unknown" not in (said, here) and None not in (said, here) and said != here:
                raise BadInput("FHIR", f"Patient.{key}", str(said), f"{here}, as it stands here")


def _person(record: r.Person, how: Taking, told: Taken) -> Person:
    """Return the person here: the same id, the same outside id, else a new one."""
    system = record.external_system or how.source or "unnamed source"
    outside = record.external_id or record.id
    rows = Person.objects.filter(clinic=how.clinic)
    own = _uuid(record.id)
    found = rows.filter(pk=own).first() if own else None
    found = found or rows.filter(external_system=system, external_id=outside).first()
    if found is not None:
        told.known.append(("Person", str(found.pk)))
        return found
    skipped = ("id", "made_at", "made_by", "retired_at", "retired_why", "number")
    given = {f.name: getattr(record, f.name) for f in fields(record) if f.name not in skipped} | {
        "external_system": system,
        "external_id": outside,
    }
    person = Person(**given)
    if own is not None and not Person.objects.filter(pk=own).exists():
        person.id = own
    _check(person, "Person", exclude=("clinic", "number"))
    add_person(person, how.clinic, how.by)
    told.stored.append(("Person", str(person.pk)))
    return person


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _take(
    record: r.Record, how: Taking, people: dict[str, Person], rows: dict[str, Record], told: Taken
) -> None:
    name = f"{type(record).__name__}/{record.id}"
    person = how.person or people.get(record.person)  # type: ignore[attr-defined]  # all of _ORDER have it
    if person is None:
        told.refused.append((name, "the person whom it is about is not in the bundle"))
        return
    model = _MODELS[type(record)]
    own = _uuid(record.id) or uuid.uuid5(_SPACE, f"{how.clinic.pk}/{how.source}/{name}")
    there = model._default_manager.filter(pk=own).first()
    if there is not None:
        if there.clinic_id != how.clinic.pk:
            own = uuid.uuid5(_SPACE, f"{how.clinic.pk}/{own}")
            there = model._default_manager.filter(pk=own).first()
        if there is not None:
            rows[name] = there
            told.known.append((type(record).__name__, str(own)))
            return
    sound.check(record, name)
    row = _row(model, record, how, person, rows)
    row.id = own
    if isinstance(row, Attachment) and isinstance(record, r.Attachment):
        _picture(row, record)
    _check(row, name, exclude=("clinic", "person"))
    row.keep(how.by, WHY)
    rows[name] = row
    if record.retired_at is not None:
        row.retire(how.by, record.retired_why or WHY)
    elif isinstance(record, _ALLOWS):
        row.retire(how.by, f"{WHY}: it counts in the house that made it")
    _below(row, record, how)
    told.stored.append((type(record).__name__, str(own)))


def _row(
    model: type[Record],
    record: r.Record,
    how: Taking,
    person: Person,
    rows: dict[str, Record],
) -> Record:
    known = {f.name for f in model._meta.get_fields()}
    given: dict[str, Any] = {"clinic": how.clinic, "person": person}
    for spec in fields(record):
        value = getattr(record, spec.name)
        if spec.name in _LINKS and spec.name in known and isinstance(value, str):
            given[spec.name] = rows.get(f"{_LINKS[spec.name]}/{value}") if value else None
        elif spec.name in known and spec.name not in (
            "id", "person", "made_by", "made_at", "retired_at", "retired_why", "device", "protocol",
            "events", "follow_ups",
        ):  # fmt: skip
            given[spec.name] = value
    if record.made_at is not None:
        given["made_at"] = record.made_at
    return model(**given)


def _picture(row: Attachment, record: r.Attachment) -> None:
    found = checked(record.content, record.kind, settings.ATTACHMENT_BYTES)
    row.suffix, row.bytes = found.suffix, len(found.content)
    # A photo is written anew, so its bytes may not be those that came.
    row.sha256 = hashlib.sha256(found.content).hexdigest()
    row.width_px, row.height_px = found.width_px, found.height_px
    row.file.save("picture", ContentFile(found.content), save=False)


def _check(row: Record, name: str, exclude: Sequence[str]) -> None:
    # Django takes an empty table for a missing one, and what only forms must fill for a fault.
    empty = [
        f.name
        for f in row._meta.fields
        if getattr(row, f.attname) in ({}, []) or (f.null and getattr(row, f.attname) is None)
    ]
    try:
        row.full_clean(exclude=[*exclude, *empty, "made_by"])
    except ValidationError as error:
        key, words = next(iter(error.message_dict.items()))
        value = getattr(row, key, None)
        raise BadInput("FHIR", f"{name}.{key}", value, " ".join(map(str, words))) from None


def _below(row: Record, record: r.Record, how: Taking) -> None:
    """Store what hangs on a record."""
    if isinstance(record, r.AdverseEvent) and isinstance(row, AdverseEvent):
        for one in record.follow_ups:
            FollowUp(clinic=how.clinic, event=row, seen_on=one.seen_on, found=one.found).keep(
                how.by, WHY
            )
    if isinstance(record, r.Session) and isinstance(row, SessionRecord):
        for event, said in sound.events(record, "Session"):
            SessionEvent(
                session=row,
                number=event.number,
                key=event.key or f"taken-in-{event.number}",
                kind=event.kind,
                at=event.at,
                data=said,
                by=how.by,
            ).save()


def _name(resource: dict[str, Any]) -> str:
    return f"{resource['resourceType']}/{resource.get('id', '')}"


def _subjects(history: list[dict[str, Any]]) -> set[Any]:
    return {h[k].get("reference") for h in history for k in _ABOUT if isinstance(h.get(k), dict)}


def _diagnoses(
    history: list[dict[str, Any]],
    how: Taking,
    people: dict[str, Person],
    rows: dict[str, Record],
    told: Taken,
) -> set[str]:
    """Keep the diagnoses of others where it is clear whose they are; return their names."""
    kept: set[str] = set()
    alone = how.person if len(_subjects(history)) <= 1 else None
    for resource in history:
        subject = resource.get("subject")
        if resource["resourceType"] != "Condition" or not isinstance(subject, dict):
            continue
        own = str(subject.get("reference", "")).removeprefix("Patient/")
        person = alone if how.person is not None else people.get(own)
        record, unread = condition_of(resource, own) if person is not None else (None, [])
        if record is None or person is None:
            continue
        _take(record, how, {own: person}, rows, told)
        told.not_understood += [(_name(resource), path) for path in unread]
        kept.add(_name(resource))
    return kept


def _history(
    history: list[dict[str, Any]],
    how: Taking,
    people: dict[str, Person],
    told: Taken,
    kept: set[str],
) -> None:
    """Screen what is told of a person, or say why not; `kept` is kept as a diagnosis anyway."""
    if not history:
        return
    named = [name for name in map(_name, history) if name not in kept]
    whose = how.person or (next(iter(people.values())) if len(people) == 1 else None)
    subjects = _subjects(history)
    is_clear = whose is not None and len(subjects) <= 1
    if not how.procedure or whose is None or not is_clear:
        why = _NOT_SCREENED if is_clear else "not stored: it is not clear whose it is"
        told.refused += [(name, why) for name in named]
        return
    # Everything is about the one person, whatever the bundle calls them.
    own = {"resourceType": "Patient", "id": str(whose.pk), "gender": whose.sex}
    if whose.birth_date is not None:
        own["birthDate"] = whose.birth_date.isoformat()
    here = {"reference": f"Patient/{whose.pk}"}
    entries = [{"resource": own}]
    for resource in history:
        keys = [k for k in _ABOUT if k in resource]
        entries.append({"resource": resource | dict.fromkeys(keys, here)})
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    row: ScreeningRecord = keep_screening(whose, bundle, how.procedure, "", how.day, how.by)
    told.stored.append(("Screening", str(row.pk)))
