"""Asks a device over Modbus/TCP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from cryodose.sensors.readings import Judge, Reading
from cryodose.sensors.registers import Device, read_out

PORT = 502
_TIMEOUT_S = 2.0


class Poller:
    """Asks one device again and again."""

    def __init__(self, client: ModbusTcpClient, device: Device) -> None:
        self._client, self._device = client, device
        self._judge = Judge()

    def poll(self) -> list[Reading]:
        """Return all readings of now; those that the device does not give are missing."""
        words: dict[int, Sequence[int] | None] = {}
        for register in self._device.registers:
            words[register.address] = self._ask(register.address, register.words)
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
        return None if answer.isError() else list(answer.registers)


@contextmanager
def polling(host: str, port: int, device: Device) -> Iterator[Poller]:
    """Give something that asks a device; a device that is not there gives missing readings."""
    client = ModbusTcpClient(host, port=port, timeout=_TIMEOUT_S, retries=1)
    try:
        yield Poller(client, device)
    finally:
        _close(client)


def _close(client: ModbusTcpClient) -> None:
    client.close()  # type: ignore[no-untyped-call]  # pymodbus gives it no types
