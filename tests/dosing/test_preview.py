"""A look at a stated time says what a plan says of it, and allows nothing that a plan would not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cryodose import evidence, plan
from cryodose.dosing.preview import stated_s, without_time
from cryodose.errors import BadInput
from cryodose.front import preview
from cryodose.outcome import FreezeResult, Plan
from cryodose.outcome.drug import DrugResult
from cryodose.session import load_session, session_from_dict

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = 256


def example(name: str) -> dict[str, Any]:
    return load_session(ROOT / "examples" / f"{name}.toml").to_dict()


def lasting(data: dict[str, Any], time_s: float, cycles: int = 1) -> dict[str, Any]:
    exposure = dict(data["exposure"])
    kind = exposure["modality"]
    if kind == "cold-pack":
        exposure["cycles"] = [{"on_s": time_s}]
    elif kind == "liquid-nitrogen":
        exposure["cycles"] = [{"freeze_s": time_s, "thaw": "complete"}] * cycles
    elif kind in ("cryosauna", "cryochamber"):
        exposure["stages"] = [{**exposure["stages"][0], "duration_s": time_s}]
    else:
        exposure["duration_s"] = time_s
    return {**data, "exposure": exposure}


@pytest.mark.parametrize("name", ["ankle-sprain", "cold-bath", "cryosauna"])
def test_verdict_at_the_dose_is_that_of_the_plan(name: str) -> None:
    data = example(name)
    planned = plan(data, members=MEMBERS)
    assert isinstance(planned, Plan)
    dose_s = planned.dose.dose_s
    assert dose_s is not None
    seen = preview(lasting(data, dose_s), members=MEMBERS, seed=planned.seed)
    assert isinstance(seen, Plan)
    assert seen.dose.verdict == planned.dose.verdict
    assert seen.dose.dose_s == dose_s
    chances = [g.probability_at_dose for g in planned.dose.goals]
    assert [g.probability_at_dose for g in seen.dose.goals] == pytest.approx(chances)
    margins = {x.limit.name: x.margin_k for x in planned.dose.limits}
    assert {x.limit.name: x.margin_k for x in seen.dose.limits} == pytest.approx(margins, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "few"), [("ankle-sprain", 32), ("cold-bath", 32), ("cryosauna", 32)]
)
def test_what_the_plan_does_not_allow_is_refused(name: str, few: int) -> None:
    data = example(name)
    planned = plan(data, members=MEMBERS)
    assert isinstance(planned, Plan)
    for members in (few, MEMBERS):
        seen = preview(lasting(data, planned.dose.longest_s + 120.0), members=members)
        assert isinstance(seen, Plan)
        assert (seen.dose.verdict, seen.dose.dose_s) == ("refused", None)
        assert seen.dose.longest_s <= planned.dose.longest_s + 120.0
        assert "Too long" in seen.reasons[0]
        assert seen.exit_code == 3
        # What it would do is shown all the same.
        assert seen.simulated is not None


def test_limit_of_time_is_exact() -> None:
    data = example("ankle-sprain")
    data["subject"]["adipose_mm"] = 25
    most = evidence.value("limits", "single_application.time_s")
    for time_s, verdict in ((most, ("dose", "goal-not-reached")), (most + 1.0, ("refused",))):
        seen = preview(lasting(data, time_s), members=64)
        assert isinstance(seen, Plan)
        assert seen.dose.verdict in verdict


def test_kept_search_gives_what_a_new_one_gives() -> None:
    from cryodose.dosing.preview import _searched

    data = example("ankle-sprain")
    first = preview(lasting(data, 500.0), members=32).to_dict()
    preview(lasting(data, 900.0), members=32)
    assert preview(lasting(data, 500.0), members=32).to_dict() == first
    _searched.cache_clear()
    assert preview(lasting(data, 500.0), members=32).to_dict() == first


def test_only_the_time_is_left_out_of_the_key() -> None:
    data = example("ankle-sprain")
    one = session_from_dict(lasting(data, 500.0))
    other = session_from_dict(lasting(data, 600.0))
    assert without_time(one) == without_time(other)
    data["subject"]["adipose_mm"] = 3
    assert without_time(session_from_dict(lasting(data, 500.0))) != without_time(one)


def test_time_must_be_stated_once() -> None:
    data = example("ankle-sprain")
    with pytest.raises(BadInput, match="cycles"):
        preview(data, members=32)
    data["exposure"]["cycles"] = [{"on_s": 300, "off_s": 300}, {"on_s": 300}]
    with pytest.raises(BadInput, match="one application"):
        stated_s(session_from_dict(data))
    freeze = example("plantar-wart")
    with pytest.raises(BadInput, match="freezes of one length"):
        preview(freeze, members=32)


def test_rules_refuse_a_mole_whatever_the_sliders_say() -> None:
    seen = preview(lasting(example("mole"), 1.0), members=32)
    assert isinstance(seen, FreezeResult)
    assert seen.dose is not None
    assert seen.dose.verdict == "refused"
    assert seen.dose.refusals
    assert seen.pictures is None


def test_freeze_is_judged_by_what_it_kills_and_how_long_it_lasts() -> None:
    data = example("actinic-keratosis")
    found = [preview(lasting(data, t), members=32) for t in (3.0, 15.0, 20.0)]
    chances = [r.dose.probability for r in found if isinstance(r, FreezeResult) and r.dose]
    assert chances == sorted(chances)
    assert len(chances) == 3
    long = preview(lasting(data, 61.0), members=32)
    assert isinstance(long, FreezeResult)
    assert long.dose is not None
    assert long.dose.verdict == "refused"
    assert "61 s are too long" in long.dose.reasons[0]


def test_child_is_frozen_once_and_shortly() -> None:
    data = example("plantar-wart")
    data["subject"] = {"age_y": 8, "skin_type": 2}
    twice = preview(lasting(data, 5.0, cycles=2), members=32)
    assert isinstance(twice, FreezeResult)
    assert twice.dose is not None
    assert twice.dose.verdict == "refused"
    assert "frozen 1 times" in " ".join(twice.dose.reasons)


def test_isotherms_lie_in_order_and_their_band_ends_with_the_freeze() -> None:
    seen = preview(lasting(example("plantar-wart"), 20.0, cycles=2), members=32)
    assert isinstance(seen, FreezeResult)
    ice, cold, coldest = (seen.curve(n) for n in ("depth0", "depth-20", "depth-50"))
    assert np.all(ice.median >= cold.median)
    assert np.all(cold.median >= coldest.median)
    on = ice.time_s <= 20.0
    assert np.all(np.isfinite(ice.low[on]))
    assert np.all(np.isnan(ice.low[~on]))
    assert np.all(ice.low[on] <= ice.median[on])
    assert np.all(ice.median[on] <= ice.high[on])


def test_freeze_estimate_is_near_the_plan() -> None:
    data = example("actinic-keratosis")
    planned = plan(data)
    assert isinstance(planned, FreezeResult)
    assert planned.dose is not None
    dose = planned.dose
    assert dose.freeze_s is not None
    seen = preview(lasting(data, dose.freeze_s, dose.cycles or 1), members=32)
    assert isinstance(seen, FreezeResult)
    assert seen.dose is not None
    # Thirty-two cases tell a chance to about 0.15.
    assert seen.dose.probability == pytest.approx(dose.probability, abs=0.2)


def test_current_is_judged_at_its_own_time() -> None:
    data = example("lidocaine-cold")
    short, long = (preview(lasting(data, t), members=64) for t in (120.0, 900.0))
    assert isinstance(short, DrugResult)
    assert isinstance(long, DrugResult)
    assert short.dose is not None
    assert long.dose is not None
    assert short.dose.time_s == 120.0
    assert (short.dose.verdict, long.dose.verdict) == ("goal-not-reached", "dose")
    assert short.dose.probability_at_dose is not None
    assert "at this time" in short.dose.reasons[0]
    data["safety"]["pregnant"] = True
    refused = preview(lasting(data, 120.0), members=64)
    assert isinstance(refused, DrugResult)
    assert refused.dose is not None
    assert (refused.dose.verdict, refused.dose.time_s) == ("refused", None)


def test_readings_narrow_what_is_shown() -> None:
    data = lasting(example("with-readings"), 600.0)
    bare = {k: v for k, v in data.items() if k != "measured"}
    spans = []
    for given in (bare, data):
        seen = preview(given, members=128)
        assert isinstance(seen, Plan)
        assert seen.simulated is not None
        skin = seen.simulated.curve("skin")
        at = int(np.searchsorted(skin.time_s, 600.0))
        spans.append(float(skin.high[at] - skin.low[at]))
    assert spans[1] < spans[0]
