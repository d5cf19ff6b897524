"""What the planner knows of a person's whole-body sessions before: the record's, and others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic import clock
from cryodose.clinic.engine_words import lasting
from cryodose.clinic.live.before import sessions_before
from cryodose.clinic.models import Person
from cryodose.clinic.views.planner_fields import SECONDS, PlannerForm
from cryodose.evidence.build_up import longest_after_s

_MOST = 1000


class BeforeForm(forms.Form):
    """How many sessions a person had elsewhere; those of the record cannot be taken away."""

    sessions_elsewhere = forms.IntegerField(
        label=_l("And elsewhere"),
        help_text=_l("Only without a pause of more than two weeks since; it is kept in the plan."),
        min_value=0,
        max_value=_MOST,
        required=False,
        initial=0,
    )

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data)
        self.recorded = sessions_before(person, clock.now())

    @property
    def elsewhere(self) -> int:
        """How many were had elsewhere, of a form that is valid."""
        return self.cleaned_data["sessions_elsewhere"] or 0

    @property
    def words(self) -> str:
        """What the record alone allows."""
        longest_s = longest_after_s(self.recorded)
        told = _("This is session %(number)d: at most %(time)s.")
        return told % {"number": self.recorded + 1, "time": lasting(longest_s)}

    def kept(self, form: type[PlannerForm], start: dict[str, Any]) -> dict[str, Any]:
        """Return what a form shows first, with no more minutes than the record allows."""
        usual = form.base_fields["minutes"].initial
        longest = longest_after_s(self.recorded) / SECONDS
        return {**start, "minutes": min(start.get("minutes", usual), longest)}
