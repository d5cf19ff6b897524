"""A frozen donor: brine between ice crystals, and the melt that feeds the skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def brine_molality(t_c: ArrayLike, cryoscopic_k_kg_mol: float, particles: float) -> Array:
    """Return the molality of an ideal solution in balance with ice, mol/kg.

    Depends on the temperature only, whatever the strength before freezing. Valid down to the
    eutectic; solubility caps it.

    Parameters
    ----------
    t_c : degC, at most 0
    particles : osmotic particles per formula unit, 2 for a 1:1 salt

    Examples
    --------
    >>> round(float(brine_molality(-2.0, 1.858, 2)), 6)
    0.538213
    """
    t = np.asarray(t_c, dtype=np.float64)
    return np.asarray(np.maximum(-t, 0.0) / (cryoscopic_k_kg_mol * particles))


def unfrozen_share(molality: ArrayLike, brine: ArrayLike) -> Array:
    """Return the share of the water that stays liquid; 1 where the brine is no stronger."""
    m, b = np.asarray(molality, dtype=np.float64), np.asarray(brine, dtype=np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(np.minimum(np.where(b > 0, m / np.where(b > 0, b, 1.0), 1.0), 1.0))


def melt_m_s(heat_w_m2: ArrayLike, density_kg_m3: float, latent_j_kg: float) -> Array:
    r"""Return how fast ice in contact melts away, :math:`q/(\rho L)`, m/s of the solid."""
    return np.asarray(np.asarray(heat_w_m2, dtype=np.float64) / (density_kg_m3 * latent_j_kg))


def melt_supply_mol_m2s(
    melt_speed_m_s: ArrayLike,
    ice_kg_m3: float,
    water_kg_m3: float,
    donor_mol_m3: ArrayLike,
) -> Array:
    """Return the drug that melting sets free: melted water times the strength before freezing."""
    speed, c = np.asarray(melt_speed_m_s), np.asarray(donor_mol_m3)
    return np.asarray(speed * ice_kg_m3 / water_kg_m3 * c)
