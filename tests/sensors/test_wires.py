"""Over real wires: a simulated cabin on Modbus/TCP, and Mosquitto from Debian."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from cryodose.cli.sensors import _sent
from cryodose.errors import BadInput
from cryodose.sensors import Reading
from cryodose.sensors.cabin import Cabin, Fault, Playing, play
from cryodose.sensors.modbus import polling
from cryodose.sensors.mqtt import Broker, NoBroker, listening, publishing
from cryodose.sensors.outage import Outage
from cryodose.sensors.post import NotTaken, post_readings

SKIN = {"calf": ((0.0, 180.0), (33.0, 21.0)), "thigh": ((0.0, 180.0), (32.0, 24.0))}


def wait_for(what: Callable[[], Any], words: str = "it") -> Any:
    for _ in range(200):
        if found := what():
            return found
        time.sleep(0.05)
    pytest.fail(f"waited in vain for {words}")


@contextmanager
def running(fault: Fault = "", publish: Any = None, port: int = 0) -> Iterator[tuple[Cabin, int]]:
    """Play a cabin in a thread of its own; give it and its port."""
    cabin, ports, loops = Cabin(-140.0, SKIN, fault), [], []

    def run() -> None:
        async def go() -> None:
            loops.append((asyncio.get_running_loop(), asyncio.current_task()))
            how = Playing(port=port, every_s=0.05, publish=publish, started=ports.append)
            with pytest.raises(asyncio.CancelledError):
                await play(cabin, how)

        asyncio.run(go())

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield cabin, wait_for(lambda: ports and ports[0], "the cabin")
    finally:
        loop, task = loops[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


def test_modbus_reads_what_the_cabin_says() -> None:
    with running() as (cabin, port), polling("127.0.0.1", port, cabin.device) as poller:
        told = {(r.quantity, r.site): r for r in poller.poll()}
    assert {r.quality for r in told.values()} == {"good"}
    assert told["set", ""].value == -140.0
    assert told["oxygen", ""].value == 20.9
    assert told["skin", "calf"].value == pytest.approx(33.0, abs=0.6)


@pytest.mark.parametrize(
    ("fault", "quality"), [("implausible", "implausible"), ("missing", "missing")]
)
def test_modbus_marks_faults(fault: Fault, quality: str) -> None:
    with running(fault) as (cabin, port), polling("127.0.0.1", port, cabin.device) as poller:
        told = Counter((r.quantity, r.quality) for r in poller.poll())
    assert told["skin", quality] == 2
    assert told["gas", "good"] == 1


def test_a_device_that_goes_away_is_missing_and_comes_back() -> None:
    with running() as (cabin, port):
        with polling("127.0.0.1", port, cabin.device) as poller:
            assert {r.quality for r in poller.poll()} == {"good"}
        gone = port
    with polling("127.0.0.1", gone, cabin.device) as poller:
        assert {r.quality for r in poller.poll()} == {"missing"}


def test_an_outage_is_one_line_and_its_end_another(capfd: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []
    with running() as (cabin, port), polling("127.0.0.1", port, cabin.device, told.append) as first:
        first.poll()
        assert told == []
    with polling("127.0.0.1", port, cabin.device, told.append) as poller:
        for _ in range(3):
            poller.poll()
        assert told == [
            f"modbus://127.0.0.1:{port} does not answer: its readings are missing until it is back"
        ]
        with running(port=port):
            assert {r.quality for r in poller.poll()} == {"good"}
            poller.poll()
        assert told[1:] == [f"modbus://127.0.0.1:{port} is back after 0 s"]
        poller.poll()
    assert len(told) == 3
    assert capfd.readouterr() == ("", "")


def test_a_port_that_is_taken_is_an_error() -> None:
    with running() as (cabin, port), pytest.raises(OSError, match="listen"):
        asyncio.run(play(cabin, Playing(port=port)))


def test_mqtt_hears_what_the_cabin_publishes(broker) -> None:
    heard: list[Reading] = []
    where = Broker("127.0.0.1", broker.port)
    with (
        listening(where, "cryodose/#", heard.append, pytest.fail),
        publishing(where) as publish,
        running(publish=publish),
    ):
        wait_for(lambda: len(heard) >= 10, "ten readings")
    assert {r.quality for r in heard} == {"good"}
    assert {(r.quantity, r.site) for r in heard} >= {("skin", "calf"),
                                                      ("oxygen", "")}  # fmt: skip
    assert {r.sensor for r in heard} == {"cabin"}


def test_mqtt_tells_what_is_no_reading_and_goes_on(broker) -> None:
    heard: list[Reading] = []
    complaints: list[str] = []
    where = Broker("127.0.0.1", broker.port)
    with listening(where, "c/#", heard.append, complaints.append), publishing(where) as publish:
        publish("c/t/mood", "1")
        publish("c/t/skin", "warm")
        publish("c/t/skin", "300")
        publish("c/t/skin", "30")
        wait_for(lambda: len(heard) == 2, "two readings")
    assert [r.quality for r in heard] == ["implausible", "good"]
    assert len(complaints) == 2
    assert all("\n" not in c for c in complaints)


def test_mqtt_listens_again_after_the_broker_was_gone(broker) -> None:
    heard: list[Reading] = []
    where = Broker("127.0.0.1", broker.port)
    told: list[str] = []
    with listening(where, "c/#", heard.append, told.append):
        broker.stop()
        broker.start()

        def say() -> bool:
            with publishing(where) as publish:
                publish("c/t/oxygen", "20.9")
            return bool(heard)

        wait_for(say, "the listener to come back")
    assert heard[0].value == 20.9
    what = f"the broker 127.0.0.1:{broker.port}"
    assert told[0] == f"{what} is gone: nothing is heard until it is back"
    assert told[1].startswith(f"{what} is back after ")
    assert len(told) == 2


def test_mqtt_without_a_broker_or_a_name(closed_broker, monkeypatch) -> None:
    with (
        pytest.raises(NoBroker, match="cannot be reached"),
        listening(Broker("127.0.0.1", 1), "c/#", print, print),
    ):
        pass
    monkeypatch.setattr("cryodose.sensors.mqtt._TIMEOUT_S", 0.5)
    with (
        pytest.raises(NoBroker, match="let us in"),
        listening(Broker("127.0.0.1", closed_broker.port), "c/#", print, print),
    ):
        pass


class Site(BaseHTTPRequestHandler):
    """Takes readings as a clinic's site would."""

    taken: ClassVar[list[tuple[str, Any]]] = []
    status: ClassVar[int] = 200
    answer: ClassVar[bytes] = b""

    def do_POST(self) -> None:  # the name that http.server calls
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Site.taken.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(Site.status)
        self.end_headers()
        self.wfile.write(Site.answer)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.taken, Site.status, Site.answer = [], 200, b""
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/readings"
    server.shutdown()
    thread.join()
    server.server_close()


