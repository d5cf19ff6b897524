"""Room files: where nitrogen is used, how it is aired, and how much of it there is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import model_validator

from cryodose.errors import BadInput
from cryodose.files import read_toml
from cryodose.session.fields import Number, OneOf, Table, fail
from cryodose.session.plain import plain_data
from cryodose.session.problems import Problems

__all__ = ["Nitrogen", "Room", "RoomFile", "Ventilation", "load_room", "room_from_dict"]

Fan = Literal["none", "supply", "exhaust"]
Place = Literal["low", "high"]
Door = Literal["closed", "open"]

_Flow = Annotated[float, Number(0, 1e6, "m3/h")]


class Room(Table):
    """The room. Either `volume_m3` and `height_m`, or `floor_m2` and `height_m`."""

    volume_m3: Annotated[float, Number(1, 100000, "m3")] | None = None
    floor_m2: Annotated[float, Number(0.5, 50000, "m2")] | None = None
    height_m: Annotated[float, Number(1.5, 30, "m")] = 2.5
    temperature_c: Annotated[float, Number(-10, 45, "C")] = 20.0
    door: Annotated[Door, OneOf("door")] = "closed"

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.volume_m3 is None) == (self.floor_m2 is None):
            fail("volume_m3", "either volume_m3 or floor_m2")
        return self

    @property
    def m3(self) -> float:
        """Volume of the air."""
        return (
            self.volume_m3 if self.volume_m3 is not None else (self.floor_m2 or 0.0) * self.height_m
        )


class Ventilation(Table):
    """The fan: what it moves, which way, and at which height. Either flow or air changes."""

    fan: Annotated[Fan, OneOf("fan")] = "none"
    fresh_m3_h: _Flow | None = None
    air_changes_per_h: Annotated[float, Number(0, 1000, "1/h")] | None = None
    opening: Annotated[Place, OneOf("height of the fan's opening")] = "low"
    device_extraction_percent: Annotated[float, Number(0, 100, "percent")] = 0.0

    @model_validator(mode="after")
    def _one_flow(self) -> Self:
        if self.fresh_m3_h is not None and self.air_changes_per_h is not None:
            fail("air_changes_per_h", "either fresh_m3_h or air_changes_per_h, not both")
        stated = self.fresh_m3_h is not None or self.air_changes_per_h is not None
        if (self.fan == "none") == stated:
            says = "the fan's flow (m3/h), or air_changes_per_h"
            fail("fresh_m3_h", 'no flow with fan = "none"' if stated else says)
        return self


class Nitrogen(Table):
    """What is used, what boils off, what leaks, and what stands there."""

    per_session_kg: Annotated[float, Number(0, 500, "kg")] | None = None
    session_s: Annotated[float, Number(1, 3600, "s")] = 180.0
    sessions_per_h: Annotated[float, Number(0, 60, "1/h")] = 0.0
    boil_off_kg_day: Annotated[float, Number(0, 5000, "kg/day")] = 0.0
    leak_kg_h: Annotated[float, Number(0, 50000, "kg/h")] = 0.0
    vessel_l: Annotated[float, Number(0, 100000, "l")] = 0.0
    hose_burst_kg_s: Annotated[float, Number(0, 100, "kg/s")] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.sessions_per_h * self.session_s > 3600:
            fail("sessions_per_h", "sessions that fit into an hour, one after the other")
        return self


@dataclass(frozen=True, slots=True)
class RoomFile:
    """A room as a file describes it."""

    title: str | None
    room: Room
    ventilation: Ventilation
    nitrogen: Nitrogen
    hours: float

    def to_dict(self) -> dict[str, Any]:
        """Give the room with the keys of a file."""
        data: dict[str, Any] = {} if self.title is None else {"title": self.title}
        for name in ("room", "ventilation", "nitrogen"):
            data[name] = getattr(self, name).model_dump(
                mode="json", by_alias=True, exclude_unset=True, exclude_none=True
            )
        return {**data, "hours": self.hours}


def load_room(path: str | os.PathLike[str]) -> RoomFile:
    """Read a room file.

    Raises
    ------
    BadInput, BadInputs
        If the file cannot be read or anything in it is wrong.
    """
    return room_from_dict(read_toml(path), path)


def room_from_dict(data: object, file: object = None) -> RoomFile:
    """Build a room from data with the keys of a room file; errors as for `load_room`."""
    if not isinstance(data, dict):
        raise BadInput(file, "", data, "a table with [room], [ventilation] and [nitrogen]")
    problems = Problems(file)
    content = plain_data(data, file)
    problems.only(content, ["title", "room", "ventilation", "nitrogen", "hours"], "", "a room file")
    room = problems.read(Room, content.get("room", {}), at="room", owner="room")
    air = problems.read(
        Ventilation, content.get("ventilation", {}), at="ventilation", owner="ventilation"
    )
    gas = problems.read(Nitrogen, content.get("nitrogen", {}), at="nitrogen", owner="nitrogen")
    hours, title = content.get("hours", 8), content.get("title")
    if isinstance(hours, bool) or not isinstance(hours, (int, float)) or not 0 < hours <= 24:
        problems.add("hours", hours, "a number above 0 and up to 24 h")
    if title is not None and not isinstance(title, str):
        problems.add("title", title, "a title")
    problems.raise_if_any()
    if room is None or air is None or gas is None:
        raise BadInput(file, "", expected="a room file")
    return RoomFile(title, room, air, gas, float(hours))
