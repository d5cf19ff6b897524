"""Live sessions over HTTP: plain forms and JSON, own data by link, the audit view."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from cryodose.clinic.live.store import Sender, append
from cryodose.clinic.models import (
    Access,
    Device,
    Membership,
    Person,
    PersonLink,
    PlanRecord,
    SessionEvent,
    SessionRecord,
)
from tests.clinic.test_live_store import release


@pytest.fixture
def session(house: Any) -> SessionRecord:
    return house.own.records[SessionRecord]


def post(client: Client, session: SessionRecord, body: Any) -> Any:
    return client.post(
        f"/sessions/{session.pk}/events/", json.dumps(body), content_type="application/json"
    )


def test_session_from_start_to_end(operator: Client, session: SessionRecord, house: Any) -> None:
    refused = post(operator, session, {"kind": "started", "key": "s"})
    assert refused.status_code == 409
    assert len(refused.json()["why"]) >= 2
    release(session, Sender(user=house.own.users["operator"]))
    assert post(operator, session, {"kind": "started", "key": "s"}).status_code == 201
    reading = {"quantity": "skin", "value": 21.5, "source": "hand", "site": "calf"}
    told = post(operator, session, {"kind": "reading", "key": "r", "data": reading}).json()
    assert told == post(operator, session, {"kind": "reading", "key": "r", "data": reading}).json()
    page = operator.get(f"/sessions/{session.pk}/").content.decode()
    assert "Stop the cold" in page
    form = {"kind": "stop", "key": "x", "reason": "done", "words": ""}
    assert operator.post(f"/sessions/{session.pk}/events/", form).status_code == 302
    state = operator.get(f"/sessions/{session.pk}/state/").json()
    assert (state["phase"], state["stop_reason"]) == ("stopped", "done")
    assert state["readings"][0]["value"] == 21.5
    assert "As felt" in operator.get(f"/sessions/{session.pk}/").content.decode()


@pytest.mark.parametrize(
    "body",
    [
        [],
        "x",
        {},
        {"kind": "note"},
        {"kind": 5, "key": "k"},
        {"kind": "note", "key": "k", "data": []},
        {"kind": "note", "key": "", "data": {"words": "x"}},
        {"kind": "note", "key": "k" * 65, "data": {"words": "x"}},
        {"kind": "note", "key": "k", "data": {"words": {"a": 1}}},
        {"kind": "note", "key": "k", "data": {"words": "x" * 30_000}},
        {"kind": "alarm-due", "key": "k", "data": {"alarm": "time-up"}},
        {"kind": "reading", "key": "k", "data": {"quantity": "skin", "value": 1e400}},
    ],
)
def test_hostile_event_is_refused(operator: Client, session: SessionRecord, body: Any) -> None:
    answer = post(operator, session, body)
    assert answer.status_code in (409, 422)
    assert answer.json()["why"]
    assert not SessionEvent.objects.filter(session=session).exists()


def test_broken_json_is_refused(operator: Client, session: SessionRecord) -> None:
    for text in ("{", "[" * 100_000, "\xff"):
        answer = operator.post(
            f"/sessions/{session.pk}/events/", text, content_type="application/json"
        )
        assert answer.status_code == 409


def test_new_session_keeps_to_its_plan(operator: Client, house: Any) -> None:
    person, plan = house.own.records[Person], house.own.records[PlanRecord]
    plan.answer = {"longest_s": 900.0, "curves": []}
    plan.keep(house.own.users["operator"], "limits")
    given = {"plan": str(plan.pk), "planned_for": "2026-11-25T10:00", "planned_s": "901"}
    path = f"/people/{person.pk}/sessions/new/"
    assert "900" in operator.post(path, given).content.decode()
    made = operator.post(path, given | {"planned_s": ""})
    row = SessionRecord.objects.get(pk=made.headers["Location"].split("/")[2])
    assert (row.planned_s, row.plan, row.procedure) == (600, plan, plan.procedure)
    stranger = house.other.records[PlanRecord]
    assert operator.post(path, given | {"plan": str(stranger.pk)}).status_code == 200
    device = house.other.records[Device]
    assert operator.post(path, given | {"device": str(device.pk)}).status_code == 200


def test_page_is_seen_by_another_role_of_the_clinic(
    logged_in: Any, session: SessionRecord, house: Any
) -> None:
    append(session.pk, "note", {"words": "<i>x</i>"}, "n", Sender(house.own.users["operator"]))
    page = logged_in(house.own.users["clinician"]).get(f"/sessions/{session.pk}/")
    assert "&lt;i&gt;x" in page.content.decode()
    assert "<i>x" not in page.content.decode()


def test_person_reads_own_data_with_link_and_code(house: Any) -> None:
    person = house.own.records[Person]
    link, token, code = PersonLink.issue(person, house.own.users["operator"], "made")
    client = Client(HTTP_HOST="localhost")
    assert client.get("/my/").status_code == 302
    assert client.get(f"/my/{token}/").status_code == 200
    assert "wrong" in client.post(f"/my/{token}/", {"code": "x"}).content.decode()
    assert client.post(f"/my/{token}/", {"code": code}).status_code == 302
    page = client.get("/my/").content.decode()
    assert person.full_name in page
    seen = Access.objects.first()
    assert (seen.by_person, seen.person, seen.user) == (person, person, None)
    assert client.get(f"/people/{person.pk}/").status_code == 403
    assert client.post("/my/leave/").status_code == 200
    assert client.get("/my/").status_code == 302
    link.refresh_from_db()
    assert link.tries == 1


def test_five_wrong_codes_end_a_link(house: Any) -> None:
    person = house.own.records[Person]
    _, token, code = PersonLink.issue(person, house.own.users["operator"], "made")
    client = Client(HTTP_HOST="localhost")
    for _ in range(5):
        client.post(f"/my/{token}/", {"code": "0"})
    assert client.post(f"/my/{token}/", {"code": code}).status_code == 404


def test_newer_link_ends_the_older_and_its_visit(operator: Client, house: Any) -> None:
    person = house.own.records[Person]
    _, token, code = PersonLink.issue(person, house.own.users["operator"], "made")
    visit = Client(HTTP_HOST="localhost")
    visit.post(f"/my/{token}/", {"code": code})
    assert visit.get("/my/").status_code == 200
    operator.post(f"/people/{person.pk}/link/")
    assert visit.get("/my/").status_code == 302


def test_audit_shows_reads_and_changes_of_the_own_clinic(
    operator: Client, logged_in: Any, house: Any
) -> None:
    person = house.own.records[Person]
    operator.get(f"/people/{person.pk}/")
    office = logged_in(house.own.users["administrator"])
    page = office.get(f"/audit/?person={person.pk}").content.decode()
    assert house.own.users["operator"].name in page
    assert "made for a test" in page
    assert "Other" not in office.get("/audit/").content.decode().partition("<main")[2]
    assert office.get("/audit/?person=nonsense&page=x&refused=1").status_code == 200


def test_device_token_is_shown_once(logged_in: Any, house: Any) -> None:
    device = house.own.records[Device]
    office = logged_in(house.own.users["administrator"])
    page = office.post(f"/places/devices/{device.pk}/token/").content.decode()
    secret = page.partition('class="secret">')[2].partition("<")[0]
    assert Device.of_token(secret) == device
    device.refresh_from_db()
    assert secret not in str(device.history.values())
    office.post(f"/places/devices/{device.pk}/token/")
    assert Device.of_token(secret) is None


def test_roles_add_up(logged_in: Any, house: Any) -> None:
    user = house.own.users["administrator"]
    assert b"Tester-Own" in logged_in(user).get("/people/").content
    Membership.objects.create(user=user, clinic=house.own.clinic, role="clinician")
    row = house.own.records[SessionRecord]
    assert logged_in(user).get(f"/sessions/{row.pk}/").status_code == 200
