"""Courses: planned by the course engine, and followed by what the live sessions say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Literal

from django.db.models import Q
from django.utils import timezone

import cryodose
from cryodose.clinic.live.before import GAS, WHOLE, lasting_of, sessions_before
from cryodose.clinic.models import (
    AdverseEvent,
    CourseRecord,
    OutcomeScore,
    Person,
    PlanRecord,
    Protocol,
    SessionEvent,
    SessionRecord,
    Sign,
    User,
)
from cryodose.course import Course, CourseSpec, Done, Pause, Progress, plan_course, progress_of
from cryodose.course.spec import FORMAT, course_from
from cryodose.errors import BadInput, CryodoseError
from cryodose.units import SECONDS_PER_MINUTE

State = Literal["done", "due", "missed", "planned", "cancelled"]
# A live session that ended like this has shown a sign that stops a course.
_SIGN_OF_END = {"skin": str(Sign.SKIN_INJURY)}
_WEEK = 7
_KEPT = 1024
_SATURDAY = 5
# How far beyond a course its free weekends go: sessions that are missed move it on.
_BEYOND = timedelta(days=365)
_LONGEST = timedelta(days=5 * 365)
# More sessions than any build-up has.
_LATER = 10_000


@dataclass(frozen=True)
class Step:
    """One session of a course.

    Attributes
    ----------
    first_day, day : date
        Where it was planned first, and where it lies now or took place.
    state : {"done", "due", "missed", "planned", "cancelled"}
        Missed: its first day is over, and `day` is where the rules moved it.
    """

    number: int
    first_day: date
    day: date
    state: State
    minutes: float | None = None
    screen_again: bool = False
    session: SessionRecord | None = None

    @property
    def has_moved(self) -> bool:
        """Whether it no longer lies where it was planned first."""
        return self.day != self.first_day

    @property
    def is_open(self) -> bool:
        """Whether it is still to come and nobody has booked it."""
        return self.session is None and self.state in ("due", "missed", "planned")


@dataclass(frozen=True)
class Standing:
    """A course on a day: as planned, as done, and what is left of it.

    Attributes
    ----------
    unkept : tuple of SessionRecord
        Booked sessions whose day is over without a start.
    """

    record: CourseRecord
    course: Course
    progress: Progress
    steps: tuple[Step, ...]
    unkept: tuple[SessionRecord, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether all of its sessions took place."""
        return self.progress.done >= len(self.course.sittings)

    @property
    def next(self) -> Step | None:
        """The session that nobody has booked yet and that comes first."""
        return next((s for s in self.steps if s.is_open), None)


@dataclass(frozen=True)
class Asked:
    """What somebody wants of a course, beside its person."""

    spec: dict[str, Any]
    session_plan: PlanRecord | None = None
    protocol: Protocol | None = None


