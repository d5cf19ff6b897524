r"""A drug in the skin after it has passed the barrier: reservoir, tissue, blood. Fast path.

.. math::
   \dot A = J - A/\tau, \quad
   \partial_t c = D \partial_x^2 c - k c, \quad -D \partial_x c|_0 = A/\tau, \quad
   \partial_x c|_L = 0

The tissue is solved in cosines, which is exact for coefficients constant over a step, so steps may
be long; all members at once. The modes beyond the last kept follow the inflow without delay; their
sum is known in closed form and added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# numerical: stands for a rate of zero; nothing is lost at it within years
LEAST_PER_S = 1e-12


@dataclass(frozen=True)
class Depot:
    """Constants and histories of n members.

    Attributes
    ----------
    time_s : (n_t,)
    influx_mol_m2s : (n_t - 1, n), what enters the barrier during each step
    release_s : (n_t - 1, n), mean stay in the barrier; 0 lets everything through at once
    diffusivity_m2s, clearance_per_s : (n_t - 1, n), of the tissue
    depth_m : thickness of the tissue
    """

    time_s: Array
    influx_mol_m2s: Array
    release_s: Array
    diffusivity_m2s: Array
    clearance_per_s: Array
    depth_m: float


@dataclass(frozen=True)
class DepotHistory:
    """Where the drug is; first axis time, last members.

    Attributes
    ----------
    entered, barrier, tissue, cleared : (n_t, n), mol/m2; the first is the sum of the others
    released_mol_m2s : (n_t - 1, n), mean flux from barrier to tissue during each step
    concentration : (n_t, n_depths, n), mol/m3
    """

    entered: Array
    barrier: Array
    tissue: Array
    cleared: Array
    released_mol_m2s: Array
    concentration: Array


def follow_depot(depot: Depot, depths_m: Array, modes: int) -> DepotHistory:
    """Return where a drug goes.

    Parameters
    ----------
    depths_m : (n_depths,), below the barrier, or (n_depths, n)
    modes : number of cosines; the error at the surface falls with its cube
    """
    n_t, n = len(depot.time_s), depot.influx_mol_m2s.shape[1]
    order = np.arange(modes + 1.0)[:, None]
    wave2 = (order * np.pi / depot.depth_m) ** 2
    amplitude = np.zeros((modes + 1, n))
    entered, barrier, cleared, tissue = (np.zeros((n_t, n)) for _ in range(4))
    released = np.zeros((n_t - 1, n))
    shape, tail = _shapes(depths_m, depot.depth_m, modes)
    concentration = np.zeros((n_t, len(depths_m), n))
    weight = np.where(order == 0, 1.0, 2.0) / depot.depth_m
    for i, h in enumerate(np.diff(depot.time_s)):
        j, stay = depot.influx_mol_m2s[i], depot.release_s[i]
        d, k = depot.diffusivity_m2s[i], depot.clearance_per_s[i]
        entered[i + 1] = entered[i] + j * h
        left = np.exp(-h / np.where(stay > 0, stay, 1.0)) * (stay > 0)
        barrier[i + 1] = barrier[i] * left + j * stay * (1.0 - left)
        out = (barrier[i] - barrier[i + 1]) / h + j
        rate = np.maximum(d * wave2 + k, LEAST_PER_S)
        lost = -np.expm1(-rate * h)
        amplitude += lost * (weight * out / rate - amplitude)
        tissue[i + 1] = amplitude[0] * depot.depth_m
        released[i] = out
        cleared[i + 1] = cleared[i] + out * h - (tissue[i + 1] - tissue[i])
        concentration[i + 1] = _sum(shape, amplitude) + tail * out / d
    return DepotHistory(entered, barrier, tissue, cleared, released, concentration)


def _shapes(depths_m: Array, depth_m: float, modes: int) -> tuple[Array, Array]:
    """Return the cosines at the depths and the sum of those left out per unit J/D."""
    share = np.atleast_1d(depths_m) / depth_m
    share = share[:, None] if share.ndim == 1 else share
    order = np.arange(modes + 1.0)[:, None, None]
    shape = np.cos(order * np.pi * share)
    kept = (2.0 * depth_m / (np.pi**2)) * (shape[1:] / order[1:] ** 2).sum(axis=0)
    whole = depth_m * (1.0 / 3.0 - share + share**2 / 2.0)
    return shape, np.asarray(whole - kept)


def _sum(shape: Array, amplitude: Array) -> Array:
    if shape.shape[2] == 1:
        return np.asarray(shape[:, :, 0].T @ amplitude)
    return np.asarray(np.einsum("mdn,mn->dn", shape, amplitude))
