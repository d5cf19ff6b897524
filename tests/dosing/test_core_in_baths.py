"""Water that reaches the trunk cools the core: a dose holds that limit through the after-drop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cryodose.dosing.limits import limits_of
from cryodose.dosing.plan import plan_dose
from cryodose.dosing.repeats import holds_after
from cryodose.dosing.search import longest_allowed_s
from cryodose.dosing.simulation import simulation
from cryodose.procedures import cools_the_trunk
from cryodose.procedures.body_response import INNER
from cryodose.session import Session, session_from_dict

MEMBERS = 64
SMALL = {"sex": "female", "age_y": 25, "height_m": 1.6, "mass_kg": 50, "body_fat_percent": 18}


def bath(t_c: float, immersed: str, **subject: Any) -> Session:
    return session_from_dict(
        {
            "subject": {**SMALL, **subject},
            "exposure": {
                "modality": "immersion",
                "water_temperature_C": t_c,
                "immersed": immersed,
                "stirred": False,
                "room_temperature_C": 23,
            },
        }
    )


def planned(session: Session) -> Any:
    return plan_dose(session, MEMBERS, 0, ())


@pytest.mark.parametrize(
    ("immersed", "reaches"),
    [("lower-leg", False), ("legs", False), ("to-iliac-crest", True), ("to-chest", True)],
)
def test_the_core_limits_water_that_reaches_the_trunk(immersed: str, reaches: bool) -> None:
    session = bath(10.0, immersed)
    assert cools_the_trunk(session) is reaches
    names = {x.name for x in limits_of(session, "thigh", np.inf)}
    assert ("core" in names) is reaches


def test_a_small_person_in_cold_water_to_the_chest_is_limited_by_the_core() -> None:
    chest, legs = (planned(bath(5.0, x)) for x in ("to-chest", "legs"))
    assert chest.dose.limiting == "core"
    assert chest.dose.longest_s < legs.dose.longest_s
    core = next(x for x in chest.dose.limits if x.limit.name == "core")
    assert core.probability_passed <= core.limit.probability
    assert "core" not in {x.limit.name for x in legs.dose.limits}


def test_the_dose_holds_the_core_for_two_hours_and_a_longer_one_does_not() -> None:
    found = planned(bath(5.0, "to-chest"))
    core = tuple(x.limit for x in found.dose.limits if x.limit.name == "core")
    longest = found.dose.longest_s
    assert holds_after(found.searched, longest, core)
    assert not holds_after(found.searched, longest + 120.0, core)
    at_dose = found.at_dose.response_everywhere().everywhere[INNER]
    assert at_dose.time_s[-1] > 7000.0
    assert np.mean(at_dose.t_skin_c.min(axis=0) < core[0].t_c) <= core[0].probability + 1 / MEMBERS


def test_a_limit_is_read_at_the_moments_and_members_of_its_own_place() -> None:
    run = simulation(
        replace(s := bath(5.0, "to-chest"), exposure=s.exposure.model_copy(
            update={"duration_s": 1200.0, "recovery_s": 3600.0}
        )),
        members=256,
    )  # fmt: skip
    response = run.response_everywhere()
    inner = response.everywhere[INNER]
    assert inner.t_skin_c.shape[1] == 128 != response.t_skin_c.shape[1]
    assert not np.array_equal(inner.time_s, response.time_s)
    core = next(x for x in limits_of(run.session, "thigh", np.inf) if x.name == "core")
    allowed = longest_allowed_s(core, response, run.weights)
    alone = replace(inner, everywhere={INNER: inner})
    assert allowed == longest_allowed_s(core, alone, np.full(128, 1 / 128))
    assert allowed is not None
    assert 60.0 < allowed < 3600.0


def test_repeats_of_a_bath_begin_on_a_body_still_cool() -> None:
    from cryodose.procedures import Cycle, Request
    from cryodose.procedures.cold_gas import ColdGas

    session = bath(10.0, "to-chest")
    values = ColdGas().prior(session).nominal()
    once, twice = (
        ColdGas().run_everywhere(session, values, Request((Cycle(300.0, 1500.0),) * k, 0.0))[INNER]
        for k in (1, 2)
    )
    first = once.t_skin_c.min()
    assert twice.time_s[-1] == pytest.approx(3600.0)
    assert twice.t_skin_c.min() < first - 0.05
