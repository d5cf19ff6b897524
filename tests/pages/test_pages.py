"""Reports and leaflets at the widths of a phone, a tablet and a desk, and on paper."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.pages

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PAGES = [
    "ankle-sprain",
    "ankle-sprain-leaflet",
    "cold-bath",
    "cold-bath-leaflet",
    "refused",
    "refused-leaflet",
    "home-headache",
    "long",
    "long-leaflet",
    "wart-en-leaflet",
    "wart-ru-leaflet",
    "lidocaine-en-leaflet",
    "lidocaine-ru-leaflet",
    "most-leaflet",
    "simulation",
]
REPORTS = ["ankle-sprain", "refused", "home-headache"]
CONTRAST_AA = 4.5


def spread(page: Any) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_its_screen(opened, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page = opened(name)
    for width in (390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert spread(page) <= 0, width
        assert page.locator("h1").is_visible()
        assert page.locator("header").inner_text().strip()
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_its_paper(opened, name: str) -> None:
    page = opened(name, 680, media="print")
    assert spread(page) <= 0
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}-print.png", full_page=True)


@pytest.mark.parametrize("name", [n for n in PAGES if n.endswith("leaflet")])
def test_leaflet_is_one_sheet(opened, name: str) -> None:
    paper = opened(name).pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


@pytest.mark.parametrize("name", ["hostile", "hostile-leaflet"])
def test_title_cannot_run(opened, name: str) -> None:
    page = opened(name)
    assert page.evaluate("window.hacked") is None
    assert "<script>" in page.locator("h1").inner_text()


def test_drawings_are_seen(opened) -> None:
    page = opened("ankle-sprain")
    drawings = page.locator("figure svg")
    assert drawings.count() == 6
    for box in (drawings.nth(i).bounding_box() for i in range(6)):
        assert box["width"] > 300
        assert box["height"] > 150


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*REPORTS, "cold-bath-leaflet", "lidocaine-en-leaflet"])
def test_text_stands_out_from_the_paper(opened, name: str, scheme: str) -> None:
    page = opened(name, color_scheme=scheme)
    faint = page.evaluate(
        """(least) => {
          const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
          const light = (c) => rgb(c).slice(0, 3).map((v) => v / 255)
            .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const paper = (e) => {
            for (; e; e = e.parentElement) {
              const c = getComputedStyle(e).backgroundColor;
              if (rgb(c).length < 4 || rgb(c)[3] > 0.99) return c;
            }
            return "rgb(255,255,255)";
          };
          const found = [];
          for (const e of document.querySelectorAll("body *:not(svg *)")) {
            const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
            if (!own || !e.checkVisibility()) continue;
            const [a, b] = [light(getComputedStyle(e).color), light(paper(e))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < least) found.push(`${e.tagName} ${ratio.toFixed(2)} ${e.textContent}`);
          }
          return found;
        }""",
        CONTRAST_AA,
    )
    assert faint == []


def test_report_is_small_enough_to_mail(folder: Path) -> None:
    assert (folder / "ankle-sprain.html").stat().st_size < 1_500_000
