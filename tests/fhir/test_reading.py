"""Resources from elsewhere: kept, refused with a reason, or listed; none dropped, no crash."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from examples import DAY, NOW, clinic, official
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import JSON

from cryodose.errors import BadInput
from cryodose.fhir import document, read_fhir, resource_of
from cryodose.fhir.records import AdverseEvent, Device, Person
from cryodose.screening import facts_from, screen

OFFICIAL = official()


def resources_in(data: dict[str, Any]) -> list[dict[str, Any]]:
    if data["resourceType"] != "Bundle":
        return [data]
    return [r for e in data.get("entry", []) for r in resources_in(e.get("resource") or {
        "resourceType": "(none)"})]  # fmt: skip


@pytest.mark.parametrize("name", sorted(OFFICIAL))
def test_every_resource_of_an_official_example_is_accounted_for(name: str) -> None:
    found = read_fhir(OFFICIAL[name])
    told = len(found.records) + len(found.history) + len(found.refused)
    assert told == len(resources_in(OFFICIAL[name]))
    assert all(why for _, why in found.refused)
    assert json.loads(json.dumps(found.to_dict()))


def test_what_becomes_of_the_official_examples() -> None:
    kept: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for data in OFFICIAL.values():
        found = read_fhir(data)
        kept.update(type(r).__name__ for r in found.records)
        kept.update(h["resourceType"] for h in found.history)
        refused.update(n.partition("/")[0] for n, _ in found.refused)
    assert kept["Person"] == 49
    assert (kept["Condition"], kept["Observation"], kept["AdverseEvent"]) == (16, 72, 1)
    # Four people of the examples have died, and one record was replaced by another.
    assert refused["Patient"] == 3
    assert (refused["Consent"], refused["CarePlan"], refused["ServiceRequest"]) == (12, 11, 20)
    assert sum(kept.values()) + sum(refused.values()) == sum(
        len(resources_in(d)) for d in OFFICIAL.values()
    )


def leaves(node: Any) -> set[str]:
    if isinstance(node, dict):
        return {x for v in node.values() for x in leaves(v)}
    if isinstance(node, list):
        return {x for v in node for x in leaves(v)}
    return {json.dumps(node)}


@pytest.mark.parametrize("name", [n for n in sorted(OFFICIAL) if n.startswith("Patient-")])
def test_each_word_of_a_patient_is_stored_or_listed(name: str) -> None:
    found = read_fhir(OFFICIAL[name])
    if not found.records:
        assert found.refused
        return
    paths = [p for _, p in found.not_understood]

    def at(node: Any, steps: list[str]) -> set[str]:
        if isinstance(node, list):
            return {x for n in node for x in at(n, steps)}
        if not steps:
            return leaves(node)
        return at(node[steps[0]], steps[1:]) if isinstance(node, dict) and steps[0] in node else (
            set())  # fmt: skip

    listed = {x for p in paths for x in at(OFFICIAL[name], p.split("."))}
    stored = leaves(json.loads(json.dumps(resource_of(found.records[0]))))
    said_by_absence = {'"Patient"', "false"}
    assert leaves(OFFICIAL[name]) - listed - stored - said_by_absence == set()


def test_history_is_screened_as_if_it_had_come_alone() -> None:
    for name, data in OFFICIAL.items():
        found = read_fhir(data)
        if not name.startswith("Condition-"):
            continue
        whole = {"resourceType": "Bundle", "entry": [{"resource": h} for h in found.history]}
        own = screen(facts_from(data), "cryosauna", DAY)
        kept = screen(facts_from(whole), "cryosauna", DAY)
        assert kept.verdict == own.verdict
        assert [f.rule for f in kept.findings] == [f.rule for f in own.findings]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deceasedBoolean": True}, "deceasedBoolean"),
        ({"deceasedDateTime": "2020"}, "deceasedDateTime"),
        ({"active": False}, "active"),
        ({"implicitRules": "urn:x"}, "implicitRules"),
        ({"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}, "modifierExtension"),
        ({"link": [{"other": {"reference": "Patient/q"}, "type": "replaced-by"}]}, "replaced-by"),
    ],
)
def test_what_changes_the_meaning_refuses(changes: dict[str, Any], words: str) -> None:
    found = read_fhir({"resourceType": "Patient", "id": "p", **changes})
    assert found.records == []
    assert words in found.refused[0][1]


@pytest.mark.parametrize("kind", ["RiskAssessment", "ServiceRequest", "Procedure", "Consent"])
def test_a_status_that_was_changed_elsewhere_refuses(kind: str) -> None:
    made = next(r for r in map(resource_of, clinic()) if r["resourceType"] == kind)
    found = read_fhir({**made, "status": "entered-in-error"})
    assert found.records == []
    assert "entered-in-error" in found.refused[0][1]


def test_a_patient_of_another_system() -> None:
    found = read_fhir({
        "resourceType": "Patient", "active": True, "deceasedBoolean": False, "gender": "male",
        "birthDate": "1970", "name": [{"family": "Li", "given": ["A", "B"]}],
        "identifier": [{"system": "urn:x", "value": "9"}],
        "telecom": [{"system": "email", "value": "x@example.org", "use": "home"}],
    })  # fmt: skip
    person = found.records[0]
    assert isinstance(person, Person)
    assert (person.family_name, person.given_name, person.sex) == ("Li", "A", "male")
    assert (person.external_id, person.email, person.birth_date) == ("9", "x@example.org", None)
    assert [p for _, p in found.not_understood] == ["birthDate", "name.given", "telecom.use"]
    again = read_fhir({"resourceType": "Patient", "active": True})
    assert (
        again.records[0].id == read_fhir({"resourceType": "Patient", "active": True}).records[0].id
    )


def test_a_pacemaker_is_history_and_a_cabin_is_a_device() -> None:
    implant = {"resourceType": "Device", "id": "x", "type": {"text": "pacemaker"}}
    assert read_fhir(implant).history == [implant]
    assert read_fhir(resource_of(Device(id="d"))).records == [Device(id="d")]


def test_harm_told_by_another_system() -> None:
    data = {
        "resourceType": "AdverseEvent", "id": "a", "actuality": "actual",
        "event": {"text": "frostbite", "coding": [{"code": "T33"}]},
        "subject": {"reference": "Patient/p"}, "date": "2026-01-02T10:00:00Z",
    }  # fmt: skip
    found = read_fhir(data)
    assert isinstance(found.records[0], AdverseEvent)
    assert [p for _, p in found.not_understood] == ["event.coding.code"]
    without = read_fhir({k: v for k, v in data.items() if k != "date"})
    assert "happened_at" in without.refused[0][1]


def test_addresses_of_a_bundle_become_local() -> None:
    url = "urn:uuid:0b5dd0c1-3a0e-4d49-9f5e-6b7f1a2c9e10"
    patient = {"resourceType": "Patient", "id": "p"}
    condition = {"resourceType": "Condition", "id": "c", "subject": {"reference": url}}
    found = read_fhir({"resourceType": "Bundle", "entry": [
        {"fullUrl": url, "resource": patient}, {"resource": condition}]})  # fmt: skip
    assert found.history[0]["subject"] == {"reference": "Patient/p"}


def test_what_was_changed_in_what_follows_is_listed() -> None:
    made = json.loads(json.dumps(document(clinic(), NOW)))
    reading = next(e["resource"] for e in made["entry"] if "valueQuantity" in e["resource"])
    reading["valueQuantity"]["value"] = 99.5
    found = read_fhir(made)
    assert [p for _, p in found.not_understood] == ["valueQuantity.value"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "a FHIR resource"),
        ([], "a FHIR resource"),
        ({"resourceType": 5}, "a FHIR resource"),
        ({"resourceType": "Bundle", "entry": 5}, "a list of entries"),
    ],
)
def test_what_is_no_resource_is_one_line(data: Any, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        read_fhir(data, "x.json")
    assert "\n" not in str(caught.value)


def test_size_and_depth_are_bounded() -> None:
    patient = {"resourceType": "Patient", "id": "p"}
    with pytest.raises(BadInput, match="100000 entries"):
        read_fhir({"resourceType": "Bundle", "entry": [{"resource": patient}] * 100_001})
    deep: dict[str, Any] = patient
    for _ in range(6):
        deep = {"resourceType": "Bundle", "entry": [{"resource": deep}]}
    with pytest.raises(BadInput, match="deep"):
        read_fhir(deep)
    nested: Any = 1
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(BadInput, match="nested"):
        read_fhir({"resourceType": "Patient", "x": nested})


KINDS = st.sampled_from(
    ["Patient", "Consent", "Observation", "Procedure", "AdverseEvent", "Device", "Media",
     "RiskAssessment", "Bundle", "?", "CarePlan", "QuestionnaireResponse"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["id", "meta", "name", "gender", "extension", "identifier", "telecom", "subject", "code",
     "birthDate", "_birthDate", "status", "event", "date", "entry", "resource", "content",
     "resourceType", "fullUrl", "text", "contained", "modifierExtension"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.tuples(KINDS, st.dictionaries(KEYS, JSON, max_size=6), st.booleans())))
def test_random_resources_never_crash(drawn: list[Any]) -> None:
    tag = {"meta": {"tag": [{"system": "urn:cryodose:record"}]}}
    made = [{**body, **(tag if ours else {}), "resourceType": kind} for kind, body, ours in drawn]
    try:
        found = read_fhir({"resourceType": "Bundle", "entry": [{"resource": r} for r in made]})
    except BadInput:
        return
    assert json.dumps(found.to_dict())


@settings(max_examples=300)
@given(st.sampled_from(clinic()), st.data())
def test_broken_exports_never_crash(record: Any, data: Any) -> None:
    made = json.loads(json.dumps(resource_of(record)))
    key = data.draw(st.sampled_from(sorted(set(made) - {"resourceType"})))
    made[key] = data.draw(JSON)
    found = read_fhir(made)
    assert len(found.records) + len(found.history) + len(found.refused) == 1
