"""Codes in all spellings: systems, blocks, chapters, groups, national editions, terms."""

from __future__ import annotations

import pytest
from people import ICD, SCT, bundle, coded, effect_of

CM = "http://hl7.org/fhir/sid/icd-10-cm"


@pytest.mark.parametrize(
    ("system", "code", "rule"),
    [
        (ICD, "I73.0", "WBC-12"),
        (ICD, "i730", "WBC-12"),
        (ICD, "I73.0G", "WBC-12"),
        ("ICD-10", "I73.0", "WBC-12"),
        ("ICD10CM", "I73.00", "WBC-12"),
        (f"{ICD}|2019", "I73.0", "WBC-12"),
        ("", "I73.0", "WBC-12"),
        ("", "195295006", "WBC-12"),
        (SCT, "195295006 |Raynaud's disease|", "WBC-12"),
        (SCT, "195295006:363698007=7569003", "WBC-12"),
        (SCT, 195295006, "WBC-12"),
        ("SNOMED-CT", "195295006", "WBC-12"),
        (f"{SCT}/11000172109/version/20260301", "195295006", "WBC-12"),
        (CM, "C7A.1", "WBC-50"),
        (CM, "C4A.0", "WBC-50"),
        (CM, "M1A.00X0", "WBC-57"),
        (ICD, "U07.1", "WBC-41"),
        (ICD, "VI", "WBC-18"),
        (ICD, "I", "WBC-41"),
        (ICD, "II", "WBC-50"),
        (ICD, "G60-G64", "WBC-20"),
        (ICD, "B00-B09", "WBC-43"),
        (ICD, "I20–I25", "WBC-03"),
    ],
)
def test_spelling(ask, system: str, code: object, rule: str) -> None:
    assert effect_of(ask(bundle(coded(system, code))), rule) == "stop"


@pytest.mark.parametrize("code", ["I73.8", "L50.1", "D22.5", "O80", "Z00.0", "C98-C99"])
def test_neighbours_do_not_count(ask, code: str) -> None:
    assert ask(bundle(coded(ICD, code))).findings == ()


def test_code_of_a_group_leaves_its_members_open(ask, person) -> None:
    told = ask(person(condition={"icd10": "I73"}))
    assert told.verdict == "incomplete"
    assert {"WBC-11", "WBC-12"} <= {o.rule for o in told.not_assessed}
    assert all("Which disease of this group is it?" in o.ask for o in told.not_assessed)
    over = person(condition={"icd10": "I70-I79", "status": "resolved"})
    assert effect_of(ask(over), "WBC-12") == "stop"


def test_codes_that_differ_all_count_and_are_reported(ask) -> None:
    record = coded(ICD, "J45.0")
    record["code"]["coding"].append({"system": SCT, "code": "84757009"})
    told = ask(bundle(record))
    assert (effect_of(told, "WBC-27"), effect_of(told, "WBC-18")) == ("stop", "stop")
    assert any("different diseases" in what for _, what in told.conflicts)
    same = coded(ICD, "J45.0")
    same["code"]["coding"].append({"system": SCT, "code": "195967001"})
    assert ask(bundle(same)).conflicts == ()


@pytest.mark.parametrize("code", ["Q", "1950", "I7", "I73.0.1", "", "ZZZ-AAA"])
def test_what_is_no_code_is_counted_or_open(ask, code: str) -> None:
    told = ask(bundle(coded(ICD, code)))
    assert told.findings == ()
    assert told.unknown_codes or any(o.rule == "" for o in told.not_assessed)


def test_code_of_a_wrong_kind_is_counted(ask) -> None:
    told = ask(bundle(coded(ICD, ["I73.0"])))
    assert told.unknown_codes[0]["code"] == "not a text but a list"
