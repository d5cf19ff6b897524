"""The planner in a real browser: sliders by keyboard, pictures that change, nobody shut out."""

from __future__ import annotations

from typing import Any

import pytest
from tests.clinic.planner_input import MOVES
from tests.clinic.server import Server
from tests.pages.desk import SCREENSHOTS, faults

pytestmark = pytest.mark.pages
# The picture that a slider changes, by procedure.
CHANGES = {
    "cryosauna": "drawn-body",
    "cryochamber": "drawn-body",
    "cold-pack": "drawn-depth",
    "immersion": "drawn-body",
    "liquid-nitrogen": "drawn-cut",
    "cryoelectrophoresis": "drawn-delivered",
}
FIRST = {
    "cryosauna": "temperature_c",
    "cryochamber": "temperature_c",
    "cold-pack": "minutes",
    "immersion": "water_temperature_c",
    "liquid-nitrogen": "spot_mm",
    "cryoelectrophoresis": "mean_ma",
}


@pytest.fixture
def viewport() -> dict[str, int]:
    """Return the size of a desk."""
    return {"width": 1440, "height": 900}


def person_of(page: Any, server: Server) -> str:
    page.goto(f"{server.address}/people/")
    return str(page.locator("tbody a", has_text="Alder").get_attribute("href"))


def opened(page: Any, server: Server, procedure: str) -> None:
    """Open a planner with something that can be planned."""
    page.goto(f"{server.address}{person_of(page, server)}plans/{procedure}/")
    page.locator("#told .verdict").wait_for(timeout=20_000)
    if procedure == "liquid-nitrogen":
        page.fill("[name=kind]", "plantar wart")
    if procedure == "cryoelectrophoresis":
        page.select_option("[name=electrode]", "ag-agcl")
        page.fill("[name=minutes]", "12")
    page.locator(f"figure.{CHANGES[procedure]} svg").wait_for(timeout=20_000)
    settled(page)


def settled(page: Any) -> None:
    """Wait until the last answer is there."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(250)


def picture(page: Any, procedure: str) -> str:
    return str(page.locator(f"figure.{CHANGES[procedure]} svg").inner_html())


def test_every_planner_is_looked_at() -> None:
    assert set(CHANGES) == set(MOVES) == set(FIRST)


@pytest.mark.parametrize("procedure", sorted(CHANGES))
def test_slider_by_keyboard_changes_picture_and_number(
    server: Server, desk: Any, procedure: str
) -> None:
    opened(desk, server, procedure)
    number = desk.locator(f"[name={FIRST[procedure]}]")
    slider = desk.locator(f"[data-moves={number.get_attribute('id')}]")
    before, value = picture(desk, procedure), number.input_value()
    slider.focus()
    for _ in range(3):
        desk.keyboard.press("ArrowLeft")
    assert float(number.input_value()) < float(value)
    desk.wait_for_function(
        "([name, old]) => document.querySelector(`figure.${name} svg`)?.innerHTML !== old",
        arg=[CHANGES[procedure], before],
        timeout=20_000,
    )
    # The slider keeps the focus, so that one goes on moving it.
    assert desk.evaluate("document.activeElement.dataset.moves") == number.get_attribute("id")
    number.fill(value)
    assert float(slider.input_value()) == float(value)
    desk.wait_for_function(
        "([name, old]) => document.querySelector(`figure.${name} svg`)?.innerHTML === old",
        arg=[CHANGES[procedure], before],
        timeout=20_000,
    )


def test_what_is_unfolded_stays_so(server: Server, desk: Any) -> None:
    opened(desk, server, "immersion")
    for name in ("body", "limits"):
        desk.locator(f"details[data-name={name}] summary").click()
    before = picture(desk, "immersion")
    desk.locator("[name=water_temperature_c]").fill("8")
    desk.wait_for_function(
        "old => document.querySelector('figure.drawn-body svg')?.innerHTML !== old", arg=before
    )
    settled(desk)
    assert desk.locator("#tried details[open]").count() == 2
    assert faults(desk) == []


def test_the_newest_wins(server: Server, desk: Any) -> None:
    """Many moves at once: what stands there in the end belongs to the last of them."""
    opened(desk, server, "cold-pack")
    number = desk.locator("[name=minutes]")
    slider = desk.locator(f"[data-moves={number.get_attribute('id')}]")
    slider.focus()
    for i in range(30):
        desk.keyboard.press("ArrowRight" if i < 20 else "ArrowLeft")
        desk.wait_for_timeout(30)
    settled(desk)
    minutes = int(float(number.input_value()))
    desk.locator("#told", has_text=f"{minutes} min").wait_for(timeout=10_000)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("procedure", sorted(CHANGES))
def test_planner_is_fit_for_everybody(
    server: Server, desk: Any, procedure: str, language: str
) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    desk.set_extra_http_headers({"Accept-Language": language})
    opened(desk, server, procedure)
    found = []
    for scheme in ("light", "dark"):
        desk.emulate_media(color_scheme=scheme)
        for width in (320, 390, 820, 1440):
            desk.set_viewport_size({"width": width, "height": 900})
            spread = desk.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if spread > 0:
                found.append(f"{spread} px too wide at {width}")
            if width != 390:
                found += [f"{scheme} {width}: {words}" for words in faults(desk)]
            if width > 320:
                name = f"planner-{procedure}-{language}-{scheme}-{width}.png"
                desk.screenshot(path=SCREENSHOTS / name, full_page=True)
    assert desk.locator("html").get_attribute("lang") == language
    assert found == []


def test_plans_are_kept_compared_and_tried_against(server: Server, desk: Any) -> None:
    opened(desk, server, "cold-pack")
    desk.get_by_role("button", name="Keep the plan").click()
    desk.wait_for_url("**/plans/*/", timeout=30_000)
    assert desk.locator("figure svg").count() == 3
    kept = desk.url
    desk.get_by_role("link", name="Try something else against it").click()
    desk.get_by_text("kept: skin").first.wait_for(timeout=20_000)
    desk.select_option("[name=agent]", "gel-pack")
    settled(desk)
    assert faults(desk) == []
    desk.get_by_role("button", name="Keep the plan").click()
    desk.wait_for_url(lambda url: "/plans/" in url and "against" not in url, timeout=30_000)
    assert desk.url != kept
    desk.locator(f"input[name=plan][value='{kept.split('/')[-2]}']").check()
    desk.get_by_role("button", name="Compare").click()
    desk.wait_for_url("**/compare/**")
    for width in (320, 820, 1440):
        desk.set_viewport_size({"width": width, "height": 900})
        assert faults(desk) == []
        spread = desk.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert spread <= 0, width
    assert desk.locator("figure svg").count() == 1
    assert "2: skin" in desk.locator("figure").inner_text()


def test_mole_is_refused_while_one_types(server: Server, desk: Any) -> None:
    opened(desk, server, "liquid-nitrogen")
    desk.fill("[name=kind]", "mole")
    desk.get_by_text("Refused by the rules").wait_for(timeout=10_000)
    assert desk.locator("#tried svg").count() == 0
