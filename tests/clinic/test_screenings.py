"""Screenings on pages: the verdict is that of the rules, an open question is never a no."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose.clinic.models import Kept, Person, ScreeningRecord
from cryodose.clinic.services.screenings import (
    again,
    file_from,
    items_for,
    judge,
    keep_screening,
    overridden,
    with_earlier,
)
from cryodose.screening import load_rules

PROCEDURE = "cold-pack"


@pytest.fixture
def person(house: Any) -> Person:
    return house.own.records[Person]


def all_clear(person: Person) -> dict[str, str]:
    """Return a form in which nothing stands against a cold pack."""
    questions = load_rules().questions
    given: dict[str, str] = {}
    for item in items_for(person, PROCEDURE, "en"):
        if item.id in questions:
            given[item.id] = "no" if questions[item.id].bad == "yes" else "yes"
    return given | numbers(person)


def numbers(person: Person) -> dict[str, str]:
    usual = {"systolic": "120", "diastolic": "78", "application_min": "10", "pause_min": "120"}
    found = {i.id: usual.get(i.id, "1") for i in items_for(person, PROCEDURE, "en") if i.unit}
    return {**found, **{k: v for k, v in usual.items() if k in found}}


def test_form_asks_what_the_rules_need(operator: Client, person: Person) -> None:
    page = operator.get(f"/people/{person.pk}/screenings/{PROCEDURE}/").content.decode()
    items = items_for(person, PROCEDURE, "en")
    assert len(items) > 10
    for item in items:
        assert f'name="{item.id}"' in page
    assert 'name="age"' not in page


def test_nothing_answered_is_incomplete(operator: Client, person: Person) -> None:
    path = f"/people/{person.pk}/screenings/{PROCEDURE}/"
    live = operator.post(f"{path}verdict/").content.decode()
    assert "Questions are open" in live
    before = ScreeningRecord.objects.count()
    assert operator.post(path).status_code == 302
    assert ScreeningRecord.objects.count() == before + 1
    assert ScreeningRecord.objects.filter(day=timezone.localdate()).first().verdict == "incomplete"


def test_one_passes_and_one_is_stopped(operator: Client, person: Person) -> None:
    path = f"/people/{person.pk}/screenings/{PROCEDURE}/"
    clear = all_clear(person)
    assert "No rule was hit" in operator.post(f"{path}verdict/", clear).content.decode()
    page = operator.post(path, clear)
    record = ScreeningRecord.objects.get(pk=page.headers["Location"].split("/")[2])
    assert record.verdict == "no-rule-hit"
    told = operator.post(f"{path}verdict/", clear | {"cold_allergy": "yes"}).content.decode()
    assert "Stop" in told
    assert operator.get(page.headers["Location"]).status_code == 200


def test_verdict_is_computed_again_from_what_was_kept(person: Person, house: Any) -> None:
    day, by = timezone.localdate(), house.own.users["operator"]
    told = file_from(person, items_for(person, PROCEDURE, "en"), all_clear(person), day)
    record = keep_screening(person, told, PROCEDURE, "", day, by)
    record.refresh_from_db()
    assert again(record).to_dict() == record.result


def test_earlier_answers_keep_their_dates(person: Person, house: Any) -> None:
    day, by = timezone.localdate(), house.own.users["operator"]
    items = items_for(person, PROCEDURE, "en")
    before = day - timedelta(days=7)
    first = file_from(person, items, all_clear(person), before)
    earlier = keep_screening(person, first, PROCEDURE, "", before, by)
    only = file_from(person, items, {"open_wound": "no"}, day)
    both = with_earlier(only, earlier)
    assert both["answers"]["open_wound"] == "no"
    assert all(
        v["date"] == before.isoformat() for k, v in both["answers"].items() if k != "open_wound"
    )
    # What holds for a day only is open again: yesterday's skin says nothing of today's.
    told = judge(both, PROCEDURE, "", day)
    assert told.verdict == "incomplete"
    open_now = {o.question for o in told.not_assessed}
    assert open_now
    assert open_now < {i.id for i in items}


@pytest.mark.parametrize(
    "given",
    [
        {"open_wound": "perhaps"},
        {"systolic": "high"},
        {"infarction": "yes", "infarction-since": "x"},
    ],
)
def test_wrong_answer_keeps_nothing(
    operator: Client, person: Person, given: dict[str, str]
) -> None:
    procedure = "cryosauna"
    before = ScreeningRecord.objects.count()
    path = f"/people/{person.pk}/screenings/{procedure}/"
    answer = operator.post(path, given)
    assert answer.status_code == 422
    assert next(iter(given)) in answer.content.decode()
    assert ScreeningRecord.objects.count() == before


def test_unknown_procedure_is_not_found(operator: Client, person: Person) -> None:
    assert operator.get(f"/people/{person.pk}/screenings/boiling/").status_code == 404


def test_clinician_decides_about_one_finding(person: Person, house: Any, logged_in: Any) -> None:
    day, by = timezone.localdate(), house.own.users["operator"]
    clinician = house.own.users["clinician"]
    given = all_clear(person) | {"raynaud": "yes"}
    told = file_from(person, items_for(person, PROCEDURE, "en"), given, day)
    record = keep_screening(person, told, PROCEDURE, "", day, by)
    finding = record.result["findings"][0]
    with pytest.raises(Kept):
        overridden(record, "LOC-99", "no such rule", clinician)
    page = logged_in(clinician).post(
        f"/screenings/{record.pk}/override/", {"rule": finding["rule"], "reason": "mild, far away"}
    )
    newer = ScreeningRecord.objects.get(pk=page.headers["Location"].split("/")[2])
    if newer.pk == record.pk:
        pytest.fail("nothing was decided")
    changed = next(f for f in newer.result["findings"] if f["rule"] == finding["rule"])
    assert changed["override"]["reason"] == "mild, far away"
    assert changed["override"]["by"].startswith(clinician.name)
    assert changed["effect"] != finding["effect"] or finding["effect"] == "caution"
    assert (
        logged_in(by)
        .post(f"/screenings/{record.pk}/override/", {"rule": finding["rule"], "reason": "x"})
        .status_code
        == 403
    )
