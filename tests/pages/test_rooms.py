"""Courses, rooms, evidence, protocols, settings and tokens in a real browser."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.clinic.server import Server
from tests.pages.desk import log_in, watch

from cryodose.sensors import Reading
from cryodose.sensors.post import post_readings

pytestmark = pytest.mark.pages


def test_a_course_from_a_plan_to_its_first_session(server: Server, desk: Any) -> None:
    desk.goto(f"{server.address}/people/")
    desk.locator("tbody a", has_text="Birch").click()
    desk.locator("main a[href^='/plans/']").first.click()
    desk.get_by_role("link", name="New course").click()
    desk.fill("[name=title]", "Knee")
    desk.fill("[name=sessions]", "3")
    desk.fill("[name=days_between]", "2")
    desk.check("[name=weekends]")
    desk.click("main button.main")
    desk.wait_for_url("**/courses/*/")
    assert desk.locator("tbody tr").count() == 3
    desk.get_by_role("button", name="Book").click()
    desk.wait_for_url("**/sessions/*/")
    desk.go_back()
    desk.reload()
    assert desk.get_by_text("booked").first.is_visible()
    with desk.expect_download() as taken:
        desk.get_by_role("link", name="Calendar file").click()
    assert "BEGIN:VEVENT" in taken.value.path().read_text()
    # With the keyboard alone: from the heading to the next month.
    desk.goto(f"{server.address}/calendar/")
    link = desk.get_by_role("link", name="Next →")
    link.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url("**day=**")


def test_room_answers_while_one_changes_it(server: Server, desk: Any) -> None:
    desk.goto(f"{server.address}/places/")
    desk.get_by_role("link", name="Room 1", exact=True).click()
    desk.get_by_role("link", name="Change").click()
    desk.locator("#answer .verdict.good").wait_for(timeout=30_000)
    desk.select_option("[name=fan]", "none")
    desk.locator("#answer .verdict.bad").wait_for(timeout=30_000)
    assert desk.locator("#answer svg").count() == 2
    text = desk.locator("#answer svg text").first
    page = desk.evaluate("getComputedStyle(document.body).color")
    assert text.evaluate("e => getComputedStyle(e).fill") == page
    desk.fill("[name=floor_m2]", "")
    desk.locator("#answer .error").wait_for(timeout=30_000)


def test_evidence_is_found_as_one_types(server: Server, desk: Any) -> None:
    desk.goto(f"{server.address}/evidence/")
    desk.locator("#q").press_sequentially("bugaj")
    desk.locator("#rows a", has_text="analgesia").first.click()
    assert "13.6 degC" in desk.locator("main").inner_text()
    desk.get_by_role("link", name="bugaj1975").click()
    assert "What rests on it" in desk.locator("main").inner_text()


def test_token_is_shown_once(server: Server, desk: Any) -> None:
    desk.goto(f"{server.address}/account/tokens/")
    desk.fill("[name=name]", "Ward system")
    desk.click("main button.main")
    assert len(desk.locator(".secret").inner_text()) > 30
    desk.goto(f"{server.address}/account/tokens/")
    assert desk.locator(".secret").count() == 0
    desk.get_by_role("button", name="Ward system").click()
    assert desk.get_by_text("Ward system").count() == 0


def test_language_goes_with_the_user(server: Server, desk: Any, browser: Any) -> None:
    desk.goto(f"{server.address}/account/")
    desk.select_option("main [name=language]", "ru")
    desk.click("main button.main")
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    log_in(page, server)
    assert page.locator("html").get_attribute("lang") == "ru"
    context.close()
    desk.select_option("main [name=language]", "en")
    desk.click("main button.main")
    assert desk.locator("html").get_attribute("lang") == "en"


def test_alarm_comes_to_an_open_page_and_goes_when_somebody_has_seen_it(
    server: Server, desk: Any, browser: Any, state: dict[str, Any]
) -> None:
    desk.goto(f"{server.address}/places/")
    desk.get_by_role("link", name="Room air").click()
    desk.get_by_role("link", name="New oxygen sensor").click()
    desk.fill("[name=name]", "door")
    desk.fill("[name=place]", "Beside the door")
    desk.fill("[name=calibrated_on]", time.strftime("%Y-%m-%d", time.gmtime()))
    desk.click("main button.main")
    desk.wait_for_url("**/air/")
    assert desk.get_by_text("not heard yet").is_visible()
    where = desk.locator("code.secret").inner_text()
    # Another tablet shows the board, and nobody touches it.
    context = browser.new_context(storage_state=state)
    board = context.new_page()
    watch(board)
    board.goto(f"{server.address}/")
    assert board.locator("#room-alarms .alarm").count() == 0
    desk.goto(f"{server.address}/places/")
    desk.locator("tr", has_text="Cabin 1").get_by_role("button", name="New token").click()
    secret = desk.locator(".secret").inner_text()
    low = Reading("oxygen", 17.5, datetime.now(UTC), sensor="door")
    assert post_readings(where, secret, [low]) == []
    alarm = board.locator("#room-alarms .alarm")
    alarm.wait_for(timeout=15_000)
    assert "Oxygen is very low: leave the room, close the feed: 17.5 %" in alarm.inner_text()
    alarm.get_by_role("link", name="Acknowledge").click()
    board.fill("[name=words]", "A valve was open; closed it.")
    board.click("main button.main")
    board.wait_for_url("**/air/")
    assert board.get_by_text("the cause is not gone yet").is_visible()
    good = Reading("oxygen", 20.9, datetime.now(UTC), sensor="door")
    assert post_readings(where, secret, [good]) == []
    board.locator("#room-alarms .against").wait_for(state="detached", timeout=15_000)
    assert board.complaints == []
    context.close()
    # A sensor that falls silent would disturb the other tests.
    desk.goto(where.replace("/api/", "/places/").replace("/readings", "/air/"))
    desk.get_by_role("link", name="Take out of use").click()
    desk.fill("[name=why]", "The test is over")
    desk.click("main button.main")
    desk.get_by_text("No sensor watches this room").wait_for()
