"""How allauth behaves here: nobody signs up, nothing is mailed."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
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
