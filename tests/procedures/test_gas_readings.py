"""What is read off a whole body in cold gas, and what a file says of its start and its gas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.procedures.gas_people import MAN, chamber, exits, run

from cryodose.body.segments import column, segment_names
from cryodose.body.whole import whole_body
from cryodose.dosing.other_gas import other_gas
from cryodose.dosing.simulation import simulation
from cryodose.errors import BadInput
from cryodose.procedures.body_beliefs import gas_exposure
from cryodose.procedures.cold_gas import ColdGas, person_of
from cryodose.procedures.gas_phases import Setting
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


LEVELS = [
    {"height_m": 1.4, "gas_temperature_C": -25},
    {"height_m": 0.2, "gas_temperature_C": -80},
    {"height_m": 0.9, "gas_temperature_C": -50},
]


def cabin(*stages: dict[str, float], **keys: Any) -> Session:
    exposure = {"modality": "cryosauna", "stages": stages, "room_temperature_C": 23, **keys}
    return session_from_dict({"subject": MAN, "exposure": exposure})


def gas_c(session: Session, stage: int = 0) -> dict[str, float]:
    """Gas of a stage at every segment, from the setting itself."""
    values = ColdGas().prior(session).nominal()
    setting = Setting(session, values, whole_body(person_of(values), values))
    t = setting._gas(gas_exposure(session).stages[stage]).t_gas_c[:, 0]
    return dict(zip(segment_names(), t, strict=True))


@pytest.mark.parametrize("display", [-110, -150, -190])
def test_gas_measured_along_the_body_goes_before_the_display(display: float) -> None:
    gas = gas_c(cabin({"displayed_temperature_C": display, "duration_s": 180}, gas_profile=LEVELS))
    height = column("height_share")[:, 0] * MAN["height_m"]
    heights = dict(zip(segment_names(), height, strict=True))
    for name in ("toe", "calf", "thigh", "pelvis", "chest"):
        measured = np.interp(heights[name], [0.2, 0.9, 1.4], [-80, -50, -25])
        assert gas[name] == pytest.approx(measured, abs=1e-9), name


def test_a_measured_profile_says_that_nothing_is_believed_of_the_display() -> None:
    stage = {"displayed_temperature_C": -150, "duration_s": 180}
    said = [
        {a.key for a in ColdGas().prior(s).assumed}
        for s in (cabin(stage), cabin(stage, gas_profile=LEVELS))
    ]
    key = "exposure.stages: gas near the body"
    assert key in said[0]
    assert key not in said[1]


def test_a_profile_belongs_to_the_coldest_stage() -> None:
    # Gas of 23 degC in a room of 23 degC has no gradient, half the fall has half of it.
    stages = [{"gas_temperature_C": t, "duration_s": 60} for t in (23, -43.5, -110)]
    session = cabin(*stages, gas_profile=LEVELS)
    spread = [gas_c(session, i)["chest"] - gas_c(session, i)["toe"] for i in range(3)]
    assert spread[0] == pytest.approx(0.0, abs=1e-9)
    assert spread[1] == pytest.approx(spread[2] / 2, abs=1e-9)
    assert 50 < spread[2] < 60


def test_colder_gas_than_was_measured_is_colder_everywhere() -> None:
    stage = {"displayed_temperature_C": -150, "duration_s": 180}
    session = cabin(stage, gas_profile=LEVELS)
    tried = dict(other_gas(session, gas_exposure(session)))
    colder = gas_c(tried["gas 20 °C colder"])
    for name, t in gas_c(session).items():
        assert colder[name] <= t
    assert colder["thigh"] == pytest.approx(gas_c(session)["thigh"] - 20.0, abs=1e-9)


@pytest.mark.parametrize(
    ("worn", "more", "site"),
    [
        ({"forehead": "wool mittens"}, {"ears": "headband"}, "forehead"),
        ({"pelvis": "wool mittens"}, {"groin": "winter clothing"}, "pelvis"),
        ({"feet": "underwear"}, {"sole": "winter clothing"}, "foot"),
        ({"ears": "headband", "face": "mask"}, {"cheek": "headband"}, "cheek"),
        ({"hands": "wool mittens"}, {"finger": "underwear"}, "finger"),
    ],
)
def test_a_second_garment_never_takes_the_first_one_off(
    worn: dict[str, str], more: dict[str, str], site: str
) -> None:
    i = segment_names().index(site)
    both = exits(run(chamber(-140, {**worn, **more})))[i]
    assert both >= exits(run(chamber(-140, worn)))[i] - 1e-9
    assert both >= exits(run(chamber(-140, more)))[i] - 0.05  # one film stands for all


def test_two_garments_are_one_whatever_comes_first() -> None:
    worn = {"forehead": "wool mittens", "ears": "winter clothing"}
    turned = dict(reversed(worn.items()))
    there, back = (exits(run(chamber(-140, w))) for w in (worn, turned))
    assert np.allclose(there, back, atol=1e-9)


@pytest.mark.parametrize("t_gas", [14.0, -4.0])
def test_the_film_has_no_step_where_gas_becomes_cold(t_gas: float) -> None:
    near = [exits(run(chamber(t_gas + d))) for d in (-0.01, 0.01)]
    assert np.all(near[0] <= near[1])
    assert np.abs(near[0] - near[1]).max() < 0.02


@pytest.mark.parametrize("modality", ["cold-pack", "immersion"])
def test_a_start_that_single_sites_do_not_use_is_named(modality: str) -> None:
    exposures: dict[str, dict[str, Any]] = {
        "cold-pack": {"agent": "crushed-ice", "site": "calf", "cycles": [{"on_s": 60}]},
        "immersion": {"water_temperature_C": 10, "immersed": "legs", "duration_s": 60},
    }
    subject = {**MAN, "baseline": {"mean_skin_C": 32.0, "core_C": 37.1, "skin_C": 31.0}}
    exposure = {"modality": modality, **exposures[modality]}
    session = session_from_dict({"subject": subject, "exposure": exposure})
    said = {a.key: a.value for a in simulation(session, members=1).prior().assumed}
    for key in ("mean_skin_C", "core_C"):
        assert said[f"subject.baseline.{key}"].startswith("not used: single sites start from")
    assert "subject.baseline.skin_C" not in said


@pytest.mark.parametrize(
    "subject",
    [{"age_y": 0, "age_y_sd": 4}, {"age_y": 1e-9, "age_y_sd": 4}, {"mass_kg": 1, "mass_kg_sd": 9}],
)
def test_a_spread_wider_than_its_mean_is_a_slip(subject: dict[str, float]) -> None:
    run_of = simulation(chamber(**subject), members=16)
    for name in ("age_y", "mass_kg"):
        drawn = run_of.values()[name]
        assert np.all(np.isfinite(drawn))
        assert drawn.max() <= 20.0 * max(drawn.min(), 1e-12)


def test_a_core_has_no_depth() -> None:
    plain = asked(quantity="time-of-minimum", site="gut", since="exit")
    deep = asked(quantity="time-of-minimum", site="gut", since="exit", depth_mm=20.0)
    assert read(chamber(), deep) == pytest.approx(read(chamber(), plain))


@pytest.mark.parametrize(
    ("baseline", "says"),
    [
        ({"mean_skin_C": 40}, "less than the core of 3"),
        ({"skin_C": 37.5}, "less than the core of 3"),
        ({"mean_skin_C": 15}, "coldest site would begin at -"),
        ({"skin_C": -5}, "coldest site would begin at -"),
    ],
)
def test_a_start_that_nobody_waits_with_is_refused(baseline: dict[str, float], says: str) -> None:
    with pytest.raises(BadInput, match=says) as caught:
        run(chamber(baseline=baseline))
    assert caught.value.key == f"subject.baseline.{next(iter(baseline))}"


@pytest.mark.parametrize("baseline", [{"mean_skin_C": 29}, {"mean_skin_C": 35}, {"skin_C": 26}])
def test_a_start_of_cool_and_warm_rooms_runs(baseline: dict[str, float]) -> None:
    assert np.all(np.isfinite(exits(run(chamber(baseline=baseline)))))
