"""Formulas against closed forms, limits and published values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.physics.air import Magnus, combined, evaporation_film, radiation_w_m2k, saturation_kpa
from cryodose.physics.blood import beside_edge, lateral_w_m3k, perfusion_w_m3k
from cryodose.physics.contact import contact_w_m2k, first_contact_c, pressed_share, settled_share
from cryodose.physics.nerve import velocity_ratio
from cryodose.physics.vasomotion import Vessels, equilibrium_flow, follow_flow

MAGNUS = Magnus(0.61094, 17.625, 243.04)


def test_contact_is_film_gap_and_barrier_in_series() -> None:
    assert contact_w_m2k(1.0, 400.0, 20.0, 0.0) == pytest.approx(400.0)
    assert contact_w_m2k(0.0, 400.0, 20.0, 0.0) == pytest.approx(20.0)
    assert contact_w_m2k(0.5, 400.0, 20.0, 0.1) == pytest.approx(1.0 / (1.0 / 210.0 + 0.1))


def test_contact_settles_from_start_to_one() -> None:
    t = np.array([0.0, 600.0, 1e9])
    assert settled_share(t, 0.25, 600.0) == pytest.approx([0.25, 1 - 0.75 / np.e, 1.0])


@given(st.floats(0, 1), st.floats(0, 300), st.floats(0, 100))
def test_pressure_never_loosens_the_contact(share: float, pressure: float, more: float) -> None:
    assert pressed_share(share, pressure, 130.0) <= pressed_share(share, pressure + more, 130.0)
    assert share - 1e-12 <= pressed_share(share, pressure, 130.0) <= 1.0


@pytest.mark.parametrize(
    ("agent_c", "effusivity", "expected"),
    [(0.0, 2034.0, 11.7), (-18.0, 2034.0, 0.4), (0.0, 1544.0, 13.9), (0.0, 22045.0, 1.6)],
)
def test_first_contact_of_the_collected_table(
    agent_c: float, effusivity: float, expected: float
) -> None:
    assert first_contact_c(32.0, agent_c, 1180.0, effusivity) == pytest.approx(expected, abs=0.1)


def test_saturation_pressure_of_water() -> None:
    # Handbook: 2.339 kPa at 20 C, 4.246 kPa at 30 C, 0.6113 kPa at 0 C.
    assert saturation_kpa([0.0, 20.0, 30.0], MAGNUS) == pytest.approx(
        [0.6113, 2.339, 4.246], rel=3e-3
    )


def test_evaporation_film_is_tangent_to_the_lewis_relation() -> None:
    h, t_e = evaporation_film(28.0, 1.2, 3.0, MAGNUS)
    flux = 3.0 * (saturation_kpa(28.0, MAGNUS) - 1.2)
    assert h * (28.0 - t_e) == pytest.approx(flux, rel=1e-12)
    step = 1e-4
    slope = (
        3.0 * (saturation_kpa(28 + step, MAGNUS) - saturation_kpa(28 - step, MAGNUS)) / (2 * step)
    )
    assert h == pytest.approx(slope, rel=1e-6)


def test_radiation_film_at_room_temperature() -> None:
    # 4 sigma T^3 at 300 K is 6.12 W/m2K.
    assert radiation_w_m2k(26.85, 1.0, 5.670374419e-8) == pytest.approx(6.124, rel=1e-3)


def test_films_in_parallel() -> None:
    h, t = combined([(4.0, 20.0), (6.0, 30.0)])
    assert (float(h), float(t)) == pytest.approx((10.0, 26.0))


def test_perfusion_of_one_millilitre_per_100_g_and_minute() -> None:
    # 1 mL/100g/min of tissue of 1090 kg/m3 is 1.817e-4 1/s; blood 1050 x 3617.
    assert perfusion_w_m3k(1.817e-4, 1050.0, 3617.0) == pytest.approx(690.0, rel=1e-3)


def test_sideways_conduction_is_the_first_mode_of_a_rectangle() -> None:
    # Decay of sin(pi x/a) sin(pi y/b): k pi^2 (1/a^2 + 1/b^2), here both sides 0.1 m.
    assert lateral_w_m3k(0.5, 0.1, 0.1) == pytest.approx(0.5 * np.pi**2 * 200.0)


def test_half_the_change_at_the_edge_and_less_beyond() -> None:
    x = np.array([0.0, 0.005, 0.02])
    share = beside_edge(x, 900.0, 1e-7, 0.007)
    assert share[0] == pytest.approx(0.5)
    assert np.all(np.diff(share) < 0)


def test_nerve_velocity_follows_q10() -> None:
    assert velocity_ratio(24.0, 34.0, 1.5) == pytest.approx(1 / 1.5)
    assert velocity_ratio(34.0, 34.0, 1.5) == pytest.approx(1.0)


def test_vessels_lose_half_at_their_half_temperature() -> None:
    assert equilibrium_flow(29.8, 34.0, 0.0, 4.2) == pytest.approx(0.5)
    assert equilibrium_flow(36.0, 34.0, 0.1, 4.2) == pytest.approx(1.0)


def test_vessels_narrow_fast_and_recover_slowly() -> None:
    time = np.linspace(0.0, 7200.0, 7201)
    t_c = np.where(time < 1200, 20.0, 34.0)[:, None]
    t_c[0] = 34.0
    flow = follow_flow(time, t_c, Vessels(0.1, 4.0, 120.0, 10800.0))[:, 0]
    target = equilibrium_flow(20.0, 34.0, 0.1, 4.0)
    exact = target + (1 - target) * np.exp(-600.0 / 120.0)
    assert flow[600] == pytest.approx(exact, abs=2e-3)
    recovered = 1 - (1 - flow[1199]) * np.exp(-(7200 - 1199) / 10800.0)
    assert flow[-1] == pytest.approx(recovered, abs=2e-3)
    assert flow[-1] < 0.7


def test_nothing_has_spread_at_time_zero() -> None:
    assert beside_edge([0.0, 0.01], 0.0, 1e-7, 0.007) == pytest.approx([0.5, 0.0])
