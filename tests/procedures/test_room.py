"""Rooms with nitrogen: what a day, a broken hose and a lone operator do."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose import room
from cryodose.errors import BadInput, BadInputs
from cryodose.outcome.room import effect
from cryodose.physics.room_oxygen import steady_share
from cryodose.procedures.room import assess_room, first_below_s, gas_m3_per_kg
from cryodose.session.room import Nitrogen, Room, Ventilation, load_room, room_from_dict
from cryodose.solve.zones import OxygenHistory

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


def test_alarms_come_when_the_share_is_passed_and_not_a_step_later() -> None:
    # Well mixed and without a fan the share falls as exp(-R t/V).
    time = np.arange(0.0, 601.0, 15.0)
    share = 0.2095 * np.exp(-0.02 * time / 30.0)
    history = OxygenHistory(
        time, np.stack([share, np.full_like(share, 0.2095)], axis=1), time, time
    )
    exact = math.log(0.2095 / 0.195) * 30.0 / 0.02
    found = first_below_s(history, 0.195)
    assert found[0] == pytest.approx(exact, abs=0.05)
    assert found[1] == math.inf
    assert first_below_s(history, 0.3) == (0.0, 0.0)


def test_effects_get_worse_with_less_oxygen() -> None:
    words = [effect(s) for s in (0.2095, 0.19, 0.17, 0.15, 0.10)]
    assert words[0] == "none known"
    assert len(set(words)) == 5


NUMBERS = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.integers(-10, 10**9))
VALUES = st.one_of(NUMBERS, st.text(max_size=5), st.booleans(), st.none(), st.lists(NUMBERS))
TABLES = {"room": Room, "ventilation": Ventilation, "nitrogen": Nitrogen}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_hostile_rooms_are_refused_or_answered(data: st.DataObject) -> None:
    file: dict = {}
    for name, table in TABLES.items():
        keys = [f.alias or k for k, f in table.model_fields.items()]
        file[name] = data.draw(st.dictionaries(st.sampled_from(keys), VALUES, max_size=4))
    file["room"].setdefault("volume_m3", 40)
    try:
        found = room(file)
    except (BadInput, BadInputs):
        return
    told = found.to_dict()
    shares = np.array(told["oxygen_share"])
    assert np.all((shares >= -1e-9) & (shares <= 0.2095 + 1e-9))
    assert told["sessions_per_h"] >= 0
    json.dumps(told, allow_nan=False)


@settings(max_examples=10, deadline=None)
@given(st.floats(8, 400), st.floats(0, 3000), st.floats(0.5, 8), st.floats(0, 12))
def test_a_stronger_fan_or_a_larger_room_bears_no_fewer_sessions(
    volume: float, flow: float, kg: float, boil: float
) -> None:
    def allowed(m3: float, fan: float) -> int:
        gas = {"per_session_kg": kg, "boil_off_kg_day": boil}
        air = {"fan": "exhaust", "fresh_m3_h": fan}
        return assess_room(
            room_from_dict({"room": {"volume_m3": m3}, "ventilation": air, "nitrogen": gas})
        ).sessions_per_h

    here = allowed(volume, flow)
    assert allowed(volume, flow * 2 + 1) >= here
    assert allowed(volume * 2, flow) >= here


def test_reentry_comes_no_later_with_more_air() -> None:
    def back(flow: float) -> float:
        file = with_fan(fan="supply", fresh_m3_h=flow)
        worst = {w.name: w for w in assess_room(room_from_dict(file)).worst}
        return worst["hose bursts"].reentry_s

    assert back(200) >= back(400) >= back(1600) > 0


def test_an_open_door_never_harms() -> None:
    shut, ajar = (
        assess_room(room_from_dict({**SMALL, "room": {"volume_m3": 30, "door": door}}))
        for door in ("closed", "open")
    )
    assert np.all(ajar.history.share >= shut.history.share - 1e-12)


def test_an_exhaust_fan_needs_to_move_more_than_a_supply_fan() -> None:
    for rate in (10.0, 50.0, 120.0):
        supply, exhaust = (steady_share(500.0, rate, 0.2095, fan) for fan in ("supply", "exhaust"))
        assert exhaust < supply < 0.2095
