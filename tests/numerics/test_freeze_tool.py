"""A tool with a heat of its own on the skin: exact lumped solutions, limits, balance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from exact import MUSHY, SHARP
from freezes import Agent, column, medium_curves, on_grid, one
from scipy.integrate import solve_ivp

from cryodose.solve.freeze_grid import spot_grid
from cryodose.solve.freeze_problem import FreezeGrid, FreezeGrid3, FreezeProblem, ToolMass
from cryodose.solve.freeze_run import solve_freeze
from cryodose.solve.freeze_tool import Load, Tool

KERNELS = pytest.mark.parametrize("backend", ["core", "numpy"])


def tool(capacity: float, coolant: float, start: float) -> ToolMass:
    return ToolMass(one(capacity), one(coolant), one(start))


def with_tool(problem: FreezeProblem, mass: ToolMass | None) -> FreezeProblem:
    return replace(problem, cold=replace(problem.cold, mass=mass))


def solved(problem: FreezeProblem, backend: str):
    return solve_freeze(problem, backend=backend, precision="f64")


@pytest.mark.parametrize("slope", [0.0, 3.0])
def test_a_step_is_the_exact_lumped_one(slope) -> None:
    """C T' = G (Tc - T) + Q - U (T - T0), integrated to 1e-12."""
    t = Tool(40.0, 5.0, -10.0, coolant_c=-100.0)

    def speed(_: float, y: np.ndarray) -> list[float]:
        return [(5.0 * (-100.0 - y[0]) + 120.0 - slope * (y[0] + 10.0)) / 40.0, y[0]]

    end = solve_ivp(speed, (0, 7.0), [-10.0, 0.0], rtol=1e-12, atol=1e-12).y[:, -1]
    assert t.mean_c(7.0, Load(120.0, slope)) == pytest.approx(end[1] / 7.0, rel=1e-9)
    t.heat_w = 120.0
    if slope == 0:
        assert t.after_c(7.0) == pytest.approx(end[0], rel=1e-9)


@KERNELS
def test_two_lumped_bodies_share_their_heat(backend) -> None:
    """One well mixed cell against a tool without coolant: both go to the mean exponentially."""
    depth, h, capacity = 1e-3, 400.0, 5e3
    mixed = replace(SHARP, k_u=1e4, k_f=1e4)
    grid = FreezeGrid(np.array([[0.0], [0.01]]), np.array([[0.0], [depth]]), np.zeros((1, 1), int))
    times = np.array([1.0, 5.0, 20.0])
    base = on_grid(grid, medium_curves(mixed), Agent(h=h, on_s=20.0), out_s=times, fields=True)
    problem = replace(with_tool(base, tool(capacity, 0.0, 5.0)), step_growth=0.001)
    solution = solved(problem, backend)
    tissue = SHARP.c_u * depth
    mean = (tissue * 34.0 + capacity * 5.0) / (tissue + capacity)
    decay = np.exp(-h * (1 / tissue + 1 / capacity) * times)
    assert solution.t_tool_c[:, 0] == pytest.approx(mean + (5.0 - mean) * decay, abs=0.02)
    assert solution.t_c[:, 0, 0, 0] == pytest.approx(mean + (34.0 - mean) * decay, abs=0.02)
    # What the tissue gave is in the tool, whatever the steps.
    gained = capacity * np.pi * 0.01**2 * (solution.t_tool_c[-1, 0] - 5.0)
    assert -solution.ledger["tool"][0] == pytest.approx(gained, rel=1e-9)
    assert solution.energy_residual()[0] < 1e-12


def frozen_on(backend: str, mass: ToolMass | None, **more: object):
    agent = Agent(-150.0, h=3000.0, on_s=20.0)
    times = np.linspace(0.5, 20.0, 40)
    problem = on_grid(column(0.02, 0.5), medium_curves(MUSHY), agent, out_s=times)
    return solved(replace(with_tool(problem, mass), **more), backend)


