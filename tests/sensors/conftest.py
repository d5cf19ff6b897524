"""A real broker for these tests, on a port of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Mosquitto:
    """Mosquitto as Debian packs it; it can be stopped and started again."""

    def __init__(self, program: str, folder: Path, port: int, extra: str = "") -> None:
        self.port = port
        self._config = folder / f"mosquitto-{port}.conf"
        self._config.write_text(f"listener {port} 127.0.0.1\npersistence false\n{extra}\n")
        self._program, self._running = program, None

    def start(self) -> None:
        self._running = subprocess.Popen(
            [self._program, "-c", str(self._config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the broker does not answer")

    def stop(self) -> None:
        if self._running is not None:
            self._running.terminate()
            self._running.wait(10)
            self._running = None


def program() -> str:
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if found is None:
        pytest.skip("no broker: tools/broker.sh installs Mosquitto")
    return found


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """Return a broker that runs and asks nobody for a name."""
    made = Mosquitto(program(), tmp_path, free_port(), "allow_anonymous true")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def closed_broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """Return a broker that lets nobody in without a name."""
    made = Mosquitto(program(), tmp_path, free_port(), "allow_anonymous false")
    made.start()
    yield made
    made.stop()
