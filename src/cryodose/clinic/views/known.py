"""What earlier or present readings of a person tell: for the planner, and while a session runs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.engine_words import said
from cryodose.clinic.live.expected import expected
from cryodose.clinic.live.uses import earlier_uses, rows_of, told
from cryodose.clinic.models import Person, SessionRecord
from cryodose.clinic.views.planner_forms import FORMS
from cryodose.errors import CryodoseError

# The switch of the planner.
SWITCH = "readings"


def with_readings(
    request: ClinicRequest, person: Person, session: dict[str, Any]
) -> dict[str, Any]:
    """Return a session with the readings of earlier ones, where the planner's switch is on.

    They become part of the plan's input, so that it can be computed again from it.
    """
    if request.POST.get(SWITCH) != "on":
        return session
    rows = rows_of(earlier_uses(person, session, timezone.now()))
    return {**session, "measured": rows} if rows else session


@require_POST
@rule("plan.write", of=Person)
def plan_readings(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Show which readings of earlier sessions a plan could start from, and why not from others."""
    if procedure not in FORMS:
        raise Http404
    form = FORMS[procedure](request.POST)
    found: dict[str, Any] = {}
    if form.is_valid():
        found = told(earlier_uses(person, form.session(), timezone.now()))
    return render(request, "clinic/readings_used.html", found)


@rule("session.run", of=SessionRecord)
def session_expected(request: ClinicRequest, session: SessionRecord) -> JsonResponse:
    """Return what is to be expected now that something was measured, and which readings count."""
    try:
        found = expected(session)
    except CryodoseError as error:
        return JsonResponse({"curves": [], "words": [str(error)]})
    used = found["used"]
    words = [f"{_('Readings that narrow the band')}: {used}"] if found["curves"] else []
    words += [f"{_('Not used')}: {count} ({why})" for why, count in found["left"]]
    words += [said(one) for one in found["warnings"]]
    return JsonResponse({"curves": found["curves"], "words": words})
