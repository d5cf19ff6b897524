"""The calendar: booked sessions, and days on which a course wants one, of a clinic or a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.models import CourseRecord, Person, SessionRecord
from cryodose.clinic.services.courses import Standing, Step, day_of, quiet_days, standings

_WEEK = 7
_VIEWS = {"month": _l("Month"), "week": _l("Week")}
_FIRST_YEAR, _LAST_YEAR = 1900, 9000


@dataclass
class Due:
    """A session that a course wants and nobody has booked."""

    course: CourseRecord
    step: Step
    sessions: int


@dataclass
class Day:
    """One day of the calendar."""

    day: date
    is_today: bool
    is_outside: bool
    sessions: list[SessionRecord] = field(default_factory=list)
    due: list[Due] = field(default_factory=list)
    quiet: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there."""
        return not (self.sessions or self.due or self.quiet is not None)


@rule("board.see")
def calendar(request: ClinicRequest) -> HttpResponse:
    """Show the sessions of the clinic, a month or a week at a time."""
    told = _page(request, None)
    return render(request, "clinic/calendar.html", told)


@rule("person.read", of=Person)
def person_calendar(request: ClinicRequest, person: Person) -> HttpResponse:
    """Show the sessions of a person, with the quiet days of their courses."""
    return render(request, "clinic/calendar.html", {**_page(request, person), "person": person})


def _page(request: ClinicRequest, person: Person | None) -> dict[str, Any]:
    today = timezone.localdate()
    view = request.GET.get("view", "month")
    view = view if view in _VIEWS else "month"
    middle = _day(request.GET.get("day", ""), today)
    first, last = span(view, middle)
    before, after = _neighbours(view, middle)
    return {
        "view": view,
        "views": _VIEWS.items(),
        "middle": middle,
        "first": first,
        "last": last,
        "before": before,
        "after": after,
        "today": today,
        "weekdays": [first + timedelta(days=n) for n in range(_WEEK)],
        "days": days(request, person, view, middle),
    }


def _day(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if _FIRST_YEAR < found.year < _LAST_YEAR else today


def span(view: str, middle: date) -> tuple[date, date]:
    """Return the first and last day shown: whole weeks from Monday to Sunday."""
    first = last = middle
    if view == "month":
        first = middle.replace(day=1)
        last = _next_month(middle) - timedelta(days=1)
    first -= timedelta(days=first.weekday())
    return first, last + timedelta(days=_WEEK - 1 - last.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _neighbours(view: str, middle: date) -> tuple[date, date]:
    if view == "week":
        return middle - timedelta(days=_WEEK), middle + timedelta(days=_WEEK)
    return (middle.replace(day=1) - timedelta(days=1)).replace(day=1), _next_month(middle)


def days(request: ClinicRequest, person: Person | None, view: str, middle: date) -> list[Day]:
    """Return the days of a month or week with what stands on them."""
    today = timezone.localdate()
    first, last = span(view, middle)
    count = (last - first).days + 1
    made = {}
    for n in range(count):
        day = first + timedelta(days=n)
        outside = view == "month" and day.month != middle.month
        made[day] = Day(day, day == today, outside)
    rows = mine(request.actor, SessionRecord).in_use().select_related("person", "course")
    begin = timezone.make_aware(datetime.combine(first, time.min))
    end = timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
    rows = rows.filter(planned_for__gte=begin, planned_for__lt=end).order_by("planned_for")
    courses = mine(request.actor, CourseRecord).in_use().filter(person__retired_at=None)
    courses = courses.select_related("person")
    if person is not None:
        rows, courses = rows.filter(person=person), courses.filter(person=person)
    for session in rows:
        made[day_of(session.planned_for)].sessions.append(session)
    for stands in standings(list(courses), today):
        _mark(stands, made, first, last, with_quiet=person is not None)
    return list(made.values())


def _mark(
    stands: Standing, made: dict[date, Day], first: date, last: date, *, with_quiet: bool
) -> None:
    for step in stands.steps:
        if step.is_open and step.day in made:
            made[step.day].due.append(Due(stands.record, step, len(stands.course.sittings)))
    if with_quiet:
        for day, pause in quiet_days(stands.course, first, last).items():
            made[day].quiet = "" if pause.reason == "weekend" else pause.reason


def due_on(courses: list[CourseRecord], day: date) -> list[Due]:
    """Return what courses want on a day and nobody has booked."""
    return [
        Due(stands.record, step, len(stands.course.sittings))
        for stands in standings(courses, day)
        for step in stands.steps
        if step.is_open and step.day == day
    ]
