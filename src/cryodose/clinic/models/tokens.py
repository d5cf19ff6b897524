"""Tokens with which a program acts for a user, in one clinic and for some time."""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from cryodose.clinic.models.users import Clinic, User, digest

TOKEN_DAYS = 90


class ApiToken(models.Model):
    """What a program shows in place of a login; it may do what its user may, and no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="tokens", editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+", editable=False)
    name = models.CharField(max_length=80)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def issue(cls, user: User, clinic: Clinic, name: str) -> tuple[ApiToken, str]:
        """Return a new token and its secret, which is stored nowhere."""
        secret = secrets.token_urlsafe(32)
        expires = timezone.now() + timedelta(days=TOKEN_DAYS)
        fields = {"user": user, "clinic": clinic, "name": name, "expires_at": expires}
        return cls.objects.create(token_digest=digest(secret), **fields), secret

    @classmethod
    def of(cls, secret: str) -> ApiToken | None:
        """Return the token with a secret, while it counts."""
        rows = cls.objects.filter(token_digest=digest(secret), ended_at=None)
        return rows.filter(expires_at__gt=timezone.now()).select_related("user", "clinic").first()

    def end(self) -> None:
        """Let it count no more; it stays, so that old names keep their meaning."""
        if self.ended_at is None:
            self.ended_at = timezone.now()
            self.save(update_fields=["ended_at"])
