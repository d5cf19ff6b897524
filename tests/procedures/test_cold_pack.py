"""Cold packs: every agent, barrier and compression runs, and cold behaves as cold must."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.procedures.conftest import make_session, run_nominal

from cryodose import evidence
from cryodose.procedures import Cycle, Probe, Request, procedure_for, site_of
from cryodose.session import Session, names

AGENTS = get_args(names.PackAgent)
SITES = get_args(names.Site)


@pytest.mark.parametrize("agent", AGENTS)
def test_every_agent_runs(agent: str) -> None:
    response = run_nominal(make_session(agent=agent), 600.0, 600.0)
    skin = response.t_skin_c[:, 0]
    assert np.all(np.isfinite(skin))
    if agent == "none":
        assert abs(skin[-1] - skin[0]) < 3.0
    else:
        assert response.at(response.t_skin_c, 600.0)[0] < skin[0] - 1.0
    assert response.energy_residual < 1e-9


@pytest.mark.parametrize("site", SITES)
def test_every_site_runs(site: str) -> None:
    response = run_nominal(make_session(site=site, subject_adipose_mm=3.0, subject_girth_mm=200.0))
    assert np.all(np.isfinite(response.t_skin_c))
    assert response.site == site


@pytest.mark.parametrize("barrier", get_args(names.Barrier))
def test_a_barrier_never_cools_more(barrier: str) -> None:
    bare = run_nominal(make_session(barrier="none"))
    cloth = run_nominal(make_session(barrier=barrier))
    assert np.all(cloth.t_skin_c[-1] >= bare.t_skin_c[-1] - 1e-9)


def test_pressure_cools_more_the_firmer_it_is() -> None:
    end = [
        run_nominal(make_session(compression=c)).t_skin_c[-1, 0]
        for c in ("none", "flexi-wrap", "elastic-wrap", "pneumatic")
    ]
    assert np.all(np.diff(end) < 0)


TEMPERATURES = st.floats(-15.0, 20.0)


@settings(max_examples=25, deadline=None)
@given(TEMPERATURES, st.floats(0.0, 15.0))
def test_a_colder_agent_never_leaves_warmer_tissue(t: float, colder: float) -> None:
    warm = run_nominal(make_session(agent="circulating-water", agent_temperature_C=t))
    cold = run_nominal(make_session(agent="circulating-water", agent_temperature_C=t - colder))
    assert np.all(cold.t_skin_c[-1] <= warm.t_skin_c[-1] + 1e-6)
    for name, series in cold.t_probe_c.items():
        assert np.all(series[-1] <= warm.t_probe_c[name][-1] + 1e-6)


@settings(max_examples=20, deadline=None)
@given(st.floats(60.0, 1500.0), st.floats(10.0, 1200.0))
def test_longer_never_leaves_warmer_tissue(on_s: float, more: float) -> None:
    short = run_nominal(make_session(), on_s)
    long = run_nominal(make_session(), on_s + more)
    assert long.t_skin_c[-1, 0] <= short.t_skin_c[-1, 0] + 0.02  # steps differ between the runs
    assert long.t_probe_c["adipose+10"][-1, 0] <= short.t_probe_c["adipose+10"][-1, 0] + 0.02


@settings(max_examples=20, deadline=None)
@given(st.floats(1.0, 30.0), st.floats(0.2, 10.0))
def test_thinner_fat_never_leaves_warmer_muscle(fat: float, less: float) -> None:
    thick = run_nominal(make_session(subject_adipose_mm=fat))
    thin = run_nominal(make_session(subject_adipose_mm=max(fat - less, 0.5)))
    assert thin.t_probe_c["adipose+10"][-1, 0] <= thick.t_probe_c["adipose+10"][-1, 0] + 1e-3


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(AGENTS), st.floats(0.3, 3.0), st.floats(1.0, 3.0))
def test_better_contact_never_leaves_warmer_skin(agent: str, share: float, better: float) -> None:
    session = make_session(agent=agent)
    procedure = procedure_for(session)
    values = procedure.prior(session).nominal()
    if "wet_share" not in values or agent == "thermode":
        return
    request = Request((Cycle(900.0, 0.0),), 0.0, (Probe(10.0, "adipose"),))
    ends = []
    for factor in (share, share * better):
        drawn = {**values, "wet_share": np.minimum(values["wet_share"] * factor, 1.0)}
        response = procedure.run(session, "calf", drawn, request)
        # A pack of little mass warms sooner the better it touches: compare while it is cold.
        ends.append(response.at(response.t_skin_c, 300.0)[0])
    assert ends[1] <= ends[0] + 1e-6


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([a for a in AGENTS if a != "none"]),
    st.floats(0.5, 40.0),
    st.floats(-10.0, 15.0),
    st.sampled_from(SITES),
)
def test_nothing_leaves_the_range_of_agent_room_and_blood(
    agent: str, fat: float, cold: float, site: str
) -> None:
    session = make_session(
        agent=agent,
        agent_temperature_C=cold,
        site=site,
        subject_adipose_mm=fat,
        subject_girth_mm=300.0,
    )
    response = run_nominal(session, 1200.0, 1800.0)
    series = [response.t_skin_c, *response.t_probe_c.values()]
    lowest = min(float(s.min()) for s in series)
    highest = max(float(s.max()) for s in series)
    # A pack at its melting point starts frozen, a fraction of a kelvin below it.
    assert lowest >= min(cold, 0.0) - 0.6
    # Metabolism may lift deep tissue a little above the artery.
    assert highest <= max(float(response.values["t_artery_c"][0]), 31.5) + 1.5


def test_ice_melts_and_then_warms(calf: Session) -> None:
    little = run_nominal(make_session(agent_mass_kg=0.05), 2400.0)
    much = run_nominal(make_session(agent_mass_kg=2.0), 2400.0)
    assert little.t_pack_c[-1, 0] > 2.0
    assert much.t_pack_c[-1, 0] < 0.1
    assert little.t_skin_c[-1, 0] > much.t_skin_c[-1, 0]


def test_cycles_begin_with_a_fresh_pack() -> None:
    session = make_session(agent="gel-pack", agent_mass_kg=0.3)
    procedure = procedure_for(session)
    values = procedure.prior(session).nominal()
    request = Request((Cycle(900.0, 900.0), Cycle(900.0, 0.0)), 600.0)
    response = procedure.run(session, "calf", values, request)
    assert response.spans == ((0.0, 900.0), (1800.0, 2700.0))
    pack = response.t_pack_c[:, 0]
    at = {t: response.at(response.t_pack_c, t)[0] for t in (899.0, 1801.0)}
    assert at[1801.0] < at[899.0]
    assert pack[0] == pytest.approx(evidence.value("agents", "gel-pack.agent_temperature_c"))


def test_muscle_goes_on_cooling_after_the_pack_is_off(calf: Session) -> None:
    response = run_nominal(calf, 1200.0, 3600.0)
    deep = response.t_probe_c["adipose+20"][:, 0]
    assert response.time_s[deep.argmin()] > 1300.0
    assert deep.min() < response.at(response.t_probe_c["adipose+20"], 1200.0)[0]


def test_another_site_than_the_packs_stays_bare() -> None:
    session = make_session()
    procedure = procedure_for(session)
    values = procedure.prior(session, "forearm").nominal()
    response = procedure.run(session, "forearm", values, Request((Cycle(900.0, 0.0),), 0.0))
    assert abs(response.t_skin_c[-1, 0] - response.t_skin_c[0, 0]) < 3.0
    assert site_of(session) == "calf"


def test_resolution_changes_little(calf: Session) -> None:
    coarse = run_nominal(calf, 1200.0, 1200.0)
    fine = run_nominal(calf, 1200.0, 1200.0, resolution=4)
    for t in (60.0, 300.0, 1200.0, 2400.0):
        assert coarse.at(coarse.t_skin_c, t) == pytest.approx(fine.at(fine.t_skin_c, t), abs=0.15)
        a, b = coarse.t_probe_c["adipose+10"], fine.t_probe_c["adipose+10"]
        assert coarse.at(a, t) == pytest.approx(fine.at(b, t), abs=0.1)


def test_measured_start_temperatures_are_met() -> None:
    session = make_session(subject_baseline={"skin_C": 30.2, "muscle_C": 34.4})
    procedure = procedure_for(session)
    values = procedure.prior(session).nominal()
    request = Request((Cycle(60.0, 0.0),), 0.0, (Probe(20.0, "adipose"),))
    response = procedure.run(session, "calf", values, request)
    assert response.t_skin_c[0, 0] == pytest.approx(30.2)
    assert response.t_probe_c["adipose+20"][0, 0] == pytest.approx(34.4, abs=0.02)


def test_what_is_not_stated_is_listed() -> None:
    keys = {a.key for a in procedure_for(make_session()).prior(make_session()).assumed}
    assert {
        "exposure.barrier",
        "exposure.compression",
        "exposure.agent_mass_kg",
        "exposure.contact_area_cm2",
    } <= keys
    stated = make_session(
        barrier="none",
        compression="none",
        agent_mass_kg=0.5,
        contact_area_cm2=200.0,
        agent_temperature_C=0.0,
    )
    assert procedure_for(stated).prior(stated).assumed == ()


@pytest.mark.parametrize("agent", ["crushed-ice", "gel-pack", "ice-massage", "frozen-peas"])
def test_the_standard_run_lies_within_the_margin_kept_from_limits(agent: str) -> None:
    session = make_session(agent=agent, agent_temperature_C=-10.0, subject_adipose_mm=5.0)
    coarse, fine = run_nominal(session, 1200.0), run_nominal(session, 1200.0, resolution=4)
    margin = evidence.value("numerics", "margin_k")
    for t in (30.0, 120.0, 300.0, 600.0, 1200.0):
        assert abs(coarse.at(coarse.t_skin_c, t) - fine.at(fine.t_skin_c, t))[0] < margin


def test_walking_rewarms_the_muscle() -> None:
    from cryodose.dosing.simulation import simulation

    cycles = [{"on_s": 1200.0, "off_s": 0.0}]
    ends = {}
    for kind in ("rest", "walk"):
        session = make_session(
            cycles=cycles,
            recovery_s=1800.0,
            recovery_activity=[{"kind": kind, "duration_s": 1200.0}],
        )
        run = simulation(session, members=1, probes=(Probe(20.0, "adipose"),))
        response = run.response()
        ends[kind] = response.at(response.t_probe_c["adipose+20"], 2400.0)[0]
        assert response.time_s[-1] == pytest.approx(3000.0)
    quiet = simulation(
        make_session(cycles=cycles, recovery_s=1800.0), members=1, probes=(Probe(20.0, "adipose"),)
    ).response()
    rest = quiet.at(quiet.t_probe_c["adipose+20"], 2400.0)[0]
    assert ends["walk"] > ends["rest"] + 0.3
    assert ends["rest"] == pytest.approx(rest, abs=0.02)


def test_wet_skin_is_wet_once_after_the_cold() -> None:
    from cryodose.procedures.surroundings import timeline

    request = Request((Cycle(600.0, 0.0),), 1800.0, activity=((300.0, 4.0), (300.0, 1.0)))
    line = timeline(request)
    off = ~line.is_on
    assert np.all(np.diff(line.since_s[off]) > 0)
    assert line.since_s[off][-1] == pytest.approx(1800.0, rel=0.02)
    assert line.dt_s.sum() == pytest.approx(2400.0)
    assert set(line.effort) == {1.0, 4.0}
