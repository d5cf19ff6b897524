"""The full transport solver against exact solutions: cases C2 and C5, order, balances."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from cryodose.physics.electrodiffusion import dimensionless_drop, goldman_enhancement
from cryodose.solve.blocks import solve_block_tridiagonal
from cryodose.solve.nernst_planck import (
    Donor,
    Drive,
    Membrane,
    NotConvergedError,
    Problem,
    Side,
    Transport,
    transport,
)

CASES = json.loads((Path(__file__).parent / "iontophoresis_cases.json").read_text())
SALT = 150.0
CHARGE = np.array([0.0, 1.0, -1.0])


@cache
def slab(cells: int, steps: int) -> tuple[Transport, float]:
    """Run C2: a neutral solute swept by the water through a slab with salt in it."""
    case = CASES["C2_slab_transient"]
    thick, d = case["L_cm"] / 100, case["D_cm2_s"] * 1e-4
    width = np.full(cells, thick / cells)
    drift = case["v_cm_s"] / 100
    body = np.array([0.0, SALT, SALT])
    membrane = Membrane(
        width,
        np.full((cells, 3), d),
        np.ones(cells),
        np.zeros(cells),
        CHARGE,
        body,
        drift,
    )
    donor = body + np.array([case["c0_mol_cm3"] * 1e6, 0, 0])
    rows = [r["t_s"] for r in case["rows"]]
    time = np.unique(np.r_[800 * np.linspace(0, 1, steps + 1) ** 2, rows])
    problem = Problem(membrane, Side(donor), Side(body), np.tile(body, (cells, 1)))
    return transport(problem, Drive(time, np.zeros(len(time) - 1))), thick


def answers(cells: int) -> np.ndarray:
    """Return flux, cumulative amount and middle concentration at the times of the case."""
    run, _ = slab(cells, cells)
    at = [int(np.searchsorted(run.time_s, r["t_s"])) for r in CASES["C2_slab_transient"]["rows"]]
    middle = (run.inside_mol_m3[at, cells // 2 - 1, 0] + run.inside_mol_m3[at, cells // 2, 0]) / 2
    return np.stack([run.flux_out_mol_m2s[at, 0], run.left_mol_m2[at, 0], middle])


def exact() -> np.ndarray:
    case = CASES["C2_slab_transient"]
    keys = {
        "J_out_mol_cm2_s": 1e4,
        "Q_out_mol_cm2": 1e4,
        "c_half_over_c0": case["c0_mol_cm3"] * 1e6,
    }
    return np.array([[r[k] * f for r in case["rows"]] for k, f in keys.items()])


def test_c2_converges_at_second_order() -> None:
    errors = [np.abs(answers(n) / exact() - 1).max() for n in (40, 80, 160)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 1.85), (errors, orders)


def test_c2_extrapolated_is_exact_to_1e_4() -> None:
    coarse, fine = answers(80), answers(160)
    error = np.abs((4 * fine - coarse) / 3 / exact() - 1)
    assert error.max() < 1e-4


def test_c2_on_a_fine_grid_is_exact_to_1e_4_by_itself() -> None:
    assert np.abs(answers(640) / exact() - 1).max() < 1e-4


def test_c2_steady_flux_and_lag() -> None:
    case = CASES["C2_slab_transient"]
    run, thick = slab(160, 160)
    steady = case["J_ss_mol_cm2_s"] * 1e4
    assert run.flux_out_mol_m2s[-1, 0] == pytest.approx(steady, rel=1e-4)
    lag = run.time_s[-1] - run.left_mol_m2[-1, 0] / steady
    assert lag == pytest.approx(case["t_lag_s"], rel=2e-3)
    assert thick > 0


def test_mass_and_charge_balance() -> None:
    run, thick = slab(80, 80)
    width = thick / 80
    change = (run.inside_mol_m3[-1] - run.inside_mol_m3[0]).sum(axis=0) * width
    miss = run.entered_mol_m2[-1] - run.left_mol_m2[-1] - change
    assert np.abs(miss).max() <= 1e-8 * run.entered_mol_m2[-1, 0]
    assert run.charge_error <= 1e-10
    assert np.abs(run.inside_mol_m3 @ CHARGE).max() <= 1e-10 * SALT


def three_ions(cells: int, current_factor: float = 1.0) -> Transport:
    """Run C5: drug, sodium and chloride at a given current until nothing changes."""
    case = CASES["C5_three_ion_constant_field"]
    ions, eps = case["ions"], case["eps_over_tau"]
    d = np.array([i["D_cm2_s"] for i in ions]) * 1e-4 * eps
    donor, body = (
        np.array([i[f"c_{k}_mol_cm3"] for i in ions]) * 1e6 for k in ("donor", "receptor")
    )
    membrane = Membrane(
        np.full(cells, case["L_cm"] / 100 / cells),
        np.tile(d, (cells, 1)),
        np.full(cells, eps),
        np.zeros(cells),
        np.array([float(i["z"]) for i in ions]),
        body,
    )
    time = np.r_[0, np.geomspace(0.01, 1e4, 60)]
    current = np.full(len(time) - 1, case["i_mA_cm2"] * 10 * current_factor)
    start = np.tile(body, (cells, 1))
    return transport(Problem(membrane, Side(donor), Side(body), start), Drive(time, current))


def test_c5_three_ions() -> None:
    case = CASES["C5_three_ion_constant_field"]
    run = three_ions(40)
    want = np.array(list(case["J_mol_cm2_s"].values())) * 1e4
    assert run.flux_in_mol_m2s[-1] == pytest.approx(want, rel=1e-7)
    volts = run.drop[-1] / float(dimensionless_drop(1, 1.0, case["T_K"]))
    assert volts == pytest.approx(case["dV_V"], rel=1e-7)
    assert run.charge_error <= 1e-10


def test_c5_more_current_carries_more_drug() -> None:
    one, two = three_ions(20), three_ions(20, 2.0)
    assert two.flux_in_mol_m2s[-1, 0] > 1.5 * one.flux_in_mol_m2s[-1, 0]


def test_donor_of_finite_volume_keeps_neutral_and_loses_what_enters() -> None:
    case = CASES["C5_three_ion_constant_field"]
    base = three_ions(20)
    ions = case["ions"]
    cells, eps = 20, case["eps_over_tau"]
    z = np.array([float(i["z"]) for i in ions])
    body = np.array([i["c_receptor_mol_cm3"] for i in ions]) * 1e6
    donor = np.array([i["c_donor_mol_cm3"] for i in ions]) * 1e6
    membrane = Membrane(
        np.full(cells, case["L_cm"] / 100 / cells),
        np.tile(np.array([i["D_cm2_s"] for i in ions]) * 1e-4 * eps, (cells, 1)),
        np.full(cells, eps),
        np.zeros(cells),
        z,
        body,
    )
    # An Ag/AgCl anode takes up chloride, one for each electron.
    left = Donor(2e-3, np.array([0.0, 0.0, -1.0]))
    time = np.linspace(0, 600, 61)
    run = transport(
        Problem(membrane, left, Side(body), np.tile(body, (cells, 1)), donor),
        Drive(time, np.full(60, case["i_mA_cm2"] * 10)),
    )
    lost = (donor - run.donor_mol_m3[-1]) * left.volume_m
    taken = np.array([0.0, 0.0, case["i_mA_cm2"] * 10 * 600 / 96485.33212])
    assert lost - taken == pytest.approx(run.entered_mol_m2[-1], rel=1e-8)
    assert np.abs(run.donor_mol_m3 @ z).max() <= 1e-9 * donor.max()
    assert run.entered_mol_m2[-1, 0] == pytest.approx(base.flux_in_mol_m2s[-1, 0] * 600, rel=0.05)


def test_goldman_is_what_the_solver_gives_for_a_trace_in_a_constant_field() -> None:
    # A trace of a cation in much salt, the same on both sides: the field is constant.
    cells, thick, d = 60, 2e-5, 1e-13
    salt, trace = 1000.0, 1e-4
    z = np.array([1.0, 1.0, -1.0])
    left, right = np.array([trace, salt, salt + trace]), np.array([0.0, salt, salt])
    membrane = Membrane(
        np.full(cells, thick / cells),
        np.full((cells, 3), d),
        np.ones(cells),
        np.zeros(cells),
        z,
        right,
    )
    drop = float(dimensionless_drop(1, 0.1, 305.15))
    current = 96485.33212 * 2 * salt * d * drop / thick
    time = np.r_[0, np.geomspace(1, 1e6, 60)]
    start = np.tile(right, (cells, 1))
    run = transport(
        Problem(membrane, Side(left), Side(right), start),
        Drive(time, np.full(60, current)),
    )
    passive = d * trace / thick
    found = run.flux_out_mol_m2s[-1, 0] / passive
    assert found == pytest.approx(float(goldman_enhancement(drop)), rel=1e-4)


def test_blocks_are_solved() -> None:
    rng = np.random.default_rng(3)
    for n in (1, 2, 7, 16):
        low, up = rng.normal(size=(2, n, 3, 3))
        mid = rng.normal(size=(n, 3, 3)) + 12 * np.eye(3)
        right = rng.normal(size=(n, 3))
        found = solve_block_tridiagonal(low, mid, up, right)
        back = np.einsum("nij,nj->ni", mid, found)
        back[1:] += np.einsum("nij,nj->ni", low[1:], found[:-1])
        back[:-1] += np.einsum("nij,nj->ni", up[:-1], found[1:])
        assert back == pytest.approx(right, abs=1e-12)


def test_a_hopeless_step_is_an_error() -> None:
    body = np.array([0.0, np.nan, 1.0])
    membrane = Membrane(
        np.full(4, 1e-5), np.full((4, 3), 1e-12), np.ones(4), np.zeros(4), CHARGE, body
    )
    problem = Problem(membrane, Side(body), Side(body), np.tile(body, (4, 1)))
    with pytest.raises(NotConvergedError):
        transport(problem, Drive(np.array([0.0, 1.0]), np.zeros(1)))
