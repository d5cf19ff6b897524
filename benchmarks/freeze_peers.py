"""The round spot for FiPy, scikit-fem and scipy, each written apart from the package.

FiPy and scikit-fem are benchmarks only and no dependency: `pip install fipy scikit-fem`. Both get
the linearly implicit enthalpy step, C(T) dT/dt = div(k grad T) + sources with H advanced by C dT,
which loses no latent heat; scipy gets the method of lines in enthalpy with a sparse Jacobian.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import freeze_case as case
import numpy as np
from scipy.integrate import solve_ivp
from scipy.sparse import diags_array
from scipy.sparse.linalg import spsolve

LONGEST_S = 0.1  # time step, which ramps from 5 % over 5 s after each switch


@dataclass(frozen=True)
class Run:
    """What a peer found and what it took."""

    name: str
    cells: int
    steps: int
    cpu_s: float
    depth_m: np.ndarray  # at case.OUT_S


def widths(resolution: float) -> tuple[np.ndarray, np.ndarray]:
    """Return widths along r and z: every peer gets the package's own grid."""
    grid = case.round_spot(resolution, 0.02).grid
    return np.diff(grid.r_face_m[:, 0]), np.diff(grid.z_face_m[:, 0])


def steps() -> Iterator[tuple[bool, float, float]]:
    """Yield whether the spray is on, the step and the time at its end."""
    now = 0.0
    for on, end in ((True, case.ON_S), (False, case.ON_S + case.OFF_S)):
        begin = now
        while now < end - 1e-9:
            dt = LONGEST_S * min(0.05 + 0.95 * (now - begin) / 5.0, 1.0)
            next_out = (np.floor(now / 0.5 + 1e-9) + 1) * 0.5
            dt = min(dt, next_out - now, end - now)
            now += dt
            yield on, dt, now


def share(t: np.ndarray) -> np.ndarray:
    return np.clip((t - case.T_SOL) / (case.T_LIQ - case.T_SOL), 0.0, 1.0)


def conductivity(t: np.ndarray) -> np.ndarray:
    return case.K_F + (case.K_U - case.K_F) * share(t)


def capacity(t: np.ndarray) -> np.ndarray:
    c = np.where(t < case.T_SOL, case.C_F, np.where(t > case.T_LIQ, case.C_U, case.C_M))
    return case.RHO * c


def enthalpy(t: np.ndarray) -> np.ndarray:
    """Return enthalpy above the solidus, J/m3."""
    cold, warm = np.minimum(t - case.T_SOL, 0.0), np.maximum(t - case.T_LIQ, 0.0)
    middle = share(t) * (case.T_LIQ - case.T_SOL)
    return case.RHO * (case.C_F * cold + case.C_M * middle + case.C_U * warm)


def temperature(h: np.ndarray) -> np.ndarray:
    top = case.RHO * case.C_M * (case.T_LIQ - case.T_SOL)
    t = case.T_SOL + np.minimum(h, 0.0) / (case.RHO * case.C_F)
    t = t + np.clip(h, 0.0, top) / (case.RHO * case.C_M)
    return t + np.maximum(h - top, 0.0) / (case.RHO * case.C_U)


def theta(t: np.ndarray) -> np.ndarray:
    """Return the integral of k from the solidus."""
    cold, warm = np.minimum(t - case.T_SOL, 0.0), np.maximum(t - case.T_LIQ, 0.0)
    width, s = case.T_LIQ - case.T_SOL, share(t)
    middle = width * (case.K_F * s + (case.K_U - case.K_F) * s**2 / 2)
    return case.K_F * cold + middle + case.K_U * warm


