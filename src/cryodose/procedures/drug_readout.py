"""Reads what somebody measured of a drug out of a simulated session."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cryodose.procedures.cryoelectrophoresis import DrugResponse
from cryodose.procedures.drug_transport import share_of_current
from cryodose.session import Where
from cryodose.units import (
    CM2_PER_M2,
    ML_PER_M3,
    SECONDS_PER_HOUR,
    UG_PER_G,
    UL_PER_M3,
    a_m2_from_ma_cm2,
)

Array = NDArray[np.float64]

DRUG_QUANTITIES = (
    "delivered-mass",
    "transport-number",
    "tissue-concentration",
    "delivery-rate",
    "volume-flux",
)

PER_AREA = "ug/cm2"


def delivered_ug(response: DrugResponse, *, in_blood: bool = False) -> Array:
    """Return what has left the donor, or what the blood has taken up, ug, (n_out, n)."""
    return ug_of(response, response.depot.cleared if in_blood else response.depot.entered)


def ug_of(response: DrugResponse, amount_mol_m2: Array) -> Array:
    """Return an amount per area as that under the whole pad, ug."""
    return np.asarray(amount_mol_m2 * _ug_per_mol(response) * response.area_cm2 / CM2_PER_M2)


def skin_ug(response: DrugResponse) -> Array:
    """Return what lies in stratum corneum and tissue, ug, (n_out, n)."""
    return ug_of(response, response.depot.barrier + response.depot.tissue)


def _ug_per_mol(response: DrugResponse) -> float:
    return response.drug.mass_g_mol * UG_PER_G


def rate_ug_cm2_h(response: DrugResponse) -> Array:
    """Return how fast the drug leaves the donor during each step, (n_out - 1, n)."""
    flux = response.driven_mol_m2s + response.passive_mol_m2s
    return np.asarray(flux * _ug_per_mol(response) / CM2_PER_M2 * SECONDS_PER_HOUR)


def water_ul_cm2_h(response: DrugResponse) -> Array:
    """Return the water that the current carries during each step, (n_out - 1, n)."""
    current = a_m2_from_ma_cm2(1.0) * response.net_ma_cm2
    speed = response.skin.water_m3_c * current * response.skin.values["spread"]
    return np.asarray(speed * UL_PER_M3 / CM2_PER_M2 * SECONDS_PER_HOUR)


def concentration_ug_cm3(response: DrugResponse, name: str) -> Array:
    """Return the drug in the tissue at a probe, free and bound, ug/cm3, (n_out, n)."""
    return np.asarray(response.c_probe_mol_m3[name] * _ug_per_mol(response) / ML_PER_M3)


def read_drug(where: Where, response: DrugResponse) -> Array:
    """Return what the members show for a measurement of the drug, (n_places, n)."""
    moments = where.time_s or (response.exit_s,)
    offset = response.exit_s if where.since == "exit" and where.time_s else 0.0
    clock = [float(np.clip(t + offset, 0.0, response.time_s[-1])) for t in moments]
    match where.quantity:
        case "delivered-mass":
            series = delivered_ug(response, in_blood=where.site == "blood")
            if getattr(where, "unit", "ug") == PER_AREA:
                series = series / response.area_cm2
        case "tissue-concentration":
            series = concentration_ug_cm3(response, f"skin+{where.depth_mm or 0.0:g}")
        case "delivery-rate":
            return _steps_at(response, rate_ug_cm2_h(response), clock)
        case "volume-flux":
            return _steps_at(response, water_ul_cm2_h(response), clock)
        case _:
            share = share_of_current(response.skin, response.driven_mol_m2s, response.net_ma_cm2)
            return _steps_at(response, share, clock)
    values = np.stack([response.at(series, t) for t in clock])
    if where.change:
        values = values - response.at(series, where.change_from_s or 0.0)
    return values


def _steps_at(response: DrugResponse, steps: Array, moments: list[float]) -> Array:
    """Return the value of the step that ends at or covers each moment."""
    index = np.searchsorted(response.time_s, np.asarray(moments) - 1e-6, side="left") - 1
    return np.asarray(steps[np.clip(index, 0, len(steps) - 1)])
