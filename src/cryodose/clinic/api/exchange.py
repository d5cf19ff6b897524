"""FHIR R4 out and in, CDS Hooks, and tables for research."""

from __future__ import annotations

import io
import secrets
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils import timezone
from ninja import Body, Query, Router, Schema
from pydantic import Field

from cryodose.clinic.access import PUBLIC, ClinicRequest, mine
from cryodose.clinic.api.frame import FAULTS, Strict, says, storable
from cryodose.clinic.exchange.incoming import Taking, take_in
from cryodose.clinic.exchange.outgoing import records_of
from cryodose.clinic.middleware.gate import remember
from cryodose.clinic.models import Person
from cryodose.clinic.paper.person import person_page
from cryodose.errors import BadInput
from cryodose.fhir import cds, document, read_fhir
from cryodose.fhir.records import Record
from cryodose.fhir.research import research
from cryodose.io.parquet import write_parquet
from cryodose.io.plain import json_text
from cryodose.report.paper import pdf
from cryodose.screening.rules import PROCEDURES

router = Router(tags=["exchange"])
_FHIR = "application/fhir+json"
_SECRET_BYTES = 32
AnyJson = Annotated[dict[str, Any], Body(...)]


class Source(Strict):
    """Where it comes from, and what the history of the person is screened for."""

    source: Annotated[str, Field(max_length=200)] = ""
    procedure: str = ""
    day: date | None = None


class Taken(Schema):
    """What became of each resource."""

    stored: list[tuple[str, str]]
    known: list[tuple[str, str]]
    refused: list[tuple[str, str]]
    not_understood: list[tuple[str, str]]


@router.get("/persons/{uuid:pk}/fhir", response=FAULTS, url_name="api_fhir_out")
@says("person.export", of=Person)
def fhir_out(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Return everything that is kept of a person as one FHIR R4 document."""
    assert isinstance(request.record, Person)  # noqa: S101  # the rule loads it
    return _document(request, request.record)


@router.get("/my/fhir", response=FAULTS, url_name="api_own_fhir")
@says("own.read")
def own_fhir(request: ClinicRequest) -> HttpResponse:
    """Return to a person who came by their link everything that is kept of them."""
    person = request.actor.person
    if person is None:
        raise Http404
    remember(request, "own.read", allowed=True, person=person)
    return _document(request, person)


@router.get("/persons/{uuid:pk}/pdf", response=FAULTS, url_name="api_person_pdf")
@says("person.export", of=Person)
def person_pdf(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Return everything that is kept of a person as PDF, in the language that is asked for."""
    assert isinstance(request.record, Person)  # noqa: S101  # the rule loads it
    return _saved(_paper(request.record), "application/pdf", request.record, "pdf")


@router.get("/persons/{uuid:pk}/export", response=FAULTS, url_name="api_person_export")
@says("person.export", of=Person)
def person_export(request: ClinicRequest, pk: UUID) -> HttpResponse:
    """Return the FHIR document and the PDF of a person together, in a ZIP file."""
    person = request.record
    assert isinstance(person, Person)  # noqa: S101  # the rule loads it
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"person-{person.number}.json", _fhir(request, person))
        packed.writestr(f"person-{person.number}.pdf", _paper(person))
    return _saved(out.getvalue(), "application/zip", person, "zip")


@router.get("/my/pdf", response=FAULTS, url_name="api_own_pdf")
@says("own.read")
def own_pdf(request: ClinicRequest) -> HttpResponse:
    """Return the same to a person who came by their link."""
    person = request.actor.person
    if person is None:
        raise Http404
    remember(request, "own.read", allowed=True, person=person)
    return _saved(_paper(person), "application/pdf", person, "pdf")


def _document(request: ClinicRequest, person: Person) -> HttpResponse:
    return _saved(_fhir(request, person), _FHIR, person, "json")


def _fhir(request: ClinicRequest, person: Person) -> str:
    base = request.build_absolute_uri("/api/fhir").rstrip("/")
    made = document(records_of(person), timezone.now(), base=base, author=person.clinic.name)
    return json_text(made)


def _paper(person: Person) -> bytes:
    return pdf(person_page(person), made_at=timezone.now(), author=person.clinic.name)


