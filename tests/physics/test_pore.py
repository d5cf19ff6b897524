"""Hindrance in narrow charged pores: limits, published points, order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose import evidence
from cryodose.physics.pore import (
    convection_hindrance,
    donnan_factor,
    migration_hindrance,
    stokes_radius_m,
)

PORE = evidence.value("iontophoresis", "pore.radius_m")


def test_points_of_the_published_series() -> None:
    # By hand: (1 - 0.3)^2 (1 - 2.104*0.3 + 2.09*0.027 - 0.95*0.00243)
    assert float(migration_hindrance(0.3, 1.0)) == pytest.approx(0.207232, abs=2e-6)
    # By hand: 0.49 * 1.51 * (1 - 0.06 - 0.163*0.027)
    assert float(convection_hindrance(0.3, 1.0)) == pytest.approx(0.692250, abs=2e-6)


def test_a_point_passes_freely_and_a_sphere_as_wide_as_the_pore_not_at_all() -> None:
    for hindrance in (migration_hindrance, convection_hindrance):
        assert float(hindrance(0.0, PORE)) == 1
        assert float(hindrance(PORE, PORE)) == 0
        assert float(hindrance(5 * PORE, PORE)) == 0


@given(st.floats(0, 1.5), st.floats(0, 1.5))
def test_larger_solutes_are_slower(one: float, two: float) -> None:
    small, large = sorted((one, two))
    for hindrance in (migration_hindrance, convection_hindrance):
        assert float(hindrance(large, 1.0)) <= float(hindrance(small, 1.0)) + 1e-15


@given(st.floats(0, 0.9))
def test_the_water_sweeps_a_solute_better_than_a_field_drives_it(share: float) -> None:
    assert float(convection_hindrance(share, 1.0)) >= float(migration_hindrance(share, 1.0))


def test_charge_prefers_one_sign_and_leaves_neutral_solutes_alone() -> None:
    assert float(donnan_factor(0, 2.4)) == 1
    assert float(donnan_factor(1, 2.4) / donnan_factor(-1, 2.4)) == pytest.approx(2.4)
    assert np.all(donnan_factor(np.array([-2.0, 0, 9]), 1.0) == 1)


def test_stokes_radius_of_sodium() -> None:
    known = evidence.value("iontophoresis", "ion.radius_m3_s")
    assert float(stokes_radius_m(1.334e-9, known)) == pytest.approx(1.84e-10, abs=1e-12)


def test_ions_of_8_angstrom_hardly_migrate() -> None:
    # Mudry 2007: electromigration becomes negligible above about 8 Angstrom.
    assert float(migration_hindrance(8e-10, PORE)) < 0.02
    assert float(migration_hindrance(4.5e-10, PORE)) > 0.1
