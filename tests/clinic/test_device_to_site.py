"""The whole way of a reading: cabin, Modbus/TCP, HTTP with a token, event, alarm."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from cryodose.clinic import models as m
from cryodose.clinic.live.store import Sender, append, state_now
from cryodose.sensors.modbus import polling
from cryodose.sensors.post import NotTaken, post_readings
from tests.clinic import make
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
