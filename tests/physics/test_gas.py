"""Properties of cold gas and the correlations on it, against published numbers."""

from __future__ import annotations

import numpy as np
import pytest

from cryodose.body.films import gas
from cryodose.physics.gas import (
    Crossflow,
    Plate,
    forced_w_m2k,
    grashof,
    mixed_w_m2k,
    natural_w_m2k,
    slender_share,
    state_at,
    wall_radiation_w_m2k,
)

PLATE = Plate(0.825, 0.387, 0.492)
CROSS = Crossflow(0.3, 0.62, 0.4, 282000)


@pytest.mark.parametrize(
    ("name", "t_k", "k", "nu"),
    [
        ("nitrogen", 300, 25.9e-3, 15.86e-6),  # Incropera, table A.4
        ("nitrogen", 200, 18.3e-3, 7.65e-6),
        ("air", 300, 26.3e-3, 15.89e-6),
        ("air", 250, 22.3e-3, 11.44e-6),
    ],
)
def test_properties_of_gases(name: str, t_k: float, k: float, nu: float) -> None:
    state = state_at(gas(name), t_k - 273.15)
    assert state.k_w_mk == pytest.approx(k, rel=0.02)
    assert state.kinematic_m2_s == pytest.approx(nu, rel=0.03)
    assert 0.68 < state.prandtl < 0.75


@pytest.mark.parametrize(
    ("t_gas", "h"), [(-40, 5.9), (-60, 6.6), (-90, 7.6), (-110, 8.2), (-140, 9.2), (-160, 9.9)]
)
def test_plate_in_cold_nitrogen(t_gas: float, h: float) -> None:
    # The project's research notes have these for 1.2 m and skin at 20 degC, worked out elsewhere.
    state = state_at(gas("nitrogen"), (20 + t_gas) / 2)
    gr = grashof(state, 20 - t_gas, 1.2, 9.81)
    assert natural_w_m2k(state, gr, 1.2, PLATE) == pytest.approx(h, rel=0.03)


@pytest.mark.parametrize(("t_wall", "h"), [(-60, 3.58), (-110, 2.77), (-140, 2.38), (-160, 2.16)])
def test_radiation_to_cold_walls(t_wall: float, h: float) -> None:
    assert wall_radiation_w_m2k(20.0, t_wall, 0.95, 5.670374e-8) == pytest.approx(h, abs=0.02)


def test_cross_flow_on_a_cylinder() -> None:
    # Re = 1000, Pr = 0.7: Nu = 0.3 + 0.62 sqrt(1000) 0.7^(1/3) / (1 + (0.4/0.7)^(2/3))^(1/4) (...)
    state = state_at(gas("air"), 20.0)
    d = 0.1
    speed = 1000 * state.kinematic_m2_s / d
    nusselt = forced_w_m2k(state, speed, d, CROSS) * d / state.k_w_mk
    assert nusselt == pytest.approx(16.0, abs=0.1)


def test_slender_is_more_and_flat_is_none() -> None:
    gr = np.array([1e6, 1e8, 1e10])
    assert np.all(np.diff(slender_share(gr, 5.0, 0.3, 0.909)) < 0)
    assert slender_share(gr, 0.0, 0.3, 0.909) == pytest.approx(1.0)


def test_mixed_flow_lies_between_the_larger_and_the_sum() -> None:
    free, blown = np.array([3.0, 8.0]), np.array([5.0, 2.0])
    both = mixed_w_m2k(free, blown, 3.0)
    assert np.all((both > np.maximum(free, blown)) & (both < free + blown))
