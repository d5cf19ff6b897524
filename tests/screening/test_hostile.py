"""Malformed and hostile input gives one clear error or a bounded answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import ICD, bundle, coded, effect_of

from cryodose.errors import BadInput
from cryodose.screening import facts_from, read_facts, screen

HOSTILE = [
    "\x00",
    "\u202e",
    "\ud800",
    "{{7*7}}",
    "<script>",
    "'; DROP TABLE",
    "[bold]",
    "x" * 10**5,
]


@pytest.mark.parametrize(
    "value", [None, True, 7, "x", [], [[]], {}, {"coding": 5}, [{"coding": {}}]]
)
@pytest.mark.parametrize(
    "key", ["code", "subject", "clinicalStatus", "verificationStatus", "onsetDateTime", "id"]
)
def test_wrong_types_are_bounded(ask, key: str, value: object) -> None:
    told = ask(bundle(coded(ICD, "I73.0", **{key: value})))
    assert told.verdict in ("stop", "incomplete")
    json.dumps(told.to_dict())
    if key == "code" and told.verdict == "incomplete":
        assert any(o.rule == "" for o in told.not_assessed) or told.unknown_codes


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_strings_stay_strings(ask, text: str) -> None:
    record = coded(ICD, text, id=text)
    record["code"]["text"] = text
    told = ask(bundle(record, patient={"id": text}))
    assert len(json.dumps(told.to_dict()["unknown_codes"])) < 10**4


def test_long_text_is_read_to_its_end(ask) -> None:
    record = coded(ICD, "nothing")
    record["code"]["text"] = "a word " * 20_000 + "cold urticaria"
    assert effect_of(ask(bundle(record)), "WBC-40") == "stop"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "line 1"),
        ("[1, 2", "line 1"),
        ("[" * 100_000, "nested"),
        ('{"resourceType": "Bundle", "entry": [], "entry": []}', "each key once"),
        ('{"resourceType": "Bundle", "entry": NaN}', "no NaN"),
        ('{"x": ' + "9" * 5000 + "}", "usual size"),
        ("[]", "format"),
        ('{"resourceType": 5}', "a FHIR resource"),
        ('{"resourceType": "Bundle", "entry": {}}', "a list of entries"),
    ],
)
def test_unreadable_file_gives_one_line(tmp_path: Path, content: str, expected: str) -> None:
    path = tmp_path / "p.json"
    path.write_text(content)
    with pytest.raises(BadInput) as caught:
        read_facts(path)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_is_no_text_or_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(b"\xff\xfe\x00")
    for wrong in (path, tmp_path / "none.json", tmp_path):
        with pytest.raises(BadInput):
            read_facts(wrong)


def test_bundles_in_bundles_end() -> None:
    data = bundle(coded(ICD, "I73.0"))
    for _ in range(3):
        data = {"resourceType": "Bundle", "entry": [{"resource": data}]}
    assert facts_from(data).coded
    cyclic: dict = {"resourceType": "Bundle", "entry": []}
    cyclic["entry"].append({"resource": cyclic})
    with pytest.raises(BadInput, match="deep"):
        facts_from(cyclic)


def test_a_million_entries_are_refused_at_once() -> None:
    record = coded(ICD, "J30.1")
    with pytest.raises(BadInput, match="at most 100000 entries"):
        facts_from(bundle(*[record] * 1_000_000))


def test_several_patients_are_never_clear(ask, person) -> None:
    data = bundle(coded(ICD, "I73.0"))
    data["entry"].append({"resource": {"resourceType": "Patient", "id": "q"}})
    told = ask(data)
    assert told.subject == "Patient/p"
    assert ("", "subject") in {(o.rule, o.question) for o in told.not_assessed}
    assert facts_from(data, subject="Patient/q").coded == []
    with pytest.raises(BadInput, match="Patient/p, Patient/q"):
        facts_from(data, subject="Patient/z")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["code", "coding", "system", "subject", "reference", "status", "valueQuantity", "value",
             "component", "entry", "resource", "resourceType", "item", "answer", "onsetDateTime",
             "clinicalStatus", "text", "display", "unit", "questionnaire", "linkId", "contained"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=30,
)  # fmt: skip
KINDS = st.sampled_from(
    ["Condition", "Observation", "AllergyIntolerance", "MedicationStatement", "Device", "Procedure",
     "DeviceUseStatement", "FamilyMemberHistory", "QuestionnaireResponse", "Patient", "Bundle", "?"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(KINDS, JSON), max_size=6))
def test_random_resources_never_crash(resources: list) -> None:
    from datetime import date

    records = [
        {**(r if isinstance(r, dict) else {"x": r}), "resourceType": k} for k, r in resources
    ]
    try:
        facts = facts_from(bundle(*records))
    except BadInput:
        return
    told = screen(facts, "cryosauna", date(2026, 11, 22))
    assert told.verdict in ("stop", "ask-clinician", "incomplete")
    json.dumps(told.to_dict())


def test_more_than_is_read_stays_open(ask) -> None:
    text = {"code": {"text": "a word " * 40_000 + "cold urticaria"}}
    codes = {"code": {"coding": [{"system": "x", "code": str(n)} for n in range(200)]}}
    for more in (text, codes):
        told = ask(bundle({**coded(ICD, "J30.1"), **more}))
        assert any("more codes or words" in o.ask for o in told.not_assessed)
    parts = [{"code": {"text": f"part {n}"}} for n in range(2000)]
    panel = {"resourceType": "Observation", "id": "o", "component": parts}
    told = ask(bundle(panel))
    assert any("more than is read" in o.ask for o in told.not_assessed)
    assert len(told.unknown_codes) <= 1000


def test_long_names_are_cut_where_they_are_shown(ask) -> None:
    record = coded(ICD, "I73.0")
    record["code"] = {"text": "cold urticaria " * 5000}
    assert len(json.dumps(ask(bundle(record)).to_dict()["findings"])) < 5000


def test_many_parts_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    entry = '{"resource": {"resourceType": "Condition", "code": {"text": "x"}}}'
    path.write_text('{"resourceType": "Bundle", "entry": [' + ",".join([entry] * 1_000_000) + "]}")
    with pytest.raises(BadInput, match="objects and lists = 3000002: expected at most 2000000"):
        read_facts(path)
    toml = tmp_path / "p.toml"
    toml.write_text("x = 1 # " + "y" * 2_000_000)
    with pytest.raises(BadInput, match="at most 2000000 bytes"):
        read_facts(toml)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_other_encodings_are_refused(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "p.json"
    path.write_bytes('{"resourceType": "Patient", "id": "é"}'.encode(codec))
    with pytest.raises(BadInput) as caught:
        read_facts(path)
    assert "\n" not in str(caught.value)


def test_mark_of_utf8_and_compressed_file(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "p.json"
    content = json.dumps(bundle(coded(ICD, "I73.0"))).encode()
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert read_facts(path).coded
    path.write_bytes(gzip.compress(content))
    with pytest.raises(BadInput, match="UTF-8"):
        read_facts(path)


def test_people_of_one_name_are_never_clear() -> None:
    people = [{"resourceType": "Patient", "id": "p", "birthDate": f"19{n:02d}"} for n in range(99)]
    data = {"resourceType": "Bundle", "entry": [{"resource": p} for p in people]}
    facts = facts_from(data)
    assert ("subject", "several people are called Patient/p") in facts.open_points
    same = {"resourceType": "Bundle", "entry": [{"resource": people[0]}] * 3}
    assert facts_from(same).open_points == []


def test_another_patient_in_the_bundle_changes_nothing(ask) -> None:
    data = bundle(coded(ICD, "I73.0"))
    data["entry"].insert(0, {"resource": {"resourceType": "Patient", "id": "a"}})
    told = ask(data)
    assert (told.verdict, told.subject) == ("stop", "Patient/p")


def test_contained_records_count_and_those_of_others_do_not(ask) -> None:
    inner = {"resourceType": "Condition", "id": "i", "code": {"text": "cold urticaria"}}
    visit = {"resourceType": "Encounter", "id": "e", "contained": [inner]}
    for who, effect in (("Patient/p", "stop"), ("Patient/q", "none")):
        told = ask(bundle({**visit, "subject": {"reference": who}}))
        assert effect_of(told, "WBC-40") == effect
    family = {**visit, "resourceType": "FamilyMemberHistory", "patient": {"reference": "Patient/p"}}
    assert effect_of(ask(bundle(family)), "WBC-40") == "none"


def test_status_that_contradicts_itself_counts(ask) -> None:
    both = {"coding": [{"code": "refuted"}, {"code": "confirmed"}]}
    assert effect_of(ask(bundle(coded(ICD, "G40", verificationStatus=both))), "WBC-18") == "stop"
    ended = {"coding": [{"code": "resolved"}, {"code": "active"}]}
    assert effect_of(ask(bundle(coded(ICD, "G40", clinicalStatus=ended))), "WBC-18") == "stop"


def test_medicine_not_to_be_given_and_by_name(ask) -> None:
    request = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "Haloperidol 5 mg tablet"},
    }
    assert effect_of(ask(bundle(request)), "WBC-59") == "stop"
    told = ask(bundle({**request, "doNotPerform": True}))
    assert effect_of(told, "WBC-59") == "none"
    assert ("MedicationRequest/m: Haloperidol 5 mg tablet", "not to be given") in told.ignored


@pytest.mark.parametrize(
    ("value", "effect"),
    [
        ({"valueString": "Pregnant"}, "stop"),
        ({"valueString": "not pregnant"}, "none"),
        ({"valueBoolean": True}, "stop"),
        ({"valueCodeableConcept": {"text": "Yes"}}, "stop"),
        ({"valueCodeableConcept": {"coding": [{"code": "LA15173-0"}, {"code": "N"}]}}, "stop"),
        ({"valueString": "perhaps"}, "open"),
        ({"valueQuantity": {"value": 1}}, "open"),
    ],
)
def test_pregnancy_told_in_other_ways(ask, person, value: dict, effect: str) -> None:
    record = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "effectiveDateTime": "2026-11-20",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
        **value,
    }
    told = ask(bundle(record))
    assert effect_of(told, "WBC-52") == ("stop" if effect == "stop" else "none")
    open_ones = any("unknown way" in o.ask for o in told.not_assessed)
    assert open_ones == (effect == "open")


@pytest.mark.parametrize("words", ["Cold", "ice", "Cold weather"])
def test_allergy_to_cold_in_one_word(ask, words: str) -> None:
    record = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "code": {"text": words},
        "patient": {"reference": "Patient/p"},
    }
    assert effect_of(ask(bundle(record)), "WBC-40") == "stop"
    # As a diagnosis, one word is no allergy.
    assert effect_of(ask(bundle({**record, "resourceType": "Condition"})), "WBC-40") == "none"
