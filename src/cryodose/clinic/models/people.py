"""People who are treated, what they agreed to, and the link to their own data."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cryodose.clinic.models.base import Record
from cryodose.clinic.models.procedures import Procedure
from cryodose.clinic.models.users import digest

LINK_DAYS = 14
LINK_TRIES = 5


def _within(low: float, high: float) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(low), MaxValueValidator(high)]


class Person(Record):
    """Somebody who is treated.

    `number` names them within the clinic; `pseudonym` is all that research sees of them.
    """

    class Sex(models.TextChoices):
        """As the screening rules know it."""

        FEMALE = "female", _("female")
        MALE = "male", _("male")
        OTHER = "other", _("other")
        UNKNOWN = "unknown", _("unknown")

    person_path: ClassVar[str] = "self"

    number = models.PositiveIntegerField(editable=False)
    pseudonym = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    family_name = models.CharField(_("family name"), max_length=80)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    language = models.CharField(_("language"), max_length=2, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    height_m = models.FloatField(
        _("height, m"), null=True, blank=True, validators=_within(0.5, 2.6)
    )
    mass_kg = models.FloatField(_("mass, kg"), null=True, blank=True, validators=_within(10, 400))
    body_fat_percent = models.FloatField(
        _("body fat, %"), null=True, blank=True, validators=_within(2, 70)
    )
    skin_type = models.PositiveSmallIntegerField(
        _("skin type (Fitzpatrick)"), null=True, blank=True, validators=_within(1, 6)
    )
    note = models.TextField(_("note"), blank=True, max_length=4000)
    # What another system calls this person; FHIR imports find them again by it.
    external_system = models.CharField(max_length=200, blank=True, editable=False)
    external_id = models.CharField(max_length=200, blank=True, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["family_name", "given_name", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "number"], name="person_number"),
            models.UniqueConstraint(
                fields=["clinic", "external_system", "external_id"],
                condition=~models.Q(external_id=""),
                name="person_external",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}".strip()

    def age_y(self, on: date) -> int | None:
        """Return whole years of age on a day."""
        born = self.birth_date
        if born is None:
            return None
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


class Consent(Record):
    """What a person agreed to, until when, and whether they took it back."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents", editable=False)
    procedure = models.CharField(_("procedure"), max_length=24, choices=Procedure.choices)
    text = models.TextField(_("what was explained and agreed to"), max_length=8000)
    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("valid until"))
    given_by = models.CharField(_("given by (if not the person)"), max_length=160, blank=True)
    for_research = models.BooleanField(_("data may be used for research, de-identified"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-given_on"]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()}, {self.given_on}"

    def holds_on(self, day: date) -> bool:
        """Whether it counts on a day."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        return self.given_on <= day <= self.expires_on and not withdrawn and not self.is_retired


class PersonLink(Record):
    """A link by which a person reads their own data, with a code told to them separately."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    @classmethod
    def issue(cls, person: Person, by: object, why: str) -> tuple[PersonLink, str, str]:
        """Return a new link with its secret and its code, which are stored nowhere."""
        token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**8):08d}"
        made = cls(
            clinic=person.clinic,
            person=person,
            token_digest=digest(token),
            code_digest=digest(token + code),
            expires_at=timezone.now() + timedelta(days=LINK_DAYS),
        )
        return made.keep(by, why), token, code

    @classmethod
    def of(cls, token: str) -> PersonLink | None:
        """Return the link with a secret, if it still counts."""
        found = cls.objects.filter(token_digest=digest(token)).select_related("person").first()
        return None if found is None or found.is_over else found

    @property
    def is_over(self) -> bool:
        """Whether it no longer counts."""
        over = self.expires_at <= timezone.now() or self.tries >= LINK_TRIES
        return over or self.is_retired or self.person.is_retired

    def opens_with(self, token: str, code: str) -> bool:
        """Compare a code in constant time, and count a wrong one."""
        if secrets.compare_digest(self.code_digest, digest(token + code)):
            return True
        with transaction.atomic():
            # Of many wrong codes at once each counts.
            now = PersonLink.objects.select_for_update().get(pk=self.pk)
            now.tries += 1
            now.keep(None, "wrong code")
        return False
