"""Immersion and gels; a gel under a thermode has an exact answer."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cryodose.errors import BadInput, NoProcedure
from cryodose.procedures import Cycle, Probe, Request, cycles_of, procedure_for, site_of
from cryodose.session import session_from_dict


def _water(**exposure: object) -> dict[str, object]:
    base = {
        "modality": "immersion",
        "water_temperature_C": 10.0,
        "immersed": "legs",
        "duration_s": 600,
    }
    return {"exposure": {**base, **exposure}}


def _end(data: dict[str, object], site: str) -> float:
    session = session_from_dict(data)
    procedure = procedure_for(session)
    cycles, recovery = cycles_of(session)
    values = procedure.prior(session, site).nominal()
    response = procedure.run(session, site, values, Request(cycles, recovery))
    return float(response.at(response.t_skin_c, 600.0)[0])


def test_stirred_and_colder_water_cools_more() -> None:
    still = _end(_water(), "thigh")
    assert _end(_water(stirred=True), "thigh") < still
    assert _end(_water(water_temperature_C=5.0), "thigh") < still


def test_sites_above_the_water_stay_dry() -> None:
    assert _end(_water(), "calf") < 20.0
    assert _end(_water(immersed="lower-leg"), "thigh") > 28.0


@pytest.mark.parametrize("immersed", ["lower-leg", "legs", "to-iliac-crest", "to-chest"])
def test_every_height_has_a_site(immersed: str) -> None:
    session = session_from_dict(_water(immersed=immersed))
    assert site_of(session) in ("calf", "thigh")


def test_gel_under_a_thermode_follows_the_error_function() -> None:
    session = session_from_dict(
        {
            "subject": {
                "kind": "gel",
                "medium": "agar",
                "initial_temperature_C": 25.0,
                "properties": {
                    "conductivity_W_mK": 0.6,
                    "density_kg_m3": 1000.0,
                    "specific_heat_J_kgK": 4000.0,
                },
            },
            "exposure": {
                "modality": "cold-pack",
                "agent": "thermode",
                "agent_temperature_C": 5.0,
                "cycles": [{"on_s": 300, "off_s": 0}],
                "room_temperature_C": 25.0,
                "contact_area_cm2": 5000.0,
            },
        }
    )
    procedure = procedure_for(session)
    values = procedure.prior(session).nominal()
    depths = (2.0, 5.0, 10.0)
    request = Request((Cycle(300.0, 0.0),), 0.0, tuple(Probe(d) for d in depths), resolution=4)
    response = procedure.run(session, "gel", values, request)
    # Film of 5000 W/m2K: exact half-space with a convective surface.
    k, c, h, t = 0.6, 4.0e6, 5000.0, 300.0
    a = k / c
    for d in depths:
        x = d / 1000
        u = x / (2 * math.sqrt(a * t))
        v = h * math.sqrt(a * t) / k
        tail = math.exp(-u * u) * _erfcx(u + v)
        exact = 25.0 - 20.0 * (math.erfc(u) - tail)
        got = response.t_probe_c[f"skin+{d:g}"][-1, 0]
        assert got == pytest.approx(exact, abs=0.03)


def _erfcx(x: float) -> float:
    """exp(x^2) erfc(x) for large x, asymptotic series (x > 5 here)."""
    s = 1.0 - 1 / (2 * x**2) + 3 / (4 * x**4) - 15 / (8 * x**6)
    return s / (x * math.sqrt(math.pi))


def test_warmer_start_of_gel_and_no_blood() -> None:
    session = session_from_dict(
        {
            "subject": {"kind": "gel", "medium": "agar", "initial_temperature_C": 20.0},
            "exposure": {"modality": "cold-pack", "agent": "none", "room_temperature_C": 20.0},
        }
    )
    procedure = procedure_for(session)
    values = procedure.prior(session).nominal()
    response = procedure.run(
        session, "gel", values, Request((Cycle(600.0, 0.0),), 0.0, (Probe(20.0),))
    )
    assert np.all(np.abs(response.t_probe_c["skin+20"] - 20.0) < 0.01)


def test_what_no_procedure_can_run_says_so() -> None:
    stages = [{"gas_temperature_C": -60, "duration_s": 60}]
    chamber = {"modality": "cryochamber", "stages": stages}
    session = session_from_dict({"subject": {"kind": "gel", "medium": "agar"}, "exposure": chamber})
    with pytest.raises(NoProcedure, match="can run cryochamber with"):
        procedure_for(session)


def test_a_session_without_a_time_cannot_be_simulated() -> None:
    session = session_from_dict(
        {"exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"}}
    )
    with pytest.raises(BadInput, match=r"exposure\.cycles"):
        cycles_of(session)
    zero = session_from_dict(_water(duration_s=0))
    with pytest.raises(BadInput, match=r"positive"):
        cycles_of(zero)
