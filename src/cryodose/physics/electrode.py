"""What an electrode makes: acid or base, and heat in the skin below it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cryodose.units import FARADAY_C_MOL, L_PER_M3

Array = NDArray[np.float64]

# numerical: pH of water is searched between these ends by halving
PH_ENDS = (-2.0, 16.0)


def electrode_mol(charge_c: float) -> float:
    """Return the H+ (anode) or OH- (cathode) that an inert electrode makes, mol."""
    return charge_c / FARADAY_C_MOL


def ph_after(
    added_mol_l: float,
    start_ph: float,
    buffer_mol_l: float = 0.0,
    buffer_pka: float = 0.0,
    ion_product: float = 1.0e-14,
) -> float:
    """Return the pH of a donor after acid (positive) or base (negative) was made in it.

    Parameters
    ----------
    added_mol_l : H+ made per litre of donor; negative for OH-
    start_ph : before the current
    buffer_mol_l, buffer_pka : one monoprotic buffer
    ion_product : of water, mol2/l2

    Examples
    --------
    >>> round(ph_after(electrode_mol(2.4) / 2e-3, 7.0), 4)  # 40 mA min into 2 mL
    1.9053
    """

    def base_left(ph: float) -> float:
        h: float = 10.0**-ph
        held: float = buffer_mol_l / (1.0 + h / 10.0**-buffer_pka)
        return ion_product / h - h + held

    wanted = base_left(start_ph) - added_mol_l
    low, high = PH_ENDS
    while high - low > 1.0e-12:
        middle = (low + high) / 2.0
        low, high = (middle, high) if base_left(middle) < wanted else (low, middle)
    return (low + high) / 2.0


def donor_ph_after(charge_c: float, volume_m3: float, is_anode: bool, start_ph: float) -> float:
    """Return the pH of an unbuffered donor under an inert electrode; nan without a volume."""
    if not volume_m3 > 0:
        return math.nan
    made = electrode_mol(charge_c) / (volume_m3 * L_PER_M3)
    return ph_after(made if is_anode else -made, start_ph)


def skin_voltage_v(density_a_m2: ArrayLike, resistance_ohm_m2: ArrayLike) -> Array:
    """Return the voltage over skin, V."""
    return np.asarray(np.asarray(density_a_m2) * np.asarray(resistance_ohm_m2))


def joule_heat_w_m2(density_a_m2: ArrayLike, voltage_v: ArrayLike) -> Array:
    """Return the heat that a current makes in the skin, W per m2 of electrode."""
    return np.asarray(np.asarray(density_a_m2) * np.asarray(voltage_v))
