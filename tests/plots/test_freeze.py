"""Drawings of a freeze, from arrays of our own."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from cryodose.outcome.freeze_views import FreezeFilm, FreezeMap, FreezeReach, FreezeSection
from cryodose.plots.freeze_film import film_gif
from cryodose.plots.freeze_reach import reach_figure
from cryodose.plots.freeze_section import map_figure, section_figure, view_of
from cryodose.plots.style import styled, svg_of

R_MM, Z_MM = np.linspace(0.1, 12.0, 40), np.linspace(0.05, 9.0, 30)


def temperature(cold_k: float) -> np.ndarray:
    z, r = np.meshgrid(Z_MM, R_MM, indexing="ij")
    return 34.0 - cold_k * np.exp(-np.hypot(1.4 * z, np.maximum(r - 4.0, 0.0)) / 3.0)


@pytest.fixture
def section() -> FreezeSection:
    t = temperature(140.0)
    layers = {"keratin": 0.0, "epidermis": 0.8, "dermis": 0.9, "fat": 2.6}
    death = 1.0 / (1.0 + np.exp((t + 25.0) / 5.0))
    return FreezeSection(R_MM, Z_MM, t, death, layers, 4.5, 3.0, 5.0, 2.5, "keratinocyte")


def svg(figure: object, name: str) -> str:
    with styled():
        text = svg_of(figure, name)  # type: ignore[arg-type]
    assert ET.fromstring(text).tag.endswith("svg")
    return text


def test_section_shows_isotherms_layers_and_death(section: FreezeSection) -> None:
    with styled():
        text = svg(section_figure(section), "section")
    for words in ("−50 °C", "−20 °C", "dermis", "fat", "where keratinocytes die"):
        assert words in text
    assert len(text) < 400_000


def test_section_of_a_freeze_that_froze_nothing(section: FreezeSection) -> None:
    warm = FreezeSection(
        **{**vars(section), "t_min_c": temperature(10.0), "death": np.zeros((30, 40))}
    )
    with styled():
        text = svg(section_figure(warm), "section")
    assert "−20 °C" not in text


def test_view_holds_lesion_and_ice(section: FreezeSection) -> None:
    half, deep = view_of(section)
    frozen = section.t_min_c < 0.0
    assert half > R_MM[frozen.any(axis=0)].max()
    assert deep > max(section.depth_mm, Z_MM[frozen.any(axis=1)].max())


def test_reach() -> None:
    time = np.linspace(0.0, 90.0, 46)
    marks = np.array([0.0, -20.0, -50.0])
    median = np.stack([np.minimum(time, 30.0) / (10.0 * (i + 1)) for i in range(3)])
    median[2] = 0.0
    shown = FreezeReach(time, marks, 0.8 * median, median, 1.2 * median, ((0.0, 30.0),))
    with styled():
        text = svg(reach_figure(shown, 2.0), "reach")
    assert "−20 °C" in text
    assert "−50 °C" not in text
    assert "base of the lesion" in text


def test_map() -> None:
    x = np.linspace(-8.0, 8.0, 41)
    lesion = np.hypot(x[None, :] / 4.0, x[:, None] / 2.0) < 1.0
    target = np.hypot(x[None, :] / 6.0, x[:, None] / 4.0) < 1.0
    cold = 30.0 - 80.0 * np.exp(-np.hypot(x[None, :], x[:, None]) / 5.0)
    shown = FreezeMap(x, x, lesion, target, lesion * 0.9, cold)
    with styled():
        assert "−20 °C" in svg(map_figure(shown), "map")


def test_film_moves_and_shows_when_the_cold_is_on(section: FreezeSection) -> None:
    times = np.array([0.0, 15.0, 30.0, 60.0])
    t = np.stack([temperature(c) for c in (0.0, 100.0, 140.0, 50.0)])
    film = FreezeFilm(times, R_MM, Z_MM, t, times <= 30.0, section)
    picture = Image.open(io.BytesIO(film_gif(film)))
    assert picture.n_frames == 4
    frames = []
    for i in range(4):
        picture.seek(i)
        frames.append(np.asarray(picture.convert("RGB")).astype(int))
    assert all(np.abs(a - b).mean() > 1.0 for a, b in pairwise(frames))
    dark = [(np.abs(f[:60] - (18, 33, 43)).sum(axis=2) < 40).mean() for f in frames]
    assert min(dark[1:3]) > dark[3]
