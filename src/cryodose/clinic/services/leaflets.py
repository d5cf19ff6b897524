"""The leaflet of a plan: what was planned, when it was done, and when the person comes again."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils import timezone, translation

from cryodose.clinic.models import CourseRecord, PlanRecord, SessionRecord
from cryodose.clinic.services.courses import day_of, standings
from cryodose.clinic.services.plans import plan_again
from cryodose.report.leaflet import leaflet_page
from cryodose.report.paper import pdf
from cryodose.report.take_home import Visit


def leaflet_pdf(plan: PlanRecord) -> bytes:
    """Return the leaflet of a plan on paper, in the language of its person.

    Raises
    ------
    BadInput, Barred
        As for `plan_again`.
    """
    language = plan.person.language or translation.get_language() or "en"
    text = leaflet_page(plan_again(plan), language.split("-")[0], visit_of(plan))
    return pdf(text, made_at=plan.made_at, author=plan.clinic.name, is_large=True)


def visit_of(plan: PlanRecord) -> Visit:
    """Return what the records say of a plan: its last session, and what comes next, from today."""
    today = timezone.localdate()
    ended = plan.sessions.in_use().exclude(ended_at=None).exclude(started_at=None)
    done = ended.order_by("started_at").last()
    return Visit(
        None if done is None or done.started_at is None else day_of(done.started_at),
        None if done is None else done.cold_s,
        _next_day(plan, today),
        plan.clinic.name,
        plan.clinic.phone,
    )


def _next_day(plan: PlanRecord, today: date) -> date | None:
    """Return the first day on which a session is booked, or due by a course of the person."""
    own = Q(person=plan.person_id, procedure=plan.procedure)
    booked = SessionRecord.objects.in_use().filter(own, started_at=None)
    days = [day_of(session.planned_for) for session in booked]
    of_plan = Q(session_plan=plan.pk) | Q(session_plan=None)
    courses = list(CourseRecord.objects.in_use().filter(own & of_plan))
    days += [one.next.day for one in standings(courses, today) if one.next is not None]
    return min((day for day in days if day >= today), default=None)
