"""What is read off a whole body in cold gas, and what a file says of its start and its gas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.procedures.gas_people import MAN, chamber, run

from cryodose.dosing.simulation import simulation
from cryodose.procedures.cold_gas import ColdGas
from cryodose.session import Session, Where, session_from_dict

FOUR = {"chest": 0.3, "upper-arm": 0.3, "thigh": 0.2, "calf": 0.2}


def asked(**keys: Any) -> Where:
    return Where.model_validate(keys, by_name=True)


def read(session: Session, where: Where) -> np.ndarray:
    return simulation(session, [where], members=1).read(where)[:, 0]


def test_the_mean_without_weights_is_all_skin_by_area() -> None:
    session = chamber(-110, {"feet": "wool socks"})
    where = asked(quantity="mean-skin-temperature", time_s=(0.0, 180.0))
    own = simulation(session, [where], members=1).response("mean")
    wanted = [own.at(own.t_skin_c, t)[0] for t in (0.0, 180.0)]
    assert read(session, where) == pytest.approx(wanted, abs=1e-9)
    at_a_site = asked(quantity="skin-temperature", site="mean", time_s=(180.0,))
    assert read(session, at_a_site) == pytest.approx(wanted[1:], abs=1e-9)


def test_the_flow_of_the_mean_is_still_that_of_sites() -> None:
    where = asked(quantity="skin-conductance-change", site="mean", time_s=(120.0,))
    head = where.model_copy(update={"site": "forehead"})
    assert read(chamber(), where)[0] < read(chamber(), head)[0] - 1.0


@pytest.mark.parametrize("since", ["start", "exit"])
def test_a_group_reaches_a_temperature_when_its_mean_does(since: str) -> None:
    # A bare leg with one shank under cloth: its parts pass 25 degC minutes apart, or never.
    session = chamber(-110, {"calf": "winter clothing"})
    where = asked(quantity="time-to-temperature", site="leg", target_c=25.0, since=since)
    moment = read(session, where)[0]
    back = asked(quantity="skin-temperature", site="leg", time_s=(moment,), since=since)
    assert read(session, back) == pytest.approx(25.0, abs=0.02)


def test_a_measured_mean_follows_the_rule_it_is_read_with() -> None:
    session = chamber(baseline={"mean_skin_C": 31.0})
    where = asked(quantity="mean-skin-temperature", weights=FOUR, time_s=(0.0,))
    assert read(session, where) == pytest.approx(31.0, abs=1e-6)
    by_area = asked(quantity="mean-skin-temperature", time_s=(0.0,))
    assert read(session, by_area) == pytest.approx(31.0, abs=1e-6)


def test_a_measured_skin_of_another_bath_is_not_remembered() -> None:
    subject = {**MAN, "baseline": {"skin_C": 29.0}}
    for immersed, site in (("legs", "thigh"), ("lower-leg", "calf")):
        water = {
            "modality": "immersion",
            "water_temperature_C": 10,
            "immersed": immersed,
            "duration_s": 60,
        }
        session = session_from_dict({"subject": subject, "exposure": water})
        run_of = simulation(session, members=1)
        body = ColdGas().run_everywhere(session, run_of.values("rectal"), run_of.request)
        assert body[site].t_skin_c[0, 0] == pytest.approx(29.0, abs=1e-6)


def test_gas_that_stands_still_is_not_taken_for_gas_that_nobody_measured() -> None:
    def session(**keys: float) -> Session:
        data = chamber().to_dict()
        data["exposure"] |= keys
        return session_from_dict(data)

    still, blown, unknown = session(gas_speed_m_s=0), session(gas_speed_m_s=2.3), session()
    thigh = [run(s)["thigh"].t_skin_c[:, 0].min() for s in (still, unknown, blown)]
    assert thigh[0] > thigh[1] > thigh[2] + 3.0
    said = [{a.key for a in ColdGas().prior(s).assumed} for s in (still, unknown)]
    assert "exposure.gas_speed_m_s" not in said[0]
    assert "exposure.gas_speed_m_s" in said[1]


def test_what_is_stated_and_not_used_is_not_called_unstated() -> None:
    prior = ColdGas().prior(chamber(prior_exercise=True, baseline={"muscle_C": 35.0}))
    notes = {a.key: a.note for a in prior.assumed}
    assert notes["subject.prior_exercise"] == "stated"
    assert notes["subject.baseline.muscle_C"] == "stated"
