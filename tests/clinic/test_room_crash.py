"""The server is killed while sensors of a room report: no reading and no alarm is lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryodose.sensors import Reading
from cryodose.sensors.post import NotTaken, post_readings
from tests.clinic.server import Server, world
from tests.clinic.test_crash import fresh  # noqa: F401  # the fixture of both databases

KILLS = 2
EVERY_S = 5.0
# The watch looks once a second; a busy machine may take longer.
LATE_S = 5.0
ENOUGH = 12  # readings answered between two kills


class Gateway:
    """Sends one reading after the other, each until the server has answered, as `listen` does."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret
        self.taken: list[Reading] = []
        self.stop = threading.Event()
        self.low = threading.Event()

    def wait_for(self, more: int) -> None:
        """Wait until some more readings were answered, however busy the machine is."""
        wanted, until = len(self.taken) + more, time.monotonic() + 60
        while len(self.taken) < wanted:
            assert time.monotonic() < until, f"{len(self.taken)} of {wanted} readings answered"
            time.sleep(0.005)

    def run(self) -> None:
        n = 0
        while not self.stop.is_set():
            n += 1
            value = 17.0 if self.low.is_set() else 20.9 - n % 10 * 0.01
            reading = Reading("oxygen", value, datetime.now(UTC), sensor="wall")
            while not self.stop.is_set():
                try:
                    post_readings(self.url, self.secret, [reading])
                except NotTaken:
                    time.sleep(0.02)
                    continue
                self.taken.append(reading)
                break
            time.sleep(0.01)


def test_no_reading_and_no_alarm_is_lost(
    fresh: Callable[[], dict[str, str]],  # noqa: F811  # as above
) -> None:
    env = fresh()
    made = world(env, "make", "1", "3000")
    told = world(env, "room")
    server, chance = Server(env), random.Random(3)
    server.start()
    url = f"{server.address}/api/rooms/{told['room']}/readings"
    gateway = Gateway(url, made["tokens"][0])
    thread = threading.Thread(target=gateway.run)
    thread.start()
    try:
        for kill in range(KILLS):
            gateway.wait_for(ENOUGH)
            if kill == KILLS - 1:
                gateway.low.set()
                gateway.wait_for(2)
            else:
                time.sleep(chance.uniform(0.0, 0.6))
            server.kill()
            time.sleep(chance.uniform(0.0, 0.2))
            server.start()
        gateway.wait_for(2)
        gateway.stop.set()
        thread.join(timeout=10)
        # The last reading is not old yet: the sensor is silent only later.
        assert "silent" not in [a[0] for a in world(env, "air")["alarms"]]
        time.sleep(EVERY_S + LATE_S)
    finally:
        gateway.stop.set()
        thread.join(timeout=10)
        server.kill()
    check(gateway, world(env, "air"), world(env, "read"), told["session"])
    assert world(env, "faults")["faults"] == []


def check(gateway: Gateway, air: Any, read: Any, session: str) -> None:
    """Each reading that was answered is there once, and what follows from it."""
    written = [at for at, _, _ in air["readings"]]
    assert len(set(written)) == len(written)
    assert {r.at.isoformat() for r in gateway.taken} <= set(written)
    # At most one more for each kill: written, and killed before the answer.
    assert len(written) <= len(gateway.taken) + KILLS + 1
    assert len(gateway.taken) > ENOUGH * KILLS
    kinds = [kind for kind, *_ in air["alarms"]]
    assert sorted(set(kinds)) == sorted(kinds)
    assert {"oxygen-leave", "silent"} <= set(kinds) <= {"oxygen-leave", "silent", "oxygen-low"}
    assert all(versions == 1 for *_, versions in air["alarms"])
    silent = next(at for kind, _, at, _ in air["alarms"] if kind == "silent")
    last = max(datetime.fromisoformat(at) for at in written)
    late_s = silent - (last + timedelta(seconds=EVERY_S)).timestamp()
    assert 0 <= late_s < LATE_S, f"silent {late_s:.2f} s after it was due"
    alarms = [e["data"]["alarm"] for e in read["events"]
              if e["session"] == session and e["kind"] == "alarm-due"]  # fmt: skip
    assert sum(a.startswith("room-oxygen-leave-") for a in alarms) == 1
    assert sum(a.startswith("room-silent-") for a in alarms) == 1
