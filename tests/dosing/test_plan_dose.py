"""The dose: inside every limit, safe when looked at again, honest about what it cannot reach."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dosing.conftest import MEMBERS, make_session

from cryodose import evidence, plan
from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.goals import goals_of
from cryodose.dosing.limits import limits_of
from cryodose.dosing.plan import plan_dose
from cryodose.dosing.search import longest_allowed_s, search
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import Cycle, Probe, Request
from cryodose.session import Session, session_from_dict

PROBES = (Probe(10.0, "adipose"), Probe(0.0, "nerve"))


def _plan(session: Session, members: int = MEMBERS, seed: int = 0) -> Any:
    return plan_dose(session, members, seed, PROBES)


SESSIONS = st.builds(
    lambda agent, barrier, site, fat, cold: make_session(
        agent=agent, barrier=barrier, site=site, subject__adipose_mm=fat, agent_temperature_C=cold
    ),
    st.sampled_from(
        ["crushed-ice", "gel-pack", "wetted-ice", "cold-water", "ice-massage", "circulating-water"]
    ),
    st.sampled_from(["none", "damp-cloth", "dry-towel"]),
    st.sampled_from(["calf", "ankle", "knee", "forehead", "finger", "thigh", "abdomen"]),
    st.floats(0.5, 40.0),
    st.floats(-30.0, 15.0),
)


@settings(max_examples=30, deadline=None)
@given(SESSIONS)
def test_no_dose_lies_outside_a_limit(session: Session) -> None:
    planned = _plan(session)
    dose = planned.dose
    if dose.dose_s is None:
        assert dose.verdict == "refused"
        assert planned.at_dose is None
        return
    assert dose.dose_s <= dose.longest_s
    for result in dose.limits:
        if result.limit.time_s is not None:
            assert dose.dose_s <= result.limit.time_s
        else:
            assert result.probability_passed <= result.limit.probability + 1e-12
    # And in the run at the dose, after-drop included.
    response, weights = planned.at_dose.response(), planned.at_dose.weights
    for result in dose.limits:
        if result.limit.t_c is not None:
            chance = weights[result.limit.margin_k(response) < 0].sum()
            assert chance <= result.limit.probability + 2.0 / MEMBERS


@settings(max_examples=6, deadline=None)
@given(
    st.sampled_from(["wetted-ice", "gel-pack", "ice-massage"]),
    st.floats(2.0, 15.0),
    st.sampled_from(["calf", "knee", "thigh"]),
)
def test_the_longest_safe_time_is_safe_at_four_times_the_resolution(
    agent: str, fat: float, site: str
) -> None:
    session = make_session(agent=agent, subject__adipose_mm=fat, site=site)
    planned = _plan(session)
    if planned.dose.verdict == "refused":
        return
    run = planned.searched
    request = replace(run.request, cycles=(Cycle(planned.dose.longest_s, 0.0),), resolution=4)
    fine = replace(run, request=request, _responses={}).response()
    for result in planned.dose.limits:
        if result.limit.t_c is not None:
            chance = run.weights[result.limit.margin_k(fine) < 0].sum()
            assert chance <= result.limit.probability + 1e-9


def test_a_pack_far_below_zero_on_lean_bare_skin_is_refused() -> None:
    session = make_session(
        agent="ice-massage", agent_temperature_C=-20.0, site="finger", subject__adipose_mm=0.5
    )
    dose = _plan(session).dose
    assert dose.verdict == "refused"
    assert dose.dose_s is None
    assert dose.limiting in ("freezing", "skin floor", "nerve")


def test_unreachable_goals_say_so_and_name_what_would_do() -> None:
    session = make_session(
        goal=[
            {
                "kind": "tissue-temperature",
                "depth_mm": 30.0,
                "depth_from": "adipose",
                "change_C": -9.0,
            }
        ],
        subject__adipose_mm=25.0,
    )
    planned = _plan(session)
    assert planned.dose.verdict == "goal-not-reached"
    assert planned.dose.dose_s == planned.dose.longest_s
    assert planned.alternatives
    assert all(a.longest_s <= 1200 for a in planned.alternatives)


def test_the_session_may_ask_for_less_but_not_for_more() -> None:
    assert _plan(make_session(plan__max_s=300.0)).dose.longest_s == 300.0
    assert _plan(make_session(plan__max_s=80000.0)).dose.longest_s <= 1200.0


def test_thicker_fat_needs_longer_for_the_muscle() -> None:
    goal = [
        {"kind": "tissue-temperature", "depth_mm": 10.0, "depth_from": "adipose", "change_C": -2.0}
    ]
    needed = [
        _plan(make_session(goal=goal, subject__adipose_mm=fat)).dose.goals[0].needed_s
        for fat in (2.0, 6.0, 12.0)
    ]
    assert needed == sorted(needed)


@pytest.mark.parametrize(
    "goal",
    [
        {"kind": "analgesia"},
        {"kind": "analgesia", "duration_s": 600.0},
        {"kind": "skin-temperature", "target_C": 14.0},
        {"kind": "tissue-temperature", "depth_mm": 10.0, "target_C": 25.0},
        {"kind": "nerve-velocity", "change_percent": -10.0},
        {"kind": "nerve-velocity", "change_percent": -5.0, "nerve": "tibial-motor"},
    ],
)
def test_every_kind_of_goal_is_reached_by_its_needed_time(goal: dict[str, Any]) -> None:
    session = make_session(goal=[goal], agent="wetted-ice", subject__adipose_mm=3.0)
    planned = plan_dose(session, MEMBERS, 0, (*PROBES, Probe(0.0, "nerve", "tibial-motor")))
    (result,) = planned.dose.goals
    assert result.needed_s is not None
    moment = result.goal.reached_s(planned.searched.response())
    share = float(np.mean(np.nan_to_num(moment, nan=np.inf) <= result.needed_s + 1e-9))
    assert share >= result.goal.probability - 1e-9


def test_being_surer_takes_longer_and_allows_less() -> None:
    needed = [
        _plan(make_session(agent="wetted-ice", goal=[{"kind": "analgesia", "probability": p}]))
        .dose.goals[0]
        .needed_s
        for p in (0.5, 0.8, 0.95)
    ]
    assert needed == sorted(needed)
    assert needed[0] < needed[-1]


def _run(session: Session) -> Simulation:
    request = Request((Cycle(1200.0, 0.0),), 0.0, PROBES)
    return Simulation(session, MEMBERS, 0, request, np.full(MEMBERS, 1.0 / MEMBERS))


def test_more_uncertainty_never_makes_a_narrower_band(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doubling the scores doubles every doubt at once: the band of each curve must not shrink."""
    run = _run(make_session())
    z = run.scores()
    narrow, wide = replace(run, z=0.5 * z), replace(run, z=z)
    for name in ("adipose+10", "nerve"):
        bands = []
        for r in (narrow, wide):
            low, high = weighted_quantiles(r.response().t_probe_c[name], (0.05, 0.95))
            bands.append(high - low)
        assert np.all(bands[1] >= bands[0] - 1e-9)
    skin = [
        np.ptp(weighted_quantiles(r.response().t_skin_c, (0.05, 0.95)), axis=0)
        for r in (narrow, wide)
    ]
    assert np.all(skin[1] >= skin[0] - 1e-9)


