"""Freezing curves of tissue and gels: enthalpy and heat potential from composition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.composition import (
    Linear,
    Shares,
    cumulative,
    density_kg_m3,
    freezable_water,
    ice_share,
    ice_w_mk,
    levy_w_mk,
    parallel_w_mk,
    volume_shares,
)
from cryodose.solve.freeze_problem import FreezeCurves

Array = NDArray[np.float64]

COLDEST_C = -215.0  # numerical: the curves begin below liquid nitrogen
WARMEST_C = 70.0  # numerical: and end above any gel that still freezes
# numerical: knots below, inside and above the freezing range, and points of quadrature between two
KNOTS = (12, 10, 4)
BETWEEN = 8
RANGE_K = 15.0  # numerical: below freezing, how far the knots are dense
# numerical: where a stated conductivity of the liquid and of the frozen gel is taken to hold
STATED_AT_C = (20.0, -20.0)
NARROWEST_K = 0.2  # numerical: narrowest freezing range of a stated gel


@dataclass(frozen=True)
class Material:
    """What a layer is made of; arrays are (n,).

    Attributes
    ----------
    name : str
    shares : Shares
        Water, protein (or what makes the gel), fat and mineral.
    freezing_c : ndarray
        Where ice begins.
    k_factor : ndarray
        Belief about the conductivity over what composition gives.
    stated : dict
        Properties of a gel that a session states: ``k_w_mk``, ``k_frozen_w_mk``, ``density_kg_m3``,
        ``c_j_kgk``, ``c_frozen_j_kgk``, ``latent_j_kg``, ``solidus_c``; each (n,).
    """

    name: str
    shares: Shares
    freezing_c: Array
    k_factor: Array
    stated: dict[str, Array] = field(default_factory=dict)


SOLIDS = ("protein", "fat", "mineral")


@cache
def _linear(constituent: str, prop: str) -> Linear:
    key = f"{constituent}.{prop}"
    slope = f"{constituent}.{prop.split('_', maxsplit=1)[0]}_per_k"
    has = evidence.has("freezing", slope)
    return Linear(
        evidence.value("freezing", key), evidence.value("freezing", slope) if has else 0.0
    )


def _number(key: str) -> float:
    return evidence.value("freezing", key)


def _unfrozen(material: Material, t_c: Array) -> Array:
    """Return the share of the freezable water that is liquid, 0 to 1."""
    freezing = material.freezing_c
    solidus = material.stated.get("solidus_c")
    if solidus is None:
        return np.asarray(1.0 - ice_share(t_c, freezing, 1.0))
    low = np.minimum(solidus, freezing - NARROWEST_K)
    return np.asarray(np.clip((t_c - low) / (freezing - low), 0.0, 1.0))


def _knots(material: Material) -> Array:
    """Return the temperatures of the knots, (n_knots, n): dense where ice forms."""
    below, inside, above = KNOTS
    top = np.atleast_1d(np.asarray(material.freezing_c, dtype=np.float64))
    solidus = material.stated.get("solidus_c")
    if solidus is None:
        low = top - RANGE_K
        step = np.linspace(1.0, 0.0, inside)[:, None]
        middle = top * (low / top) ** step
    else:
        low = np.minimum(solidus, top - NARROWEST_K)
        middle = low + (top - low) * np.linspace(0.0, 1.0, inside)[:, None]
    cold = COLDEST_C + (low - COLDEST_C) * np.linspace(0.0, 1.0, below, endpoint=False)[:, None]
    warm = top + (WARMEST_C - top) * np.linspace(0.0, 1.0, above + 1)[1:, None]
    return np.concatenate([cold, middle, warm])


@dataclass(frozen=True)
class Properties:
    """Properties of a material at given temperatures, all of one shape."""

    c_j_kgk: Array
    k_w_mk: Array
    liquid: Array
    latent_j_kg: Array
    density_kg_m3: Array


def properties(material: Material, t_c: Array) -> Properties:
    r"""Return heat capacity, conductivity, liquid share, latent heat and density.

    With f the frozen share of the freezable water, :math:`c = (1 - f) c_u + f c_f`: the sensible
    heat; the latent heat is taken at 0 degC, which is at most one per cent too much. Conductivity:
    Levy's mean of ice in all the rest, and of the solids in the liquid water (Pham and Willix).
    The density stays that of the unfrozen material, so that the mass in a cell does.

    Parameters
    ----------
    t_c : ndarray, shape (..., n)
    """
    shares, stated = material.shares, material.stated
    liquid = _unfrozen(material, t_c)
    freezable = freezable_water(shares, _number("protein.bound_kg_kg"))
    warm, cold = _heat_capacities(shares, freezable, t_c)
    warm = stated.get("c_j_kgk", warm)
    cold = stated.get("c_frozen_j_kgk", cold)
    latent = stated.get("latent_j_kg", freezable * _number("water.latent_j_kg"))
    density = stated.get("density_kg_m3", _density(shares))
    return Properties(
        np.asarray(liquid * warm + (1.0 - liquid) * cold),
        _conductivity(material, freezable, liquid, t_c),
        liquid,
        np.asarray(latent),
        np.asarray(density),
    )


def _heat_capacities(shares: Shares, freezable: Array, t_c: Array) -> tuple[Array, Array]:
    """Return the heat capacity with all freezable water liquid, and with all of it ice."""
    solids = sum(
        np.asarray(getattr(shares, name)) * _linear(name, "c_j_kgk").at(t_c) for name in SOLIDS
    )
    water, ice = (_linear(name, "c_j_kgk").at(t_c) for name in ("water", "ice"))
    whole = np.asarray(shares.water)
    return (
        np.asarray(whole * water + solids),
        np.asarray((whole - freezable) * water + freezable * ice + solids),
    )


def _density(shares: Shares) -> Array:
    names = ("water", *SOLIDS)
    return density_kg_m3(
        [getattr(shares, name) for name in names], [_number(f"{n}.density_kg_m3") for n in names]
    )


def _mixture_w_mk(shares: Shares, ice: Array, t_c: Array) -> Array:
    names = ("ice", "water", *SOLIDS)
    masses = [ice, np.asarray(shares.water) - ice, *(getattr(shares, n) for n in SOLIDS)]
    volumes = volume_shares(masses, [_number(f"{n}.density_kg_m3") for n in names])
    k_water = _linear("water", "k_w_mk").at(np.maximum(t_c, _number("water.coldest_c")))
    solid = sum(volumes[2:])
    whole = np.maximum(solid, 1e-9)
    k_solid = parallel_w_mk(
        [v / whole for v in volumes[2:]], [_linear(n, "k_w_mk").at(t_c) for n in SOLIDS]
    )
    rest = np.maximum(volumes[1] + solid, 1e-9)
    k_rest = np.where(
        solid > 0, levy_w_mk(solid / rest, np.maximum(k_solid, 1e-9), k_water), k_water
    )
    k_ice = ice_w_mk(t_c, _number("ice.k_scale_w_m"), _number("ice.k_offset_w_mk"))
    return levy_w_mk(volumes[0], k_ice, k_rest)


def _conductivity(material: Material, freezable: Array, liquid: Array, t_c: Array) -> Array:
    """Return the conductivity; stated values scale that of the liquid and of the ice."""
    shares, stated = material.shares, material.stated
    k = _mixture_w_mk(shares, freezable * (1.0 - liquid), t_c)
    one = np.ones_like(material.k_factor)
    warm = cold = material.k_factor
    if "k_w_mk" in stated:
        warm = stated["k_w_mk"] / _mixture_w_mk(shares, 0.0 * one, STATED_AT_C[0] * one)
    if "k_frozen_w_mk" in stated:
        cold = stated["k_frozen_w_mk"] / _mixture_w_mk(
            shares, freezable * one, STATED_AT_C[1] * one
        )
    return np.asarray(k * (liquid * warm + (1.0 - liquid) * cold))


def freeze_curves(materials: Sequence[Material]) -> FreezeCurves:
    """Return the curves of several materials, (n_materials, n_knots, n)."""
    parts = [_curve(m) for m in materials]
    n = max(p[0].shape[1] for p in parts)
    stacked = [
        np.stack([np.broadcast_to(p[i], (p[i].shape[0], n)) for p in parts]) for i in range(4)
    ]
    return FreezeCurves(*(np.ascontiguousarray(a) for a in stacked))


def _curve(material: Material) -> tuple[Array, Array, Array, Array]:
    knots = _knots(material)
    part = np.arange(BETWEEN)[:, None] / BETWEEN
    fine = (knots[:-1, None] + np.diff(knots, axis=0)[:, None] * part[None]).reshape(
        -1, knots.shape[1]
    )
    fine = np.concatenate([fine, knots[-1:]])
    found = properties(material, fine)
    zero = cumulative(fine, np.broadcast_to(found.c_j_kgk, fine.shape))
    heat = found.density_kg_m3 * (zero + found.liquid * found.latent_j_kg)
    theta = cumulative(fine, np.broadcast_to(found.k_w_mk, fine.shape))
    return knots, heat[::BETWEEN], theta[::BETWEEN], found.liquid[::BETWEEN]


def tissue(name: str, water: Array, freezing_c: Array, k_factor: Array) -> Material:
    """Return a tissue of a given water share; the table says how the rest is shared."""
    part = {k: _number(f"tissue.{name}.{k}") for k in ("water", "protein", "mineral")}
    dry = 1.0 - part["water"]
    left = (1.0 - water) / dry
    protein, mineral = part["protein"] * left, part["mineral"] * left
    fat = np.maximum(1.0 - water - protein - mineral, 0.0)
    return Material(name, Shares(water, protein, fat, mineral), freezing_c, k_factor)


def tissue_names() -> tuple[str, ...]:
    """Return the tissues whose composition is known."""
    return evidence.names("freezing", "tissue")
