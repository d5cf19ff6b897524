"""People, screenings and plans."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from cryodose.clinic.access import ClinicRequest, mine
from cryodose.clinic.api.frame import FAULTS, Strict, says, storable
from cryodose.clinic.exchange.outgoing import records_of
from cryodose.clinic.models import Person, PlanRecord, ScreeningRecord
from cryodose.clinic.services.leaflets import leaflet_pdf
from cryodose.clinic.services.numbering import add_person
from cryodose.clinic.services.plans import keep_plan
from cryodose.clinic.services.screenings import keep_screening, with_diagnoses
from cryodose.clinic.views.people import found
from cryodose.errors import BadInput
from cryodose.fhir.files import records_data
from cryodose.io.plain import json_text
from cryodose.screening.rules import PROCEDURES

router = Router(tags=["people"])
_MOST = 200


class PersonIn(Strict):
    """What may be said of a person."""

    family_name: Annotated[str, Field(min_length=1, max_length=80)]
    given_name: Annotated[str, Field(max_length=80)] = ""
    birth_date: date | None = None
    sex: str = "unknown"
    email: Annotated[str, Field(max_length=254)] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    height_m: float | None = None
    mass_kg: float | None = None
    body_fat_percent: float | None = None
    skin_type: int | None = None
    note: Annotated[str, Field(max_length=4000)] = ""


class PersonChange(Strict):
    """Changes of a person: only what shall be another, and why."""

    why: Annotated[str, Field(min_length=1, max_length=300)]
    family_name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    given_name: Annotated[str, Field(max_length=80)] | None = None
    birth_date: date | None = None
    sex: str | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    height_m: float | None = None
    mass_kg: float | None = None
    body_fat_percent: float | None = None
    skin_type: int | None = None
    note: Annotated[str, Field(max_length=4000)] | None = None


class PersonOut(PersonIn):
    """A person as the clinic knows them."""

    id: UUID
    number: int


class People(Schema):
    """A page of people."""

    count: int
    people: list[PersonOut]


class ScreeningIn(Strict):
    """A screening; `answers` is a patient file or FHIR R4."""

    procedure: str
    device_kind: str = ""
    day: date | None = None
    answers: dict[str, Any]


class PlanIn(Strict):
    """A plan; `session` is what a session file holds."""

    session: dict[str, Any]
    screening: UUID | None = None
    title: Annotated[str, Field(max_length=160)] = ""
    seed: Annotated[int, Field(ge=0, le=2**53)] | None = None


class Verdict(Schema):
    """A screening with its verdict."""

    id: UUID
    procedure: str
    day: date
    verdict: str
    rules_version: str
    result: dict[str, Any]


class Dose(Schema):
    """A plan with its dose."""

    id: UUID
    procedure: str
    verdict: str
    dose_s: float | None
    released: bool
    seed: int
    members: int
    version: str
    digest: str
    answer: dict[str, Any]


class Looking(Strict):
    """Who is looked for."""

    q: Annotated[str, Field(max_length=80)] = ""
    offset: Annotated[int, Field(ge=0, le=10**6)] = 0
    limit: Annotated[int, Field(ge=1, le=_MOST)] = 50


@router.get("/persons", response={200: People, **FAULTS}, url_name="api_persons")
@says("person.find")
def persons(request: ClinicRequest, looking: Query[Looking]) -> People:
    """List the people of the clinic whose name or number fits."""
    if not storable(looking.q):
        raise BadInput("query", "q", looking.q, "text without NUL")
    rows = found(mine(request.actor, Person).in_use(), looking.q)
    page = rows[looking.offset : looking.offset + looking.limit]
    return People(count=rows.count(), people=[PersonOut.from_orm(p) for p in page])


@router.post("/persons/new", response={201: PersonOut, **FAULTS}, url_name="api_person_new")
@says("person.write")
def person_new(request: ClinicRequest, data: PersonIn) -> Any:
    """Write down somebody new."""
    person = Person(**data.dict())
    person.full_clean(exclude=["clinic", "number", "made_by"])
    assert request.actor.clinic is not None  # noqa: S101  # person.write needs a clinic
    return Status(201, add_person(person, request.actor.clinic, request.actor.user))


@router.get("/persons/{uuid:pk}", response={200: PersonOut, **FAULTS}, url_name="api_person")
@says("person.read", of=Person)
def person(request: ClinicRequest, pk: UUID) -> Any:
    """Return what is known of a person."""
    return request.record


@router.post(
    "/persons/{uuid:pk}/change", response={200: PersonOut, **FAULTS}, url_name="api_person_change"
)
@says("person.write", of=Person)
def person_change(request: ClinicRequest, pk: UUID, data: PersonChange) -> Any:
    """Change what is known of a person."""
    row = _person(request)
    changes = data.dict(exclude_unset=True)
    why = changes.pop("why")
    for key, value in changes.items():
        if value is None and key not in _MAY_BE_EMPTY:
            raise BadInput("body", key, None, "a value")
        setattr(row, key, value)
    row.full_clean(exclude=["clinic", "number", "made_by"])
    return row.keep(request.actor.user, why)


_MAY_BE_EMPTY = ("birth_date", "height_m", "mass_kg", "body_fat_percent", "skin_type")


@router.get("/persons/{uuid:pk}/records", response=FAULTS, url_name="api_records")
@says("person.export", of=Person)
def records(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Return everything that is kept of a person as a records file."""
    text = json_text(records_data(records_of(_person(request))))
    return HttpResponse(text, content_type="application/json")


