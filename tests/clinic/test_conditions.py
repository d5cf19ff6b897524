"""Diagnoses: kept with their history, asked by every screening, exchanged without loss."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose.clinic.exchange.incoming import Taking, take_in
from cryodose.clinic.exchange.outgoing import record_of
from cryodose.clinic.models import Condition, Person, ScreeningRecord
from cryodose.clinic.services.screenings import diagnoses_of, with_diagnoses
from cryodose.fhir import read_fhir, resource_of
from tests.clinic import make

FORM = {"format": "cryodose-patient/1", "date": "2026-11-25"}
FOREIGN = {
    "resourceType": "Condition",
    "id": "c1",
    "category": [{"text": "problem"}],
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "verificationStatus": {"coding": [{"code": "provisional"}]},
    "code": {
        "coding": [
            {"system": "http://hl7.org/fhir/sid/icd-10", "code": "I73.0", "display": "Raynaud"},
            {"system": "http://snomed.info/sct", "code": "195295006"},
        ]
    },
    "subject": {"reference": "Patient/p1"},
    "onsetDateTime": "2012-03",
    "recordedDate": "2020-01-02T10:00:00Z",
    "recorder": {"display": "Dr Noor"},
    "note": [{"text": "both hands"}],
    "bodySite": [{"text": "hands"}],
}


@pytest.fixture
def person(house: make.House) -> Person:
    """Return somebody with a diagnosis that bars the cold."""
    found = house.own.records[Person]
    for row in found.conditions.in_use():
        row.words, row.icd10 = "Raynaud's phenomenon", "I73.0"
        row.keep(None, "made for a test")
    return found


def given(**more: str) -> dict[str, str]:
    return {"words": "Cold urticaria", "status": "active", "verification": "confirmed", **more}


def test_one_is_written_down_changed_and_retired(operator: Client, person: Person) -> None:
    path = f"/people/{person.pk}/conditions/new/"
    assert operator.post(path, given(icd10="L50.2", since="2019")).status_code == 302
    row = Condition.objects.get(icd10="L50.2")
    assert "Cold urticaria" in operator.get(f"/people/{person.pk}/").content.decode()
    edit = f"/conditions/{row.pk}/"
    assert "Reason of the change" in operator.get(edit).content.decode()
    assert operator.post(edit, given(status="resolved")).status_code == 200  # without a reason
    assert operator.post(edit, given(status="resolved", why="cured")).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.history.count()) == ("resolved", 2)
    assert operator.post(f"{edit}retire/", {"why": "wrong person"}).status_code == 302
    assert row not in person.conditions.in_use()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"words": ""}, "words or a code"),
        ({"icd10": "hello"}, "a code of ICD-10"),
        ({"snomed": "I73"}, "a code of SNOMED CT"),
        ({"since": "long ago"}, "a date such as"),
        ({"stated_on": "2999-01-01"}, "This day is still to come"),
    ],
)
def test_what_cannot_be_is_refused(
    operator: Client, person: Person, wrong: dict[str, str], words: str
) -> None:
    before = Condition.objects.count()
    page = operator.post(f"/people/{person.pk}/conditions/new/", given(**wrong))
    assert words in page.content.decode()
    assert Condition.objects.count() == before


def test_screening_asks_the_rules_about_it(operator: Client, person: Person) -> None:
    path = f"/people/{person.pk}/screenings/cryosauna/"
    assert "WBC-" in operator.post(f"{path}verdict/").content.decode()
    operator.post(path)
    row = ScreeningRecord.objects.get(procedure="cryosauna")
    assert any("I73.0" in why for f in row.result["findings"] for why in f["because"])
    for one in person.conditions.in_use():
        one.verification = "refuted"
        one.keep(None, "test")
    operator.post(path)
    last = ScreeningRecord.objects.filter(procedure="cryosauna").order_by("-made_at").first()
    assert not any("I73.0" in why for f in last.result["findings"] for why in f["because"])


def test_a_program_need_not_send_what_is_known(person: Person) -> None:
    known = diagnoses_of(person)
    assert known[0]["icd10"] == "I73.0"
    assert with_diagnoses(FORM, person)["condition"] == known
    once = with_diagnoses(FORM, person)
    assert with_diagnoses(once, person) == once
    assert with_diagnoses({"resourceType": "Bundle"}, person) == {"resourceType": "Bundle"}


def test_ours_comes_back_as_it_was(person: Person) -> None:
    row = person.conditions.get()
    row.verification, row.status, row.until = "differential", "resolved", "2020-05"
    row.stated_on, row.stated_by, row.note = date(2020, 5, 1), "Dr Noor", "first\nsecond"
    row.keep(None, "test")
    record = record_of(row)
    made = resource_of(record)
    assert made["abatementDateTime"] == "2020-05"
    assert made["code"]["coding"][0]["code"] == "I73.0"
    assert read_fhir(made).records == [record]


def taken(person: Person, data: dict[str, Any], by: Any) -> Any:
    day = timezone.localdate()
    return take_in(read_fhir(data), Taking(person.clinic, by, day, "hospital", person))


def test_that_of_another_house_is_kept(house: make.House, person: Person) -> None:
    by = house.own.users["clinician"]
    told = taken(person, FOREIGN, by)
    assert told.refused == []
    assert told.not_understood == [("Condition/c1", "bodySite.text")]
    row = Condition.objects.get(pk=dict(told.stored)["Condition"])
    assert (row.words, row.icd10, row.snomed) == ("Raynaud", "I73.0", "195295006")
    assert (row.status, row.verification, row.since) == ("active", "provisional", "2012-03")
    assert (row.stated_on, row.stated_by, row.note) == (date(2020, 1, 2), "Dr Noor", "both hands")
    again = taken(person, FOREIGN, by)
    assert (again.stored, [k for k, _ in again.known]) == ([], ["Condition"])


@pytest.mark.parametrize(
    "change",
    [
        {"clinicalStatus": {"coding": [{"code": "moon"}]}},
        {"modifierExtension": [{"url": "x"}]},
        {"code": {"coding": [{"system": "urn:x", "code": "1"}]}},
    ],
)
def test_what_may_mean_something_else_is_not_kept(
    house: make.House, person: Person, change: dict[str, Any]
) -> None:
    told = taken(person, {**FOREIGN, **change}, house.own.users["clinician"])
    assert (told.stored, [n for n, _ in told.refused]) == ([], ["Condition/c1"])


def test_it_stands_on_paper(person: Person) -> None:
    from cryodose.clinic.paper.person import person_page

    page = person_page(person)
    assert "phenomenon" in page
    assert "I73.0" in page
