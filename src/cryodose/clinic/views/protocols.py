"""The protocol library: draft, publish, follow with a new version, use, retire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.forms import WhyForm
from cryodose.clinic.models import Kept, Person, PlanRecord, Procedure, Protocol
from cryodose.clinic.services.protocols import (
    keep_protocol,
    next_version,
    plan_by,
    publish,
    versions_of,
    without_person,
)
from cryodose.clinic.views.people import found
from cryodose.clinic.views.planner import start_of
from cryodose.clinic.views.planner_forms import FORMS
from cryodose.errors import CryodoseError
from cryodose.files import parse_json, parse_toml

_FOUND = 10


class HeadForm(forms.Form):
    """What a protocol is called, and what is said about it."""

    title = forms.CharField(label=_l("Title"), max_length=120)
    note = forms.CharField(
        label=_l("Note"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FileForm(forms.Form):
    """A session as a file would hold it, for what the planner has no form."""

    file = forms.CharField(
        label=_l("Session file (TOML or JSON), without the person"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "code"}),
    )

    def session(self) -> dict[str, Any]:
        """Return what the file holds."""
        return dict(self.cleaned_data["parsed"])

    def clean(self) -> dict[str, Any]:
        """Read the file."""
        given = super().clean() or {}
        text = given.get("file", "")
        try:
            found = parse_json(text) if text.lstrip().startswith("{") else parse_toml(text)
            given["parsed"] = found if isinstance(found, dict) else {}
        except CryodoseError as error:
            self.add_error("file", str(error))
        return given


@rule("protocol.read")
def protocols(request: ClinicRequest) -> HttpResponse:
    """List the protocols of the clinic; the retired ones on request."""
    state = request.GET.get("state", "")
    rows = mine(request.actor, Protocol).order_by("procedure", "title", "-made_at")
    rows = rows.exclude(retired_at=None) if state == "retired" else rows.filter(retired_at=None)
    if state in Protocol.State.values:
        rows = rows.filter(state=state)
    states = [("", _("All in use")), *Protocol.State.choices, ("retired", _("Retired"))]
    told = {"rows": rows, "state": state, "states": states, "procedures": Procedure.choices}
    return render(request, "clinic/protocols.html", told)


@rule("protocol.read", of=Protocol)
def protocol(request: ClinicRequest, protocol: Protocol) -> HttpResponse:
    """Show a protocol: its session, its versions, and for whom to plan it."""
    words = request.GET.get("q", "").strip()[:80]
    may_plan = request.actor.may("plan.write") and protocol.state == Protocol.State.PUBLISHED
    people = found(mine(request.actor, Person).in_use(), words)[:_FOUND] if words else []
    told = {
        "protocol": protocol,
        "rows": list(told_of(protocol.session)),
        "versions": versions_of(protocol),
        "later": mine(request.actor, Protocol).filter(follows=protocol),
        "history": protocol.history.select_related("history_user").order_by("-history_date"),
        "plans": protocol.plans.count(),
        "why": WhyForm(),
        "may_plan": may_plan and not protocol.is_retired,
        "people": people,
        "q": words,
        "has_form": protocol.procedure in FORMS,
    }
    return render(request, "clinic/protocol.html", told)


@rule("protocol.write")
def protocol_new(request: ClinicRequest, procedure: str) -> HttpResponse:
    """Draft a protocol, with the planner's form where there is one, else as a file."""
    if procedure not in Procedure.values:
        raise Http404
    row = Protocol(clinic=request.actor.clinic, procedure=procedure)
    return _edit(request, row, "drafted", {})


@rule("protocol.write", of=Protocol)
def protocol_edit(request: ClinicRequest, protocol: Protocol) -> HttpResponse:
    """Change a draft; what was published is followed by a new version."""
    if protocol.state != Protocol.State.DRAFT or protocol.is_retired:
        messages.error(request, _("Only a draft is changed: make a new version."))
        return redirect("protocol", pk=protocol.pk)
    first = {"title": protocol.title, "note": protocol.note}
    return _edit(request, protocol, "changed", first)


@require_POST
@rule("protocol.write", of=Protocol)
def protocol_version(request: ClinicRequest, protocol: Protocol) -> HttpResponse:
    """Start a new version."""
    return redirect("protocol_edit", pk=next_version(protocol, request.actor.user).pk)


