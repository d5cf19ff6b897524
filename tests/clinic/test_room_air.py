"""Pages and API of the air of rooms: who may send, see and acknowledge, and what is shown."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose.clinic import models as m
from cryodose.clinic.air.store import Sender, take
from cryodose.clinic.live.room_watch import ROOM_WATCH, RoomWatch, tell
from cryodose.clinic.live.store import Sender as Who
from cryodose.clinic.live.store import append
from cryodose.clinic.middleware.gate import SEEN_KEY
from cryodose.sensors import Reading
from tests.clinic import make
from tests.clinic.test_api import caller, with_token

Ask = Callable[..., Any]
FORM = {
    "name": "floor", "place": "Behind the cabin", "height_m": "0.3", "every_s": "30",
    "calibrated_on": "2026-11-01", "calibrate_days": "180",
}  # fmt: skip


@pytest.fixture
def own(house: make.House) -> make.Place:
    return house.own


@pytest.fixture
def office(own: make.Place, logged_in: Any) -> Client:
    return logged_in(own.users["administrator"])


@pytest.fixture
def sensor(own: make.Place) -> m.RoomSensor:
    """Return the sensor of the tank room."""
    return own.records[m.RoomSensor]


@pytest.fixture
def gateway(own: make.Place, sensor: m.RoomSensor) -> Ask:
    """Return a device that stands in the tank room."""
    row = m.Device(clinic=own.clinic, name="Gateway", kind="other", room=sensor.room)
    return with_token(row.new_token(own.users["administrator"], "new"))


def oxygen(*values: float | None, sensor: str = "wall") -> dict[str, Any]:
    return {"readings": [{"quantity": "oxygen", "value": v, "sensor": sensor} for v in values]}


def test_a_device_sends_for_the_room_it_stands_in(
    gateway: Ask, own: make.Place, house: make.House, sensor: m.RoomSensor
) -> None:
    where = f"rooms/{sensor.room_id}/readings"
    status, told = gateway("post", where, oxygen(20.9))
    assert (status, told["readings"][0]["quality"]) == (200, "good")
    row = m.RoomReading.objects.get()
    assert (row.percent, row.device.name, row.by) == (20.9, "Gateway", None)
    elsewhere = own.records[m.Room].pk, house.other.records[m.RoomSensor].room_id
    for room in elsewhere:
        assert gateway("post", f"rooms/{room}/readings", oxygen(20.9))[0] == 404
    assert gateway("get", f"rooms/{sensor.room_id}/air")[0] == 403
    assert with_token("wrong")("post", where, oxygen(20.9))[0] == 401
    alarm = own.records[m.RoomAlarm].pk
    assert gateway("post", f"room-alarms/{alarm}/seen", {"words": "x"})[0] == 403


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"readings": []}, 422, "at least 1"),
        ({"readings": [{"quantity": "oxygen"}]}, 422, "value"),
        ({"readings": [{"quantity": "air", "value": 1}]}, 400, "quantity"),
        ({"readings": [{"quantity": "oxygen", "value": "x"}]}, 422, "number"),
        ({"readings": [{"quantity": "oxygen", "value": 1, "unit": "kg"}]}, 400, "unit"),
        ({"readings": [{"quantity": "oxygen", "value": 1, "at": "today"}]}, 400, "offset"),
        ({"readings": [{"quantity": "oxygen", "value": 1, "sensor": "x" * 999}]}, 400, "short"),
        ({"readings": [{"quantity": "oxygen", "value": 1}] * 1001}, 422, "1000"),
        ({"readings": [{"quantity": "oxygen", "value": 1, "colour": 2}]}, 422, "colour"),
    ],
)
def test_what_cannot_be_sent_is_said(
    gateway: Ask, sensor: m.RoomSensor, data: Any, status: int, words: str
) -> None:
    found, told = gateway("post", f"rooms/{sensor.room_id}/readings", data)
    assert found == status
    assert words in str(told["detail"])
    assert m.RoomReading.objects.count() == 0


@pytest.mark.parametrize(
    ("at", "quality"),
    [("0001-01-01T00:00:00+14:00", "stale"), ("9999-12-31T23:59:59-14:00", "implausible")],
)
def test_a_clock_that_is_lost_breaks_nothing(
    gateway: Ask, sensor: m.RoomSensor, at: str, quality: str
) -> None:
    sent = oxygen(17.0)
    sent["readings"][0]["at"] = at
    where = f"rooms/{sensor.room_id}/readings"
    for _ in range(2):
        status, told = gateway("post", where, sent)
        assert (status, told["readings"][0]["quality"]) == (200, quality)
    row = m.RoomReading.objects.get()
    assert row.at <= row.came_at
    assert m.RoomAlarm.objects.filter(sensor=sensor, over_at=None).count() == 1
    assert gateway("post", where, oxygen(20.9))[1]["readings"][0]["quality"] == "good"


def test_the_api_tells_and_acknowledges(
    gateway: Ask, own: make.Place, sensor: m.RoomSensor, logged_in: Any
) -> None:
    nurse = caller(logged_in(own.users["operator"]))
    assert gateway("post", f"rooms/{sensor.room_id}/readings", oxygen(17.2))[0] == 200
    status, told = nurse("get", f"rooms/{sensor.room_id}/air")
    (one,) = told["sensors"]
    assert (status, one["good_percent"], one["state"]) == (200, 17.2, "oxygen-leave")
    first = told["alarms"][0]
    assert (first["kind"], first["over_at"], first["acknowledged_by"]) == ("oxygen-leave", None, "")
    where = f"room-alarms/{first['id']}/seen"
    assert nurse("post", where, {"words": ""})[0] == 422
    status, told = nurse("post", where, {"words": "Valve was open"})
    assert (status, told["acknowledged_by"], told["over_at"]) == (200, "operator Own", None)
    assert nurse("post", where, {"words": "again"})[0] == 409


def test_a_large_batch_and_the_same_again(gateway: Ask, sensor: m.RoomSensor) -> None:
    now = timezone.now()
    rows = [
        {"quantity": "oxygen", "value": 20.9, "sensor": "wall",
         "at": (now - timedelta(seconds=1000 - n)).isoformat()}
        for n in range(1000)
    ]  # fmt: skip
    where = f"rooms/{sensor.room_id}/readings"
    status, told = gateway("post", where, {"readings": rows})
    assert status == 200
    found = [r["quality"] for r in told["readings"]]
    assert found.count("good") in range(10, 17)
    assert found.count("stale") == 1000 - found.count("good")
    assert gateway("post", where, {"readings": rows})[1] == told
    assert m.RoomReading.objects.count() == 1000


def test_a_sensor_is_written_down_changed_and_retired(office: Client, own: make.Place) -> None:
    room = own.records[m.Room]
    path = f"/places/rooms/{room.pk}/"
    assert "No sensor watches this room" in office.get(f"{path}air/").content.decode()
    assert office.post(f"{path}sensors/new/", FORM).status_code == 302
    row = m.RoomSensor.objects.get(name="floor")
    assert (row.clinic, row.room, row.every_s) == (own.clinic, room, 30)
    page = office.get(f"{path}air/").content.decode()
    assert "Behind the cabin, 0.3 m" in page
    assert "not heard yet" in page
    assert f"/api/rooms/{room.pk}/readings" in page
    again = office.post(f"{path}sensors/new/", FORM)
    assert again.status_code == 422
    assert "This room has a sensor of this name" in again.content.decode()
    change = f"/places/sensors/{row.pk}/edit/"
    assert office.post(change, FORM).status_code == 422  # without a reason
    given = FORM | {"calibrated_on": "2026-11-20", "why": "calibrated"}
    assert office.post(change, given).status_code == 302
    assert row.history.first().history_change_reason == "calibrated"
    assert office.post(f"/places/sensors/{row.pk}/retire/", {"why": "sold"}).status_code == 302
    assert "Behind the cabin" not in office.get(f"{path}air/").content.decode()
    assert office.post(f"{path}sensors/new/", FORM).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "a/b"}, "A name without"),
        ({"name": "a#"}, "A name without"),
        ({"name": ""}, "required"),
        ({"name": "x" * 41}, "at most 40"),
        ({"height_m": "-1"}, "greater than or equal to 0"),
        ({"height_m": "nan"}, "Enter a number"),
        ({"height_m": "1e400"}, "Enter a number"),
        ({"every_s": "4"}, "greater than or equal to 5"),
        ({"every_s": "99999"}, "less than or equal to 3600"),
        ({"calibrated_on": "2999-01-01"}, "yet to come"),
        ({"calibrated_on": ""}, "required"),
        ({"calibrate_days": "0"}, "greater than or equal to 1"),
        ({"calibrate_days": "99999999999999"}, "less than or equal to 3650"),
    ],
)
def test_what_cannot_be_is_said(
    office: Client, own: make.Place, wrong: dict[str, str], words: str
) -> None:
    path = f"/places/rooms/{own.records[m.Room].pk}/sensors/new/"
    answer = office.post(path, FORM | wrong)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert m.RoomSensor.objects.filter(name="floor").count() == 0


def test_an_alarm_stands_on_every_page_until_somebody_has_seen_it(
    gateway: Ask, own: make.Place, house: make.House, sensor: m.RoomSensor, logged_in: Any
) -> None:
    gateway("post", f"rooms/{sensor.room_id}/readings", oxygen(17.4))
    alarm = m.RoomAlarm.objects.get(over_at=None)
    words = "Oxygen is very low: leave the room, close the feed: 17.4 %"
    pages = ("/", "/people/", "/places/", "/calendar/", "/evidence/", "/account/")
    nurse = logged_in(own.users["operator"])
    for page in pages:
        assert words in nurse.get(page).content.decode(), page
    told = nurse.get("/places/alarms/").json()["alarms"]
    assert "Tank room" in told
    assert "<html" not in told
    # Neither the neighbour nor who sees no rooms.
    assert words not in logged_in(house.other.users["operator"]).get("/").content.decode()
    assert words not in logged_in(own.users["researcher"]).get("/evidence/").content.decode()
    assert ">alarm<" in nurse.get("/places/").content.decode()
    seen = f"/places/alarms/{alarm.pk}/seen/"
    assert "Acknowledge: Oxygen is very low" in nurse.get(seen).content.decode()
    assert nurse.post(seen, {"words": ""}).status_code == 200
    assert words in nurse.get("/").content.decode()
    assert nurse.post(seen, {"words": "Closed <the> valve"}).status_code == 302
    page = nurse.get("/").content.decode()
    assert words not in page
    assert "Seen by operator Own; the cause is not gone yet." in page
    gateway("post", f"rooms/{sensor.room_id}/readings", oxygen(20.9))
    assert "the cause is not gone yet" not in nurse.get("/").content.decode()
    page = nurse.get(f"/places/rooms/{sensor.room_id}/air/").content.decode()
    assert "Closed &lt;the&gt; valve" in page
    assert page.count("<svg") == 1
    assert "style=" not in page
    audit = logged_in(own.users["administrator"]).get("/audit/").content.decode()
    assert "acknowledged: Closed &lt;the&gt; valve" in audit
    assert "already" in nurse.post(seen, {"words": "late"}, follow=True).content.decode()


def test_a_page_that_asks_by_itself_keeps_no_login_alive(operator: Client) -> None:
    long_ago = time.time() - 600
    session = operator.session
    session[SEEN_KEY] = long_ago
    session.save()
    assert operator.get("/places/alarms/").status_code == 200
    assert operator.session[SEEN_KEY] == long_ago
    operator.get("/")
    assert operator.session[SEEN_KEY] > long_ago


def test_a_page_that_asks_after_the_login_ended_gets_no_other_page(house: make.House) -> None:
    answer = Client(HTTP_HOST="localhost").get(
        "/places/alarms/", headers={"HX-Request": "true", "Accept": "text/html"}
    )
    assert answer.status_code == 401


def test_session_page_says_why_nobody_starts(operator: Client, own: make.Place) -> None:
    session, sensor = own.records[m.SessionRecord], own.records[m.RoomSensor]
    sensor.room = session.device.room
    sensor.keep(None, "moved")
    path = f"/sessions/{session.pk}/"
    words = "Room 1: The oxygen sensor is silent: nobody watches the air."
    assert words in operator.get(path).content.decode()


def test_pages_in_russian(gateway: Ask, operator: Client, sensor: m.RoomSensor) -> None:
    gateway("post", f"rooms/{sensor.room_id}/readings", oxygen(19.0))
    page = operator.get(
        f"/places/rooms/{sensor.room_id}/air/", headers={"accept-language": "ru"}
    ).content.decode()
    drawn = page[page.index("<svg") : page.index("</svg>")]
    # A comma would be no number there.
    numbers = re.findall(r'(?:x|y|x1|x2|y1|y2|cx|cy|points)="([^"]*)"', drawn)
    assert len(numbers) > 20
    assert all(re.fullmatch(r"[\d.]+(,[\d.]+)?", part) for n in numbers for part in n.split())
    for words in ("Воздух в помещении", "Мало кислорода: перекройте подачу", "первая тревога"):
        assert words in page


def test_health_tells_when_rooms_are_not_watched(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert operator.get("/health").status_code == 200
    for name, value in (("late_s", lambda: 20.0), ("is_started", False)):
        with monkeypatch.context() as broken:
            broken.setattr(ROOM_WATCH if name == "late_s" else RoomWatch, name, value)
            answer = operator.get("/health")
            told = (answer.status_code, answer.json()["status"])
            assert told == (503, "the air of rooms is not watched"), name
    for row in m.RoomSensor.objects.all():
        row.retire(None, "x")
    monkeypatch.setattr(RoomWatch, "is_started", False)
    assert operator.get("/health").status_code == 200  # nothing is to be watched
    text = operator.get("/metrics").content.decode()
    assert "cryodose_room_alarms 0" in text
    assert "cryodose_room_watch_late_seconds 0" in text


def test_exports_of_people_hold_nothing_of_rooms(
    gateway: Ask, operator: Client, own: make.Place, sensor: m.RoomSensor
) -> None:
    where = f"/api/persons/{own.records[m.Person].pk}/fhir"
    before = kinds_in(operator.get(where).json())
    gateway("post", f"rooms/{sensor.room_id}/readings", oxygen(19.0))
    after = operator.get(where).json()
    assert kinds_in(after) == before
    assert "Tank room" not in str(after)


def kinds_in(bundle: Any) -> list[str]:
    """Return the kinds of resources; each export is noted down and is in the next one."""
    found = [e["resource"]["resourceType"] for e in bundle["entry"]]
    return sorted(kind for kind in found if kind != "AuditEvent")


def test_the_alarm_of_a_session_is_on_its_paper_and_in_its_export(
    operator: Client, own: make.Place, sensor: m.RoomSensor
) -> None:
    session = own.records[m.SessionRecord]
    append(session.pk, "started", {}, "s", Who(user=own.users["operator"]))
    sensor.room = session.device.room
    sensor.keep(None, "moved")
    low = Reading("oxygen", 17.0, timezone.now(), sensor="wall")
    take(sensor.room, [low], Sender(), timezone.now())
    assert tell() == 1
    state = operator.get(f"/sessions/{session.pk}/state/").json()
    assert [a["words"] for a in state["alarms"]] == [
        "Oxygen is very low: leave the room, close the feed"
    ]
    assert "Oxygen is very low" in operator.get(f"/sessions/{session.pk}/").content.decode()
    assert operator.get(f"/sessions/{session.pk}/record.pdf").content.startswith(b"%PDF")
    assert operator.get(f"/api/persons/{session.person_id}/fhir").status_code == 200
