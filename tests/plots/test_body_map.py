"""The picture of the body: every segment drawn, the scale honest, text that can be read."""

from __future__ import annotations

import numpy as np
import pytest

from cryodose import plan, simulate
from cryodose.body.segments import segment_names
from cryodose.outcome.whole_body import BodyMap, body_map
from cryodose.plots import body_map as drawing
from cryodose.plots.body_parts import PARTS, parts_of
from cryodose.plots.figures import report_figures
from cryodose.plots.style import svg_of


@pytest.fixture(scope="module")
def session() -> dict:
    stages = [{"gas_temperature_C": -110, "duration_s": 120}]
    return {"exposure": {"modality": "cryochamber", "stages": stages, "room_temperature_C": 23}}


def test_every_segment_has_a_part() -> None:
    assert {p.segment for p in PARTS} == set(segment_names())


def test_figures_of_a_whole_body(session) -> None:
    shown = simulate(session, members=16)
    figures = report_figures(shown, None)
    assert {"body", "sites", "core", "skin"} <= set(figures)
    assert "front, at the exit" in figures["body"]
    assert figures["body"].count("<svg") == 1


def test_map_begins_at_the_start_and_holds_the_exit(session) -> None:
    shown = body_map(simulate(session, members=16).run)
    assert shown.time_s[0] == 0.0
    assert 120.0 in shown.time_s
    assert shown.t_c.shape == (len(shown.time_s), len(segment_names()))
    exit_row = int(np.argmin(np.abs(shown.time_s - 120.0)))
    assert np.all(shown.t_c[exit_row] < shown.t_c[0])


def test_a_body_of_one_temperature_has_one_colour() -> None:
    names = segment_names()
    flat = BodyMap(names, np.array([0.0, 60.0]), np.full((2, len(names)), 33.0), 60.0)
    figure = drawing.body_figure(flat)
    first = figure.axes[0].patches
    assert len({p.get_facecolor() for p in first}) == 1
    assert "33.0" in svg_of(figure, "body")


def test_ice_deep_in_a_finger_does_not_paint_frozen_skin_warm() -> None:
    names = segment_names()
    t_c = np.full((2, len(names)), -3.0)
    t_c[:, names.index("forehead")], t_c[:, names.index("finger")] = 33.0, -80.0
    figure = drawing.body_figure(BodyMap(names, np.array([0.0, 60.0]), t_c, 60.0))
    drawn = [part.segment for part in parts_of("front") for _ in part.middles]
    red, _, blue, _ = figure.axes[0].patches[drawn.index("thigh")].get_facecolor()
    assert blue > red + 0.2


def test_the_small_bodies_show_the_exit(session) -> None:
    figure = drawing.body_figure(body_map(simulate(session, members=16).run))
    titles = [ax.get_title() for ax in figure.axes]
    assert "2 min" in titles
    assert titles.count("2 min") == 1


def test_limits_of_the_skin_are_drawn_once_and_that_of_the_core_not(session) -> None:
    answer = plan(session, members=16)
    skin = report_figures(answer.simulated, answer.dose)["skin"]
    assert skin.count("limit 0 °C") == 1
    assert "limit 35.5" not in skin
