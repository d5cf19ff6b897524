"""Diagnoses: what a person has or had, in words and by code."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cryodose.clinic.models.base import Record
from cryodose.clinic.models.people import Person
from cryodose.screening.codes import ICD10, SNOMED, icd10_block, plain_code
from cryodose.screening.dates import when


def _day(text: str) -> None:
    if when(text) is None:
        raise ValidationError(_("a date such as 2026-11-22, 2026-11 or 2026"))


def _icd10(code: str) -> None:
    if plain_code(ICD10, code) is None and icd10_block(code) is None:
        raise ValidationError(_("a code of ICD-10 such as I73.0"))


def _snomed(code: str) -> None:
    if plain_code(SNOMED, code) is None:
        raise ValidationError(_("a code of SNOMED CT: digits"))


class Condition(Record):
    """A diagnosis. Screening asks the rules about it, as about an answer of the person."""

    class Status(models.TextChoices):
        """As FHIR has it; empty where nobody said."""

        ACTIVE = "active", _("Active")
        RECURRENCE = "recurrence", _("Came back")
        RELAPSE = "relapse", _("Relapse")
        INACTIVE = "inactive", _("Inactive")
        REMISSION = "remission", _("In remission")
        RESOLVED = "resolved", _("Over")

    class Verification(models.TextChoices):
        """How sure it is; what was refuted counts for nothing."""

        CONFIRMED = "confirmed", _("Confirmed")
        UNCONFIRMED = "unconfirmed", _("Not confirmed")
        PROVISIONAL = "provisional", _("Provisional")
        DIFFERENTIAL = "differential", _("One of several possible")
        REFUTED = "refuted", _("Refuted")
        ENTERED_IN_ERROR = "entered-in-error", _("Written down in error")

    person = models.ForeignKey(Person, models.PROTECT, related_name="conditions", editable=False)
    words = models.CharField(_("diagnosis"), max_length=300, blank=True)
    icd10 = models.CharField(_("ICD-10"), max_length=20, blank=True, validators=[_icd10])
    snomed = models.CharField(_("SNOMED CT"), max_length=20, blank=True, validators=[_snomed])
    status = models.CharField(
        _("state"), max_length=10, choices=Status.choices, blank=True, default=Status.ACTIVE
    )
    verification = models.CharField(
        _("how sure"),
        max_length=16,
        choices=Verification.choices,
        default=Verification.CONFIRMED,
    )
    # As much of a date as is known: a year is enough.
    since = models.CharField(_("since"), max_length=40, blank=True, validators=[_day])
    until = models.CharField(_("until"), max_length=40, blank=True, validators=[_day])
    stated_on = models.DateField(_("stated on"), null=True, blank=True)
    stated_by = models.CharField(_("stated by"), max_length=160, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=4000)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-stated_on", "-made_at"]

    def __str__(self) -> str:
        return self.words or self.icd10 or self.snomed

    def clean(self) -> None:
        """Ask for words or a code."""
        if not (self.words or self.icd10 or self.snomed):
            raise ValidationError({"words": _("words or a code")})

    @property
    def counts(self) -> bool:
        """Whether it is said to be true and in use."""
        false = (self.Verification.REFUTED, self.Verification.ENTERED_IN_ERROR)
        return not self.is_retired and self.verification not in false
