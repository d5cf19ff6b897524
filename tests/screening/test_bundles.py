"""FHIR bundles from elsewhere: none crashes, nothing is dropped, the share assessed is told."""

from __future__ import annotations

import hashlib
import json
import lzma
from typing import Any

import pytest
from people import DAY, HERE, effect_of

from cryodose.screening import PROCEDURES, Screening, facts_from, screen

SHA256 = {
    "carebundle": "9832bc5296e10134d89756680b48e5d7ed02b8e6e9cc43d63e4d708da749596d",
    "fhir-r4-examples": "50971778c84e7efaa37b680e498b30e18c960473eac2b18e7a3bbe9e9c4952e6",
}


def read(name: str) -> dict[str, Any]:
    content = (HERE / "data" / f"{name}.json.xz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256[name]
    return json.loads(lzma.decompress(content))


EXAMPLES = read("fhir-r4-examples")
SYNTHETIC = read("carebundle")
EVERY = {**EXAMPLES["bundles"], **EXAMPLES["resources"], **SYNTHETIC}


def test_the_sets_are_whole() -> None:
    assert (len(EXAMPLES["bundles"]), len(EXAMPLES["resources"])) == (10, 177)
    assert len(SYNTHETIC) == 60


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_no_bundle_crashes_and_each_answer_is_json(procedure: str) -> None:
    for name, data in EVERY.items():
        told = screen(facts_from(data), procedure, DAY)
        assert json.loads(json.dumps(told.to_dict())) == told.to_dict(), name
        assert told.verdict != "no-rule-hit", name
        assert 0 <= told.share_assessed < 1, name


def told_of(profile: str) -> list[Screening]:
    found = [facts_from(d) for n, d in SYNTHETIC.items() if n.startswith(f"{profile}/")]
    assert len(found) == 10
    return [screen(f, "cryosauna", DAY) for f in found]


@pytest.mark.parametrize(
    ("profile", "rule", "effects"),
    [
        ("hypertension", "WBC-01", {"stop", "ask"}),
        ("ckd_stage3", "WBC-30", {"stop"}),
        ("anaemia", "WBC-32", {"ask"}),
        ("type2_diabetes", "WBC-56", {"caution"}),
    ],
)
def test_profile_is_found_by_its_rule(profile: str, rule: str, effects: set[str]) -> None:
    assert {effect_of(told, rule) for told in told_of(profile)} == effects


def test_healthy_people_hit_nothing_but_age_height_weight() -> None:
    found = {f.rule for told in told_of("healthy") for f in told.findings}
    assert found <= {"WBC-61", "WBC-62", "WBC-63", "PBC-01"}


def test_every_record_is_used_counted_or_listed() -> None:
    for name, data in SYNTHETIC.items():
        facts = facts_from(data)
        kinds = {e["resource"]["resourceType"] for e in data["entry"]} - {"Patient", "Observation"}
        shown = {c.where for c in facts.coded} | {fact for fact, _ in facts.ignored}
        assert all(any(kind in s for s in shown) for kind in kinds), name
        assert facts.unknown, name
