"""A block of gel in place of a person: one material, no blood, uniform start."""

from __future__ import annotations

import numpy as np

from cryodose import evidence
from cryodose.body import Anatomy
from cryodose.body.anatomy import LAYERS
from cryodose.evidence import Quantity
from cryodose.procedures.column import Column, Values
from cryodose.procedures.draws import Assumption, Prior, stated
from cryodose.procedures.person import air_prior, assume
from cryodose.session import Session
from cryodose.solve import Shape
from cryodose.units import KILO, MM_PER_M

_STATED = {
    "k_w_mk": ("conductivity_w_mk", 1.0),
    "k_frozen_w_mk": ("conductivity_frozen_w_mk", 1.0),
    "density_kg_m3": ("density_kg_m3", 1.0),
    "specific_heat_j_kgk": ("specific_heat_j_kgk", 1.0),
    "specific_heat_frozen_j_kgk": ("specific_heat_frozen_j_kgk", 1.0),
    "latent_heat_j_kg": ("latent_heat_kj_kg", KILO),
    "t_liquidus_c": ("freezing_c", 1.0),
    "t_solidus_c": ("solidus_c", 1.0),
}


def gel_prior(session: Session) -> Prior:
    """Return what is believed of a gel: stated values first, else those of its medium."""
    subject = session.subject
    found: dict[str, Quantity] = {}
    assumed: list[Assumption] = []
    medium = subject.medium or "agar"
    if subject.medium is None:
        assumed.append(Assumption("subject.medium", medium, "", "engineering", "not stated"))
    kind = evidence.words("media", f"medium.{medium}")[0]
    for key, (name, factor) in _STATED.items():
        given = getattr(subject.properties, name) if subject.properties else None
        table = evidence.quantity("media", f"{kind}.{key}")
        found[f"gel.{key}"] = (
            stated(f"subject.properties.{name}", given * factor, table.unit)
            if given is not None
            else table
        )
    start = subject.initial_temperature_c
    found["t_skin_c"] = (
        stated("subject.initial_temperature_C", start, "degC")
        if start is not None
        else assume(
            assumed,
            "subject.initial_temperature_C",
            evidence.quantity("physiology", "rest.t_room_c"),
        )
    )
    air_prior(session, found, assumed)
    return Prior(found, tuple(assumed))


def gel_column(values: Values) -> Column:
    """Return a flat column of gel with the layer names of skin, so that every depth exists."""
    n = len(values["t_skin_c"])
    whole = evidence.value("media", "water-gel.thickness_mm") / MM_PER_M
    shares = np.array([0.002, 0.03, 0.15, 0.6, 0.218])
    v = dict(values)
    for layer in LAYERS:
        for key in _STATED:
            v[f"{layer}.{key}"] = values[f"gel.{key}"]
        v[f"{layer}.metabolic_w_m3"] = np.zeros(n)
    for tissue in ("dermis", "fat", "muscle"):
        for key in ("floor", "half_k", "narrow_s", "recover_s"):
            v[f"{tissue}.{key}"] = np.ones(n)
    v["muscle_share"] = v["probe_share"] = np.ones(n)
    v["countercurrent"] = v["sensor_share"] = np.zeros(n)
    v["t_artery_c"] = values["t_skin_c"]
    thickness = np.repeat((whole * shares)[:, None], n, axis=1)
    tissues = ("epidermis", "dermis", "fat", "muscle", "bone")
    anatomy = Anatomy("gel", Shape.SLAB, tissues, thickness, fixed_core=False)
    return Column(anatomy, v, is_alive=False)
