"""Fields that several modalities share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from cryodose.session.fields import Number, OneOf
from cryodose.session.names import CoveredRegion, Garment, Site

__all__ = [
    "MAX_ENTRIES",
    "MOST_S",
    "BodySite",
    "Coverings",
    "Duration",
    "GasTemperature",
    "Length",
    "RoomTemperature",
]

MAX_ENTRIES = 1000

MOST_S = 86400
Duration: TypeAlias = Annotated[float, Number(0, MOST_S, "s")]
GasTemperature: TypeAlias = Annotated[float, Number(-196, 60, "C")]
RoomTemperature: TypeAlias = Annotated[float, Number(-30, 60, "C")]
Length: TypeAlias = Annotated[float, Number(0, 1000, "mm")]
BodySite: TypeAlias = Annotated[Site, OneOf("site")]
Coverings: TypeAlias = Annotated[
    dict[Annotated[CoveredRegion, OneOf("region")], Annotated[Garment, OneOf("garment")]],
    Field(max_length=MAX_ENTRIES),
]
