"""The dose of a freeze: what is estimated, what is verified, and that no limit is passed."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from tests.dosing.freezes import sessions

from cryodose import front
from cryodose.dosing.freeze_ensemble import ensemble_of, passages
from cryodose.dosing.freeze_plan import cap_of, cycles_to_try, plan_freeze
from cryodose.dosing.freeze_search import (
    begun,
    last_before,
    share_by,
    time_of,
    tried,
)
from cryodose.dosing.freeze_shape import edge_distance_m
from cryodose.dosing.freeze_target import Target, target_of
from cryodose.dosing.freeze_unknowns import rank_correlations, unknowns_of
from cryodose.errors import BadInput
from cryodose.procedures.freeze_mask import Mask
from cryodose.procedures.lesion_mask import with_margin
from cryodose.session import Session, session_from_dict

SLOW = settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def session(lesion: dict[str, Any] | None = None, **more: Any) -> Session:
    exposure = {"modality": "liquid-nitrogen", "site": "sole", "technique": "open-spray"}
    wart = {"kind": "plantar wart", "diameter_mm": 6, "depth_mm": 2, "keratin_mm": 0.5}
    known = {k: more.pop(k) for k in ("subject", "plan") if k in more}
    data = {
        "subject": {},
        **known,
        "exposure": {**exposure, **more, "lesion": wart | (lesion or {})},
    }
    return session_from_dict(data)


def is_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(is_finite, value.values()))
    if isinstance(value, list):
        return all(map(is_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def test_shares_and_times_agree() -> None:
    times = np.array([4.0, 1.0, np.inf, 3.0])
    assert share_by(times, 3.0) == 0.5
    assert time_of(times, 0.5) == 3.0
    assert time_of(times, 0.75) == 4.0
    assert math.isinf(time_of(times, 0.76))
    assert last_before(times, 0.25) == 3.0
    assert last_before(times, 0.0) == 1.0
    assert math.isinf(last_before(times, 1.0))


@pytest.mark.parametrize("share", [0.0, 0.05, 0.3, 0.5, 0.95])
def test_until_then_no_more_than_the_accepted_share_is_harmed(share: float) -> None:
    times = np.random.default_rng(1).uniform(1.0, 60.0, 200)
    until = last_before(times, share)
    assert share_by(times, np.nextafter(until, 0.0)) <= share + 1e-12
    assert share_by(times, time_of(times, share)) >= share


def test_unknowns_find_what_a_result_was_made_of() -> None:
    rng = np.random.default_rng(0)
    z = rng.standard_normal((5, 200))
    result = np.exp(2.0 * z[3] - z[1]) + 0.1 * rng.standard_normal(200)
    found = unknowns_of(("a", "intensity", "c", "water.fat", "e"), z, result)
    assert [u.name for u in found[:2]] == ["water.fat", "intensity"]
    assert found[0].words == "water in fat"
    assert found[1].correlation < 0 < found[0].correlation
    assert sum(u.share for u in found) == pytest.approx(1.0)
    assert unknowns_of(("a",), z[:1], np.zeros(200)) == ()


def test_rank_correlation_is_spearmans() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(3)
    z, y = rng.standard_normal((3, 50)), np.round(rng.standard_normal(50), 1)
    expected = [spearmanr(row, y).statistic for row in z]
    assert rank_correlations(z, y) == pytest.approx(expected, abs=1e-12)


def test_a_margin_grows_a_disc_by_itself() -> None:
    pixel = 1.0e-4
    axis = (np.arange(101) - 50) * pixel
    disc = np.hypot(axis[:, None], axis[None, :]) <= 2.0e-3
    lesion, whole = with_margin(Mask(disc, pixel), 1.5e-3)
    assert lesion.is_lesion.shape == whole.is_lesion.shape
    assert whole.diameter_mm == pytest.approx(7.0, abs=0.15)
    assert not (lesion.is_lesion & ~whole.is_lesion).any()
    assert not whole.is_lesion[0].any()


def test_edge_distance_of_a_strip() -> None:
    columns = np.zeros((9, 30), dtype=bool)
    columns[2:7, 1:-1] = True
    y, x = np.arange(9) * 1.0e-3, np.arange(30) * 1.0e-3
    distance = edge_distance_m(columns, y, x)
    assert distance[:, 15] * 1e3 == pytest.approx([0, 0, 1, 2, 3, 2, 1, 0, 0])


@pytest.fixture(scope="module")
def wart() -> tuple[Session, Target]:
    found = session()
    return found, target_of(found)


def test_estimate_orders_times_and_cycles(wart: tuple[Session, Target]) -> None:
    base, target = wart
    ensemble = ensemble_of(base, target, (target.technique, target.spot_mm), 48, 0)
    found = begun(passages(ensemble, 60.0), target, (1, 2))
    assert (found[2].kill_s <= found[1].kill_s + 1e-9).all()
    assert (found[1].kill_s > 0).all()
    assert found[1].needed_s(0.3) <= found[1].needed_s(0.5) <= found[1].needed_s(0.8)


def test_real_freezes_bear_the_estimate_out(wart: tuple[Session, Target]) -> None:
    """A freeze of the estimated time kills about as many as were wanted."""
    base, target = wart
    ensemble = ensemble_of(base, target, (target.technique, target.spot_mm), 100, 0)
    estimate = begun(passages(ensemble, 60.0), target, (1,))[1]
    needed = math.ceil(estimate.needed_s(0.4))
    longer = tried(ensemble, target, needed + 10.0, 1)
    trial = tried(ensemble, target, needed, 1)
    assert trial.killed == pytest.approx(0.4, abs=0.12)
    assert longer.killed >= trial.killed
    assert all(longer.harmed[k] >= v for k, v in trial.harmed.items())


def test_a_dose_keeps_every_limit_and_reaches_its_goal() -> None:
    planned = plan_freeze(session(plan={"probability": 0.5}), 200, 0)
    dose = planned.dose
    assert dose.verdict == "dose"
    assert dose.probability >= 0.5
    assert dose.freeze_s is not None
    assert dose.freeze_s <= dose.longest_s
    assert all(x.holds for x in dose.limits)
    assert dose.unknowns[0].name in ("intensity", "film_w_m2k", "t_wetting_c", "duty")
    assert dose.protocols[1].difference
    assert {a.technique for a in dose.alternatives} == {
        "open-spray", "cone-spray", "contact-probe", "cotton-swab",
    }  # fmt: skip
    assert {a.cycles for a in dose.alternatives} == {1, 2}


def test_same_seed_same_plan() -> None:
    data = session(plan={"probability": 0.5, "seed": 4}).to_dict()
    one, two = (front.plan(data).to_dict() for _ in range(2))
    assert one == two


def test_a_child_gets_ten_seconds_once() -> None:
    child = session(subject={"age_y": 7}, plan={"max_s": 60})
    target = target_of(child)
    assert cap_of(child, target).allowed_s == 10.0
    assert cycles_to_try(child, target) == (1,)
    dose = plan_freeze(child, 200, 0).dose
    assert dose.freeze_s is None or dose.freeze_s <= 10.0
    assert all(a.freeze_s <= 10.0 for a in dose.alternatives)
    assert all(a.cycles == 1 for a in dose.alternatives)


def test_the_session_may_shorten_but_not_lengthen_the_search() -> None:
    short, long = (session(plan={"max_s": s}) for s in (8.0, 86400.0))
    assert cap_of(short, target_of(short)).allowed_s == 8.0
    assert cap_of(long, target_of(long)).allowed_s == 60.0


def test_a_carcinoma_gets_two_cycles_or_nothing() -> None:
    lesion = {"kind": "superficial bcc", "diagnosed_by": "histology", "diameter_mm": 6}
    cancer = session({**lesion, "keratin_mm": 0}, site="back")
    assert cycles_to_try(cancer, target_of(cancer)) == (2,)
    dose = plan_freeze(cancer, 200, 0).dose
    assert dose.verdict in ("dose", "refused")
    assert dose.wanted == 0.95
    if dose.verdict == "dose":
        assert (dose.cycles, dose.probability >= 0.95) == (2, True)


def test_a_weak_cryogen_on_a_deep_lesion_has_no_dose() -> None:
    deep = session({"kind": "keloid", "depth_mm": 12, "keratin_mm": 0}, agent="dmep")
    answer = front.plan(deep)
    assert answer.exit_code == 3
    assert answer.dose is not None
    assert answer.dose.freeze_s is None
    assert answer.dose.reasons
    assert not answer.released


@pytest.mark.parametrize("lesion", [{"diameter_mm": 0}, {}])
def test_a_lesion_without_a_width_is_bad_input(lesion: dict[str, Any]) -> None:
    data = {"modality": "liquid-nitrogen", "lesion": {"kind": "wart", **lesion}}
    with pytest.raises(BadInput, match="diameter_mm"):
        front.plan({"subject": {}, "exposure": data})


def assert_sound(data: dict[str, Any]) -> None:
    """Assert that a plan is whole, and within every limit it names."""
    try:
        answer = front.plan(data)
    except BadInput:
        return
    dose, plain = answer.dose, answer.to_dict()
    assert is_finite(plain)
    json.dumps(plain, allow_nan=False)
    assert dose is not None
    assert (answer.exit_code == 3) == (dose.freeze_s is None) == (dose.verdict == "refused")
    if dose.freeze_s is None:
        return
    *spared, time = dose.limits
    assert all(x.passed <= x.accepted for x in spared)
    assert dose.freeze_s <= min(time.allowed_s, data["plan"].get("max_s", math.inf))
    age = data["subject"].get("age_y")
    if age is not None and age < 10:
        assert dose.freeze_s <= 10
        assert dose.cycles == 1
    assert dose.verdict != "dose" or dose.probability >= dose.wanted


@given(sessions())
@SLOW
def test_no_session_gets_a_dose_past_its_limits(data: dict[str, Any]) -> None:
    assert_sound(data)


@pytest.mark.slow
@given(sessions())
@settings(SLOW, max_examples=80)
def test_no_session_gets_a_dose_past_its_limits_at_length(data: dict[str, Any]) -> None:
    assert_sound(data)


@given(sessions(cycles=True))
@settings(SLOW, max_examples=8)
def test_any_session_can_be_simulated(data: dict[str, Any]) -> None:
    try:
        answer = front.simulate(data, members=16)
    except BadInput:
        return
    assert answer.exit_code == 0
    assert is_finite(answer.to_dict())
