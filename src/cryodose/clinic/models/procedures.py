"""The procedures of the rules, as choices of a form."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Procedure(models.TextChoices):
    """The same names as `cryodose.screening.PROCEDURES`."""

    CRYOSAUNA = "cryosauna", _("Cryosauna")
    CRYOCHAMBER = "cryochamber", _("Cold chamber")
    COLD_PACK = "cold-pack", _("Cold pack")
    IMMERSION = "immersion", _("Cold water")
    LIQUID_NITROGEN = "liquid-nitrogen", _("Liquid nitrogen")
    CRYOELECTROPHORESIS = "cryoelectrophoresis", _("Cryoelectrophoresis")
