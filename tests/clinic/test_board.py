"""The board and the timeline: what courses want, low oxygen, and every day of a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from cryodose.clinic.models import (
    AdverseEvent,
    CourseRecord,
    FollowUp,
    Person,
    Record,
    SessionEvent,
    SessionRecord,
)
from cryodose.clinic.services.courses import Asked, keep_course
from cryodose.clinic.services.timeline import timeline
from tests.clinic import make


@pytest.fixture
def person(house: make.House) -> Person:
    return house.own.records[Person]


def test_board_shows_what_a_course_wants_today(operator: Client, person: Person) -> None:
    for old in person.courses.in_use():
        old.retire(None, "test")
    assert "Courses that want" not in operator.get("/").content.decode()
    spec = {"procedure": "cold-pack", "start": timezone.localdate().isoformat(), "sessions": 2,
            "days_between": 1, "title": "Knee course"}  # fmt: skip
    course = keep_course(person, Asked(spec, person.plans.get()), None, "test")
    assert "Knee course" in operator.get("/").content.decode()
    SessionRecord(
        clinic=course.clinic, person=person, course=course, procedure="cold-pack",
        planned_for=timezone.now() + timedelta(seconds=1), planned_s=60,
    ).keep(None, "test")  # fmt: skip
    assert "Knee course" not in operator.get("/").content.decode()


def test_board_of_another_clinic_does_not(operator: Client, house: make.House) -> None:
    other = house.other.records[CourseRecord]
    spec = {**make.COURSE, "start": timezone.localdate().isoformat(), "title": "Elsewhere"}
    keep_course(other.person, Asked(spec, None), None, "test")
    assert "Elsewhere" not in operator.get("/").content.decode()
    assert "Elsewhere" not in operator.get("/calendar/").content.decode()


def test_board_raises_low_oxygen(operator: Client, house: make.House) -> None:
    session = house.own.records[SessionRecord]
    session.started_at = timezone.now()
    session.keep(None, "test")
    cache.clear()
    assert '<p class="alarm"' not in operator.get("/").content.decode()
    cache.clear()
    SessionEvent(
        session=session, number=1, key="o", kind="reading", at=timezone.now(),
        data={"quantity": "oxygen", "value": 18.4, "source": "http"},
    ).save()  # fmt: skip
    page = operator.get("/").content.decode()
    assert '<p class="alarm" role="alert">' in page
    assert "18.4 %" in page
    assert "Room 1" in page


def test_timeline_has_everything_that_is_in_use(operator: Client, person: Person) -> None:
    kept = {r for rows in timeline(person) for h in rows[1] for r in [h.record]}
    models = [m for m in Record.__subclasses__() if m.person_path == "person"]
    for model in models:
        if model.__name__ != "PersonLink":
            assert kept >= set(model._default_manager.filter(person=person)), model
    days = [day for day, _ in timeline(person)]
    assert days == sorted(days, reverse=True)
    page = operator.get(f"/people/{person.pk}/timeline/").content.decode()
    assert "A blister: Healed." in page
    event = AdverseEvent.objects.get(person=person)
    assert FollowUp.objects.get(event=event).found in page
    event.retire(None, "test")
    assert "A blister" not in operator.get(f"/people/{person.pk}/timeline/").content.decode()
