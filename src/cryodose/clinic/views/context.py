"""What every page shows: who is logged in, where, and what they may do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

import cryodose
from cryodose.clinic import clock
from cryodose.clinic.access import MATRIX, Actor
from cryodose.clinic.air.store import standing
from cryodose.clinic.models import Clinic
from cryodose.outcome.types import NOTICE


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the names that all templates may use."""
    actor = getattr(request, "actor", Actor())
    may = {action.replace(".", "_"): actor.may(action) for action in MATRIX}
    clinics = Clinic.objects.filter(pk__in=list(actor.roles)) if len(actor.roles) > 1 else ()
    return {
        "actor": actor,
        "may": may,
        # Asked of the database only where a template shows it.
        "room_alarms": standing(actor.clinic.pk) if actor.clinic and may["place_read"] else (),
        "clinics": clinics,
        "clock_speed": clock.speed(),
        "notice": NOTICE,
        "version": cryodose.__version__,
        "languages": settings.LANGUAGES,
    }
