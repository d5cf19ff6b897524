"""The catalogue: every claim of the article, graded; without a trial never proposed."""

from __future__ import annotations

import pytest

from cryodose import evidence
from cryodose.evidence.catalogue import indication, indications, proposable, wish_words

PROCEDURES = (
    "cryosauna", "cryochamber", "cold-pack", "immersion", "liquid-nitrogen", "cryoelectrophoresis",
)  # fmt: skip
NO_TRIAL = (
    "cellulite", "disc-hernia", "osteochondrosis", "infertility", "menopause", "bronchitis",
    "pneumonia", "bruise", "headache", "moles", "cryoelectrophoresis-skin",
)  # fmt: skip


def test_every_row_is_there_once() -> None:
    ids = [row.id for row in indications()]
    assert ids == [f"IND-{n:02d}" for n in range(1, 38)]


@pytest.mark.parametrize("row", indications(), ids=lambda row: row.key)
def test_row(row) -> None:
    assert all(evidence.source(key).citation for key in row.sources)
    assert row.confidence in evidence.CONFIDENCES
    assert set(row.offered) <= set(PROCEDURES)
    assert row.trial or not row.offered
    for size in row.sizes:
        assert size.low is None or size.low <= size.value <= size.high
        assert evidence.source(size.source)
    assert indication(row.name) is row
    assert row.to_dict()["verdict"] == row.verdict


@pytest.mark.parametrize("key", NO_TRIAL)
def test_goal_without_a_trial_is_a_wish_only(key: str) -> None:
    assert indication(key).verdict == "no trial found"
    for procedure in PROCEDURES:
        assert key not in {row.key for row in proposable(procedure)}
        assert "No trial found" in wish_words(key, procedure)


def test_what_is_proposed_has_a_trial_in_favour() -> None:
    assert {row.key for row in proposable("cold-pack")} == {"migraine"}
    assert "fibromyalgia" in {row.key for row in proposable("cryosauna")}
    assert proposable("cryoelectrophoresis") == ()


def test_evidence_for_one_procedure_is_none_for_another() -> None:
    assert "no reason for cryosauna" in wish_words("migraine", "cryosauna")
    assert wish_words("migraine", "cold-pack").startswith("Goal: migraine.")
    assert "not in the catalogue" in wish_words("eternal youth", "cryosauna")
