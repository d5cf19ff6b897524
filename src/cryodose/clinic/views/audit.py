"""The trail: who saw whom, and who changed what, when and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.models import Access, Clinic, Person, Record
from cryodose.clinic.words import RECORDS

_A_PAGE = 100
_CHANGES = 100
_TOLD = ("history_date", "history_user__name", "history_change_reason")


class Change(NamedTuple):
    """One version of a record: when, by whom, of what, why."""

    at: datetime
    who: str
    kind: str | Promise
    why: str


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


def changes_in(request: ClinicRequest) -> list[Change]:
    """Return the newest changes in the clinic."""
    clinic = request.actor.clinic
    pasts: list[tuple[type[Model], Any]] = [
        (m, m.history.filter(clinic=clinic)) for m in Record.__subclasses__()
    ]
    if clinic is not None:
        pasts.append((Clinic, Clinic.history.filter(id=clinic.pk)))
    return newest(pasts)


def changes_of(person: Person) -> list[Change]:
    """Return the newest changes of what belongs to one person."""
    found: list[tuple[type[Model], Any]] = []
    for model in Record.__subclasses__():
        if model.person_path:
            path = "id" if model is Person else model.person_path
            found.append((model, model.history.filter(**{path: person.pk})))
    return newest(found)


def newest(pasts: list[tuple[type[Model], Any]]) -> list[Change]:
    """Return the newest versions of several models, newest first; of each only what is shown."""
    found: list[Change] = []
    for model, rows in pasts:
        kind = RECORDS.get(model.__name__, model.__name__)
        told = rows.order_by("-history_date").values_list(*_TOLD)[:_CHANGES]
        found += [Change(at, who or "cryodose", kind, why or "") for at, who, why in told]
    found.sort(key=lambda change: change.at, reverse=True)
    return found[:_CHANGES]
