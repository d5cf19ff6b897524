"""Our own patient file: each fault is one line that names key, value and expectation."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from people import BASE

from cryodose.errors import BadInput
from cryodose.screening import facts_from, read_facts

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"format": "x"}, "format"),
        ({"colour": 1}, "colour"),
        ({"date": "yesterday"}, "date"),
        ({"birth_date": 1980}, "birth_date"),
        ({"sex": "f"}, "sex"),
        ({"wishes": "acne"}, "wishes"),
        ({"answers": {"raynaud": "maybe"}}, "answers.raynaud"),
        ({"answers": {"flying": "no"}}, "answers.flying"),
        (
            {"answers": {"infarction": {"answer": "yes", "since": "long ago"}}},
            "answers.infarction.since",
        ),
        ({"measured": [{"quantity": "systolic", "value": "high"}]}, "measured[0].value"),
        ({"measured": [{"quantity": "systolic", "value": 120, "unit": "kg"}]}, "measured[0].unit"),
        ({"measured": [{"quantity": "systolic", "value": 1200}]}, "measured[0].value"),
        ({"measured": [{"quantity": "iq", "value": 1}]}, "measured[0].quantity"),
        ({"condition": [{}]}, "condition[0].text"),
        ({"condition": [{"icd10": "nonsense"}]}, "condition[0].icd10"),
        ({"condition": [{"icd10": "I73.0", "status": "bad"}]}, "condition[0].status"),
        ({"medicine": [{"atc": "-"}]}, "medicine[0].atc"),
        ({"override": [{"rule": "WBC-18", "by": "A"}]}, "override[0].reason"),
    ],
)
def test_each_key(change: dict[str, Any], key: str) -> None:
    data = deepcopy(BASE) | change
    with pytest.raises(BadInput) as caught:
        facts_from(data, file="p.toml")
    assert str(caught.value).startswith(f"p.toml: {key} = ")


def test_no_without_a_date_is_refused() -> None:
    with pytest.raises(BadInput, match="a date for the answers"):
        facts_from({"format": "cryodose-patient/1", "answers": {"raynaud": "no"}})


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps(BASE, default=str), encoding="utf-8")
    told = read_facts(path)
    other = read_facts(ROOT / "tests" / "screening" / "cases" / "base.toml")
    assert (told.answers, told.measured, told.births) == (
        other.answers,
        other.measured,
        other.births,
    )
