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


WIDER = {"VI": "G00-G99", "I": "A00-B99", "II": "C00-C97"}  # the chapters that the list names


def words_of(row: dict[str, str], key: str) -> str:
    """Return a text of the list; what it calls the seed, the rules call the article."""
    return row[key].replace("Seed ", "The article ").replace("seed", "article")


@pytest.mark.parametrize("row", LIST, ids=lambda row: row["id"])
def test_row_to_its_last_word(rules, row: dict[str, str]) -> None:
    rule = rules.rules[row["id"]]
    assert rule.condition == words_of(row, "condition")
    assert rule.why == words_of(row, "why")
    assert rule.note == words_of(row, "note")
    if rule.why:
        assert rule.why_basis == row["why_basis"]
    assert {"read directly": "direct"}.get(row["confidence"], row["confidence"]) == rule.confidence
    # Each variant says what the list says, with just the sources that it names there.
    assert "; ".join(v.says for v in rule.variants) == words_of(row, "class_by_source")
    for variant in rule.variants:
        named = {s for s in row["source_ids"].split(";") if re.search(rf"\b{s}\b", variant.says)}
        named = set(rule.sources) if "all listed" in variant.says else named
        assert not named or set(variant.sources) == named, variant
    codes = {WIDER.get(c, c) for c in filter(None, row["icd10"].split(";"))}
    assert codes <= set(rule.icd10)
    assert set(filter(None, row["snomed_ct"].split(";"))) <= set(rule.snomed)


# Every number of the list that a rule can compute with, read off the list by hand.
LIMITS = {
    "WBC-01": {"systolic at_least 160", "diastolic at_least 100",
               "diastolic above 90 with pressure_medicine"},
    "WBC-02": {"6 months"},
    "WBC-07": {"heart_rate above 100"},
    "WBC-08": {"6 months"},
    "WBC-11": {"fontaine_stage at_least 3"},
    "WBC-32": {"haemoglobin below 8"},
    "WBC-41": {"temperature at_least 38"},
    "WBC-51": {"mass below 40"},
    "WBC-61": {"age below 18"},
    "WBC-62": {"age above 65"},
    "WBC-64": {"session_min above 3", "sessions_today at_least 1"},
    "PBC-01": {"height below 152.4"},
    "LOC-10": {"systolic above 180", "diastolic above 100"},
    "LOC-11": {"2 days"},
    "LOC-16": {"age below 3"},
    "LOC-18": {"application_min above 20", "pause_min below 60"},
    "LN2-11": {"skin_type at_least 4"},
}  # fmt: skip


def test_numbers_of_the_list_and_no_others(rules) -> None:
    found: dict[str, set[str]] = {}
    for rule in rules.rules.values():
        for case in rule.cases:
            told = []
            if case.limit is not None:
                told.append(f"{case.limit.quantity} {case.limit.kind} {case.limit.number:g}")
                told[-1] += f" with {case.also}" if case.also else ""
            told += [f"{case.months} months"] if case.months else []
            told += [f"{case.older_than_days} days"] if case.older_than_days else []
            found.setdefault(rule.id, set()).update(told)
    assert {key: told for key, told in found.items() if told} == LIMITS


@pytest.mark.parametrize("row", LIST, ids=lambda row: row["id"])
def test_where_sources_conflict_the_strictest_holds(rules, row: dict[str, str]) -> None:
    rule = rules.rules[row["id"]]
    worst = {"absolute": 3, "rule": 3, "temporary": 3, "relative": 2, "caution": 1}
    said = max((worst.get(v.class_, 0) for v in rule.variants), default=0)
    has = worst[rule.class_]
    # A caution that another procedure bars, or one source alone, stays what the list says.
    if rule.conflict:
        assert has == 3
        assert said in (0, 3)
    else:
        assert rule.class_ == row["strictest_class"]


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
