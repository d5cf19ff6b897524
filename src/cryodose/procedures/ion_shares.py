"""Who carries the current through skin: the drug, its counter-ion from the body, all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.electrodiffusion import transport_number
from cryodose.physics.ionisation import skin_selectivity
from cryodose.physics.pore import (
    convection_hindrance,
    donnan_factor,
    migration_hindrance,
    stokes_radius_m,
)
from cryodose.procedures.drug import Drug
from cryodose.units import KILO

Array = NDArray[np.float64]
Values = dict[str, Array]

# numerical: exponent of the ion product of water, mol2/l2, at 25 degC
WATER_PK = 14.0


@dataclass(frozen=True)
class Shares:
    """What the ions of a donor and of the body make of a current, (n,) each.

    Attributes
    ----------
    charge : mean charge of the drug towards the body, 0 under the wrong electrode
    valence : at least 1; fluxes are currents over it
    drug : share of the current that the drug carries by migration
    swept : speed of the drug in the water over that of the water
    salt_mol_m3 : strength of the donor's counter-ion, which screens the charge of the pores
    """

    charge: Array
    valence: Array
    drug: Array
    swept: Array
    salt_mol_m3: Array


def shares_of(drug: Drug, v: Values, polarity: str) -> Shares:
    r"""Return who carries the current: :math:`t = s / \sum s_j`, :math:`s = z^2 D H S^{z/2} c`.

    H is the hindrance of an ion's size in the pore, S what the pore prefers of a cation over an
    anion at the donor's pH. The donor holds the free drug, salt beside it, acid or base of its pH,
    and what brought the salt of the drug to that pH; its counter-ion makes it neutral.
    """
    inward = -1.0 if polarity == "cathode" else 1.0
    signed = drug.charge(v["ph_donor"])
    charge = np.maximum(signed * inward, 0.0)
    valence = np.maximum(np.abs(signed), 1.0)
    free = v.get("free_share", np.ones_like(signed))
    donor, drug_c = v["donor_mol_m3"], free * v["donor_mol_m3"]
    # A salt brought away from its own pH holds what was added; a bound drug sets its ions free.
    added = (np.maximum(drug.salt_ions - np.abs(signed), 0.0) + (1.0 - free) * charge) * donor
    beside = v["competing_mol_m3"] + v.get("electrode_ion_mol_m3", 0.0) + added
    towards = v["ph_donor"] if inward > 0 else WATER_PK - v["ph_donor"]
    water = KILO * 10.0**-towards
    counter = charge * drug_c + beside + water
    prefers = cation_preference(v)
    names = ("sodium", "proton", "chloride") if inward > 0 else ("chloride", "hydroxide", "sodium")
    amounts = (beside, water, counter)
    rest = sum(
        _strength(name, (inward, inward, -inward)[i], amounts[i], prefers, v["pore_m"])
        for i, name in enumerate(names)
    )
    own = charge * valence * v["d_water_m2s"] * drug_c * _passes(v, inward * valence)
    share = np.where(own > 0, transport_number(own, np.maximum(rest, 1e-30)), 0.0)
    return Shares(charge, valence, share, _swept(v), counter)


def cation_preference(v: Values) -> Array:
    """Return what the pore takes up of a cation over an anion at the donor's pH, (n,)."""
    return np.asarray(v["cation_preference"] ** selectivity(v))


def selectivity(v: Values) -> Array:
    """Return the fixed charge of skin at the donor's pH over that at pH 7.4; negative: reversed."""
    reference = evidence.value("iontophoresis", "skin.ph_reference")
    here = skin_selectivity(v["ph_donor"], v["isoelectric_ph"])
    return np.asarray(here / skin_selectivity(reference, v["isoelectric_ph"]))


def _strength(name: str, sign: float, amount: Array, prefers: Array, pore_m: Array) -> Array:
    d = evidence.value("iontophoresis", f"ion.d_{name}_m2s")
    hindered = migration_hindrance(_radius_m(np.asarray(d)), pore_m)
    return np.asarray(d * amount * hindered * donnan_factor(sign, prefers))


def _radius_m(d_water_m2s: Array) -> Array:
    return stokes_radius_m(d_water_m2s, evidence.value("iontophoresis", "ion.radius_m3_s"))


def _passes(v: Values, charge: Array) -> Array:
    """Return the drug's mobility in skin over that in water, uptake by the pore included."""
    if "mobility" in v:  # a protein, too large for the pores: measured as a whole
        return v["mobility"]
    hindered = migration_hindrance(_radius_m(v["d_water_m2s"]), v["pore_m"])
    return np.asarray(hindered * donnan_factor(charge, cation_preference(v)))


def _swept(v: Values) -> Array:
    if "flow_share" in v:
        return v["flow_share"]
    free = v.get("free_share", 1.0)
    return np.asarray(free * convection_hindrance(_radius_m(v["d_water_m2s"]), v["pore_m"]))
