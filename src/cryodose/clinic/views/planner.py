"""The planner: choose the cold with sliders, see the dose, and keep it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.models import Person, Procedure, Protocol
from cryodose.clinic.services.plans import computed, keep_plan, subject_of
from cryodose.clinic.services.protocols import form_values
from cryodose.clinic.services.screenings import screening_today
from cryodose.clinic.views.planner_forms import FORMS, GasForm, PackForm, WaterForm
from cryodose.errors import CryodoseError
from cryodose.outcome.tell import time_words

# Enough to show where a slider leads; the kept plan is drawn anew with the usual number.
_TRIED = 128


@rule("plan.write", of=Person)
def plan_new(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Choose the cold for a person, and keep the plan."""
    protocol = _protocol(request, procedure)
    first = form_values(protocol.session) if protocol else {}
    form = _form(procedure)(request.POST or None, initial=first)
    screening = screening_today(person, procedure)
    told = {
        "form": form,
        "person": person,
        "procedure": procedure,
        "procedure_words": Procedure(procedure).label,
        "screening": screening,
        "protocol": protocol,
    }
    user = request.actor.user
    if request.method == "POST" and form.is_valid() and user is not None:
        try:
            record = keep_plan(
                person, _session(form, person), user, screening=screening, protocol=protocol
            )
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
        result = computed(
            _session(form, person), screening=screening_today(person, procedure), members=_TRIED
        )
    except CryodoseError as error:
        return render(request, "clinic/plan_tried.html", {"error": str(error)})
    answer = result.to_dict()
    told = {
        "answer": answer,
        "released": result.released,
        "dose_words": time_words(answer["dose_s"]) if answer.get("dose_s") else "",
    }
    return render(request, "clinic/plan_tried.html", told)


def _protocol(request: ClinicRequest, procedure: str) -> Protocol | None:
    """Return the published protocol that an address names, from which the form starts."""
    try:
        key = UUID(request.GET.get("protocol", ""))
    except ValueError:
        return None
    rows = mine(request.actor, Protocol).in_use().filter(state=Protocol.State.PUBLISHED)
    return rows.filter(pk=key, procedure=procedure).first()


def _form(procedure: str) -> type[PackForm | WaterForm | GasForm]:
    if procedure not in FORMS:
        raise Http404
    return FORMS[procedure]


def _session(form: PackForm | WaterForm | GasForm, person: Person) -> dict[str, Any]:
    """Return the session of a form for a person."""
    made = form.session()
    known = subject_of(person, timezone.localdate())
    return {**made, "subject": known | made.get("subject", {})}
