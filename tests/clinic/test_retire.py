"""Records are taken out of use with a reason, all in the same way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cryodose.clinic.models import Condition, CourseRecord, Person, Room
from tests.clinic import make

PLACES = {
    Person: ("/people/{}/retire/", "/people/"),
    Condition: ("/conditions/{}/retire/", "/people/{person}/"),
    Room: ("/places/rooms/{}/retire/", "/places/"),
    CourseRecord: ("/courses/{}/end/", "/courses/{}/"),
}


@pytest.mark.parametrize("model", PLACES, ids=lambda m: m.__name__)
def test_out_of_use_with_a_reason(
    house: make.House, logged_in: Callable[[Any], Client], model: Any
) -> None:
    row = house.own.records[model]
    role = "clinician" if model is CourseRecord else "administrator"
    client = logged_in(house.own.users[role])
    person = house.own.records[Person].pk
    address, back = (words.format(row.pk, person=person) for words in PLACES[model])
    assert str(row) in client.get(address).content.decode()
    assert client.post(address, {"why": " "}).status_code == 200
    row.refresh_from_db()
    assert not row.is_retired
    told = client.post(address, {"why": "made by mistake"})
    assert (told.status_code, told["Location"]) == (302, back)
    row.refresh_from_db()
    assert (row.is_retired, row.retired_why) == (True, "made by mistake")
    versions = row.history.count()
    # Whoever sends the page once more changes nothing.
    assert client.post(address, {"why": "another reason"}).status_code == 302
    row.refresh_from_db()
    assert (row.retired_why, row.history.count()) == ("made by mistake", versions)
