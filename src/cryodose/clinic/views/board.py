"""Today's board: who comes, who is in the cold now, what needs somebody's attention."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cryodose.clinic.access import SIGNED_IN, ClinicRequest, mine, rule
from cryodose.clinic.models import AdverseEvent, CourseRecord, SessionRecord
from cryodose.clinic.services.rooms import low_lately
from cryodose.clinic.views.calendar import due_on


@rule(SIGNED_IN)
def home(request: ClinicRequest) -> HttpResponse:
    """Lead somebody who has just logged in to where their role works."""
    if request.actor.may("board.see"):
        return redirect("board")
    return render(request, "clinic/home.html")


@rule("board.see")
def board(request: ClinicRequest) -> HttpResponse:
    """Show who comes and who is in the cold, what courses want today, and what is wrong."""
    now = timezone.localtime()
    begin = timezone.make_aware(datetime.combine(now.date(), time.min))
    rows = mine(request.actor, SessionRecord).filter(retired_at=None)
    rows = rows.select_related("person", "device").order_by("planned_for")
    running = rows.exclude(started_at=None).filter(ended_at=None)
    today = rows.filter(planned_for__gte=begin, planned_for__lt=begin + timedelta(days=1))
    due = mine(request.actor, AdverseEvent).filter(
        retired_at=None, closed_on=None, follow_up_on__lte=now.date()
    )
    courses = mine(request.actor, CourseRecord).in_use().filter(person__retired_at=None)
    told = {
        "running": running,
        "today": today,
        "due": due.select_related("person"),
        "now": now,
        "wanted": due_on(list(courses.select_related("person")), now.date()),
        "low": low_lately(request.actor.clinic) if request.actor.clinic else [],
    }
    return render(request, "clinic/board.html", told)
