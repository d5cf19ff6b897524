"""Charge of a drug at a pH, and of the skin it passes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def mean_charge(
    ph: ArrayLike, bases: Sequence[float], acids: Sequence[float], fixed: float = 0.0
) -> Array:
    r"""Return the mean charge of a molecule.

    Each basic group adds :math:`1/(1 + 10^{pH - pK_a})`, each acidic one takes
    :math:`1/(1 + 10^{pK_a - pH})`.

    Parameters
    ----------
    bases, acids : pKa of the groups
    fixed : charge that no pH changes
    """
    ph = np.asarray(ph, dtype=np.float64)
    total = np.full(ph.shape, fixed)
    for pka in bases:
        total = total + 1.0 / (1.0 + 10.0 ** (ph - pka))
    for pka in acids:
        total = total - 1.0 / (1.0 + 10.0 ** (pka - ph))
    return np.asarray(total)


def skin_selectivity(ph: ArrayLike, isoelectric_ph: ArrayLike) -> Array:
    r"""Return the sign and strength of the fixed charge of skin, from -1 to 1.

    :math:`\tanh[(pH - pI) \ln 10 / 2]`: as many sites charged as a one-site titration has; 1 is
    fully negative (water moves from anode to cathode), 0 at the isoelectric point, reversed below
    (doi 10.1016/s0168-3659(00)00350-3).
    """
    ph, pi = np.asarray(ph, dtype=np.float64), np.asarray(isoelectric_ph, dtype=np.float64)
    return np.asarray(np.tanh((ph - pi) * np.log(10.0) / 2.0))
