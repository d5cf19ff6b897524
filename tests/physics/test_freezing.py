"""Formulas of freezing against closed forms, published values and bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.physics import boiling, cell_death, composition, spray
from cryodose.physics.composition import Linear, Shares

# Nitrogen at one atmosphere (CoolProp 8.0); its vapour at the mean temperature of the film
# (Incropera, table A.4).
NITROGEN = boiling.Cryogen(199180.0, 806.08, 4.6121, 8.88e-3)
FILMS = {
    -123.0: boiling.Film(10.76e-3, 2.99, 7.75e-6, 1064.0),
    0.0: boiling.Film(16.1e-3, 1.95, 11.49e-6, 1046.0),
}
G = 9.81
K = st.floats(0.05, 10)
SHARE = st.floats(0, 1)


@pytest.mark.parametrize(("coefficient", "published"), [(0.131, 162e3), (0.149, 184.2e3)])
def test_critical_heat_flux_of_nitrogen(coefficient: float, published: float) -> None:
    assert boiling.critical_w_m2(NITROGEN, G, coefficient) == pytest.approx(published, rel=5e-3)


def test_least_film_flux_of_nitrogen() -> None:
    assert boiling.least_film_w_m2(NITROGEN, G) == pytest.approx(8390.0, rel=0.02)


@pytest.mark.parametrize(("t_wall_c", "published"), [(-123.0, 139.1), (0.0, 128.1)])
def test_film_boiling_of_nitrogen_on_a_plate(t_wall_c: float, published: float) -> None:
    h = boiling.film_w_m2k(t_wall_c + 195.8, NITROGEN, FILMS[t_wall_c], G)
    assert h == pytest.approx(published, rel=0.015)


def test_spray_goes_from_film_to_wetted_as_the_surface_gets_colder() -> None:
    t = np.linspace(40.0, -195.0, 100)
    h = boiling.spray_w_m2k(t, 220.0, 1030.0, -130.0, 20.0)
    assert np.all(np.diff(h) >= 0)
    assert h[0] == pytest.approx(220.0, rel=1e-3)
    assert boiling.spray_w_m2k(-130.0, 220.0, 1030.0, -130.0, 20.0) == pytest.approx(625.0)


def test_spray_flux_stops_at_boiling_and_at_the_ceiling() -> None:
    assert boiling.spray_w_m2([-210.0, -195.8], 500.0, -195.8, 1e9) == pytest.approx([0.0, 0.0])
    assert boiling.spray_w_m2(0.0, 500.0, -195.8, 1e9) == pytest.approx(97900.0)
    assert boiling.spray_w_m2(0.0, 5000.0, -195.8, 173e3) == 173e3


@given(SHARE, K, K)
def test_mixtures_lie_between_the_bounds_of_wiener(v: float, a: float, b: float) -> None:
    shares, k = [v, 1.0 - v], [a, b]
    low, high = composition.series_w_mk(shares, k), composition.parallel_w_mk(shares, k)
    for mixed in (
        composition.geometric_w_mk(shares, k),
        composition.maxwell_w_mk(v, a, b),
        composition.levy_w_mk(v, a, b),
    ):
        assert low * (1 - 1e-9) <= mixed <= high * (1 + 1e-9)


@given(SHARE, K, K)
def test_levy_does_not_care_which_phase_is_the_medium(v: float, a: float, b: float) -> None:
    one, other = composition.levy_w_mk(v, a, b), composition.levy_w_mk(1.0 - v, b, a)
    assert one == pytest.approx(other, rel=1e-6)


def test_maxwell_of_a_few_insulating_spheres() -> None:
    # Dilute limit: k = k_o (1 - 3 v / 2).
    assert composition.maxwell_w_mk(1e-4, 1e-12, 1.0) == pytest.approx(1.0 - 1.5e-4, abs=1e-7)


def test_ice_of_an_ideal_solution() -> None:
    assert composition.ice_share([-0.6, 0.0, 30.0], -0.6, 0.5) == pytest.approx([0.0, 0.0, 0.0])
    assert composition.ice_share([-1.2, -6.0], -0.6, 0.5) == pytest.approx([0.25, 0.45])


def test_water_that_protein_binds_never_freezes() -> None:
    assert composition.freezable_water(Shares(0.65, 0.32, 0.03), 0.3) == pytest.approx(0.554)
    assert composition.freezable_water(Shares(0.1, 0.8, 0.1), 0.3) == 0.0


def test_freezing_point_of_isotonic_saline() -> None:
    assert composition.freezing_point_c(0.154, 1.86, 1.86) == pytest.approx(-0.53, abs=0.01)


def test_ice_conducts_as_the_mean_of_six_correlations() -> None:
    k = composition.ice_w_mk([0.0, -50.0, -100.0, -150.0, -195.8], 564.7, 0.078)
    assert k == pytest.approx([2.145, 2.702, 3.525, 4.878, 7.378], rel=0.06)


def test_heat_capacity_of_ice_and_its_integral() -> None:
    ice = Linear(2096.5, 7.19)
    published = [688.7, 1382.7, 1732.6, 2089.3]
    assert ice.at([-195.8, -100.0, -50.0, -1.0]) == pytest.approx(published, rel=5e-3)
    assert -ice.integral(-195.8) == pytest.approx(274137.0, rel=6e-3)  # IAPWS-06
    assert -ice.integral(-50.0) == pytest.approx(95688.0, rel=6e-3)


def test_density_and_volume_of_a_mixture() -> None:
    assert composition.density_kg_m3([0.5, 0.5], [1000.0, 500.0]) == pytest.approx(2000.0 / 3.0)
    shares = composition.volume_shares([0.5, 0.5], [1000.0, 500.0])
    assert shares == [pytest.approx(1.0 / 3.0), pytest.approx(2.0 / 3.0)]


def test_cumulative_is_the_trapezoid() -> None:
    t = np.array([[-1.0], [0.0], [2.0]])
    assert composition.cumulative(t, t)[:, 0] == pytest.approx([0.0, -0.5, 1.5])


def test_jets() -> None:
    assert spray.footprint_mm(0.8, 10.0, spray.Jet(0.2, 5.0, 0.3), 1) == pytest.approx(8.0)
    assert spray.footprint_mm(0.8, 10.0, spray.Jet(0.2, 5.0, 0.0), 5) == pytest.approx(8.0)
    assert spray.footprint_mm(0.8, 10.0, spray.Jet(0.2, 5.0, 0.5), 4) == pytest.approx(16.0)
    assert spray.liquid_share(45.0, 1.0, 45.0) == pytest.approx(0.5)
    assert spray.flow_factor(16.0, 0.25) == pytest.approx(2.0)
    assert spray.jet_c(23.0, -60.0, [1.0, 2.0, 1e9]) == pytest.approx([-60.0, -18.5, 23.0])
    assert spray.jet_film_w_m2k(40.0, 2.0, 1.0) == pytest.approx(20.0)


@given(st.floats(0, 0.1), st.floats(1e-4, 0.02), st.floats(0, 1))
def test_cover_is_whole_inside_and_falls_outside(r: float, spot: float, rim: float) -> None:
    share = spray.covered([r, r + 1e-3], spot, rim)
    assert 0.0 <= share[1] <= share[0] <= 1.0
    assert share[0] == 1.0 or r > spot
    assert spray.covered(spot * 1.01, spot, 0.0) == pytest.approx(0.0)


def test_tool_pulls_down_exponentially() -> None:
    t = spray.pull_down_c([0.0, 10.0, 1e9], 23.0, -100.0, 10.0)
    assert t == pytest.approx([23.0, -100.0 + 123.0 / np.e, -100.0])
    assert spray.pull_down_c(1.0, 23.0, -100.0, 0.0) == pytest.approx(-100.0)


def test_death_of_dog_skin_as_read_from_its_ranges() -> None:
    share = cell_death.death_share([-10.0, -14.0, -28.0, -35.0, -50.0], -28.0, 6.5)
    assert share == pytest.approx([0.06, 0.10, 0.5, 0.75, 0.967], abs=0.006)


def test_hold_shifts_one_decade_at_most() -> None:
    assert cell_death.hold_shift_k([6.0, 60.0, 600.0, 1e6], 60.0, 3.0) == pytest.approx(
        [-3.0, 0.0, 3.0, 3.0]
    )
    assert cell_death.hold_shift_k(0.0, 60.0, 3.0) == -3.0


@given(st.floats(-100, 0), st.floats(-100, 0), st.booleans(), st.floats(0, 10))
def test_another_cycle_never_saves_a_cell(a: float, b: float, thawed: bool, shift: float) -> None:
    t, half = np.array([[a], [b]]), np.full((2, 1), -25.0)
    two = cell_death.death_of_cycles(t, np.array([[False], [thawed]]), half, shift, 4.0)
    assert two >= cell_death.death_share(a, -25.0, 4.0) - 1e-12
