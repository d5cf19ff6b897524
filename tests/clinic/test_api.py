"""The API: what programs may do, told in JSON, by the rules of the pages."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose.clinic import models as m
from cryodose.clinic.api.site import schema
from tests.clinic import make

FORM = {"format": "cryodose-patient/1", "date": "2026-11-25", "sex": "female",
        "answers": {"raynaud": "yes"}}  # fmt: skip
Ask = Callable[..., Any]


def caller(client: Client, **headers: str) -> Ask:
    """Return a function that asks the API and gives status and data."""

    def ask(method: str, path: str, data: Any = None, **more: str) -> tuple[int, Any]:
        kind = {} if data is None else {"content_type": "application/json"}
        body = {} if data is None else {"data": data if isinstance(data, str | bytes) else
                                        json.dumps(data)}  # fmt: skip
        response = getattr(client, method)(f"/api/{path}", **body, **kind, headers=headers | more)
        told = response.content
        return response.status_code, json.loads(told) if b"json" in response[
            "Content-Type"].encode() else told  # fmt: skip

    return ask


@pytest.fixture
def own(house: make.House) -> make.Place:
    return house.own


@pytest.fixture
def clinician(own: make.Place, logged_in: Any) -> Ask:
    return caller(logged_in(own.users["clinician"]))


def with_token(secret: str) -> Ask:
    """Ask as a program that shows a token, where forgery is looked for."""
    return caller(Client(HTTP_HOST="localhost", enforce_csrf_checks=True),
                  authorization=f"Bearer {secret}")  # fmt: skip


@pytest.fixture
def device(own: make.Place) -> Ask:
    row = own.records[m.Device]
    session = own.records[m.SessionRecord]
    assert session.device == row
    return with_token(row.new_token(own.users["administrator"], "a new sensor"))


def test_openapi_is_3_1_and_knows_every_address(clinician: Ask) -> None:
    status, told = clinician("get", "openapi.json")
    assert status == 200
    assert told == json.loads(json.dumps(schema()))
    assert told["openapi"].startswith("3.1")
    assert "/api/persons/{pk}/fhir" in told["paths"]
    for methods in told["paths"].values():
        for operation in methods.values():
            assert operation["description"]
            assert {"400", "401", "403", "404"} <= set(operation["responses"])


def test_people(clinician: Ask, own: make.Place) -> None:
    status, told = clinician("post", "persons/new", {"family_name": "Li", "sex": "male",
                                                     "birth_date": "1990-01-02"})  # fmt: skip
    assert (status, told["number"], told["birth_date"]) == (201, 2, "1990-01-02")
    status, page = clinician("get", "persons?q=li")
    assert (status, page["count"], page["people"][0]["id"]) == (200, 1, told["id"])
    where = f"persons/{told['id']}"
    status, told = clinician("post", f"{where}/change", {"why": "married", "family_name": "Wu"})
    assert (status, told["family_name"], told["sex"]) == (200, "Wu", "male")
    assert clinician("get", where)[1]["family_name"] == "Wu"
    row = m.Person.objects.get(pk=told["id"])
    assert [h.history_change_reason for h in row.history.all()] == ["married", "new person"]
    assert row.history.first().history_user == own.users["clinician"]


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ("{", 400, "line 1"),
        (b"\xff", 400, "UTF-8"),
        ('{"family_name": "a", "family_name": "b"}', 400, "each key once"),
        ('{"family_name": "a", "mass_kg": NaN}', 400, "NaN"),
        ("[" * 100_000, 400, "nested"),
        ({"family_name": "\x00"}, 400, "NUL"),
        ('{"family_name": "\\ud800"}', 400, "NUL"),
        ({}, 422, "family_name"),
        ({"family_name": ""}, 422, "at least 1"),
        ({"family_name": "x" * 81}, 422, "at most 80"),
        ({"family_name": "a", "colour": 1}, 422, "colour"),
        ({"family_name": "a", "sex": "x"}, 422, "sex"),
        ({"family_name": "a", "mass_kg": 1e9}, 422, "mass_kg"),
        ({"family_name": "a", "email": "no address"}, 422, "email"),
        ({"family_name": "a", "birth_date": "2026-02-30"}, 422, "birth_date"),
        ({"family_name": "a", "skin_type": 10**400}, 422, "skin_type"),
        ('{"family_name": "a", "skin_type": ' + "9" * 5000 + "}", 400, "usual size"),
        ("[]", 422, "data"),
        ("5", 422, "data"),
    ],
)
def test_bad_bodies(clinician: Ask, data: Any, status: int, words: str) -> None:
    got, told = clinician("post", "persons/new", data)
    assert got == status, told
    assert words in json.dumps(told)
    assert m.Person.objects.filter(family_name__in=["a", "b"]).count() == 0


def test_hostile_words_stay_words(clinician: Ask) -> None:
    for bad in ("<script>alert(1)</script>", "'; DROP TABLE x; --", "=1+1", "../../x", "\u202e",
                "{{7*7}}", "a" * 80):  # fmt: skip
        status, told = clinician("post", "persons/new", {"family_name": bad})
        assert (status, told["family_name"]) == (201, bad)
        assert clinician("get", f"persons/{told['id']}/fhir")[0] == 200
    assert clinician("get", "persons?q=%00")[0] == 400
    assert clinician("get", "persons?limit=0")[0] == 422
    assert clinician("get", "persons/not-a-uuid")[0] == 404


def test_screening_and_plan(clinician: Ask, own: make.Place) -> None:
    who = own.records[m.Person].pk
    body = {"procedure": "cold-pack", "day": "2026-11-25", "answers": FORM}
    status, told = clinician("post", f"persons/{who}/screenings/new", body)
    assert (status, told["verdict"]) == (201, "stop")
    assert clinician("get", f"screenings/{told['id']}")[1] == told
    status, refused = clinician("post", f"persons/{who}/plans/new",
                                {"session": make.SESSION, "screening": told["id"]})  # fmt: skip
    assert status == 409
    assert "LOC-" in refused["detail"]
    session = {**make.SESSION, "plan": {"members": 64}}
    status, plan = clinician("post", f"persons/{who}/plans/new", {"session": session, "seed": 3})
    assert (status, plan["seed"]) == (201, 3)
    assert plan["dose_s"] > 0
    assert clinician("get", f"plans/{plan['id']}")[1] == plan
    for bad in ({"procedure": "moon", "answers": {}}, {"procedure": "cold-pack", "answers": {}},
                {"procedure": "cold-pack", "answers": FORM, "device_kind": "x"},
                {"procedure": "cold-pack", "answers": {**FORM, "override": []}}):  # fmt: skip
        assert clinician("post", f"persons/{who}/screenings/new", bad)[0] == 400
    for bad in ({"session": {}}, {"session": make.SESSION, "screening": str(who)}):
        assert clinician("post", f"persons/{who}/plans/new", bad)[0] == 400


def test_sessions_and_events(clinician: Ask, own: make.Place) -> None:
    who, plan = own.records[m.Person].pk, own.records[m.PlanRecord].pk
    body = {"plan": str(plan), "device": str(own.records[m.Device].pk)}
    status, told = clinician("post", f"persons/{who}/sessions/new", body)
    assert (status, told["planned_s"]) == (201, 600)
    where = f"sessions/{told['id']}"
    event = {"kind": "note", "key": "k1", "data": {"words": "calm"}}
    assert clinician("post", f"{where}/events", event) == clinician(
        "post", f"{where}/events", event
    )
    assert clinician("get", where)[1]["number"] == 1
    status, told = clinician("post", f"{where}/events", {"kind": "started", "key": "k2"})
    assert status == 409
    assert "screening of today does not release" in told["detail"]
    for bad, code in (({"kind": "moon", "key": "k"}, 400), ({"kind": "note", "key": ""}, 422),
                      ({"kind": "alarm-due", "key": "k", "data": {"alarm": "x"}}, 409),
                      ({**event, "data": {"words": "other"}}, 409)):  # fmt: skip
        assert clinician("post", f"{where}/events", bad)[0] == code
    for bad in ({"plan": str(who)}, {"plan": str(plan), "device": str(who)}):
        assert clinician("post", f"persons/{who}/sessions/new", bad)[0] == 400


def test_a_device_sends_readings_of_its_own_sessions_alone(
    device: Ask, clinician: Ask, house: make.House
) -> None:
    session = house.own.records[m.SessionRecord]
    where = f"sessions/{session.pk}/readings"
    old = (timezone.now() - timedelta(minutes=5)).isoformat()
    sent = [{"quantity": "skin", "value": 86, "unit": "[degF]", "site": "calf"},
            {"quantity": "skin", "value": None}, {"quantity": "oxygen", "value": 99},
            {"quantity": "skin", "value": 20, "at": old},
            {"quantity": "heart_rate", "value": 60}]  # fmt: skip
    status, told = device("post", where, {"readings": sent})
    assert status == 200
    assert [(r["quality"], r["number"]) for r in told["readings"]] == [
        ("good", 1), ("missing", None), ("implausible", 2), ("stale", None), ("missing", None),
    ]  # fmt: skip
    rows = list(m.SessionEvent.objects.filter(session=session))
    assert [r.data["value"] for r in rows] == [pytest.approx(30.0), 99.0]
    assert {r.device for r in rows} == {house.own.records[m.Device]}
    channels = clinician("get", f"sessions/{session.pk}")[1]["channels"]
    assert {c["quantity"]: c["status"] for c in channels} == {"skin": "ok", "oxygen": "implausible"}
    for bad in ({}, {"readings": []}, {"readings": [{"quantity": "mood", "value": 1}]},
                {"readings": [{"quantity": "skin", "value": 1, "unit": "kg"}]}):  # fmt: skip
        assert device("post", where, bad)[0] in (400, 422)
    elsewhere = house.other.records[m.SessionRecord].pk
    assert device("post", f"sessions/{elsewhere}/readings", {"readings": sent})[0] == 404
    another = m.SessionRecord(
        clinic=session.clinic, person=session.person, procedure="cold-pack",
        planned_for=timezone.now(), planned_s=60,
    ).keep(house.own.users["operator"], "without the device")  # fmt: skip
    assert device("post", f"sessions/{another.pk}/readings", {"readings": sent})[0] == 404
    for path in ("persons", f"persons/{session.person.pk}", f"sessions/{session.pk}", "research"):
        assert device("get", path)[0] == 403 or path.startswith("persons/")
    assert device("get", f"persons/{session.person.pk}")[0] in (403, 404)


def test_sending_again_records_once(device: Ask, own: make.Place) -> None:
    where = f"sessions/{own.records[m.SessionRecord].pk}/readings"
    at = timezone.now().isoformat()
    sent = {"readings": [{"quantity": "skin", "value": 30, "at": at}]}
    assert device("post", where, sent) == device("post", where, sent)
    assert m.SessionEvent.objects.count() == 1


def test_tokens_of_users(clinician: Ask, own: make.Place) -> None:
    status, told = clinician("post", "tokens/new", {"name": "lab system"})
    assert status == 201
    program = with_token(told["secret"])
    assert program("get", "persons")[0] == 200
    assert program("post", "persons/new", {"family_name": "Token"})[0] == 201
    assert program("post", "tokens/new", {"name": "another"})[0] == 409
    assert program("get", "research")[0] == 403
    assert [t["name"] for t in clinician("get", "tokens")[1]] == ["lab system"]
    assert "secret" not in clinician("get", "tokens")[1][0]
    assert clinician("post", "tokens/end", {"id": told["id"]})[0] == 200
    assert program("get", "persons")[0] == 401
    assert clinician("post", "tokens/end", {"id": str(own.records[m.Person].pk)})[0] == 404


def test_tokens_end_with_time_and_with_the_job(clinician: Ask, own: make.Place) -> None:
    row, secret = m.ApiToken.issue(own.users["operator"], own.clinic, "old")
    program = with_token(secret)
    assert program("get", "persons")[0] == 200
    membership = own.memberships["operator"]
    membership.ended_at = timezone.now()
    membership.save()
    assert program("get", "persons")[0] == 403
    membership.ended_at = None
    membership.save()
    m.ApiToken.objects.filter(pk=row.pk).update(expires_at=timezone.now())
    assert program("get", "persons")[0] == 401
    assert with_token("")("get", "persons")[0] == 401
    assert with_token("x" * 10_000)("get", "persons")[0] == 401


def test_a_cookie_needs_its_proof_and_counts_nothing_beside_a_token(
    own: make.Place,
) -> None:
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    client.force_login(own.users["clinician"],
                       backend="allauth.account.auth_backends.AuthenticationBackend")  # fmt: skip
    cookie = caller(client)
    assert cookie("get", "persons")[0] == 200
    assert cookie("post", "persons/new", {"family_name": "Forged"})[0] == 403
    assert cookie("get", "persons", authorization="Bearer wrong")[0] == 401
    assert not m.Person.objects.filter(family_name="Forged").exists()


def test_refusals_are_json(own: make.Place, logged_in: Any) -> None:
    nobody = caller(Client(HTTP_HOST="localhost"))
    assert nobody("get", "persons")[0] == 401
    researcher = caller(logged_in(own.users["researcher"]))
    assert researcher("get", "persons")[0] == 403
    assert "detail" in researcher("get", "persons")[1]


def test_every_read_is_remembered(clinician: Ask, own: make.Place) -> None:
    person = own.records[m.Person]
    before = m.Access.objects.filter(person=person).count()
    clinician("get", f"persons/{person.pk}/fhir")
    row = m.Access.objects.filter(person=person).first()
    assert m.Access.objects.filter(person=person).count() == before + 1
    assert (row.action, row.route, row.allowed) == ("person.export", "api_fhir_out", True)


def test_research_tables(own: make.Place, logged_in: Any) -> None:
    status, content = caller(logged_in(own.users["researcher"]))("get", "research")
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert "sessions.parquet" in packed.namelist()
        about = json.loads(packed.read("about.json"))
        assert about["left_out"]["too few alike"] == 1
        assert b"Tester" not in b"".join(packed.read(n) for n in packed.namelist())
