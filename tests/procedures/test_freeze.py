"""What physics demands of every freeze, whatever the numbers are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.procedures.freezes import GEL, HUMAN, PIG, freeze_session, run_freeze

from cryodose import evidence
from cryodose.errors import BadInput
from cryodose.procedures import (
    Probe,
    Request,
    cycles_of,
    liquid_nitrogen,
    procedure_for,
    site_of,
)
from cryodose.procedures.freeze_cold import holes_of, technique_of
from cryodose.procedures.freeze_gel import gel_material
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.procedures.freeze_run import members_of
from cryodose.procedures.freeze_setup import setup
from cryodose.procedures.freeze_tissue import freeze_curves

WART = {"kind": "plantar wart", "diameter_mm": 6.0, "depth_mm": 2.5, "keratin_mm": 0.6}


def reach(response: FreezeResponse, t_c: float | None = None) -> tuple[float, float]:
    """Return the greatest depth and diameter of an isotherm, mm."""
    wide = response.isotherm_diameter_mm(t_c).max(axis=0)
    return float(response.deepest_mm(t_c)[0]), float(wide[0])


@pytest.mark.parametrize("subject", [GEL, PIG, HUMAN], ids=["gel", "pig", "human"])
@pytest.mark.parametrize(
    ("less", "more"),
    [
        ({"cycles": [{"freeze_s": 9, "thaw_s": 20}]}, {"cycles": [{"freeze_s": 30, "thaw_s": 20}]}),
        ({"spot_diameter_mm": 5.0}, {"spot_diameter_mm": 15.0}),
        (
            {"technique": "contact-probe", "probe_diameter_mm": 6, "probe_temperature_C": -80},
            {"technique": "contact-probe", "probe_diameter_mm": 6, "probe_temperature_C": -170},
        ),
        ({"technique": "open-spray"}, {"technique": "cone-spray"}),
        ({"distance_mm": 30, "nozzle": "D"}, {"distance_mm": 10, "nozzle": "A"}),
        ({"distance_mm": 10, "nozzle": "1 x 0.8 mm", "spot_diameter_mm": None},
         {"distance_mm": 10, "nozzle": "5 x 0.8 mm", "spot_diameter_mm": None}),
    ],
    ids=["longer", "wider", "colder", "cone", "nozzle", "holes"],
)  # fmt: skip
def test_more_cold_never_reaches_less_far(
    subject: dict[str, Any], less: dict[str, Any], more: dict[str, Any]
) -> None:
    a, b = (run_freeze(freeze_session(dict(subject), **e)) for e in (less, more))
    for t_c in (None, -5.0, -20.0, -50.0):
        assert reach(b, t_c)[0] >= reach(a, t_c)[0] - 1e-3


@pytest.mark.parametrize("subject", [GEL, PIG, HUMAN], ids=["gel", "pig", "human"])
def test_temperatures_stay_between_agent_and_body(subject: dict[str, Any]) -> None:
    response = run_freeze(freeze_session(dict(subject)), recovery_s=60.0, intensity=3.0)
    top = max(float(response.t_axis_c[0].max()), 23.0)
    for t in (response.t_axis_c, response.t_surface_c, response.t_min_c):
        assert t.min() >= -195.9
        assert t.max() <= top + 0.1
    assert response.energy_residual < 1e-5


def test_isotherms_are_nested_and_the_edge_of_the_ice_is_outermost() -> None:
    response = run_freeze(freeze_session())
    assert np.all(np.diff(response.depth_m, axis=1) >= -1e-9)
    assert np.all(np.diff(response.frozen_m3, axis=1) >= -1e-15)
    assert response.isotherm_depth_mm().max() > response.isotherm_depth_mm(-20.0).max() > 0


def test_spread_beyond_the_edge_is_less_than_the_depth() -> None:
    """A cold disc on a half-space: oblate spheroids (exact in the steady state)."""
    probe = {"technique": "contact-probe", "probe_diameter_mm": 8, "probe_temperature_C": -100}
    session = freeze_session(
        **probe, spot_diameter_mm=None, cycles=[{"freeze_s": 300, "thaw_s": 0}]
    )
    response = run_freeze(session, contact_w_m2k=1e5)
    depth, wide = reach(response)
    assert 0 < (wide - 8.0) / 2.0 < depth


def test_small_cold_disc_comes_to_the_exact_steady_depth() -> None:
    """Disc of 1 mm radius held at -100 degC in a gel of two conductivities: Kirchhoff's disc.

    zeta of the ice edge from 1 - (2/pi) atan(zeta) = (Theta - Theta_b)/(Theta_p - Theta_b); depth
    over radius of the disc. The rest is the grid (2.21 and 2.31 mm on double and on standard cells)
    and the far field, which never quite settles.
    """
    gel = {
        "kind": "gel", "medium": "agar", "initial_temperature_C": 37.0,
        "properties": {"conductivity_W_mK": 0.5, "conductivity_frozen_W_mK": 2.0,
                       "freezing_C": -1.0, "solidus_C": -1.2, "latent_heat_kJ_kg": 100.0},
    }  # fmt: skip
    probe = {"technique": "contact-probe", "probe_diameter_mm": 2, "probe_temperature_C": -30}
    session = freeze_session(gel, **probe, spot_diameter_mm=None,
                             cycles=[{"freeze_s": 5000, "thaw_s": 0}])  # fmt: skip
    response = run_freeze(
        session, contact_w_m2k=1e6, h_air_w_m2k=1e-6, capacity_j_m2k=1e3, coolant_w_m2k=1e7
    )
    curves = freeze_curves([gel_material(liquid_nitrogen.prior(session).nominal())])
    plate, edge, far = np.interp(
        [-30.0, float(response.marks_c[response.edge]), 37.0],
        curves.t_knot_c[0, :, 0],
        curves.theta_w_m[0, :, 0],
    )
    zeta = np.tan(np.pi / 2.0 * (1.0 - (edge - far) / (plate - far)))
    assert response.isotherm_depth_mm()[-1, 0] == pytest.approx(zeta, rel=0.1)


def test_full_thaw_returns_to_the_start() -> None:
    session = freeze_session(dict(GEL), cycles=[{"freeze_s": 5, "thaw_s": 0}], spot_diameter_mm=4.0)
    response = run_freeze(session, recovery_s=3000.0)
    assert response.frozen_m3[-1].max() == 0.0
    assert np.abs(response.t_axis_c[-1] - 22.0).max() < 1.0
    assert 0 < response.thaw_s()[0, 0] < 600.0
    assert response.skin_thaw_s()[0] > 0


def test_a_second_cycle_starts_when_the_first_has_thawed_and_goes_deeper() -> None:
    cycle = {"freeze_s": 15, "thaw": "complete"}
    once, twice = (
        run_freeze(freeze_session(dict(PIG), cycles=c)) for c in ([cycle], [cycle, cycle])
    )
    assert twice.freeze_end_s.shape[0] == 2
    end, begin = twice.thaw_end_s[0, 0], twice.freeze_end_s[1, 0] - 15.0
    assert begin == pytest.approx(end, abs=10.0)
    assert twice.deepest_mm(-20.0) >= once.deepest_mm(-20.0) - 1e-6


def test_members_alike_are_alike_and_order_does_not_matter() -> None:
    session = freeze_session(dict(HUMAN), lesion=WART)
    one = run_freeze(session, probes=(Probe(2.0), Probe(1.0, from_edge_mm=1.0)))
    three = run_freeze(session, probes=(Probe(2.0), Probe(1.0, from_edge_mm=1.0)), members=3)
    for name in one.t_probe_c:
        for m in range(3):
            assert three.t_probe_c[name][:, m] == pytest.approx(one.t_probe_c[name][:, 0], abs=0.05)
    assert three.t_min_c.shape[-1] == 3


def test_places_beside_the_axis_meet_those_on_it() -> None:
    probes = (Probe(1.5), Probe(1.5, from_edge_mm=-5.0), Probe(1.5, from_edge_mm=3.0))
    response = run_freeze(freeze_session(), probes=probes)
    on, centre, out = (response.t_probe_c[p.name] for p in probes)
    assert centre == pytest.approx(on, abs=0.3)
    assert np.all(out >= on - 1e-4)
    assert out[-1] > on[-1] + 5.0


def test_a_horny_cap_keeps_the_cold_from_the_wart() -> None:
    bare, capped = (
        run_freeze(freeze_session(dict(HUMAN), site="back", lesion={**WART, "keratin_mm": k}))
        for k in (0.0, 1.5)
    )
    assert reach(bare, -20.0)[0] > reach(capped, -20.0)[0] - 1.5  # below the cap
    assert capped.lesion.any()
    assert [layer.name for layer in capped.layers.lesion] == ["horny cap", "lesion"]


def test_fat_stops_the_ice_and_cartilage_lies_under_the_ear() -> None:
    ear = run_freeze(freeze_session(dict(HUMAN), site="ear"))
    assert ear.layers.named("cartilage") is not None
    assert ear.layers.is_through
    back = run_freeze(freeze_session(dict(HUMAN), site="back"))
    assert back.layers.named("muscle") is not None
    assert back.layers.is_alive


@pytest.mark.parametrize("site", evidence.names("sites"))
def test_every_site_can_be_frozen(site: str) -> None:
    session = freeze_session(dict(HUMAN), site=site, cycles=[{"freeze_s": 5, "thaw_s": 2}])
    assert run_freeze(session).deepest_mm()[0] > 0


@pytest.mark.parametrize("agent", ["liquid-nitrogen", "nitrous-oxide", "dmep", "argon"])
@pytest.mark.parametrize(
    "technique",
    [
        "open-spray",
        "cone-spray",
        "contact-probe",
        "cotton-swab",
        "needle-probe",
        "vapour-jet",
        None,
    ],
)
@pytest.mark.parametrize("subject", [GEL, HUMAN], ids=["gel", "human"])
def test_every_agent_and_technique_cools(
    subject: dict[str, Any], agent: str, technique: str | None
) -> None:
    session = freeze_session(
        dict(subject), agent=agent, technique=technique, spot_diameter_mm=None,
        cycles=[{"freeze_s": 10, "thaw_s": 5}],
    )  # fmt: skip
    response = run_freeze(session, probes=(Probe(1.0),))
    assert np.isfinite(response.t_axis_c).all()
    assert response.t_min_c.min() < response.t_axis_c[0].min() - 1.0
    assert technique_of(session) in evidence.names("cryogens", "tool") or agent


@pytest.mark.parametrize(
    ("keys", "technique"),
    [({}, "open-spray"), ({"insertion_mm": 9}, "needle-probe"),
     ({"agent": "argon"}, "needle-probe"),
     ({"probe_temperature_C": -80}, "contact-probe"), ({"agent": "dmep"}, "cotton-swab"),
     ({"agent": "nitrous-oxide"}, "contact-probe"), ({"nozzle": "B"}, "open-spray")],
)  # fmt: skip
def test_technique_that_is_not_stated(keys: dict[str, Any], technique: str) -> None:
    session = freeze_session(**{"technique": None, "spot_diameter_mm": None, **keys})
    assert technique_of(session) == technique
    assumed = {a.key for a in liquid_nitrogen.prior(session).assumed}
    assert "exposure.technique" in assumed


def test_nozzles() -> None:
    assert holes_of("3 x 0.5 mm") == (3, 0.5)
    assert holes_of("C")[0] == 1
    assert holes_of("A")[1] > holes_of("D")[1]
    assert holes_of(None)[0] == 1


def test_a_needle_freezes_a_ball_along_its_length() -> None:
    session = freeze_session(
        agent="argon", technique="needle-probe", probe_diameter_mm=1.5, insertion_mm=20,
        probe_temperature_C=-145, spot_diameter_mm=None, cycles=[{"freeze_s": 180, "thaw_s": 0}],
    )  # fmt: skip
    response = run_freeze(session)
    depth, wide = reach(response)
    assert depth > 20.0
    assert wide > 5.0
    inside = response.t_axis_c[-1, response.z_m[:, 0] < 0.015, 0]
    assert inside == pytest.approx(-145.0, abs=1.0)


def test_excised_skin_has_no_blood() -> None:
    excised, alive = (
        run_freeze(freeze_session(s, cycles=[{"freeze_s": 10, "thaw_s": 5}]))
        for s in (dict(PIG), {"kind": "pig-skin"})
    )
    assert not excised.layers.is_alive
    assert excised.layers.perfusion_w_m3k.max() == 0.0
    assert alive.layers.is_alive
    assert np.ptp(excised.t_axis_c[0]) < 1e-9
    assert alive.t_axis_c[0, -1, 0] > alive.t_axis_c[0, 0, 0]


@pytest.mark.parametrize("kind", ["pig-skin", "dog-skin", "rat-skin"])
def test_animal_skin(kind: str) -> None:
    assert run_freeze(freeze_session({"kind": kind})).deepest_mm()[0] > 0


def test_no_cold_is_refused() -> None:
    session = freeze_session(cycles=[{"freeze_s": 0, "thaw_s": 10}])
    with pytest.raises(BadInput, match="positive"):
        cycles_of(session)


def test_a_thousand_cycles_are_refused() -> None:
    session = freeze_session(cycles=[{"freeze_s": 1, "thaw_s": 1}] * 1000)
    with pytest.raises(BadInput, match=r"exposure\.cycles = 1000: expected at most 20"):
        cycles_of(session)


def test_holes_without_a_width_and_brine_beyond_saturation_are_refused() -> None:
    with pytest.raises(BadInput, match=r"exposure\.nozzle"):
        liquid_nitrogen.prior(freeze_session(nozzle="1 x 0 mm"))
    with pytest.raises(BadInput, match=r"subject\.medium.*at most 26 %"):
        liquid_nitrogen.prior(freeze_session({"kind": "gel", "medium": "agarose-1%-nacl-50%"}))


@pytest.mark.parametrize(
    ("subject", "exposure"),
    [
        (GEL, {"spot_diameter_mm": 0.1}),
        (GEL, {"spot_diameter_mm": 300.0}),
        (GEL, {"nozzle": "999 x 99 mm", "distance_mm": 0, "spot_diameter_mm": None}),
        (GEL, {"nozzle": "1 x 0.0001 mm", "distance_mm": 1000, "spot_diameter_mm": None}),
        (GEL, {"technique": "needle-probe", "insertion_mm": 0, "spot_diameter_mm": None}),
        (GEL, {"technique": "needle-probe", "insertion_mm": 300, "spot_diameter_mm": None}),
        (GEL, {"technique": "vapour-jet", "distance_mm": 0, "spot_diameter_mm": None}),
        (GEL, {"technique": "contact-probe", "probe_temperature_C": -210}),
        (GEL, {"cycles": [{"freeze_s": 0.001, "thaw_s": 0}]}),
        (GEL, {"cycles": [{"freeze_s": 5, "thaw": "complete"}, {"freeze_s": 0, "thaw_s": 5}]}),
        ({**GEL, "initial_temperature_C": -60}, {}),
        ({**GEL, "medium": "agar-lard-100%"}, {}),
        ({**GEL, "medium": "agarose-100%"}, {}),
        ({"kind": "gel", "properties": {"conductivity_W_mK": 500, "latent_heat_kJ_kg": 0}}, {}),
        ({"kind": "gel", "properties": {"freezing_C": 60}, "initial_temperature_C": 20}, {}),
        (HUMAN, {"lesion": {"diameter_mm": 200, "depth_mm": 100}}),
        (HUMAN, {"lesion": {"depth_mm": 0}}),
        (HUMAN, {"lesion": {"kind": "wart", "depth_mm": 60, "keratin_mm": 50}, "site": "ear"}),
        ({**HUMAN, "adipose_mm": 100}, {}),
        ({**HUMAN, "adipose_mm": 0}, {}),
        ({**HUMAN, "girth_mm": 50}, {"site": "thigh"}),
    ],
)
def test_absurd_sessions_have_finite_answers(
    subject: dict[str, Any], exposure: dict[str, Any]
) -> None:
    probes = (Probe(2.0), Probe(400.0), Probe(2.0, from_edge_mm=-400.0))
    response = run_freeze(freeze_session(dict(subject), **exposure), probes=probes)
    for t in (*response.t_probe_c.values(), response.t_axis_c, response.depth_m):
        assert np.isfinite(t).all()


def test_a_cap_thicker_than_its_lesion_is_refused() -> None:
    session = freeze_session(dict(HUMAN), lesion={**WART, "keratin_mm": 3.0})
    with pytest.raises(BadInput, match=r"exposure\.lesion\.keratin_mm = 3\.0"):
        liquid_nitrogen.prior(session)


def test_the_spray_dominates_what_is_not_known() -> None:
    prior = procedure_for(freeze_session(dict(HUMAN))).prior(freeze_session(dict(HUMAN)), "back")
    session = freeze_session(dict(HUMAN))

    def swing(name: str) -> float:
        q = prior.quantities[name]
        low, high = (run_freeze(session, **{name: v}) for v in (q.low, q.high))
        return abs(reach(high, -20.0)[0] - reach(low, -20.0)[0])

    names = ("dermis_mm", "adipose_mm", "k_factor", "water.dermis", "h_air_w_m2k", "t_room_c")
    assert swing("intensity") > 2.0 * max(swing(n) for n in (*names, "skin_blood_flow_ml_min_m2"))


def test_site_that_is_not_stated() -> None:
    session = freeze_session(dict(HUMAN))
    assert site_of(session) == evidence.text("cryogens", "usual.site")
    assert "exposure.site" in {a.key for a in liquid_nitrogen.prior(session).assumed}
    assert site_of(freeze_session(dict(PIG))) == "pig-skin"


def test_a_heavy_probe_gets_cold_later() -> None:
    probe = {"technique": "contact-probe", "cycles": [{"freeze_s": 20, "thaw_s": 0}]}
    session = freeze_session(dict(PIG), **probe)
    deep = [
        reach(run_freeze(session, capacity_j_m2k=c, coolant_w_m2k=2000.0))[0]
        for c in (3000.0, 30000.0)
    ]
    # The same coolant brings the light one down sooner.
    assert deep[0] > deep[1] > 0


def test_members_keep_their_own_tool() -> None:
    session = freeze_session(dict(PIG), technique="contact-probe")
    values = liquid_nitrogen.prior(session).nominal()
    capacity = np.array([3e3, 1e4, 5e4])
    many = {k: np.repeat(v, 3) for k, v in values.items()} | {"capacity_j_m2k": capacity}
    request = Request(cycles_of(session)[0], 0.0)
    problem = setup(session, site_of(session), many, request).problem
    part = members_of(problem, slice(1, 3), with_fields=False)
    assert part.cold.mass is not None
    assert part.cold.mass.capacity_j_m2k == pytest.approx(capacity[1:])
