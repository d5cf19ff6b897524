"""Doses in cold gas: never beyond three minutes, safe by the limits, honest about the goal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cryodose import plan
from cryodose.dosing.goals import goals_of
from cryodose.dosing.limits import limits_of
from cryodose.dosing.other_gas import other_gas, site_of_limit
from cryodose.errors import BadInput
from cryodose.session import session_from_dict

SUBJECT = {"sex": "male", "age_y": 34, "height_m": 1.8, "mass_kg": 79, "body_fat_percent": 18}


def gas(t_gas: float, modality: str = "cryochamber", **more: Any) -> dict[str, Any]:
    exposure = {
        "modality": modality,
        "stages": [{"gas_temperature_C": t_gas, "duration_s": 150}],
        "room_temperature_C": 23,
        "coverings": {
            "hands": "wool mittens",
            "feet": "wool socks",
            "face": "mask",
            "ears": "headband",
        },
    }
    return {"subject": SUBJECT, "exposure": exposure | more.pop("exposure", {}), **more}


def test_a_chamber_reaches_the_usual_goal_within_three_minutes() -> None:
    answer = plan(gas(-110), members=48)
    assert answer.dose.verdict == "dose"
    assert answer.dose.dose_s is not None
    assert answer.dose.dose_s <= answer.dose.longest_s <= 180
    assert answer.dose.limiting == "time"
    assert len(answer.timetable) == 1
    assert len(answer.simulated.segments) >= 17


@pytest.mark.parametrize("t_gas", [-190.0, -150.0, -110.0, -60.0, -10.0])
def test_never_beyond_three_minutes_and_within_every_limit(t_gas: float) -> None:
    answer = plan(gas(t_gas), members=32)
    assert answer.dose.longest_s <= 180
    if answer.dose.dose_s is None:
        assert answer.exit_code == 3
        assert answer.reasons
        return
    for x in answer.dose.limits:
        assert x.probability_passed <= x.limit.probability + 1e-9


def test_bare_feet_limit_the_dose_and_socks_would_change_it() -> None:
    worn = {"hands": "wool mittens", "ears": "headband", "face": "mask"}
    goal = [{"kind": "mean-skin", "change_C": -12.0}]
    bare = plan(gas(-110, exposure={"coverings": worn}, goal=goal), members=32)
    assert bare.dose.longest_s < 180
    assert "toe" in bare.dose.limiting
    socks = next(a for a in bare.alternatives if "socks" in a.words)
    assert socks.longest_s > bare.dose.longest_s


def test_a_goal_of_the_mean_skin_needs_the_whole_body() -> None:
    pack = {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"}
    session = session_from_dict(
        {"exposure": pack, "goal": [{"kind": "mean-skin", "change_C": -8.0}]}
    )
    with pytest.raises(BadInput, match="mean-skin"):
        goals_of(session)


def test_a_harder_goal_needs_longer() -> None:
    needed = []
    for change in (-4.0, -8.0):
        data = gas(-110, goal=[{"kind": "mean-skin", "change_C": change}])
        needed.append(plan(data, members=32).dose.goals[0].needed_s)
    assert needed[0] < needed[1]


def test_more_doubt_about_the_gas_is_a_wider_band() -> None:
    stated = gas(-60, modality="cryosauna")
    shown = gas(-60, modality="cryosauna")
    shown["exposure"]["stages"] = [{"displayed_temperature_C": -170, "duration_s": 150}]
    widths = []
    for data in (stated, shown):
        low, _, high = plan(data, members=96).simulated.facts["mean_skin_at_exit_change_k"]
        widths.append(high - low)
    assert widths[1] > widths[0]


def test_the_session_may_ask_for_less() -> None:
    answer = plan(gas(-110, plan={"max_s": 60}), members=16)
    assert answer.dose.longest_s <= 60


def test_every_site_and_the_core_has_a_limit() -> None:
    session = session_from_dict(gas(-110))
    limits = limits_of(session, "thigh", np.inf)
    assert {"time", "core", "freezing, nose", "skin floor, toe"} <= {x.name for x in limits}


def test_a_plan_shows_what_the_body_does() -> None:
    shown = plan(gas(-110), members=32).simulated
    curves = {c.name: c for c in shown.curves}
    assert {"skin-iso9886", "shivering", "core-gut", "adipose+30"} <= set(curves)
    assert curves["shivering"].unit == "W"
    assert shown.facts["mean_skin_iso9886_at_exit_c"][1] == pytest.approx(
        shown.facts["mean_skin_at_exit_c"][1], abs=2.0
    )
    for segment in shown.segments:
        margins = list(segment.margins_k.values())
        assert list(segment.margins_k) == [
            "cold_pain", "numbness", "freezing", "frostnip", "frostbite",
        ]  # fmt: skip
        assert margins == sorted(margins)
        assert segment.frozen_chance <= segment.freezing_chance


def test_alternatives_say_what_sets_them_apart() -> None:
    data = gas(-110, exposure={"coverings": {"feet": "wet wool socks"}})
    session = session_from_dict(data)
    words = [w for w, _ in other_gas(session, session.exposure)]
    assert {"dry wool socks", "dry wool mittens", "dry mask", "dry headband"} <= set(words)
    assert sum("warmer" in w or "colder" in w for w in words) == 2
    assert "dry wool mittens, wool socks, mask, headband together" in words
    covered = session_from_dict(
        gas(-110, exposure={"coverings": {"hands": "wool mittens", "feet": "wool socks"}})
    )
    assert not any("together" in w for w, _ in other_gas(covered, covered.exposure) if "socks" in w)


def test_all_garments_together_allow_what_none_alone_does() -> None:
    answer = plan(session_from_dict(gas(-150, exposure={"coverings": {}})))
    by_words = {a.words: a for a in answer.alternatives}
    together = next(a for w, a in by_words.items() if w.endswith("together"))
    alone = [a for w, a in by_words.items() if w.startswith("dry") and a is not together]
    assert together.verdict == "dose"
    assert all(a.verdict == "refused" for a in alone)
    assert together.longest_s > max(a.longest_s for a in alone)


def test_wet_socks_are_warned_of() -> None:
    data = gas(-110, exposure={"coverings": {"feet": "wet wool socks"}})
    assert any("Wet garments" in w for w in plan(data, members=16).warnings)


def test_doses_are_told_in_steps_of_ten_seconds() -> None:
    found = [plan(gas(t), members=32).dose for t in (-85.0, -100.0, -120.0, -140.0)]
    doses = [d.dose_s for d in found if d.dose_s is not None]
    assert all(d % 10 == 0 for d in doses)
    assert any(d % 60 for d in doses)


def test_a_site_that_limits_is_named_and_covered() -> None:
    data = gas(-190, exposure={"coverings": {"hands": "wool mittens", "feet": "wool socks"}})
    answer = plan(data, members=32)
    site = site_of_limit(answer.dose.limiting)
    assert site is not None
    assert answer.dose.longest_s < 180
    over = [a for a in answer.alternatives if a.words.endswith(f"over the {site}")]
    usual = {"nose": "mask", "ear": "headband"}
    words = [a.words for a in answer.alternatives]
    assert over or any(usual.get(site, "?") in w for w in words)


def test_the_end_of_a_session_is_told_to_the_second() -> None:
    answer = plan(gas(-110), members=32)
    assert answer.dose.dose_s is not None
    assert answer.timetable[0].on == "+0:00:00"
    assert answer.timetable[0].off == f"+0:0{int(answer.dose.dose_s) // 60}:" + (
        f"{int(answer.dose.dose_s) % 60:02d}"
    )
    late = plan(gas(-110, plan={"start": "09:59"}), members=16)
    assert late.timetable[0].on == "09:59:00"


def test_a_cabin_of_liquid_has_no_safe_dose_for_bare_toes() -> None:
    worn = {"coverings": {"hands": "wool mittens"}, "gas_speed_m_s": 20.0}
    answer = plan(gas(-190, exposure=worn), members=32)
    assert answer.dose.verdict == "refused"
    assert answer.dose.dose_s is None
    assert answer.exit_code == 3
    assert any("No safe dose" in r for r in answer.reasons)
