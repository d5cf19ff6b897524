"""Screening: a form generated from the rules, its verdict while one answers, and what was kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.models import Device, Kept, Person, Procedure, ScreeningRecord
from cryodose.clinic.services.screenings import (
    earlier_for,
    file_from,
    items_for,
    judge,
    keep_screening,
    overridden,
    with_earlier,
)
from cryodose.errors import CryodoseError


class OverrideForm(forms.Form):
    """A clinician's decision about one finding."""

    rule = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = forms.CharField(label=_l("Reason"), max_length=300)


@rule("screening.write", of=Person)
def screening_new(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Ask what the rules of a procedure need, and keep the answers with the verdict."""
    told = _form(request, person, procedure)
    if request.method == "POST" and request.actor.user is not None:
        try:
            found = _told(request, person, procedure)
            record = keep_screening(
                person,
                found,
                procedure,
                _device(request),
                timezone.localdate(),
                request.actor.user,
            )
        except CryodoseError as error:
            told["error"] = str(error)
            return render(request, "clinic/screening_new.html", told, status=422)
        return redirect("screening", pk=record.pk)
    return render(request, "clinic/screening_new.html", told)


@require_POST
@rule("screening.write", of=Person)
def screening_verdict(request: ClinicRequest, person: Person, procedure: str) -> HttpResponse:
    """Say what the rules say of the answers so far; nothing is kept."""
    _check(procedure)
    try:
        found = _told(request, person, procedure)
        told = _shown(judge(found, procedure, _device(request), timezone.localdate()).to_dict())
    except CryodoseError as error:
        told = {"error": str(error)}
    return render(request, "clinic/verdict.html", told)


@rule("person.read", of=ScreeningRecord)
def screening(request: ClinicRequest, screening: ScreeningRecord) -> HttpResponse:
    """Show a screening: the verdict, its reasons, what is open, and what was answered."""
    told = {
        "screening": screening,
        "person": screening.person,
        "answers": _answers(screening),
        "override": OverrideForm(),
        **_shown(screening.result),
    }
    return render(request, "clinic/screening.html", told)


@require_POST
@rule("screening.override", of=ScreeningRecord)
def screening_override(request: ClinicRequest, screening: ScreeningRecord) -> HttpResponse:
    """Let one finding count one step less, with a name and a reason."""
    form = OverrideForm(request.POST)
    if not form.is_valid() or request.actor.user is None:
        messages.error(request, _("A decision needs a reason."))
        return redirect("screening", pk=screening.pk)
    given = form.cleaned_data
    try:
        made = overridden(screening, given["rule"], given["reason"], request.actor.user)
    except Kept:
        messages.error(request, _("This finding cannot be overridden."))
        return redirect("screening", pk=screening.pk)
    return redirect("screening", pk=made.pk)


def _check(procedure: str) -> None:
    if procedure not in Procedure.values:
        raise Http404


def _form(request: ClinicRequest, person: Person, procedure: str) -> dict[str, Any]:
    _check(procedure)
    topics: dict[str, list[dict[str, Any]]] = {}
    given = request.POST
    for item in items_for(person, procedure, get_language() or "en"):
        row = {
            "item": item,
            "value": given.get(item.id, ""),
            "since": given.get(f"{item.id}-since", ""),
        }
        topics.setdefault(item.topic, []).append(row)
    earlier = earlier_for(person, procedure, timezone.localdate())
    return {
        "person": person,
        "procedure": procedure,
        "procedure_words": Procedure(procedure).label,
        "topics": topics,
        "earlier": earlier,
        "devices": mine(request.actor, Device).in_use(),
        "device": given.get("device", ""),
    }


def _told(request: ClinicRequest, person: Person, procedure: str) -> dict[str, Any]:
    day = timezone.localdate()
    items = items_for(person, procedure, "en")
    given = {k: v for k, v in request.POST.items() if isinstance(v, str)}
    found = file_from(person, items, given, day)
    use_earlier = given.get("earlier") == "yes"
    return with_earlier(found, earlier_for(person, procedure, day) if use_earlier else None)


def _device(request: ClinicRequest) -> str:
    chosen = str(request.POST.get("device", ""))
    rows = {str(d.pk): d for d in mine(request.actor, Device).in_use()}
    return rows[chosen].rules_device if chosen in rows else ""


def _shown(result: dict[str, Any]) -> dict[str, Any]:
    verdict = result["verdict"]
    return {
        "result": result,
        "verdict": verdict,
        "open": list({o["question"]: o["ask"] for o in result.get("not_assessed", [])}.values()),
    }


def _answers(screening: ScreeningRecord) -> list[tuple[str, str]]:
    """Return question and answer in words, for those that the rules still know."""
    items = items_for(screening.person, screening.procedure, get_language() or "en")
    said = screening.answers.get("answers", {})
    numbers = {m["quantity"]: m for m in screening.answers.get("measured", [])}
    words = {"yes": _("yes"), "no": _("no"), "unknown": _("unknown")}
    rows: list[tuple[str, str]] = []
    for item in items:
        if item.id in numbers:
            rows.append((item.text, f"{numbers[item.id]['value']:g} {item.unit}"))
        elif item.id in said:
            value = said[item.id]
            plain = value if isinstance(value, str) else value["answer"]
            since = "" if isinstance(value, str) else value.get("since", "")
            rows.append((item.text, f"{words.get(plain, plain)} {since}".strip()))
    return rows
