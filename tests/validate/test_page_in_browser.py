"""The page of a validation in a browser: it fits, asks for nothing and runs nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from cryodose.plots.validation import validation_figures
from cryodose.validate import run_validation, to_html

pytestmark = pytest.mark.pages


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = Path(__file__).parents[2] / "experiments"
    found = run_validation([home / "cold-pack", home / "immersion"], members=4)
    path = tmp_path_factory.mktemp("page") / "validation.html"
    path.write_text(to_html(found, validation_figures(found)), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [390, 820, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_fits_and_is_quiet(page: Page, address: str, width: int, theme: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").inner_text() == "Validation against published experiments"
    assert page.locator("figure svg").count() == 3
    assert said == []
    assert asked == [address]


def test_page_prints_within_its_sheet(page: Page, address: str) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794 - 2 * 53, "height": 1123})  # A4 less its margins
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 794 - 2 * 53