def film(t: np.ndarray, dz: float, spot: np.ndarray, on: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return conductance from the middle of the top cells and temperature outside."""
    spray = spot & on
    h = np.where(spray, case.H_SPRAY, case.H_AIR)
    return 1 / (1 / h + dz / 2 / conductivity(t)), np.where(spray, case.T_SPRAY, case.T_AIR)


def axis_depth(z: np.ndarray, r: np.ndarray, t: np.ndarray) -> float:
    """Return the depth of the mark on the axis, (z, r)."""
    a, b = r[0] ** 2, r[1] ** 2
    line = (b * t[:, 0] - a * t[:, 1]) / (b - a)
    cold = np.nonzero(line < case.MARK_C)[0]
    if len(cold) == 0:
        return 0.0
    i = cold[-1]
    return float(z[i] + (case.MARK_C - line[i]) / (line[i + 1] - line[i]) * (z[i + 1] - z[i]))


def scipy_bdf(resolution: float, atol: float = 0.03) -> Run:
    """Method of lines: finite volumes with the Kirchhoff potential, BDF."""
    dr, dz = widths(resolution)
    rf, zf = np.concatenate([[0.0], np.cumsum(dr)]), np.concatenate([[0.0], np.cumsum(dz)])
    rc, zc = (rf[1:] + rf[:-1]) / 2, (zf[1:] + zf[:-1]) / 2
    area = np.pi * np.diff(rf**2)
    side = 2 * np.pi * rf[1:-1] / np.diff(rc)
    spot = rf[1:] <= case.SPOT_M + 1e-9
    n_z, n_r = len(dz), len(dr)
    scale = case.RHO * case.C_U

    def rhs(_: float, u: np.ndarray, on: bool) -> np.ndarray:
        t = temperature(u.reshape(n_z, n_r) * scale)
        th = theta(t)
        gain = np.zeros((n_z, n_r))
        flow = side * np.diff(th, axis=1)
        gain[:, :-1] += flow / area[:-1]
        gain[:, 1:] -= flow / area[1:]
        flow = np.diff(th, axis=0) / np.diff(zc)[:, None]
        gain[:-1] += flow / dz[:-1, None]
        gain[1:] -= flow / dz[1:, None]
        g, outside = film(t[0], dz[0], spot, on)
        gain[0] += g * (outside - t[0]) / dz[0]
        gain += share(t) * (case.BLOOD * (case.BODY - t) + case.HEAT)
        return gain.ravel() / scale

    n = n_z * n_r
    pattern = diags_array(
        [np.ones(n - abs(k)) for k in (0, 1, -1, n_r, -n_r)], offsets=(0, 1, -1, n_r, -n_r)
    )
    begin, depth, u, count = time.process_time(), [], np.full(n, 0.0), 0
    u[:] = enthalpy(np.array(case.BODY)) / scale
    for on, span in ((True, (0.0, case.ON_S)), (False, (case.ON_S, case.ON_S + case.OFF_S))):
        out = case.OUT_S[(span[0] + 1e-9 < case.OUT_S) & (span[1] + 1e-9 >= case.OUT_S)]
        found = solve_ivp(
            rhs, span, u, "BDF", out, args=(on,), rtol=1e-3, atol=atol, jac_sparsity=pattern
        )
        u, count = found.y[:, -1], count + found.nfev
        fields = temperature(found.y.T.reshape(-1, n_z, n_r) * scale)
        depth += [axis_depth(zc, rc, t) for t in fields]
    return Run("scipy BDF", n, count, time.process_time() - begin, np.array(depth))


def fipy_lu(resolution: float) -> Run:
    """FiPy on cylindrical cells with its direct solver."""
    from fipy import (
        CellVariable,
        CylindricalGrid2D,
        DiffusionTerm,
        ImplicitSourceTerm,
        TransientTerm,
    )
    from fipy.solvers.scipy import LinearLUSolver

    dr, dz = widths(resolution)
    begin = time.process_time()
    mesh = CylindricalGrid2D(dr=dr, dz=dz)
    n_z, n_r = len(dz), len(dr)
    radius = mesh.cellCenters[0].value
    skin = np.arange(n_z * n_r) < n_r
    spot = radius < case.SPOT_M
    t = CellVariable(mesh=mesh, value=case.BODY, hasOld=True)
    c, k, pull, push = (CellVariable(mesh=mesh, value=1.0) for _ in range(4))
    equation = TransientTerm(coeff=c) == DiffusionTerm(
        coeff=k.harmonicFaceValue
    ) + push - ImplicitSourceTerm(coeff=pull)
    solver, h, depth, count = LinearLUSolver(), enthalpy(t.value), [], 0
    rc, zc = radius[:n_r], mesh.cellCenters[1].value[::n_r]
    for on, dt, now in steps():
        old = temperature(h)
        t.value = old
        t.updateOld()
        c.value, k.value = capacity(old), conductivity(old)
        g, outside = film(old, dz[0], spot, on)
        liquid = share(old)
        pull.value = liquid * case.BLOOD + np.where(skin, g / dz[0], 0.0)
        push.value = liquid * (case.BLOOD * case.BODY + case.HEAT) + np.where(
            skin, g * outside / dz[0], 0.0
        )
        equation.solve(var=t, dt=dt, solver=solver)
        h = h + c.value * (t.value - old)
        count += 1
        if abs(now / 0.5 - round(now / 0.5)) < 1e-6:
            depth.append(axis_depth(zc, rc, temperature(h).reshape(n_z, n_r)))
    return Run("FiPy, LU", n_z * n_r, count, time.process_time() - begin, np.array(depth))


def scikit_fem(resolution: float) -> Run:
    """scikit-fem: bilinear quadrilaterals, lumped masses, direct solver."""
    from skfem import Basis, BilinearForm, ElementQuad1, FacetBasis, LinearForm, MeshQuad
    from skfem.helpers import dot, grad

    dr, dz = widths(resolution)
    rf, zf = np.concatenate([[0.0], np.cumsum(dr)]), np.concatenate([[0.0], np.cumsum(dz)])
    begin = time.process_time()
    mesh = MeshQuad.init_tensor(rf, zf)
    basis = Basis(mesh, ElementQuad1(), intorder=2)
    top = FacetBasis(
        mesh,
        ElementQuad1(),
        facets=mesh.facets_satisfying(lambda x: np.abs(x[1]) < 1e-9),
        intorder=3,
    )
    place = mesh.p
    stiff = BilinearForm(lambda u, v, w: w["k"] * dot(grad(u), grad(v)) * w.x[0])
    volume = LinearForm(lambda v, w: v * w.x[0]).assemble(basis)
    area = {
        flag: LinearForm(
            lambda v, w, flag=flag: ((w.x[0] < case.SPOT_M) == flag) * v * w.x[0]
        ).assemble(top)
        for flag in (True, False)
    }
    h, depth, count = enthalpy(np.full(basis.N, case.BODY)), [], 0
    axis = np.nonzero(place[0] < 1e-12)[0]
    axis = axis[np.argsort(place[1][axis])]
    for on, dt, now in steps():
        old = temperature(h)
        k = basis.interpolate(conductivity(old))
        film_h = area[True] * (case.H_SPRAY if on else case.H_AIR) + area[False] * case.H_AIR
        push = area[True] * (case.H_SPRAY * case.T_SPRAY if on else case.H_AIR * case.T_AIR)
        push = push + area[False] * case.H_AIR * case.T_AIR
        liquid, c = share(old), capacity(old)
        pull = film_h + volume * liquid * case.BLOOD
        matrix = stiff.assemble(basis, k=k) + diags_array(volume * c / dt + pull)
        right = volume * (c * old / dt + liquid * (case.BLOOD * case.BODY + case.HEAT)) + push
        new = spsolve(matrix.tocsc(), right)
        h = h + c * (new - old)
        count += 1
        if abs(now / 0.5 - round(now / 0.5)) < 1e-6:
            t = temperature(h)[axis]
            cold = np.nonzero(t < case.MARK_C)[0]
            z = place[1][axis]
            i = cold[-1] if len(cold) else 0
            reach = z[i] + (case.MARK_C - t[i]) / (t[i + 1] - t[i]) * (z[i + 1] - z[i])
            depth.append(float(reach) if len(cold) else 0.0)
    return Run("scikit-fem, LU", basis.N, count, time.process_time() - begin, np.array(depth))


def fipy_boxes(n_side: int, n_deep: int, count: int = 2) -> tuple[int, float]:
    """Return cells and processor time of one step of FiPy on boxes, conjugate gradients."""
    from fipy import CellVariable, DiffusionTerm, Grid3D, ImplicitSourceTerm, TransientTerm
    from fipy.solvers.scipy import LinearPCGSolver

    mesh = Grid3D(
        dx=case.SIDE_M / n_side, dy=case.SIDE_M / n_side, dz=case.DEPTH3_M / n_deep,
        nx=n_side, ny=n_side, nz=n_deep,
    )  # fmt: skip
    n = mesh.numberOfCells
    t = CellVariable(mesh=mesh, value=case.BODY, hasOld=True)
    c, k, pull, push = (CellVariable(mesh=mesh, value=1.0) for _ in range(4))
    equation = TransientTerm(coeff=c) == DiffusionTerm(
        coeff=k.harmonicFaceValue
    ) + push - ImplicitSourceTerm(coeff=pull)
    skin = np.arange(n) < n_side**2
    x, y = (mesh.cellCenters[i].value - case.SIDE_M / 2 for i in (0, 1))
    spot = skin & (np.hypot(x, y) < case.SPOT_M)
    dz, h, spent = case.DEPTH3_M / n_deep, enthalpy(t.value), []
    for _ in range(count):
        begin = time.process_time()
        old = temperature(h)
        t.value = old
        t.updateOld()
        c.value, k.value = capacity(old), conductivity(old)
        g, outside = film(old, dz, spot, True)
        liquid = share(old)
        pull.value = liquid * case.BLOOD + np.where(skin, g / dz, 0.0)
        push.value = liquid * (case.BLOOD * case.BODY + case.HEAT) + np.where(
            skin, g * outside / dz, 0.0
        )
        equation.solve(var=t, dt=LONGEST_S, solver=LinearPCGSolver(tolerance=1e-6, iterations=500))
        h = h + c.value * (t.value - old)
        spent.append(time.process_time() - begin)
    return n, min(spent)
