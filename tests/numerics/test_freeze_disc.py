"""Cold disc, needle and corner: exact answers in two and three dimensions (B4, B5, B10)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from exact import MUSHY, SHARP, Freezing
from freezes import (
    Agent,
    frozen_share,
    medium_curves,
    no_blood,
    on_grid,
    one,
    solve,
)
from scipy.optimize import brentq
from scipy.special import exp1

from cryodose.solve.freeze_grid import BOX_EDGE, BOX_SKIN, Sizes, graded_faces, spot_grid
from cryodose.solve.freeze_problem import FreezeGrid, FreezeGrid3, FreezeProblem

RADIUS_M, BLOOD_C = 5e-3, 37.0
# At rest latent heat plays no part; with little of it the fields come to rest soon.
RESTING = replace(SHARP, latent=1e6)
FAR_M = 20e-3


def potential(t: np.ndarray) -> np.ndarray:
    """Kirchhoff potential of the sharp medium, from its front."""
    return np.where(t < -1.0, SHARP.k_f * (t + 1.0), SHARP.k_u * (t + 1.0))


def spheroid(r: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Oblate coordinate zeta of a place over the disc of radius 5 mm."""
    a = RADIUS_M
    p = r**2 + z**2 - a**2
    return np.sqrt((p + np.sqrt(p**2 + 4 * a**2 * z**2)) / 2) / a


def disc_field(r: np.ndarray, z: np.ndarray, t_plate: float) -> np.ndarray:
    """Exact steady temperature below the disc."""
    low, high = potential(np.array(t_plate)), potential(np.array(BLOOD_C))
    theta = low + (high - low) * 2 / np.pi * np.arctan(spheroid(r, z))
    return np.where(theta < 0, theta / SHARP.k_f, theta / SHARP.k_u) - 1.0


def zeta_of(t: float, t_plate: float) -> float:
    low, high = potential(np.array(t_plate)), potential(np.array(BLOOD_C))
    return float(np.tan((potential(np.array(t)) - low) / (high - low) * np.pi / 2))


def disc_2d(t_plate: float, marks: list[float]) -> FreezeProblem:
    r = np.array([[0.0], [RADIUS_M], [FAR_M]])
    grid = spot_grid(r, np.array([[0.0], [FAR_M]]), np.zeros((1, 2), int))
    rc = grid.r_face_m[:, 0]
    rc, zc = (rc[1:] + rc[:-1]) / 2, (grid.z_face_m[1:, 0] + grid.z_face_m[:-1, 0]) / 2
    kept = np.zeros(grid.material.shape, dtype=bool)
    kept[-1], kept[:, -1] = True, True
    start = disc_field(rc[None, :], zc[:, None], t_plate)
    agent = Agent(t_plate, on_s=1500.0)
    problem = on_grid(grid, medium_curves(RESTING), agent, t_start_c=start[..., None], kept=kept)
    under = (grid.r_face_m[1:] <= RADIUS_M + 1e-9).astype(float)
    return replace(problem, cold=agent.on(under), t_marks_c=np.array(marks))


@pytest.mark.parametrize(
    ("t_plate", "t", "depth_mm", "radius_mm"),
    [
        (-20.0, -1.0, 8.66025, 10.00000),
        (-20.0, -5.0, 5.43145, 7.38245),
        (-50.0, -20.0, 5.20555, 7.21788),
        (-100.0, -20.0, 11.42250, 12.46891),
        (-100.0, -50.0, 4.41968, 6.67335),
    ],
)
def test_disc_in_rings(t_plate, t, depth_mm, radius_mm) -> None:
    """B5: the field must come to rest at the exact one, whatever k(T)."""
    zeta = zeta_of(t, t_plate)
    assert RADIUS_M * zeta * 1e3 == pytest.approx(depth_mm, abs=1e-4)
    solution = solve(disc_2d(t_plate, [t]))
    assert solution.depth_m[-1, 0, 0] * 1e3 == pytest.approx(depth_mm, rel=0.01)
    assert solution.radius_skin_m[-1, 0, 0] * 1e3 == pytest.approx(radius_mm, rel=0.01)


def test_heat_of_the_disc() -> None:
    """B5: Q = 4 a (Theta_b - Theta_p), from the ledger of the last 500 s at rest."""
    problem = disc_2d(-50.0, [-1.0])
    heat = []
    for seconds in (1000.0, 1500.0):
        shorter = replace(problem.cold, duration_s=np.array([seconds]), on=np.array([True]))
        heat.append(solve(replace(problem, cold=shorter, out_s=one(seconds))).ledger["skin"][0])
    assert (heat[0] - heat[1]) / 500.0 == pytest.approx(2.34, rel=0.02)


