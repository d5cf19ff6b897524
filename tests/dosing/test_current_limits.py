"""Every limit of a current refuses, and every way round it that we could think of is closed."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from cryodose import evidence, plan
from cryodose.dosing.current_limits import same_skin
from cryodose.errors import BadInput, BadInputs
from cryodose.outcome.drug import open_words

SAFE = dict.fromkeys(evidence.names("current_limits", "answers"), False)
BASE: dict[str, Any] = {
    "subject": {"height_m": 1.7, "mass_kg": 68},
    "exposure": {
        "modality": "cryoelectrophoresis",
        "drug": "lidocaine",
        "donor_percent": 4,
        "donor_state": "liquid",
        "polarity": "anode",
        "area_cm2": 10,
        "current": {"mean_mA": 2},
        "duration_s": 600,
        "site": "forearm",
    },
    "safety": {**SAFE, "electrode": "ag-agcl", "earlier": []},
}


def planned(*, safety: dict | None = None, goal: float | None = None, **exposure: Any) -> Any:
    data = copy.deepcopy(BASE)
    data["exposure"] |= exposure
    data["exposure"] = {k: v for k, v in data["exposure"].items() if v is not None}
    data["safety"] |= {"return_site": data["exposure"]["site"], **(safety or {})}
    if goal is not None:
        data["goal"] = [{"kind": "delivered-mass", "target_ug": goal}]
    return plan(data, members=32)


def assert_refused(word: str, **changes: Any) -> None:
    answer = planned(**changes)
    assert answer.exit_code == 3
    assert answer.dose.time_s is None
    assert answer.curves == ()
    assert any(word in reason for reason in answer.dose.reasons), answer.dose.reasons


def test_the_base_is_allowed() -> None:
    answer = planned()
    assert answer.exit_code == 0
    assert answer.dose.verdict == "dose"
    assert answer.dose.ma_min == pytest.approx(20)


def test_density() -> None:
    assert_refused("mean current density", current={"mean_mA": 4}, area_cm2=7)


def test_density_in_the_other_unit() -> None:
    assert_refused("mean current density", current={"mean_mA_cm2": 0.6}, area_cm2=5)


def test_density_hidden_in_one_step_of_a_programme() -> None:
    steps = [{"mean_mA": 1, "duration_s": 300}, {"mean_mA": 6, "duration_s": 10}]
    assert_refused("mean current density", current=None, duration_s=None, programme=steps)


def test_density_hidden_in_alternation() -> None:
    current = {"mean_mA": 6, "waveform": "alternating", "frequency_hz": 50, "duty": 1}
    assert_refused("mean current density", current=current)


def test_peak_of_pulses_is_worked_out_from_the_duty() -> None:
    current = {"mean_mA": 3, "waveform": "pulsed", "frequency_hz": 1000, "duty": 0.1}
    assert_refused("peak current density", current=current)


def test_a_peak_below_what_the_duty_asks_is_not_believed() -> None:
    current = {
        "mean_mA": 3, "waveform": "pulsed", "frequency_hz": 1000, "duty": 0.1, "peak_mA_cm2": 0.5,
    }  # fmt: skip
    assert_refused("peak current density", current=current)


@pytest.mark.parametrize("missing", ["duty", "frequency_hz"])
def test_pulses_of_unknown_height_or_length_are_no_session(missing: str) -> None:
    current = {"mean_mA": 3, "waveform": "pulsed", "frequency_hz": 1000, "duty": 0.5}
    del current[missing]
    with pytest.raises(BadInput, match=missing):
        planned(current=current)


def test_energy_of_slow_pulses() -> None:
    current = {"mean_mA": 4, "waveform": "pulsed", "frequency_hz": 0.01, "duty": 0.25}
    assert_refused("energy of one pulse", current=current)


def test_charge() -> None:
    assert_refused("current times time", current={"mean_mA": 4}, duration_s=1500)


def test_charge_of_several_programmes_adds_up() -> None:
    steps = [{"mean_mA": 4, "duration_s": 400}, {"mean_mA": 0, "duration_s": 100}] * 4
    assert_refused("current times time", current=None, duration_s=None, programme=steps)


def test_charge_of_earlier_sessions_adds_up() -> None:
    earlier = [{"site": "forearm", "mA_min": 40}, {"site": "forearm", "mA_min": 30}]
    assert_refused("current times time", safety={"earlier": earlier})


@pytest.mark.parametrize("name", ["hand", "finger", "upper-arm"])
def test_charge_split_over_names_of_one_limb_adds_up(name: str) -> None:
    earlier = [{"site": name, "mA_min": 70}]
    assert_refused("current times time", safety={"earlier": earlier})


def test_another_limb_is_another_site() -> None:
    assert planned(safety={"earlier": [{"site": "thigh", "mA_min": 70}]}).exit_code == 0
    assert same_skin(None, "thigh")


def test_charge_is_not_diluted_by_a_larger_area() -> None:
    assert_refused("current times time", current={"mean_mA": 4}, duration_s=1500, area_cm2=60)


def test_whole_current() -> None:
    assert_refused("through one pad", current={"mean_mA": 5}, area_cm2=30)


def test_whole_current_is_not_hidden_by_an_exaggerated_area() -> None:
    assert_refused("through one pad", current={"mean_mA": 9}, area_cm2=80, duration_s=300)
    assert_refused("pad on the finger", area_cm2=200, site="finger")


def test_no_area_is_no_session() -> None:
    with pytest.raises(BadInput, match="area_cm2"):
        planned(area_cm2=None)


def test_time() -> None:
    assert_refused("time with the current on", current={"mean_mA": 0.5}, duration_s=7200)


def test_time_cut_into_pieces_adds_up() -> None:
    steps = [{"mean_mA": 0.5, "duration_s": 600}, {"mean_mA": 0, "duration_s": 5}] * 4
    assert_refused("time with the current on", current=None, duration_s=None, programme=steps)


def test_acid_under_an_inert_electrode() -> None:
    safety = {"electrode": "inert", "donor_volume_mL": 2}
    assert_refused("pH of the donor", safety=safety, duration_s=1200)


def test_an_electrode_that_nobody_named_counts_as_inert() -> None:
    data = copy.deepcopy(BASE)
    del data["safety"]["electrode"]
    assert plan(data, members=32).exit_code == 3


def test_a_buffer_makes_an_inert_electrode_bearable() -> None:
    safety = {"electrode": "inert", "donor_volume_mL": 20, "buffer_mmol_l": 200}
    assert planned(safety=safety, donor_ph=6.0).exit_code == 0


@pytest.mark.parametrize("name", [n for n in SAFE if n != "thyroid_disease"])
def test_answers_refuse(name: str) -> None:
    assert_refused("refused for", safety={name: True})


def test_thyroid_disease_forbids_iodide_alone() -> None:
    assert planned(safety={"thyroid_disease": True}).exit_code == 0
    assert_refused("thyroid", safety={"thyroid_disease": True}, drug="iodide", polarity="cathode")


def test_questions_left_open_are_listed() -> None:
    data = copy.deepcopy(BASE)
    data["safety"] = {"electrode": "ag-agcl"}
    answer = plan(data, members=32)
    assert set(answer.not_asked) == {*SAFE, "return_site", "earlier"}
    assert not answer.released
    assert "not asked" in open_words(answer)[0]


@pytest.mark.parametrize("site", ["neck", "chest"])
def test_sites_that_have_no_current(site: str) -> None:
    assert_refused(f"no current through the {site}", site=site)


def test_the_face_bears_less() -> None:
    assert_refused("mean current density", site="cheek", area_cm2=5, current={"mean_mA": 0.8})
    assert planned(site="cheek", area_cm2=5, current={"mean_mA": 0.4}).exit_code == 0


def test_numb_skin_halves_the_density() -> None:
    cold = {"precooling": {"agent": "crushed-ice", "duration_s": 1200}}
    assert planned(current={"mean_mA_cm2": 0.4}).exit_code == 0
    assert_refused("halved", current={"mean_mA_cm2": 0.4}, donor_state="frozen", **cold)
    assert_refused("halved", current={"mean_mA_cm2": 0.4}, **cold)


@pytest.mark.parametrize(("drug", "wrong"), [("lidocaine", "cathode"), ("iodide", "anode")])
def test_the_wrong_electrode_is_an_error(drug: str, wrong: str) -> None:
    with pytest.raises(BadInput, match="polarity"):
        planned(drug=drug, polarity=wrong)


def test_a_unit_that_is_not_ours_is_an_error() -> None:
    with pytest.raises((BadInput, BadInputs), match="mean_uA"):
        planned(current={"mean_uA": 2000})


def test_claims_are_answered() -> None:
    answer = planned(donor_state="frozen")
    told = " ".join(answer.claims)
    assert "0 to 10 cm" in told
    assert "allergic" in told
    assert "frozen donor" in told


def test_a_goal_gets_its_charge_and_more_takes_longer() -> None:
    small, large = planned(goal=150), planned(goal=300)
    assert small.dose.verdict == large.dose.verdict == "dose"
    assert small.dose.ma_min < large.dose.ma_min
    assert large.dose.probability_at_dose >= 0.8


def test_a_goal_out_of_reach_says_so() -> None:
    answer = planned(goal=1e6)
    assert answer.dose.verdict == "goal-not-reached"
    assert answer.dose.needed_s is None
    assert "not reachable within the limits" in answer.dose.reasons[0]
    assert answer.dose.time_s == answer.dose.longest_s <= 1800


def test_a_goal_of_another_procedure_is_an_error() -> None:
    data = copy.deepcopy(BASE) | {"goal": [{"kind": "analgesia"}]}
    with pytest.raises(BadInput, match="delivered-mass"):
        plan(data, members=32)
    ice = {
        "exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"},
        "goal": [{"kind": "delivered-mass", "target_ug": 3}],
    }
    with pytest.raises(BadInput, match="delivered-mass"):
        plan(ice, members=32)


def test_the_longest_dose_is_within_every_limit() -> None:
    answer = planned(goal=1e6)
    assert all(limit.holds for limit in answer.dose.limits)


def test_the_example_is_planned() -> None:
    answer = plan(Path(__file__).parents[2] / "examples" / "lidocaine-cold.toml", members=64)
    facts = {f.name: f.median for f in answer.facts}
    assert answer.dose.verdict == "dose"
    assert facts["delivered_ug"] < facts["faraday_ug"]
    assert facts["delivered_ug"] < facts["warm_delivered_ug"]
    # Cold keeps the depot: a larger share of what went in is still there after an hour.
    kept = facts["in_skin_later_ug"] / facts["delivered_ug"]
    assert kept > facts["warm_in_skin_later_ug"] / facts["warm_delivered_ug"]
