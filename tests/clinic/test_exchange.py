"""FHIR out of the clinic's tables and in again: nothing lost, nothing taken up unawares."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from cryodose.clinic import models as m
from cryodose.clinic.exchange.outgoing import NAMES, records_of
from cryodose.clinic.live.store import Sender, append
from cryodose.fhir import document, read_fhir
from tests.clinic import make
from tests.clinic.test_api import Ask, caller
from tests.fhir.checkers import faults


@pytest.fixture
def own(house: make.House) -> make.Place:
    return house.own


@pytest.fixture
def clinician(own: make.Place, logged_in: Any) -> Ask:
    return caller(logged_in(own.users["clinician"]))


@pytest.fixture
def stranger(house: make.House, logged_in: Any) -> Ask:
    """Ask as a clinician of the other clinic."""
    return caller(logged_in(house.other.users["clinician"]))


def lived(own: make.Place) -> m.Person:
    """Let things happen to the person of a clinic."""
    session, by = own.records[m.SessionRecord], Sender(user=own.users["operator"])
    for n, (kind, data) in enumerate([
        ("pressure", {"when": "before", "systolic_mmhg": 128, "diastolic_mmhg": 82}),
        ("started", {}),
        ("reading", {"quantity": "skin", "value": 30.5, "source": "hand", "site": "ankle"}),
        ("reading", {"quantity": "skin", "value": 300, "source": "hand"}),
        ("felt", {"pain": 4, "words": "  cold\x0b "}),
        ("stop", {"reason": "person-asked", "words": ""}),
    ]):  # fmt: skip
        append(session.pk, kind, data, f"k{n}", by)
    person = own.records[m.Person]
    person.note = "first line\n\u202esecond <b>"
    person.keep(own.users["clinician"], "a note")
    own.records[m.OutcomeScore].retire(own.users["clinician"], "wrong scale")
    return person


def test_every_table_of_a_person_is_exchanged() -> None:
    left = {m.PersonLink, m.Room, m.RoomSensor, m.RoomAlarm, m.Protocol, m.FollowUp}
    assert set(m.Record.__subclasses__()) - left == set(NAMES)


def test_the_document_is_faultless_and_comes_back(clinician: Ask, own: make.Place) -> None:
    person = lived(own)
    status, told = clinician("get", f"persons/{person.pk}/fhir")
    assert status == 200
    assert faults(told) == []
    found = read_fhir(told)
    assert (found.refused, found.not_understood, found.history) == ([], [], [])
    kinds = {type(r).__name__ for r in found.records}
    assert kinds == {k.__name__ for k in NAMES.values()} | {"Change", "Access"}
    now = [r for r in records_of(person) if type(r).__name__ != "Access"]
    assert [r for r in found.records if type(r).__name__ != "Access"] == now
    assert person.family_name in json.dumps(told)
    assert person.pseudonym.hex not in json.dumps(told).replace("-", "")


def test_bad_readings_leave_without_a_value(clinician: Ask, own: make.Place) -> None:
    _, told = clinician("get", f"persons/{lived(own).pk}/fhir")
    skin = [
        e["resource"]
        for e in told["entry"]
        if e["resource"].get("code", {}).get("text") == "skin temperature"
    ]
    assert [r.get("valueQuantity", {}).get("value") for r in skin] == [30.5, None]
    assert skin[1]["dataAbsentReason"]["text"] == "implausible"


def test_records_as_plain_data(clinician: Ask, own: make.Place) -> None:
    from cryodose.fhir.files import records_from

    person = lived(own)
    status, told = clinician("get", f"persons/{person.pk}/records")
    assert status == 200
    kept = [r for r in records_from(told) if type(r).__name__ != "Access"]
    assert kept == [r for r in records_of(person) if type(r).__name__ != "Access"]


def test_another_clinic_takes_it_in_once(clinician: Ask, stranger: Ask, house: make.House) -> None:
    person = lived(house.own)
    _, told = clinician("get", f"persons/{person.pk}/fhir")
    status, first = stranger("post", "fhir/in?source=own", told)
    assert status == 200, first
    kinds = sorted(k for k, _ in first["stored"])
    assert kinds == sorted(["Person", "Consent", "Condition", "Screening", "Plan", "Course",
                            "Session", "AdverseEvent", "Score", "Attachment"])  # fmt: skip
    assert {why for _, why in first["refused"]} == {
        "a device of another house", "the trail of another house"
    }  # fmt: skip
    status, again = stranger("post", "fhir/in?source=own", told)
    assert (status, again["stored"]) == (200, [])
    assert sorted(k for k, _ in again["known"]) == kinds
    copy = m.Person.objects.get(pk=dict(first["stored"])["Person"])
    assert (copy.clinic, copy.number, copy.note) == (house.other.clinic, 2, person.note)
    left = ("id", "person", "made_by", "device", "screening", "plan", "course", "session",
            "session_plan",
            "made_at", "retired_at", "retired_why", "follow_ups", "number", "external_system",
            "external_id", "events", "sha256", "content")  # fmt: skip

    def told_of(someone: m.Person) -> list[dict[str, Any]]:
        from cryodose.fhir.plain import to_plain

        trail = ("Device", "Change", "Access")
        kept = [r for r in records_of(someone) if type(r).__name__ not in trail]
        return [{k: v for k, v in to_plain(r).items() if k not in left} for r in kept]

    assert told_of(copy) == told_of(person)
    events = m.SessionEvent.objects.filter(session__person=copy)
    assert events.count() == m.SessionEvent.objects.filter(session__person=person).count() == 6
    link = m.SessionRecord.objects.get(person=copy)
    assert link.plan.person == copy
    assert link.course.session_plan.person == copy
    assert link.screening.person == copy
    assert copy.adverse_events.get().follow_ups.get().found == "Healed."
    assert copy.scores.get().is_retired
    # What lets somebody into the cold counts only where it was decided.
    for row in (copy.consents.get(), copy.screenings.get(), copy.plans.get()):
        assert row.is_retired
        assert "counts in the house" in row.retired_why
    assert not copy.sessions.get().is_retired


def patient(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1980-05-17",
            "name": [{"family": "Foreign", "given": ["A"]}], **more}  # fmt: skip


def raynaud(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"},
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I73.0"}]},
            **more}  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "entry": [{"resource": r} for r in resources]}


def test_a_foreign_person_is_known_again(clinician: Ask, own: make.Place) -> None:
    _, first = clinician("post", "fhir/in?source=hospital", patient(photo=[{"title": "x"}]))
    assert first["not_understood"] == [["Patient/p1", "photo.title"]]
    _, again = clinician("post", "fhir/in?source=hospital", patient())
    assert again["known"] == first["stored"]
    _, other = clinician("post", "fhir/in?source=elsewhere", patient())
    assert other["stored"] != first["stored"]
    row = m.Person.objects.get(pk=first["stored"][0][1])
    assert (row.external_system, row.external_id) == ("hospital", "p1")
    assert row.history.first().history_change_reason == "new person"


def test_history_is_screened_or_refused(clinician: Ask, own: make.Place) -> None:
    data = bundle(patient(), raynaud())
    allergy = {"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": "cold"},
               "patient": {"reference": "Patient/p1"}}  # fmt: skip
    _, told = clinician("post", "fhir/in", bundle(patient(id="p9"), {
        **allergy, "patient": {"reference": "Patient/p9"}}))  # fmt: skip
    assert told["refused"] == [["AllergyIntolerance/a1", "not stored: name a procedure, and it is "
                                "screened and kept with the screening"]]  # fmt: skip
    status, told = clinician("post", "fhir/in?procedure=cryosauna&day=2026-11-25", data)
    assert (status, told["refused"]) == (200, [])
    row = m.ScreeningRecord.objects.get(pk=dict(told["stored"])["Screening"])
    assert (row.verdict, row.answers["resourceType"]) == ("stop", "Bundle")
    assert clinician("get", f"screenings/{row.pk}")[1]["verdict"] == "stop"


def test_history_of_somebody_else_is_not_mixed_in(clinician: Ask, own: make.Place) -> None:
    other = raynaud(id="c2", subject={"reference": "Patient/p2"})
    _, told = clinician(
        "post", "fhir/in?procedure=cryosauna&day=2026-11-25", bundle(patient(), raynaud(), other)
    )
    assert told["refused"] == [["Condition/c2", "not stored: it is not clear whose it is"]]
    assert [k for k, _ in told["stored"]] == ["Person", "Condition"]
    who = own.records[m.Person].pk
    status, told = clinician("post", f"persons/{who}/fhir/in", patient(birthDate="1999-01-01"))
    assert status == 400
    assert "1980-05-17" in told["detail"]
    status, told = clinician("post", f"persons/{who}/fhir/in", bundle(patient(), patient(id="p2")))
    assert status == 400
    status, told = clinician("post", f"persons/{who}/fhir/in", patient(gender="unknown"))
    assert status == 200


def test_all_or_nothing(clinician: Ask, own: make.Place) -> None:
    before = m.Person.objects.count()
    long = patient(name=[{"family": "x" * 81}])
    status, told = clinician("post", "fhir/in", bundle(patient(id="ok"), {**long, "id": "bad"}))
    assert status == 400
    assert "Person.family_name" in told["detail"]
    assert m.Person.objects.count() == before


def test_a_picture_is_looked_into(clinician: Ask, stranger: Ask, own: make.Place) -> None:
    _, told = clinician("get", f"persons/{own.records[m.Person].pk}/fhir")
    media = next(e["resource"] for e in told["entry"] if e["resource"]["resourceType"] == "Media")
    media["content"]["data"] = "PHNjcmlwdD4="
    status, said = stranger("post", "fhir/in", told)
    assert status == 400
    assert "picture" in said["detail"]


@pytest.mark.parametrize(
    ("query", "data", "status"),
    [
        ("", {}, 400), ("", {"resourceType": 5}, 400), ("", [], 422), ("", "{", 400),
        ("?procedure=moon", {"resourceType": "Patient"}, 400),
        ("?day=x", {"resourceType": "Patient"}, 422),
        ("?source=%00", {"resourceType": "Patient"}, 400),
        ("?source=" + "x" * 201, {"resourceType": "Patient"}, 422),
    ],
)  # fmt: skip
def test_bad_requests(clinician: Ask, query: str, data: Any, status: int) -> None:
    assert clinician("post", f"fhir/in{query}", data)[0] == status


def test_check_stores_nothing(clinician: Ask, own: make.Place) -> None:
    before = m.Person.objects.count()
    status, told = clinician("post", "fhir/check", bundle(patient(), raynaud()))
    assert (status, len(told["records"]), len(told["history"])) == (200, 1, 1)
    assert m.Person.objects.count() == before


def test_a_person_takes_their_own_data_along(house: make.House) -> None:
    from cryodose.clinic.middleware.gate import LINK_KEY

    client = Client(HTTP_HOST="localhost")
    session = client.session
    session[LINK_KEY] = str(house.own.records[m.PersonLink].pk)
    session.save()
    status, told = caller(client)("get", "my/fhir")
    assert status == 200
    assert "Tester-Own" in json.dumps(told)
    assert m.Access.objects.filter(by_person=house.own.records[m.Person]).exists()


def test_cds_hooks(clinician: Ask, own: make.Place) -> None:
    nobody = caller(Client(HTTP_HOST="localhost"))
    status, told = nobody("get", "cds-services")
    assert (status, len(told["services"])) == (200, 7)
    asked = {
        "hook": "patient-view", "hookInstance": str(uuid.uuid4()),
        "context": {"userId": "u", "patientId": "p1"},
        "prefetch": {"patient": patient(), "conditions": bundle(raynaud())},
    }  # fmt: skip
    where = "cds-services/cryodose-view-cryosauna"
    status, told = clinician("post", where, asked)
    assert (status, told["cards"][0]["indicator"]) == (200, "critical")
    device = own.records[m.Device].new_token(own.users["administrator"], "hospital system")
    program = caller(Client(HTTP_HOST="localhost", enforce_csrf_checks=True),
                     authorization=f"Bearer {device}")  # fmt: skip
    assert program("post", where, asked)[1] == told
    assert nobody("post", where, asked)[0] == 401
    assert clinician("post", where, {**asked, "prefetch": None})[0] == 412
    assert clinician("post", where, {**asked, "hook": "x"})[0] == 400
    assert clinician("post", "cds-services/moon", asked)[0] == 404
    done = {"feedback": [{"card": told["cards"][0]["uuid"], "outcome": "accepted",
                          "outcomeTimestamp": "2026-01-01T00:00:00Z"}]}  # fmt: skip
    assert clinician("post", f"{where}/feedback", done) == (200, {"taken": 1})


def test_document_is_about_one_person_of_this_clinic(clinician: Ask, house: make.House) -> None:
    assert clinician("get", f"persons/{house.other.records[m.Person].pk}/fhir")[0] == 404
    assert document(records_of(house.own.records[m.Person]), house.own.clinic.made_at)


def forged(told: dict[str, Any], kind: str, change: Any) -> dict[str, Any]:
    """Return a document in which the record of one kind says something else."""
    from dataclasses import replace

    from cryodose.fhir import resource_of

    made = json.loads(json.dumps(told))
    record = next(r for r in read_fhir(told).records if type(r).__name__ == kind)
    name = resource_of(record)
    for entry in made["entry"]:
        if entry["resource"].get("id") == record.id and (
            entry["resource"]["resourceType"] == name["resourceType"]
        ):
            entry["resource"] = resource_of(replace(record, **change(record)))
    return made


def _row(**change: Any) -> dict[str, Any]:
    return {"number": 1, "dose_s": None, "longest_s": 60} | change


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("Screening", lambda _: {"verdict": "fine"}, "verdict"),
        ("Screening", lambda _: {"answers": {"x": 1}}, "format"),
        ("Screening", lambda _: {"result": {}}, "findings"),
        ("Screening", lambda s: {"result": {**s.result, "findings": [5]}}, "findings[0]"),
        ("Plan", lambda _: {"session": {}}, "exposure"),
        ("Plan", lambda _: {"answer": {"longest_s": "long"}}, "longest_s"),
        ("Plan", lambda _: {"answer": {"curves": [{"name": 5}]}}, "curves[0]"),
        ("Plan", lambda _: {"answer": {"build_up": {}}}, "build_up"),
        ("Plan", lambda _: {"answer": {"build_up": [7]}}, "build_up[0]"),
        ("Plan", lambda _: {"answer": {"build_up": [_row(number=1.5)]}}, "build_up[0]"),
        ("Plan", lambda _: {"answer": {"build_up": [_row(longest_s="long")]}}, "build_up[0]"),
        ("Plan", lambda _: {"answer": {"build_up": [_row(dose_s=1e300)]}}, "build_up[0]"),
        ("Course", lambda _: {"plan": {"sessions": 5}}, "sessions"),
        ("Session", lambda s: {"events": s.events[1:]}, "number"),
        ("Session", lambda s: {"events": s.events + s.events[-1:]}, "number"),
        ("Session", lambda s: {"events": (*s.events[:1], _other(s.events[1], key="k0"))}, "key"),
        ("Session", lambda s: {"events": (_other(s.events[0], kind="moon"),)}, "kind"),
        ("Session", lambda s: {"events": (_other(s.events[0], data={}),)}, "when"),
        ("Session", lambda s: {"planned_for": None}, "planned_for"),
    ],
)
def test_what_is_not_whole_is_not_taken_in(
    clinician: Ask, stranger: Ask, own: make.Place, kind: str, change: Any, words: str
) -> None:
    _, told = clinician("get", f"persons/{lived(own).pk}/fhir")
    before = m.Person.objects.count()
    status, said = stranger("post", "fhir/in", forged(told, kind, change))
    assert status == 400, said
    assert words in said["detail"]
    assert m.Person.objects.count() == before


def _other(event: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(event, **changes)


def test_a_lost_picture_does_not_stop_the_export(clinician: Ask, own: make.Place) -> None:
    row = own.records[m.Attachment]
    row.file.storage.delete(row.file.name)
    status, told = clinician("get", f"persons/{own.records[m.Person].pk}/fhir")
    assert status == 200
    assert faults(told) == []
