"""The person themself: their own data by a link and a code, without an account."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from cryodose.clinic.access import PUBLIC, ClinicRequest, rule
from cryodose.clinic.middleware.gate import LINK_KEY, remember
from cryodose.clinic.models import Person, PersonLink


class CodeForm(forms.Form):
    """The code that was told to the person."""

    code = forms.CharField(
        label=_l("Code of eight digits"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_POST
@rule("person.link", of=Person)
def link_new(request: ClinicRequest, person: Person) -> HttpResponse:
    """Make a link for a person; older ones end."""
    for old in person.links.in_use():
        old.retire(request.actor.user, "a newer link was made")
    link, token, code = PersonLink.issue(person, request.actor.user, "link made")
    address = request.build_absolute_uri(reverse("own_enter", kwargs={"token": token}))
    told = {"address": address, "code": code, "until": link.expires_at, "person": person}
    return render(request, "clinic/link.html", told)


@rule(PUBLIC)
def own_enter(request: ClinicRequest, token: str) -> HttpResponse:
    """Let a person in who has both link and code."""
    link = PersonLink.of(token)
    if link is None:
        raise Http404
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if link.opens_with(token, form.cleaned_data["code"].strip()):
            request.session.flush()
            request.session[LINK_KEY] = str(link.pk)
            return redirect("own")
        form.add_error("code", _("This code is wrong. After five wrong ones the link ends."))
    return render(request, "clinic/own_enter.html", {"form": form})


@rule("own.read")
def own(request: ClinicRequest) -> HttpResponse:
    """Show a person what is kept of them."""
    person = request.actor.person
    if person is None:
        raise Http404
    remember(request, "own.read", allowed=True, person=person)
    told = {
        "person": person,
        "consents": person.consents.in_use(),
        "conditions": person.conditions.in_use(),
        "screenings": person.screenings.in_use(),
        "courses": person.courses.in_use(),
        "plans": person.plans.in_use(),
        "sessions": person.sessions.in_use(),
        "events": person.adverse_events.in_use(),
        "scores": person.scores.in_use(),
    }
    return render(request, "clinic/own.html", told)


@require_POST
@rule("own.read")
def own_leave(request: ClinicRequest) -> HttpResponse:
    """End the visit."""
    request.session.flush()
    told = {"title": _("You have left"), "words": _("Your data are no longer shown here.")}
    return render(request, "clinic/error.html", told)
