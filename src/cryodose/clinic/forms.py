"""What several forms share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cryodose.clinic.models.base import LONGEST_REASON

if TYPE_CHECKING:
    RecordForm = forms.ModelForm[Any]
else:
    # Only the stubs let the class be subscripted.
    RecordForm = forms.ModelForm


def date_input() -> forms.DateInput:
    """Return a field that browsers show as a calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def moment_input() -> forms.DateTimeInput:
    """Return a field that browsers show as a calendar with a clock."""
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class WhyForm(forms.Form):
    """The reason of a change, which the history shows."""

    why = forms.CharField(label=_("Reason of the change"), max_length=LONGEST_REASON)
