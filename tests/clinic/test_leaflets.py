"""Leaflets of freezes and currents: by page and API, with what the records know of the visits."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose.clinic.live.store import Sender, append
from cryodose.clinic.models import Access, CourseRecord, Person, PlanRecord, SessionRecord
from cryodose.clinic.services import leaflets
from cryodose.clinic.services.courses import Asked, keep_course
from cryodose.clinic.services.leaflets import leaflet_pdf, visit_of
from cryodose.clinic.services.plans import keep_plan
from cryodose.clinic.services.screenings import keep_screening
from tests.clinic import make
from tests.clinic.test_paper import happened

EXAMPLES = Path(__file__).parents[2] / "examples"
WART = tomllib.loads((EXAMPLES / "plantar-wart.toml").read_text()) | {
    "plan": {"probability": 0.5, "members": 16}
}
DRUG = tomllib.loads((EXAMPLES / "lidocaine-cold.toml").read_text()) | {"plan": {"members": 16}}
ANSWERS = tomllib.loads((EXAMPLES / "screening" / "patient-freeze.toml").read_text())


def planned(house: make.House, session: dict[str, Any], *, is_screened: bool = True) -> PlanRecord:
    """Return a plan of somebody; one who was screened is one whom no rule hits."""
    person, by = house.own.records[Person], house.own.users["clinician"]
    screening, today = None, timezone.localdate()
    if is_screened:
        told = ANSWERS | {"birth_date": "1997-03-30", "date": today.isoformat()}
        screening = keep_screening(person, told, "liquid-nitrogen", "", today, by)
    return keep_plan(person, session, by, screening=screening, seed=1)


def unread(house: make.House) -> PlanRecord:
    """Return a plan of a freeze whose leaflet is never computed."""
    plan = house.own.records[PlanRecord]
    plan.procedure = "liquid-nitrogen"
    return plan.keep(None, "changed for a test")


def took_place(house: make.House, plan: PlanRecord, days_ago: float) -> SessionRecord:
    when = timezone.now() - timedelta(days=days_ago)
    row = SessionRecord(
        clinic=plan.clinic,
        person=plan.person,
        plan=plan,
        procedure=plan.procedure,
        planned_for=when,
        planned_s=45,
        started_at=when,
        ended_at=when + timedelta(seconds=50),
        cold_s=43.0,
    )
    return row.keep(house.own.users["operator"], "made for a test")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch):
    """Return a function that gives the text of a leaflet before it is set on paper."""
    pages: list[str] = []

    def keep(text: str, **_: Any) -> bytes:
        pages.append(text)
        return b"%PDF"

    monkeypatch.setattr(leaflets, "pdf", keep)
    return lambda plan: leaflet_pdf(plan) and pages[-1]


def test_by_page_and_api_and_every_read_is_written_down(
    house: make.House, operator: Client
) -> None:
    plan = planned(house, WART)
    assert plan.released
    before = Access.objects.filter(person=plan.person).count()
    for address in (f"/plans/{plan.pk}/leaflet.pdf", f"/api/plans/{plan.pk}/leaflet"):
        answer = operator.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), address
        assert answer.content.startswith(b"%PDF")
    assert Access.objects.filter(person=plan.person).count() == before + 2
    assert f"/plans/{plan.pk}/leaflet.pdf" in operator.get(f"/plans/{plan.pk}/").content.decode()
    plan.person.language = "ru"
    plan.person.keep(None, "asked")
    assert b"/Lang(ru)" in operator.get(f"/api/plans/{plan.pk}/leaflet").content


def test_outsiders_and_strangers_get_none(house: make.House, client: Client) -> None:
    plan = unread(house)
    addresses = (f"/plans/{plan.pk}/leaflet.pdf", f"/api/plans/{plan.pk}/leaflet")
    for address in addresses:
        assert client.get(address).status_code in (302, 401, 403)
    client.force_login(house.other.users["clinician"])
    for address in addresses:
        assert client.get(address).status_code == 404


def test_released_plan_is_told_with_its_clinic(house: make.House, told) -> None:
    page = told(planned(house, WART))
    assert "What is planned" in page
    assert "Own" in page
    assert "You have a fever or chills." in page


def test_unreleased_and_refused_plans_tell_no_treatment(house: make.House, told) -> None:
    mole = WART | {"exposure": {**WART["exposure"], "lesion": {"kind": "mole", "diameter_mm": 5}}}
    waiting = told(planned(house, WART, is_screened=False))
    assert "Not yet: this plan is not released." in waiting
    refused = told(planned(house, mole))
    assert "Do not freeze this." in refused
    current = told(planned(house, DRUG, is_screened=False))
    assert "Not yet: this plan is not released." in current
    for page in (waiting, refused, current):
        assert "What is planned" not in page
        assert "What was planned and done" not in page


def test_what_was_done_and_what_comes_next(house: make.House, told) -> None:
    plan = planned(house, WART)
    today = timezone.localdate()
    assert visit_of(plan).done_on is None
    assert visit_of(plan).next_on is None
    took_place(house, plan, 20)
    took_place(house, plan, 2)
    plan.clinic.phone = "+49 30 555"
    plan.clinic.change(house.own.users["administrator"], "moved")
    visit = visit_of(plan)
    assert (visit.done_on, visit.on_s) == (today - timedelta(days=2), 43.0)
    page = told(plan)
    assert f"Done on {visit.done_on}." in page
    assert "It was on for 43 s in all." in page
    assert "Telephone: +49 30 555" in page


def test_done_freeze_is_cared_for_even_without_a_release(house: make.House, told) -> None:
    plan = planned(house, WART, is_screened=False)
    took_place(house, plan, 1)
    page = told(plan)
    assert "How to look after it" in page
    assert "What was planned and done" in page


def test_next_visit_is_the_first_that_is_booked_or_due(house: make.House) -> None:
    plan, by = unread(house), house.own.users["clinician"]
    today = timezone.localdate()
    spec = {
        "procedure": "liquid-nitrogen",
        "start": (today + timedelta(days=10)).isoformat(),
        "sessions": 3,
        "days_between": 14,
    }
    course = keep_course(plan.person, Asked(spec, plan), by, "made for a test")
    assert isinstance(course, CourseRecord)
    assert visit_of(plan).next_on == today + timedelta(days=10)
    booked = SessionRecord(
        clinic=plan.clinic,
        person=plan.person,
        plan=plan,
        procedure=plan.procedure,
        planned_for=timezone.now() + timedelta(days=4),
        planned_s=45,
    ).keep(by, "made for a test")
    assert visit_of(plan).next_on == today + timedelta(days=4)
    booked.retire(by, "called off")
    assert visit_of(plan).next_on == today + timedelta(days=10)
    course.retire(by, "ended")
    assert visit_of(plan).next_on is None


def test_sessions_of_others_and_of_other_cold_are_no_next_visit(house: make.House) -> None:
    plan = unread(house)
    own = house.own.records[SessionRecord]
    own.planned_for = timezone.now() + timedelta(days=3)
    own.keep(None, "moved")
    assert own.person == plan.person
    assert visit_of(plan).next_on is None
    assert visit_of(plan).done_on is None


def test_session_that_has_ended_leads_to_the_leaflet(house: make.House, operator: Client) -> None:
    session = house.own.records[SessionRecord]
    link = f"/plans/{session.plan_id}/leaflet.pdf"
    happened(house, 0, "started")
    assert link not in operator.get(f"/sessions/{session.pk}/").content.decode()
    append(session.pk, "stop", {"reason": "pain", "words": ""}, "stop", Sender())
    assert link in operator.get(f"/sessions/{session.pk}/").content.decode()
