"""Lumped transport of a drug through skin: what each member takes up along a session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.electrodiffusion import arrhenius_factor, ion_flux_mol_m2s, transport_number
from cryodose.physics.ionisation import skin_selectivity
from cryodose.procedures.drug import Drug
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
    water_m3_c : water carried by a charge, from donor to body; negative against a cathode
    """

    drug: Drug
    values: Values
    charge: Array
    valence: Array
    share: Array
    water_m3_c: Array


def skin_of(drug: Drug, values: Values, polarity: str) -> Skin:
    """Return what current and water do for a drug in every member's skin."""
    v = values
    signed = drug.charge(v["ph_donor"])
    outward = -1.0 if polarity == "cathode" else 1.0
    driven = np.maximum(signed * outward, 0.0)  # the wrong electrode drives nothing in
    valence = np.maximum(np.abs(signed), 1.0)
    strength = _mobility(drug, v) * driven * valence * v["d_water_m2s"] * v["donor_mol_m3"]
    charge = skin_selectivity(v["ph_donor"], v["isoelectric_ph"])
    rest = _others(v, valence, charge, outward)
    share = np.where(strength > 0, transport_number(strength, np.maximum(rest, 1e-30)), 0.0)
    if drug.kind == "neutral":
        share = np.zeros_like(share)
    reference = skin_selectivity(
        evidence.value("iontophoresis", "skin.ph_reference"), v["isoelectric_ph"]
    )
    water = v["flow_ul_h_ma"] / UL_PER_M3 / SECONDS_PER_HOUR / A_PER_MA
    return Skin(drug, v, driven, valence, share, outward * water * charge / reference)


def _mobility(drug: Drug, v: Values) -> Array:
    """Return the drug's mobility in skin over that in water."""
    if "size_scale_m" in v:
        return anion_mobility(v["d_water_m2s"], v["size_scale_m"])
    return v.get("mobility", np.zeros_like(v["d_water_m2s"]))


def anion_mobility(d_water_m2s: Array, size_scale_m: Array) -> Array:
    r"""Return :math:`e^{-r/r_0}`: negative skin keeps large anions out (Stokes radius r)."""
    radius = evidence.value("iontophoresis", "ion.radius_m3_s") / d_water_m2s
    return np.asarray(np.exp(-radius / size_scale_m))


def _others(v: Values, valence: Array, charge: Array, outward: float) -> Array:
    """Return the strength of all other ions: counter-ions from the body, competitors beside."""
    sodium, chloride = (
        evidence.value("iontophoresis", f"ion.d_{k}_m2s") for k in ("sodium", "chloride")
    )
    beside = v["competing_mol_m3"] + v.get("electrode_ion_mol_m3", 0.0)
    counter = valence * v["donor_mol_m3"] + beside
    if outward > 0:
        against = chloride * (1.0 - v["selectivity"] * charge)
        return np.asarray(against * counter + sodium * beside)
    against = sodium * (1.0 + v["selectivity"] * charge)
    size = v.get("size_scale_m")
    kept = 1.0 if size is None else anion_mobility(np.asarray(chloride), size)
    return np.asarray(against * counter + kept * chloride * beside)


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
    swept = v["flow_share"] * skin.water_m3_c * current * v["donor_mol_m3"]
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
    free = 1.0 - skin.drug.charge(v["ph_free"]) if "ph_free" in v else 1.0
    speed = v["passive_m_s"] * size * free * v["donor_mol_m3"]
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
