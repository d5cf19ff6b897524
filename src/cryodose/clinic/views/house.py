"""Settings of the clinic, and the state of the site, for its administrator."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.forms import WhyForm
from cryodose.clinic.models import Clinic, SessionRecord
from cryodose.clinic.services.state import health, last_backup, settings_shown

# Older than this, a backup is said to be old.
_OLD_DAYS = 7


class ClinicForm(WhyForm):
    """What a clinic is called, where it is called, and which language it speaks first."""

    name = forms.CharField(label=_l("Name of the clinic"), max_length=120)
    phone = forms.CharField(label=_l("Telephone on leaflets"), max_length=40, required=False)
    language = forms.ChoiceField(
        label=_l("Language where nobody chose one"),
        choices=[("", _l("As the environment says")), *settings.LANGUAGES],
        required=False,
    )
    field_order = ("name", "phone", "language", "why")


@rule("clinic.manage")
def house(request: ClinicRequest) -> HttpResponse:
    """Show and change the settings of the clinic; show those that only the environment changes."""
    clinic, user = request.actor.clinic, request.actor.user
    assert clinic is not None  # noqa: S101  # clinic.manage needs a clinic
    assert user is not None  # noqa: S101  # and a user
    first = {k: getattr(clinic, k) for k in ("name", "phone", "language")}
    form = ClinicForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if Clinic.objects.filter(name=given["name"]).exclude(pk=clinic.pk).exists():
            form.add_error("name", _("Another clinic has this name."))
        else:
            clinic.name, clinic.phone = given["name"], given["phone"]
            clinic.language = given["language"]
            clinic.change(user, given["why"])
            messages.success(request, _("Saved."))
            return redirect("house")
    backup = last_backup()
    age = (timezone.now() - backup.made_at).days if backup else None
    running = SessionRecord.objects.filter(clinic=clinic, ended_at=None).exclude(started_at=None)
    told = {
        "form": form,
        "clinic": clinic,
        "settings": settings_shown(),
        "environment": settings.ENVIRONMENT,
        "backup": backup,
        "is_old": age is None or age > _OLD_DAYS,
        "health": health(),
        "running": running.count(),
        "versions": clinic.history.select_related("history_user").order_by("-history_date"),
    }
    return render(request, "clinic/house.html", told)
