"""A simulated cabin: what a real one would say over Modbus/TCP and MQTT, from a prediction.

It exists to try out sensors, pages and alarms. What it says is the prediction for a session with
the noise of a thermometer on it, and no measurement.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from cryodose.sensors.outage import hush
from cryodose.sensors.registers import Device, Register, encoded

Fault = Literal["", "silent", "implausible", "missing", "low-oxygen"]
FAULTS: tuple[Fault, ...] = ("", "silent", "implausible", "missing", "low-oxygen")
SITES = ("chest", "thigh", "calf")
hush("pymodbus")

_HOLDING = 3
_ABSENT = -32768
_NOISE_K = 0.1
_AIR_PERCENT = 20.9
_LOW_PERCENT = 17.5
_ROOM_C = 22.0
# How quickly the gas of this simulator follows what was set; the skin is played, not computed.
_GAS_S = 20.0
_OFF_SCALE = 150.0


def _registers(sites: Sequence[str]) -> Device:
    made = [
        Register("set", 0, "int16", 0.1, "", _ABSENT),
        Register("gas", 1, "int16", 0.1, "", _ABSENT),
        Register("oxygen", 2, "uint16", 0.1),
        *(Register("skin", 10 + n, "int16", 0.01, site, _ABSENT) for n, site in enumerate(sites)),
    ]
    return Device(tuple(made), "cabin")


@dataclass(frozen=True)
class Cabin:
    """What the cabin plays.

    Attributes
    ----------
    set_c : float
        What its display says.
    skin : mapping
        Site -> (times in s, temperatures in degC).
    fault : str
        ``silent`` (says nothing), ``implausible`` (skin beyond every scale), ``missing`` (no skin
        sensor), ``low-oxygen``.
    """

    set_c: float
    skin: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    fault: Fault = ""
    seed: int = 0
    device: Device = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "device", _registers(list(self.skin)))

    def values(self, t_s: float) -> dict[tuple[str, str], float | None]:
        """Return (quantity, site) -> value some seconds after the start; None: no sensor."""
        noise = random.Random(f"{self.seed} {t_s:.3f}")  # noqa: S311  # noise, no secret
        gas = self.set_c + (_ROOM_C - self.set_c) * math.exp(-max(t_s, 0.0) / _GAS_S)
        said: dict[tuple[str, str], float | None] = {
            ("set", ""): self.set_c,
            ("gas", ""): gas,
            ("oxygen", ""): _LOW_PERCENT if self.fault == "low-oxygen" else _AIR_PERCENT,
        }
        for site, (times, temperatures) in self.skin.items():
            true = _between(t_s, times, temperatures) + noise.gauss(0.0, _NOISE_K)
            said["skin", site] = (
                None
                if self.fault == "missing"
                else _OFF_SCALE
                if self.fault == "implausible"
                else true
            )
        return said

    def words(self, t_s: float) -> dict[int, list[int]]:
        """Return address -> words of the holding registers."""
        said = self.values(t_s)
        return {r.address: encoded(r, said[r.quantity, r.site]) for r in self.device.registers}

    def messages(self, t_s: float, prefix: str = "cryodose") -> list[tuple[str, str]]:
        """Return topics and payloads."""
        made = []
        for (quantity, site), value in self.values(t_s).items():
            topic = "/".join(p for p in (prefix, self.device.sensor, quantity, site) if p)
            made.append((topic, "null" if value is None else f"{value:.2f}"))
        return made


def _between(t_s: float, times: Sequence[float], values: Sequence[float]) -> float:
    """Return a curve at a time, its first and last value outside."""
    if t_s <= times[0]:
        return values[0]
    for n in range(1, len(times)):
        if t_s <= times[n]:
            part = (t_s - times[n - 1]) / (times[n] - times[n - 1])
            return values[n - 1] + part * (values[n] - values[n - 1])
    return values[-1]


@dataclass(frozen=True)
class Playing:
    """How a cabin is played.

    Attributes
    ----------
    port : int
        Of Modbus/TCP; 0 takes a free one.
    speed : float
        Seconds of the session in one second.
    last_s : float
        How long to play, in seconds of the session; infinite goes on with the last values.
    publish : callable or None
        Called with topic and payload.
    started : callable or None
        Called once with the port when the cabin answers.
    """

    host: str = "127.0.0.1"
    port: int = 0
    speed: float = 1.0
    every_s: float = 1.0
    last_s: float = math.inf
    publish: Callable[[str, str], None] | None = None
    started: Callable[[int], None] | None = None


async def play(cabin: Cabin, how: Playing) -> None:
    """Answer over Modbus/TCP, and publish, until the session is over.

    Raises
    ------
    OSError
        If nobody may listen there.
    """
    loop = asyncio.get_running_loop()
    highest = max(r.address + r.words for r in cabin.device.registers)
    holding = SimData(0, count=highest, values=0, datatype=DataType.REGISTERS)
    server = ModbusTcpServer(
        SimDevice(cabin.device.unit, simdata=[holding]), address=(how.host, how.port)
    )
    try:
        await server.serve_forever(background=True)
    except RuntimeError as error:
        raise OSError(str(error)) from None
    try:
        await _say(cabin, how, server, 0.0)
        if how.started is not None:
            how.started(_port(server))
        begun = loop.time()
        while (t_s := (loop.time() - begun) * how.speed) <= how.last_s:
            await _say(cabin, how, server, t_s)
            await asyncio.sleep(how.every_s)
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]  # pymodbus gives it no types


def _port(server: ModbusTcpServer) -> int:
    listening = server.transport
    if not isinstance(listening, asyncio.Server):
        raise OSError("the server does not listen")
    return int(listening.sockets[0].getsockname()[1])


async def _say(cabin: Cabin, how: Playing, server: ModbusTcpServer, t_s: float) -> None:
    if cabin.fault == "silent" and t_s > 0.0:
        return
    for address, words in cabin.words(t_s).items():
        await server.async_setValues(cabin.device.unit, _HOLDING, address, words)
    if how.publish is not None:
        for topic, payload in cabin.messages(t_s):
            await asyncio.to_thread(how.publish, topic, payload)
