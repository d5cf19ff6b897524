"""Relations: what each needs, and keys that hold for one side."""

from __future__ import annotations

from typing import Any

import pytest

from cryodose.errors import CryodoseError
from cryodose.session import Expected
from cryodose.session.compose import compose_experiment

LESS = {
    "relation": "less",
    "a": "base",
    "b": "warm",
    "quantity": "skin-temperature",
    "site": "calf",
    "time_s": 60,
}


def expected(**changes: Any) -> Expected:
    row = {key: value for key, value in {**LESS, **changes}.items() if value is not None}
    data = {
        "title": "T",
        "source": {"key": "k", "citation": "c", "read": "text"},
        "exposure": {"modality": "immersion", "water_temperature_C": 8, "immersed": "legs"},
        "variant": [{"key": "warm", "exposure": {"water_temperature_C": 15}}],
        "expected": [row],
    }
    return compose_experiment(data, "e.toml").expected[0]


def test_both_sides_share_what_has_no_side() -> None:
    got = expected(time_s=None, time_s_a=480, time_s_b=0, since_b="exit", site_a="thigh")
    assert (got.side("a").variant, got.side("b").variant) == ("base", "warm")
    assert (got.side("a").time_s, got.side("b").time_s) == ((480.0,), (0.0,))
    assert (got.side("a").since, got.side("b").since) == ("start", "exit")
    assert (got.side("a").site, got.side("b").site) == ("thigh", "calf")


def test_quantities_may_differ() -> None:
    got = expected(quantity=None, quantity_a="skin-temperature", quantity_b="tissue-temperature",
                   depth_mm_b=10)  # fmt: skip
    assert got.side("a").depth_mm is None
    assert (got.side("b").quantity, got.side("b").depth_mm) == ("tissue-temperature", 10.0)


def test_between_has_one_side() -> None:
    got = expected(relation="between", b=None, high=0)
    assert (got.low, got.high, got.b) == (None, 0.0, None)
    with pytest.raises(ValueError, match="no side 'b'"):
        got.side("b")


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"relation": "equal"}, "relation", 'one of "less"'),
        ({"a": None}, "a", "the key of a variant"),
        ({"b": None}, "b", "the key of a variant"),
        ({"b": "wram"}, "b", 'did you mean "warm"?'),
        ({"low": 1}, "low", "no low"),
        ({"relation": "ratio"}, "low", "low, for high or for both"),
        ({"relation": "ratio", "low": 2, "high": 1}, "low", "not above high = 1"),
        ({"relation": "between", "high": 1}, "b", "no b"),
        ({"relation": "between", "b": None}, "low", "low, for high or for both"),
        ({"relation": "between", "b": None, "low": 1, "site_b": "calf"}, "site_b", "no side b"),
        ({"quantity": None}, "quantity", "one of"),
        ({"time_s": [1, 2]}, "time_s", "one number"),
        ({"time_s_b": "x"}, "time_s_b", "a list of numbers"),
        ({"depth_cm": 1}, "depth_cm", '"depth_mm"'),
        ({"mean": 3}, "mean", "a key of expected"),
        ({"time_s": None, "time_s_a": 3}, "time_s", "time_s or when_skin_C"),
    ],
)
def test_what_does_not_fit_is_told(changes: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(CryodoseError) as caught:
        expected(**changes)
    lines = str(caught.value).splitlines()
    assert [x for x in lines if x.startswith(f"e.toml: expected[0].{key} = ") and says in x], lines