def quarter(size: Sizes, far_m: float, deep_m: float, skin: Sizes) -> FreezeGrid3:
    """Return a quarter of a block: the axis is its edge, where nothing flows for symmetry."""
    side = graded_faces(
        np.array([[0.0], [RADIUS_M], [far_m]]), np.array([False, True, False]), size
    )
    z = graded_faces(np.array([[0.0], [deep_m]]), np.array([True, False]), skin)
    x = side.face_m[:, 0]
    shape = (len(z.part), len(x) - 1, len(x) - 1)
    return FreezeGrid3(x, x.copy(), z.face_m[:, 0], np.zeros(shape, dtype=np.int32))


def disc_cover(face: np.ndarray, radius: float = RADIUS_M, n: int = 20) -> np.ndarray:
    """Share of every cell under a disc round the corner, from n by n points."""
    share = (np.arange(n) + 0.5) / n
    x = face[:-1, None] + share * np.diff(face)[:, None]
    inside = x[:, None, :, None] ** 2 + x[None, :, None, :] ** 2 < radius**2
    return inside.mean(axis=(2, 3))


def test_disc_in_boxes() -> None:
    """B5 in three dimensions, a quarter of the disc."""
    t_plate, t, depth_mm = -50.0, -20.0, 5.20555
    grid = quarter(Sizes(0.08e-3, 0.25), FAR_M, FAR_M, Sizes(0.2e-3, 0.04))
    c = [(f[1:] + f[:-1]) / 2 for f in (grid.z_face_m, grid.y_face_m, grid.x_face_m)]
    z, y, x = np.meshgrid(*c, indexing="ij")
    kept = np.zeros(z.shape, dtype=bool)
    kept[-1], kept[:, -1], kept[:, :, -1] = True, True, True
    agent = Agent(t_plate, on_s=600.0)
    problem = FreezeProblem(
        n=1,
        grid=grid,
        curves=medium_curves(RESTING),
        blood=no_blood(),
        # A perfect contact with a part of a cell would cool all of it.
        cold=agent.on((disc_cover(grid.x_face_m) > 0.5).astype(float)),
        t_start_c=disc_field(np.hypot(x, y), z, t_plate)[..., None],
        kept=kept,
        held=np.zeros(z.shape, dtype=bool),
        out_s=one(600.0),
        t_marks_c=one(t),
    )
    solution = solve(problem, "f32")
    assert solution.depth_m[-1, 0, 0] * 1e3 == pytest.approx(depth_mm, rel=0.01)


def test_round_spot_in_boxes_equals_rings() -> None:
    """B11.3: a spray on a round spot, standard boxes against rings, depth within 1 %."""
    agent = Agent(-196.0, h=800.0, on_s=20.0, off_s=20.0, h_air=10.0)
    marks = np.array([-1.0, -5.0, -20.0])
    r = np.array([[0.0], [RADIUS_M], [FAR_M]])
    rings = spot_grid(r, np.array([[0.0], [12e-3]]), np.zeros((1, 2), int))
    flat = on_grid(rings, medium_curves(MUSHY), agent, t_marks_c=marks, out_s=np.arange(2.0, 41, 2))
    under = (rings.r_face_m[1:] <= RADIUS_M + 1e-9).astype(float)
    flat = replace(flat, cold=agent.on(under))
    boxes = quarter(BOX_EDGE, FAR_M, 12e-3, BOX_SKIN)
    solid = replace(
        flat,
        grid=boxes,
        cold=agent.on(disc_cover(boxes.x_face_m)),
        t_start_c=np.full((1, 1, 1, 1), 34.0),
        kept=np.zeros(boxes.material.shape, dtype=bool),
        held=np.zeros(boxes.material.shape, dtype=bool),
    )
    two, three = solve(flat, "f32"), solve(solid, "f32")
    at_end = np.argmin(np.abs(two.time_s - 20.0))
    assert three.depth_m[at_end] == pytest.approx(two.depth_m[at_end], rel=0.01)
    deepest = two.depth_m.max(axis=0)
    assert np.abs(three.depth_m - two.depth_m)[: at_end + 1].max() < 0.01 * deepest.max()
    # A quarter of the volume lies in a quarter of the block.
    assert 4 * three.volume_m3[at_end] == pytest.approx(two.volume_m3[at_end], rel=0.02)