@KERNELS
def test_a_tool_of_much_heat_follows_its_coolant_alone(backend) -> None:
    """As a tool whose temperature is given: T = Tc + (T0 - Tc) exp(-t / tau)."""
    tau, much = 6.0, 1e12
    solution = frozen_on(backend, tool(much, much / tau, 22.0))
    moments = np.linspace(0.0, 20.0, 2001)
    told = on_grid(column(0.02, 0.5), medium_curves(MUSHY), Agent(-150.0, h=3000.0, on_s=20.0))
    cold = replace(
        told.cold,
        tool_time_s=moments,
        t_tool_c=(-150.0 + 172.0 * np.exp(-moments / tau))[:, None],
    )
    given = solved(replace(told, cold=cold, out_s=solution.time_s), backend)
    assert solution.depth_m == pytest.approx(given.depth_m, abs=2e-6)
    assert solution.t_tool_c[:, 0] == pytest.approx(
        -150.0 + 172.0 * np.exp(-solution.time_s / tau), abs=0.05
    )


@KERNELS
def test_a_tool_of_no_heat_follows_the_tissue(backend) -> None:
    """Without coolant it takes nothing; with some it is a resistance in series with its contact."""
    idle = frozen_on(backend, tool(1e-3, 0.0, -150.0))
    assert idle.t_tool_c[:, 0] == pytest.approx(34.0, abs=0.02)
    led = frozen_on(backend, tool(1e-3, 1500.0, 22.0))
    agent = Agent(-150.0, h=1 / (1 / 3000.0 + 1 / 1500.0), on_s=20.0)
    times = led.time_s
    series = on_grid(column(0.02, 0.5), medium_curves(MUSHY), agent, out_s=times)
    assert led.depth_m == pytest.approx(solved(series, backend).depth_m, abs=5e-6)


@KERNELS
def test_lighter_tools_freeze_less_and_get_warmer(backend) -> None:
    found = [frozen_on(backend, tool(c, 1500.0, -150.0)) for c in (1e6, 2e4, 2e3)]
    assert found[0].depth_m[-1, 0, 0] > found[1].depth_m[-1, 0, 0] > found[2].depth_m[-1, 0, 0]
    warmest = [s.t_tool_c.max() for s in found]
    assert warmest[0] < warmest[1] < warmest[2]


def test_balance_of_the_tool_in_rings_and_boxes() -> None:
    """C dT = heat from the tissue + coolant, in two dimensions and in three."""
    capacity, coolant = 1.2e4, 2000.0
    times = np.linspace(0.05, 20.0, 400)
    agent = Agent(-120.0, h=2500.0, on_s=20.0, h_air=10.0)
    grid = spot_grid(
        np.array([[0.0], [4e-3], [12e-3]]), np.array([[0.0], [8e-3]]), np.zeros((1, 2), int),
        resolution=0.3,
    )  # fmt: skip
    rings = on_grid(grid, medium_curves(MUSHY), agent, out_s=times)
    under = (grid.r_face_m[1:] <= 4e-3 + 1e-9).astype(float)
    rings = replace(rings, cold=agent.on(under))
    x = np.linspace(0.0, 12e-3, 25)
    z = np.linspace(0.0, 8e-3, 25)
    middle = (x[1:] + x[:-1]) / 2
    cover = (np.hypot(middle[:, None], middle) < 4e-3).astype(float)
    cells = np.zeros((24, 24, 24), dtype=np.int32)
    boxes = FreezeProblem(
        1, FreezeGrid3(x, x.copy(), z, cells), rings.curves, rings.blood,
        agent.on(cover[..., None]), np.full((1, 1, 1, 1), 34.0),
        np.zeros(cells.shape, bool), np.zeros(cells.shape, bool), times, rings.t_marks_c,
    )  # fmt: skip
    sizes = (np.pi * (4e-3) ** 2, float(np.sum(cover)) * (0.5e-3) ** 2)
    for problem, area in zip((rings, boxes), sizes, strict=True):
        found = solved(with_tool(problem, tool(capacity, coolant, 22.0)), "core")
        t, s = np.concatenate([[22.0], found.t_tool_c[:, 0]]), np.concatenate([[0.0], times])
        cooled = coolant * area * np.trapezoid(-120.0 - t, s)
        stored = capacity * area * (t[-1] - 22.0)
        assert stored == pytest.approx(cooled - found.ledger["tool"][0], rel=2e-3)
        assert found.energy_residual()[0] < 1e-12
        assert abs(found.ledger["skin"][0]) < 0.02 * abs(found.ledger["tool"][0])


def test_a_tool_needs_some_heat() -> None:
    with pytest.raises(ValueError, match="capacity_j_m2k must be positive"):
        tool(0.0, 1.0, 0.0)
