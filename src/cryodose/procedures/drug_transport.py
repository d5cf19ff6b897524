"""Lumped transport of a drug through skin: what each member takes up along a session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.electrodiffusion import arrhenius_factor, ion_flux_mol_m2s
from cryodose.procedures.drug import Drug
from cryodose.procedures.ion_shares import selectivity, shares_of
from cryodose.units import (
    A_PER_MA,
    CM2_PER_M2,
    FARADAY_C_MOL,
    SECONDS_PER_HOUR,
    UL_PER_M3,
    a_m2_from_ma_cm2,
    kelvin,
)

Array = NDArray[np.float64]
Values = dict[str, Array]

UPTAKE_TERMS = 12


@dataclass(frozen=True)
class Skin:
    """Drawn quantities of skin, donor and drug that do not change along a session, (n,) each.

    Attributes
    ----------
    charge : mean charge of the drug, its sign left out
    valence : at least 1; fluxes are currents over it
    share : transport number at the reference temperature, without the flow of water
    swept : speed of the drug in the flow of water, over that of the water
    water_m3_c : water carried by a charge, from donor to body; negative against a cathode
    """

    drug: Drug
    values: Values
    charge: Array
    valence: Array
    share: Array
    swept: Array
    water_m3_c: Array


def skin_of(drug: Drug, values: Values, polarity: str) -> Skin:
    """Return what current and water do for a drug in every member's skin."""
    v = values
    found = shares_of(drug, v, polarity)
    inward = -1.0 if polarity == "cathode" else 1.0
    water = v["flow_ul_h_ma"] / UL_PER_M3 / SECONDS_PER_HOUR / A_PER_MA
    saline = evidence.value("iontophoresis", "skin.flow_saline_mol_m3")
    screened = (saline + v["flow_half_mol_m3"]) / (found.salt_mol_m3 + v["flow_half_mol_m3"])
    flow = inward * water * screened * selectivity(v)
    return Skin(drug, v, found.charge, found.valence, found.drug, found.swept, flow)


def current_factor(skin: Skin, t_skin_c: Array) -> Array:
    """Return delivery at a skin temperature over that at the reference, at the same current."""
    return _by_temperature(skin.values["activation_current_j_mol"], t_skin_c)


def _by_temperature(activation: Array | float, t_c: Array) -> Array:
    reference = evidence.value("iontophoresis", "skin.t_reference_c")
    return arrhenius_factor(activation, t_c + kelvin(0.0), kelvin(reference))


def driven_mol_m2s(skin: Skin, net_ma_cm2: Array, t_skin_c: Array) -> Array:
    """Return what the current carries in: migration and the flow of water, never outward.

    Parameters
    ----------
    net_ma_cm2, t_skin_c : (..., n)
    """
    v = skin.values
    density = net_ma_cm2
    if "plateau_ma_cm2" in v:
        density = np.minimum(density, v["plateau_ma_cm2"])
    current = a_m2_from_ma_cm2(1.0) * density
    migrated = ion_flux_mol_m2s(skin.share, current, skin.valence)
    swept = skin.swept * skin.water_m3_c * current * v["donor_mol_m3"]
    most = ion_flux_mol_m2s(1.0, current, skin.valence) if skin.drug.kind != "neutral" else np.inf
    total = (migrated + swept) * v["spread"] * current_factor(skin, t_skin_c)
    return np.asarray(np.clip(total, 0.0, most))


def share_of_current(skin: Skin, flux_mol_m2s: Array, net_ma_cm2: Array) -> Array:
    """Return the transport number of a flux; nan without a current."""
    current = a_m2_from_ma_cm2(1.0) * net_ma_cm2
    with np.errstate(invalid="ignore", divide="ignore"):
        found = flux_mol_m2s * skin.valence * FARADAY_C_MOL / current
    return np.asarray(np.where(current > 0, found, np.nan))


def passive_mol_m2(skin: Skin, clock_s: Array) -> Array:
    r"""Return what diffuses in without current, donor and barrier filling up included.

    Slab with a sink behind it: :math:`P c\,[t + 2 t_L - \frac{12 t_L}{\pi^2} \sum
    n^{-2} e^{-n^2 \pi^2 t / 6 t_L}]`.

    Parameters
    ----------
    clock_s : (..., n), time that runs slower in cold skin
    """
    v, lag = skin.values, skin.values["passive_lag_s"]
    table = ("slope_per_da", "reference_da", "heavy_da")
    slope, reference, heavy = (evidence.value("iontophoresis", f"skin.passive_{k}") for k in table)
    size = 10.0 ** (-slope * (min(skin.drug.mass_g_mol, heavy) - reference))
    filling = 2.0 * lag * np.ones_like(clock_s)
    for n in range(1, UPTAKE_TERMS + 1):
        part = 12 * lag / (np.pi * n) ** 2
        filling = filling - part * np.exp(-((n * np.pi) ** 2) * clock_s / (6 * lag))
    # A truncated sum leaves a little at the start, where nothing has entered.
    at_zero = 2.0 * lag - sum(12 * lag / (np.pi * n) ** 2 for n in range(1, UPTAKE_TERMS + 1))
    base = 1.0 - skin.drug.charge(v["ph_free"]) if "ph_free" in v else 1.0
    # Diffusion in the barrier sets both: who is passed sooner is passed faster.
    usual = evidence.value("iontophoresis", f"class.{skin.drug.kind}.passive_lag_s")
    speed = (
        v["passive_m_s"] * usual / lag * size * base * v.get("free_share", 1.0) * v["donor_mol_m3"]
    )
    return np.asarray(speed * (clock_s + filling - at_zero))


def passive_clock_s(skin: Skin, time_s: Array, t_skin_c: Array) -> Array:
    """Return the time that counts for diffusion, (n_t, n); `t_skin_c` is of the steps between."""
    rate = _by_temperature(skin.values["activation_passive_j_mol"], t_skin_c)
    steps = np.diff(time_s)[:, None] * rate
    return np.asarray(np.concatenate([np.zeros((1, steps.shape[1])), np.cumsum(steps, axis=0)]))


def tissue_m2s(skin: Skin, t_skin_c: Array) -> Array:
    """Return how the drug spreads in the dermis, free and bound together, m2/s."""
    keys = ("dermis_log10_d0", "dermis_log10_slope")
    base, slope = (evidence.value("iontophoresis", f"skin.{k}") for k in keys)
    free_cm2_s = 10.0 ** -(base + slope * np.log10(skin.drug.mass_g_mol))
    activation = evidence.value("iontophoresis", "skin.activation_diffusion_j_mol")
    factor = _by_temperature(activation, t_skin_c) / _by_temperature(
        activation, np.asarray(evidence.value("iontophoresis", "skin.t_reference_c"))
    )
    return np.asarray(free_cm2_s / CM2_PER_M2 * factor / skin.values["binding"])


def clearance_per_s(skin: Skin, flow: Array) -> Array:
    """Return how fast blood takes the drug up: wall and flow in a row, bound drug waits.

    Parameters
    ----------
    flow : skin blood flow over that of warm resting skin, (..., n)
    """
    v = skin.values
    by_flow = np.maximum(v["flow_clearance_per_s"] * flow, 1e-12)
    return np.asarray(1.0 / (1.0 / v["wall_clearance_per_s"] + 1.0 / by_flow) / v["binding"])
