"""The depot in the skin against the half-space with clearance (C3, C3b) and its own balance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.solve.depot import Depot, follow_depot
from cryodose.solve.nernst_planck import Drive, Membrane, Problem, Side, transport

CASES = json.loads((Path(__file__).parent / "iontophoresis_cases.json").read_text())
HALF_SPACE = CASES["C3_halfspace_clearance"]
UG_CM2 = HALF_SPACE["MW"] * 1e6 / 1e4


def depot_of(clearance: float, on_s: float, end_s: float, steps: int = 12) -> Depot:
    time = np.unique(np.r_[np.linspace(0, on_s, steps + 1), np.linspace(0, end_s, steps + 1)])
    influx = np.where(time[:-1] < on_s - 1e-6, HALF_SPACE["J0_mol_cm2_s"] * 1e4, 0.0)[:, None]
    one = np.ones_like(influx)
    d = HALF_SPACE["D_cm2_s"] * 1e-4
    return Depot(time, influx, 0 * one, d * one, clearance * one, 0.01)


@pytest.mark.parametrize("case", HALF_SPACE["cases"], ids=lambda c: f"{c['name']}-{c.get('t_s')}")
def test_c3_half_space_with_clearance(case: dict) -> None:
    later = "on600" in case["name"]
    clearance = 1e-3 if case["name"].startswith("warm") else 0.45e-3
    on, end = (600.0, 1800.0) if later else (case["t_s"], case["t_s"])
    depths = np.array([row["depth_um"] for row in case["c_mM"]]) * 1e-6
    found = follow_depot(depot_of(clearance, on, end), depths, 200)
    want = [row["c"] for row in case["c_mM"]]
    assert found.concentration[-1, :, 0] == pytest.approx(want, rel=1e-4)
    assert found.tissue[-1, 0] * UG_CM2 == pytest.approx(case["retained_ug_cm2"], rel=1e-6)


def test_c3_surface_error_falls_fast_with_the_modes() -> None:
    depths = np.zeros(1)
    want = HALF_SPACE["cases"][0]["c_mM"][0]["c"]
    depot = depot_of(1e-3, 600.0, 600.0)
    errors = [
        abs(follow_depot(depot, depths, n).concentration[-1, 0, 0] / want - 1)
        for n in (25, 50, 100)
    ]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 2)


def test_c3b_full_solver_with_drift_and_clearance() -> None:
    case = CASES["C3b_steady_drift_clearance"]
    cells, thick = 160, 0.006
    body = np.array([0.0, 150.0, 150.0])
    charge = np.array([0.0, 1.0, -1.0])

    def surface(cells: int) -> float:
        membrane = Membrane(
            np.full(cells, thick / cells),
            np.full((cells, 3), case["D_cm2_s"] * 1e-4),
            np.ones(cells),
            np.full(cells, case["k_per_s"]),
            charge,
            body,
            case["v_cm_s"] / 100,
        )
        drift = case["v_cm_s"] / 100
        entering = np.array([HALF_SPACE["J0_mol_cm2_s"] * 1e4, drift * 150, drift * 150])
        time = np.r_[0, np.geomspace(10, 4e4, 40)]
        left = Side(entering, is_flux=True)
        start = np.tile(body, (cells, 1))
        run = transport(Problem(membrane, left, Side(body), start), Drive(time, np.zeros(40)))
        c, h = run.inside_mol_m3[-1, :2, 0], thick / cells
        slope = (drift * c[0] - entering[0]) / (case["D_cm2_s"] * 1e-4)
        return float(c[0] - slope * h / 2 - (c[1] - c[0] - slope * h) / 8)

    coarse, fine = surface(cells // 2), surface(cells)
    assert (4 * fine - coarse) / 3 == pytest.approx(case["c_surface_mM"], rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0, 1e-6), min_size=3, max_size=6),
    st.floats(0, 5000),
    st.floats(0, 1e-2),
    st.floats(1, 3000),
)
def test_nothing_is_lost(influx: list[float], stay: float, clearance: float, step: float) -> None:
    n = len(influx)
    j = np.array(influx)[:, None]
    one = np.ones_like(j)
    time = np.arange(n + 1) * step
    found = follow_depot(
        Depot(time, j, stay * one, 1e-10 * one, clearance * one, 4e-3), np.zeros(1), 16
    )
    whole = found.barrier + found.tissue + found.cleared
    assert whole == pytest.approx(found.entered, rel=1e-8, abs=1e-20)
    assert np.all(found.tissue >= -1e-18)
    assert np.all(np.diff(found.cleared, axis=0) >= -1e-12 * (1e-12 + found.entered[-1]))


def test_less_clearance_keeps_more() -> None:
    warm = follow_depot(depot_of(1e-3, 600.0, 1800.0), np.zeros(1), 60)
    cold = follow_depot(depot_of(0.45e-3, 600.0, 1800.0), np.zeros(1), 60)
    assert cold.tissue[-1, 0] / warm.tissue[-1, 0] == pytest.approx(2.25, abs=0.01)
