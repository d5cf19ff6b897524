"""The clinic in a real browser: a passkey, and a live session on two tablets."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.clinic.server import Server
from tests.pages.desk import PASSWORD, SCREENSHOTS, faults, log_in, watch

pytestmark = pytest.mark.pages


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
    desk.goto(f"{server.address}/people/")
    person = desk.locator("tbody a", has_text="Alder").get_attribute("href")
    desk.goto(f"{server.address}{person}sessions/new/")
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
