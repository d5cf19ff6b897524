"""What is written down about a person: consents, harm, follow-ups, scores, pictures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, View, rule
from cryodose.clinic.forms import RecordForm, WhyForm, date_input, moment_input
from cryodose.clinic.models import (
    AdverseEvent,
    Attachment,
    Consent,
    FollowUp,
    OutcomeScore,
    Person,
)
from cryodose.clinic.services.pictures import TYPES, keep_picture
from cryodose.errors import BadInput

_CONSENT_DAYS = 365


class ConsentForm(RecordForm):
    """What a person agreed to."""

    class Meta:
        model = Consent
        fields: ClassVar = [
            "procedure",
            "given_on",
            "expires_on",
            "given_by",
            "text",
            "for_research",
        ]
        widgets: ClassVar = {
            "given_on": date_input(),
            "expires_on": date_input(),
            "text": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["given_on"].initial = today
        self.fields["expires_on"].initial = today + timedelta(days=_CONSENT_DAYS)

    def clean(self) -> dict[str, Any]:
        """Refuse a consent from the future, or one that ends before it begins."""
        given = super().clean() or {}
        begin, end = given.get("given_on"), given.get("expires_on")
        if begin and begin > timezone.localdate():
            self.add_error("given_on", _("This day is still to come."))
        if begin and end and end < begin:
            self.add_error("expires_on", _("This is before the consent was given."))
        return given


class HarmForm(RecordForm):
    """Harm, or what could have been harm."""

    class Meta:
        model = AdverseEvent
        fields: ClassVar = [
            "what",
            "severity",
            "sign",
            "happened_at",
            "site",
            "session",
            "follow_up_on",
            "done",
        ]
        widgets: ClassVar = {
            "happened_at": moment_input(),
            "follow_up_on": date_input(),
            "done": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_happened_at(self) -> Any:
        """Refuse what is still to come."""
        at = self.cleaned_data["happened_at"]
        if at > timezone.now():
            raise forms.ValidationError(_("This day is still to come."))
        return at


class ScoreForm(RecordForm):
    """A score of a scale."""

    class Meta:
        model = OutcomeScore
        fields: ClassVar = ["scale", "value", "taken_on", "course", "session"]
        widgets: ClassVar = {"taken_on": date_input()}


class FollowUpForm(RecordForm):
    """What became of an adverse event."""

    class Meta:
        model = FollowUp
        fields: ClassVar = ["seen_on", "found"]
        widgets: ClassVar = {"seen_on": date_input(), "found": forms.Textarea(attrs={"rows": 3})}


class PictureForm(forms.Form):
    """A photo or thermal image."""

    kind = forms.ChoiceField(label=_l("Kind"), choices=Attachment.Kind.choices)
    words = forms.CharField(label=_l("What it shows"), max_length=200, required=False)
    file = forms.FileField(label=_l("JPEG or PNG"))


def _adder(action: str, form_class: type[Any], title: str | Promise) -> View:
    """Return a view that writes down a record about a person."""

    @rule(action, of=Person)
    def add(request: ClinicRequest, person: Person) -> HttpResponse:
        form = form_class(request.POST or None)
        for name in ("session", "course"):
            if name in form.fields:
                rows = getattr(person, f"{name}s").in_use()
                form.fields[name].queryset = rows
        if request.method == "POST" and form.is_valid():
            record = form.save(commit=False)
            record.clinic, record.person = person.clinic, person
            record.keep(request.actor.user, "written down")
            messages.success(request, _("Saved."))
            return redirect("person", pk=person.pk)
        told = {"form": form, "title": title, "person": person}
        return render(request, "clinic/form.html", told)

    return add


consent_new = _adder("consent.write", ConsentForm, _l("New consent"))
harm_new = _adder("harm.write", HarmForm, _l("Adverse event"))
score_new = _adder("score.write", ScoreForm, _l("Outcome score"))


@require_POST
@rule("consent.write", of=Consent)
def consent_withdraw(request: ClinicRequest, consent: Consent) -> HttpResponse:
    """Write down that a person took their consent back; it counts from today."""
    if consent.withdrawn_on is None:
        consent.withdrawn_on = timezone.localdate()
        consent.keep(request.actor.user, "withdrawn by the person")
    return redirect("person", pk=consent.person_id)


@rule("harm.write", of=AdverseEvent)
def harm(request: ClinicRequest, event: AdverseEvent) -> HttpResponse:
    """Show an adverse event, and write down what became of it."""
    form = FollowUpForm(request.POST or None, initial={"seen_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        record = form.save(commit=False)
        record.clinic, record.event = event.clinic, event
        record.keep(request.actor.user, "follow-up")
        messages.success(request, _("Saved."))
        return redirect("harm", pk=event.pk)
    told = {"event": event, "person": event.person, "form": form, "why": WhyForm()}
    return render(request, "clinic/harm.html", told)


@require_POST
@rule("harm.close", of=AdverseEvent)
def harm_close(request: ClinicRequest, event: AdverseEvent) -> HttpResponse:
    """Close an adverse event."""
    form = WhyForm(request.POST)
    if form.is_valid() and event.closed_on is None:
        event.closed_on = timezone.localdate()
        event.keep(request.actor.user, form.cleaned_data["why"])
        messages.success(request, _("Closed."))
    return redirect("harm", pk=event.pk)


@rule("attachment.write", of=Person)
def picture_new(request: ClinicRequest, person: Person) -> HttpResponse:
    """Keep a photo or thermal image of a person."""
    form = PictureForm(request.POST or None, request.FILES or None)
    user = request.actor.user
    if request.method == "POST" and form.is_valid() and user is not None:
        given = form.cleaned_data
        file: UploadedFile[bytes] = given["file"]
        try:
            most = settings.ATTACHMENT_BYTES
            keep_picture(person, file, given["kind"], given["words"], user, most_bytes=most)
        except BadInput as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("person", pk=person.pk)
    told = {"form": form, "title": _("Photo or thermal image"), "person": person}
    return render(request, "clinic/form.html", told)


@rule("person.read", of=Attachment)
def picture(request: ClinicRequest, attachment: Attachment) -> FileResponse:
    """Return a picture; a browser may show it and do nothing else with it."""
    try:
        stream = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    answer = FileResponse(stream, content_type=TYPES[attachment.suffix])
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
@rule("attachment.write", of=Attachment)
def picture_retire(request: ClinicRequest, attachment: Attachment) -> HttpResponse:
    """Take a picture out of use; it stays where it is."""
    attachment.retire(request.actor.user, "taken out of use")
    return redirect("person", pk=attachment.person_id)