@pytest.mark.parametrize(
    ("sink_w_m", "published"), [(200.0, 0.13779280), (500.0, 0.25425680), (1000.0, 0.37038186)]
)
def test_freezing_round_a_needle(sink_w_m, published) -> None:
    """B4: a line sink; the needle (a held cell of metal) has the exact temperature of its rim."""
    m, start = SHARP, 34.0
    ratio = m.a_f / m.a_u

    def fault(x: float) -> float:
        gain = sink_w_m / (4 * np.pi) * np.exp(-(x**2))
        rise = m.k_u * (start - m.t_liq) * np.exp(-(x**2) * ratio)
        return gain - rise / exp1(x**2 * ratio) - x**2 * m.a_f * m.latent

    lam = brentq(fault, 0.01, 2.0, xtol=1e-14)
    assert lam == pytest.approx(published, abs=1e-8)
    rim, end = 0.5e-3, 60.0

    def ice(r: float, t: np.ndarray) -> np.ndarray:
        z = r**2 / (4 * m.a_f * t)
        return m.t_liq - sink_w_m / (4 * np.pi * m.k_f) * (exp1(z) - exp1(lam**2))

    def water(r: float, t: np.ndarray) -> np.ndarray:
        z = r**2 / (4 * m.a_u * t)
        return start - (start - m.t_liq) * exp1(z) / exp1(lam**2 * ratio)

    times = np.concatenate([[1e-3], np.geomspace(0.02, end, 400)])
    t_rim = np.where(2 * lam * np.sqrt(m.a_f * times) > rim, ice(rim, times), water(rim, times))
    far = graded_faces(
        np.array([[rim], [16e-3], [50e-3]]), np.array([False, True, False]), Sizes(6e-5, 0.1)
    )
    metal = Freezing(1e4, 1e4, 1e6, 1e6, 1.0, -240.0, -241.0)
    near = np.arange(rim, 16e-3, 4e-5)[:, None]
    faces = np.concatenate([[[0.0]], near, far.face_m[far.face_m[:, 0] > 16e-3 - 1e-9]])
    n = len(faces) - 1
    material = np.zeros((1, n), dtype=np.int32)
    material[0, 0] = 1
    grid = FreezeGrid(faces, np.array([[0.0], [0.01]]), material)
    problem = on_grid(
        grid, medium_curves(m, metal), Agent(on_s=end), out_s=np.array([end]), fields=True
    )
    held = material == 1
    cold = replace(problem.cold, cover=np.zeros((n, 1)), tool_time_s=times, t_tool_c=t_rim[:, None])
    solution = solve(replace(problem, held=held, cold=cold))
    share = frozen_share(problem, solution.t_c[0, 0, :, 0], m)
    area = np.pi * np.diff(faces[:, 0] ** 2)
    radius = np.sqrt((area[0] + (share[1:] * area[1:]).sum()) / np.pi)
    assert radius == pytest.approx(2 * lam * np.sqrt(m.a_f * end), rel=0.005)


def test_corner() -> None:
    """B10: a corner with both walls at -1, start 0.3; the published fit, within 0.5 %."""
    medium = Freezing(1.0, 1.0, 1.0, 1.0, 0.25, 0.0, 0.0)
    narrow = replace(medium, t_liq=0.01, t_sol=-0.01)
    wall = Freezing(1e6, 1e6, 1.0, 1.0, 1e-3, -90.0, -91.0)  # conducts: its face is at its value
    lam, m, c = 0.70766153, 5.02, 0.159
    end, far = 400.0, 100.0
    face = graded_faces(np.array([[0.0], [far]]), np.array([True, False]), Sizes(0.25, 0.005, 2.0))
    z = face.face_m[:, 0]
    x = np.concatenate([[-1.0], z])
    material = np.zeros((len(z) - 1, 1, len(x) - 1), dtype=np.int32)
    material[:, :, 0] = 1
    start = np.full((*material.shape, 1), 0.3)
    start[:, :, 0] = -1.0
    agent = Agent(-1.0, h=1e6, on_s=end)
    problem = FreezeProblem(
        n=1,
        grid=FreezeGrid3(x, np.array([0.0, 1.0]), z, material),
        curves=medium_curves(narrow, wall, width=0.02),
        blood=no_blood(2),
        cold=agent.on(np.ones((1, len(x) - 1))),
        t_start_c=start,
        kept=material == 1,
        held=np.zeros(material.shape, dtype=bool),
        out_s=one(end),
        t_marks_c=one(0.0),
        fields=True,
        step_growth=0.01,
    )
    t = solve(problem).t_c[0, :, 0, 1:, 0]
    share = np.clip((0.01 - t) / 0.02, 0.0, 1.0)
    front = (share * np.diff(z)).sum(axis=1) / np.sqrt(4 * end)  # x* of each depth z*
    middle = (z[1:] + z[:-1]) / 2 / np.sqrt(4 * end)

    def fit(y: float) -> float:
        return (lam**m + c / (y**m - lam**m)) ** (1 / m)

    for y in (1.0, 1.5):
        assert np.interp(y, middle, front) == pytest.approx(fit(y), rel=0.005)
    gap = front - middle
    i = int(np.nonzero(gap < 0)[0][0])
    diagonal = middle[i - 1] + gap[i - 1] / (gap[i - 1] - gap[i]) * (middle[i] - middle[i - 1])
    assert diagonal == pytest.approx(0.89562, rel=0.005)
