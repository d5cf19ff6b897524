"""Which current for how long: every offer is what a plan at that current says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.dosing.test_current_limits import BASE, planned

from cryodose import plan
from cryodose.dosing.current_search import Target, first_s, needed_s


def test_every_offer_is_what_a_plan_at_that_current_says() -> None:
    choices = planned(goal=300).dose.choices
    assert len(choices) > 4
    for choice in choices[1::3]:
        other = planned(goal=300, current={"mean_mA": choice.mean_ma}).dose
        assert (other.time_s, other.ma_min) == pytest.approx((choice.time_s, choice.ma_min))
        assert other.probability_at_dose == pytest.approx(choice.probability)
        assert (other.verdict == "dose") == (choice.sessions == 1)


def test_a_stronger_current_never_takes_longer() -> None:
    choices = planned(goal=300, donor_state="frozen").dose.choices
    assert np.all(np.diff([c.mean_ma for c in choices]) > 0)
    enough = [c for c in choices if c.sessions == 1]
    assert np.all(np.diff([c.time_s for c in enough]) <= 0)
    assert enough[-1].mean_ma_cm2 <= 0.25  # numb skin: half of 0.5


def test_a_goal_of_another_current_names_it() -> None:
    answer = planned(goal=800, current={"mean_mA": 0.5})
    assert answer.dose.verdict == "goal-not-reached"
    assert "would reach it within the limits" in answer.dose.reasons[-1]


def test_more_than_one_session_gives_is_split() -> None:
    dose = planned(goal=6000).dose
    assert dose.verdict == "goal-not-reached"
    assert all(c.sessions is not None and c.sessions > 1 for c in dose.choices)
    assert "sessions of" in dose.reasons[-1]
    strongest = max(dose.choices, key=lambda c: c.mean_ma)
    assert strongest.ma_min <= 80.001
    once = planned(goal=6000 / strongest.sessions, current={"mean_mA": strongest.mean_ma}).dose
    assert once.verdict == "dose"


def test_pulses_keep_their_shape() -> None:
    pulses = {"mean_mA": 2, "waveform": "pulsed", "frequency_hz": 1000, "duty": 0.25}
    choices = planned(goal=300, current=pulses).dose.choices
    assert max(c.mean_ma_cm2 for c in choices) <= 2 * 0.25 + 1e-9


def test_of_several_targets_the_largest_counts() -> None:
    data = {**BASE, "goal": [{"kind": "delivered-mass", "target_ug": m} for m in (50, 300, 100)]}
    data["safety"] = {**BASE["safety"], "return_site": "forearm"}
    assert plan(data, members=32).dose.target_ug == 300


def test_nothing_is_offered_to_whom_a_current_is_forbidden() -> None:
    dose = planned(goal=300, safety={"implanted_device": True}).dose
    assert dose.verdict == "refused"
    assert dose.choices == ()


def test_a_refusal_of_the_density_names_a_current_that_is_allowed() -> None:
    dose = planned(goal=300, current={"mean_mA": 7}).dose
    assert dose.verdict == "refused"
    assert "would reach it within the limits" in dose.reasons[-1]
    assert all(c.mean_ma_cm2 <= 0.5 for c in dose.choices)


def test_a_day_that_is_used_up_offers_nothing() -> None:
    spent = [{"site": "forearm", "mA_min": 80, "duration_s": 60}]
    dose = planned(goal=300, safety={"earlier": spent}).dose
    assert dose.verdict == "refused"
    assert dose.choices == ()


def test_the_time_that_is_needed() -> None:
    time, mass = np.array([0.0, 600.0, 1200.0]), np.array([[0, 0, 0], [10, 20, 5], [20, 40, 9.0]])
    third = np.full(3, 1 / 3)
    assert first_s(time, mass[:, 0], 15) == pytest.approx(900)
    assert first_s(time, mass[:, 2], 15) == math.inf
    assert needed_s(time, mass, Target(15, 0.3, third)) == 480  # 450 s, rounded up to a minute
    assert needed_s(time, mass, Target(15, 0.6, third)) == 900
    assert needed_s(time, mass, Target(15, 0.9, third)) == math.inf
