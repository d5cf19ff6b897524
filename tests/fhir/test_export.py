"""What we write passes two independent checkers, and holds what others look for."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from checkers import faults, own_faults, r4_faults, r4b_faults
from examples import DAY, FORM, NOW, clinic, retired

from cryodose.errors import BadInput
from cryodose.fhir import RECORDS, document, resource_of, resources_of
from cryodose.fhir.care_maps import BY_RECORD
from cryodose.fhir.codes import MEASURES, PROCEDURES
from cryodose.fhir.extras import extras_of, questionnaire_of
from cryodose.fhir.maps import KINDS
from cryodose.fhir.records import AdverseEvent, Attachment, Consent, Person, Screening, Session
from cryodose.screening import PROCEDURES as SCREENED
from cryodose.screening import facts_from, screen

EVERY = clinic()


def kinds_of(resources: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [r for r in resources if r["resourceType"] == kind]


def test_the_example_fills_every_field_of_every_kind() -> None:
    assert {type(r).__name__ for r in EVERY} == set(RECORDS)
    bare = {"retired_at", "retired_why"}
    for record in EVERY:
        assert set(BY_RECORD[type(record)].fields) == {f.name for f in fields(record)}
        for spec in fields(record):
            assert spec.name in bare or getattr(record, spec.name) != spec.default, spec.name


def test_kinds_are_told_in_one_voice() -> None:
    assert {name: BY_RECORD[kind].kind for name, kind in RECORDS.items()} == KINDS
    assert set(PROCEDURES) == set(SCREENED)


def test_document_passes_both_checkers() -> None:
    made = document(EVERY, NOW, author="Clinic by the sea")
    assert r4_faults(made) == []
    assert r4b_faults(made) == []
    assert made["entry"][0]["resource"]["resourceType"] == "Composition"
    named = {e["fullUrl"].partition("/fhir/")[2] for e in made["entry"]}
    listed = [e["reference"] for s in made["entry"][0]["resource"]["section"] for e in s["entry"]]
    assert set(listed) == named - {"Patient/p"} - {n for n in named if "Composition" in n}
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("record", [*EVERY, *map(retired, EVERY)], ids=lambda r: type(r).__name__)
def test_every_resource_is_faultless(record: Any) -> None:
    for resource in resources_of([record]):
        assert faults(resource) == [], resource


def test_references_lead_to_something_in_the_document() -> None:
    made = document(EVERY, NOW)
    names = {e["fullUrl"].partition("/fhir/")[2] for e in made["entry"]}

    def walk(node: Any) -> set[str]:
        if isinstance(node, list):
            return {x for n in node for x in walk(n)}
        if not isinstance(node, dict):
            return set()
        own = {node["reference"]} if "/" in str(node.get("reference", "")) else set()
        return own | {x for n in node.values() for x in walk(n)}

    assert walk(made) <= names


@pytest.mark.parametrize(
    ("broken", "who"),
    [
        ({"status": None}, "rb"),
        ({"colour": "blue"}, "rb"),
        ({"valueString": "3"}, "rb"),
        ({"effectiveDateTime": "2026-02-30"}, "b"),
        ({"effectiveDateTime": "today"}, "rb"),
        ({"status": "done"}, "o"),
        ({"valueQuantity": {"value": 1, "system": "http://unitsofmeasure.org", "code": "C"}}, "o"),
        ({"dataAbsentReason": {"text": "x"}}, "o"),
    ],
)
def test_the_checkers_see_what_is_broken(broken: dict[str, Any], who: str) -> None:
    score = next(r for r in EVERY if type(r).__name__ == "Score")
    bad = {k: v for k, v in {**resource_of(score), **broken}.items() if v is not None}
    assert bool(r4_faults(bad)) == ("r" in who)
    assert bool(r4b_faults(bad)) == ("b" in who)
    if "o" in who:
        assert list(own_faults(bad))


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_questionnaires_are_faultless(procedure: str) -> None:
    for stage in ("all", "once", "session"):
        assert faults(questionnaire_of(procedure, stage)) == []


def test_a_screening_tells_others_what_was_answered() -> None:
    found = extras_of(next(r for r in EVERY if isinstance(r, Screening)))
    codes = [c["code"] for r in kinds_of(found, "Condition") for c in r["code"]["coding"]]
    assert codes == ["I73.0", "J45", "195295006"]
    values = {
        r["code"]["coding"][0]["code"]: r["valueQuantity"] for r in kinds_of(found, "Observation")
    }
    assert values["8480-6"]["code"] == "mm[Hg]"
    assert values["8480-6"]["value"] == pytest.approx(129.76, abs=0.01)
    assert len(kinds_of(found, "DetectedIssue")) >= 1
    assert kinds_of(found, "FamilyMemberHistory")[0]["condition"][0]["code"]["coding"]


def test_another_system_would_screen_alike_from_what_follows() -> None:
    found = extras_of(next(r for r in EVERY if isinstance(r, Screening)))
    patient = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-05-01"}
    bundle = {"resourceType": "Bundle", "entry": [{"resource": r} for r in [patient, *found]]}
    own = screen(facts_from(FORM), "cryosauna", DAY)
    other = screen(facts_from(bundle), "cryosauna", DAY)
    assert other.verdict == own.verdict
    assert {f.rule: f.effect for f in other.findings} == {f.rule: f.effect for f in own.findings}


def test_a_bad_reading_has_no_value_that_anybody_could_use() -> None:
    session = next(r for r in EVERY if isinstance(r, Session))
    found = kinds_of(extras_of(session), "Observation")
    skin = [r for r in found if r["code"]["text"] == MEASURES["skin"].words]
    assert skin[0]["valueQuantity"]["value"] == 12.5
    assert "valueQuantity" not in skin[1]
    assert skin[1]["dataAbsentReason"]["text"] == "implausible"
    panel = [r for r in found if "component" in r]
    assert [c["valueQuantity"]["value"] for c in panel[0]["component"]] == [120, 80]
    assert len(found) == 4


def test_retired_records_tell_nothing_more() -> None:
    assert all(extras_of(retired(r)) == [] for r in EVERY)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "stopped"),
        ({"ended_how": "done"}, "completed"),
        ({"ended_at": None}, "in-progress"),
        ({"started_at": None, "ended_how": ""}, "preparation"),
        ({"started_at": None}, "not-done"),
    ],
)
def test_status_of_a_session(changes: dict[str, Any], status: str) -> None:
    session = next(r for r in EVERY if isinstance(r, Session))
    assert resource_of(replace(session, **changes))["status"] == status


def test_consent_that_was_taken_back_is_inactive() -> None:
    consent = next(r for r in EVERY if isinstance(r, Consent))
    assert resource_of(consent)["status"] == "inactive"
    assert resource_of(replace(consent, withdrawn_on=None))["status"] == "active"


def test_near_miss_is_a_potential_event() -> None:
    event = next(r for r in EVERY if isinstance(r, AdverseEvent))
    assert resource_of(event)["actuality"] == "actual"
    assert resource_of(replace(event, severity="near-miss"))["actuality"] == "potential"


def test_image_has_its_type() -> None:
    image = next(r for r in EVERY if isinstance(r, Attachment))
    assert resource_of(image)["content"]["contentType"] == "image/png"


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([], "exactly one person"),
        ([Person(id="a"), Person(id="b")], "exactly one person"),
        ([Person(id="a"), Consent(id="c", person="a", procedure="immersion", given_on=DAY)] * 1
         + [Consent(id="c", person="a", procedure="immersion", given_on=DAY)], "each id once"),
        ([Person(id="a/b")], "hyphens"),
        ([Person(id="a", mass_kg=float("nan"))], "finite"),
        ([Person(id="a", made_at=datetime(2026, 1, 1))], "offset"),  # the fault
        ([Person(id="a"), Consent(id="c", person="a", procedure="sauna", given_on=DAY)], "one of"),
        ([Person(id="a"), Screening(id="c", person="a", procedure="immersion", day=DAY, verdict="x",
                                    answers={"x": float("inf")})], "JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_named(records: list[Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        document(records, NOW)


def test_the_same_records_give_the_same_bytes() -> None:
    first, second = (json.dumps(document(clinic(), NOW)) for _ in range(2))
    assert first == second


def test_every_record_is_in_the_guide() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "guide" / "exchange.md"
    text = guide.read_text(encoding="utf-8")
    assert [n for n, kind in KINDS.items() if f"| `{n}` | {kind} |" not in text] == []
