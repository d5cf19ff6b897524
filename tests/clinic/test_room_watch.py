"""The air of rooms without a session: readings kept once, alarms that latch, sessions barred."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from cryodose.clinic.air.causes import leave_percent, warn_percent
from cryodose.clinic.air.store import Sender, acknowledge, barring, take
from cryodose.clinic.live.command import NotReady, send
from cryodose.clinic.live.room_watch import RoomWatch, tell
from cryodose.clinic.live.store import Sender as Who
from cryodose.clinic.live.store import append, state_now
from cryodose.clinic.models import (
    Device,
    Kept,
    Room,
    RoomAlarm,
    RoomReading,
    RoomSensor,
    SessionEvent,
    SessionRecord,
)
from cryodose.sensors import Reading
from tests.clinic import make
from tests.clinic.test_live_store import release

NOW = timezone.now()


@pytest.fixture
def place(house: make.House) -> make.Place:
    return house.own


@pytest.fixture
def room(place: make.Place) -> Room:
    """Return the room of the cabin, with one sensor that must speak once a minute."""
    row = place.records[Room]
    sensor_in(place, row, "door")
    return row


def sensor_in(place: make.Place, room: Room, name: str, **more: Any) -> RoomSensor:
    fields = {
        "place": "Door", "height_m": 0.4, "calibrated_on": timezone.localdate(NOW),
        "calibrate_days": 180, "every_s": 60, "made_at": NOW - timedelta(hours=1),
    }  # fmt: skip
    row = RoomSensor(clinic=place.clinic, room=room, name=name, **fields | more)
    return row.keep(place.users["administrator"], "hung up")


def says(
    room: Room, percent: float | None, at: datetime = NOW, *, came: datetime | None = None,
    name: str = "door", quantity: str = "oxygen",
) -> Any:  # fmt: skip
    (one,) = take(room, [Reading(quantity, percent, at, sensor=name)], Sender(), came or at)
    return one


def kinds(room: Room) -> list[str]:
    rows = RoomAlarm.objects.filter(sensor__room=room, over_at=None)
    return sorted(rows.values_list("kind", flat=True))


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def seen(room: Room, place: make.Place, kind: str, at: datetime = NOW) -> RoomAlarm:
    alarm = RoomAlarm.objects.get(sensor__room=room, kind=kind, over_at=None)
    return acknowledge(alarm, place.users["operator"], "Opened the door.", at)


def test_thresholds_are_those_of_the_evidence() -> None:
    assert (warn_percent(), leave_percent()) == pytest.approx((19.5, 18.0))


def test_a_reading_is_kept_once_and_never_changed(room: Room) -> None:
    first = says(room, 20.9)
    assert first.quality == "good"
    assert says(room, 20.9, came=later(3)) == first
    row = RoomReading.objects.get(pk=first.number)
    assert (row.percent, row.came_at) == (20.9, NOW)
    row.percent = 21.0
    with pytest.raises(Kept):
        row.save()
    with pytest.raises(Kept):
        row.delete()
    with pytest.raises(Kept):
        RoomReading.objects.all().delete()
    assert kinds(room) == []


@pytest.mark.parametrize(
    ("percent", "at_s", "quality"),
    [(20.9, -20, "stale"), (20.9, 20, "implausible"), (30.0, 0, "implausible"),
     (-1.0, 0, "implausible"), (None, 0, "missing"), (float("nan"), 0, "missing")],
)  # fmt: skip
def test_what_is_not_good_is_kept_and_says_nothing_good(
    room: Room, percent: float | None, at_s: float, quality: str
) -> None:
    told = says(room, percent, later(at_s), came=NOW)
    assert told.quality == quality
    assert RoomReading.objects.get(pk=told.number).why
    assert "silent" in barring(room, NOW)
    watch = RoomWatch()
    watch.look(NOW)
    watch.look(later(61))
    assert "silent" in kinds(room)


def test_other_quantities_and_strange_sensors_are_answered_and_not_kept(room: Room) -> None:
    assert says(room, 20.0, quantity="gas").why == "rooms watch oxygen alone"
    assert "no sensor 'hall'" in says(room, 15.0, name="hall").why
    assert RoomReading.objects.count() == 0


@pytest.mark.parametrize(
    ("percent", "found"),
    [(19.6, []), (19.5, ["oxygen-low"]), (18.1, ["oxygen-low"]), (18.0, ["oxygen-leave"]),
     (0.0, ["oxygen-leave"])],
)  # fmt: skip
def test_low_oxygen_is_an_alarm_at_once(room: Room, percent: float, found: list[str]) -> None:
    says(room, percent)
    assert kinds(room) == found


def test_an_alarm_latches_until_seen_and_gone(room: Room, place: make.Place) -> None:
    says(room, 19.0)
    says(room, 20.9, later(10))
    assert kinds(room) == ["oxygen-low"]  # a good reading does not end it
    with pytest.raises(Kept, match="words"):
        acknowledge(RoomAlarm.objects.get(over_at=None), place.users["operator"], " ", NOW)
    alarm = seen(room, place, "oxygen-low", later(12))
    assert (alarm.over_at, alarm.acknowledged_by) == (later(12), place.users["operator"])
    assert barring(room, later(13)) == []
    with pytest.raises(Kept, match="already"):
        acknowledge(alarm, place.users["operator"], "again", NOW)
    told = alarm.history.order_by("history_date").values_list("history_change_reason", flat=True)
    assert list(told) == ["raised", "acknowledged: Opened the door."]
    says(room, 19.2, later(20))
    assert kinds(room) == ["oxygen-low"]  # the next time is a new one
    assert RoomAlarm.objects.filter(sensor__room=room).count() == 2


def test_seen_is_not_over_while_the_air_is_bad(room: Room, place: make.Place) -> None:
    says(room, 17.0)
    seen(room, place, "oxygen-leave")
    assert barring(room, NOW) == ["oxygen-leave"]
    says(room, 18.9, later(10))
    assert kinds(room) == ["oxygen-leave"]  # low is not good enough, and no second alarm
    says(room, 20.1, later(20))
    assert kinds(room) == []
    assert barring(room, later(21)) == []


def test_worse_is_a_new_alarm(room: Room, place: make.Place) -> None:
    says(room, 19.0)
    seen(room, place, "oxygen-low")
    says(room, 17.5, later(5))
    assert kinds(room) == ["oxygen-leave", "oxygen-low"]


@pytest.mark.parametrize(
    ("percent", "kind"), [(17.0, "oxygen-leave"), (19.0, "oxygen-low"), (99.0, "implausible")]
)
def test_a_good_reading_in_the_same_request_hides_nothing(
    room: Room, percent: float, kind: str
) -> None:
    values = enumerate((20.9, percent, 20.9, 20.8))
    take(room, [Reading("oxygen", v, later(n), sensor="door") for n, v in values], Sender(), NOW)
    assert kinds(room) == [kind]
    assert RoomAlarm.objects.get(sensor__room=room).percent == percent


def test_a_late_low_reading_is_bad_news(room: Room, place: make.Place) -> None:
    says(room, 20.9)
    assert says(room, 16.0, later(-300), came=NOW).quality == "stale"
    alarm = RoomAlarm.objects.get(sensor__room=room, over_at=None)
    assert (alarm.kind, alarm.percent, alarm.began_at) == ("oxygen-leave", 16.0, later(-300))
    seen(room, place, "oxygen-leave", later(1))
    assert kinds(room) == []


def test_silence_is_an_alarm_and_a_fresh_server_waits_first(room: Room, place: make.Place) -> None:
    says(room, 20.9)
    watch = RoomWatch()
    assert watch.look(later(3600)) == 0  # the server was down for an hour: not the sensor's fault
    assert barring(room, later(3600)) == ["silent"]  # but nobody starts in what is not known
    assert watch.look(later(3660)) == 0
    assert watch.look(later(3661)) == 3  # with the sensors of two tank rooms, which never spoke
    assert watch.look(later(3662)) == 0
    assert kinds(room) == ["silent"]
    seen(room, place, "silent", later(3663))
    assert barring(room, later(3664)) == ["silent"]
    says(room, 20.9, later(3670))
    assert barring(room, later(3671)) == []


def test_what_cannot_be_is_an_alarm(room: Room, place: make.Place) -> None:
    says(room, 20.9)
    assert says(room, 2.0, later(1)).quality == "implausible"  # a jump
    assert kinds(room) == ["implausible"]
    assert says(room, 2.0, later(3)).quality == "good"  # it stays there: then it is so
    assert kinds(room) == ["implausible", "oxygen-leave"]


def test_calibration_bars_until_somebody_answers_for_it(room: Room, place: make.Place) -> None:
    sensor = room.sensors.get()
    sensor.calibrated_on -= timedelta(days=181)
    sensor.keep(place.users["administrator"], "found the certificate")
    says(room, 20.9)
    assert kinds(room) == ["calibration"]
    assert barring(room, NOW) == ["calibration"]
    seen(room, place, "calibration")
    assert barring(room, NOW) == []
    assert kinds(room) == ["calibration"]  # it stands on, seen
    watch = RoomWatch()
    assert watch.look(later(1)) == 0
    sensor.calibrated_on = timezone.localdate(NOW)
    sensor.keep(place.users["administrator"], "calibrated")
    assert watch.look(later(2)) == 1
    assert kinds(room) == []


def test_a_sensor_out_of_use_is_not_waited_for(room: Room, place: make.Place) -> None:
    says(room, 20.9)
    watch = RoomWatch()
    watch.look(NOW)
    watch.look(later(61))
    seen(room, place, "silent", later(62))
    room.sensors.get().retire(place.users["administrator"], "broken")
    watch.look(later(70))
    assert kinds(room) == []
    assert barring(room, later(71)) == []
    assert says(room, 10.0, later(72)).number is None


def test_one_of_two_sensors_is_enough(room: Room, place: make.Place) -> None:
    sensor_in(place, room, "floor")
    says(room, 20.9)
    says(room, 20.9, name="floor")
    assert barring(room, NOW) == []
    says(room, 19.0, later(2), name="floor")
    says(room, 20.9, later(3))
    assert barring(room, later(3)) == ["oxygen-low"]


@pytest.fixture
def session(place: make.Place) -> SessionRecord:
    row = place.records[SessionRecord]
    release(row, Who(user=place.users["operator"]))
    return row


def test_no_session_starts_while_an_alarm_stands(
    room: Room, place: make.Place, session: SessionRecord
) -> None:
    by = Who(user=place.users["operator"])
    now = timezone.now()
    says(room, 19.0, now)
    with pytest.raises(NotReady, match="Room 1: Oxygen is low"):
        send(session, "started", {}, "s", by)
    says(room, 20.9, now + timedelta(seconds=1))
    with pytest.raises(NotReady):
        send(session, "started", {}, "s", by)
    seen(room, place, "oxygen-low", now)
    assert send(session, "started", {}, "s", by).kind == "started"


def test_a_sensor_that_was_never_heard_bars(
    room: Room, place: make.Place, session: SessionRecord
) -> None:
    with pytest.raises(NotReady, match="silent"):
        send(session, "started", {}, "s", Who(user=place.users["operator"]))


def test_a_running_session_is_told_once_and_cannot_go_on(
    room: Room, place: make.Place, session: SessionRecord
) -> None:
    by = Who(user=place.users["operator"])
    now = timezone.now()
    says(room, 20.9, now)
    send(session, "started", {}, "s", by)
    assert tell() == 0
    says(room, 17.0, now + timedelta(seconds=2))
    assert tell() == 1
    assert tell() == 0
    (alarm,) = state_now(session).due
    assert alarm.kind == "room-oxygen-leave"
    send(session, "pause", {}, "p", by)
    with pytest.raises(NotReady, match="very low"):
        send(session, "resume", {}, "r", by)
    append(session.pk, "stop", {"reason": "oxygen", "words": ""}, "x", by)
    assert [a.kind for a in state_now(session).due] == ["room-oxygen-leave"]
    send(session, "alarm-acknowledged", {"alarm": alarm.key}, "a", by)
    assert state_now(session).due == ()
    event = SessionEvent.objects.get(session=session, kind="alarm-due")
    assert event.by is None


def test_an_overdue_calibration_stops_nobody(
    room: Room, place: make.Place, session: SessionRecord
) -> None:
    says(room, 20.9, timezone.now())
    send(session, "started", {}, "s", Who(user=place.users["operator"]))
    sensor = room.sensors.get()
    sensor.calibrate_days = 1
    sensor.calibrated_on -= timedelta(days=3)
    sensor.keep(place.users["administrator"], "x")
    RoomWatch().look()
    assert kinds(room) == ["calibration"]
    assert state_now(session).due == ()


def test_another_room_is_not_concerned(
    place: make.Place, session: SessionRecord, room: Room
) -> None:
    other = Room(clinic=place.clinic, name="Cellar").keep(None, "x")
    device = place.records[Device]
    device.room = other
    device.keep(None, "moved")
    says(room, 15.0, timezone.now())
    session.refresh_from_db()
    assert send(session, "started", {}, "s", Who(user=place.users["operator"]))
    assert tell() == 0


def test_a_batch_is_written_whole_or_not_at_all(room: Room, monkeypatch: Any) -> None:
    readings = [Reading("oxygen", 19.0, later(n), sensor="door") for n in (-2, -1)]
    saved = RoomReading.save
    calls = []

    def broken(self: RoomReading, *args: Any, **kwargs: Any) -> None:
        calls.append(self)
        if len(calls) == 2:
            raise OSError("the disk is full")
        saved(self, *args, **kwargs)

    monkeypatch.setattr(RoomReading, "save", broken)
    with pytest.raises(OSError, match="full"), transaction.atomic():
        take(room, readings, Sender(), NOW)
    assert RoomReading.objects.count() == 0
    assert kinds(room) == []
