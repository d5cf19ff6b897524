"""What people take home: each statement has its source, and one of each kind reaches everybody."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from cryodose import evidence
from cryodose.evidence.aftercare import Statement, _statement, said, statements
from cryodose.evidence.diagnoses import lesion_kinds
from cryodose.evidence.loader import EvidenceError
from cryodose.screening import load_rules
from cryodose.session import names

SITES = get_args(names.Site)
GROUPS = evidence.document("freeze_cautions")["sites"]
CAUTIONS = evidence.names("freeze_cautions", "caution")
OWN = {"malignant", "frozen-donor", "may-be-numb", "numbing-drug", "age"}
FREEZE = ("feel", "normal", "care", "call", "risk")
CURRENT = ("feel", "stop", "normal", "care", "call", "emergency", "risk")


@pytest.mark.parametrize("row", statements(), ids=lambda row: row.key)
def test_row_stands_on_something_that_was_read(row: Statement) -> None:
    assert row.words.endswith(".")
    assert row.words[0].isupper()
    assert row.sources
    assert row.confidence in evidence.CONFIDENCES
    assert row.confidence not in ("memory", "assumed")
    assert all(evidence.source(key).citation for key in row.sources)
    assert "MEM" not in row.sources


def test_traits_are_names_of_the_other_tables() -> None:
    protocols = {name for kind in lesion_kinds() for name in kind.protocols}
    rules = {rule.id for rule in load_rules().of("liquid-nitrogen")}
    known = {*SITES, *GROUPS, *CAUTIONS, *protocols, *rules, *OWN}
    for row in statements():
        assert row.given | row.not_given <= known, row.key


def test_no_sentence_stands_twice() -> None:
    assert len({row.words for row in statements()}) == len(statements())


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("more", [(), ("malignant",), ("dark-skin",), ("child", "hair")])
def test_everybody_is_told_how_long_it_heals_and_when_to_call(
    site: str, more: tuple[str, ...]
) -> None:
    traits = {site, *(g for g, held in GROUPS.items() if site in held), *more}
    for part in FREEZE:
        assert len(said(f"freeze.{part}", traits)) >= 3, part
    assert len([s for s in said("freeze.normal", traits) if ".crust" in s.key]) == 1
    assert len([s for s in said("freeze.call", traits) if ".unhealed" in s.key]) == 1
    assert len([s for s in said("freeze.risk", traits) if ".pigment" in s.key]) == 1
    assert len([s for s in said("freeze.risk", traits) if "scar" in s.key]) == 1
    assert any("fever" in s.words for s in said("freeze.call", traits))


def test_everybody_is_told_when_to_stop_a_current() -> None:
    flags = ("frozen-donor", "may-be-numb", "numbing-drug")
    for held in product((False, True), repeat=len(flags)):
        traits = {name for name, is_so in zip(flags, held, strict=True) if is_so}
        for part in CURRENT:
            assert said(f"current.{part}", traits), part


def test_every_rule_that_refuses_a_freeze_has_plain_words() -> None:
    rules = {row["rule"] for row in evidence.document("diagnoses")["refusal"].values()}
    rules |= {row["rule"] for row in evidence.document("freeze_cautions")["barred"].values()}
    for rule in (*rules, "LN2-04", "age"):
        assert len(said("freeze.refused", {rule})) == 1, rule


def test_given_and_not_given() -> None:
    row = Statement("x", "X.", ("MEM",), "direct", frozenset({"a", "b"}), frozenset({"c"}))
    assert row.holds({"a"})
    assert not row.holds(())
    assert not row.holds({"a", "c"})
    assert Statement("x", "X.", (), "direct").holds(())


@pytest.mark.parametrize(
    "change",
    [{"words": None}, {"sources": []}, {"sources": ["nobody"]}, {"confidence": "sure"}],
)
def test_row_without_a_ground_is_refused(change: dict[str, object]) -> None:
    row = {"words": "X.", "sources": ["KINGSTON_CRYO"], "confidence": "direct"} | change
    row = {key: value for key, value in row.items() if value is not None}
    with pytest.raises(EvidenceError):
        _statement("freeze.care.x", row)
