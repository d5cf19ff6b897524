"""First whole-body sessions: counted from the record, filled into plans, held by live sessions."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose.clinic.live import before as told
from cryodose.clinic.live.before import Lasting, lasting_of, sessions_before, stated_by, too_early
from cryodose.clinic.live.command import NotReady, send
from cryodose.clinic.live.state import Story
from cryodose.clinic.live.store import Sender, append, events_of, terms_of
from cryodose.clinic.models import Consent, CourseRecord, Person, PlanRecord, Protocol
from cryodose.clinic.models import SessionRecord as Session
from cryodose.clinic.services.courses import Asked, keep_course, seconds_for, standing
from cryodose.clinic.services.plans import is_same, keep_plan, plan_again
from cryodose.clinic.services.protocols import plan_by
from cryodose.course import is_long_pause
from tests.clinic import make
from tests.clinic.planner_input import GIVEN
from tests.clinic.test_api import caller
from tests.clinic.test_live_store import release

NOW = datetime(2026, 11, 25, 10, tzinfo=timezone.get_default_timezone())


def row(number: int, dose_s: float, longest_s: float, *, and_later: bool = False) -> dict[str, Any]:
    return {"number": number, "and_later": and_later, "dose_s": dose_s, "longest_s": longest_s}


ROWS = [row(1, 60.0, 60.0), row(2, 90.0, 120.0), row(3, 90.0, 170.0, and_later=True)]
GAS = {
    "exposure": {
        "modality": "cryosauna",
        "stages": [{"gas_temperature_C": -110, "duration_s": 60}],
        "coverings": {"hands": "wool mittens", "feet": "wool socks"},
    },
    "plan": {"members": 64},
}


@pytest.fixture
def person(house: make.House) -> Person:
    return house.own.records[Person]


def plan_for(
    person: Person, *, states: Any = None, at: datetime | None = None, **answer: Any
) -> Any:
    """Return a kept plan of a cabin that states how many sessions came before it."""
    subject = {} if states is None else {"sessions_before": states}
    row = PlanRecord(
        clinic=person.clinic, person=person, procedure="cryosauna", seed=0, members=64,
        session={**GAS, "subject": subject}, version="test", verdict="dose", dose_s=60.0,
        answer={"longest_s": 60.0, "build_up": ROWS, "curves": []} | answer, digest="0" * 64,
    )  # fmt: skip
    if at is not None:
        row.made_at = at
    return row.keep(None, "test")


def lived(person: Person, at: datetime, **fields: Any) -> Session:
    """Return a session of the cabin that took place."""
    given = {"procedure": "cryosauna", "ended_at": at + timedelta(minutes=1), "ended_how": "done"}
    row = Session(
        clinic=person.clinic, person=person, planned_for=at, planned_s=60, started_at=at,
        cold_s=60.0, **{**given, **fields},
    )  # fmt: skip
    return row.keep(None, "test")


def days(count: float) -> timedelta:
    return timedelta(days=count)


def test_only_whole_sessions_of_cold_gas_count(person: Person) -> None:
    assert sessions_before(person, NOW) == 0
    lived(person, NOW - days(5))
    lived(person, NOW - days(4), procedure="cryochamber")
    lived(person, NOW - days(3), ended_how="person-asked")
    lived(person, NOW - days(3), procedure="cold-pack")
    lived(person, NOW - days(2), ended_at=None, ended_how="")
    lived(person, NOW - days(1)).retire(None, "of somebody else")
    lived(person, NOW + days(1))
    assert sessions_before(person, NOW) == 2
    assert sessions_before(person, NOW - days(4)) == 1


def test_long_pause_starts_at_the_first_again(person: Person) -> None:
    assert is_long_pause(NOW.date(), (NOW + days(15)).date())
    assert not is_long_pause(NOW.date(), (NOW + days(14)).date())
    lived(person, NOW - days(40))
    lived(person, NOW - days(39))
    lived(person, NOW - days(14))
    assert sessions_before(person, NOW) == 1
    assert sessions_before(person, NOW + days(1)) == 0
    assert sessions_before(person, NOW - days(30)) == 2


def test_what_a_plan_states_counts_for_its_own_sessions(person: Person) -> None:
    plan = plan_for(person, states=3, at=NOW - days(2))
    assert sessions_before(person, NOW) == 0
    assert sessions_before(person, NOW, plan=plan) == 3
    # A session that took place by it makes it known to the record.
    lived(person, NOW - days(1), plan=plan)
    assert sessions_before(person, NOW) == sessions_before(person, NOW, plan=plan) == 4
    assert sessions_before(person, NOW + days(20), plan=plan) == 0
    plan.retire(None, "a slip")
    assert sessions_before(person, NOW) == 1


def test_what_the_record_knows_is_not_counted_twice(person: Person) -> None:
    lived(person, NOW - days(1))
    # Made later on the same day, from the record, which knew that session.
    plan = plan_for(person, states=1, at=NOW - days(1) + timedelta(hours=2))
    assert sessions_before(person, NOW, plan=plan) == 1


@pytest.mark.parametrize(
    ("session", "stated"),
    [
        ({}, 0),
        ({"subject": None}, 0),
        ({"subject": {"sessions_before": True}}, 0),
        ({"subject": {"sessions_before": "9"}}, 0),
        ({"subject": {"sessions_before": -1}}, 0),
        ({"subject": {"sessions_before": 7}}, 7),
    ],
)
def test_what_came_in_a_bundle_is_not_taken_for_granted(session: Any, stated: int) -> None:
    assert stated_by(session) == stated


@pytest.mark.parametrize(
    ("before", "lasting"), [(0, (60, 60)), (1, (90, 120)), (2, (90, 170)), (9, (90, 170))]
)
def test_a_plan_lasts_by_the_number_of_the_session(
    person: Person, before: int, lasting: tuple[float, float]
) -> None:
    assert lasting_of(plan_for(person, states=0), "cryosauna", before) == lasting
    # One that was made for later sessions is cut for an earlier one.
    late = plan_for(person, states=2, longest_s=170.0, build_up=[])
    late.dose_s = 90.0
    longest = min(170, 60 + 60 * before)
    assert lasting_of(late, "cryosauna", before) == (min(90, longest), longest)


@pytest.mark.parametrize("rows", [None, "x", [None], [{"number": "1"}], [{"number": 1}]])
def test_a_plan_from_elsewhere_never_lasts_longer(person: Person, rows: Any) -> None:
    plan = plan_for(person, longest_s=170.0, build_up=rows)
    assert lasting_of(plan, "cryosauna", 0).longest_s == 60
    assert lasting_of(None, "cryochamber", 1) == Lasting(None, 120)
    assert lasting_of(None, "cold-pack", 0) == Lasting(None, None)
    assert too_early("cold-pack", 0, 900) == ""


# Live sessions.


def prepared(house: make.House, planned_s: int, plan: PlanRecord) -> Session:
    """Return a session of the cabin that nothing but its length stands against."""
    person, by = plan.person, house.own.users["operator"]
    now = timezone.now()
    Consent(
        clinic=person.clinic, person=person, procedure="cryosauna", text="x", for_research=False,
        given_on=now.date() - days(1), expires_on=now.date() + days(9),
    ).keep(by, "test")  # fmt: skip
    made = Session(
        clinic=person.clinic, person=person, plan=plan, procedure="cryosauna", planned_for=now,
        planned_s=planned_s,
    ).keep(by, "test")  # fmt: skip
    release(made, Sender(user=by))
    return made


def test_a_first_session_does_not_start_for_longer(house: make.House, person: Person) -> None:
    by = Sender(user=house.own.users["operator"])
    session = prepared(house, 61, plan_for(person))
    with pytest.raises(NotReady) as caught:
        send(session, "started", {}, "s", by)
    (why,) = caught.value.reasons
    assert why == "By the record it is whole-body session 1 for this person: at most 1 min."
    lived(person, timezone.now() - days(1))
    send(session, "started", {}, "s", by)


def test_end_and_alarm_of_a_running_session_follow_its_number(
    house: make.House, person: Person
) -> None:
    by = Sender(user=house.own.users["operator"])
    first = prepared(house, 30, plan_for(person))
    assert terms_of(first).longest_s == 60
    send(first, "started", {}, "s", by)
    first.refresh_from_db()
    ahead = dict(Story(terms_of(first), events_of(first)).ahead())
    begun = first.started_at
    assert begun is not None
    assert [(ahead[k] - begun).total_seconds() for k in ("time-up", "limit")] == [30, 60]
    append(first.pk, "stop", {"reason": "done"}, "x", by)
    first.refresh_from_db()
    # What it was stays so, however many come later.
    assert terms_of(first).longest_s == 60
    second = prepared(house, 30, plan_for(person))
    assert terms_of(second).longest_s == 120


def test_page_of_a_session_says_which_it_is(
    operator: Client, house: make.House, person: Person
) -> None:
    session = prepared(house, 120, plan_for(person))
    page = operator.get(f"/sessions/{session.pk}/").content.decode()
    assert "whole-body session 1, at most 1 min" in page
    assert "By the record it is whole-body session 1" in page
    pack = house.own.records[Session]
    assert "whole-body session" not in operator.get(f"/sessions/{pack.pk}/").content.decode()


def test_new_session_takes_its_time_from_the_number(operator: Client, person: Person) -> None:
    plan = plan_for(person)
    given = {"plan": str(plan.pk), "planned_for": "2026-11-25T10:00", "planned_s": "61"}
    path = f"/people/{person.pk}/sessions/new/"
    assert "whole-body session 1" in operator.post(path, given).content.decode()
    assert operator.post(path, given | {"planned_s": ""}).status_code == 302
    lived(person, timezone.now() - days(1))
    assert operator.post(path, given | {"planned_s": ""}).status_code == 302
    made = Session.objects.filter(plan=plan).order_by("made_at")
    assert [s.planned_s for s in made] == [60, 90]


def test_api_takes_its_time_from_the_number(
    house: make.House, person: Person, logged_in: Any
) -> None:
    ask = caller(logged_in(house.own.users["clinician"]))
    path, plan = f"persons/{person.pk}/sessions/new", plan_for(person)
    status, refused = ask("post", path, {"plan": str(plan.pk), "planned_s": 61})
    assert status == 400
    assert "at most 60, as it is whole-body session 1 for this person" in json.dumps(refused)
    assert ask("post", path, {"plan": str(plan.pk)})[1]["planned_s"] == 60
    session = {**GAS, "subject": {"sex": "male"}}
    status, kept = ask("post", f"persons/{person.pk}/plans/new", {"session": session})
    assert (status, kept["answer"]["limiting"]) == (201, "first session")
    assert kept["answer"]["session"]["subject"] == {"sex": "male", "sessions_before": 0}


# Plans.


def try_gas(browser: Client, person: Person, **change: Any) -> str:
    path = f"/people/{person.pk}/plans/cryosauna/try/"
    return browser.post(path, GIVEN["cryosauna"] | change).content.decode()


def test_planner_knows_the_number(operator: Client, person: Person) -> None:
    path = f"/people/{person.pk}/plans/cryosauna/"
    page = operator.get(path).content.decode()
    assert "By the record: <strong>0</strong>" in page
    assert "This is session 1: at most 1 min." in page
    assert 'name="minutes" value="1.0"' in page
    assert (
        "sessions_elsewhere"
        not in operator.get(f"/people/{person.pk}/plans/cold-pack/").content.decode()
    )
    lived(person, timezone.now() - days(1))
    page = operator.get(path).content.decode()
    assert "This is session 2: at most 2 min." in page
    assert 'name="minutes" value="2"' in page


def test_slider_is_held_by_the_number(operator: Client, person: Person) -> None:
    assert "at most 1 min in a first session" in try_gas(operator, person, minutes="1.25")
    assert "Refused" in try_gas(operator, person, minutes="1.25")
    assert "Refused" not in try_gas(operator, person, minutes="1")
    assert "Refused" not in try_gas(operator, person, minutes="2", sessions_elsewhere="1")
    for bad in ("-1", "1.5", "x", "1001"):
        said = try_gas(operator, person, sessions_elsewhere=bad)
        assert "And elsewhere" in said
        path = f"/people/{person.pk}/plans/cryosauna/"
        given = GIVEN["cryosauna"] | {"sessions_elsewhere": bad}
        assert "error" in operator.post(path, given).content.decode()
        assert not person.plans.filter(procedure="cryosauna").exists()


def test_kept_plan_states_record_and_elsewhere(operator: Client, person: Person) -> None:
    path = f"/people/{person.pk}/plans/cryosauna/"
    assert operator.post(path, GIVEN["cryosauna"]).status_code == 302
    first = person.plans.get(procedure="cryosauna")
    assert first.session["subject"]["sessions_before"] == 0
    assert (first.answer["longest_s"], first.answer["limiting"]) == (60, "first session")
    assert is_same(first, plan_again(first))
    page = operator.get(f"/plans/{first.pk}/").content.decode()
    assert "How sessions are built up" in page
    assert "3 and later" in page
    lived(person, timezone.now() - days(1))
    assert operator.post(path, GIVEN["cryosauna"] | {"sessions_elsewhere": "4"}).status_code == 302
    later = person.plans.exclude(pk=first.pk).get(procedure="cryosauna")
    assert later.session["subject"]["sessions_before"] == 5
    assert later.answer["longest_s"] > 120
    assert sessions_before(person, timezone.now(), plan=later) == 5


def test_every_way_to_a_plan_fills_the_number_in(
    house: make.House, person: Person, logged_in: Any
) -> None:
    by = house.own.users["clinician"]
    lived(person, timezone.now() - days(1))
    assert keep_plan(person, GAS, by).session["subject"]["sessions_before"] == 1
    stated = keep_plan(person, {**GAS, "subject": {"sessions_before": 0}}, by)
    assert stated.session["subject"]["sessions_before"] == 0
    pack = keep_plan(person, make.SESSION, by)
    assert "sessions_before" not in pack.session.get("subject", {})
    row = Protocol(
        clinic=person.clinic, title="Cabin", procedure="cryosauna", session=GAS,
        state=Protocol.State.PUBLISHED,
    ).keep(by, "test")  # fmt: skip
    assert plan_by(row, person, by).answer["longest_s"] == 120


# Courses.


def course_of(person: Person, plan: PlanRecord, **more: Any) -> CourseRecord:
    start = timezone.localdate().isoformat()
    spec = {"procedure": "cryosauna", "start": start, "sessions": 4, "days_between": 1, **more}
    return keep_course(person, Asked(spec, plan), None, "test")


def seconds(course: CourseRecord, plan: PlanRecord) -> list[int | None]:
    stands = standing(course, timezone.localdate())
    assert stands is not None
    return [seconds_for(s, plan) for s in stands.steps if s.is_open]


def test_course_goes_on_where_the_person_is(person: Person) -> None:
    plan = plan_for(person, states=0)
    # The plan of a first session says what later ones last, too.
    assert seconds(course_of(person, plan), plan) == [60, 90, 90, 90]
    lived(person, timezone.now() - days(1))
    course = course_of(person, plan)
    assert course.spec["sessions_before"] == 1
    assert seconds(course, plan) == [90, 90, 90, 90]
    far = course_of(person, plan, start=(timezone.localdate() + days(20)).isoformat())
    assert far.spec["sessions_before"] == 0
    # Changed after its own first session, it does not count that one twice.
    lived(person, timezone.now(), course=course)
    asked = Asked({k: v for k, v in course.spec.items() if k != "sessions_before"}, plan)
    assert keep_course(person, asked, None, "again", record=course).spec["sessions_before"] == 1


def test_course_that_began_does_not_count_its_own_sessions_twice(person: Person) -> None:
    course = course_of(person, plan_for(person, states=0))
    lived(person, timezone.now() - timedelta(hours=1), course=course)
    # A newer plan knows that session, and states it.
    newer = plan_for(person, states=1)
    asked = Asked({k: v for k, v in course.spec.items() if k != "sessions_before"}, newer)
    assert keep_course(person, asked, None, "again", record=course).spec["sessions_before"] == 0
    assert seconds(course, newer) == [90, 90, 90]
    stands = standing(course, timezone.localdate())
    assert stands is not None
    assert [s.minutes for s in stands.steps if s.is_open] == [2, 3, 3]


def test_what_a_course_books_may_start(operator: Client, person: Person) -> None:
    """The record decides at the start, so that it decides when a session is booked, too."""
    plan = plan_for(person, states=0, build_up=[], longest_s=180.0)
    plan.dose_s = 180.0
    plan.keep(None, "longer")
    slips = [lived(person, timezone.now() - days(n)) for n in (3, 2)]
    course = course_of(person, plan)
    assert course.spec["sessions_before"] == 2
    for slip in slips:
        slip.retire(None, "of somebody else")
    today = timezone.localdate()
    for n in range(3):
        given = {"day": (today + days(n)).isoformat(), "at": "10:30"}
        assert operator.post(f"/courses/{course.pk}/book/", given).status_code == 302
    booked = course.sessions.order_by("planned_for")
    assert [s.planned_s for s in booked] == [60, 120, 180]


def test_session_cut_short_builds_nothing_up_in_a_course(person: Person) -> None:
    plan = plan_for(person)
    course = course_of(person, plan)
    lived(person, timezone.now(), course=course, plan=plan, ended_how="person-asked")
    assert seconds(course, plan) == [60, 90, 90]
    assert told.sessions_before(person, timezone.now() + days(1)) == 0


def test_records_stay_plain(person: Person) -> None:
    made = keep_plan(person, GAS, None)
    assert json.loads(json.dumps(made.answer["build_up"])) == made.answer["build_up"]
