"""The planner: what the form says becomes a session file, and what is kept is its plan."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cryodose.clinic.models import Person, PlanRecord
from cryodose.clinic.views.planner_forms import (
    AGENTS,
    BARRIERS,
    COVERINGS,
    FORMS,
    IMMERSED,
    SITES,
)
from cryodose.session import session_from_dict
from cryodose.session.names import Barrier, CoveredRegion, Garment, Immersed, PackAgent, Site

PACK = {"agent": "crushed-ice", "barrier": "damp-cloth", "site": "ankle", "adipose_mm": "6"}
GIVEN = {
    "cold-pack": PACK | {"numb": "on"},
    "immersion": {"water_temperature_c": "10", "immersed": "legs", "target_c": "15"},
    "cryosauna": {"temperature_c": "-130", "is_displayed": "on", "minutes": "2"},
    "cryochamber": {"temperature_c": "-110", "minutes": "2", "coverings": ["hands", "face"]},
}


def test_choices_are_names_of_session_files() -> None:
    for ours, theirs in (
        (AGENTS, PackAgent),
        (BARRIERS, Barrier),
        (SITES, Site),
        (IMMERSED, Immersed),
        (COVERINGS, CoveredRegion),
    ):
        assert set(ours) <= set(theirs.__args__)
    assert {garment for _, garment in COVERINGS.values()} <= set(Garment.__args__)


@pytest.mark.parametrize("procedure", sorted(FORMS))
def test_form_becomes_a_session(procedure: str) -> None:
    form = FORMS[procedure](GIVEN[procedure])
    assert form.is_valid(), form.errors
    assert session_from_dict(form.session()).modality == procedure


def test_displayed_temperature_is_not_taken_for_gas() -> None:
    for is_displayed, key in (("on", "displayed_temperature_C"), ("", "gas_temperature_C")):
        form = FORMS["cryosauna"](GIVEN["cryosauna"] | {"is_displayed": is_displayed})
        assert form.is_valid()
        assert key in form.session()["exposure"]["stages"][0]


def test_plan_is_tried_and_kept(operator: Client, house: Any) -> None:
    person = house.own.records[Person]
    path = f"/people/{person.pk}/plans/cold-pack/"
    assert operator.get(path).status_code == 200
    before = PlanRecord.objects.count()
    tried = operator.post(f"{path}try/", GIVEN["cold-pack"])
    assert "min" in tried.content.decode()
    assert PlanRecord.objects.count() == before
    made = operator.post(path, GIVEN["cold-pack"])
    row = PlanRecord.objects.get(pk=made.headers["Location"].split("/")[2])
    assert row.session["subject"]["age_y"] == person.age_y(row.made_at.date())
    assert row.session["exposure"]["agent"] == "crushed-ice"
    assert not row.released
    assert operator.get(made.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"agent": "dry-ice"},
        {"site": "eye"},
        {"adipose_mm": "400"},
        {"adipose_mm": "nan"},
        {"site": ""},
    ],
)
def test_absurd_plan_is_refused(operator: Client, house: Any, change: dict[str, str]) -> None:
    person = house.own.records[Person]
    before = PlanRecord.objects.count()
    path = f"/people/{person.pk}/plans/cold-pack/"
    assert operator.post(path, GIVEN["cold-pack"] | change).status_code == 200
    assert operator.post(f"{path}try/", GIVEN["cold-pack"] | change).status_code == 200
    assert PlanRecord.objects.count() == before


def test_what_cannot_be_planned_here_is_not_found(operator: Client, house: Any) -> None:
    person = house.own.records[Person]
    assert operator.get(f"/people/{person.pk}/plans/boiling/").status_code == 404
