"""Numbers of people within a clinic."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from cryodose.clinic.models import Clinic, Person, User


@transaction.atomic
def add_person(person: Person, clinic: Clinic, by: User | None) -> Person:
    """Give a person the next number of the clinic, and keep them."""
    # Locks the clinic's row, so that two at once get two numbers.
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    last = Person.objects.filter(clinic=clinic).aggregate(last=Max("number"))["last"] or 0
    person.clinic, person.number = clinic, last + 1
    return person.keep(by, "new person")