def test_a_limit_with_a_smaller_chance_allows_less() -> None:
    run = _run(make_session(agent="wetted-ice", subject__adipose_mm=10.0))
    limits = limits_of(run.session, "calf", 10.0)
    floor = next(x for x in limits if x.name == "skin floor")
    strict, loose = (
        longest_allowed_s(replace(floor, probability=p), run.response(), run.weights) or np.inf
        for p in (0.01, 0.3)
    )
    assert strict <= loose


def test_limits_follow_site_and_fat() -> None:
    session = make_session()
    names = {x.name for x in limits_of(session, "ankle", 2.0)}
    assert {"freezing", "skin floor", "time", "bone near the skin", "thin fat", "nerve"} <= names
    assert "bone near the skin" not in {x.name for x in limits_of(session, "ankle", 12.0)}
    assert "thin fat" not in {x.name for x in limits_of(session, "thigh", 12.0)}


def test_a_day_of_repeats_is_counted() -> None:
    planned = _plan(make_session(barrier="dry-towel"))
    assert planned.applications == int(evidence.value("limits", "interval.a_day"))


def test_search_rounds_goals_up_and_limits_down() -> None:
    run = _run(make_session())
    session = make_session()
    dose = search(
        goals_of(session), limits_of(session, "calf", 8.0), run.response(), run.weights, 60.0
    )
    step = evidence.value("limits", "rounding.time_s")
    assert dose.longest_s % step == 0
    assert dose.shortest_s is None or dose.shortest_s % step == 0


def test_a_dose_holds_its_limits_after_the_cold_is_off() -> None:
    """In a freezing room the skin goes on cooling bare: the run at the dose is what counts."""
    session = make_session(room_temperature_C=-20.0, subject__adipose_mm=12.0)
    planned = _plan(session)
    if planned.at_dose is None:
        assert planned.dose.verdict == "refused"
        return
    response, weights = planned.at_dose.response(), planned.at_dose.weights
    for result in planned.dose.limits:
        if result.limit.t_c is not None:
            chance = weights[result.limit.margin_k(response) < 0].sum()
            assert chance <= result.limit.probability
            assert result.probability_passed <= result.limit.probability


def test_a_bath_holds_the_limits_of_every_site_under_water() -> None:
    session = session_from_dict(
        {
            "exposure": {
                "modality": "immersion",
                "water_temperature_C": 5.0,
                "immersed": "legs",
                "stirred": True,
            }
        }
    )
    dose = _plan(session).dose
    names = {x.limit.name for x in dose.limits}
    assert "nerve, toe" in names
    assert dose.longest_s <= 600.0  # bone near the skin at the foot


def test_few_members_never_allow_much_more_than_many() -> None:
    session = make_session(agent="gel-pack", barrier="damp-cloth", subject__adipose_mm=8.0)
    many = _plan(session, 2048).dose.longest_s
    few = [plan(session, members=16, seed=seed) for seed in range(4)]
    assert all(p.members == 256 for p in few)
    assert max(p.dose.longest_s for p in few) <= many + 240.0


def test_alternatives_begin_with_the_widest_window() -> None:
    session = make_session(
        agent="frozen-peas",
        barrier="dry-towel",
        goal=[{"kind": "skin-temperature", "target_C": 13.0}],
    )
    planned = _plan(session)
    reach = [a for a in planned.alternatives if a.verdict == "dose"]
    room = [a.longest_s - (a.shortest_s or 0.0) for a in reach]
    assert room == sorted(room, reverse=True)


def test_pain_relief_that_does_not_last_is_not_reached() -> None:
    """A little bag warms: the skin passes the target and comes back before the time is up."""
    session = make_session(
        agent="cold-water",
        agent_mass_kg=0.1,
        goal=[{"kind": "analgesia", "target_C": 20.0, "duration_s": 1500.0}],
    )
    planned = _plan(session)
    response = planned.searched.response()
    moment = goals_of(session)[0].reached_s(response)
    for member in np.flatnonzero(np.isfinite(moment)):
        held = (response.time_s > moment[member] - 1300.0) & (response.time_s <= moment[member])
        assert np.all(response.t_skin_c[held, member] <= 20.0 + 0.05)
