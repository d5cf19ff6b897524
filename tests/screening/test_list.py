"""The rules hold what the list of contraindications says: every row, code and source."""

from __future__ import annotations

import re

import pytest
from people import DAY, ICD, LIST, SCT, bundle, coded, effect_of

from cryodose.screening import facts_from, screen
from cryodose.screening.codes import icd10_keys, icd10_prefixes
from cryodose.screening.lint import lint_rules

EFFECT = {
    "absolute": "stop", "rule": "stop", "temporary": "stop", "conflict": "stop",
    "relative": "ask", "caution": "caution",
}  # fmt: skip
PROCEDURES = {
    "WBC": ("cryosauna", "cryochamber"),
    "PBC": ("cryosauna",),
    "LOC": ("cold-pack", "immersion"),
    "LN2": ("liquid-nitrogen",),
    "CEP": ("cryoelectrophoresis",),
}
CHAPTERS = {"I": "A41.9", "II": "C50.9", "VI": "G43.0"}
CODES = [
    pytest.param(row, ICD, CHAPTERS.get(code, code.split("-")[0]), id=f"{row['id']}-{code}")
    for row in LIST
    for code in filter(None, row["icd10"].split(";"))
] + [
    pytest.param(row, SCT, code, id=f"{row['id']}-{code}")
    for row in LIST
    for code in filter(None, row["snomed_ct"].split(";"))
]
# Wounds of known age are told apart: see test_engine. Frostbite is the harm of LOC-18, no reason.
NOT_A_REASON = {"LOC-18"}


def test_every_row_is_a_rule(rules) -> None:
    assert list(rules.rules.keys() ^ {row["id"] for row in LIST}) == []
    assert len(LIST) == 111


@pytest.mark.parametrize("row", LIST, ids=lambda row: row["id"])
def test_row(rules, row: dict[str, str]) -> None:
    rule = rules.rules[row["id"]]
    assert rule.sources == tuple(row["source_ids"].split(";"))
    assert rule.threshold == row["threshold"]
    assert rule.waiting == row["waiting_time"]
    assert rule.procedures == PROCEDURES[row["id"][:3]]
    assert rule.conflict == (row["strictest_class"] == "conflict")
    if not rule.conflict:
        assert rule.class_ == row["strictest_class"]
    assert rule.variants
    assert rule.article_items == tuple(int(n) for n in re.findall(r"\d+", row["seed_item"]))


@pytest.mark.parametrize(("row", "system", "code"), CODES)
def test_code_touches_its_rule(row: dict[str, str], system: str, code: str) -> None:
    if row["id"] in NOT_A_REASON:
        return
    procedure = PROCEDURES[row["id"][:3]][0]
    told = screen(facts_from(bundle(coded(system, code))), procedure, DAY)
    assert effect_of(told, row["id"]) == EFFECT[row["strictest_class"]]
    assert told.verdict != "no-rule-hit"


def test_icd10_codes_go_down_the_hierarchy(ask) -> None:
    for code in ("I73.00", "I7300", "i73.0", " I73.0+"):
        assert effect_of(ask(bundle(coded(ICD, code))), "WBC-12") == "stop", code
    assert effect_of(ask(bundle(coded(ICD, "I73"))), "WBC-12") == "none"
    assert effect_of(ask(bundle(coded(ICD, "D22.5"))), "WBC-50") == "none"
    assert effect_of(ask(bundle(coded(ICD, "D05.1"))), "WBC-50") == "ask"


def test_ranges_hold_both_ends() -> None:
    prefixes = set(icd10_prefixes(["E10-E14"]))
    assert prefixes == {"E10", "E11", "E12", "E13", "E14"}
    assert not prefixes.isdisjoint(icd10_keys("E149"))
    with pytest.raises(ValueError, match="E14-E10"):
        list(icd10_prefixes(["E14-E10"]))


def test_rules_of_the_package_have_no_fault(rules) -> None:
    assert lint_rules(rules) == []