@router.post(
    "/persons/{uuid:pk}/screenings/new",
    response={201: Verdict, **FAULTS},
    url_name="api_screening_new",
)
@says("screening.write", of=Person)
def screening_new(request: ClinicRequest, pk: UUID, data: ScreeningIn) -> Any:
    """Screen a person, and keep answers and verdict."""
    if data.procedure not in PROCEDURES:
        raise BadInput("body", "procedure", data.procedure, f"one of {', '.join(PROCEDURES)}")
    if "override" in data.answers:
        raise BadInput("body", "answers.override", "...", "no override: that is a page of its own")
    day = data.day or timezone.localdate()
    by = _user(request)
    row = _person(request)
    told = with_diagnoses(data.answers, row)
    made = keep_screening(row, told, data.procedure, data.device_kind, day, by)
    return Status(201, made)


@router.get("/screenings/{uuid:pk}", response={200: Verdict, **FAULTS}, url_name="api_screening")
@says("person.read", of=ScreeningRecord)
def screening(request: ClinicRequest, pk: UUID) -> Any:
    """Return a screening."""
    return request.record


@router.post(
    "/persons/{uuid:pk}/plans/new", response={201: Dose, **FAULTS}, url_name="api_plan_new"
)
@says("plan.write", of=Person)
def plan_new(request: ClinicRequest, pk: UUID, data: PlanIn) -> Any:
    """Plan a session of a person, and keep the plan."""
    row = _person(request)
    screened = None
    if data.screening is not None:
        screened = row.screenings.in_use().filter(pk=data.screening).first()
        if screened is None:
            raise BadInput("body", "screening", str(data.screening), "a screening of this person")
    made = keep_plan(
        row, data.session, _user(request), screening=screened, title=data.title, seed=data.seed
    )
    return Status(201, made)


@router.get("/plans/{uuid:pk}", response={200: Dose, **FAULTS}, url_name="api_plan")
@says("person.read", of=PlanRecord)
def plan(request: ClinicRequest, pk: UUID) -> Any:
    """Return a plan."""
    return request.record


@router.get("/plans/{uuid:pk}/leaflet", response=FAULTS, url_name="api_plan_leaflet")
@says("person.read", of=PlanRecord)
def plan_leaflet(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Return what the person takes home from a plan as PDF, in their language."""
    assert isinstance(request.record, PlanRecord)  # noqa: S101  # the rule loads it
    return HttpResponse(leaflet_pdf(request.record), content_type="application/pdf")


def _person(request: ClinicRequest) -> Person:
    assert isinstance(request.record, Person)  # noqa: S101  # the rule loads it
    return request.record


def _user(request: ClinicRequest) -> Any:
    return request.actor.user
