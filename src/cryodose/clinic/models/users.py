"""Clinics, the people who work in them, and the one-time links that let them in."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from cryodose.clinic.models.base import LONGEST_REASON, HistoryRow, reason_field

LINK_HOURS = 48


class Role(models.TextChoices):
    """What somebody is in one clinic."""

    OPERATOR = "operator", _("Operator")
    CLINICIAN = "clinician", _("Clinician")
    RESEARCHER = "researcher", _("Researcher")
    ADMINISTRATOR = "administrator", _("Administrator")


class Clinic(models.Model):
    """One clinic; nothing of it is seen from another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    # What people get leaflets in, and users pages, who have chosen no language; empty: the site's.
    language = models.CharField(_("language"), max_length=2, blank=True)
    # Stands on leaflets: whom to call.
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(
        bases=[HistoryRow],
        cascade_delete_history=False,
        history_change_reason_field=reason_field(),
    )

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def change(self, by: User, why: str) -> Clinic:
        """Write what was changed, with who and why."""
        self._history_user, self._change_reason = by, why.strip()[:LONGEST_REASON]
        self.save()
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write, together with the version in the history."""
        with transaction.atomic():
            super().save(*args, **kwargs)


class UserManager(BaseUserManager["User"]):
    """Makes users by their address."""

    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """Return a new user; without a password nobody can log in as them."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.full_clean()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return a user by address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who logs in; what they may do stands in their memberships."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a user is in a clinic; an ended one stays, so that old names keep their meaning."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    since = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["clinic__name", "role"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "clinic", "role"],
                condition=models.Q(ended_at=None),
                name="role_once_in_a_clinic",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.clinic}"


def digest(secret: str) -> str:
    """Return what is stored of a link or token: it cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Invitation(models.Model):
    """A one-time link. Without a clinic it makes the first administrator and their clinic."""

    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, null=True, editable=False)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.ADMINISTRATOR)
    # Set where an existing user gets a new password, in place of a new user.
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    @classmethod
    def issue(cls, **fields: Any) -> tuple[Invitation, str]:
        """Return a new invitation and the secret of its link, which is stored nowhere."""
        secret = secrets.token_urlsafe(32)
        expires = timezone.now() + timedelta(hours=LINK_HOURS)
        made = cls.objects.create(token_digest=digest(secret), expires_at=expires, **fields)
        return made, secret

    @classmethod
    def open(cls, secret: str) -> Invitation | None:
        """Return the invitation of a link, if it can still be used."""
        found = cls.objects.filter(token_digest=digest(secret), used_at=None)
        return found.filter(expires_at__gt=timezone.now()).first()
