"""Which Modbus registers hold what, and their words as readings; pure."""

from __future__ import annotations

import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryodose.errors import MISSING, BadInput
from cryodose.files import read_toml
from cryodose.sensors.readings import QUANTITIES, Reading

FORMAT = "cryodose-registers/1"
# struct letter and words of each kind.
KINDS = {"int16": ("h", 1), "uint16": ("H", 1), "int32": ("i", 2), "float32": ("f", 2)}
_LAST = 0xFFFF
_DIGITS = 6
_MOST = 100
_KEYS = ("quantity", "address", "kind", "scale", "site", "absent")


@dataclass(frozen=True, slots=True)
class Register:
    """One value of a device.

    Attributes
    ----------
    address : int
        Of its first holding register, from 0.
    scale : float
        Value of one count, in the unit of the quantity.
    absent : int or None
        The raw number that the device gives where it has no sensor.
    """

    quantity: str
    address: int
    kind: str = "int16"
    scale: float = 1.0
    site: str = ""
    absent: int | None = None

    @property
    def words(self) -> int:
        """How many registers it takes."""
        return KINDS[self.kind][1]


@dataclass(frozen=True, slots=True)
class Device:
    """What is read of one device; `unit` is its Modbus unit id."""

    registers: tuple[Register, ...]
    sensor: str = "modbus"
    unit: int = 1


def load_registers(path: str | os.PathLike[str]) -> Device:
    """Read a register file.

    Raises
    ------
    BadInput
        Naming file, key, value and expectation.
    """
    return device_from(read_toml(path), path)


def device_from(data: Mapping[str, Any], file: object = None) -> Device:
    """Return what data with the keys of a register file describes; errors as above."""
    if data.get("format") != FORMAT:
        raise BadInput(file, "format", data.get("format", MISSING), f'"{FORMAT}"')
    for key in data:
        if key not in ("format", "sensor", "unit", "register"):
            expected = "one of format, sensor, unit, register"
            raise BadInput(file, key, data[key], expected)
    sensor, unit = data.get("sensor", "modbus"), data.get("unit", 1)
    if not isinstance(sensor, str) or not sensor:
        raise BadInput(file, "sensor", sensor, "a name")
    if type(unit) is not int or not 0 <= unit <= 247:
        raise BadInput(file, "unit", unit, "a whole number from 0 to 247")
    listed = data.get("register", MISSING)
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST:
        raise BadInput(file, "register", listed, f"a list of 1 to {_MOST} registers")
    return Device(
        tuple(_register(one, file, f"register[{n}]") for n, one in enumerate(listed)), sensor, unit
    )


def _register(one: object, file: object, place: str) -> Register:
    if not isinstance(one, dict):
        raise BadInput(file, place, one, "a table")
    for key in one:
        if key not in _KEYS:
            raise BadInput(file, f"{place}.{key}", one[key], f"one of {', '.join(_KEYS)}")
    quantity, kind = one.get("quantity", MISSING), one.get("kind", "int16")
    if quantity not in QUANTITIES:
        raise BadInput(file, f"{place}.quantity", quantity, f"one of {', '.join(QUANTITIES)}")
    if kind not in KINDS:
        raise BadInput(file, f"{place}.kind", kind, f"one of {', '.join(KINDS)}")
    address, scale = one.get("address", MISSING), one.get("scale", 1.0)
    if type(address) is not int or not 0 <= address <= _LAST - 1:
        raise BadInput(file, f"{place}.address", address, f"a whole number from 0 to {_LAST - 1}")
    if type(scale) not in (int, float) or not 0 < abs(scale) < 1e6:
        raise BadInput(file, f"{place}.scale", scale, "a number other than 0")
    site, absent = one.get("site", ""), one.get("absent")
    if not isinstance(site, str):
        raise BadInput(file, f"{place}.site", site, "a name")
    if absent is not None and type(absent) is not int:
        raise BadInput(file, f"{place}.absent", absent, "a whole number")
    return Register(quantity, address, kind, float(scale), site, absent)


def device_toml(device: Device) -> str:
    """Return the register file of a device."""
    lines = [f'format = "{FORMAT}"', f'sensor = "{device.sensor}"', f"unit = {device.unit}"]
    for register in device.registers:
        lines += ["", "[[register]]", f'quantity = "{register.quantity}"']
        lines += [f"address = {register.address}", f'kind = "{register.kind}"']
        lines.append(f"scale = {register.scale!r}")
        lines += [f'site = "{register.site}"'] if register.site else []
        lines += [f"absent = {register.absent}"] if register.absent is not None else []
    return "\n".join(lines) + "\n"


def read_out(
    device: Device, words: Mapping[int, Sequence[int] | None], at: datetime
) -> list[Reading]:
    """Return the readings of a device, not judged yet.

    Parameters
    ----------
    device : Device
    words : mapping
        Address -> the words of that register, None where the device gave an error.
    at : datetime
    """
    made = []
    for register in device.registers:
        found = words.get(register.address)
        value, why = None, ""
        if found is None or len(found) != register.words:
            why = "the device does not answer for this register"
        else:
            value = _decoded(register, found)
            why = "" if value is not None else "the device has no sensor there"
        made.append(
            Reading(register.quantity, value, at, register.site, device.sensor, "good", why)
        )
    return made


def _decoded(register: Register, words: Sequence[int]) -> float | None:
    letter, count = KINDS[register.kind]
    raw = struct.unpack(f">{letter}", struct.pack(f">{count}H", *words))[0]
    return None if raw == register.absent else round(float(raw) * register.scale, _DIGITS)


def encoded(register: Register, value: float | None) -> list[int]:
    """Return the words that a device gives for a value; None is its mark for "no sensor"."""
    letter, count = KINDS[register.kind]
    number = value / register.scale if value is not None else register.absent or 0
    raw = float(number) if letter == "f" else round(number)
    return list(struct.unpack(f">{count}H", struct.pack(f">{letter}", raw)))
