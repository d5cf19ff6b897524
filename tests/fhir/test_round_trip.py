"""Everything that a clinic stores comes back unchanged, and passes the checkers on its way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from checkers import faults, r4_faults
from examples import NOW, clinic, retired
from hypothesis import given, settings
from strategies import ANY_RECORD

from cryodose.fhir import document, read_fhir, resource_of
from cryodose.fhir.plain import from_plain, to_plain
from cryodose.fhir.records import RECORDS, Device, Record
from cryodose.fhir.writing import resources_of


def through_json(data: dict[str, Any]) -> Any:
    return json.loads(json.dumps(data))


def test_a_whole_document_comes_back() -> None:
    every = clinic()
    found = read_fhir(through_json(document(every, NOW)))
    assert found.records == every
    assert (found.refused, found.not_understood, found.history) == ([], [], [])


def test_retired_records_come_back() -> None:
    for record in map(retired, clinic()):
        if record.__class__.__name__ == "Person":
            # Another system must not take up what was retired here; ours keeps it.
            continue
        assert read_fhir(through_json(resource_of(record))).records == [record]


@settings(max_examples=600)
@given(ANY_RECORD)
def test_any_record_comes_back(record: Record) -> None:
    found = read_fhir(through_json(resource_of(record)))
    assert found.records == [record]
    assert (found.refused, found.not_understood, found.history) == ([], [], [])


@settings(max_examples=300)
@given(ANY_RECORD)
def test_any_export_is_faultless(record: Record) -> None:
    for resource in resources_of([record]):
        assert faults(resource) == [], resource


@pytest.mark.parametrize("kind", [" ", "a  b", " a", "\x00", "\ud800", "cryo cabin", "\t", "é"])
def test_a_kind_that_is_no_code_is_kept_as_words(kind: str) -> None:
    record = Device(id="d1", name=kind, kind=kind, maker=kind, model=kind, serial=kind)
    made = resource_of(record)
    assert faults(made) == []
    assert read_fhir(through_json(made)).records == [record]


@settings(max_examples=100)
@given(ANY_RECORD)
def test_what_follows_is_known_again(record: Record) -> None:
    made = resources_of([record])
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": r} for r in reversed(made)]}  # fmt: skip
    found = read_fhir(through_json(bundle))
    assert found.records == [record]
    assert (found.refused, found.not_understood, found.history) == ([], [], [])


@settings(max_examples=200)
@given(ANY_RECORD)
def test_records_as_plain_data_come_back(record: Record) -> None:
    plain = through_json(to_plain(record))
    assert from_plain(type(record), plain) == record


def test_a_change_on_the_way_is_told() -> None:
    for record in clinic():
        made = through_json(resource_of(record))
        made["language"] = "de"
        found = read_fhir(made)
        assert found.records == [record]
        assert [p for _, p in found.not_understood] == ["language"]


def test_every_kind_was_tried() -> None:
    assert {type(r).__name__ for r in clinic()} == set(RECORDS)
    assert r4_faults({"resourceType": "Patient", "gender": 5})
