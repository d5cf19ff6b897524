"""What must be looked at before the cold begins, by procedure."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_GAS = ("cryosauna", "cryochamber")
_SKIN = ("cold-pack", "immersion", "cryoelectrophoresis")


@dataclass(frozen=True)
class Item:
    """One thing to look at; `procedures` is empty where it is asked before all of them."""

    key: str
    words: str | Promise
    procedures: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()


ITEMS = (
    Item("identity", _("Name and date of birth were asked and fit")),
    Item("today", _("Asked today: well, sober, no fever, nothing new")),
    Item("attendant", _("A second person stays within reach and sight"), _GAS),
    Item("dry", _("Skin, hair, socks and gloves are dry"), _GAS),
    Item("metal", _("No metal, jewellery, patches or lotion on the skin"), _GAS),
    Item("covered", _("Hands, feet and what must not freeze are covered"), _GAS),
    Item("head", _("The head stays above the rim"), ("cryosauna",), ("open-top",)),
    Item(
        "oxygen",
        _("The oxygen monitor is on and shows at least 19.5 %"),
        (*_GAS, "liquid-nitrogen"),
    ),
    Item("door", _("The door opens from inside, and they know how"), ("cryochamber",)),
    Item(
        "site", _("The place is marked; side and site were said aloud"), (*_SKIN, "liquid-nitrogen")
    ),
    Item("skin", _("The skin there is whole and feels touch"), _SKIN),
    Item("barrier", _("The cloth lies between cold and skin as planned"), ("cold-pack",)),
    Item("diagnosis", _("The lesion has a diagnosis by a clinician"), ("liquid-nitrogen",)),
    Item("eyes", _("Eyes are protected where the spray comes near"), ("liquid-nitrogen",)),
    Item("current", _("No implant or metal between the electrodes"), ("cryoelectrophoresis",)),
    Item("stop", _("They know: say stop at pain, burning or dizziness")),
)


def items_for(procedure: str, device_kind: str) -> list[Item]:
    """Return what must be looked at before a session.

    Parameters
    ----------
    procedure : str
    device_kind : str
        Empty where no device was chosen; what is asked of one kind is then asked as well.
    """
    return [
        item
        for item in ITEMS
        if (not item.procedures or procedure in item.procedures)
        and (not item.devices or not device_kind or device_kind in item.devices)
    ]
