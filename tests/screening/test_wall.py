"""The wall: four cases for each rule, with what is expected written in the case files."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest
from people import DAY, HERE, LIST, effect_of, with_changes

from cryodose.screening import facts_from, screen

FILES = [p for p in sorted((HERE / "cases").glob("*.toml")) if p.name != "base.toml"]
CASES = [
    pytest.param(told["procedure"], case, id=f"{case['rule']}-{case['kind']}")
    for told in (tomllib.loads(p.read_text(encoding="utf-8")) for p in FILES)
    for case in told["case"]
]


@pytest.mark.parametrize(("procedure", "case"), CASES)
def test_case(procedure: str, case: dict) -> None:
    told = screen(facts_from(with_changes(case)), procedure, DAY)
    assert effect_of(told, case["rule"]) == case["effect"], told.findings
    if "verdict" in case:
        assert told.verdict == case["verdict"], (told.findings, told.not_assessed)
    if case["kind"] == "missing" and case["verdict"] == "incomplete":
        assert case["rule"] in {o.rule for o in told.not_assessed}


def test_every_rule_has_its_four_cases() -> None:
    found = Counter((c.values[1]["rule"], c.values[1]["kind"]) for c in CASES)
    kinds = ("positive", "negative", "boundary", "missing")
    assert found == Counter((row["id"], kind) for row in LIST for kind in kinds)
