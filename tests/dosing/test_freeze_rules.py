"""Refusals and named warnings of a freeze."""

from __future__ import annotations

from typing import Any

import pytest

from cryodose import evidence
from cryodose.dosing.freeze_rules import cautions_of, kind_of, refusals_of
from cryodose.screening import load_rules
from cryodose.session import Session, session_from_dict


def session(
    lesion: dict[str, Any] | None = None, subject: dict[str, Any] | None = None, **exposure: Any
) -> Session:
    data: dict[str, Any] = {"modality": "liquid-nitrogen", "site": "forearm", **exposure}
    if lesion is not None:
        data["lesion"] = lesion
    return session_from_dict({"subject": subject or {}, "exposure": data})


def names(found: Session) -> set[str]:
    return {caution.name for caution in cautions_of(found)}


def test_a_wart_is_not_refused() -> None:
    found = session({"kind": "wart"})
    assert refusals_of(found) == ()
    assert kind_of(found) is not None


@pytest.mark.parametrize("lesion", [None, {}, {"kind": " "}, {"depth_mm": 2}])
def test_nothing_without_a_diagnosis(lesion: dict[str, Any] | None) -> None:
    (refusal,) = refusals_of(session(lesion))
    assert refusal.rule == "LN2-01"
    assert "no diagnosis is stated" in refusal.words


def test_an_unknown_name_is_told_what_is_known() -> None:
    (refusal,) = refusals_of(session({"kind": "blorf"}))
    assert "common wart" in refusal.words
    assert "keloid" in refusal.words


@pytest.mark.parametrize("kind", ["solar lentigo", "seborrheic keratosis", "dermatofibroma"])
@pytest.mark.parametrize("by", [None, "looking"])
def test_dark_lesions_need_a_look_through_the_dermatoscope(kind: str, by: str | None) -> None:
    lesion = {"kind": kind} | ({"diagnosed_by": by} if by else {})
    (refusal,) = refusals_of(session(lesion))
    assert refusal.rule == "LN2-01"
    assert refusals_of(session({"kind": kind, "diagnosed_by": "dermoscopy"})) == ()


@pytest.mark.parametrize("by", [None, "looking", "dermoscopy"])
def test_a_carcinoma_needs_histology(by: str | None) -> None:
    lesion = {"kind": "superficial bcc"} | ({"diagnosed_by": by} if by else {})
    assert refusals_of(session(lesion))[0].rule == "LN2-04"


@pytest.mark.parametrize(
    ("lesion", "site"),
    [
        ({}, "nose"),
        ({}, "ear"),
        ({"near": ["eyelid"]}, "cheek"),
        ({"near": ["cartilage"]}, "cheek"),
        ({"diameter_mm": 31}, "back"),
    ],
)
def test_a_carcinoma_of_high_risk(lesion: dict[str, Any], site: str) -> None:
    known = {"kind": "low risk bcc", "diagnosed_by": "histology"}
    assert refusals_of(session(known, site="back")) == ()
    assert refusals_of(session({**known, **lesion}, site=site))[0].rule == "LN2-04"


@pytest.mark.parametrize(
    "place", ["nerve", "eye-corner", "nostril", "nasolabial-fold", "lip-border"]
)
def test_barred_places(place: str) -> None:
    (refusal,) = refusals_of(session({"kind": "wart", "near": ["hair", place]}))
    assert refusal.rule == "LN2-13"


def test_no_child_below_five() -> None:
    assert refusals_of(session({"kind": "wart"}, {"age_y": 4.9}))[0].rule == "age"
    assert refusals_of(session({"kind": "wart"}, {"age_y": 5})) == ()


@pytest.mark.parametrize(
    ("lesion", "subject", "site", "expected"),
    [
        ({"kind": "wart"}, {}, "finger", {"digital-nerve", "tendon", "skin-type", "age"}),
        ({"kind": "periungual wart"}, {}, "hand", {"nail-fold", "digital-nerve"}),
        ({"kind": "wart", "near": ["eyelid"]}, {}, "cheek", {"eyelid"}),
        ({"kind": "wart"}, {}, "cheek", {"face"}),
        ({"kind": "wart"}, {}, "sole", {"below-knee"}),
        ({"kind": "wart"}, {"skin_type": 4}, "back", {"dark-skin"}),
        ({"kind": "wart"}, {"skin_type": 6}, "back", {"very-dark-skin"}),
        ({"kind": "wart"}, {"age_y": 7}, "back", {"child"}),
        ({"kind": "wart"}, {}, "ear", {"cartilage"}),
        ({"kind": "wart", "near": ["hair"]}, {}, "neck", {"hair"}),
        ({"kind": "dermatofibroma"}, {}, "calf", {"looks-pigmented"}),
    ],
)
def test_named_warnings(
    lesion: dict[str, Any], subject: dict[str, Any], site: str, expected: set[str]
) -> None:
    assert expected <= names(session(lesion, subject, site=site))


def test_nothing_is_warned_of_without_reason() -> None:
    calm = session({"kind": "wart", "near": []}, {"age_y": 40, "skin_type": 2}, site="back")
    assert names(calm) == set()


def test_the_title_is_read_too() -> None:
    exposure = {"modality": "liquid-nitrogen", "lesion": {"kind": "wart"}}
    found = {"title": "My mole", "subject": {}, "exposure": exposure}
    assert "title" in names(session_from_dict(found))


def test_rules_and_sources_exist() -> None:
    rules = {rule.id for rule in load_rules().of("liquid-nitrogen")} | {"age"}
    table = evidence.document("freeze_cautions")
    for row in [*table["barred"].values(), *table["caution"].values()]:
        assert row["rule"] in rules
        assert evidence.source(row["source"]).citation
    for row in evidence.document("diagnoses")["refusal"].values():
        assert row["rule"] in rules
