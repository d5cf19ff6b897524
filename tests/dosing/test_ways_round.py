"""Further ways round the limits of a current, each closed: by numbers, by time, by the file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dosing.test_current_limits import BASE, SAFE, assert_refused, planned

from cryodose import evidence, plan, simulate
from cryodose.errors import BadInput, BadInputs, CryodoseError

PULSED = {"waveform": "pulsed", "frequency_hz": 1000}
ALTERNATING = {"waveform": "alternating", "frequency_hz": 50}


@pytest.mark.parametrize(
    ("current", "key"),
    [
        # A mean that hides its peaks, or the other way round.
        ({"mean_mA": 0, "peak_mA_cm2": 50, "duty": 0.5, **ALTERNATING}, "mean_mA"),
        ({"mean_mA": 0, "peak_mA_cm2": 1.9, "duty": 0.5, **PULSED}, "mean_mA"),
        ({"mean_mA": 0, "peak_mA_cm2": 1.9}, "mean_mA"),
        ({"mean_mA": 1, "peak_mA_cm2": 1.9, "duty": 0.9, **PULSED}, "peak_mA_cm2"),
        ({"mean_mA": 3, "duty": 0, **PULSED}, "duty"),
        ({"mean_mA": 3, "waveform": "pulsed", "duty": 0.5, "frequency_hz": 0}, "frequency_hz"),
        ({"mean_mA": 3, **ALTERNATING}, "duty"),
    ],
)
def test_numbers_of_a_pulse_must_agree(current: dict, key: str) -> None:
    with pytest.raises(BadInput, match=key):
        planned(current=current)


def test_high_peaks_of_an_alternating_current() -> None:
    current = {"mean_mA": 1, "peak_mA_cm2": 5, **ALTERNATING}
    assert_refused("peak current density", current=current)


def test_a_continuous_current_with_peaks() -> None:
    assert_refused("peak current density", current={"mean_mA": 2, "peak_mA_cm2": 3})


def test_a_step_of_no_time_still_has_its_density() -> None:
    steps = [{"mean_mA": 1, "duration_s": 300}, {"mean_mA": 90, "duration_s": 0}]
    assert_refused("mean current density", current=None, duration_s=None, programme=steps)


def test_a_session_of_no_time_gives_nothing() -> None:
    answer = planned(duration_s=0)
    assert answer.dose.ma_min == 0


def test_a_tiny_pad_with_a_small_current() -> None:
    assert_refused("mean current density", current={"mean_mA": 0.4}, area_cm2=0.5)


@pytest.mark.parametrize(
    ("cold", "word"),
    [
        ({"donor_state": "frozen", "duration_s": 1260}, "cold on the skin"),
        ({"precooling": {"agent": "crushed-ice", "duration_s": 1800}}, "cold on the skin"),
        (
            {
                "donor_state": "frozen", "duration_s": 600,
                "precooling": {"agent": "crushed-ice", "duration_s": 900},
            },
            "cold on the skin",
        ),
        ({"precooling": {"agent": "gel-pack", "duration_s": 1100}}, "cold: skin"),
        ({"donor_state": "frozen", "duration_s": 660, "site": "finger"}, "over bone"),
    ],
)  # fmt: skip
def test_the_cold_keeps_its_own_limits_under_a_current(cold: dict, word: str) -> None:
    small = {"current": {"mean_mA": 0.2}, "area_cm2": 4}
    assert_refused(word, **{**small, **cold})


def test_a_goal_under_ice_ends_with_the_ice() -> None:
    dose = planned(goal=1e6, donor_state="frozen", current={"mean_mA": 1}).dose
    assert dose.longest_s <= 1200
    assert all(c.time_s <= 1200 for c in dose.choices)
    assert all(x.holds for x in dose.limits)
    assert any(x.name == "cold time" for x in dose.limits)


def test_a_colder_pack_before_a_frozen_donor_counts() -> None:
    def coldest(agent: str) -> float:
        cold = {"agent": agent, "duration_s": 120}
        answer = planned(donor_state="frozen", current={"mean_mA": 1}, precooling=cold)
        return next(x.value for x in answer.dose.limits if x.name == "cold freezing")

    assert coldest("gel-pack") < coldest("cold-water") - 1


def test_a_warm_current_has_no_limits_of_cold() -> None:
    assert not [x for x in planned().dose.limits if x.name.startswith("cold")]


def test_less_time_than_a_dose_needs_is_refused() -> None:
    spent = [{"site": "forearm", "mA_min": 1, "duration_s": 1770}]
    answer = planned(goal=300, safety={"earlier": spent})
    assert answer.exit_code == 3
    assert answer.dose.time_s is None


def test_a_vast_pad_does_not_bear_any_current() -> None:
    vast = {"site": "back", "area_cm2": 900, "duration_s": 60}
    assert planned(current={"mean_mA": 45}, **vast).exit_code == 0
    assert_refused("through one pad", current={"mean_mA": 60}, **vast)


def test_many_short_sessions_in_a_day_by_charge() -> None:
    short = [{"site": "forearm", "mA_min": 8, "duration_s": 60}] * 9
    assert_refused("current times time", safety={"earlier": short})


def test_many_short_sessions_in_a_day_by_time() -> None:
    short = [{"site": "hand", "mA_min": 1, "duration_s": 300}] * 5
    assert_refused("time with the current on", safety={"earlier": short})


def test_time_of_the_day_shortens_what_a_goal_may_take() -> None:
    whole = planned(goal=1e6).dose.longest_s
    spent = [{"site": "forearm", "mA_min": 1, "duration_s": 900}]
    left = planned(goal=1e6, safety={"earlier": spent}).dose.longest_s
    assert left == whole - 900
    spent = [{"site": "forearm", "mA_min": 1, "duration_s": 1800}]
    assert planned(goal=1e6, safety={"earlier": spent}).exit_code == 3


def test_an_earlier_session_of_unknown_time_is_an_open_question() -> None:
    answer = planned(safety={"earlier": [{"site": "forearm", "mA_min": 5}]})
    assert answer.not_asked == ("earlier",)
    assert not answer.released


def test_numb_skin_halves_peaks_as_well() -> None:
    current = {"mean_mA_cm2": 0.2, "duty": 0.15, **PULSED}
    assert planned(current=current).exit_code == 0
    assert_refused("peak current density", current=current, donor_state="frozen")


def test_few_members_do_not_hide_numb_skin() -> None:
    data = {**BASE, "exposure": {**BASE["exposure"], "donor_state": "frozen"}}
    few, many = (plan(data, members=n) for n in (16, 512))
    assert few.members >= 256
    assert few.dose.numb_probability == pytest.approx(many.dose.numb_probability, abs=0.05)


@pytest.mark.parametrize("state", ["dry-ice", "carbon-dioxide", "snow"])
def test_no_current_through_dry_ice(state: str) -> None:
    with pytest.raises((BadInput, BadInputs), match="donor_state"):
        planned(donor_state=state)
    with pytest.raises((BadInput, BadInputs), match="precooling"):
        planned(precooling={"agent": state, "duration_s": 60})


def test_a_vast_donor_does_not_drown_the_acid() -> None:
    safety = {"electrode": "inert", "donor_volume_mL": 1000}
    assert_refused("pH of the donor", safety=safety, current={"mean_mA": 4}, duration_s=1200)


@pytest.mark.parametrize("ph", [0.5, 2.9, 10.1, 13.5])
@pytest.mark.parametrize("electrode", ["ag-agcl", "inert"])
def test_a_donor_that_is_acid_or_base_from_the_start(ph: float, electrode: str) -> None:
    safety = {"electrode": electrode, "donor_volume_mL": 10, "buffer_mmol_l": 100}
    assert_refused("pH of the donor", donor_ph=ph, safety=safety, duration_s=60)


def test_a_simulation_under_the_wrong_electrode_says_so() -> None:
    data = {**BASE, "exposure": {**BASE["exposure"], "polarity": "cathode"}}
    assert "moves out under this electrode" in simulate(data, members=32).warnings[0]


def test_a_buffer_takes_current_from_the_drug() -> None:
    bare, held = (
        planned(safety={"buffer_mmol_l": c}).curve("delivered").median[-1] for c in (0, 200)
    )
    assert held < 0.8 * bare


@pytest.mark.parametrize(
    ("site", "other", "word"),
    [
        ("forearm", "thigh", "cross the heart"),
        ("forearm", "chest", "no current through the chest"),
        ("abdomen", "back", "front to back"),
        ("cheek", "ear", "cross the head"),
        ("cheek", "hand", "cross the heart"),
        ("knee", "neck", "no current through the neck"),
    ],
)
def test_ways_through_heart_and_head(site: str, other: str, word: str) -> None:
    answer = planned(site=site, area_cm2=4, current={"mean_mA": 0.3}, safety={"return_site": other})
    assert answer.exit_code == 3
    assert any(word in reason for reason in answer.dose.reasons), answer.dose.reasons


def test_both_pads_on_one_limb() -> None:
    assert planned(safety={"return_site": "upper-arm"}).exit_code == 0


@pytest.mark.parametrize("value", ["no", "false", 0, "", None])
def test_an_answer_is_true_or_false(value: Any) -> None:
    if value is None:
        answer = planned(safety={"epilepsy": None})
        assert answer.not_asked == ("epilepsy",)
        assert not answer.released
        return
    with pytest.raises((BadInput, BadInputs), match="epilepsy"):
        planned(safety={"epilepsy": value})


def test_a_screened_person_does_not_answer_for_the_current() -> None:
    data = {**BASE, "safety": {"electrode": "ag-agcl"}}
    answer = plan(data, members=32)
    assert set(SAFE) <= set(answer.not_asked)
    assert not answer.released


def test_a_simulation_says_what_no_plan_would_allow() -> None:
    data = {
        **BASE,
        "exposure": {**BASE["exposure"], "current": {"mean_mA": 9}},
        "safety": {**BASE["safety"], "epilepsy": True},
    }
    said = " ".join(simulate(data, members=32).warnings)
    assert "mean current density" in said
    assert "epilepsy" in said
    assert simulate(BASE, members=32).warnings == ()


currents = st.fixed_dictionaries(
    {"mean_mA": st.floats(0, 20)},
    optional={
        "waveform": st.sampled_from(["continuous", "pulsed", "alternating"]),
        "frequency_hz": st.floats(0, 1e5),
        "duty": st.floats(0, 1),
        "peak_mA_cm2": st.floats(0, 20),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    currents,
    st.floats(0.01, 300),
    st.floats(0, 8000),
    st.sampled_from(["liquid", "frozen"]),
    st.sampled_from(["forearm", "cheek", "neck", "finger", "back"]),
    st.one_of(st.none(), st.floats(0.1, 1e5)),
)
def test_no_session_gets_past_the_limits(
    current: dict, area: float, time_s: float, state: str, site: str, goal: float | None
) -> None:
    try:
        answer = planned(
            current=current, area_cm2=area, duration_s=time_s, donor_state=state, site=site,
            goal=goal,
        )  # fmt: skip
    except CryodoseError:
        return
    dose = answer.dose
    if dose.verdict == "refused":
        assert dose.time_s is None
        assert answer.curves == ()
        return
    density = current["mean_mA"] / area
    limit = evidence.value("current_limits", "density.mean_ma_cm2")
    assert density <= limit * 1.0001
    assert dose.ma_min <= 80.001
    assert dose.time_s <= 1800.001 or density == 0
    assert site != "neck"
    assert all(x.holds for x in dose.limits)
    for choice in dose.choices:
        assert choice.mean_ma_cm2 <= limit * 1.0001
        assert choice.ma_min <= 80.001
        assert choice.time_s <= 1800.001
