"""The lumped share of the current and the depot against the full Nernst-Planck system."""

from __future__ import annotations

import numpy as np
import pytest

from cryodose.physics.electrodiffusion import ion_flux_mol_m2s, transport_number
from cryodose.solve.depot import Depot, follow_depot
from cryodose.solve.nernst_planck import Drive, Membrane, Problem, Side, transport

CURRENT = 5.0
# Pores of the stratum corneum over their winding: 1 to 10 kohm cm2, as measured.
POROSITY, HELD = 2e-5, 1e-2
D = np.array([0.559e-9 * 0.36, 1.334e-9, 2.032e-9])
Z = np.array([1.0, 1.0, -1.0])
BODY = np.array([0.0, 150.0, 150.0])


def run(drug: float, sodium: float, seconds: float, dermis_m: float = 0.0):
    """Drug of the cation class through 20 um of stratum corneum, and a dermis behind it."""
    barrier, deep = 24, 60 if dermis_m else 0
    width = np.r_[np.full(barrier, 20e-6 / barrier), np.full(deep, dermis_m / max(deep, 1))]
    share = np.r_[np.full(barrier, HELD), np.ones(deep)]
    clearance = np.r_[np.zeros(barrier), np.full(deep, 1e-3)]
    spread = np.vstack([np.tile(D * POROSITY, (barrier, 1)), np.tile(D * 0.35, (deep, 1))])
    membrane = Membrane(width, spread, share, clearance, Z, BODY)
    donor = np.array([drug, sodium, drug + sodium])
    time = np.r_[0, np.geomspace(1e-3, seconds, 80)]
    start = np.tile(BODY, (len(width), 1))
    problem = Problem(membrane, Side(donor), Side(BODY), start)
    return transport(problem, Drive(time, np.full(80, CURRENT)))


@pytest.mark.parametrize(("drug", "sodium"), [(50.0, 0.0), (50.0, 100.0), (100.0, 0.0)])
def test_share_of_the_current(drug: float, sodium: float) -> None:
    found = run(drug, sodium, 4000.0)
    lumped = transport_number(D[0] * drug, D[1] * sodium + D[2] * (drug + sodium))
    full = found.flux_in_mol_m2s[-1, 0] / float(ion_flux_mol_m2s(1.0, CURRENT, 1))
    assert full == pytest.approx(float(lumped), rel=0.05)


def test_depot_in_the_dermis() -> None:
    seconds, dermis = 900.0, 3e-3
    full = run(50.0, 0.0, seconds, dermis)
    time = full.time_s
    # What leaves the stratum corneum in the full system feeds the lumped dermis.
    held = full.inside_mol_m3[:, :24, 0].sum(axis=1) * 20e-6 / 24 * HELD
    influx = (np.diff(full.entered_mol_m2[:, 0]) - np.diff(held)) / np.diff(time)
    one = np.ones((len(influx), 1))
    depot = Depot(time, influx[:, None], 0 * one, D[0] * 0.35 * one, 1e-3 * one, dermis)
    lumped = follow_depot(depot, np.array([0.5e-3]), 60)
    tissue = full.inside_mol_m3[-1, 24:, 0].sum() * dermis / 60
    assert lumped.tissue[-1, 0] == pytest.approx(tissue, rel=0.01)
    assert lumped.cleared[-1, 0] == pytest.approx(full.cleared_mol_m2[-1, 0], rel=0.02)
    assert full.charge_error <= 1e-10


def steady(drug: float, sodium: float, charge: float, water_m_s: float) -> float:
    """Return the full system's steady flux of a drug of either sign, swept by the water."""
    barrier = 24
    membrane = Membrane(
        np.full(barrier, 20e-6 / barrier),
        np.tile(D * POROSITY, (barrier, 1)),
        np.full(barrier, HELD),
        np.zeros(barrier),
        np.array([charge, 1.0, -1.0]),
        BODY,
        water_m_s,
    )
    rest = [sodium, drug + sodium] if charge > 0 else [drug + sodium, sodium]
    time = np.r_[0, np.geomspace(1e-3, 4000.0, 80)]
    start = np.tile(BODY, (barrier, 1))
    problem = Problem(membrane, Side(np.array([drug, *rest])), Side(BODY), start)
    drive = Drive(time, np.full(80, CURRENT * charge))
    return float(transport(problem, drive).flux_in_mol_m2s[-1, 0])


@pytest.mark.parametrize("charge", [1.0, -1.0])
@pytest.mark.parametrize(("sodium", "within"), [(0.0, 0.06), (100.0, 0.01)])
@pytest.mark.parametrize("water_m_s", [0.0, 5e-9, 1e-8])
def test_migration_and_sweep_add_up(
    charge: float, sodium: float, within: float, water_m_s: float
) -> None:
    # The water goes with the current: with a cation from the anode, against an anion.
    drug, signed = 50.0, charge * water_m_s
    own, beside, counter = D[0] * drug, D[1], D[2]
    if charge < 0:
        beside, counter = counter, beside
    share = transport_number(own, beside * sodium + counter * (drug + sodium))
    lumped = float(ion_flux_mol_m2s(share, CURRENT, 1)) + signed * drug
    # Without salt a drug that the water sweeps back is held back a little more than the sum says.
    tolerance = within if signed >= 0 else 4 * within
    assert steady(drug, sodium, charge, signed) == pytest.approx(lumped, rel=tolerance)