@require_POST
@rule("protocol.write", of=Protocol)
def protocol_publish(request: ClinicRequest, protocol: Protocol) -> HttpResponse:
    """Let the clinic use a draft."""
    form = WhyForm(request.POST)
    try:
        if form.is_valid():
            publish(protocol, request.actor.user, form.cleaned_data["why"])
            messages.success(request, _("Published."))
        else:
            messages.error(request, _("A decision needs a reason."))
    except Kept:
        messages.error(request, _("Only a draft can be published."))
    return redirect("protocol", pk=protocol.pk)


@require_POST
@rule("protocol.write", of=Protocol)
def protocol_retire(request: ClinicRequest, protocol: Protocol) -> HttpResponse:
    """Take a protocol out of use; plans made by it stay."""
    form = WhyForm(request.POST)
    if form.is_valid() and not protocol.is_retired:
        protocol.retire(request.actor.user, form.cleaned_data["why"])
        messages.success(request, _("Taken out of use."))
    elif not protocol.is_retired:
        messages.error(request, _("A decision needs a reason."))
    return redirect("protocol", pk=protocol.pk)


@require_POST
@rule("protocol.write", of=PlanRecord)
def plan_protocol(request: ClinicRequest, plan: PlanRecord) -> HttpResponse:
    """Draft a protocol from a plan, without its person."""
    row = Protocol(clinic=plan.clinic, procedure=plan.procedure)
    row.title = str(Procedure(plan.procedure).label)
    keep_protocol(row, without_person(plan.session), request.actor.user, "drafted from a plan")
    return redirect("protocol_edit", pk=row.pk)


@require_POST
@rule("plan.write", of=Person)
def protocol_plan(request: ClinicRequest, person: Person, protocol: UUID) -> HttpResponse:
    """Plan a published protocol for a person, as it is."""
    row = get_object_or_404(mine(request.actor, Protocol), pk=protocol)
    try:
        plan = plan_by(row, person, request.actor.user)
    except (CryodoseError, Kept) as error:
        told = {"title": _("Not planned"), "why": [str(error)], "person": person}
        return render(request, "clinic/refused.html", told, status=422)
    return redirect("plan", pk=plan.pk)


def told_of(session: dict[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Yield what a session holds, name and value, each on a line of its own."""
    for key, value in session.items():
        name = f"{place} › {key}" if place else key
        if isinstance(value, dict):
            yield from told_of(value, name)
        elif isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            for n, one in enumerate(value):
                yield from told_of(one, f"{name} {n + 1}")
        else:
            listed = value if isinstance(value, list) else [value]
            yield name.replace("_", " "), ", ".join(map(str, listed))


def _edit(request: ClinicRequest, row: Protocol, why: str, first: dict[str, Any]) -> HttpResponse:
    # What the planner's form cannot say again stays in the file.
    kind: type[forms.Form] = FORMS[row.procedure] if _fits(row) else FileForm
    values = start_of(FORMS[row.procedure], row.session) if _fits(row) else {}
    if kind is FileForm:
        values = {"file": json.dumps(row.session, indent=2) if row.session else ""}
    head = HeadForm(request.POST or None, initial=first)
    form: Any = kind(request.POST or None, initial=values)
    if request.method == "POST" and head.is_valid() and form.is_valid():
        row.title, row.note = head.cleaned_data["title"], head.cleaned_data["note"]
        try:
            keep_protocol(row, form.session(), request.actor.user, why)
            return redirect("protocol", pk=row.pk)
        except CryodoseError as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
    told = {
        "head": head,
        "form": form,
        "protocol": row,
        "procedure_words": Procedure(row.procedure).label,
    }
    bad = request.method == "POST"
    return render(request, "clinic/protocol_edit.html", told, status=422 if bad else 200)


def _fits(row: Protocol) -> bool:
    """Tell whether the planner's form would give back the session that is there."""
    if row.procedure not in FORMS:
        return False
    if not row.session:
        return True
    form: Any = FORMS[row.procedure]()
    usual = {name: field.initial for name, field in form.fields.items()}
    told: Any = FORMS[row.procedure](usual | start_of(FORMS[row.procedure], row.session))
    return bool(told.is_valid()) and without_person(told.session()) == without_person(row.session)
