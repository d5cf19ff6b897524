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


# What the article says, in its own words, and the row that grades it.
INDICATIONS = {
    "injuries of the spine and musculoskeletal system": 1, "inflammatory diseases of the joints": 2,
    "treatment of obesity": 4, "get rid of cellulite": 5, "migraine": 6, "psoriasis": 7,
    "atopic dermatitis": 8, "muscle pain": 9, "intervertebral hernia": 10, "osteochondrosis": 11,
    "infertility": 12, "symptoms of menopause": 13, "bronchitis": 14, "pneumonia": 15,
    "restoring the physical strength of athletes": 16, "chronic fatigue syndrome": 17,
}  # fmt: skip
EFFECTS = {
    "well-being, working capacity": 21, "release of endorphin": 18, "raises immunity": 19,
    "accelerates blood circulation": 20, "beneficial for neurohumoral": 22,
    "only the skin is cooled": 23, "resistance to physical and psychological stress": 21,
    "healing effect on the organs": 22,
}  # fmt: skip
OTHERS = {
    "minus 140": 26, "two or three minutes": 26, "at least 20 sessions": 24, "year and a half": 25,
    "more than 30 seconds of liquid nitrogen": 35, "sprains": 27, "bruises": 28, "headache": 29,
    "moles": 30, "warts": 31, "scars": 32, "papillomas": 33, "acne": 34,
    "skin diseases by cryoelectrophoresis": 36,
}  # fmt: skip


def test_the_article_names_sixteen_indications_and_eight_effects() -> None:
    assert (len(INDICATIONS), len(EFFECTS)) == (16, 8)


@pytest.mark.parametrize(("words", "number"), {**INDICATIONS, **EFFECTS, **OTHERS}.items())
def test_each_statement_of_the_article_is_graded(words: str, number: int) -> None:
    row = indication(words)
    assert row is not None
    assert row.id == f"IND-{number:02d}"
    assert row.article
    assert row.verdict
    assert row.texts["certainty"]


def test_neither_an_effect_nor_a_number_is_proposed_as_a_goal() -> None:
    for procedure in PROCEDURES:
        for row in proposable(procedure):
            assert row.group in ("indication", "home", "liquid-nitrogen", "added"), row.key


def test_what_is_proposed_has_a_trial_in_favour() -> None:
    assert {row.key for row in proposable("cold-pack")} == {"migraine"}
    assert "fibromyalgia" in {row.key for row in proposable("cryosauna")}
    assert proposable("cryoelectrophoresis") == ()


def test_evidence_for_one_procedure_is_none_for_another() -> None:
    assert "no reason for cryosauna" in wish_words("migraine", "cryosauna")
    assert wish_words("migraine", "cold-pack").startswith("Goal: migraine.")
    assert "not in the catalogue" in wish_words("eternal youth", "cryosauna")
