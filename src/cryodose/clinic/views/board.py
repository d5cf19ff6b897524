"""Today's board: who comes, who is in the cold now, what needs somebody's attention."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from cryodose.clinic.access import SIGNED_IN, ClinicRequest, mine, rule
from cryodose.clinic.models import AdverseEvent, SessionRecord


@rule(SIGNED_IN)
def home(request: ClinicRequest) -> HttpResponse:
    """Lead somebody who has just logged in to where their role works."""
    if request.actor.may("board.see"):
        return redirect("board")
    return render(request, "clinic/home.html")


@rule("board.see")
def board(request: ClinicRequest) -> HttpResponse:
    """Show the sessions of today, those that run, and follow-ups that are due."""
    now = timezone.localtime()
    begin = timezone.make_aware(datetime.combine(now.date(), time.min))
    rows = mine(request.actor, SessionRecord).filter(retired_at=None)
    rows = rows.select_related("person", "device").order_by("planned_for")
    running = rows.exclude(started_at=None).filter(ended_at=None)
    today = rows.filter(planned_for__gte=begin, planned_for__lt=begin + timedelta(days=1))
    due = mine(request.actor, AdverseEvent).filter(
        retired_at=None, closed_on=None, follow_up_on__lte=now.date()
    )
    told = {"running": running, "today": today, "due": due.select_related("person"), "now": now}
    return render(request, "clinic/board.html", told)
