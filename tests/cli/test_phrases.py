"""The phrases of options: what they mean, and that nothing else passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.cli.phrases import goal_of, reading_of, seconds_of
from cryodose.errors import BadInput

TEXT = st.text(st.sampled_from("0123456789.+-−:@% Cmsinhkueatloydgrb°"), max_size=30)


@given(st.floats(0, 99999, allow_nan=False).map(lambda x: round(x, 3)))
def test_units_of_time(number: float) -> None:
    assert seconds_of(f"{number:.3f}min", "--on") == pytest.approx(60 * number)
    assert seconds_of(f"{number:.3f} h", "--on") == pytest.approx(3600 * number)


@given(st.floats(-90, 90).map(lambda x: round(x, 2)), st.integers(1, 9000))
def test_reading(t_c: float, time_s: int) -> None:
    found = reading_of(f"{t_c:.2f}C@{time_s}s")
    assert (found["mean"], found["time_s"]) == (pytest.approx(t_c), time_s)


@given(TEXT)
def test_anything_else_is_bad_input_or_a_goal(words: str) -> None:
    try:
        found = goal_of(words)
    except BadInput:
        return
    assert found["kind"] in (
        "analgesia",
        "skin-temperature",
        "tissue-temperature",
        "nerve-velocity",
    )


def test_sign_makes_a_change_of_a_target() -> None:
    assert goal_of("tissue:-7C@10mm")["change_C"] == -7
    assert goal_of("tissue:27C@10mm")["target_C"] == 27
    assert goal_of("tissue:27C@10mm")["depth_from"] == "skin"