def test_readings_are_posted(site: str) -> None:
    with running() as (cabin, port), polling("127.0.0.1", port, cabin.device) as poller:
        readings = poller.poll()
    post_readings(site, "secret", readings)
    token, body = Site.taken[0]
    assert token == "Bearer secret"
    assert len(body["readings"]) == len(readings)
    assert set(body["readings"][0]) <= {"quantity", "value", "unit", "at", "site", "sensor"}
    Site.status = 403
    with pytest.raises(NotTaken, match="403"):
        post_readings(site, "x", readings)
    with pytest.raises(NotTaken, match="reached"):
        post_readings("http://127.0.0.1:1/", "x", readings)
    with pytest.raises(BadInput, match="http"):
        post_readings("file:///etc/hosts", "x", readings)


def test_what_a_site_has_no_place_for_is_told(site: str) -> None:
    now = datetime.now(UTC)
    readings = [Reading("oxygen", v, now, sensor="hall") for v in (20.9, 20.8, None)]
    why = {"quality": "missing", "why": "this room has no sensor 'hall'", "number": None}
    Site.answer = json.dumps({"readings": [why, why, why]}).encode()
    lost = post_readings(site, "x", readings)
    assert lost == ["hall, oxygen: this room has no sensor 'hall'"]
    for answer in (b"", b"ok", b"[]", b'{"readings": 1}', b'{"readings": [1]}', b"[" * 10_000):
        Site.answer = answer
        assert post_readings(site, "x", readings) == []


def test_after_a_long_break_no_request_is_too_large(site: str) -> None:
    said: list[str] = []
    now = datetime.now(UTC)
    kept = [Reading("oxygen", 20.9, now + timedelta(seconds=n)) for n in range(2500)]
    outage = Outage("the site", said.append)
    outage.away("is gone")
    assert _sent(site, "x", kept, outage) == []
    assert [len(body["readings"]) for _, body in Site.taken] == [1000, 1000, 500]
    Site.status = 500
    assert _sent(site, "x", kept, outage) == kept
    assert len(said) == 3


