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
