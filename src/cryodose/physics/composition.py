"""Thermal properties of tissue and gels from what they are made of, through freezing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryodose.units import ZERO_C_K

Array = NDArray[np.float64]


class Shares(NamedTuple):
    """Mass shares of a material, kg/kg, each a number or (n,); they add up to 1."""

    water: ArrayLike
    protein: ArrayLike
    fat: ArrayLike
    mineral: ArrayLike = 0.0


class Linear(NamedTuple):
    """A property that changes linearly with temperature: ``at_0 + per_k t``, t in degC."""

    at_0: float
    per_k: float

    def at(self, t_c: ArrayLike) -> Array:
        """Return the property at a temperature."""
        return np.asarray(self.at_0 + self.per_k * np.asarray(t_c))

    def integral(self, t_c: ArrayLike) -> Array:
        """Return the integral of the property from 0 degC."""
        t = np.asarray(t_c)
        return np.asarray(self.at_0 * t + self.per_k * t**2 / 2.0)


def freezable_water(shares: Shares, bound_kg_kg: ArrayLike) -> Array:
    r"""Return the water that can freeze, kg/kg: all but what the protein binds.

    .. math:: x_f = \max(x_w - b\,x_p,\ 0)

    Parameters
    ----------
    bound_kg_kg : array_like
        Water that never freezes, per mass of protein: 0.24 g/g dry in tissues
        (doi 10.14294/WATER.2013.6), 0.3 to 0.4 in protein solutions.
    """
    return np.asarray(
        np.maximum(np.asarray(shares.water) - np.asarray(bound_kg_kg) * shares.protein, 0.0)
    )


def ice_share(t_c: ArrayLike, freezing_c: ArrayLike, freezable: ArrayLike) -> Array:
    r"""Return the ice, kg/kg: what is left unfrozen is the ideal solution that melts at `t_c`.

    .. math:: x_i = x_f (1 - T_f/T) \quad (T < T_f < 0)

    Raoult's law for a dilute solution; the NaCl eutectic at -21.8 degC, below which a few per
    cent of the water are left in the formula, is not resolved.
    """
    t = np.minimum(np.asarray(t_c, dtype=np.float64), np.asarray(freezing_c))
    return np.asarray(np.asarray(freezable) * (1.0 - np.asarray(freezing_c) / t))


def freezing_point_c(
    molality_mol_kg: ArrayLike, cryoscopic_k_kg_mol: float, particles: float
) -> Array:
    r"""Return the freezing point of a salt solution, :math:`T_f = -i K_f m` (Blagden)."""
    return np.asarray(-particles * cryoscopic_k_kg_mol * np.asarray(molality_mol_kg))


def ice_w_mk(t_c: ArrayLike, scale_w_m: ArrayLike, offset_w_mk: ArrayLike) -> Array:
    r"""Return the conductivity of ice, :math:`k = a/T_K + b`.

    The phonon law of a crystal (Slack, doi 10.1103/PhysRevB.22.3065), 60 K to the melting point.
    """
    return np.asarray(
        np.asarray(scale_w_m) / (np.asarray(t_c) + ZERO_C_K) + np.asarray(offset_w_mk)
    )


def volume_shares(masses: Sequence[ArrayLike], densities_kg_m3: Sequence[ArrayLike]) -> list[Array]:
    r"""Return volume shares of constituents, :math:`v_i = (x_i/\rho_i)/\sum_j x_j/\rho_j`."""
    volumes = [np.asarray(x) / np.asarray(r) for x, r in zip(masses, densities_kg_m3, strict=True)]
    total = sum(volumes)
    return [np.asarray(v / total) for v in volumes]


def density_kg_m3(masses: Sequence[ArrayLike], densities_kg_m3: Sequence[ArrayLike]) -> Array:
    r"""Return the density of a mixture, :math:`1/\rho = \sum_i x_i/\rho_i`."""
    volumes = sum(
        np.asarray(x) / np.asarray(r) for x, r in zip(masses, densities_kg_m3, strict=True)
    )
    return np.asarray(1.0 / np.asarray(volumes))


def series_w_mk(volumes: Sequence[ArrayLike], k_w_mk: Sequence[ArrayLike]) -> Array:
    r"""Return the lower bound, layers across the heat, :math:`1/k = \sum v_i/k_i` (Wiener)."""
    return np.asarray(
        1.0 / sum(np.asarray(v) / np.asarray(k) for v, k in zip(volumes, k_w_mk, strict=True))
    )


def parallel_w_mk(volumes: Sequence[ArrayLike], k_w_mk: Sequence[ArrayLike]) -> Array:
    r"""Return the upper bound, layers along the heat, :math:`k = \sum v_i k_i` (Wiener)."""
    return np.asarray(
        sum(np.asarray(v) * np.asarray(k) for v, k in zip(volumes, k_w_mk, strict=True))
    )


def geometric_w_mk(volumes: Sequence[ArrayLike], k_w_mk: Sequence[ArrayLike]) -> Array:
    r"""Return the geometric mean :math:`k = \prod k_i^{v_i}`, between the bounds of Wiener."""
    logs = sum(np.asarray(v) * np.log(k) for v, k in zip(volumes, k_w_mk, strict=True))
    return np.asarray(np.exp(logs))


def maxwell_w_mk(share: ArrayLike, k_in_w_mk: ArrayLike, k_out_w_mk: ArrayLike) -> Array:
    r"""Return the conductivity of a medium with spheres in it (Maxwell, Eucken).

    .. math:: k = k_o \frac{2 k_o + k_i - 2 v (k_o - k_i)}{2 k_o + k_i + v (k_o - k_i)}

    Parameters
    ----------
    share : array_like
        Volume share of the spheres, 0 to 1.
    k_in_w_mk, k_out_w_mk : array_like
        Of the spheres and of what surrounds them.
    """
    v, ki, ko = np.asarray(share), np.asarray(k_in_w_mk), np.asarray(k_out_w_mk)
    return np.asarray(ko * (2.0 * ko + ki - 2.0 * v * (ko - ki)) / (2.0 * ko + ki + v * (ko - ki)))


def levy_w_mk(share: ArrayLike, k_in_w_mk: ArrayLike, k_out_w_mk: ArrayLike) -> Array:
    r"""Return Levy's mean of Maxwell's two mixtures, alike for either phase as the medium.

    Maxwell's formula with the share replaced by

    .. math:: F = \frac{2/\sigma - 1 + 2v - \sqrt{(2/\sigma - 1 + 2v)^2 - 8v/\sigma}}{2}, \quad
              \sigma = \frac{(1 - R)^2}{(1 + R)^2 + R/2}, \quad R = k_o/k_i .

    Predicts meat of known composition within 10 per cent from -40 to 30 degC (Pham and Willix,
    Journal of Food Science 54:508, 1989).
    """
    v, ki, ko = np.broadcast_arrays(
        np.asarray(share, dtype=np.float64), np.asarray(k_in_w_mk), np.asarray(k_out_w_mk)
    )
    ratio = ko / ki
    sigma = (1.0 - ratio) ** 2 / ((1.0 + ratio) ** 2 + ratio / 2.0)
    alike = sigma < 1e-9
    inverse = 2.0 / np.where(alike, 1.0, sigma)
    half = inverse - 1.0 + 2.0 * v
    inner = (half - np.sqrt(np.maximum(half**2 - 4.0 * v * inverse, 0.0))) / 2.0
    return maxwell_w_mk(np.where(alike, v, inner), ki, ko)


def cumulative(t_c: Array, values: Array) -> Array:
    """Return the integral of a property over temperature along the first axis, 0 at its start."""
    step = np.diff(t_c, axis=0) * (values[1:] + values[:-1]) / 2.0
    return np.concatenate([np.zeros_like(values[:1]), np.cumsum(step, axis=0)])
