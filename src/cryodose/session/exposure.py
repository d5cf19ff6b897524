"""The `[exposure]` table: one model per modality, told apart by `modality`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from cryodose.session.contact import ColdPack, Immersion
from cryodose.session.electrophoresis import Cryoelectrophoresis
from cryodose.session.fields import Table
from cryodose.session.gas import CryoChamber, CryoSauna
from cryodose.session.nitrogen import LiquidNitrogen

__all__ = ["EXPOSURES", "Exposure"]

Exposure: TypeAlias = Annotated[
    CryoSauna | CryoChamber | ColdPack | Immersion | LiquidNitrogen | Cryoelectrophoresis,
    Field(discriminator="modality"),
]

EXPOSURES: dict[str, type[Table]] = {
    "cryosauna": CryoSauna,
    "cryochamber": CryoChamber,
    "cold-pack": ColdPack,
    "immersion": Immersion,
    "liquid-nitrogen": LiquidNitrogen,
    "cryoelectrophoresis": Cryoelectrophoresis,
}
