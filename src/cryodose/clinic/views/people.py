"""People: find one, see one, write one down."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.access import ClinicRequest, mine, rule
from cryodose.clinic.forms import RecordForm, WhyForm, date_input
from cryodose.clinic.models import Person, Procedure, Protocol
from cryodose.clinic.services.numbering import add_person
from cryodose.clinic.services.timeline import timeline
from cryodose.clinic.views.planner_forms import FORMS
from cryodose.clinic.views.retire import retire_with_reason

_A_PAGE = 50


class PersonForm(RecordForm):
    """What is known of a person."""

    class Meta:
        model = Person
        fields: ClassVar = [
            "family_name",
            "given_name",
            "birth_date",
            "sex",
            "height_m",
            "mass_kg",
            "body_fat_percent",
            "skin_type",
            "language",
            "phone",
            "email",
            "language",
            "note",
        ]
        widgets: ClassVar = {
            "birth_date": date_input(),
            # Of leaflets; without one that of whoever prints it.
            "language": forms.Select(choices=[("", "–"), *settings.LANGUAGES]),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    language = forms.ChoiceField(label=_l("Language of leaflets and own pages"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(settings.LANGUAGES)
        own = self.instance.language
        # What another house has sent stays, even where we have no pages in it.
        more = [] if not own or own in known else [(own, own)]
        field = self.fields["language"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("As the clinic has it")), *settings.LANGUAGES, *more]


class PersonChangeForm(WhyForm, PersonForm):
    """The same, with the reason of the change."""


@rule("person.find")
def people(request: ClinicRequest) -> HttpResponse:
    """List the people of the clinic whose name or number fits."""
    words = request.GET.get("q", "").strip()[:80]
    rows = found(mine(request.actor, Person).in_use(), words)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    part = "clinic/people_rows.html" if request.headers.get("HX-Request") else "clinic/people.html"
    return render(request, part, {"page": page, "q": words})


def found(rows: QuerySet[Person], words: str) -> QuerySet[Person]:
    """Return the people whose name, number or birth year fits each of the words."""
    for word in words.split():
        hit = Q(family_name__icontains=word) | Q(given_name__icontains=word)
        if word.isdigit() and len(word) < 9:
            hit |= Q(number=int(word)) | Q(birth_date__year=int(word))
        rows = rows.filter(hit)
    return rows


@rule("person.write")
def person_new(request: ClinicRequest) -> HttpResponse:
    """Write down somebody new."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        assert request.actor.clinic is not None  # noqa: S101  # person.write needs a clinic
        person = add_person(form.save(commit=False), request.actor.clinic, request.actor.user)
        return redirect("person", pk=person.pk)
    return render(request, "clinic/form.html", {"form": form, "title": _("New person")})


@rule("person.read", of=Person)
def person(request: ClinicRequest, person: Person) -> HttpResponse:
    """Show a person with everything that is recorded of them."""
    told = {
        "person": person,
        "consents": person.consents.in_use(),
        "conditions": person.conditions.in_use(),
        "screenings": person.screenings.in_use()[:20],
        "plans": person.plans.in_use()[:20],
        "courses": person.courses.in_use(),
        "sessions": person.sessions.in_use().select_related("device")[:30],
        "events": person.adverse_events.in_use(),
        "scores": person.scores.in_use(),
        "attachments": person.attachments.in_use(),
        "protocols": mine(request.actor, Protocol).in_use().filter(state="published"),
        "procedures": Procedure.choices,
        "plannable": [row for row in Procedure.choices if row[0] in FORMS],
    }
    return render(request, "clinic/person.html", told)


@rule("person.read", of=Person)
def person_timeline(request: ClinicRequest, person: Person) -> HttpResponse:
    """Show what happened to a person, day by day."""
    told = {"person": person, "days": timeline(person)}
    return render(request, "clinic/timeline.html", told)


@rule("person.write", of=Person)
def person_edit(request: ClinicRequest, person: Person) -> HttpResponse:
    """Change what is known of a person."""
    form = PersonChangeForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save(commit=False).keep(request.actor.user, form.cleaned_data["why"])
        messages.success(request, _("Saved."))
        return redirect("person", pk=person.pk)
    told = {"form": form, "title": person.full_name, "person": person}
    return render(request, "clinic/form.html", told)


@rule("person.retire", of=Person)
def person_retire(request: ClinicRequest, person: Person) -> HttpResponse:
    """Take a person out of the lists; the record stays readable."""
    words = _("The person disappears from lists. Nothing is deleted.")
    return retire_with_reason(request, person, reverse("people"), person=person, words=words)
