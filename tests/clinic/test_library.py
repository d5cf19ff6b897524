"""The evidence library: everything is found, each page says what the evidence says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from cryodose import evidence
from cryodose.clinic.services.library import (
    KINDS,
    entries,
    experiment,
    found,
    resting_on,
)
from cryodose.clinic.views.library import CONFIDENCE_WORDS, KIND_WORDS
from cryodose.evidence import CONFIDENCES
from cryodose.evidence.catalogue import indications
from cryodose.screening import load_rules
from tests.clinic import make


@pytest.fixture
def researcher(house: make.House, logged_in: Any) -> Client:
    return logged_in(house.own.users["researcher"])


def test_nothing_is_left_out() -> None:
    by_kind = {k: {e.key for e in entries() if e.kind == k} for k in KINDS}
    values = {q.key for t in evidence.tables() for q in evidence.walk(t)}
    assert by_kind["value"] == values
    assert by_kind["rule"] == set(load_rules().rules)
    assert by_kind["claim"] == {row.key for row in indications()}
    assert by_kind["source"] == evidence.source_keys()
    assert "cold-pack/algafly2007" in by_kind["experiment"]
    assert len({(e.kind, e.key) for e in entries()}) == len(entries())
    assert set(KIND_WORDS) == set(KINDS)
    assert set(CONFIDENCE_WORDS) == set(CONFIDENCES)


def test_search_wants_every_word() -> None:
    both = {(e.kind, e.key) for e in found("raynaud vasospastic")}
    assert ("rule", "LOC-01") in both
    assert both < {(e.kind, e.key) for e in found("raynaud")}
    assert found("raynaud", kind="value") == [e for e in found("raynaud") if e.kind == "value"]
    assert {e.confidence for e in found("", confidence="assumed")} == {"assumed"}
    assert found("nothing is called like this") == []
    assert ("source", "algafly2007") in {(e.kind, e.key) for e in found("algafly")}


def test_every_page_opens(researcher: Client) -> None:
    names = {"value": "values", "rule": "rules", "claim": "claims", "source": "sources",
             "experiment": "experiments"}  # fmt: skip
    seen = 0
    for kind in KINDS:
        rows = [e for e in entries() if e.kind == kind]
        for one in rows[:: max(1, len(rows) // 25)]:
            answer = researcher.get(f"/evidence/{names[kind]}/{one.key}/")
            assert answer.status_code == 200, one
            seen += 1
    assert seen > 100


def test_value_says_number_range_source_and_confidence(researcher: Client) -> None:
    page = researcher.get("/evidence/values/goals.analgesia.t_skin_c/").content.decode()
    for words in ("13.6 degC", "12.5 – 14.5", "bugaj1975", "read in the source itself"):
        assert words in page


def test_source_shows_what_rests_on_it(researcher: Client) -> None:
    page = researcher.get("/evidence/sources/bugaj1975/").content.decode()
    assert "/evidence/values/goals.analgesia.t_skin_c/" in page
    assert {e.key for e in resting_on("bugaj1975")} >= {"goals.analgesia.t_skin_c"}
    doi = evidence.source("choi2010").doi
    assert f'href="https://doi.org/{doi}"' in researcher.get(
        "/evidence/sources/choi2010/"
    ).content.decode()  # fmt: skip


def test_rule_and_experiment_say_what_they_are(researcher: Client) -> None:
    page = researcher.get("/evidence/rules/LN2-01/").content.decode()
    assert "mole, naevus" in page
    assert "dermatoscopy or histology first" in page
    page = researcher.get("/evidence/experiments/cold-pack/algafly2007/").content.decode()
    assert "−32.8" in page
    assert experiment("cold-pack/algafly2007")["source"]["doi"] in page


@pytest.mark.parametrize(
    "path",
    [
        "values/moon/", "values/room/", "values/room.alarm/", "values/../", "rules/ZZZ-01/",
        "claims/moon/", "sources/moon/", "experiments/moon/", "experiments/../README/",
        "experiments/../../pyproject/", "claims/Migraine/",
    ],
)  # fmt: skip
def test_what_is_not_there_is_missing(researcher: Client, path: str) -> None:
    assert researcher.get(f"/evidence/{path}").status_code == 404


def test_page_searches_as_one_types(operator: Client) -> None:
    whole = operator.get("/evidence/?q=raynaud&kind=rule").content.decode()
    assert "<html" in whole
    part = operator.get("/evidence/?q=raynaud&kind=rule", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "LOC-01" in part.content.decode()
    for odd in ("?q=%3Cscript%3E", "?kind=moon", "?page=999999", "?confidence=x&q=" + "x" * 500):
        answer = operator.get(f"/evidence/{odd}")
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode().replace("<script src=", "")
