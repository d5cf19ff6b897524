"""Heat loss of a segment: against numbers known from elsewhere, and its order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cryodose import evidence
from cryodose.body.films import convection_w_m2k, film_law, gas, loss, magnus, room
from cryodose.body.segments import segment_names
from cryodose.body.whole import whole_body
from cryodose.physics.air import saturation_kpa


@pytest.fixture
def frame(people, values):
    return replace(whole_body(people(mass_kg=[78.0]), values(1)).frame, film_share=np.ones(1))


def still(t_c: float, kind: str = "air"):
    n = len(segment_names())
    around = room(np.array([t_c]), np.array([0.0]), np.array([0.0]), n)
    return replace(around, gases=((gas(kind), np.ones((n, 1), np.bool_)),))


def skin(t_c: float) -> np.ndarray:
    return np.full((len(segment_names()), 1), t_c)


def test_room_air_near_the_manikin(frame, people) -> None:
    # de Dear 1997: 3.4 W/m2K standing; the correlations give a little more (see film_share).
    h = convection_w_m2k(still(24.0), frame, skin(33.0))
    body = h[[segment_names().index(s) for s in ("chest", "back", "thigh", "calf", "forearm")]]
    assert 2.5 < body.mean() < 4.8


def test_cold_nitrogen_near_the_published_plate(frame) -> None:
    # Research notes: 8.2 W/m2K for a plate of 1.2 m at -110 degC, 9.2 at -140 degC.
    chest = segment_names().index("chest")
    assert convection_w_m2k(still(-110.0, "nitrogen"), frame, skin(20.0))[
        chest, 0
    ] == pytest.approx(8.4, abs=0.7)
    assert convection_w_m2k(still(-140.0, "nitrogen"), frame, skin(20.0))[
        chest, 0
    ] == pytest.approx(9.4, abs=0.8)


@pytest.mark.parametrize("t_gas", [-190.0, -110.0, -30.0, 23.0])
def test_the_quadratic_meets_the_law(frame, t_gas: float) -> None:
    slow = np.full((len(segment_names()), 1), 0.1)
    around = replace(still(t_gas, "nitrogen"), speed_m_s=slow)
    u2, g2 = film_law(around, frame)
    for t in (10.0, 16.0, 20.0, 28.0, 33.0, 36.0):
        u, g = loss(around, frame, skin(t))
        fitted = (u2[0] + t * (u2[1] + t * u2[2])) * t - (g2[0] + t * (g2[1] + t * g2[2]))
        exact = u * t - g
        assert np.abs(fitted - exact).max() < max(0.01 * np.abs(exact).max(), 8.0)


def test_colder_gas_faster_gas_and_less_cloth_take_more_heat(frame) -> None:
    def out(around) -> np.ndarray:
        u, g = loss(around, frame, skin(25.0))
        return u * 25.0 - g

    base = still(-100.0)
    one = np.ones_like(base.t_gas_c)
    assert np.all(out(still(-120.0)) > out(base))
    assert np.all(out(replace(base, speed_m_s=one)) > out(base))
    thin, thick = (replace(base, covered=one, resistance_m2k_w=r * one) for r in (0.05, 0.2))
    assert np.all(out(thick) < out(thin))
    assert np.all(out(thin) < out(base))
    half = replace(base, covered=one / 2, resistance_m2k_w=0.2 * one)
    assert np.all((out(half) < out(base)) & (out(half) > out(thick)))


@pytest.mark.parametrize("t_gas", [-160.0, -60.0, 23.0])
@pytest.mark.parametrize("t_skin", [2.0, 15.0, 30.0])
def test_a_wet_garment_passes_on_what_its_outside_loses(frame, t_gas, t_skin) -> None:
    one = np.ones((len(segment_names()), 1))
    r, dry = 0.04, replace(still(t_gas), covered=one, resistance_m2k_w=0.04 * one)
    u, g = loss(replace(dry, is_wet=one > 0), frame, skin(t_skin))
    through = u * t_skin - g
    t_out = t_skin - through * r
    h_c = convection_w_m2k(dry, frame, skin(t_skin))
    vapour = evidence.value("ambient", "air.lewis_k_kpa") * h_c * saturation_kpa(t_out, magnus())
    # The dry part at the same outside, from bare skin that does not evaporate.
    bare = replace(still(t_gas), wettedness=0.0 * one)
    u, g = loss(bare, frame, skin(t_skin))
    np.testing.assert_allclose(u * t_out - g + vapour, through, rtol=1e-6, atol=1e-3)
    u, g = loss(dry, frame, skin(t_skin))
    assert np.all(through > u * t_skin - g)


def test_a_wet_sock_in_warm_dry_air_cools_below_bare_skin(frame) -> None:
    one = np.ones((len(segment_names()), 1))
    wet = replace(still(23.0), covered=one, resistance_m2k_w=0.04 * one, is_wet=one > 0)
    (u_wet, g_wet), (u, g) = (loss(x, frame, skin(30.0)) for x in (wet, still(23.0)))
    assert np.all(u_wet * 30.0 - g_wet > u * 30.0 - g)
