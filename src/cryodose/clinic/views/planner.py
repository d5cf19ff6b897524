"""The planner: choose the cold with sliders, see the dose, and keep it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.models import Person, Procedure, ScreeningRecord
from cryodose.clinic.services.plans import computed, keep_plan, subject_of
from cryodose.clinic.views.known import with_readings
from cryodose.clinic.views.planner_forms import FORMS, GasForm, PackForm, WaterForm
from cryodose.errors import CryodoseError
from cryodose.outcome.tell import time_words

# Enough to show where a slider leads; the kept plan is drawn anew with the usual number.
_TRIED = 128


@rule("plan.write", of=Person)
def plan_new(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Choose the cold for a person, and keep the plan."""
    form = _form(procedure)(request.POST or None)
    screening = _screening(person, procedure)
    told = {
        "form": form,
        "person": person,
        "procedure": procedure,
        "procedure_words": Procedure(procedure).label,
        "screening": screening,
    }
    user = request.actor.user
    if request.method == "POST" and form.is_valid() and user is not None:
        try:
            session = with_readings(request, person, _session(form, person))
            record = keep_plan(person, session, user, screening=screening)
        except CryodoseError as error:
            told["error"] = str(error)
            return render(request, "clinic/plan_new.html", told, status=422)
        return redirect("plan", pk=record.pk)
    return render(request, "clinic/plan_new.html", told)


@require_POST
@rule("plan.write", of=Person)
def plan_try(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Say what dose the sliders give; nothing is kept."""
    form = _form(procedure)(request.POST)
    if not form.is_valid():
        return render(request, "clinic/plan_tried.html", {"error": _("Something is missing.")})
    try:
        session = with_readings(request, person, _session(form, person))
        result = computed(session, screening=_screening(person, procedure), members=_TRIED)
    except CryodoseError as error:
        return render(request, "clinic/plan_tried.html", {"error": str(error)})
    answer = result.to_dict()
    told = {
        "answer": answer,
        "released": result.released,
        "dose_words": time_words(answer["dose_s"]) if answer.get("dose_s") else "",
    }
    return render(request, "clinic/plan_tried.html", told)


def _form(procedure: str) -> type[PackForm | WaterForm | GasForm]:
    if procedure not in FORMS:
        raise Http404
    return FORMS[procedure]


def _session(form: PackForm | WaterForm | GasForm, person: Person) -> dict[str, Any]:
    """Return the session of a form for a person."""
    made = form.session()
    known = subject_of(person, timezone.localdate())
    return {**made, "subject": known | made.get("subject", {})}


def _screening(person: Person, procedure: str) -> ScreeningRecord | None:
    """Return the last screening of today, which the plan is released or stopped by."""
    rows = person.screenings.in_use().filter(procedure=procedure, day=timezone.localdate())
    return rows.order_by("-made_at").first()
