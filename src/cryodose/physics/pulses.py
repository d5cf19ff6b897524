"""Pulsed currents: how deep their ripple reaches, and the energy of one pulse."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def ripple_depth_m(diffusivity_m2s: ArrayLike, frequency_hz: ArrayLike) -> Array:
    r"""Return the depth at which a ripple has fallen to 1/e, :math:`\sqrt{D/(\pi f)}`."""
    d, f = np.asarray(diffusivity_m2s, dtype=np.float64), np.asarray(frequency_hz)
    return np.asarray(np.sqrt(d / (np.pi * f)))


def ripple_mol_m3(
    flux_mol_m2s: ArrayLike, diffusivity_m2s: ArrayLike, frequency_hz: ArrayLike, depth_m: ArrayLike
) -> Array:
    r"""Return the first harmonic of the concentration under a half-on square wave of mean flux.

    :math:`\frac{4 J_0}{\pi \sqrt{2 \pi f D}}\, e^{-x/\delta}`. Above about 1 Hz it dies within
    the outermost skin: only the mean of the current moves the drug.
    """
    j, d, f, x = (
        np.asarray(a, dtype=np.float64)
        for a in (flux_mol_m2s, diffusivity_m2s, frequency_hz, depth_m)
    )
    surface = 4.0 * j / (np.pi * np.sqrt(2.0 * np.pi * f * d))
    return np.asarray(surface * np.exp(-x / ripple_depth_m(d, f)))


def pulse_energy_j(peak_a: float, on_s: float, load_ohm: float) -> float:
    r"""Return the energy of one rectangular pulse into a load, :math:`I^2 R t`."""
    return peak_a * peak_a * load_ohm * on_s
