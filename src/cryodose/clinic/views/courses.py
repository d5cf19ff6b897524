"""Courses: plan one, see where it stands, book its sessions, take its calendar along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose import evidence
from cryodose.clinic import clock
from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.live.before import before_next
from cryodose.clinic.models import CourseRecord, Device, Person, Protocol, SessionRecord
from cryodose.clinic.services.courses import (
    Asked,
    Standing,
    keep_course,
    seconds_for,
    standing,
    with_free_weekends,
)
from cryodose.clinic.views.course_forms import BookForm, CourseChangeForm, CourseForm, initial_of
from cryodose.clinic.views.retire import retire_with_reason
from cryodose.course import icalendar
from cryodose.errors import BadInput, CryodoseError

# As `Progress.reasons` has them: a day, what holds, and its sources.
_LATEST = timedelta(days=366)
_REASON = re.compile(r"(\S+): (.+) \(([^()]*)\)")


@rule("course.write", of=Person)
def course_new(request: ClinicRequest, person: Person) -> HttpResponse:
    """Plan a course for a person."""
    first = {k: request.GET[k] for k in ("plan", "protocol", "goal") if k in request.GET}
    form = CourseForm(request.POST or None, initial=first, **_choices(request, person))
    if request.method == "POST" and form.is_valid():
        record = _kept(form, person, request, "planned")
        if record is not None:
            return redirect("course", pk=record.pk)
    return _form(request, form, person, _("New course"))


@rule("course.write", of=CourseRecord)
def course_edit(request: ClinicRequest, course: CourseRecord) -> HttpResponse:
    """Plan a course anew; what took place stays, and the older version too."""
    person = course.person
    first = initial_of(course.spec)
    first |= {"plan": course.session_plan_id, "protocol": course.protocol_id}
    form = CourseChangeForm(request.POST or None, initial=first, **_choices(request, person))
    is_sound = request.method == "POST" and form.is_valid()
    if is_sound and _kept(form, person, request, form.cleaned_data["why"], record=course):
        messages.success(request, _("Saved."))
        return redirect("course", pk=course.pk)
    return _form(request, form, person, str(course))


@rule("person.read", of=CourseRecord)
def course(request: ClinicRequest, course: CourseRecord) -> HttpResponse:
    """Show a course: what took place, what was missed, what comes, and what would stop it."""
    stands = standing(course, timezone.localdate())
    following = stands.next if stands is not None else None
    form = None
    if following is not None:
        devices = mine(request.actor, Device).in_use()
        form = BookForm(initial={"day": following.day}, devices=devices)
    told = {
        "course": course,
        "person": course.person,
        "stands": stands,
        "plan": stands.course if stands else None,
        "following": following,
        "seconds": _seconds(course, stands),
        "form": form,
        "rules": list(_stop_rules()),
        "reasons": _reasons(stands),
        "versions": course.history.select_related("history_user").order_by("-history_date"),
    }
    return render(request, "clinic/course.html", told)


@rule("person.read", of=CourseRecord)
def course_calendar(request: ClinicRequest, course: CourseRecord) -> HttpResponse:
    """Return the sessions that are left as iCalendar."""
    return _icalendar(course)


@rule("own.read", of=CourseRecord)
def own_course(request: ClinicRequest, course: CourseRecord) -> HttpResponse:
    """Return to a person the sessions of their own course that are left."""
    return _icalendar(course)


@require_POST
@rule("session.run", of=CourseRecord)
def course_book(request: ClinicRequest, course: CourseRecord) -> HttpResponse:
    """Book the next session of a course; a course that has stopped books none."""
    devices = mine(request.actor, Device).in_use()
    form = BookForm(request.POST, devices=devices)
    stands = standing(course, timezone.localdate())
    seconds = _seconds(course, stands)
    following = stands.next if stands is not None else None
    why = _why_not(course, stands, seconds, form)
    if why or following is None or seconds is None or course.session_plan is None:
        messages.error(request, why or _("No session is left to book."))
        return redirect("course", pk=course.pk)
    given = form.cleaned_data
    plan = course.session_plan
    moment = timezone.make_aware(datetime.combine(given["day"], given["at"]))
    session = SessionRecord(
        clinic=course.clinic,
        person=course.person,
        plan=plan,
        screening=plan.screening,
        course=course,
        device=given["device"],
        procedure=plan.procedure,
        planned_for=moment,
        planned_s=seconds,
    ).keep(request.actor.user, f"session {following.number} of a course")
    return redirect("session", pk=session.pk)


@rule("course.write", of=CourseRecord)
def course_end(request: ClinicRequest, course: CourseRecord) -> HttpResponse:
    """End a course; what took place stays, and nothing of it is planned any more."""
    back = reverse("course", args=[course.pk])
    title, done = f"{_('End the course')}: {course}", _("The course has ended.")
    return retire_with_reason(request, course, back, title=title, done=done, person=course.person)


@require_POST
@rule("session.run", of=SessionRecord)
def session_miss(request: ClinicRequest, session: SessionRecord) -> HttpResponse:
    """Write down that a session did not take place; its course moves on without it."""
    if session.started_at is None and not session.is_retired:
        session.retire(request.actor.user, "did not take place")
        messages.success(request, _("Taken out of use."))
    if session.course_id is not None:
        return redirect("course", pk=session.course_id)
    return redirect("person", pk=session.person_id)


def _stop_rules() -> Iterator[tuple[bool, str, tuple[str, ...]]]:
    """Yield what pauses or stops a course: whether it stops, its words, and its sources."""
    for key in evidence.names("courses", "stop"):
        stops = evidence.text("courses", f"stop.{key}.action") == "stop"
        words = evidence.text("courses", f"stop.{key}.words")
        yield stops, words, evidence.words("courses", f"stop.{key}.sources")


def _reasons(stands: Standing | None) -> list[tuple[str, str, list[str]]]:
    """Return why a course pauses or stops: day, words and sources of each reason."""
    told = [_REASON.fullmatch(text) for text in stands.progress.reasons] if stands else []
    return [(m[1], m[2], m[3].split(", ")) for m in told if m is not None]


def _choices(request: ClinicRequest, person: Person) -> dict[str, Any]:
    published = mine(request.actor, Protocol).in_use().filter(state=Protocol.State.PUBLISHED)
    return {"plans": person.plans.in_use().exclude(verdict="refused"), "protocols": published}


def _kept(
    form: CourseForm,
    person: Person,
    request: ClinicRequest,
    why: str,
    record: CourseRecord | None = None,
) -> CourseRecord | None:
    """Return the course that was kept; where it cannot be planned, say why in the form."""
    asked = form.asked()
    try:
        if form.cleaned_data["weekends"]:
            spec = with_free_weekends({"format": "cryodose-course/1", **asked.spec})
            asked = Asked(spec, asked.session_plan, asked.protocol)
        return keep_course(person, asked, request.actor.user, why, record=record)
    except BadInput as error:
        form.add_error(error.key if error.key in form.fields else None, str(error))
    except CryodoseError as error:
        form.add_error(None, str(error))
    return None


def _form(request: ClinicRequest, form: CourseForm, person: Person, title: str) -> HttpResponse:
    words = _("The rules say how close sessions may lie, and what stops a course.")
    told = {"form": form, "title": title, "person": person, "words": words}
    return render(request, "clinic/form.html", told, status=422 if form.errors else 200)


def _seconds(course: CourseRecord, stands: Standing | None) -> int | None:
    following = stands.next if stands is not None else None
    if stands is None or following is None or course.session_plan is None:
        return None
    ahead = sum(step.session is not None and step.state != "done" for step in stands.steps)
    before = before_next(course.session_plan, clock.now()) + ahead
    return seconds_for(following, course.session_plan, before)


def _why_not(
    course: CourseRecord, stands: Standing | None, seconds: int | None, form: BookForm
) -> str:
    """Return why no session is booked; empty where one may be."""
    if course.is_retired or (stands is not None and stands.progress.action == "stop"):
        return _("The course has ended.")
    if course.session_plan is None:
        return _("Choose a plan for its sessions first.")
    if seconds is None:
        return _("This plan gives no dose.")
    if not form.is_valid():
        return _("A day and a time are needed.")
    following = stands.next if stands is not None else None
    if following is not None and form.cleaned_data["day"] < following.day:
        return f"{_('The rules allow the next session from this day on:')} {following.day}"
    if following is not None and form.cleaned_data["day"] > following.day + _LATEST:
        return _("That is more than a year later than the rules have it.")
    return ""


def _icalendar(course: CourseRecord) -> HttpResponse:
    stands = standing(course, timezone.localdate())
    if stands is None:
        raise Http404
    return HttpResponse(
        icalendar(stands.course, stands.progress),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="course.ics"'},
    )
