"""Every kind of relation, decided by means and member by member."""

from __future__ import annotations

import math
from typing import Any

import pytest

from cryodose.session import Expected, Where
from cryodose.validate.relations import try_relation

NAN = math.nan


def expected(relation: str, quantity: str = "skin-temperature", **keys: Any) -> Expected:
    place = {"time_s": 60.0} if quantity == "skin-temperature" else {"target_C": 10.0}
    a = Where.model_validate({"quantity": quantity, "variant": "a", **place})
    b = None if relation == "between" else a.model_copy(update={"variant": "b"})
    return Expected(
        relation=relation,
        a="a",
        b=None if b is None else "b",
        low=keys.get("low"),
        high=keys.get("high"),
        note=keys.get("note"),
        where_a=a,
        where_b=b,
    )


@pytest.mark.parametrize(
    ("relation", "band", "holds", "value", "probability"),
    [
        ("less", {}, True, -1.0, 2 / 3),
        ("greater", {}, False, -1.0, 0.0),
        ("ratio", {"low": 0.7, "high": 0.8}, True, 0.75, 1 / 3),
        ("ratio", {"high": 0.7}, False, 0.75, 1 / 3),
        ("difference", {"low": -1.0, "high": 0.0}, True, -1.0, 2 / 3),
        ("difference", {"low": 0.5}, False, -1.0, 0.0),
        ("between", {"low": 3.0, "high": 3.0}, True, 3.0, 1 / 3),
        ("between", {"high": 2.5}, False, 3.0, 1 / 3),
    ],
)
def test_relations(known, ensembles, relation, band, holds, value, probability) -> None:
    sessions = ensembles(a=known([2.0, 3.0, 4.0]), b=known([4.0, 4.0, 4.0]))
    got = try_relation(expected(relation, **band), sessions)
    assert got.holds is holds
    assert got.value == pytest.approx(value)
    assert got.a_predicted == 3.0
    assert got.b_predicted == (None if relation == "between" else 4.0)
    assert got.probability == pytest.approx(probability)


def test_a_ratio_to_zero_does_not_hold(known, ensembles) -> None:
    got = try_relation(expected("ratio", low=0), ensembles(a=known([1.0]), b=known([0.0])))
    assert (got.holds, got.value, got.probability) == (False, None, 0.0)


@pytest.mark.parametrize(
    ("relation", "a", "b", "holds", "probability"),
    [
        ("less", [100.0, 200.0], [NAN, NAN], True, 1.0),
        ("greater", [100.0, 200.0], [NAN, NAN], False, 0.0),
        ("greater", [NAN, NAN, NAN], [100.0, NAN, 100.0], True, 2 / 3),
        ("less", [NAN, NAN], [NAN, NAN], False, 0.0),
        ("difference", [NAN, NAN], [NAN, NAN], False, 0.0),
        ("difference", [100.0, 100.0], [NAN, NAN], False, 0.0),
        ("between", [NAN, NAN], None, True, 1.0),
    ],
)
def test_a_time_that_is_not_reached_is_later_than_any(
    known, ensembles, relation, a, b, holds, probability
) -> None:
    sessions = ensembles(a=known(a), **({} if b is None else {"b": known(b)}))
    band = {} if relation in ("less", "greater") else {"low": 50.0}
    got = try_relation(expected(relation, "time-to-temperature", note="x", **band), sessions)
    assert got.holds is holds
    assert got.probability == pytest.approx(probability)
    assert got.note is not None
    assert "not within 1000 s" in got.note
    assert got.note.endswith("x")
    if math.isnan(a[0]):
        assert got.a_predicted is None
        assert got.value is None


def test_most_must_reach_a_time_for_it_to_count(known, ensembles) -> None:
    sessions = ensembles(a=known([100.0, NAN, NAN]), b=known([200.0, 200.0, 200.0]))
    got = try_relation(expected("less", "time-to-temperature"), sessions)
    assert got.holds is False
    assert got.a_predicted is None
    assert got.probability == pytest.approx(1 / 3)


def test_a_side_that_was_not_run_leaves_it_open(known, ensembles) -> None:
    sessions = ensembles({"b": "this version cannot run cryosauna"}, a=known([1.0]))
    got = try_relation(expected("less", note="ours"), sessions)
    assert (got.holds, got.value, got.probability) == (None, None, None)
    assert got.note == "b not run: this version cannot run cryosauna; ours"


def test_a_quantity_without_a_model_leaves_it_open(known, ensembles) -> None:
    where = Where.model_validate(
        {"quantity": "core-temperature", "site": "rectal", "time_s": 1, "variant": "a"}
    )
    asked = Expected("between", "a", None, 0.0, None, None, where, None)
    got = try_relation(asked, ensembles(a=known([1.0])))
    assert got.holds is None
    assert got.note is not None
    assert got.note.startswith("no model: core-temperature")
