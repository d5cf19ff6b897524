"""A plan for a nitrogen device in its room."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cryodose import plan, room
from cryodose.dosing.freeze_dose import FreezeDose
from cryodose.errors import BadInput
from cryodose.outcome import FreezeResult, Plan
from cryodose.outcome.room import NOT_ASSESSED
from cryodose.outcome.room_plan import freeze_in_room, in_room, room_of
from cryodose.outcome.room_use import room_rows
from cryodose.procedures.room import use_of_room
from cryodose.session.room import load_room, room_from_dict

HOME = Path(__file__).parents[2] / "examples"
BASEMENT = HOME / "cryosauna-basement.toml"
SUBJECT = {"sex": "male", "age_y": 34, "height_m": 1.8, "mass_kg": 79, "body_fat_percent": 18}
DOSE = FreezeDose("dose", "wart", freeze_s=10.0, cycles=1)
SPACIOUS = {"room": {"volume_m3": 40}, "nitrogen": {"boil_off_kg_day": 2}}
SMALL = {"room": {"volume_m3": 30}, "nitrogen": {"per_session_kg": 3.77, "sessions_per_h": 4}}


def answer_of(modality: str = "cryosauna", **more: Any) -> Plan:
    exposure = {
        "modality": modality,
        "stages": [{"gas_temperature_C": -110, "duration_s": 150}],
        "coverings": {"hands": "wool mittens", "feet": "wool socks"},
    }
    found = plan({"subject": SUBJECT, "exposure": exposure}, members=16, **more)
    assert isinstance(found, Plan)
    return found


@pytest.fixture(scope="module")
def bare() -> Plan:
    return answer_of()


def test_without_a_room_it_says_so(bare: Plan) -> None:
    assert NOT_ASSESSED in bare.warnings
    assert "--room" in NOT_ASSESSED
    assert bare.to_dict()["room"] is None


def test_a_chamber_asks_too() -> None:
    assert any(NOT_ASSESSED in w for w in answer_of("cryochamber").warnings)


def test_a_room_that_bears_it(bare: Plan) -> None:
    found = answer_of(room=BASEMENT)
    assert found.dose == bare.dose
    assert found.room is not None
    assert not any(NOT_ASSESSED in w for w in found.warnings)
    told = found.to_dict()["room"]
    assert told["bears_session"] is told["bears_day"] is True
    assert 0.195 <= told["lowest_share"]["floor"] < told["lowest_share"]["breathing"] < 0.2095
    assert told["session_kg"] == pytest.approx(3.77 * (bare.dose.dose_s or 0) / 180)
    assert told["sessions_per_h"] > 4


def test_a_room_that_does_not_refuses_the_plan(bare: Plan) -> None:
    found = in_room(bare, room_from_dict(SMALL))
    assert found.exit_code == 3
    assert (found.dose.verdict, found.dose.dose_s) == ("refused", None)
    assert found.simulated is None
    assert found.timetable == ()
    assert "does not bear this session" in found.reasons[0]
    assert found.to_dict()["dose_s"] is None


def test_a_room_that_bears_one_but_not_the_day_names_how_many(bare: Plan) -> None:
    air = {"fan": "exhaust", "fresh_m3_h": 30, "device_extraction_percent": 80}
    gas = {**SMALL["nitrogen"], "sessions_per_h": 15}
    file = {"room": {"volume_m3": 60}, "ventilation": air, "nitrogen": gas}
    found = in_room(bare, room_from_dict(file))
    assert found.room is not None
    assert found.room.bears_it
    assert not found.room.bears_the_day
    assert found.exit_code == 0
    assert f"at most {found.room.sessions_per_h} an hour" in found.warnings[0]


def test_a_longer_session_takes_more_oxygen() -> None:
    file = load_room(BASEMENT)
    short, long = (use_of_room(file, t) for t in (60, 180))
    assert long.kg == pytest.approx(3 * short.kg)
    assert min(long.lowest) < min(short.lowest)
    assert long.sessions_per_h <= short.sessions_per_h


def test_the_session_of_a_room_is_that_of_its_file() -> None:
    # A plan as long as the file's session sees the room's own day.
    use, whole = use_of_room(load_room(BASEMENT), 180.0), room(BASEMENT).assessment
    assert min(use.day_lowest) == pytest.approx(float(whole.history.share.min()), rel=1e-9)
    assert use.sessions_per_h == whole.sessions_per_h
    assert [w.name for w in use.worst] == [w.name for w in whole.worst]


def test_a_hand_held_device_frees_no_session_gas() -> None:
    use = use_of_room(load_room(BASEMENT), 0.0)
    assert use.kg == 0
    assert use.bears_it
    assert min(w.breathing_share for w in use.worst) < 0.11  # its vessel can spill


def test_no_room_for_what_has_no_nitrogen() -> None:
    ice = {"exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"}}
    with pytest.raises(BadInput, match="nitrogen"):
        plan(ice, members=16, room=BASEMENT)
    with pytest.raises(BadInput, match="cold-pack"):
        room_of(SMALL, "cold-pack")


def test_a_bad_room_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad-room.toml"
    path.write_text("[room]\nvolume_m3 = -3\n")
    with pytest.raises(BadInput, match="bad-room"):
        answer_of(room=path)


def frozen(room: Any = None, **exposure: Any) -> FreezeResult:
    """Return the plan of a freeze that is refused before it is computed, which costs nothing."""
    cold = {"modality": "liquid-nitrogen", "technique": "open-spray", "spot_diameter_mm": 6}
    cold |= {"cycles": [{"freeze_s": 10, "thaw_s": 60}], "lesion": {"kind": "mole"}} | exposure
    found = plan({"exposure": cold}, room=room)
    assert isinstance(found, FreezeResult)
    return found


def test_a_freeze_without_a_room_says_so_where_nitrogen_is_in_it() -> None:
    assert NOT_ASSESSED in frozen().warnings
    assert NOT_ASSESSED not in frozen(agent="nitrous-oxide").warnings


def test_a_freeze_is_refused_in_a_room_that_its_own_vessel_starves() -> None:
    """Three kilograms boil off in an hour into 12 m3 of still air: below 19.5 % by themselves."""
    starved = {"room": {"volume_m3": 12}, "nitrogen": {"boil_off_kg_day": 72}}
    plain, held = frozen(), frozen(room={"room": {"volume_m3": 40}, "nitrogen": {}})
    short = freeze_in_room(replace(plain, dose=DOSE), room_of(starved, "liquid-nitrogen"))
    assert short.exit_code == 3
    assert short.dose is not None
    assert short.dose.freeze_s is None
    assert short.dose.refusals[0].rule == "oxygen"
    assert held.room is not None
    assert held.to_dict()["room"]["bears_session"]
    fine = freeze_in_room(replace(plain, dose=DOSE), room_of(SPACIOUS, "liquid-nitrogen"))
    assert fine.exit_code == 0


def test_a_freeze_in_a_room_says_what_its_vessel_can_do() -> None:
    held = frozen(room=BASEMENT)
    assert held.room is not None
    assert "vessel spills" in " ".join(held.warnings)
    assert room_rows(held.room)[0].words == "Lowest oxygen, the stated day"
    bare = frozen(room={"room": {"volume_m3": 400}, "nitrogen": {}})
    assert "vessel spills" not in " ".join(bare.warnings)
