"""Courses on pages: planned by the engine's rules, followed by what the live sessions say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from cryodose import evidence
from cryodose.clinic.engine_words import is_foreign, said
from cryodose.clinic.live.store import Sender, append
from cryodose.clinic.middleware.gate import LINK_KEY
from cryodose.clinic.models import (
    Access,
    AdverseEvent,
    CourseRecord,
    OutcomeScore,
    Person,
    PersonLink,
    PlanRecord,
    SessionEvent,
    SessionRecord,
    Sign,
)
from cryodose.clinic.services.courses import Asked, keep_course, seconds_for, standing
from cryodose.clinic.services.numbering import add_person
from cryodose.clinic.views.calendar import span
from cryodose.course import plan_course
from cryodose.course.spec import course_from
from tests.clinic import make

TODAY = date(2026, 11, 25)


@pytest.fixture
def person(house: make.House) -> Person:
    return house.own.records[Person]


def spec(**more: Any) -> dict[str, Any]:
    return {"procedure": "cryosauna", "start": "2026-11-23", "sessions": 5, "days_between": 2,
            **more}  # fmt: skip


def course_of(person: Person, **more: Any) -> CourseRecord:
    plan = person.plans.get()
    return keep_course(person, Asked(spec(**more), plan), None, "test")


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))


def lived(course: CourseRecord, day: date, **fields: Any) -> SessionRecord:
    """Return a session of a course that took place."""
    row = SessionRecord(
        clinic=course.clinic,
        person=course.person,
        course=course,
        plan=course.session_plan,
        procedure=course.procedure,
        planned_for=moment(day),
        planned_s=120,
        started_at=moment(day),
        ended_at=moment(day) + timedelta(minutes=2),
        cold_s=120.0,
        **fields,
    )
    return row.keep(None, "test")


def pressed(session: SessionRecord, high: float) -> None:
    data = {"when": "after", "systolic_mmhg": high, "diastolic_mmhg": 80.0}
    last = SessionEvent.objects.filter(session=session).count()
    SessionEvent(
        session=session, number=last + 1, key=f"p{last}", kind="pressure", at=session.planned_for,
        data=data,
    ).save()  # fmt: skip


def days(stands: Any) -> list[tuple[int, str, str]]:
    return [(s.number, s.day.isoformat()[5:], s.state) for s in stands.steps]


def test_signs_are_those_of_the_rules() -> None:
    known = set(evidence.names("courses", "stop")) - {"pressure", "worse"}
    assert set(Sign.values) == known


def test_stop_rules_speak_russian() -> None:
    with translation.override("ru"):
        for key in evidence.names("courses", "stop"):
            words = evidence.text("courses", f"stop.{key}.words")
            assert not is_foreign(words, said(words)), words


def test_page_says_why_it_stopped(operator: Client, person: Person) -> None:
    course = course_of(person)
    lived(course, date(2026, 11, 23), ended_how="skin")
    page = operator.get(f"/courses/{course.pk}/").content.decode()
    assert "The course has stopped" in page
    assert "2026-11-23</time>: blister, white or hard skin" in page
    assert "/evidence/sources/PANNIC2018/" in page


def test_a_missed_session_moves_the_rest(person: Person) -> None:
    course = course_of(person)
    lived(course, date(2026, 11, 23))
    stands = standing(course, TODAY)
    assert days(stands) == [
        (1, "11-23", "done"), (2, "11-25", "due"), (3, "11-27", "planned"),
        (4, "11-29", "planned"), (5, "12-01", "planned"),
    ]  # fmt: skip
    late = standing(course, date(2026, 11, 26))
    assert days(late)[1:3] == [(2, "11-26", "missed"), (3, "11-28", "planned")]
    assert late.steps[1].first_day == TODAY
    long = standing(course, date(2026, 12, 20))
    assert long.progress.screen_again
    assert long.steps[1].minutes == 1  # after a long pause it begins short again


def test_it_is_what_the_engine_says(person: Person) -> None:
    course = course_of(person)
    planned = plan_course(course_from(course.spec))
    stands = standing(course, date(2026, 11, 20))
    assert [(s.number, s.day, s.minutes) for s in stands.steps] == [
        (s.number, s.day, s.minutes) for s in planned.sittings
    ]
    assert course.plan == planned.to_dict()


def test_a_sign_stops_it_for_good(person: Person) -> None:
    course = course_of(person)
    session = lived(course, date(2026, 11, 23))
    AdverseEvent(
        clinic=course.clinic, person=person, session=session, happened_at=moment(TODAY),
        what="blister", severity="mild", sign="skin_injury",
    ).keep(None, "test")  # fmt: skip
    stands = standing(course, TODAY)
    assert stands.progress.action == "stop"
    assert {s.state for s in stands.steps} == {"done", "cancelled"}
    assert stands.next is None


def test_a_session_that_ended_for_the_skin_stops_it_too(person: Person) -> None:
    course = course_of(person)
    lived(course, date(2026, 11, 23), ended_how="skin")
    assert standing(course, TODAY).progress.action == "stop"


def test_pressure_pauses_it_until_it_is_lower(person: Person) -> None:
    course = course_of(person)
    first = lived(course, date(2026, 11, 23))
    pressed(first, 170)
    assert standing(course, TODAY).progress.action == "pause"
    called_off = SessionRecord(
        clinic=course.clinic, person=person, course=course, procedure=course.procedure,
        planned_for=moment(TODAY), planned_s=60,
    ).keep(None, "test")  # fmt: skip
    pressed(called_off, 120)
    stands = standing(course, TODAY)
    assert (stands.progress.action, stands.progress.done) == ("go-on", 1)


def test_worse_scores_pause_it(person: Person) -> None:
    course = course_of(person)
    for n, value in enumerate((4.0, 6.0, 7.0)):
        session = lived(course, date(2026, 11, 20 + n))
        OutcomeScore(
            clinic=course.clinic, person=person, course=course, session=session, scale="Pain",
            value=value, taken_on=date(2026, 11, 20 + n),
        ).keep(None, "test")  # fmt: skip
    stands = standing(course, TODAY)
    assert [s for _, s in stands.progress.scores] == [4.0, 6.0, 7.0]
    assert stands.progress.action == "pause"


def form(plan: PlanRecord, **more: Any) -> dict[str, Any]:
    return {"plan": plan.pk, "start": "2026-11-23", "sessions": "3", "days_between": "1", **more}


def test_page_makes_a_course(operator: Client, person: Person) -> None:
    plan = person.plans.get()
    path = f"/people/{person.pk}/courses/new/"
    shown = operator.get(f"{path}?plan={plan.pk}").content.decode()
    assert f'value="{plan.pk}" selected' in shown
    answer = operator.post(path, form(plan, quiet="2026-11-24", weekends="on", sessions="5"))
    assert answer.status_code == 302
    course = person.courses.exclude(spec=make.COURSE).get()
    planned = [s["day"] for s in course.plan["sessions"]]
    assert planned == ["2026-11-23", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"]
    assert (course.session_plan, course.spec["id"]) == (plan, str(course.pk))
    page = operator.get(f"/courses/{course.pk}/").content.decode()
    assert "blood pressure at or above 160/100" in page
    assert "Book the next session" in page
    assert Access.objects.filter(route="course", person=person, allowed=True).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"plan": ""}, "Choose a plan or a protocol"),
        ({"sessions": ""}, "no trial of this goal"),
        ({"sessions": "0"}, "greater than or equal to 1"),
        ({"quiet": "tomorrow"}, "expected one day or two"),
        ({"quiet": "2026-12-31 2026-12-24"}, "expected one day or two"),
        ({"quiet": "2026-12-24\n" * 61}, "too many lines"),
        ({"weekends": "on", "sessions": "200", "days_between": "365"}, "at most five years"),
        ({"goal": "moon"}, "not one of the available choices"),
    ],
)
def test_page_says_what_is_wrong(
    operator: Client, person: Person, wrong: dict[str, str], words: str
) -> None:
    before = CourseRecord.objects.count()
    given = form(person.plans.get()) | wrong
    answer = operator.post(f"/people/{person.pk}/courses/new/", given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert CourseRecord.objects.count() == before


def test_change_keeps_the_older_version(operator: Client, person: Person) -> None:
    course = course_of(person, pause=[{"first": "2026-11-28", "last": "2026-11-29",
                                       "reason": "weekend"}])  # fmt: skip
    path = f"/courses/{course.pk}/edit/"
    shown = operator.get(path).content.decode()
    assert 'name="weekends" id="id_weekends" checked' in shown
    given = form(person.plans.get(), sessions="4", why="four are enough")
    assert operator.post(path, {**given, "why": ""}).status_code == 422
    assert operator.post(path, given).status_code == 302
    course.refresh_from_db()
    assert (len(course.plan["sessions"]), course.history.count()) == (4, 2)
    assert "four are enough" in operator.get(f"/courses/{course.pk}/").content.decode()


def test_booking_makes_a_live_session(operator: Client, person: Person) -> None:
    course = course_of(person, start=timezone.localdate().isoformat())
    path = f"/courses/{course.pk}/book/"
    today = timezone.localdate()
    assert operator.post(path, {"day": today.isoformat(), "at": "10:30"}).status_code == 302
    session = course.sessions.get()
    # The first session of whole-body cold lasts a minute at most, whatever the plan says.
    assert (session.planned_s, session.plan) == (60, course.session_plan)
    assert standing(course, today).steps[0].session == session
    early = {"day": (today + timedelta(days=1)).isoformat(), "at": "10:30"}
    said = operator.post(path, early, follow=True).content.decode()
    assert "The rules allow the next session from this day on" in said
    far = operator.post(path, {"day": "9999-12-31", "at": "23:59"}, follow=True)
    assert "more than a year later" in far.content.decode()
    assert course.sessions.count() == 1
    append(session.pk, "note", {"words": "x"}, "k", Sender())
    assert operator.post(f"/sessions/{session.pk}/miss/").status_code == 302
    session.refresh_from_db()
    assert session.is_retired
    assert standing(course, today).steps[0].session is None


def test_a_stopped_or_ended_course_books_nothing(operator: Client, person: Person) -> None:
    course = course_of(person)
    lived(course, date(2026, 11, 23), ended_how="skin")
    given = {"day": "2027-01-01", "at": "10:00"}
    said = operator.post(f"/courses/{course.pk}/book/", given, follow=True).content.decode()
    assert "The course has ended" in said
    other = course_of(person)
    assert operator.post(f"/courses/{other.pk}/end/", {"why": "moved away"}).status_code == 302
    operator.post(f"/courses/{other.pk}/book/", given)
    assert (course.sessions.count(), other.sessions.count()) == (1, 0)


def test_seconds_follow_plan_and_course(person: Person) -> None:
    course = course_of(person)
    plan = person.plans.get()
    steps = standing(course, date(2026, 11, 20)).steps
    assert [seconds_for(s, plan) for s in steps] == [60, 120, 180, 180, 180]
    plan.answer = {"longest_s": 100}
    assert [seconds_for(s, plan) for s in steps] == [60, 100, 100, 100, 100]
    plan.verdict = "refused"
    assert seconds_for(steps[0], plan) is None


def test_calendar_file(operator: Client, house: make.House, person: Person) -> None:
    course = course_of(person, title="Knee")
    answer = operator.get(f"/courses/{course.pk}/course.ics")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert text.count("BEGIN:VEVENT") == 5
    assert "Tester" not in text
    other = house.other.records[CourseRecord]
    assert operator.get(f"/courses/{other.pk}/course.ics").status_code == 404


def test_a_person_takes_their_own_course_along(house: make.House, person: Person) -> None:
    client = Client(HTTP_HOST="localhost")
    session = client.session
    session[LINK_KEY] = str(house.own.records[PersonLink].pk)
    session.save()
    mine = course_of(person)
    assert client.get(f"/my/courses/{mine.pk}.ics").content.count(b"BEGIN:VEVENT") == 5
    other = Person(family_name="Other", given_name="Olga", sex="female")
    add_person(other, house.own.clinic, None)
    theirs = keep_course(other, Asked(spec(), None), None, "test")
    assert client.get(f"/my/courses/{theirs.pk}.ics").status_code == 404
    assert client.get(f"/courses/{mine.pk}/").status_code == 403
    assert Access.objects.filter(by_person=person, route="own_course", allowed=True).exists()


def test_calendar_shows_sessions_and_what_is_due(operator: Client, person: Person) -> None:
    first = (timezone.localdate() + timedelta(days=60)).replace(day=1)
    rest = {"first": first.isoformat(), "last": first.isoformat(), "reason": "holidays"}
    course = course_of(person, start=first.isoformat(), pause=[rest])
    session = lived(course, first + timedelta(days=14))
    for path in ("/calendar/", f"/people/{person.pk}/calendar/"):
        page = operator.get(f"{path}?day={first + timedelta(days=9)}").content.decode()
        assert page.count("to book") == 5
        assert f"/sessions/{session.pk}/" in page
        assert ("holidays" in page) == path.startswith("/people")
    week = operator.get(f"/calendar/?view=week&day={first}").content.decode()
    assert week.count("<h2><time") == 7
    for odd in ("?day=moon", "?view=year", "?day=9999-12-31", "?day=0001-01-01"):
        assert operator.get(f"/calendar/{odd}").status_code == 200


def test_calendar_has_whole_weeks() -> None:
    assert span("week", TODAY) == (date(2026, 11, 23), date(2026, 11, 29))
    assert span("month", TODAY) == (date(2026, 10, 26), date(2026, 12, 6))
    for day in (date(2026, 2, 1), date(2027, 2, 28), date(2028, 2, 29), date(2026, 12, 31)):
        for view in ("week", "month"):
            first, last = span(view, day)
            assert (first.weekday(), last.weekday()) == (0, 6)
            assert first <= day <= last


def test_a_course_that_cannot_be_planned_is_still_shown(operator: Client, person: Person) -> None:
    course = course_of(person)
    course.spec = {"format": "moon"}
    course.keep(None, "test")
    page = operator.get(f"/courses/{course.pk}/")
    assert "This course cannot be planned" in page.content.decode()
    assert operator.get(f"/courses/{course.pk}/course.ics").status_code == 404
    assert operator.get("/calendar/").status_code == 200