@pytest.fixture
def registers(tmp_path: Path) -> Path:
    from cryodose.sensors.registers import device_toml

    path = tmp_path / "r.toml"
    path.write_text(device_toml(Cabin(-140.0, SKIN).device))
    return path


def lines(capfdbinary: Any) -> tuple[list[dict[str, Any]], str]:
    out, err = capfdbinary.readouterr()
    return [json.loads(line) for line in out.splitlines()], err.decode()


def test_listen_to_modbus_and_send(site: str, registers, monkeypatch, capfdbinary) -> None:
    from cryodose.cli.main import run

    monkeypatch.setenv("CRYODOSE_DEVICE_TOKEN", "t")
    with running() as (_, port):
        code = run(["listen", f"modbus://127.0.0.1:{port}", "--registers", str(registers),
                    "--for", "0.5", "--every", "0.2", "--post", site])  # fmt: skip
    told, err = lines(capfdbinary)
    assert (code, err) == (0, "")
    assert len(told) >= 10
    assert len(Site.taken) >= 2


def test_a_site_that_is_away_is_told_once(registers, monkeypatch, capfdbinary) -> None:
    from cryodose.cli.main import run

    monkeypatch.setenv("CRYODOSE_DEVICE_TOKEN", "t")
    with running() as (_, port):
        code = run(["listen", f"modbus://127.0.0.1:{port}", "--registers", str(registers),
                    "--for", "0.7", "--every", "0.2", "--post", "http://127.0.0.1:1"])  # fmt: skip
    told, err = lines(capfdbinary)
    assert code == 0
    assert len(told) >= 15
    assert err.startswith("the site did not take readings, which are kept: ")
    assert err.count("\n") == 1


def test_listen_to_mqtt(broker, capfdbinary) -> None:
    from cryodose.cli.main import run

    where = Broker("127.0.0.1", broker.port)
    with publishing(where) as publish, running(publish=publish):
        code = run(["listen", f"mqtt://127.0.0.1:{broker.port}/cryodose/#", "--for", "1"])
    told, err = lines(capfdbinary)
    assert (code, err) == (0, "")
    assert {t["quality"] for t in told} == {"good"}


def test_cabin_from_the_command_line(broker, tmp_path: Path, capfdbinary) -> None:
    from cryodose.cli.main import run

    heard: list[Reading] = []
    made = tmp_path / "made.toml"
    session = Path(__file__).resolve().parents[2] / "examples" / "cryosauna.toml"
    where = Broker("127.0.0.1", broker.port)
    with listening(where, "cryodose/#", heard.append, pytest.fail):
        code = run(["cabin", str(session), "--port", "0", "--for", "0.5", "--speed", "1",
                    "--mqtt", f"127.0.0.1:{broker.port}", "--registers", str(made)])  # fmt: skip
        out, _ = capfdbinary.readouterr()
        wait_for(lambda: heard, "a reading")
    assert code == 0
    assert b"Modbus/TCP answers" in out
    assert "oxygen" in made.read_text()
    assert {r.site for r in heard} >= {"chest", "thigh", "calf"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["listen", "ftp://x"], "mqtt://, mqtts://, modbus:// or a file"),
        (["listen", "modbus://127.0.0.1"], "--registers"),
        (["listen", "modbus://127.0.0.1:x", "--registers", "R"], "HOST:PORT"),
        (["listen", "mqtt://127.0.0.1"], "a topic"),
        (["listen", "no-such.csv"], "none of this name"),
        (["listen", "no-such.csv", "--for", "0"], "more than 0"),
        (["listen", "no-such.csv", "--post", "http://x"], "CRYODOSE_DEVICE_TOKEN"),
        (["cabin", "examples/ankle-sprain.toml"], "exposure.modality"),
        (["cabin", "examples/cryosauna.toml", "--fault", "x"], "--fault"),
        (["cabin", "examples/cryosauna.toml", "--speed", "0"], "more than 0"),
        (["cabin", "examples/cryosauna.toml", "--host", "192.0.2.1", "--for", "1"], "listen"),
    ],
)
def test_faults_are_one_line(
    arguments: list[str], words: str, registers: Path, monkeypatch, capfdbinary
) -> None:
    from cryodose.cli.main import run

    monkeypatch.delenv("CRYODOSE_DEVICE_TOKEN", raising=False)
    monkeypatch.chdir(Path(__file__).resolve().parents[2])
    code = run([str(registers) if a == "R" else a for a in arguments])
    out, err = capfdbinary.readouterr()
    assert (code, out, len(err.splitlines())) == (2, b"", 1)
    assert words in err.decode()
