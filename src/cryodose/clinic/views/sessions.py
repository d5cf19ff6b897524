"""Sessions: plan one, run it, look at it again."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from cryodose.clinic import clock
from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.forms import moment_input
from cryodose.clinic.live.before import (
    GAS,
    before_next,
    lasting_of,
    number_words,
    too_early,
)
from cryodose.clinic.live.checklist import items_for
from cryodose.clinic.live.command import NotReady, send
from cryodose.clinic.live.payload import payload
from cryodose.clinic.live.ready import against, latest_screening
from cryodose.clinic.live.store import NotNow, Sender, story_of
from cryodose.clinic.live.uses import CORES, SITES
from cryodose.clinic.models import Device, Person, PlanRecord, SessionEvent, SessionRecord
from cryodose.clinic.words import QUANTITIES, STOP_REASONS
from cryodose.errors import CryodoseError

_LONGEST_BODY = 20_000


class SessionForm(forms.Form):
    """A session from a plan of this person."""

    plan = forms.ModelChoiceField(label=_l("Plan"), queryset=PlanRecord.objects.none())
    device = forms.ModelChoiceField(
        label=_l("Device"), queryset=Device.objects.none(), required=False
    )
    planned_for = forms.DateTimeField(label=_l("When"), widget=moment_input())
    planned_s = forms.IntegerField(
        label=_l("Seconds of cold (empty: as the plan says)"),
        min_value=1,
        max_value=36_000,
        required=False,
    )

    def __init__(
        self, data: Any, *, plans: QuerySet[PlanRecord], devices: QuerySet[Device]
    ) -> None:
        super().__init__(data, initial={"planned_for": timezone.localtime()})
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["device"].queryset = devices  # type: ignore[attr-defined]  # likewise

    def clean(self) -> dict[str, Any]:
        """Take the time from the plan where none is given, and never more than it allows."""
        given = super().clean() or {}
        plan = given.get("plan")
        if plan is None:
            return given
        before = before_next(plan, clock.now())
        dose_s, longest_s = lasting_of(plan, plan.procedure, before)
        if not given.get("planned_s"):
            given["planned_s"] = round(dose_s) if dose_s else None
        if plan.verdict == "refused" or not given["planned_s"]:
            self.add_error("plan", _("This plan gives no dose."))
        elif early := too_early(plan.procedure, before, given["planned_s"]):
            self.add_error("planned_s", early)
        elif longest_s is not None and given["planned_s"] > longest_s:
            words = _("The plan's limits hold only until this many seconds")
            self.add_error("planned_s", f"{words}: {longest_s:g}")
        return given


@rule("session.run", of=Person)
def session_new(request: ClinicRequest, person: Person) -> HttpResponse:
    """Plan a session of a person."""
    plans = person.plans.in_use().exclude(verdict="refused")
    devices = mine(request.actor, Device).in_use()
    form = SessionForm(request.POST or None, plans=plans, devices=devices)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        plan: PlanRecord = given["plan"]
        session = SessionRecord(
            clinic=person.clinic,
            person=person,
            plan=plan,
            screening=plan.screening,
            device=given["device"],
            procedure=plan.procedure,
            planned_for=given["planned_for"],
            planned_s=given["planned_s"],
        ).keep(request.actor.user, "planned")
        return redirect("session", pk=session.pk)
    told = {"form": form, "title": _("New session"), "person": person}
    return render(request, "clinic/form.html", told)


@rule("session.run", of=SessionRecord)
def session(request: ClinicRequest, session: SessionRecord) -> HttpResponse:
    """Show a session: what is to be done before, what happens now, what was found after."""
    now = clock.now()
    story = story_of(session)
    state = story.at(now)
    told = {
        "session": session,
        "person": session.person,
        "state": state,
        "against": against(session, state, timezone.localdate()),
        "items": items_for(session.procedure, session.device.kind if session.device else ""),
        "number_words": number_words(session, now) if session.procedure in GAS else "",
        "screening": latest_screening(session, timezone.localdate()),
        "reasons": STOP_REASONS.items(),
        "quantities": QUANTITIES.items(),
        "sites": (*SITES, *CORES),
        "log": _log(session),
        "data": payload(story, now),
        "predicted": _predicted(session),
        "key": uuid.uuid4(),
    }
    return render(request, "clinic/session.html", told)


@rule("session.run", of=SessionRecord)
def session_state(request: ClinicRequest, session: SessionRecord) -> JsonResponse:
    """Return a session as it stands now."""
    return JsonResponse(payload(story_of(session), clock.now()))


@require_POST
@rule("session.run", of=SessionRecord)
def session_event(request: ClinicRequest, session: SessionRecord) -> HttpResponse:
    """Write an event. A page that works by itself sends JSON, a plain form its fields."""
    is_json = request.content_type == "application/json"
    try:
        kind, key, data = _said(request, is_json)
        event = send(session, kind, data, key, Sender(user=request.actor.user))
    except NotReady as error:
        return _refused(request, session, is_json, 409, error.reasons)
    except NotNow as error:
        return _refused(request, session, is_json, 409, [str(error)])
    except CryodoseError as error:
        return _refused(request, session, is_json, 422, [str(error)])
    if is_json:
        told = {"number": event.number, "at_s": event.at.timestamp()}
        return JsonResponse(told, status=201)
    return redirect("session", pk=session.pk)


def _said(request: ClinicRequest, is_json: bool) -> tuple[str, str, dict[str, Any]]:
    if not is_json:
        given = {k: v for k, v in request.POST.items() if isinstance(v, str)}
        return given.get("kind", ""), given.get("key", ""), given
    if len(request.body) > _LONGEST_BODY:
        raise NotNow("an event is smaller than this")
    try:
        found = json.loads(request.body)
        kind, key, data = found["kind"], found["key"], found.get("data", {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotNow("an event is an object with kind, key and data") from None
    if not (isinstance(kind, str) and isinstance(key, str) and isinstance(data, dict)):
        raise NotNow("an event is an object with kind, key and data")
    return kind, key, data


def _refused(
    request: ClinicRequest, session: SessionRecord, is_json: bool, status: int, why: list[str]
) -> HttpResponse:
    if is_json:
        return JsonResponse({"why": why}, status=status)
    told = {
        "title": _("Not recorded"),
        "why": why,
        "person": session.person,
        "back": reverse("session", kwargs={"pk": session.pk}),
    }
    return render(request, "clinic/refused.html", told, status=status)


def _log(session: SessionRecord) -> QuerySet[SessionEvent]:
    rows = SessionEvent.objects.filter(session=session).exclude(kind="reading")
    return rows.select_related("by", "device").order_by("number")


def _predicted(session: SessionRecord) -> list[dict[str, Any]]:
    """Return the curves of the plan that a page draws beside the measured values."""
    if session.plan is None:
        return []
    shown = {"skin": "skin", "core-rectal": "core", "core-oesophagus": "core"}
    return [
        {"quantity": shown[c["name"]], **c}
        for c in session.plan.answer.get("curves", [])
        if c["name"] in shown
    ]
