"""The whole body in water: what the core does, and how its skin compares with a site's own run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.procedures.gas_people import MAN

from cryodose.dosing.simulation import simulation
from cryodose.procedures import (
    Cycle,
    Request,
    Response,
    predicts_core,
    procedure_at,
    procedure_for,
)
from cryodose.procedures.cold_gas import ColdGas
from cryodose.session import Session, Where, session_from_dict


def bath(
    t_c: float = 10.0, immersed: str = "to-chest", on_s: float = 600.0, **exposure: Any
) -> Session:
    return session_from_dict(
        {
            "subject": dict(MAN),
            "exposure": {
                "modality": "immersion",
                "water_temperature_C": t_c,
                "immersed": immersed,
                "room_temperature_C": 23,
                "duration_s": on_s,
                "recovery_s": 3600,
                **exposure,
            },
        }
    )


def run(session: Session, after_s: float = 3600.0) -> dict[str, Response]:
    values = ColdGas().prior(session).nominal()
    on_s = float(session.exposure.duration_s)
    return ColdGas().run_everywhere(session, values, Request((Cycle(on_s, 0.0),), after_s))


def rectal(time_s: float) -> Where:
    return Where.model_validate(
        {"quantity": "core-temperature", "site": "rectal", "time_s": time_s, "since": "exit"}
    )


def falls(found: dict[str, Response], site: str = "rectal") -> float:
    t = found[site].t_skin_c[:, 0]
    return float(t[0] - t.min())


def test_the_core_falls_late_and_after_the_water() -> None:
    found = run(bath())["rectal"]
    t = found.t_skin_c[:, 0]
    assert abs(found.at(found.t_skin_c, 600.0)[0] - t[0]) < 0.1
    assert 0.2 < t[0] - t.min() < 1.5
    assert found.time_s[t.argmin()] > 1800.0
    assert found.energy_residual < 1e-12


def test_deeper_colder_and_longer_water_cools_the_core_further() -> None:
    depths = [falls(run(bath(immersed=x))) for x in ("lower-leg", "legs", "to-iliac-crest")]
    assert np.all(np.diff([*depths, falls(run(bath()))]) > 0)
    assert falls(run(bath(18.0))) < falls(run(bath(12.0))) < falls(run(bath(6.0)))
    assert falls(run(bath(on_s=240.0))) < falls(run(bath(on_s=900.0)))


def test_an_hour_in_cold_water_is_hypothermia_and_shivering() -> None:
    """Lean men in still water of 10 to 14 degC lose one to three kelvin an hour."""
    found = run(bath(12.0, on_s=3600.0))
    assert 1.0 < falls(found, "oesophagus") < 3.5
    assert found["oesophagus"].t_skin_c.min() < 36.0


def test_water_as_warm_as_skin_leaves_the_core_alone() -> None:
    found = run(bath(34.0, on_s=1200.0), 0.0)
    change = found["rectal"].t_skin_c[-1, 0] - found["rectal"].t_skin_c[0, 0]
    assert abs(change) < 0.15


@pytest.mark.parametrize(("stirred", "within_k"), [(False, 2.0), (True, 1.5)])
def test_its_skin_is_near_that_of_a_thigh_alone(stirred: bool, within_k: float) -> None:
    session = bath(8.0, stirred=stirred)
    request = Request((Cycle(600.0, 0.0),), 60.0)
    alone = procedure_for(session)
    values = alone.prior(session, "thigh").nominal()
    thigh = alone.run(session, "thigh", values, request)
    whole = run(session, 60.0)["thigh"]
    a, b = (x.at(x.t_skin_c, 600.0)[0] for x in (thigh, whole))
    assert a == pytest.approx(b, abs=within_k)


def test_what_stays_above_the_water_stays_warm() -> None:
    found = run(bath(5.0, "legs"), 0.0)
    assert found["calf"].t_skin_c[-1, 0] < 15.0
    assert found["chest"].t_skin_c[-1, 0] > 30.0


def test_only_the_core_of_a_bath_comes_from_the_whole_body() -> None:
    session = bath()
    assert predicts_core(session)
    assert isinstance(procedure_at(session, "gut"), ColdGas)
    assert procedure_at(session, "calf") is procedure_for(session)
    where = rectal(600.0)
    together = simulation(session, [where], members=8)
    core = together.read(where)
    assert core.shape == (1, 8)
    assert np.all((core > 34.0) & (core < 37.5))
    alone = simulation(session, members=8)
    assert np.array_equal(together.response("thigh").t_skin_c, alone.response("thigh").t_skin_c)


def test_what_the_core_had_to_assume_is_said() -> None:
    data = bath().to_dict()
    del data["subject"]["body_fat_percent"]
    where = rectal(0.0)
    run_ = simulation(session_from_dict(data), [where], members=4)
    keys = {a.key for a in run_.assumed()}
    assert "subject.body_fat_percent" not in keys
    run_.read(where)
    assert "subject.body_fat_percent" in {a.key for a in run_.assumed()}


def test_a_gel_has_no_core() -> None:
    data = bath().to_dict()
    data["subject"] = {"kind": "gel", "medium": "agar"}
    assert not predicts_core(session_from_dict(data))


@pytest.mark.parametrize(("on_s", "after_s"), [(1e-3, 0.0), (1.0, 30.0), (60.0, 90.0)])
def test_short_baths_stay_finite(on_s: float, after_s: float) -> None:
    for response in run(bath(0.0, on_s=on_s), after_s).values():
        assert np.all(np.isfinite(response.t_skin_c))
