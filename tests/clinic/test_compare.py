"""Kept plans side by side, and pictures from what may have come from elsewhere."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from cryodose.clinic.models import Person, PlanRecord
from cryodose.clinic.services import answers
from cryodose.clinic.services.drawings import drawings_of
from cryodose.clinic.services.plans import keep_plan
from cryodose.clinic.services.sketches import sound
from cryodose.clinic.views.planner_forms import FORMS
from tests.clinic.planner_input import GIVEN


def kept(house: Any, procedure: str, **change: str) -> PlanRecord:
    form = FORMS[procedure](GIVEN[procedure] | change)
    assert form.is_valid(), form.errors
    return keep_plan(house.own.records[Person], form.session(), house.own.users["operator"])


def compare(browser: Client, house: Any, *ids: object) -> Any:
    path = f"/people/{house.own.records[Person].pk}/compare/"
    return browser.get(path, {"plan": [str(i) for i in ids]})


def test_plans_stand_side_by_side(operator: Client, house: Any) -> None:
    one = kept(house, "cold-pack")
    other = kept(house, "cold-pack", agent="gel-pack")
    third = kept(house, "liquid-nitrogen")
    page = compare(operator, house, one.pk, other.pk, third.pk).content.decode()
    assert page.count('scope="col"') == 3
    for row in (one, other, third):
        assert str(row.pk) in page
    # Curves of the same procedure alone are drawn over one another.
    assert page.count("<svg") == 1
    assert "1: skin" in page
    assert "2: skin" in page
    assert "at most 20 min at a time" in page
    assert answers.dose_words(third.answer) in page or third.verdict == "refused"


@pytest.mark.parametrize("count", [0, 1])
def test_one_plan_is_no_comparison(operator: Client, house: Any, count: int) -> None:
    ids = [kept(house, "cold-pack").pk][:count]
    page = compare(operator, house, *ids)
    assert page.status_code == 200
    assert "Choose two to four plans" in page.content.decode()


def test_plans_of_others_are_not_found(operator: Client, house: Any) -> None:
    own = kept(house, "cold-pack")
    for foreign in (house.other.records[PlanRecord].pk, uuid.uuid4(), "x", "' OR 1=1 --", "\x00"):
        assert compare(operator, house, own.pk, foreign).status_code == 404


def test_a_plan_twice_is_one_and_five_are_four(operator: Client, house: Any) -> None:
    rows = [kept(house, "cold-pack", minutes=str(5 + i)) for i in range(5)]
    assert "Choose two" in compare(operator, house, rows[0].pk, rows[0].pk).content.decode()
    page = compare(operator, house, *(r.pk for r in rows)).content.decode()
    assert page.count('scope="col"') == 4


def test_empty_answer_is_shown(operator: Client, house: Any) -> None:
    """A plan of another version or from elsewhere may hold next to nothing."""
    row = house.own.records[PlanRecord]
    assert row.answer == {}
    assert operator.get(f"/plans/{row.pk}/").status_code == 200
    assert compare(operator, house, row.pk, kept(house, "cold-pack").pk).status_code == 200


WRONG: list[Any] = [
    None,
    7,
    [],
    "sketch",
    {"sites": 3, "depth": [], "cut": 1, "levels": "x", "exit_s": "soon"},
    {"sites": {"knee": "cold"}},
    {"sites": {"knee": float("inf")}},
    {"sites": {"<script>": 1.0}},
    {"sites": {str(i): 1.0 for i in range(1000)}},
    {"levels": [{"t_c": None}, 3, {"t_c": 5}]},
    {"depth": {"unit": "C", "depth_mm": [0, 1], "layers_mm": {}, "lines": [{"after_s": 0}]}},
    {"depth": {"unit": "lb", "depth_mm": [0, 1], "layers_mm": {}, "lines": []}},
    {"depth": {"unit": "C", "depth_mm": [1, 0], "layers_mm": {}, "lines": []}},
    {"cut": {"r_mm": [0, 1], "z_mm": [0, 1], "t_min_c": [[1]], "death": [[1]], "layers_mm": {}}},
    {"cut": {"r_mm": [0, 0], "z_mm": [0, 1], "layers_mm": {}}},
]


@pytest.mark.parametrize("sketch", WRONG)
def test_wrong_sketch_is_left_out(sketch: Any) -> None:
    curve = {"name": "skin", "words": "skin", "unit": "C", "time_s": [0], "low": [1]}
    found = drawings_of([("", {"sketch": sketch, "curves": [curve, 3, None]})])
    assert all(one.name == "body" for one in found)
    for one in found:
        assert "<script" not in one.svg


def test_sound_keeps_what_is_whole(house: Any) -> None:
    for procedure in ("cold-pack", "liquid-nitrogen", "cryosauna", "cryoelectrophoresis"):
        sketch = kept(house, procedure).answer["sketch"]
        found = sound(sketch)
        assert {k for k in sketch if k != "is_one_sided"} <= set(found)


@pytest.mark.parametrize(
    "answer",
    [
        {"limits": 3, "goals": "x", "reasons": {"a": 1}, "refusals": [1, None, {}]},
        {"limits": [{"words": None, "allowed_s": "x", "margin_k": "y"}, {"value": "v"}]},
        {"dose_s": "1", "freeze_s": None, "time_s": [], "target_ug": True},
    ],
)
def test_rows_of_a_wrong_answer_are_no_error(answer: dict[str, Any]) -> None:
    answers.limit_rows(answer)
    answers.goal_rows(answer)
    answers.refusals(answer)
    answers.sentences(answer, "reasons")
    assert answers.dose_s(answer) is None
    assert answers.dose_words(answer) == ""
    assert answers.window_words(answer) == ""
