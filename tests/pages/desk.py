"""What somebody does in a browser on the pages of the clinic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from tests.clinic.codes import totp
from tests.clinic.server import Server

SCREENSHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
PASSWORD = "a long and secret phrase"
WIDTHS = (390, 820, 1440)
AXE = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def watch(page: Any) -> None:
    """Keep what the browser complains of, such as a script that the policy forbids."""
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(f"{page.url}: {error}"))
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


def set_up_second_factor(page: Any) -> None:
    """Give the password again, and set up an authenticator."""
    page.wait_for_url("**/account/again/**")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url("**/totp/activate/")
    assert faults(page) == []
    activate(page)


def activate(page: Any) -> None:
    """Read the secret of an authenticator off the page, and give its code."""
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("[name=code]", totp(secret))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/mfa/**")


def faults(page: Any) -> list[str]:
    """Return what axe finds wrong with a page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # Of the rules that pass only the number: their findings are longer than many a page.
    told = page.evaluate(
        """options => axe.run(document, options).then(
            ({passes, violations}) => ({passes: passes.length, violations}))""",
        {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]},
    )
    assert told["passes"] > 10, "axe has not looked"
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in told["violations"]
        for node in v["nodes"]
    ]


def spread(page: Any, name: str, *, kept: bool) -> list[str]:
    """Return at which widths a page is too wide; keep how it looks as a phone, tablet and desk."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    found = []
    for width in (320, *WIDTHS):
        page.set_viewport_size({"width": width, "height": 900})
        more = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if more > 0:
            found.append(f"{more} px too wide at {width}")
        if kept and width in WIDTHS:
            page.screenshot(path=SCREENSHOTS / f"clinic-{name}-{width}.png", full_page=True)
    return found
