"""The planner: choose the cold with sliders, see what it does, and keep the plan."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from cryodose import evidence
from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.live.before import GAS
from cryodose.clinic.models import Person, PlanRecord, Procedure, Protocol
from cryodose.clinic.services.newest import NEWEST
from cryodose.clinic.services.plans import (
    QUICK,
    keep_plan,
    previewed,
    subject_of,
    with_sessions_before,
)
from cryodose.clinic.services.screenings import screening_today
from cryodose.clinic.views.known import SWITCH, with_readings
from cryodose.clinic.views.planner_before import BeforeForm
from cryodose.clinic.views.planner_fields import PlannerForm
from cryodose.clinic.views.planner_forms import FORMS
from cryodose.clinic.views.shown import shown
from cryodose.errors import CryodoseError

AGAINST, PAGE = "against", "page"
_LONGEST = 40


@rule("plan.write", of=Person)
def plan_new(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Choose the cold for a person, and keep the plan."""
    made = _form(procedure)
    against = _against(request, person, procedure)
    protocol = _protocol(request, procedure)
    begun = against.session if against else protocol.session if protocol else None
    start = {} if begun is None else start_of(made, begun)
    times = BeforeForm(request.POST or None, person=person) if procedure in GAS else None
    form = made(request.POST or None, initial=start if times is None else times.kept(made, start))
    screening = screening_today(person, procedure)
    told = {
        "form": form,
        "times": times,
        "person": person,
        "procedure": procedure,
        "procedure_words": Procedure(procedure).label,
        "screening": screening,
        "against": against,
        "protocol": protocol,
        "quick": QUICK[procedure],
        "whole": _whole(procedure),
        "page": uuid.uuid4(),
        "readings_on": request.POST.get(SWITCH) == "on",
    }
    user = request.actor.user
    is_whole = form.is_valid() and (times is None or times.is_valid())
    if request.method == "POST" and is_whole and user is not None:
        try:
            session = with_readings(request, person, _session(form, person, times))
            record = keep_plan(person, session, user, screening=screening, protocol=protocol)
        except CryodoseError as error:
            told["error"] = str(error)
            return render(request, "clinic/plan_new.html", told, status=422)
        return redirect("plan", pk=record.pk)
    return render(request, "clinic/plan_new.html", told)


@require_POST
@rule("plan.write", of=Person)
def plan_try(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Say what the sliders do, beside a kept plan if one is named; nothing is kept."""
    form = _form(procedure)(request.POST)
    times = BeforeForm(request.POST, person=person) if procedure in GAS else None
    wrong = [row for one in (form, times) if one is not None for row in _wrong(one)]
    if wrong or not form.is_valid():
        return render(request, "clinic/plan_tried.html", {"wrong": wrong})
    against = _against(request, person, procedure)
    with NEWEST.turn(_page(request)) as is_newest:
        if not is_newest:
            return HttpResponse(status=204)
        try:
            session = with_readings(request, person, _session(form, person, times))
            answer = previewed(session, procedure, screening=screening_today(person, procedure))
        except CryodoseError as error:
            return render(request, "clinic/plan_tried.html", {"error": str(error)})
    told = shown(answer, session, against=against)
    return render(request, "clinic/plan_tried.html", told)


def _page(request: ClinicRequest) -> tuple[str, str]:
    """Return which page asks: of this user, as it was opened; else the question stands alone."""
    user = request.actor.user
    return str(user.pk if user else ""), request.POST.get(PAGE, "")[:_LONGEST] or str(uuid.uuid4())


def _form(procedure: str) -> type[PlannerForm]:
    if procedure not in FORMS:
        raise Http404
    return FORMS[procedure]


def _wrong(form: forms.Form) -> list[tuple[Any, list[str]]]:
    """Return the fields of a form that are wrong, each with what is."""
    names = [k for k in form.errors if k in form.fields]
    return [(form.fields[k].label, [str(e) for e in form.errors[k]]) for k in names]


def _session(form: PlannerForm, person: Person, times: BeforeForm | None) -> dict[str, Any]:
    """Return the session of a form for a person."""
    made = form.session()
    known = subject_of(person, timezone.localdate())
    whole = {**made, "subject": known | made.get("subject", {})}
    return whole if times is None else with_sessions_before(whole, person, times.elsewhere)


def start_of(form: type[PlannerForm], session: dict[str, Any]) -> dict[str, Any]:
    """Return what a form shows first; a session from elsewhere may hold what no form has."""
    try:
        return form.given_by(session)
    except (KeyError, TypeError, IndexError, AttributeError):
        return {}


def _against(request: ClinicRequest, person: Person, procedure: str) -> PlanRecord | None:
    """Return the kept plan of this person that the page names."""
    named = request.POST.get(AGAINST) or request.GET.get(AGAINST)
    if not named:
        return None
    rows = person.plans.in_use().filter(procedure=procedure)
    return get_object_or_404(rows, pk=_uuid(named))


def _protocol(request: ClinicRequest, procedure: str) -> Protocol | None:
    """Return the published protocol that an address names, from which the form starts."""
    try:
        key = uuid.UUID(request.GET.get("protocol", ""))
    except ValueError:
        return None
    rows = mine(request.actor, Protocol).in_use().filter(state=Protocol.State.PUBLISHED)
    return rows.filter(pk=key, procedure=procedure).first()


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _whole(procedure: str) -> int:
    """Return how many people a plan that is kept draws."""
    if procedure == "liquid-nitrogen":
        return int(evidence.value("freeze_policy", "search.members"))
    return int(evidence.value("numerics", "members"))
