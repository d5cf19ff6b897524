"""Records to resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cryodose.fhir.care_maps import BY_RECORD
from cryodose.fhir.extras import extras_of
from cryodose.fhir.records import Record

Resource = dict[str, Any]


def resource_of(record: Record) -> Resource:
    """Return a record as one FHIR R4 resource that holds all of it.

    Raises
    ------
    BadInput
        For an id, a number or a moment that FHIR cannot hold.

    Examples
    --------
    >>> from cryodose.fhir.records import Person
    >>> resource_of(Person(id="p1", family_name="Ivanova", sex="female"))["gender"]
    'female'
    """
    return BY_RECORD[type(record)].write(record)


def resources_of(records: Iterable[Record]) -> list[Resource]:
    """Return records as resources, each followed by what follows from it; errors as above."""
    made: list[Resource] = []
    for record in records:
        made.append(resource_of(record))
        made += extras_of(record)
    return made
