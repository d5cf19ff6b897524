"""One-time links: the first administrator, new colleagues, new passwords."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.access import PUBLIC, ClinicRequest, rule
from cryodose.clinic.models import Clinic, Invitation, Membership, User


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_l("Password (at least 12 characters)"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_l("The same password again"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two, and ask the rules for passwords."""
        given = super().clean() or {}
        password = given.get("password")
        if password and given.get("again") and password != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        if password:
            try:
                user = User(email=given.get("email", ""), name=given.get("name", ""))
                validate_password(password, user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class WelcomeForm(PasswordForm):
    """Somebody new."""

    name = forms.CharField(label=_l("Your name"), max_length=120)
    email = forms.EmailField(label=_l("Your e-mail address, to log in with"))
    field_order = ("clinic", "name", "email", "password", "again")

    def clean_email(self) -> str:
        """Refuse an address that is taken."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody logs in with this address already."))
        return email


class FirstForm(WelcomeForm):
    """The first administrator, with their clinic."""

    clinic = forms.CharField(label=_l("Name of the clinic"), max_length=120)


@rule(PUBLIC)
def welcome(request: ClinicRequest, token: str) -> HttpResponse:
    """Let somebody in by their one-time link."""
    invitation = Invitation.open(token)
    if invitation is None:
        raise Http404
    kind = FirstForm if invitation.clinic is None and invitation.user is None else WelcomeForm
    chosen: type[forms.Form] = PasswordForm if invitation.user else kind
    form = chosen(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept(token, form.cleaned_data)
        messages.success(request, _("Done. Now log in."))
        return redirect("account_login")
    return render(request, "clinic/welcome.html", {"form": form, "invitation": invitation})


@transaction.atomic
def accept(token: str, given: dict[str, Any]) -> User:
    """Use up a link and return who came in by it.

    Raises
    ------
    Http404
        If somebody else has used it in the meantime.
    """
    invitation = Invitation.open(token)
    if invitation is None:
        raise Http404
    # One statement marks it, so that of two at once only one comes in.
    used = Invitation.objects.filter(pk=invitation.pk, used_at=None)
    if not used.update(used_at=timezone.now()):
        raise Http404
    if invitation.user is not None:
        invitation.user.set_password(given["password"])
        invitation.user.save(update_fields=["password"])
        return invitation.user
    user = User.objects.create_user(given["email"], given["name"], given["password"])
    clinic = invitation.clinic or Clinic.objects.create(name=given["clinic"])
    Membership.objects.create(user=user, clinic=clinic, role=invitation.role)
    return user
