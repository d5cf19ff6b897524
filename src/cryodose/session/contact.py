"""Exposure by contact with something cold: `cold-pack` and `immersion`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cryodose.session.exposure_parts import MAX_ENTRIES, BodySite, Duration, RoomTemperature
from cryodose.session.fields import Number, OneOf, Table, fail
from cryodose.session.names import Activity, Barrier, Compression, Immersed, PackAgent

__all__ = ["ActivitySpan", "ColdPack", "Immersion", "PackCycle"]


class PackCycle(Table):
    """Pack on, then pack off; `off_s` may be left out in the last cycle only."""

    on_s: Duration
    off_s: Duration = 0.0


class ActivitySpan(Table):
    """What the person does for a while after cooling."""

    kind: Annotated[Activity, OneOf("activity")]
    duration_s: Duration


class ColdPack(Table):
    """A cold pack, or a device that acts like one, on one site.

    `cycles` may be missing: planning finds them. `site` may be missing unless the subject
    is human.
    """

    modality: Literal["cold-pack"] = "cold-pack"
    agent: Annotated[PackAgent, OneOf("agent")]
    agent_temperature_c: Annotated[float, Number(-80, 60, "C")] | None = None
    agent_mass_kg: Annotated[float, Number(0.001, 50, "kg")] | None = None
    barrier: Annotated[Barrier, OneOf("barrier")] | None = None
    compression: Annotated[Compression, OneOf("compression")] | None = None
    compression_mmhg: Annotated[float, Number(0, 300, "mmHg")] | None = None
    site: BodySite | None = None
    contact_area_cm2: Annotated[float, Number(0.1, 20000, "cm2")] | None = None
    cycles: Annotated[tuple[PackCycle, ...], Field(min_length=1, max_length=MAX_ENTRIES)] | None = (
        None
    )
    recovery_s: Duration | None = None
    recovery_activity: (
        Annotated[tuple[ActivitySpan, ...], Field(min_length=1, max_length=MAX_ENTRIES)] | None
    ) = None
    room_temperature_c: RoomTemperature | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.compression == "none" and self.compression_mmhg:
            fail("compression_mmHg", 'no pressure with compression = "none"')
        for index, cycle in enumerate((self.cycles or ())[:-1]):
            # A gap that is not stated between two cycles would be a guess.
            if "off_s" not in cycle.model_fields_set:
                fail(f"cycles[{index}].off_s", "a number from 0 to 86400 s before the next cycle")
        return self


class Immersion(Table):
    """A bath. `duration_s` may be missing: planning finds it."""

    modality: Literal["immersion"] = "immersion"
    water_temperature_c: Annotated[float, Number(0, 45, "C")]
    stirred: bool | None = None
    room_temperature_c: RoomTemperature | None = None
    immersed: Annotated[Immersed, OneOf("height of the water")]
    duration_s: Duration | None = None
    recovery_s: Duration | None = None
