"""One's own account: name, language of the pages, and tokens for programs."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from cryodose.clinic.access import PUBLIC, SIGNED_IN, ClinicRequest, rule
from cryodose.clinic.models import ApiToken, Kept
from cryodose.clinic.models.tokens import TOKEN_DAYS
from cryodose.clinic.services.tokens import MOST, new_token, tokens_of


class AccountForm(forms.Form):
    """What somebody may change about themself."""

    name = forms.CharField(label=_l("Your name"), max_length=120)
    language = forms.ChoiceField(
        label=_l("Language of the pages"),
        choices=[("", _l("As the clinic has it")), *settings.LANGUAGES],
        required=False,
    )


class TokenForm(forms.Form):
    """What a token is for."""

    name = forms.CharField(label=_l("What it is for"), max_length=80)


@rule(SIGNED_IN)
def account(request: ClinicRequest) -> HttpResponse:
    """Show and change one's own name and language."""
    user = request.actor.user
    assert user is not None  # noqa: S101  # the rule wants somebody who has logged in
    first = {"name": user.name, "language": user.language}
    form = AccountForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        user.name, user.language = form.cleaned_data["name"], form.cleaned_data["language"]
        user.save(update_fields=["name", "language"])
        messages.success(request, _("Saved."))
        return redirect("account")
    roles = user.memberships.filter(ended_at=None).select_related("clinic")
    return render(request, "clinic/account.html", {"form": form, "roles": roles})


@rule(PUBLIC)
def language(request: HttpRequest) -> HttpResponseBase:
    """Speak another language from here on; whoever has logged in keeps it."""
    answer = set_language(request)
    user = getattr(request, "actor").user  # noqa: B009  # set by the gate, on a plain request
    chosen = request.POST.get("language", "")
    if user is not None and chosen in dict(settings.LANGUAGES):
        user.language = chosen
        user.save(update_fields=["language"])
    return answer


@rule(SIGNED_IN)
def account_tokens(request: ClinicRequest) -> HttpResponse:
    """List one's own tokens, and make a new one, whose secret is shown this once."""
    actor = request.actor
    form = TokenForm(request.POST or None)
    told = {"form": form, "most": MOST, "days": TOKEN_DAYS}
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = new_token(actor.user, actor.clinic, form.cleaned_data["name"])
        except Kept:
            form.add_error(None, _("You work in no clinic, or have too many tokens: end one."))
        else:
            # Not after a redirect: the secret would have to wait somewhere.
            told |= {"secret": secret, "made": made, "form": TokenForm()}
    told["tokens"] = tokens_of(actor.user)
    return render(request, "clinic/account_tokens.html", told)


@require_POST
@rule(SIGNED_IN)
def account_token_end(request: ClinicRequest, token: UUID) -> HttpResponse:
    """End a token of one's own."""
    found = ApiToken.objects.filter(user=request.actor.user, pk=token).first()
    if found is None:
        raise Http404
    found.end()
    messages.success(request, _("Ended."))
    return redirect("account_tokens")
