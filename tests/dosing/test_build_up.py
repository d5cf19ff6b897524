"""The first sessions of whole-body cold: shorter than later ones, and told where nobody said."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose import evidence, plan
from cryodose.dosing.limits import build_up_limits, limits_of
from cryodose.errors import BadInput
from cryodose.evidence.build_up import decided_by, is_built_up, longest_after_s
from cryodose.front import preview, simulate
from cryodose.outcome import Plan
from cryodose.session import session_from_dict

WORN = {"hands": "wool mittens", "feet": "wool socks", "face": "mask", "ears": "headband"}
# Told by whole-body centres and by a quoted protocol for a first session, s: see limits.toml.
TOLD_S = {"FLOATFREEZE": (60, 90), "RUPROT": (60, 60), "FUSIONWB": (0, 120)}


def gas(before: int | None = None, *, t_gas: float = -110.0, **more: Any) -> dict[str, Any]:
    lasts_s = more.pop("lasts_s", 150)
    return {
        "subject": {"sex": "male", "age_y": 34, "height_m": 1.8, "mass_kg": 79}
        | ({} if before is None else {"sessions_before": before}),
        "exposure": {
            "modality": more.pop("modality", "cryochamber"),
            "stages": [{"gas_temperature_C": t_gas, "duration_s": lasts_s}],
            "coverings": more.pop("worn", WORN),
        },
        **more,
    }


@cache
def planned(before: int | None = None, t_gas: float = -110.0) -> Plan:
    answer = plan(gas(before, t_gas=t_gas), members=64)
    assert isinstance(answer, Plan)
    return answer


def test_the_number_holds_for_every_source_that_names_one() -> None:
    first = evidence.quantity("limits", "gas_session.first_s")
    assert all(low <= first.value <= high for low, high in TOLD_S.values())
    assert first.source in TOLD_S
    assert all(source in first.note for source in TOLD_S if source != first.source)
    # 1, 2, 3 minutes, and no source goes beyond three.
    assert [longest_after_s(n) for n in (0, 1, 2, 3, 500)] == [60, 120, 180, 180, 180]
    assert [decided_by(n).source for n in (0, 1, 2)] == ["FLOATFREEZE", "RUPROT", "NEVADA2015"]
    with pytest.raises(ValueError, match="-1"):
        longest_after_s(-1)


def test_a_first_session_is_a_limit_like_the_others() -> None:
    answer = planned(0)
    assert (answer.dose.longest_s, answer.dose.limiting) == (60, "first session")
    assert (answer.dose.verdict, answer.dose.dose_s) == ("goal-not-reached", 60)
    row = next(x for x in answer.dose.limits if x.limit.name == "first session")
    assert (row.limit.time_s, row.limit.source, row.allowed_s) == (60, "FLOATFREEZE", 60)
    assert "first session" in row.limit.words
    assert "FLOATFREEZE" in {s.key for s in answer.sources}
    assert answer.simulated is not None
    assert answer.simulated.run.request.exit_s == 60
    # Nothing tried instead may last longer in a first session either.
    assert answer.alternatives
    assert all(a.longest_s <= 60 for a in answer.alternatives)


@pytest.mark.parametrize(("before", "longest_s"), [(1, 120), (2, 180), (40, 180)])
def test_later_sessions_build_up(before: int, longest_s: float) -> None:
    answer = planned(before)
    assert answer.dose.longest_s == longest_s
    assert (answer.dose.limiting == "build-up") == (before == 1)
    assert bool(answer.build_up) == (before == 1)
    assert bool(build_up_limits(session_from_dict(gas(before)))) == (not is_built_up(before))


@pytest.mark.parametrize("t_gas", [-110.0, -170.0])
def test_a_file_that_does_not_say_gets_each_answer(t_gas: float) -> None:
    """Every row of the build-up is, to the bit, the plan of a file that says so."""
    answer = planned(None, t_gas)
    assert [x.number for x in answer.build_up] == [1, 2, 3]
    assert [x.and_later for x in answer.build_up] == [False, False, True]
    assert answer.first_session == answer.build_up[0]
    for x in answer.build_up:
        own = planned(x.number - 1, t_gas).dose
        for name in ("verdict", "dose_s", "longest_s", "limiting"):
            assert getattr(own, name) == getattr(x, name)
        assert [g.probability_at_dose for g in own.goals] == [x.probability_at_dose]
    assert {"FLOATFREEZE", "RUPROT", "NEVADA2015"} <= {s.key for s in answer.sources}
    later = answer.build_up[-1]
    for name in ("verdict", "dose_s", "longest_s", "limiting"):
        assert getattr(answer.dose, name) == getattr(later, name)


def test_a_stated_number_tells_the_next_ones_and_no_first() -> None:
    assert [x.number for x in planned(0).build_up] == [1, 2, 3]
    assert [x.number for x in planned(1).build_up] == [2, 3]
    assert planned(0).first_session is None
    assert planned(0).build_up == planned(None).build_up


def test_the_limit_that_is_nearer_decides_in_a_first_session_too() -> None:
    asked = plan(gas(plan={"max_s": 60}), members=32)
    assert [x.longest_s for x in asked.build_up] == [60, 60, 60]
    assert {x.limiting for x in asked.build_up} == {"asked"}
    cold = plan(gas(t_gas=-190, worn={}), members=32)
    assert cold.dose.verdict == "refused"
    assert (cold.build_up, cold.first_session) == ((), None)


def test_other_cold_has_no_build_up() -> None:
    pack = {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"}
    answer = plan({"exposure": pack}, members=32)
    assert (answer.build_up, answer.first_session) == ((), None)
    assert not build_up_limits(answer.session)


@pytest.mark.parametrize(
    ("exposure", "subject"),
    [
        ({"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"}, {}),
        ({"modality": "immersion", "water_temperature_C": 8, "immersed": "legs"}, {}),
        (gas()["exposure"], {"kind": "gel", "medium": "agar"}),
    ],
)
def test_only_people_in_cold_gas_have_had_sessions(exposure: Any, subject: Any) -> None:
    data = {"subject": {"sessions_before": 3, **subject}, "exposure": exposure}
    with pytest.raises(BadInput, match=r"subject\.sessions_before"):
        session_from_dict(data)


@pytest.mark.parametrize("value", [-1, 0.5, "0", True, 10_001])
def test_bad_numbers_are_named(value: Any) -> None:
    with pytest.raises(BadInput, match=r"subject\.sessions_before"):
        session_from_dict(gas(value))


def test_a_stated_time_is_judged_by_it_at_once() -> None:
    kept = preview(gas(0, lasts_s=60), members=32)
    assert (kept.dose.longest_s, kept.dose.dose_s) == (60, 60)
    over = preview(gas(0, lasts_s=61), members=32)
    assert (over.dose.verdict, over.dose.limiting) == ("refused", "first session")
    assert "at most 1 min in a first session" in over.reasons[0]
    unsaid = preview(gas(lasts_s=120), members=32)
    assert unsaid.dose.verdict == "dose"
    assert any("first session is shorter: at most 1 min" in w for w in unsaid.warnings)
    assert not any("first session" in w for w in preview(gas(2), members=32).warnings)


@pytest.mark.parametrize(
    ("before", "lasts_s", "said"),
    [
        (None, 60, None),
        (None, 61, "A first session is shorter: at most 1 min."),
        (0, 61, "Too long: at most 1 min in a first session."),
        (1, 120, None),
        (1, 121, "Too long: at most 2 min in session 2 of a build-up."),
        (2, 180, None),
        (9, 200, "Too long: never more than 3 min."),
    ],
)
def test_a_simulation_that_lasts_too_long_says_so(before: Any, lasts_s: int, said: Any) -> None:
    shown = simulate(gas(before, lasts_s=lasts_s), members=16)
    assert list(shown.warnings) == ([] if said is None else [said])
    assert shown.to_dict()["warnings"] == list(shown.warnings)


def test_the_number_changes_no_temperature() -> None:
    """It is a rule about people, and no physics: the same run, shorter."""
    one, other = (simulate(gas(n, lasts_s=60), members=16) for n in (None, 0))
    assert np.array_equal(one.curve("skin").median, other.curve("skin").median)
    names = [
        {x.name for x in limits_of(session_from_dict(gas(n)), "thigh", np.inf)} for n in (0, 9)
    ]
    assert names[0] - names[1] == {"first session"}
    assert not names[1] - names[0]


@settings(max_examples=6, deadline=None)
@given(
    t_gas=st.floats(-190, -20),
    modality=st.sampled_from(["cryosauna", "cryochamber"]),
    worn=st.sets(st.sampled_from(sorted(WORN))),
    change=st.floats(-15, -1),
)
def test_a_first_session_is_never_longer_than_a_later_one(
    t_gas: float, modality: str, worn: set[str], change: float
) -> None:
    data = gas(
        t_gas=t_gas,
        modality=modality,
        worn={k: WORN[k] for k in sorted(worn)},
        goal=[{"kind": "mean-skin", "change_C": change}],
    )
    answer = plan(data, members=32)
    rows = [asdict(x) for x in answer.build_up]
    if answer.dose.dose_s is None:
        assert not rows
        return
    assert rows[0]["longest_s"] <= evidence.value("limits", "gas_session.first_s")
    for name in ("longest_s", "dose_s", "probability_at_dose"):
        told = [row[name] for row in rows]
        assert told == sorted(told)
    assert rows[-1]["longest_s"] == answer.dose.longest_s
