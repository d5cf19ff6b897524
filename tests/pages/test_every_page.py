"""Every page that the table of addresses has is fit for everybody; a new one is found by itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.clinic.server import Server
from tests.pages.desk import faults, set_up_second_factor, spread, watch

pytestmark = pytest.mark.pages

ROOT = Path(__file__).resolve().parents[2]
# Answer without end, or end a login.
NO_PAGES = {"session_stream", "account_logout", "own_leave"}
# Asked in tests of their own: with a passkey, and as a newcomer.
ELSEWHERE = {"mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_activate_totp"}
# Runs no script at all, not even ours: looked at as a page of its own. It speaks English alone.
SHUT = {"plan_report"}
# In both colours and both languages, each once: neither changes what the other shows.
LOOKS = (("light", "en"), ("dark", "ru"))


@pytest.fixture(scope="module")
def state(server: Server, browser: Any, state: dict[str, Any]) -> dict[str, Any]:
    """Return the cookies of the administrator, now with a second factor and pages to change it."""
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    page.goto(f"{server.address}/account/mfa/totp/activate/")
    set_up_second_factor(page)
    found = context.storage_state()
    context.close()
    return found


@pytest.fixture(scope="module")
def table(server: Server, state: dict[str, Any]) -> dict[str, Any]:
    """Return route -> address with something behind each, as somebody with every role finds it."""
    assert state["cookies"]
    code = "from tests.pages.url_table import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=server.env, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def pages_of(
    context: Any, server: Server, table: dict[str, Any], *, is_person: bool = False
) -> tuple[dict[str, str], list[str]]:
    """Return the routes that answer with a page, and what is wrong with others."""
    found, wrong = {}, []
    for name, address in table["routes"].items():
        if name in NO_PAGES | ELSEWHERE or address.startswith("/api/"):
            continue
        if (name in table["of_person"]) != is_person:
            continue
        answer = context.request.get(server.address + address)
        if answer.status == 405:
            continue
        if answer.status != 200:
            wrong.append(f"{name} {address}: {answer.status}")
        elif answer.headers.get("content-type", "").startswith("text/html"):
            found[name] = address
    return found, wrong


def looked_at(page: Any, address: str, name: str, look: tuple[str, str]) -> list[str]:
    """Return what is wrong with a page in one look."""
    scheme, language = look
    page.emulate_media(color_scheme=scheme)
    if name in SHUT:
        page.goto("about:blank")  # where no policy of the last page holds
        page.set_content(page.context.request.get(address).text())
    else:
        page.goto(address)
    if page.locator("[hx-trigger*=load]").count():
        page.wait_for_load_state("networkidle")
    told = page.locator("html").get_attribute("lang")
    found = [] if told == language or name in SHUT else [f"speaks {told}"]
    found += spread(page, name, kept=look == LOOKS[0])
    return [f"{scheme} {language}: {words}" for words in [*found, *faults(page)]]


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_every_page_is_fit_for_everybody(
    server: Server, browser: Any, state: dict[str, Any], table: dict[str, Any], look: Any
) -> None:
    context = browser.new_context(storage_state=state, locale=look[1])
    page = context.new_page()
    watch(page)
    pages, wrong = pages_of(context, server, table)
    assert wrong == []
    assert len(pages) > 40, sorted(pages)
    found = {name: looked_at(page, server.address + a, name, look) for name, a in pages.items()}
    found["missing"] = looked_at(page, f"{server.address}/nothing/", "missing", look)
    context.close()
    assert {name: words for name, words in found.items() if words} == {}
    assert page.complaints == []


@pytest.mark.parametrize("look", LOOKS, ids="-".join)
def test_pages_before_the_door_and_of_the_person(
    server: Server, browser: Any, table: dict[str, Any], look: Any
) -> None:
    context = browser.new_context(locale=look[1])
    page = context.new_page()
    watch(page)
    found = {}
    for name in ("account_login", "welcome", "own_enter"):
        address = server.address + table["routes"][name]
        found[name] = looked_at(page, address, f"outside-{name}", look)
    path, code = table["own"]
    page.goto(server.address + path)
    page.fill("[name=code]", code)
    page.locator("main button").first.click()
    page.wait_for_url(f"{server.address}/my/")
    pages, wrong = pages_of(context, server, table, is_person=True)
    assert wrong == []
    assert "own" in pages
    for name, address in pages.items():
        found[name] = looked_at(page, server.address + address, name, look)
    page.goto(f"{server.address}/my/")
    taken = page.locator("main a[href^='/my/courses/']").first.get_attribute("href")
    assert b"BEGIN:VCALENDAR" in context.request.get(server.address + taken).body()
    assert context.request.get(f"{server.address}/api/my/pdf").body().startswith(b"%PDF")
    context.close()
    assert {name: words for name, words in found.items() if words} == {}
    assert page.complaints == []
