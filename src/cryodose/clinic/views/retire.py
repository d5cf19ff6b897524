"""Taking a record out of use with a reason: one page for every kind of record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cryodose.clinic.access import ClinicRequest
from cryodose.clinic.forms import WhyForm
from cryodose.clinic.models.base import Record


def retire_with_reason(
    request: ClinicRequest, row: Record, back: str, *, title: str = "", done: str = "", **told: Any
) -> HttpResponse:
    """Ask why, take a record out of use, and go back to another page.

    Parameters
    ----------
    back : str
        Address to go to afterwards.
    title, done : str
        What the page is called, and what is said afterwards; usually that it is out of use.
    told
        What else the page shows, such as `person` and `words`.
    """
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # Sent twice, the first reason stays.
        if not row.is_retired:
            row.retire(request.actor.user, form.cleaned_data["why"])
        messages.success(request, done or _("Taken out of use."))
        return redirect(back)
    title = title or f"{_('Take out of use')}: {row}"
    return render(request, "clinic/form.html", {**told, "form": form, "title": title})
