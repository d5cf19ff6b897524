"""Asks a device over Modbus/TCP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from cryodose.sensors.outage import Complain, Outage, hush
from cryodose.sensors.readings import Judge, Reading
from cryodose.sensors.registers import Device, read_out

PORT = 502
_TIMEOUT_S = 2.0
hush("pymodbus")


class Poller:
    """Asks one device again and again."""

    def __init__(self, client: ModbusTcpClient, device: Device, outage: Outage) -> None:
        self._client, self._device, self._outage = client, device, outage
        self._judge = Judge()
        self._is_heard = False

    def poll(self) -> list[Reading]:
        """Return all readings of now; those that the device does not give are missing."""
        words: dict[int, Sequence[int] | None] = {}
        self._is_heard = False
        for register in self._device.registers:
            words[register.address] = self._ask(register.address, register.words)
        if self._is_heard:
            self._outage.back()
        else:
            self._outage.away("does not answer: its readings are missing until it is back")
        at = datetime.now(UTC)
        return [self._judge(r, at) for r in read_out(self._device, words, at)]

    def _ask(self, address: int, count: int) -> list[int] | None:
        try:
            if not self._client.connected and not self._client.connect():  # type: ignore[no-untyped-call]  # pymodbus gives it no types
                return None
            answer = self._client.read_holding_registers(
                address, count=count, device_id=self._device.unit
            )
        except (ModbusException, OSError):
            _close(self._client)
            return None
        self._is_heard = True
        return None if answer.isError() else list(answer.registers)


@contextmanager
def polling(
    host: str, port: int, device: Device, complain: Complain = lambda line: None
) -> Iterator[Poller]:
    """Give something that asks a device; a device that is not there gives missing readings.

    Parameters
    ----------
    host, port : str, int
    device : Device
    complain : callable, optional
        Called with one line when the device does not answer, and one when it is back.
    """
    client = ModbusTcpClient(host, port=port, timeout=_TIMEOUT_S, retries=1)
    try:
        yield Poller(client, device, Outage(f"modbus://{host}:{port}", complain))
    finally:
        _close(client)


def _close(client: ModbusTcpClient) -> None:
    client.close()  # type: ignore[no-untyped-call]  # pymodbus gives it no types
