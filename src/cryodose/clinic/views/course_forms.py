"""Forms of courses: what is asked for becomes a course file, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cryodose.clinic.forms import date_input
from cryodose.clinic.models import Device, PlanRecord, Protocol
from cryodose.clinic.services.courses import Asked
from cryodose.evidence.catalogue import indications

_MOST_QUIET = 60
_USUAL_TIME = time(10, 0)


def _goals() -> list[tuple[str, Any]]:
    """Return the goals for which there is a trial, whatever it found."""
    return [("", _l("None"))] + [(row.key, row.name) for row in indications() if row.trial]


class CourseForm(forms.Form):
    """A course of a plan of this person, or of a protocol of the clinic."""

    plan = forms.ModelChoiceField(
        label=_l("Each session as in this plan"),
        queryset=PlanRecord.objects.none(),
        required=False,
    )
    protocol = forms.ModelChoiceField(
        label=_l("or as in this protocol (its plan is made later)"),
        queryset=Protocol.objects.none(),
        required=False,
    )
    title = forms.CharField(label=_l("Title"), max_length=120, required=False)
    goal = forms.ChoiceField(label=_l("What it is for"), choices=_goals, required=False)
    start = forms.DateField(label=_l("First day"), widget=date_input())
    sessions = forms.IntegerField(
        label=_l("Number of sessions (empty: as in the trial of its goal)"),
        min_value=1,
        max_value=200,
        required=False,
    )
    days_between = forms.IntegerField(
        label=_l("Days from one to the next (empty: as in the trial)"),
        min_value=0,
        max_value=365,
        required=False,
    )
    outcome = forms.CharField(
        label=_l("Outcome scale, such as: Pain, 0 to 10"), max_length=80, required=False
    )
    weekends = forms.BooleanField(label=_l("No session on weekends"), required=False)
    quiet = forms.CharField(
        label=_l("Quiet days"),
        help_text=_l("One line each: 2026-12-24, or from and to: 2026-12-24 2026-12-31"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, plans: QuerySet[PlanRecord], protocols: QuerySet[Protocol], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["protocol"].queryset = protocols  # type: ignore[attr-defined]  # likewise
        self.fields["start"].initial = timezone.localdate()

    def clean_quiet(self) -> list[dict[str, str]]:
        """Return the quiet days as a course file has them."""
        return list(_pauses(self.cleaned_data["quiet"]))

    def clean(self) -> dict[str, Any]:
        """Ask for a plan or a protocol."""
        given = super().clean() or {}
        if not given.get("plan") and not given.get("protocol") and not self.errors:
            self.add_error("plan", _("Choose a plan or a protocol."))
        return given

    def asked(self) -> Asked:
        """Return the course that was asked for; its weekends are not yet freed."""
        given = self.cleaned_data
        plan: PlanRecord | None = given["plan"]
        protocol: Protocol | None = given["protocol"] or (plan.protocol if plan else None)
        procedure = plan.procedure if plan else protocol.procedure if protocol else ""
        spec: dict[str, Any] = {"procedure": procedure, "start": given["start"].isoformat()}
        for key in ("goal", "title", "sessions", "days_between", "outcome"):
            if given[key] not in (None, ""):
                spec[key] = given[key]
        if given["quiet"]:
            spec["pause"] = given["quiet"]
        return Asked(spec, plan, protocol)


class CourseChangeForm(CourseForm):
    """The same, with the reason of the change."""

    why = forms.CharField(label=_l("Reason of the change"), max_length=300)


class BookForm(forms.Form):
    """When a session of a course begins, and with which device."""

    day = forms.DateField(label=_l("Day"), widget=date_input())
    at = forms.TimeField(
        label=_l("Time"),
        initial=_USUAL_TIME,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    device = forms.ModelChoiceField(
        label=_l("Device"), queryset=Device.objects.none(), required=False
    )

    def __init__(self, *args: Any, devices: QuerySet[Device], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["device"].queryset = devices  # type: ignore[attr-defined]  # a ModelChoiceField


def initial_of(spec: dict[str, Any]) -> dict[str, Any]:
    """Return what the form of a course that is there shows first."""
    pauses = spec.get("pause", [])
    weekends = any(p.get("reason") == "weekend" for p in pauses)
    own = [p for p in pauses if p.get("reason") != "weekend"]
    lines = [p["first"] if p["first"] == p["last"] else f"{p['first']} {p['last']}" for p in own]
    keys = ("title", "goal", "start", "sessions", "days_between", "outcome")
    kept = {k: spec[k] for k in keys if k in spec}
    return kept | {"weekends": weekends, "quiet": "\n".join(lines)}


def _pauses(text: str) -> Iterator[dict[str, str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_QUIET:
        raise forms.ValidationError(_("These are too many lines."))
    for line in lines:
        words = line.replace("–", " ").replace("/", " ").split()
        try:
            first, last = date.fromisoformat(words[0]), date.fromisoformat(words[-1])
        except ValueError:
            first, last = date.max, date.min
        if last < first or len(words) > 2:
            raise forms.ValidationError(f"{line.strip()[:40]}: {_('expected one day or two')}")
        yield {"first": first.isoformat(), "last": last.isoformat()}
