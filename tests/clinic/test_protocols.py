"""Protocols: drafted, published, followed by new versions, retired; and plans made by them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cryodose.clinic.models import Kept, Person, PlanRecord, Protocol
from cryodose.clinic.services.protocols import plan_by, publish
from cryodose.clinic.views.planner_forms import FORMS
from tests.clinic import make
from tests.clinic.planner_input import GIVEN
from tests.clinic.planner_input import PACK as PLANNED

PACK = {**PLANNED, "title": "Knee", "agent": "gel-pack", "site": "knee"}


@pytest.fixture
def clinician(house: make.House, logged_in: Any) -> Client:
    return logged_in(house.own.users["clinician"])


@pytest.fixture
def draft(clinician: Client) -> Protocol:
    assert clinician.post("/protocols/new/cold-pack/", PACK).status_code == 302
    return Protocol.objects.get(title="Knee")


def test_a_draft_holds_no_person(draft: Protocol) -> None:
    assert draft.state == "draft"
    assert "subject" not in draft.session
    assert draft.session["exposure"]["agent"] == "gel-pack"


def test_from_draft_to_new_version(clinician: Client, house: make.House, draft: Protocol) -> None:
    path = f"/protocols/{draft.pk}/"
    edit = clinician.get(f"{path}edit/").content.decode()
    assert 'value="gel-pack" selected' in edit
    assert clinician.post(f"{path}edit/", {**PACK, "agent": "crushed-ice"}).status_code == 302
    assert "A decision needs a reason" in clinician.post(
        f"{path}publish/", follow=True
    ).content.decode()  # fmt: skip
    clinician.post(f"{path}publish/", {"why": "agreed on Monday"})
    draft.refresh_from_db()
    assert (draft.state, draft.session["exposure"]["agent"]) == ("published", "crushed-ice")
    assert "Only a draft is changed" in clinician.get(
        f"{path}edit/", follow=True
    ).content.decode()  # fmt: skip
    clinician.post(f"{path}version/")
    later = Protocol.objects.get(follows=draft)
    assert (later.state, later.session) == ("draft", draft.session)
    clinician.post(f"/protocols/{later.pk}/publish/", {"why": "colder"})
    draft.refresh_from_db()
    assert draft.is_retired
    assert "colder" in draft.retired_why
    page = clinician.get(f"/protocols/{later.pk}/").content.decode()
    assert f'href="{path}"' in page
    assert "Only a draft can be published" in clinician.post(
        f"/protocols/{later.pk}/publish/", {"why": "again"}, follow=True
    ).content.decode()  # fmt: skip


def test_plan_as_it_is(operator: Client, house: make.House, draft: Protocol) -> None:
    person = house.own.records[Person]
    with pytest.raises(Kept):
        plan_by(draft, person, None)
    path = f"/people/{person.pk}/protocols/{draft.pk}/plan/"
    assert operator.post(path).status_code == 422
    publish(draft, house.own.users["clinician"], "test")
    assert "Plan by Knee" in operator.get(f"/people/{person.pk}/").content.decode()
    assert operator.post(path).status_code == 302
    plan = PlanRecord.objects.get(protocol=draft)
    assert plan.session["exposure"] == draft.session["exposure"]
    assert plan.session["subject"]["age_y"] == person.age_y(plan.made_at.date())
    draft.retire(None, "test")
    assert operator.post(path).status_code == 422
    other = house.other.records[Protocol]
    assert operator.post(f"/people/{person.pk}/protocols/{other.pk}/plan/").status_code == 404


def test_planner_starts_from_a_published_one(
    operator: Client, house: make.House, draft: Protocol
) -> None:
    person = house.own.records[Person]
    path = f"/people/{person.pk}/plans/cold-pack/?protocol={draft.pk}"
    assert "It starts from the protocol" not in operator.get(path).content.decode()
    publish(draft, house.own.users["clinician"], "test")
    page = operator.get(path).content.decode()
    assert "It starts from the protocol" in page
    assert 'value="gel-pack" selected' in page
    answer = operator.post(path, {k: v for k, v in PACK.items() if k != "title"})
    assert answer.status_code == 302
    assert PlanRecord.objects.get(protocol=draft).session["exposure"]["site"] == "knee"
    for odd in ("moon", "", str(house.other.records[Protocol].pk)):
        answer = operator.get(f"/people/{person.pk}/plans/cold-pack/?protocol={odd}")
        assert "It starts from" not in answer.content.decode()


@pytest.mark.parametrize("procedure", sorted(GIVEN))
def test_each_form_of_the_planner_makes_a_protocol(
    clinician: Client, procedure: str, house: make.House
) -> None:
    given = {"title": f"By {procedure}", **GIVEN[procedure]}
    path = f"/protocols/new/{procedure}/"
    assert clinician.get(path).status_code == 200
    answer = clinician.post(path, given)
    assert answer.status_code == 302, answer.content.decode()
    made = Protocol.objects.get(title=f"By {procedure}")
    assert not {"subject", "measured"} & set(made.session)
    assert set(made.session.get("safety", {})) <= {"electrode", "return_site"}
    assert clinician.get(f"/protocols/{made.pk}/edit/").status_code == 200
    publish(made, house.own.users["clinician"], "test")
    person = house.own.records[Person]
    page = clinician.get(f"/people/{person.pk}/plans/{procedure}/?protocol={made.pk}")
    assert "It starts from the protocol" in page.content.decode()


def test_a_file_for_what_has_no_form(clinician: Client, monkeypatch: Any) -> None:
    left = {k: v for k, v in FORMS.items() if k != "liquid-nitrogen"}
    monkeypatch.setattr("cryodose.clinic.views.protocols.FORMS", left)
    path = "/protocols/new/liquid-nitrogen/"
    for bad, words in (
        ("[", "TOML"), ("{", "JSON"), ("[exposure]\nmodality = 'cold-pack'", "agent"),
        ("[exposure]\nmodality = 'liquid-nitrogen'\ncolour = 'red'", "colour"),
        (
            "[exposure]\nmodality = 'cold-pack'\nagent = 'crushed-ice'\nsite = 'calf'",
            "liquid-nitrogen",
        ),
    ):  # fmt: skip
        answer = clinician.post(path, {"title": "Wart", "file": bad})
        assert answer.status_code == 422
        assert words in answer.content.decode(), bad
    assert not Protocol.objects.filter(title="Wart").exists()
    text = '[exposure]\nmodality = "liquid-nitrogen"\n[subject]\nage_y = 30\n'
    assert clinician.post(path, {"title": "Wart", "file": text}).status_code == 302
    made = Protocol.objects.get(title="Wart")
    assert made.session == {"exposure": {"modality": "liquid-nitrogen"}}
    edit = clinician.get(f"/protocols/{made.pk}/edit/").content.decode()
    assert "&quot;modality&quot;: &quot;liquid-nitrogen&quot;" in edit


def test_a_plan_becomes_a_protocol(clinician: Client, house: make.House) -> None:
    plan = house.own.records[PlanRecord]
    assert clinician.post(f"/plans/{plan.pk}/protocol/").status_code == 302
    made = Protocol.objects.exclude(pk=house.own.records[Protocol].pk).get(clinic=plan.clinic)
    assert made.session["exposure"] == plan.session["exposure"]
    assert "subject" not in made.session


def test_who_may(operator: Client, house: make.House, logged_in: Any, draft: Protocol) -> None:
    researcher = logged_in(house.own.users["researcher"])
    assert "Knee" in researcher.get("/protocols/").content.decode()
    assert "Plan it for somebody" not in researcher.get(f"/protocols/{draft.pk}/").content.decode()
    for who in (operator, researcher):
        assert who.post("/protocols/new/cold-pack/", PACK).status_code == 403
        assert who.post(f"/protocols/{draft.pk}/publish/", {"why": "x"}).status_code == 403
    clinician = logged_in(house.own.users["clinician"])
    clinician.post(f"/protocols/{draft.pk}/retire/", {"why": "unused"})
    assert "Knee" not in clinician.get("/protocols/").content.decode()
    assert "Knee" in clinician.get("/protocols/?state=retired").content.decode()
    assert clinician.get("/protocols/new/moon/").status_code == 404
