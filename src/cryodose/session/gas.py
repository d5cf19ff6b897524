"""Exposure to cold gas: nitrogen cabin (`cryosauna`) and walk-in chamber (`cryochamber`)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cryodose.session.exposure_parts import (
    MAX_ENTRIES,
    MOST_S,
    Coverings,
    Duration,
    GasTemperature,
    RoomTemperature,
)
from cryodose.session.fields import Number, Table, fail

__all__ = ["CryoChamber", "CryoSauna", "GasLevel", "Stage"]


class Stage(Table):
    """A stay in gas of one temperature; a pre-chamber is a stage of its own."""

    gas_temperature_c: GasTemperature | None = None
    displayed_temperature_c: GasTemperature | None = None
    duration_s: Duration

    @model_validator(mode="after")
    def _one_temperature(self) -> Self:
        if self.gas_temperature_c is None and self.displayed_temperature_c is None:
            fail("gas_temperature_C", "gas_temperature_C or displayed_temperature_C")
        if self.gas_temperature_c is not None and self.displayed_temperature_c is not None:
            fail(
                "displayed_temperature_C",
                "either gas_temperature_C or displayed_temperature_C, not both",
            )
        return self


class GasLevel(Table):
    """Measured gas temperature at one height above the floor."""

    height_m: Annotated[float, Number(0, 5, "m")]
    gas_temperature_c: GasTemperature


class _Gas(Table):
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=MAX_ENTRIES)]
    gas_speed_m_s: Annotated[float, Number(0, 50, "m/s")] | None = None
    gas_profile: (
        Annotated[tuple[GasLevel, ...], Field(min_length=1, max_length=MAX_ENTRIES)] | None
    ) = None
    room_temperature_c: RoomTemperature | None = None
    coverings: Coverings | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        total_s = sum(stage.duration_s for stage in self.stages)
        if total_s > MOST_S:
            fail("stages", f"at most {MOST_S:g} s in all stages together (here {total_s:g} s)")
        heights = [level.height_m for level in self.gas_profile or ()]
        if len(set(heights)) < len(heights):
            fail("gas_profile", "one gas_temperature_C for each height_m")
        return self


class CryoSauna(_Gas):
    """Nitrogen cabin with the head outside."""

    modality: Literal["cryosauna"] = "cryosauna"


class CryoChamber(_Gas):
    """Walk-in chamber with the head inside."""

    modality: Literal["cryochamber"] = "cryochamber"
