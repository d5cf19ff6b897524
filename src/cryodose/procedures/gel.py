"""A block of gel in place of a person: one material, no blood, uniform start."""

from __future__ import annotations

import numpy as np

from cryodose import evidence
from cryodose.body import Anatomy
from cryodose.body.anatomy import LAYERS
from cryodose.errors import BadInput
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.column import Column, Values
from cryodose.procedures.draws import stated
from cryodose.procedures.person import add_air
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


def gel_beliefs(session: Session) -> Beliefs:
    """Return what is believed of a gel: stated values first, else those of its medium."""
    subject, beliefs = session.subject, Beliefs(session)
    medium = subject.medium or "agar"
    if subject.medium is None:
        beliefs.assume_word("subject.medium", medium)
    kind = medium_kind(medium)
    for key, (name, factor) in _STATED.items():
        given = getattr(subject.properties, name) if subject.properties else None
        table = evidence.quantity("media", f"{kind}.{key}")
        path = f"subject.properties.{name}"
        beliefs.found[f"gel.{key}"] = (
            table if given is None else stated(path, given * factor, table.unit)
        )
    _keep_freezing_range(beliefs)
    room = evidence.quantity("physiology", "rest.t_room_c")
    path = "subject.initial_temperature_C"
    beliefs.temperature("t_skin_c", path, subject.initial_temperature_c, room, 0.0)
    add_air(beliefs)
    return beliefs


def _keep_freezing_range(beliefs: Beliefs) -> None:
    """Shift the end of the freezing range that was not stated along with the one that was."""
    liquidus, solidus = beliefs.found["gel.t_liquidus_c"], beliefs.found["gel.t_solidus_c"]
    properties = beliefs.session.subject.properties
    if properties is None:
        return
    least = evidence.value("numerics", "narrowest_melting_k")
    upper, lower = properties.freezing_c, properties.solidus_c
    if upper is not None and lower is not None and not lower <= upper - least:
        expected = f"at least {least:g} C below freezing_C = {upper:g}"
        raise BadInput(None, "subject.properties.solidus_C", lower, expected)
    width = max(
        evidence.value("media", "water-gel.t_liquidus_c")
        - evidence.value("media", "water-gel.t_solidus_c"),
        least,
    )
    if upper is not None and lower is None:
        beliefs.found["gel.t_solidus_c"] = stated(solidus.key, upper - width, "degC")
    if lower is not None and upper is None:
        beliefs.found["gel.t_liquidus_c"] = stated(liquidus.key, lower + width, "degC")


def medium_kind(medium: str) -> str:
    """Return the table of a medium; a name with a share goes by its beginning."""
    known = evidence.names("media", "medium")
    name = max((k for k in known if medium.startswith(k)), key=len, default=known[0])
    return evidence.words("media", f"medium.{name}")[0]


def gel_column(values: Values) -> Column:
    """Return a flat column of gel with the layer names of skin, so that every depth exists."""
    n = len(values["t_skin_c"])
    whole = evidence.value("media", "water-gel.thickness_mm") / MM_PER_M
    shares = np.array([evidence.value("media", f"layer_share.{layer}") for layer in LAYERS])
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
