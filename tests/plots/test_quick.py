"""Light drawings: true to their numbers, valid, quick, and fit for a page that forbids styles."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from cryodose.front import preview
from cryodose.outcome.sketch import sketch_of
from cryodose.plots.quick_body import body_svg, colour_of
from cryodose.plots.quick_curves import Chart, Series, chart_svg, depth_svg
from cryodose.plots.quick_cut import cut_svg
from cryodose.plots.svg import Frame, band, path_of, ticks
from cryodose.session import load_session

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HOSTILE = "</svg><script>alert(1)</script>\"'"


def seen(name: str, time_s: float) -> Any:
    data = load_session(EXAMPLES / f"{name}.toml").to_dict()
    exposure = data["exposure"]
    if exposure["modality"] == "liquid-nitrogen":
        exposure["cycles"] = [{"freeze_s": time_s, "thaw": "complete"}]
    elif exposure["modality"] == "cold-pack":
        exposure["cycles"] = [{"on_s": time_s}]
    elif "stages" in exposure:
        exposure["stages"][0]["duration_s"] = time_s
    else:
        exposure["duration_s"] = time_s
    return preview(data, members=32)


@pytest.fixture(scope="module")
def drawings() -> dict[str, str]:
    pack, gas = seen("ankle-sprain", 600.0), seen("cryosauna", 150.0)
    freeze, drug = seen("plantar-wart", 20.0), seen("lidocaine-cold", 900.0)
    found = {
        "body": body_svg(sketch_of(gas)["sites"], "Skin"),
        "one": body_svg(sketch_of(pack)["sites"], "Skin", is_one_sided=True),
        "depth": depth_svg(sketch_of(pack)["depth"], "Tissue"),
        "drug": depth_svg(sketch_of(drug)["depth"], "Drug"),
        "cut": cut_svg(sketch_of(freeze)["cut"], "Cut"),
    }
    for name, result, unit, curve in (
        ("skin", pack.simulated, "C", "skin"),
        ("mass", drug, "ug", "delivered"),
        ("ice", freeze, "mm", "depth0"),
    ):
        series = [Series(HOSTILE, vars(result.curve(curve)))]
        shown = Chart("Curve", unit, series, [(5.0, True), (15.0, False)], [600.0])
        found[name] = chart_svg(shown)
    return {name: str(svg) for name, svg in found.items()}


def test_drawings_are_whole_and_need_no_style_or_script(drawings: dict[str, str]) -> None:
    for name, svg in drawings.items():
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img", name
        assert len(root.get("aria-label") or "") > 15, name
        for element in root.iter():
            assert element.tag != "script", name
            assert not {a for a in element.attrib if a == "style" or a.startswith("on")}, name
        assert "nan" not in svg.replace("oesophagus", "").lower(), name


def test_everything_lies_inside_its_picture(drawings: dict[str, str]) -> None:
    for name, svg in drawings.items():
        root = ElementTree.fromstring(svg)
        _, _, wide, tall = (float(v) for v in (root.get("viewBox") or "").split())
        for text in root.iter("text"):
            x, y = float(text.get("x") or 0), float(text.get("y") or 0)
            assert 0 <= x <= wide, (name, text.text)
            assert 0 <= y <= tall, (name, text.text)


def test_colder_skin_is_bluer() -> None:
    blue = [int(colour_of(t)[5:7], 16) - int(colour_of(t)[1:3], 16) for t in (3.0, 17.0, 33.0)]
    assert blue == sorted(blue, reverse=True)
    assert blue[0] > 0 > blue[-1]


def test_only_one_limb_is_coloured(drawings: dict[str, str]) -> None:
    filled = re.findall(r'class="part" fill', drawings["one"])
    assert len(filled) == 2  # front and back
    assert len(re.findall(r'class="part" fill', drawings["body"])) > 40


def test_line_breaks_where_nothing_is_known() -> None:
    x = np.arange(5.0)
    assert path_of(x, np.array([0.0, np.nan, 2.0, np.inf, 4.0])) == "M0 0M2 2M4 4"
    assert band(x, np.full(5, np.nan), x, "c1") is None


def test_frame_maps_numbers_to_places() -> None:
    frame = Frame((10.0, 20.0, 110.0, 220.0), (0.0, 50.0), (40.0, 0.0))
    assert frame.x(25.0) == pytest.approx(60.0)
    assert frame.y(0.0) == pytest.approx(20.0)
    assert frame.y(40.0) == pytest.approx(220.0)


@pytest.mark.parametrize("span", [(0.0, 34.0), (36.1, 37.4), (-0.002, 0.003), (0.0, 86400.0)])
def test_ticks_are_round_and_inside(span: tuple[float, float]) -> None:
    found = ticks(span)
    assert 2 <= len(found) <= 7
    assert all(span[0] - 1e-9 <= t <= span[1] + 1e-9 for t in found)
    assert ticks((5.0, 5.0)) == [5.0]


def test_isotherms_are_where_the_numbers_are() -> None:
    """A field that is a plane: its isotherm of 0 is a level line at a known depth."""
    r, z = np.linspace(0.0, 10.0, 21), np.linspace(0.0, 10.0, 21)
    t = np.tile(z[:, None] * 10.0 - 50.0, (1, 21))  # 0 at 5 mm
    cut = {
        "r_mm": r.tolist(), "z_mm": z.tolist(), "t_min_c": t.tolist(),
        "death": np.zeros((21, 21)).tolist(), "layers_mm": {"skin": 0.0, "fat": 5.0},
        "spot_mm": 4.0, "lesion_mm": 3.0, "target_mm": 4.0, "depth_mm": 2.0, "cell": "keratinocyte",
    }  # fmt: skip
    root = ElementTree.fromstring(str(cut_svg(cut, "Cut")))
    fat = next(e.get("d") for e in root.iter("path") if e.get("class") == "between")
    depth_px = re.match(r"M\S+ (\S+)H", fat or "")
    assert depth_px is not None
    lines = [e.get("d") or "" for e in root.iter("path") if e.get("class") == "isotherm"]
    assert any(all(p.endswith(f" {depth_px[1]}") for p in re.split("[ML]", d)[1:]) for d in lines)
    assert "0 °C: 4.5 mm deep" in (root.get("aria-label") or "")


def test_drawing_takes_no_time(drawings: dict[str, str]) -> None:
    cut = sketch_of(seen("plantar-wart", 20.0))["cut"]
    begun = time.process_time()
    for _ in range(10):
        cut_svg(cut, "Cut")
    assert (time.process_time() - begun) / 10 < 0.05


def test_refusal_has_nothing_to_draw() -> None:
    assert sketch_of(seen("mole", 5.0)) == {}
