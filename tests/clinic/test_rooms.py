"""Rooms: the calculator's answer on a page, its values with versions, and what sensors said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cryodose import room as calculated
from cryodose.clinic.models import Device, Room, SessionEvent, SessionRecord
from cryodose.clinic.services.rooms import assessed, low_now, oxygen_of
from cryodose.clinic.views.room_forms import RoomForm, initial_of
from tests.clinic import make

VALUES = {
    "name": "Cellar",
    "floor_m2": "12",
    "height_m": "2.5",
    "temperature_c": "20",
    "fan": "exhaust",
    "air_changes_per_h": "20",
    "opening": "low",
    "device_extraction_percent": "50",
    "sessions_per_h": "4",
    "session_s": "180",
    "per_session_kg": "3.77",
    "boil_off_kg_day": "3",
    "vessel_l": "180",
    "hours": "8",
}


@pytest.fixture
def office(house: make.House, logged_in: Any) -> Client:
    return logged_in(house.own.users["administrator"])


@pytest.fixture
def room(house: make.House) -> Room:
    return house.own.records[Room]


def measured(session: SessionRecord, value: float, minutes_ago: float) -> None:
    number = SessionEvent.objects.filter(session=session).count() + 1
    SessionEvent(
        session=session, number=number, key=f"o{number}", kind="reading",
        at=timezone.now() - timedelta(minutes=minutes_ago),
        data={"quantity": "oxygen", "value": value, "source": "http"},
    ).save()  # fmt: skip


def test_page_says_what_the_calculator_says(office: Client, room: Room) -> None:
    path = f"/places/rooms/{room.pk}/"
    assert "Nobody has written down its size" in office.get(path).content.decode()
    answer = office.post(f"{path}edit/", {**VALUES, "why": "measured it"})
    assert answer.status_code == 302
    room.refresh_from_db()
    assert room.history.count() == 2
    told = calculated(room.file).to_dict()
    page = office.get(path).content.decode()
    assert f"Sessions an hour that it bears: {told['sessions_per_h']}" in page
    assert f"{told['lowest_share']['floor'] * 100:.1f} %" in page
    for case in told["worst"]:
        assert f"{case['floor_share'] * 100:.1f} %" in page
    assert page.count("<svg") == 2
    assert "style=" not in page
    assert "<style" not in page
    assert "measured it" in page
    assert "air holds" in office.get("/places/").content.decode()


def test_form_gives_back_the_file(room: Room) -> None:
    form = RoomForm(VALUES)
    assert form.is_valid()
    file = form.file()
    again = RoomForm(initial_of("Cellar", file))
    assert again.is_valid()
    assert again.file() == file


def test_a_room_without_a_fan_is_refused_on_the_page(office: Client) -> None:
    given = {k: v for k, v in VALUES.items() if k != "air_changes_per_h"}
    page = office.post("/places/rooms/try/", {**given, "fan": "none"}).content.decode()
    assert "This room does not hold 19.5 % oxygen" in page
    assert "fainting, death" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"floor_m2": "-1"}, "room.floor_m2"),
        ({"floor_m2": "x"}, "Enter a number"),
        ({"volume_m3": "30"}, "either volume_m3 or floor_m2"),
        ({"fan": "supply", "air_changes_per_h": ""}, "ventilation.fresh_m3_h"),
        ({"sessions_per_h": "60"}, "sessions that fit into an hour"),
        ({"hours": "25"}, "hours"),
        ({"height_m": "nan"}, "Enter a number"),
        ({"height_m": "1e400"}, "Enter a number"),
    ],
)
def test_what_cannot_be_is_said(
    office: Client, room: Room, wrong: dict[str, str], words: str
) -> None:
    given = {**VALUES, **wrong, "why": "x"}
    answer = office.post(f"/places/rooms/{room.pk}/edit/", given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert office.post("/places/rooms/try/", given).status_code == 200
    room.refresh_from_db()
    assert room.history.count() == 1


def test_an_operator_tries_and_does_not_keep(operator: Client, room: Room) -> None:
    path = f"/places/rooms/{room.pk}/"
    assert (
        "Nothing that you try here is kept" in operator.get(f"{path}calculator/").content.decode()
    )
    assert operator.post("/places/rooms/try/", VALUES).status_code == 200
    assert operator.post(f"{path}edit/", {**VALUES, "why": "x"}).status_code == 403


def test_a_new_room_may_have_a_name_alone(office: Client) -> None:
    assert office.post("/places/rooms/new/", {"name": "Yoga"}).status_code == 302
    row = Room.objects.get(name="Yoga")
    assert row.file == {}
    assert "air not assessed" in office.get("/places/").content.decode()
    assert office.post(f"/places/rooms/{row.pk}/retire/", {"why": "sold"}).status_code == 302
    assert "Yoga" not in office.get("/places/").content.decode()


def test_sensors_and_alarms(house: make.House, operator: Client, room: Room) -> None:
    session = house.own.records[SessionRecord]
    session.started_at = timezone.now() - timedelta(minutes=6)
    session.keep(None, "test")
    device = house.own.records[Device]
    measured(session, 20.6, 5)
    assert low_now(house.own.clinic) == []
    measured(session, 20.5, 4)
    (one,) = oxygen_of(room, timezone.now())
    assert (one.device, one.percent, one.status, one.is_low) == (device, 20.5, "stale", False)
    measured(session, 19.0, 1)
    SessionEvent(session=session, number=9, key="a", kind="alarm-due", at=timezone.now(),
                 data={"alarm": "oxygen-low-1"}).save()  # fmt: skip
    (low,) = low_now(house.own.clinic)
    assert (low.percent, low.device.room) == (19.0, room)
    page = operator.get(f"/places/rooms/{room.pk}/").content.decode()
    assert "19.0 %" in page
    assert ">low<" in page
    assert "Oxygen alarms of the last sessions" in page
    assert "oxygen low" in operator.get("/places/").content.decode()
    measured(session, 400, 0.1)  # no sensor can show that, so it is used for nothing
    assert [o.percent for o in low_now(house.own.clinic)] == [19.0]
    assert "implausible" in operator.get(f"/places/rooms/{room.pk}/").content.decode()


def test_answers_are_computed_once() -> None:
    form = RoomForm(VALUES)
    assert form.is_valid()
    assert assessed(form.file()) is assessed(form.file())
