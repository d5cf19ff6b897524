"""Which session of whole-body cold this is for a person, by their own record, and what it may last.

The first ones are shorter. What was stopped before its time makes the next no longer, and after a
long pause a person starts again at the first, as in a course.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cryodose.clinic.engine_words import lasting
from cryodose.clinic.models import CourseRecord, Person, PlanRecord, SessionRecord
from cryodose.course import is_long_pause
from cryodose.evidence.build_up import longest_after_s

GAS = ("cryosauna", "cryochamber")
# How a session ends that was not broken off; one from elsewhere may not say.
WHOLE = ("done", "")


class Lasting(NamedTuple):
    """How long a session shall last and may last, s; None where its plan does not say."""

    dose_s: float | None
    longest_s: float | None


class _Told(NamedTuple):
    """A session that took place, or a plan that says how many came before it."""

    at: datetime
    adds: bool
    stated: int


def sessions_before(
    person: Person,
    until: datetime,
    *,
    plan: PlanRecord | None = None,
    apart_from: CourseRecord | None = None,
) -> int:
    """Return how many sessions of whole-body cold a person is used to at a moment.

    Parameters
    ----------
    person : Person
    until : datetime
        Sessions that began before it and have ended count.
    plan : PlanRecord, optional
        A plan that may state more: sessions elsewhere, of which this record knows nothing.
    apart_from : CourseRecord, optional
        Whose sessions are left out.
    """
    rows = person.sessions.in_use().filter(procedure__in=GAS, started_at__lt=until)
    rows = rows.exclude(ended_at=None).select_related("plan")
    if apart_from is not None:
        rows = rows.exclude(course=apart_from)
    count, last = 0, None
    for one in sorted(_told(rows, plan)):
        day = _day(one.at)
        count = 0 if is_long_pause(last, day) else count
        if one.stated > count:
            count, last = one.stated, day
        elif not one.stated:
            count, last = count + one.adds, day
    return 0 if is_long_pause(last, _day(until)) else count


def _told(rows: QuerySet[SessionRecord], plan: PlanRecord | None) -> Iterable[_Told]:
    plans = {plan.pk: plan} if plan is not None else {}
    for session in rows:
        if session.plan is not None:
            plans[session.plan.pk] = session.plan
        if session.started_at is not None:
            yield _Told(session.started_at, session.ended_how in WHOLE, 0)
    for one in plans.values():
        if not one.is_retired and (stated := stated_by(one.session)):
            yield _Told(one.made_at, False, stated)


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def stated_by(session: Mapping[str, Any]) -> int:
    """Return how many sessions before it a session file states; 0 where it says none or nothing."""
    found = (session.get("subject") or {}).get("sessions_before")
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


def before_next(plan: PlanRecord, now: datetime) -> int:
    """Return how many sessions came before the next one of a plan; 0 of what is not counted."""
    if plan.procedure not in GAS:
        return 0
    return sessions_before(plan.person, now, plan=plan)


def before_of(session: SessionRecord, now: datetime) -> int:
    """Return how many sessions came before one that is still to come, runs, or has ended.

    0 of what is not counted.
    """
    if session.procedure not in GAS:
        return 0
    return sessions_before(session.person, session.started_at or now, plan=session.plan)


def lasting_of(plan: PlanRecord | None, procedure: str, before: int) -> Lasting:
    """Return how long a session of a plan lasts for a person who has had so many before.

    Parameters
    ----------
    plan : PlanRecord or None
        Its answer may have come from elsewhere; nothing in it is taken for granted.
    procedure : str
    before : int
        Of whole-body cold; does not matter to anything else.
    """
    dose_s = None if plan is None else plan.dose_s
    longest_s = None if plan is None else _seconds(plan.answer.get("longest_s"))
    if procedure not in GAS:
        return Lasting(dose_s, longest_s)
    row = _row(plan, before + 1)
    if row is not None:
        dose_s, longest_s = _seconds(row.get("dose_s")), _seconds(row.get("longest_s"))
    most_s = longest_after_s(before)
    longest_s = most_s if longest_s is None else min(longest_s, most_s)
    return Lasting(None if dose_s is None else min(dose_s, longest_s), longest_s)


def _row(plan: PlanRecord | None, number: int) -> Mapping[str, Any] | None:
    """Return what a plan says of a session by its number: its row, or the nearest that is there."""
    found = plan.answer.get("build_up") if plan is not None else None
    rows = [
        row
        for row in (found if isinstance(found, list) else [])
        if isinstance(row, Mapping) and isinstance(row.get("number"), int)
    ]
    earlier = [row for row in rows if row["number"] <= number]
    return next(iter(earlier[-1:] or rows[:1]), None)


def _seconds(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]  # just looked at


def number_words(session: SessionRecord, now: datetime) -> str:
    """Return which session of whole-body cold one is for its person, and how long it may last."""
    before = before_of(session, now)
    longest_s = lasting_of(session.plan, session.procedure, before).longest_s
    told = _("whole-body session %(number)d, at most %(time)s")
    return told % {"number": before + 1, "time": lasting(longest_s or longest_after_s(before))}


def too_early(procedure: str, before: int, planned_s: float) -> str:
    """Return why whole-body cold may not last so long yet; empty where it may."""
    if procedure not in GAS or planned_s <= longest_after_s(before):
        return ""
    words = _(
        "By the record it is whole-body session %(number)d for this person: at most %(time)s."
    )
    return words % {"number": before + 1, "time": lasting(longest_after_s(before))}
