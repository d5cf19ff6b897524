"""Gels that are frozen: what their name and their stated properties make of them."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.evidence import Quantity
from cryodose.physics.composition import Shares, freezing_point_c
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.draws import stated
from cryodose.procedures.freeze_tissue import Material
from cryodose.session import Session
from cryodose.units import KILO, PERCENT

Array = NDArray[np.float64]
Values = dict[str, Array]

_SHARE = re.compile(r"([0-9.]+)%")
# How [subject.properties] names what a gel may state, and the factor to SI.
_STATED = {
    "k_w_mk": ("conductivity_w_mk", 1.0),
    "k_frozen_w_mk": ("conductivity_frozen_w_mk", 1.0),
    "density_kg_m3": ("density_kg_m3", 1.0),
    "c_j_kgk": ("specific_heat_j_kgk", 1.0),
    "c_frozen_j_kgk": ("specific_heat_frozen_j_kgk", 1.0),
    "latent_j_kg": ("latent_heat_kj_kg", KILO),
    "solidus_c": ("solidus_c", 1.0),
    "freezing_c": ("freezing_c", 1.0),
}


def _share(medium: str, after: str) -> float | None:
    """Return the share that stands behind a word of a medium's name."""
    part = medium.partition(after)[2]
    found = _SHARE.match(part.lstrip("-"))
    return float(found.group(1)) / PERCENT if found else None


def medium_of(medium: str) -> str:
    """Return the table of a medium: its name without what is mixed into it."""
    known = evidence.names("freezing", "medium")
    return max((name for name in known if medium.startswith(name)), key=len)


def gel_makeup(beliefs: Beliefs) -> dict[str, Quantity]:
    """Return what is believed to be in a gel, and its stated properties."""
    subject = beliefs.session.subject
    medium = subject.medium or "agar"
    if subject.medium is None:
        beliefs.assume_word("subject.medium", medium)
    kind = medium_of(medium)
    path = "subject.medium"
    gelling = evidence.quantity("freezing", f"medium.{kind}.gelling")
    own = _share(medium, kind)
    found = {
        "gel.gelling": gelling if own is None else stated(path, own, "-"),
        "gel.lard": stated(path, _share(medium, "lard") or 0.0, "-"),
        "gel.salt_mol_kg": _salt(medium, kind, path),
    }
    for key, (name, factor) in _STATED.items():
        given = getattr(subject.properties, name) if subject.properties else None
        if given is not None:
            found[f"gel.{key}"] = stated(f"subject.properties.{name}", given * factor, "SI")
    return found


def _salt(medium: str, kind: str, path: str) -> Quantity:
    share = _share(medium, "nacl")
    if share is None:
        return evidence.quantity("freezing", f"medium.{kind}.salt_mol_kg")
    mol = share / (1.0 - share) * KILO / evidence.value("freezing", "salt.g_mol")
    return stated(path, mol, "mol/kg")


def gel_material(values: Values) -> Material:
    """Return the material of a gel for drawn values.

    Lard takes the place of gel, mass for mass; salt lowers the freezing point by Blagden's law.
    """
    lard = values["gel.lard"]
    dry = values["gel.gelling"] * (1.0 - lard)
    shares = Shares(1.0 - lard - dry, dry, lard)
    salt = freezing_point_c(
        values["gel.salt_mol_kg"],
        evidence.value("freezing", "water.cryoscopic_k_kg_mol"),
        evidence.value("freezing", "salt.particles"),
    )
    freezing = np.minimum(salt, evidence.value("freezing", "law.freezing_most_c"))
    given = {k: values[f"gel.{k}"] for k in _STATED if f"gel.{k}" in values}
    if "freezing_c" in given:
        freezing = given.pop("freezing_c")
        if "solidus_c" not in given:
            # The law of a solution has no answer at or above 0 degC; a narrow range has.
            width = evidence.value("freezing", "law.pure_range_k")
            if np.any(freezing > evidence.value("freezing", "law.freezing_most_c")):
                given["solidus_c"] = freezing - width
    elif "solidus_c" in given:
        freezing = np.maximum(freezing, given["solidus_c"])
    return Material("gel", shares, freezing, values["k_factor"], given)


def edge_of_ice_c(session: Session, values: Values) -> float:
    """Return the temperature at which the edge of the ice is read: just below freezing."""
    if session.subject.kind == "gel":
        freezing = gel_material(values).freezing_c
    else:
        freezing = values["freezing_c"]
    lowest = float(np.min(freezing))
    return lowest - evidence.value("freezing", "law.edge_k")
