"""Drawings: valid SVG that follows the theme of a page, with the limits where they belong."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Mapping

import numpy as np
import pytest

from cryodose.outcome import Plan, Simulated
from cryodose.plots.curves import skin_figure
from cryodose.plots.figures import report_figures
from cryodose.plots.picture import picture_figure
from cryodose.plots.style import COLOURS, styled

NAMES = {"skin", "picture", "tissue", "deep", "flow", "pack"}


def drawn(plan: Plan) -> dict[str, str]:
    assert plan.simulated is not None
    return report_figures(plan.simulated, plan.dose)


def test_drawings_of_a_person_and_of_a_gel(plans: Mapping[str, Plan], gel: Simulated) -> None:
    assert set(drawn(plans["ankle-sprain"])) == NAMES
    assert set(report_figures(gel, None)) <= NAMES - {"deep", "flow"}
    assert {"skin", "picture", "tissue"} <= set(report_figures(gel, None))


def test_svg_stands_alone_in_a_page(plans: Mapping[str, Plan]) -> None:
    figures = drawn(plans["ankle-sprain"])
    ids: list[str] = []
    for name, text in figures.items():
        root = ET.fromstring(text)
        assert root.tag.endswith("svg")
        assert root.get("viewBox")
        assert root.get("width") is None
        found = re.findall(r'\bid="([^"]+)"', text)
        assert all(i.startswith(f"{name}-") for i in found)
        used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
        assert used <= set(found)
        ids += found
        assert not re.search(r'href="(?!#|data:)', text.replace("xlink:", ""))
    assert len(ids) == len(set(ids))
    assert sum(map(len, figures.values())) < 1_000_000


def test_colours_can_be_exchanged_by_the_page(plans: Mapping[str, Plan]) -> None:
    text = drawn(plans["ankle-sprain"])["tissue"]
    for key in ("ink", "near", "deep"):
        assert f"var(--{key}, {COLOURS[key]})" in text


def test_same_result_same_drawing(plans: Mapping[str, Plan]) -> None:
    assert drawn(plans["cold-bath"]) == drawn(plans["cold-bath"])


def test_limits_and_goals_of_the_skin_are_drawn(plans: Mapping[str, Plan]) -> None:
    plan = plans["ankle-sprain"]
    assert plan.simulated is not None
    with styled():
        (ax,) = skin_figure(plan.simulated, plan.dose).axes
    drawn_at = {float(y) for line in ax.lines for y in [np.asarray(line.get_ydata())[0]]}
    skin = [x.limit.t_c for x in plan.dose.limits if x.limit.t_c is not None and not x.limit.probe]
    assert skin
    assert set(skin) <= drawn_at


def test_picture_goes_down_and_names_the_layers(plans: Mapping[str, Plan]) -> None:
    shown = plans["ankle-sprain"].simulated
    assert shown is not None
    with styled():
        ax = picture_figure(shown).axes[0]
    top, bottom = ax.get_ylim()[::-1]
    assert top == pytest.approx(0)
    assert bottom > top
    assert {"fat", "muscle"} <= {t.get_text() for t in ax.texts}


def test_no_global_state_of_matplotlib() -> None:
    code = "import sys, cryodose.plots.figures; print('matplotlib.pyplot' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
