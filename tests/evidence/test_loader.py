"""Evidence tables: every number resolves, has a source, and its range holds it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose import evidence
from cryodose.evidence import EvidenceError, Quantity

EVERY = [q for table in evidence.tables() for q in evidence.walk(table)]


@pytest.mark.parametrize("q", EVERY, ids=lambda q: q.key)
def test_every_number_has_unit_range_and_source(q: Quantity) -> None:
    assert q.unit
    assert q.low <= q.value <= q.high
    assert all(map(math.isfinite, (q.low, q.value, q.high)))
    assert evidence.source(q.source).citation


def test_every_source_is_used_or_cited() -> None:
    used = {q.source for q in EVERY}
    assert used <= set(evidence.names("sources"))


@pytest.mark.parametrize("q", [q for q in EVERY if q.unit == "-"], ids=lambda q: q.key)
def test_shares_and_counts_are_not_negative(q: Quantity) -> None:
    assert q.low >= 0


@given(
    st.sampled_from([q for q in EVERY if q.spread != "fixed"]), st.floats(-4, 4), st.floats(0, 2)
)
def test_value_rises_with_its_score(q: Quantity, z: float, more: float) -> None:
    assert q.at(z) <= q.at(z + more) + 1e-12 * abs(q.at(z))


def test_scores_of_the_ends_give_low_and_high() -> None:
    q = evidence.quantity("tissues", "fat.k_w_mk")
    assert q.at(0.0) == q.value
    assert q.at(-1.6448536269514722) == pytest.approx(q.low, rel=1e-12)
    assert q.at(1.6448536269514722) == pytest.approx(q.high, rel=1e-12)


@pytest.mark.parametrize(
    ("table", "key"),
    [("tissues", "fat.nothing"), ("nowhere", "x"), ("tissues", "fat"), ("sites", "calf.shape")],
)
def test_unknown_key_is_an_error_that_names_it(table: str, key: str) -> None:
    with pytest.raises(EvidenceError, match=key if table != "nowhere" else table):
        evidence.quantity(table, key)


def test_texts_words_and_flags() -> None:
    assert evidence.text("sites", "calf.shape") == "cylinder"
    assert evidence.words("regions", "immersed.lower-leg")[0] == "calf"
    assert evidence.flag("sites", "ankle.bony") is True
    with pytest.raises(EvidenceError):
        evidence.text("sites", "calf.girth_mm")
    with pytest.raises(EvidenceError):
        evidence.words("sites", "calf.shape")
    with pytest.raises(EvidenceError):
        evidence.flag("sites", "calf.shape")


def test_tables_agree_with_the_names_of_the_format() -> None:
    from typing import get_args

    from cryodose.session import names

    assert set(evidence.names("sites")) == set(get_args(names.Site))
    assert set(evidence.names("agents")) == set(get_args(names.PackAgent))
    assert set(evidence.names("contact", "barrier")) == set(get_args(names.Barrier))
    assert set(evidence.names("contact", "compression")) == set(get_args(names.Compression))
    assert set(evidence.names("regions", "group")) == set(get_args(names.RegionGroup))
    assert set(evidence.names("regions", "immersed")) == set(get_args(names.Immersed))
