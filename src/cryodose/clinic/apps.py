"""The clinic as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """Registers the checks of the house when the site starts."""

    name = "cryodose.clinic"
    label = "clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load what must be known before the first request."""
        from cryodose.clinic import checks, language

        checks.register_all()
        language.load()
