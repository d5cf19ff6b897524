"""Rooms with nitrogen: what a day, a broken hose and a lone operator do."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cryodose import room
from cryodose.errors import BadInput, BadInputs
from cryodose.procedures.room import assess_room, gas_m3_per_kg
from cryodose.session.room import load_room, room_from_dict

EXAMPLE = Path(__file__).parents[2] / "examples" / "cryosauna-basement.toml"
SMALL = {
    "room": {"volume_m3": 30},
    "nitrogen": {"per_session_kg": 3.77, "sessions_per_h": 1, "vessel_l": 180},
}


def with_fan(**air: object) -> dict:
    return {**SMALL, "ventilation": air}


def test_published_session_in_30_m3() -> None:
    found = assess_room(room_from_dict(SMALL))
    assert found.one_session_share == pytest.approx(0.187, abs=5e-4)
    assert found.verdict == "refused"


def test_gas_of_a_kilogram() -> None:
    assert gas_m3_per_kg(20) == pytest.approx(1 / 1.165, rel=1e-3)


@pytest.mark.parametrize(("fan", "factor"), [("supply", 13.4), ("exhaust", 14.4)])
def test_ventilation_that_holds_19_5_percent(fan: str, factor: float) -> None:
    found = assess_room(room_from_dict(with_fan(fan=fan, fresh_m3_h=100)))
    rate = 3.77 * gas_m3_per_kg(20) / 180 * 3600
    assert found.needed_m3_h == pytest.approx(factor * rate, rel=0.005)


def test_more_air_bears_more_sessions() -> None:
    allowed = [
        assess_room(room_from_dict(with_fan(fan="exhaust", air_changes_per_h=n))).sessions_per_h
        for n in (0, 20, 60, 200)
    ]
    assert allowed == sorted(allowed)
    assert allowed[-1] > allowed[0]


def test_bad_days_are_worse_than_good_ones() -> None:
    found = assess_room(load_room(EXAMPLE))
    worst = {w.name: w for w in found.worst}
    normal = found.history.share.min()
    assert found.verdict == "dose"
    assert worst["fan fails"].floor_share < normal
    assert worst["vessel spills"].breathing_share < 0.11
    alone, helped = worst["hose bursts, operator alone"], worst["hose bursts"]
    assert alone.breathing_share < helped.breathing_share
    assert helped.reentry_s < math.inf
    assert worst["hose bursts, fan fails"].reentry_s == math.inf


def test_the_floor_is_worse_than_the_breathing_zone() -> None:
    found = assess_room(load_room(EXAMPLE))
    assert all(w.floor_share <= w.breathing_share for w in found.worst)


def test_front_door_and_plain_data() -> None:
    answer = room(EXAMPLE)
    data = answer.to_dict()
    assert answer.exit_code == 0
    assert data["kind"] == "room"
    assert len(data["time_s"]) == len(data["oxygen_share"])
    assert room(SMALL).exit_code == 3


@pytest.mark.parametrize(
    ("table", "key", "value", "word"),
    [
        ("room", "volume_m3", -1, "volume_m3"),
        ("room", "volume_l", 30000, "volume_l"),
        ("room", "floor_m2", 10, "either volume_m3 or floor_m2"),
        ("room", "door", "ajar", "door"),
        ("ventilation", "fan", "exhaust", "air_changes_per_h"),
        ("ventilation", "fresh_m3_h", 10, "no flow"),
        ("nitrogen", "sessions_per_h", 40, "one after the other"),
        ("nitrogen", "leak_kg_h", "much", "leak_kg_h"),
    ],
)
def test_bad_rooms_are_named(table: str, key: str, value: object, word: str) -> None:
    data = {name: dict(part) for name, part in {"ventilation": {}, **SMALL}.items()}
    data[table][key] = value
    with pytest.raises((BadInput, BadInputs), match=word) as caught:
        room_from_dict(data, "room.toml")
    assert "room.toml" in str(caught.value)


def test_hours_and_stranger_tables() -> None:
    with pytest.raises(BadInput, match="hours"):
        room_from_dict({**SMALL, "hours": 0})
    with pytest.raises((BadInput, BadInputs), match="rooms"):
        room_from_dict({**SMALL, "rooms": {}})
