"""How allauth behaves here: nobody signs up, nothing is mailed."""

from __future__ import annotations

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # the package has no types
    """People are let in by one-time links alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: object) -> None:
        """Send nothing: a clinic may stand without a network."""
        return

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Send nothing, likewise."""
        return


def tried_name(request: HttpRequest, credentials: dict[str, str] | None = None) -> str:
    """Return whom a failed login counts against: the address that was typed."""
    given = (credentials or {}).get("email") or request.POST.get("login", "")
    return given.strip().lower()[:254]


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]  # the package has no types
    """Seeds of authenticators lie encrypted in the database, and so in every backup of it."""

    def encrypt(self, text: str) -> str:
        """Return what is stored."""
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Return what was stored."""
        return _box().decrypt(encrypted_text.encode("ascii")).decode()


def _box() -> Fernet:
    key = hashlib.sha256(b"second factor " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
