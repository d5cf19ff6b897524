"""The whole way of a reading: cabin, Modbus/TCP, HTTP with a token, event, alarm."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from django.utils import timezone
from paho.mqtt.enums import CallbackAPIVersion

from cryodose.cli.main import run
from cryodose.clinic import models as m
from cryodose.clinic.live.store import Sender, append, state_now
from cryodose.sensors.modbus import polling
from cryodose.sensors.post import NotTaken, post_readings
from cryodose.sensors.registers import device_toml
from tests.clinic import make
from tests.sensors.conftest import broker  # noqa: F401  # a fixture
from tests.sensors.test_wires import running


@pytest.mark.django_db(transaction=True)
def test_a_cabin_reports_to_a_live_session(live_server: Any, monkeypatch: Any) -> None:
    # The first request loads the site; a busy machine must not fail a test.
    monkeypatch.setattr("cryodose.sensors.post._TIMEOUT_S", 120.0)
    place = make.house().own
    session, device = place.records[m.SessionRecord], place.records[m.Device]
    secret = device.new_token(place.users["administrator"], "a new cabin")
    append(session.pk, "started", {}, "k", Sender(user=place.users["operator"]))
    url = f"{live_server.url}/api/sessions/{session.pk}/readings"
    with running("low-oxygen") as (cabin, port), polling("127.0.0.1", port, cabin.device) as poller:
        readings = poller.poll()
        post_readings(url, secret, readings)
        post_readings(url, secret, readings)
    rows = list(m.SessionEvent.objects.filter(session=session, kind="reading"))
    assert {(r.data["quantity"], r.data.get("site", "")) for r in rows} == {
        ("gas", ""), ("oxygen", ""), ("skin", "calf"), ("skin", "thigh"),
    }  # fmt: skip
    assert len(rows) == 4
    assert {r.device for r in rows} == {device}
    assert [a.kind for a in state_now(session, timezone.now()).due] == ["oxygen-low"]
    with pytest.raises(NotTaken, match="401"):
        post_readings(url, "wrong", readings)


@pytest.fixture
def gateway(live_server: Any, monkeypatch: Any) -> tuple[m.RoomSensor, str]:
    """Return a sensor called cabin in the room of a device, and where its readings go."""
    monkeypatch.setattr("cryodose.sensors.post._TIMEOUT_S", 120.0)
    place = make.house().own
    device, sensor = place.records[m.Device], place.records[m.RoomSensor]
    by = place.users["administrator"]
    sensor.name, sensor.room = "cabin", device.room
    sensor.keep(by, "moved")
    monkeypatch.setenv("CRYODOSE_DEVICE_TOKEN", device.new_token(by, "a gateway"))
    return sensor, f"{live_server.url}/api/rooms/{device.room_id}/readings"


@pytest.mark.django_db(transaction=True)
def test_listen_reports_to_a_room_over_modbus(
    gateway: Any, tmp_path: Path, capfdbinary: Any
) -> None:
    sensor, url = gateway
    registers = tmp_path / "r.toml"
    with running("low-oxygen") as (cabin, port):
        registers.write_text(device_toml(cabin.device))
        source = f"modbus://127.0.0.1:{port}"
        code = run(["listen", source, "--registers", str(registers), "--post", url,
                    "--for", "2", "--every", "0.5"])  # fmt: skip
    assert code == 0
    told = capfdbinary.readouterr().err.decode()
    assert told.count("has no place for cabin, gas: rooms watch oxygen alone") == 1
    rows = m.RoomReading.objects.filter(sensor=sensor)
    assert rows.count() > 1
    assert {(r.percent, r.quality) for r in rows} == {(17.5, "good")}
    assert m.RoomAlarm.objects.get(sensor=sensor, over_at=None).kind == "oxygen-leave"


@pytest.mark.django_db(transaction=True)
def test_listen_reports_to_a_room_over_mqtt(
    gateway: Any,
    broker: Any,  # noqa: F811  # as above
    capfdbinary: Any,
) -> None:
    sensor, url = gateway
    long_ago = (timezone.now() - timedelta(minutes=9)).isoformat()
    late = f'{{"value": 16.5, "at": "{long_ago}"}}'
    listen = ["listen", f"mqtt://127.0.0.1:{broker.port}/cellar/#", "--post", url, "--for", "2"]
    for topic, text in (("cellar/cabin/oxygen", "20.9"), ("cellar/attic/oxygen", "20.8")):
        publish_kept(broker.port, topic, text)
    assert run(listen) == 0
    publish_kept(broker.port, "cellar/cabin/oxygen", late)
    assert run(listen) == 0
    assert "this room has no sensor 'attic'" in capfdbinary.readouterr().err.decode()
    rows = m.RoomReading.objects.filter(sensor=sensor).order_by("id")
    assert [(r.percent, r.quality) for r in rows] == [(20.9, "good"), (16.5, "stale")]
    alarm = m.RoomAlarm.objects.get(sensor=sensor, over_at=None)
    assert (alarm.kind, alarm.percent) == ("oxygen-leave", 16.5)


def publish_kept(port: int, topic: str, text: str) -> None:
    """Publish a message that the broker keeps until somebody listens."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", port)
    client.loop_start()
    client.publish(topic, text, qos=1, retain=True).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()
