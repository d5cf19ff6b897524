"""The trail: who saw whom, and who changed what, when and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.models import Access, Clinic, Person, Record
from cryodose.clinic.words import RECORDS

_A_PAGE = 100
_CHANGES = 200


@rule("audit.read")
def audit(request: ClinicRequest) -> HttpResponse:
    """Show the accesses of the clinic, of one person where one is named."""
    rows = Access.objects.filter(clinic=request.actor.clinic)
    person = _person(request)
    if person is not None:
        rows = rows.filter(person=person)
    if request.GET.get("refused"):
        rows = rows.filter(allowed=False)
    rows = rows.select_related("user", "person", "by_person")
    told = {
        "page": Paginator(rows, _A_PAGE).get_page(request.GET.get("page")),
        "about": person,
        "refused": bool(request.GET.get("refused")),
        "changes": changes_of(person) if person else changes_in(request),
    }
    return render(request, "clinic/audit.html", told)


def _person(request: ClinicRequest) -> Person | None:
    try:
        key = UUID(request.GET.get("person", ""))
    except ValueError:
        return None
    return mine(request.actor, Person).filter(pk=key).first()


def changes_in(request: ClinicRequest) -> list[Any]:
    """Return the newest changes in the clinic."""
    found: list[Any] = []
    for model in Record.__subclasses__():
        rows = model.history.filter(clinic=request.actor.clinic)
        found += rows.select_related("history_user").order_by("-history_date")[:_CHANGES]
    rows = Clinic.history.filter(id=request.actor.clinic.pk if request.actor.clinic else None)
    found += rows.select_related("history_user").order_by("-history_date")[:_CHANGES]
    return newest(found)


def changes_of(person: Person) -> list[Any]:
    """Return the newest changes of what belongs to one person."""
    found: list[Any] = []
    for model in Record.__subclasses__():
        if not model.person_path:
            continue
        path = "id" if model is Person else model.person_path
        rows = model.history.filter(**{path: person.pk})
        found += rows.select_related("history_user").order_by("-history_date")[:_CHANGES]
    return newest(found)


def newest(rows: list[Any]) -> list[Any]:
    """Return rows of history, newest first, each with the name of its model."""
    rows.sort(key=lambda row: row.history_date, reverse=True)
    for row in rows[:_CHANGES]:
        name = row.instance_type.__name__
        row.kind = RECORDS.get(name, name)
    return rows[:_CHANGES]
