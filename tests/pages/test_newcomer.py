"""A newcomer by script: from the first link to a session that has run, its papers and its export.

The clock of live sessions runs fast, so that two minutes in a cabin pass in some seconds.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.clinic.server import Server, environment
from tests.pages.desk import enter, faults, set_up_second_factor, spread, watch

from cryodose.screening import load_rules

pytestmark = pytest.mark.pages

SPEED = 15
USUAL = {
    "systolic": "122", "diastolic": "78", "heart_rate": "66", "session_min": "2",
    "sessions_today": "0", "mass": "79", "height": "180", "temperature": "36.6",
}  # fmt: skip


class Newcomer:
    """Somebody who has never seen the site."""

    def __init__(self, page: Any, server: Server) -> None:
        self.page, self.server = page, server

    def look(self, name: str) -> None:
        """Look at a page as everybody may have to: by axe, and at every width."""
        assert faults(self.page) == [], name
        assert spread(self.page, f"newcomer-{name}", kept=True) == [], name
        self.page.set_viewport_size({"width": 1440, "height": 900})

    def begin(self) -> None:
        page = self.page
        page.goto(self.server.address)
        assert page.locator("h1").inner_text() == "Log in"
        self.look("log-in")
        page.goto(self.server.first_link())
        self.look("welcome")
        enter(page, "ann@example.org", clinic="North")
        set_up_second_factor(page)
        page.goto(self.server.address)
        assert "clock of live sessions runs too fast" in page.locator("main").inner_text()
        self.look("board")

    def write_down(self, path: str, **given: str) -> None:
        """Fill in a form and send it."""
        page = self.page
        page.goto(self.server.address + path)
        for name, value in given.items():
            field = page.locator(f"main [name={name}]")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.click("main button.main")

    def person(self, family: str) -> str:
        self.write_down(
            "/people/new/", family_name=family, birth_date="1984-05-17", sex="male",
            height_m="1.80", mass_kg="79", language="ru",
        )  # fmt: skip
        assert self.page.locator("h1").inner_text() == family
        return self.page.url.removeprefix(self.server.address)

    def screen(self, person: str, procedure: str, *, bad: str = "") -> str:
        """Answer every question as somebody well would, but for one; return the verdict."""
        page, questions = self.page, load_rules().questions
        page.goto(f"{self.server.address}{person}screenings/{procedure}/")
        names = page.eval_on_selector_all(
            "#screening [type=radio][value=no]", "es => es.map(e => e.name)"
        )
        assert len(names) > 10
        for name in names:
            is_well = "no" if questions[name].bad == "yes" else "yes"
            against = "yes" if is_well == "no" else "no"
            page.check(f"[name={name}][value={against if name == bad else is_well}]")
        for name, value in USUAL.items():
            field = page.locator(f"#screening input[inputmode=decimal][name={name}]")
            if field.count():
                field.fill(value)
        page.select_option("[name=device]", label="Cabin 1") if procedure == "cryosauna" else None
        page.wait_for_timeout(400)
        self.look(f"screening-{procedure}-{bad or 'well'}")
        page.click("main button.main")
        page.wait_for_url("**/screenings/*/")
        self.look(f"screened-{procedure}-{bad or 'well'}")
        return page.locator(".verdict strong").inner_text()

    def plan(self, person: str, procedure: str, **given: str) -> str:
        """Let the planner answer, keep the plan, and return its address."""
        page = self.page
        page.goto(f"{self.server.address}{person}plans/{procedure}/")
        for name, value in given.items():
            field = page.locator(f"#planner [name={name}]")
            kind = field.first.evaluate("e => e.type")
            if kind == "checkbox":
                field.first.check()
            elif kind == "select-one":
                field.select_option(value)
            else:
                field.fill(value)
        page.wait_for_function(
            "() => document.querySelector('#tried').innerText.trim().length > 3", timeout=60_000
        )
        self.look(f"planner-{procedure}")
        page.click("main button.main")
        page.wait_for_url(lambda url: "/people/" not in url, timeout=60_000)
        self.look(f"plan-{procedure}")
        return page.url.removeprefix(self.server.address)

    def send(self, button: str, **given: str) -> None:
        """Send a small form of the live page."""
        for field, value in given.items():
            self.page.fill(f"#{field}", value)
        self.page.get_by_role("button", name=button, exact=True).first.click()

    def prepare(self, person: str) -> None:
        page = self.page
        page.goto(f"{self.server.address}{person}sessions/new/")
        page.select_option("[name=plan]", index=1)
        page.select_option("[name=device]", label="Cabin 1")
        page.click("main button.main")
        page.wait_for_url("**/sessions/*/")
        assert page.get_by_role("button", name="Start the cold").is_disabled()
        for _ in range(30):
            left = page.locator(".tick:not(.done)")
            if (count := left.count()) == 0:
                break
            left.first.click()
            page.wait_for_function(
                "n => document.querySelectorAll('.tick:not(.done)').length < n", arg=count
            )
        self.send("Record", systolic="121", diastolic="79", pulse="64")
        page.wait_for_function("() => !document.querySelector('.start').disabled", timeout=15_000)
        self.look("session-prepared")

    def run(self) -> None:
        """Let the cold run to its end: a reading that fits, one that cannot be, and the alarm."""
        page = self.page
        page.get_by_role("button", name="Start the cold").click()
        page.get_by_role("button", name="Stop the cold").wait_for(timeout=5000)
        page.wait_for_timeout(1500)
        page.select_option("#quantity", "core")
        self.send("Record", site="rectal", value="37.0")
        page.locator("#channels").get_by_text("37 °C").wait_for(timeout=5000)
        page.select_option("#quantity", "skin")
        self.send("Record", site="thigh", value="99")
        page.locator("#channels").get_by_text("implausible").wait_for(timeout=5000)
        page.locator("#alarms .alarm").first.wait_for(timeout=60_000)
        page.locator("#known").get_by_text("Not used").wait_for(timeout=20_000)
        assert "narrow the band: 1" in page.locator("#known").inner_text()
        self.look("session-alarm")
        page.get_by_role("button", name="Stop the cold").click()
        page.get_by_role("heading", name="As felt").wait_for(timeout=5000)

    def after(self) -> str:
        page = self.page
        self.send("Record", systolic="131", diastolic="84")
        page.locator("#log").get_by_text("131/84 mmHg").wait_for(timeout=5000)
        page.fill("#felt-cold", "8")
        page.fill("#felt-pain", "2")
        self.send("Save")
        page.locator("#log").get_by_text("As felt").wait_for(timeout=5000)
        self.look("session-ended")
        return page.url.removeprefix(self.server.address)

    def paper(self, path: str) -> bytes:
        answer = self.page.request.get(self.server.address + path)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf"), path
        return answer.body()


def test_newcomer_treats_somebody(tmp_path: Path, browser: Any) -> None:
    fast = {"CRYODOSE_SECOND_FACTOR": "required", "CRYODOSE_TEST_CLOCK_SPEED": str(SPEED)}
    server = Server(environment(tmp_path, "") | fast)
    server.start()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    watch(page)
    one = Newcomer(page, server)
    try:
        one.begin()
        one.write_down("/places/devices/new/", name="Cabin 1", kind="open-top")
        elm, fir = one.person("Elm"), one.person("Fir")
        assert "Stop" in one.screen(elm, "cryosauna", bad="cold_allergy")
        assert one.screen(fir, "cryosauna") == "No rule was hit"
        one.write_down(f"{fir}consents/new/", procedure="cryosauna", text="Explained and agreed.")
        page.wait_for_url(f"**{fir}")
        plan = one.plan(fir, "cryosauna")
        assert "not released" not in page.locator("main .verdict").inner_text()
        one.prepare(fir)
        one.run()
        session = one.after()
        one.write_down(f"{fir}scores/new/", scale="Pain, 0 to 10", value="3")
        one.look("person")
        one.screen(fir, "liquid-nitrogen")
        wart = one.plan(
            fir, "liquid-nitrogen", kind="plantar wart", diagnosed_by="looking", site="sole",
            looked="yes",
        )  # fmt: skip
        assert "Refused" not in page.locator("main .verdict").inner_text()
        assert "not released" not in page.locator("main .verdict").inner_text()
        papers = (f"{plan}report.pdf", f"{plan}leaflet.pdf", f"{session}record.pdf")
        for path in (*papers, f"{wart}report.pdf", f"{wart}leaflet.pdf"):
            assert one.paper(path).startswith(b"%PDF-1.7")
        assert b"/Lang(ru)" in one.paper(f"{plan}leaflet.pdf")
        key = fir.split("/")[2]
        assert one.paper(f"/api/persons/{key}/pdf").startswith(b"%PDF-1.7")
        told = json.loads(page.request.get(f"{server.address}/api/persons/{key}/fhir").text())
        kinds = [entry["resource"]["resourceType"] for entry in told["entry"]]
        for kind in ("Patient", "Consent", "ServiceRequest", "Procedure", "RiskAssessment"):
            assert kind in kinds, kind
        assert kinds.count("Observation") >= 4
    finally:
        context.close()
        server.kill()
    assert page.complaints == []
