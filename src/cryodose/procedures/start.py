"""Temperature profile at the start: the resting balance that passes through what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose.solve.grid import Grid
from cryodose.solve.reference import solve_tridiagonal

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Start:
    """Start temperatures of the tissue cells, (n_cells, n), and the artery that goes with them."""

    t_c: Array
    t_artery_c: Array


@dataclass(frozen=True)
class Tissue:
    """Cell-wise properties of the tissue, (n_cells, n), and whether the deep face is held."""

    k_w_mk: Array
    perfusion_w_m3k: Array
    metabolic_w_m3: Array
    fixed_core: bool


def balance(
    grid: Grid,
    tissue: Tissue,
    t_skin_c: Array,
    t_artery_c: Array,
    anchor: tuple[Array, Array] | None,
) -> Start:
    """Return the steady profile with a given skin temperature.

    Pennes' steady equation is linear, so its solutions are ``T = T_a + psi - q phi`` with the
    heating by metabolism `psi` and the answer `phi` to a unit flux out of the skin. The flux q
    follows from the skin temperature; with an `anchor` (depth_m, t_c), a temperature measured in
    depth, the arterial temperature follows too.
    """
    phi, psi, half = _basis(grid, tissue)
    phi_s, psi_s = phi[0] + half, psi[0]
    if anchor is None:
        q = (t_artery_c + psi_s - t_skin_c) / phi_s
        artery = t_artery_c
    else:
        phi_d, psi_d = _at(grid, phi, anchor[0]), _at(grid, psi, anchor[0])
        q = (anchor[1] - t_skin_c - (psi_d - psi_s)) / (phi_s - phi_d)
        artery = t_skin_c - psi_s + q * phi_s
    return Start(artery + psi - q * phi, artery)


def _basis(grid: Grid, tissue: Tissue) -> tuple[Array, Array, Array]:
    n = tissue.k_w_mk.shape[1]
    dx, area, volume = (np.broadcast_to(a, (grid.n_cells, n)) for a in grid.measures())
    k = tissue.k_w_mk
    g = area[:-1] / (dx[:-1] / (2.0 * k[:-1]) + dx[1:] / (2.0 * k[1:]))
    diagonal = volume * tissue.perfusion_w_m3k
    diagonal[:-1] += g
    diagonal[1:] += g
    if tissue.fixed_core:
        diagonal[-1] += area[-1] * 2.0 * k[-1] / dx[-1]
    unit = np.zeros_like(k)
    unit[0] = 1.0
    phi = solve_tridiagonal(-g, diagonal, -g, unit)
    psi = solve_tridiagonal(-g, diagonal, -g, volume * tissue.metabolic_w_m3)
    return phi, psi, dx[0] / (2.0 * k[0])


def _at(grid: Grid, profile: Array, depth_m: Array) -> Array:
    z = np.broadcast_to(grid.depths_m(), profile.shape)
    columns = range(profile.shape[1])
    return np.array([np.interp(depth_m[c], z[:, c], profile[:, c]) for c in columns])
