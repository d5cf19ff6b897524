"""The front door: what it takes, what it hands over, and that it is the same each time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cryodose import plan, simulate
from cryodose.errors import BadInput, NoProcedure

CALF = {"exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"}}
RUN = {"exposure": {**CALF["exposure"], "cycles": [{"on_s": 600, "off_s": 0}], "recovery_s": 1200}}


def test_plan_is_the_same_to_the_bit() -> None:
    first, again = (json.dumps(plan(CALF, members=64, seed=5).to_dict()) for _ in range(2))
    assert first == again
    assert first != json.dumps(plan(CALF, members=64, seed=6).to_dict())


def test_plan_from_file_dict_and_session(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[exposure]\nmodality = "cold-pack"\nagent = "crushed-ice"\nsite = "calf"\n')
    a, b = plan(file, members=32), plan(CALF, members=32)
    assert a.to_dict() == b.to_dict()
    assert plan(a.session, members=32).to_dict() == a.to_dict()


def test_plan_shows_dose_timetable_sources_and_assumptions() -> None:
    answer = plan({**CALF, "plan": {"start": "14:00"}}, members=64)
    assert answer.exit_code == 0
    assert answer.timetable[0].on == "14:00"
    assert answer.timetable[1].on == "16:00"
    assert {s.key for s in answer.sources} >= {"dykstra2009", "bugaj1975", "msd2023"}
    assert any(a.key == "exposure.agent_mass_kg" for a in answer.assumed)
    names = {c.name for c in answer.simulated.curves}
    assert {"skin", "fat", "adipose+10", "joint", "nerve", "muscle-flow", "heat", "pack"} <= names


def test_simulate_reports_what_was_asked() -> None:
    result = simulate(RUN, members=64)
    skin = result.curve("skin")
    assert skin.low[-1] <= skin.median[-1] <= skin.high[-1]
    assert result.facts["skin_at_exit_c"][1] < 25.0
    assert result.facts["heat_removed_at_exit_kj"][1] > 1.0
    assert result.picture.t_c.shape == (len(result.picture.depth_mm), len(result.picture.time_s))
    json.dumps(result.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"subject": {"kind": "gel", "medium": "agar"}, **CALF}, "subject.kind"),
        ({"exposure": {**CALF["exposure"], "agent": "none"}}, "exposure.agent"),
        ({"exposure": {**CALF["exposure"], "agent_temperature_C": 40.0}}, "agent_temperature_C"),
        (
            {
                "exposure": {
                    "modality": "immersion",
                    "water_temperature_C": 38.0,
                    "immersed": "legs",
                }
            },
            "water_temperature_C",
        ),
    ],
)
def test_what_has_no_dose_is_bad_input(data: dict[str, object], key: str) -> None:
    with pytest.raises(BadInput, match=key):
        plan(data, members=16)


def test_simulation_needs_a_time() -> None:
    with pytest.raises(BadInput, match="cycles"):
        simulate(CALF, members=16)


def test_what_cannot_be_run_is_named() -> None:
    data = {"subject": {"kind": "skin-in-vitro"}, "exposure": CALF["exposure"]}
    with pytest.raises(NoProcedure, match="skin-in-vitro"):
        plan(data, members=16)


def test_a_refusal_has_exit_code_three_and_reasons() -> None:
    hard = {
        **CALF["exposure"],
        "agent": "ice-massage",
        "agent_temperature_C": -30.0,
        "site": "finger",
    }
    answer = plan({"subject": {"adipose_mm": 0.5}, "exposure": hard}, members=64)
    assert answer.exit_code == 3
    assert answer.simulated is None
    assert answer.timetable == ()
    assert "No safe dose" in answer.reasons[0]
    json.dumps(answer.to_dict(), allow_nan=False)


@pytest.mark.parametrize("agent", ["cold-water", "wetted-ice", "gel-pack"])
def test_a_film_of_pack_is_computed_like_any_other(agent: str) -> None:
    thin = {**CALF["exposure"], "agent": agent, "agent_mass_kg": 0.001, "contact_area_cm2": 5000.0}
    cold = {**thin, "agent_temperature_C": -80.0 if agent == "cold-water" else 12.0}
    answer = plan({"exposure": cold}, members=16)
    assert answer.dose.verdict in ("goal-not-reached", "refused")


@pytest.mark.parametrize("members", [-5, 0, 1, 15, 100001])
def test_an_ensemble_of_a_silly_size_is_bad_input(members: int) -> None:
    with pytest.raises(BadInput, match="members"):
        plan(CALF, members=members)


def test_start_temperatures_that_no_limb_has_are_bad_input() -> None:
    baseline = {"skin_C": 15.0, "muscle_C": 42.0}
    with pytest.raises(BadInput, match=r"muscle_C.*blood"):
        plan({"subject": {"baseline": baseline}, **CALF}, members=16)
