"""Diagnoses: write one down, change it with its reason, take it out of use."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.forms import RecordForm, WhyForm, date_input
from cryodose.clinic.models import Condition, Person
from cryodose.clinic.views.retire import retire_with_reason


class ConditionForm(RecordForm):
    """A diagnosis."""

    class Meta:
        model = Condition
        fields: ClassVar = [
            "words",
            "icd10",
            "snomed",
            "status",
            "verification",
            "since",
            "until",
            "stated_on",
            "stated_by",
            "note",
        ]
        widgets: ClassVar = {
            "stated_on": date_input(),
            "note": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts: ClassVar = {
            "since": "2019 · 2019-05 · 2019-05-17",
            "until": "2019 · 2019-05 · 2019-05-17",
        }

    def clean_stated_on(self) -> Any:
        """Refuse what is still to come."""
        day = self.cleaned_data["stated_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class ConditionChangeForm(WhyForm, ConditionForm):
    """The same, with the reason of the change."""


@rule("condition.write", of=Person)
def condition_new(request: ClinicRequest, person: Person) -> HttpResponse:
    """Write down a diagnosis."""
    form = ConditionForm(request.POST or None, initial={"stated_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        record = form.save(commit=False)
        record.clinic, record.person = person.clinic, person
        record.keep(request.actor.user, "written down")
        messages.success(request, _("Saved."))
        return redirect("person", pk=person.pk)
    return _form(request, form, person, _("New diagnosis"))


@rule("condition.write", of=Condition)
def condition_edit(request: ClinicRequest, condition: Condition) -> HttpResponse:
    """Change a diagnosis; the older version stays in the history."""
    form = ConditionChangeForm(request.POST or None, instance=condition)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).keep(request.actor.user, form.cleaned_data["why"])
        messages.success(request, _("Saved."))
        return redirect("person", pk=condition.person_id)
    return _form(request, form, condition.person, str(condition))


@rule("condition.write", of=Condition)
def condition_retire(request: ClinicRequest, condition: Condition) -> HttpResponse:
    """Take a diagnosis out of use; screenings ask for it no more."""
    back = reverse("person", args=[condition.person_id])
    return retire_with_reason(request, condition, back, person=condition.person, words=_words())


def _form(request: ClinicRequest, form: Any, person: Person, title: str) -> HttpResponse:
    told = {"form": form, "title": title, "person": person, "words": _words()}
    return render(request, "clinic/form.html", told)


def _words() -> str:
    return _("Screenings ask the rules about each diagnosis that was not refuted.")
