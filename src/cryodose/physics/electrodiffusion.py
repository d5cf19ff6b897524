"""Ions driven through a membrane by a field: what each carries, and what the field adds."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryodose.units import FARADAY_C_MOL, GAS_J_MOLK

Array = NDArray[np.float64]

# numerical: below this argument the series of x/(e^x - 1) is exact to rounding
SERIES_BELOW = 1.0e-3


def dimensionless_drop(charge: ArrayLike, drop_v: ArrayLike, t_k: ArrayLike) -> Array:
    r"""Return :math:`K = z F \Delta V / (R T)`.

    Parameters
    ----------
    charge : signed number of elementary charges
    drop_v : fall of potential along the way, V
    t_k : absolute temperature, K
    """
    z, v, t = (np.asarray(a, dtype=np.float64) for a in (charge, drop_v, t_k))
    return np.asarray(z * FARADAY_C_MOL * v / (GAS_J_MOLK * t))


def bernoulli(x: ArrayLike) -> Array:
    r"""Return :math:`x / (e^x - 1)`, 1 at 0: the weight of exponential fitting.

    Scharfetter and Gummel, doi 10.1109/T-ED.1969.16566.
    """
    x = np.asarray(x, dtype=np.float64)
    small = np.abs(x) < SERIES_BELOW
    safe = np.where(small, 1.0, x)
    with np.errstate(over="ignore"):
        exact = safe / np.expm1(safe)
    return np.asarray(np.where(small, 1.0 - x / 2.0 + x * x / (3.0 * 4.0), exact))


def bernoulli_slope(x: ArrayLike) -> Array:
    """Return the derivative of `bernoulli`."""
    x = np.asarray(x, dtype=np.float64)
    small = np.abs(x) < SERIES_BELOW
    safe = np.where(small, 1.0, x)
    b = bernoulli(safe)
    exact = b / safe * (1.0 - safe - b)
    return np.asarray(np.where(small, -0.5 + x / (2.0 * 3.0), exact))


def goldman_enhancement(drop: ArrayLike) -> Array:
    r"""Return the flux over the passive one in a constant field, :math:`K/(1 - e^{-K})`.

    Parameters
    ----------
    drop : K of `dimensionless_drop`; with a flow of the solvent add its Peclet number.

    Notes
    -----
    Exact where both sides hold the same total of ions; else the electroneutral solution differs
    (doi 10.1016/0168-3659(89)90042-4).
    """
    return bernoulli(-np.asarray(drop, dtype=np.float64))


def transport_number(own: ArrayLike, others: ArrayLike) -> Array:
    r"""Return the share of the current that one ion carries, :math:`s / (s + \sum s_j)`.

    Parameters
    ----------
    own : strength :math:`z^2 D c` of the ion
    others : sum of the strengths of all other ions of the membrane, same unit
    """
    s, rest = np.asarray(own, dtype=np.float64), np.asarray(others, dtype=np.float64)
    return np.asarray(s / (s + rest))


def ion_flux_mol_m2s(share: ArrayLike, current_a_m2: ArrayLike, charge: ArrayLike) -> Array:
    r"""Return the flux of an ion that carries a share of the current, :math:`t i / (|z| F)`."""
    t, i, z = (np.asarray(a, dtype=np.float64) for a in (share, current_a_m2, charge))
    return np.asarray(t * i / (np.abs(z) * FARADAY_C_MOL))


def faraday_bound_g(charge_c: ArrayLike, charge: ArrayLike, mass_g_mol: ArrayLike) -> Array:
    r"""Return the most that a charge can carry, :math:`Q M / (|z| F)`, in g.

    Examples
    --------
    >>> round(float(faraday_bound_g(0.06, 1, 234.34)) * 1e6, 3)  # lidocaine, ug per mA min
    145.726
    """
    q, z, m = (np.asarray(a, dtype=np.float64) for a in (charge_c, charge, mass_g_mol))
    return np.asarray(q * m / (np.abs(z) * FARADAY_C_MOL))


def arrhenius_factor(activation_j_mol: ArrayLike, t_k: ArrayLike, reference_k: ArrayLike) -> Array:
    r"""Return :math:`\exp[-E/R (1/T - 1/T_0)]`: a rate over that at the reference."""
    e, t, t0 = (np.asarray(a, dtype=np.float64) for a in (activation_j_mol, t_k, reference_k))
    return np.asarray(np.exp(-e / GAS_J_MOLK * (1.0 / t - 1.0 / t0)))


def activation_j_mol(ratio: ArrayLike, t_k: ArrayLike, reference_k: ArrayLike) -> Array:
    """Return the activation energy behind the ratio of a rate at `t_k` to that at the reference."""
    r, t, t0 = (np.asarray(a, dtype=np.float64) for a in (ratio, t_k, reference_k))
    return np.asarray(GAS_J_MOLK * np.log(r) / (1.0 / t0 - 1.0 / t))