def _saved(content: str | bytes, kind: str, person: Person, ending: str) -> HttpResponse:
    named = f'attachment; filename="person-{person.number}.{ending}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": named})


@router.post("/fhir/check", response={200: dict[str, Any], **FAULTS}, url_name="api_fhir_check")
@says("person.write")
def fhir_check(request: ClinicRequest, data: AnyJson) -> dict[str, Any]:
    """Say what would become of a FHIR R4 resource or Bundle; nothing is stored."""
    return read_fhir(data, "body").to_dict()


@router.post("/fhir/in", response={200: Taken, **FAULTS}, url_name="api_fhir_in")
@says("person.write")
def fhir_in(request: ClinicRequest, data: AnyJson, how: Query[Source]) -> Any:
    """Take in people and what is told of them, all of it or nothing."""
    return _taken(request, data, how, None)


@router.post("/persons/{uuid:pk}/fhir/in", response={200: Taken, **FAULTS}, url_name="api_fhir_for")
@says("person.write", of=Person)
def fhir_for(request: ClinicRequest, pk: UUID, data: AnyJson, how: Query[Source]) -> Any:
    """Take in what is told of a person who is known here."""
    assert isinstance(request.record, Person)  # noqa: S101  # the rule loads it
    return _taken(request, data, how, request.record)


def _taken(request: ClinicRequest, data: Any, how: Source, person: Person | None) -> Any:
    actor = request.actor
    assert actor.clinic is not None  # noqa: S101  # person.write needs a clinic
    assert actor.user is not None  # noqa: S101  # and a user
    if how.procedure and how.procedure not in PROCEDURES:
        raise BadInput("query", "procedure", how.procedure, f"one of {', '.join(PROCEDURES)}")
    if not storable(how.source):
        raise BadInput("query", "source", how.source, "text without NUL")
    day = how.day or timezone.localdate()
    taking = Taking(actor.clinic, actor.user, day, how.source, person, how.procedure)
    return take_in(read_fhir(data, "body"), taking)


@router.get("/cds-services", response={200: dict[str, Any], **FAULTS}, url_name="api_cds")
@says(PUBLIC)
def cds_services(request: ClinicRequest) -> dict[str, Any]:
    """Return the CDS Hooks services."""
    return cds.discovery()


def _answering(service: str) -> Callable[..., Any]:
    def answer(request: ClinicRequest, data: AnyJson) -> dict[str, Any]:
        return cds.answer(service, data, timezone.localdate())

    answer.__doc__ = f"Answer a request to the CDS Hooks service {service} with cards."
    return answer


def _hearing(service: str) -> Callable[..., Any]:
    def hear(request: ClinicRequest, data: AnyJson) -> dict[str, Any]:
        return {"taken": len(cds.feedback(service, data))}

    hear.__doc__ = f"Check what became of cards of {service}; nothing of it is stored."
    return hear


# An address for each service, so that each has its own rule and its own place in the schema.
for _service in [s["id"] for s in cds.discovery()["services"]]:
    for _ending, _made in (("", _answering), ("/feedback", _hearing)):
        _name = f"api_{_service}{_ending}".replace("-", "_").replace("/", "_")
        router.post(
            f"/cds-services/{_service}{_ending}",
            response={200: dict[str, Any], **FAULTS},
            url_name=_name,
            operation_id=_name,
        )(says("cds.ask")(_made(_service)))


@router.get("/research", response=FAULTS, url_name="api_research")
@says("research.export")
def research_out(request: ClinicRequest) -> HttpResponse:
    """Return the tables for research, without names, as Parquet files in a ZIP file."""
    records: list[Record] = []
    for person in mine(request.actor, Person).in_use():
        records += records_of(person, for_research=True)
    told = research(records, secrets.token_bytes(_SECRET_BYTES), timezone.localdate())
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as packed:
        for table in told.tables:
            path = Path(folder) / f"{table.name}.parquet"
            write_parquet(path, {c.name: c.kind for c in table.columns}, table.rows)
            packed.write(path, path.name)
        columns = {t.name: {c.name: c.words for c in t.columns} for t in told.tables}
        about = {"left_out": told.left_out, "columns": columns}
        packed.writestr("about.json", json_text(about))
    return HttpResponse(out.getvalue(), content_type="application/zip")
