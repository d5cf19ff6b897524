"""What was measured, drawn beside what was predicted."""

from __future__ import annotations

import re

from cryodose.plots.session import session_figure

WORDS = {k: k for k in ("skin", "core", "pack", "minutes", "predicted", "measured", "doubted")}
CURVE = {
    "quantity": "skin",
    "time_s": [0.0, 60.0, 120.0, 6000.0],
    "low": [30.0, 20.0, 15.0, 30.0],
    "median": [31.0, 22.0, 17.0, 31.0],
    "high": [32.0, 24.0, 19.0, 32.0],
}


def numbers(svg: str) -> list[float]:
    return [float(v.replace("−", "-")) for v in re.findall(r">([−\d.]+)</text>", svg)]


def test_drawing_names_what_it_shows() -> None:
    points = [("skin", 60.0, 21.0, True), ("oxygen", 60.0, 20.9, True), ("core", 60.0, 37.0, True)]
    svg = session_figure([CURVE], points, 120.0, WORDS)
    for words in ("skin, predicted", "skin, measured", "core, measured", "minutes"):
        assert words in svg
    assert "doubted" not in svg


def test_reading_that_nobody_believes_squeezes_nothing() -> None:
    svg = session_figure([CURVE], [("skin", 60.0, 900.0, False)], 120.0, WORDS)
    assert "skin, doubted" in svg
    assert max(numbers(svg)) <= 40.0


def test_nothing_to_show_is_still_a_drawing() -> None:
    assert session_figure([], [], 120.0, WORDS).startswith("<svg")