def with_free_weekends(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a course file in which no session lies on a Saturday or Sunday.

    Raises
    ------
    BadInput, Refused
        As `plan_course` does.
    """
    course = plan_course(course_from(spec))
    first = course.spec.start
    last = course.sittings[-1].day
    if last - first > _LONGEST:
        expected = "a course of at most five years where weekends are free"
        raise BadInput(None, "days_between", course.days_between, expected)
    # Two of seven days go; twice the time and a year hold what is left, and what is missed.
    end = last + (last - first) + _BEYOND
    day = first - timedelta(days=_WEEK)
    day += timedelta(days=(_SATURDAY - day.weekday()) % _WEEK)
    pauses = []
    while day <= end:
        sunday = (day + timedelta(days=1)).isoformat()
        pauses.append({"first": day.isoformat(), "last": sunday, "reason": "weekend"})
        day += timedelta(days=_WEEK)
    return {**spec, "pause": [*spec.get("pause", []), *pauses]}


def keep_course(
    person: Person, asked: Asked, by: User | None, why: str, *, record: CourseRecord | None = None
) -> CourseRecord:
    """Plan and keep; a `record` that is there gets a new version.

    Raises
    ------
    BadInput, Refused
        As `plan_course` does; then nothing is kept.
    """
    row = record or CourseRecord(clinic=person.clinic, person=person)
    spec = {"format": FORMAT, **asked.spec, "id": str(row.pk)}
    if spec.get("procedure") in GAS:
        spec["sessions_before"] = _before(spec, asked, row)
    course = plan_course(course_from(spec))
    row.procedure, row.goal = course.spec.procedure, course.spec.goal
    row.spec, row.plan, row.version = spec, course.to_dict(), cryodose.__version__
    row.session_plan, row.protocol = asked.session_plan, asked.protocol
    return row.keep(by, why)


def _before(spec: dict[str, Any], asked: Asked, row: CourseRecord) -> int:
    """Return how many whole-body sessions the person is used to when a course begins."""
    if SessionRecord.objects.in_use().filter(course=row.pk).exclude(started_at=None).exists():
        # It has begun: a later plan counts its own sessions too, and they are no sessions before.
        return int(row.spec.get("sessions_before", 0))
    begins = course_from({**spec, "sessions_before": 0}).start
    day = timezone.make_aware(datetime.combine(begins, time.min))
    return sessions_before(row.person, day, plan=asked.session_plan, apart_from=row)


def standing(record: CourseRecord, on: date) -> Standing | None:
    """Return how a course stands on a day; None where what is kept of it cannot be planned."""
    found = standings([record], on)
    return found[0] if found else None


def standings(records: Sequence[CourseRecord], on: date) -> list[Standing]:
    """Return how courses stand on a day, those left out that cannot be planned."""
    told = _Told(records)
    made = []
    for record in records:
        try:
            course = _planned(json.dumps(record.spec, sort_keys=True))
        except CryodoseError:
            continue
        made.append(_standing(record, course, told, on))
    return made


@lru_cache(maxsize=_KEPT)
def _planned(text: str) -> Course:
    """Return the course of a file; the board asks for every course whenever it is looked at."""
    return plan_course(course_from(json.loads(text)))


def day_of(moment: datetime) -> date:
    """Return the day of a moment at the clinic."""
    return timezone.localtime(moment).date()


class _Told:
    """What was recorded around courses, read at once for all of them."""

    def __init__(self, records: Sequence[CourseRecord]) -> None:
        keys = [r.pk for r in records]
        self.sessions: dict[Any, list[SessionRecord]] = defaultdict(list)
        rows = SessionRecord.objects.filter(course__in=keys).select_related("device", "person")
        for session in rows.order_by("planned_for"):
            self.sessions[session.course_id].append(session)
        self.pressures: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        events = SessionEvent.objects.filter(session__course__in=keys, kind="pressure")
        for key, data in events.values_list("session_id", "data"):
            self.pressures[key].append(data)
        self.scores: dict[Any, list[OutcomeScore]] = defaultdict(list)
        told = Q(course__in=keys) | Q(session__course__in=keys)
        for score in OutcomeScore.objects.in_use().filter(told).select_related("session"):
            by_session = score.session.course_id if score.session is not None else None
            self.scores[score.course_id or by_session].append(score)
        self.signs: dict[Any, list[AdverseEvent]] = defaultdict(list)
        people = {r.person_id for r in records}
        seen = AdverseEvent.objects.in_use().exclude(sign="").filter(person__in=people)
        for event in seen:
            self.signs[event.person_id].append(event)


def _standing(record: CourseRecord, course: Course, told: _Told, on: date) -> Standing:
    rows = told.sessions[record.pk]
    took_place = sorted(
        (s for s in rows if s.started_at is not None and not s.is_retired),
        key=lambda s: s.started_at or s.planned_for,
    )
    done = _done(record, course.spec, told, on)
    course = replace(course, spec=replace(course.spec, done=tuple(done)))
    progress = progress_of(course, on)
    open_rows = [s for s in rows if s.started_at is None and not s.is_retired]
    booked = [s for s in open_rows if day_of(s.planned_for) >= on]
    unkept = tuple(s for s in open_rows if day_of(s.planned_for) < on)
    steps = (*_past(course, took_place), *_left(course, progress, booked, on))
    return Standing(record, course, progress, steps, unkept)


def _done(record: CourseRecord, spec: CourseSpec, told: _Told, on: date) -> list[Done]:
    """Return what the records say of a course, as the engine wants to know it."""
    made = [d for s in told.sessions[record.pk] if (d := _of_session(s, told, on)) is not None]
    scores = sorted(told.scores[record.pk], key=lambda s: (s.taken_on, s.made_at))
    scale = spec.outcome or (scores[0].scale if scores else "")
    made += [Done(s.taken_on, score=s.value, called_off=True) for s in scores if s.scale == scale]
    own = {s.pk for s in told.sessions[record.pk]}
    for event in told.signs[record.person_id]:
        day = day_of(event.happened_at)
        # What nobody tied to a session counts for every course that had begun.
        if event.session_id in own or (event.session_id is None and day >= spec.start):
            made.append(Done(day, signs=(event.sign,), called_off=True))
    return made


def _of_session(session: SessionRecord, told: _Told, on: date) -> Done | None:
    pressures = told.pressures[session.pk]
    high = max((p["systolic_mmhg"] for p in pressures), default=None)
    low = max((p["diastolic_mmhg"] for p in pressures), default=None)
    started = session.started_at is not None and not session.is_retired
    day = day_of(session.started_at if session.started_at is not None else session.planned_for)
    if day > on or not (started or pressures):
        return None
    sign = _SIGN_OF_END.get(session.ended_how)
    return Done(
        day,
        minutes=None if session.cold_s is None else session.cold_s / SECONDS_PER_MINUTE,
        signs=(sign,) if sign else (),
        systolic=high,
        diastolic=low,
        called_off=not started,
        cut_short=session.ended_how not in WHOLE,
    )


def _past(course: Course, took_place: Iterable[SessionRecord]) -> list[Step]:
    planned = course.sittings
    made = []
    for n, session in enumerate(took_place):
        day = day_of(session.started_at or session.planned_for)
        first = planned[n].day if n < len(planned) else day
        minutes = None if session.cold_s is None else session.cold_s / SECONDS_PER_MINUTE
        made.append(Step(n + 1, first, day, "done", minutes, session=session))
    return made


def _left(
    course: Course, progress: Progress, booked: Sequence[SessionRecord], on: date
) -> list[Step]:
    if progress.action == "stop":
        rest = course.sittings[progress.done :]
        return [Step(s.number, s.day, s.day, "cancelled", s.minutes) for s in rest]
    made = []
    for n, sitting in enumerate(progress.left):
        first = course.sittings[sitting.number - 1].day
        session = booked[n] if n < len(booked) else None
        state: State = "missed" if first < on else "due" if sitting.day == on else "planned"
        again = sitting.screen_again or (n == 0 and progress.screen_again)
        made.append(
            Step(sitting.number, first, sitting.day, state, sitting.minutes, again, session)
        )
    return made


def seconds_for(step: Step, plan: PlanRecord, before: int | None = None) -> int | None:
    """Return the cold of a session: the plan's, and never more than the course allows by then.

    Parameters
    ----------
    before : int, optional
        Whole-body sessions that the person will have had, by the whole record; without it only the
        course says how the time is built up.
    """
    dose_s, longest_s = lasting_of(plan, plan.procedure, _LATER if before is None else before)
    given = [s for s in (dose_s or longest_s, longest_s) if s]
    if plan.verdict == "refused" or not given:
        return None
    if step.minutes is not None:
        given.append(step.minutes * SECONDS_PER_MINUTE)
    return int(min(given))


def quiet_days(course: Course, first: date, last: date) -> dict[date, Pause]:
    """Return the days from `first` to `last` on which a course rests."""
    found = {}
    for pause in course.spec.pauses:
        day = max(pause.first, first)
        while day <= min(pause.last, last):
            found[day] = pause
            day += timedelta(days=1)
    return found
