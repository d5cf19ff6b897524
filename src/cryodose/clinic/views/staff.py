"""Who works in the clinic: invite, end, give a new password; and switch between clinics."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from cryodose.clinic.access import SIGNED_IN, ClinicRequest, rule
from cryodose.clinic.middleware.gate import CLINIC_KEY
from cryodose.clinic.models import Invitation, Membership, Role, User


class InviteForm(forms.Form):
    """What somebody new shall be; an address that logs in already only gets the role."""

    role = forms.ChoiceField(label=_l("Role"), choices=Role.choices)
    email = forms.EmailField(
        label=_l("E-mail address, if they log in here already"), required=False
    )


@rule("user.manage")
def staff(request: ClinicRequest) -> HttpResponse:
    """Show who works here."""
    rows = Membership.objects.filter(clinic=request.actor.clinic, ended_at=None)
    told = {"rows": rows.select_related("user").order_by("user__name"), "form": InviteForm()}
    return render(request, "clinic/staff.html", told)


@rule("user.manage")
def invite(request: ClinicRequest) -> HttpResponse:
    """Make a one-time link, or give a role to somebody who logs in already."""
    form = InviteForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return redirect("staff")
    actor, role = request.actor, form.cleaned_data["role"]
    known = User.objects.filter(email__iexact=form.cleaned_data["email"] or "-").first()
    if known is not None:
        row = {"user": known, "clinic": actor.clinic, "role": role, "ended_at": None}
        Membership.objects.get_or_create(**row)
        messages.success(request, _("Saved."))
        return redirect("staff")
    made, secret = Invitation.issue(clinic=actor.clinic, role=role, made_by=actor.user)
    return _show_link(request, made, secret)


@require_POST
@rule("user.manage")
def end(request: ClinicRequest, membership: int) -> HttpResponse:
    """End what somebody is here; the last administrator stays."""
    row = _membership(request, membership)
    others = Membership.objects.filter(
        clinic=row.clinic, role=Role.ADMINISTRATOR, ended_at=None
    ).exclude(pk=row.pk)
    if row.role == Role.ADMINISTRATOR and not others.exists():
        messages.error(request, _("The last administrator stays."))
        return redirect("staff")
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    messages.success(request, _("Ended."))
    return redirect("staff")


@require_POST
@rule("user.manage")
def new_password(request: ClinicRequest, membership: int) -> HttpResponse:
    """Make a one-time link by which somebody of this clinic sets a new password."""
    row = _membership(request, membership)
    elsewhere = Membership.objects.filter(user=row.user, ended_at=None)
    if elsewhere.exclude(clinic=row.clinic).exists():
        # Else an administrator could enter another clinic as this user.
        messages.error(request, _("This person works in another clinic too."))
        return redirect("staff")
    made, secret = Invitation.issue(user=row.user, clinic=row.clinic, made_by=request.actor.user)
    return _show_link(request, made, secret)


@require_POST
@rule(SIGNED_IN)
def switch(request: ClinicRequest) -> HttpResponse:
    """Work in another of the own clinics."""
    wanted = request.POST.get("clinic", "")
    if wanted not in {str(clinic_id) for clinic_id in request.actor.roles}:
        raise Http404
    request.session[CLINIC_KEY] = wanted
    return redirect("board")


def _membership(request: ClinicRequest, number: int) -> Membership:
    rows = Membership.objects.filter(clinic=request.actor.clinic, ended_at=None)
    return get_object_or_404(rows.select_related("user", "clinic"), pk=number)


def _show_link(request: ClinicRequest, made: Invitation, secret: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("welcome", kwargs={"token": secret}))
    told = {"address": address, "until": made.expires_at}
    return render(request, "clinic/link.html", told)
