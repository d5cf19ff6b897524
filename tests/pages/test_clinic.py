"""The clinic in a real browser: a newcomer, a live session on two tablets, and every page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.clinic.codes import totp
from tests.clinic.server import Server, environment

pytestmark = pytest.mark.pages

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PASSWORD = "a long and secret phrase"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server with made-up people."""
    one = Server(environment(tmp_path_factory.mktemp("clinic"), ""), "--demo")
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def state(server: Server, browser: Any) -> dict[str, Any]:
    """Return the cookies of an administrator of the demonstration."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.first_link())
    enter(page, "ann@example.org")
    page.wait_for_url(f"{server.address}/")  # by way of /home/
    found = context.storage_state()
    context.close()
    return found


@pytest.fixture
def desk(server: Server, browser: Any, state: dict[str, Any]) -> Iterator[Any]:
    """Return a page that fails the test on any complaint of the browser."""
    context = browser.new_context(storage_state=state, viewport={"width": 820, "height": 1180})
    page = context.new_page()
    watch(page)
    yield page
    complaints, page.complaints = page.complaints, []
    context.close()
    assert complaints == []


def watch(page: Any) -> None:
    """Keep what the browser complains of, such as a script that the policy forbids."""
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda m: (
            page.complaints.append(m.text)
            if m.type == "error" and "Failed to load resource" not in m.text
            else None
        ),
    )


def enter(page: Any, email: str, **more: str) -> None:
    """Follow a one-time link, and log in."""
    given = {"name": "Ann", "email": email, "password": PASSWORD, "again": PASSWORD, **more}
    for name, value in given.items():
        page.fill(f"[name={name}]", value)
    page.click("main button.main")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.main")


def log_in(page: Any, server: Server) -> None:
    page.goto(f"{server.address}/account/login/")
    page.fill("[name=login]", "ann@example.org")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.main")
    page.wait_for_url(f"{server.address}/")


def faults(page: Any) -> list[str]:
    """Return what axe finds wrong with a page."""
    told = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    assert len(told.response["passes"]) > 10, "axe has not looked"
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in told.response["violations"]
        for node in v["nodes"]
    ]


def paths(page: Any, server: Server) -> dict[str, str]:
    """Return the pages that can be reached by their names."""
    page.goto(f"{server.address}/people/")
    person = page.locator("tbody a", has_text="Alder").get_attribute("href")
    page.goto(server.address + person)
    first = {
        name: page.locator(f"main a[href^='/{name}/']").first.get_attribute("href")
        for name in ("screenings", "plans", "sessions")
    }
    return {
        "board": "/",
        "people": "/people/",
        "person": person,
        "person-edit": f"{person}edit/",
        "screening-form": f"{person}screenings/cold-pack/",
        "consent": f"{person}consents/new/",
        "harm": f"{person}harm/new/",
        "session-new": f"{person}sessions/new/",
        "planner": f"{person}plans/cold-pack/",
        "screening": first["screenings"],
        "plan": first["plans"],
        "session": first["sessions"],
        "places": "/places/",
        "staff": "/staff/",
        "audit": "/audit/",
        "second-factor": "/account/mfa/",
        "password": "/account/password/",
        "missing": "/nothing/",
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_fit_for_everybody(server: Server, desk: Any, scheme: str) -> None:
    desk.emulate_media(color_scheme=scheme)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    for name, path in paths(desk, server).items():
        desk.goto(server.address + path)
        desk.wait_for_load_state("networkidle") if name == "screening-form" else None
        for width in (320, 390, 820, 1440):
            desk.set_viewport_size({"width": width, "height": 900})
            spread = desk.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if spread > 0:
                found.setdefault(name, []).append(f"{spread} px too wide at {width}")
            if width > 320 and scheme == "light":
                desk.screenshot(path=SCREENSHOTS / f"clinic-{name}-{width}.png", full_page=True)
        found.setdefault(name, []).extend(faults(desk))
    assert {name: words for name, words in found.items() if words} == {}


def test_newcomer_sets_up_a_clinic(tmp_path: Path, browser: Any) -> None:
    env = environment(tmp_path, "") | {"CRYODOSE_SECOND_FACTOR": "required"}
    server = Server(env)
    server.start()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    watch(page)
    try:
        page.goto(server.address)
        assert page.locator("h1").inner_text() == "Log in"
        assert faults(page) == []
        page.goto(server.first_link())
        assert faults(page) == []
        enter(page, "ann@example.org", clinic="North")
        page.wait_for_url("**/account/again/**")
        page.fill("[name=password]", PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url("**/totp/activate/")
        assert faults(page) == []
        secret = page.locator("#authenticator_secret").input_value()
        page.fill("[name=code]", totp(secret))
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/mfa/**")
        page.goto(f"{server.address}/people/new/")
        page.fill("[name=family_name]", "Elm")
        page.fill("[name=birth_date]", "1980-05-17")
        page.select_option("[name=sex]", "female")
        page.click("main button.main")
        assert page.locator("h1").inner_text() == "Elm"
        page.get_by_role("link", name="+ Cold pack").first.click()
        page.get_by_text("Questions are open").wait_for()
        page.check("[name=cold_allergy][value=yes]")
        page.get_by_text("Stop: not this person").wait_for()
        page.click("main button.main")
        page.get_by_role("heading", name="Findings").wait_for()
        page.get_by_role("link", name="Elm").first.click()
        page.get_by_role("link", name="+ Cold pack").last.click()
        page.get_by_text("cold_allergy").or_(page.get_by_text("refused:")).first.wait_for()
        page.goto(page.url.replace("cold-pack", "immersion"))
        page.locator("#tried strong").wait_for(timeout=60_000)
        assert faults(page) == []
        page.click("main button.main")
        page.wait_for_url("**/plans/*/", timeout=60_000)
        assert "not released" in page.locator("main").inner_text()
    finally:
        context.close()
        server.kill()
    assert page.complaints == []


def test_passkey_opens_the_door(server: Server, browser: Any, state: dict[str, Any]) -> None:
    # A login of its own: it ends when the test logs out.
    assert state["cookies"]
    context = browser.new_context()
    page = context.new_page()
    watch(page)
    log_in(page, server)
    key = context.new_cdp_session(page)
    key.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    key.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    try:
        page.goto(f"{server.address}/account/mfa/keys/add/")
        if "/again/" in page.url:
            page.fill("[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_url("**/keys/add/")
        page.fill("[name=name]", "tablet")
        page.check("[name=passwordless]")
        page.locator("#mfa_webauthn_add").click()
        page.wait_for_url(lambda url: not url.endswith("/add/"))
        page.goto(server.address)
        page.get_by_role("button", name="Log out").click()
        page.wait_for_url("**/account/login/**")
        page.click("#passkey_login")
        page.wait_for_url(f"{server.address}/")
        assert page.get_by_role("link", name="Ann", exact=True).is_visible()
        assert page.complaints == []
    finally:
        context.close()


def prepare(desk: Any, server: Server, seconds: int) -> str:
    """Plan a session of so many seconds, tick everything, and return its address."""
    all_paths = paths(desk, server)
    desk.goto(server.address + all_paths["session-new"])
    desk.select_option("[name=plan]", index=1)
    desk.fill("[name=planned_s]", str(seconds))
    desk.click("main button.main")
    desk.wait_for_url("**/sessions/*/")
    for _ in range(30):
        left = desk.locator(".tick:not(.done)")
        if left.count() == 0:
            break
        count = left.count()
        left.first.click()
        desk.wait_for_function(
            "n => document.querySelectorAll('.tick:not(.done)').length < n", arg=count
        )
    return str(desk.url)


def test_live_session_on_two_tablets_through_a_crash(server: Server, desk: Any) -> None:
    address = prepare(desk, server, 12)
    other = desk.context.new_page()
    watch(other)
    other.goto(address)
    desk.get_by_role("button", name="Start the cold").click()
    for page in (desk, other):
        page.get_by_role("button", name="Stop the cold").wait_for(timeout=5000)
    begun = time.monotonic()
    desk.fill("[name=value]", "24.5")
    desk.get_by_role("button", name="Record").click()
    other.locator("#channels").get_by_text("24.5 °C").wait_for(timeout=5000)
    server.kill()
    desk.fill("#note", "written while the server was away")
    desk.get_by_role("button", name="Write down").click()
    desk.get_by_text("Not recorded yet").wait_for(timeout=5000)
    server.start()
    desk.locator("#log").get_by_text("written while").wait_for(timeout=15000)
    for page in (desk, other):
        page.locator("#alarms .alarm").first.wait_for(timeout=30000)
        passed = time.monotonic() - begun
        shown = page.locator("#cold").inner_text().split(":")
        assert abs(int(shown[0]) * 60 + int(shown[1]) - passed) <= 2.0
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    desk.screenshot(path=SCREENSHOTS / "clinic-alarm-820.png", full_page=True)
    assert faults(desk) == []
    desk.locator("#alarms button").first.click()
    other.locator("#alarms .alarm").first.wait_for(state="detached", timeout=5000)
    desk.select_option("#reason", "person-asked")
    desk.get_by_role("button", name="Stop the cold").click()
    for page in (desk, other):
        page.get_by_role("heading", name="As felt").wait_for(timeout=5000)
    assert faults(desk) == []
    assert other.complaints == []
