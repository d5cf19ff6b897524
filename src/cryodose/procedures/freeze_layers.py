"""Layers of skin, animal skin or gel under a freeze, with the lesion in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body import Build, build_anatomy
from cryodose.physics.blood import perfusion_w_m3k
from cryodose.procedures.freeze_beliefs import exposure_of, is_alive
from cryodose.procedures.freeze_gel import gel_material
from cryodose.procedures.freeze_lesion import lesion_tissue
from cryodose.procedures.freeze_tissue import Material, tissue
from cryodose.session import Session
from cryodose.units import ML_PER_M3, MM_PER_M, SECONDS_PER_MINUTE

Array = NDArray[np.float64]
Values = dict[str, Array]

GEL = "gel"
# numerical: no layer and no part of one is thinner than this, m: thin cells cost steps
THINNEST_M = 5.0e-5


@dataclass(frozen=True)
class Layer:
    """One layer: its name, its tissue and where it begins and ends below the skin, (n,), m."""

    name: str
    tissue: str
    top_m: Array
    bottom_m: Array


@dataclass(frozen=True)
class Layers:
    """Layers from the skin inwards, the lesion, and what they are made of.

    Attributes
    ----------
    layers : tuple of Layer
        The last one goes on as deep as anybody asks, unless `is_through`.
    materials : tuple of Material
        One for each tissue that occurs.
    perfusion_w_m3k, metabolic_w_m3 : (n_materials, n)
    lesion : tuple of Layer
        Horny cap and lesion, from the skin inwards; empty without one.
    lesion_radius_m : (n,), 0 without one
    is_through : the site ends behind the last layer (an ear)
    is_alive : blood flows
    nerve_depth_m : (n,), nan where no nerve is known
    """

    layers: tuple[Layer, ...]
    materials: tuple[Material, ...]
    perfusion_w_m3k: Array
    metabolic_w_m3: Array
    lesion: tuple[Layer, ...]
    lesion_radius_m: Array
    is_through: bool
    is_alive: bool
    nerve_depth_m: Array

    def index(self, tissue_name: str) -> int:
        """Return the row of a tissue among the materials."""
        return [m.name for m in self.materials].index(tissue_name)

    def named(self, name: str) -> Layer | None:
        """Return a layer by its name, or None."""
        return next((layer for layer in self.layers if layer.name == name), None)


def layers_of(session: Session, site: str, values: Values) -> Layers:
    """Return the layers of a session's subject at a site for drawn values."""
    kind, n = session.subject.kind, len(values["t_skin_c"])
    stack, through = _stack(kind, site, values, n)
    lesion = _lesion(session, values)
    tissues = dict.fromkeys(layer.tissue for layer in (*stack, *lesion))
    materials = tuple(_material(name, values) for name in tissues)
    alive = is_alive(session)
    perfusion, metabolic = _blood(tuple(tissues), stack, values, alive)
    nerve = values.get("nerve_depth_mm")
    return Layers(
        stack,
        materials,
        perfusion,
        metabolic,
        lesion,
        _lesion_radius(session, values, n),
        through,
        alive,
        np.full(n, np.nan) if nerve is None else nerve / MM_PER_M,
    )


def _stack(kind: str, site: str, values: Values, n: int) -> tuple[tuple[Layer, ...], bool]:
    if kind == GEL:
        zero = np.zeros(n)
        return (Layer(GEL, GEL, zero, zero + 1.0),), False
    if kind == "human":
        return _human(site, values, n)
    sizes = [values[f"{k}_mm"] for k in ("epidermis", "dermis", "adipose", "soft")]
    names = ("epidermis", "dermis", "fat", "muscle")
    return _piled(names, names, sizes), False


def _human(site: str, values: Values, n: int) -> tuple[tuple[Layer, ...], bool]:
    build = Build(
        values["epidermis_mm"],
        values["dermis_mm"],
        values["adipose_mm"],
        values.get("girth_mm"),
        values.get("soft_mm"),
        values["deep_mm"],
    )
    anatomy = build_anatomy(site, build)
    epidermis, dermis, fat, soft, deep = anatomy.thickness_m * MM_PER_M
    names, tissues = ["epidermis", "dermis", "fat"], ["epidermis", "dermis", "fat"]
    sizes = [epidermis, dermis, fat]
    if "keratin_mm" in values:
        names, tissues = ["keratin", *names], ["keratin", *tissues]
        sizes = [values["keratin_mm"], *sizes]
    through = evidence.has("sites", f"{site}.through")
    if "cartilage_mm" in values:
        # Behind the cartilage of an ear lies skin again, behind that of a nose its lining.
        names, tissues = [*names, "cartilage", "lining"], [*tissues, "cartilage", "dermis"]
        sizes = [*sizes, values["cartilage_mm"], dermis]
    else:
        words = evidence.text("sites", f"{site}.soft")
        names, tissues = [*names, words, "bone"], [*tissues, words, "bone"]
        sizes = [*sizes, soft, deep]
    return _piled(tuple(names), tuple(tissues), sizes), through


def _piled(
    names: tuple[str, ...], tissues: tuple[str, ...], sizes_mm: list[Array]
) -> tuple[Layer, ...]:
    found, top = [], np.zeros_like(sizes_mm[0])
    for name, kind, size in zip(names, tissues, sizes_mm, strict=True):
        bottom = top + np.maximum(size / MM_PER_M, THINNEST_M)
        found.append(Layer(name, kind, top, bottom))
        top = bottom
    return tuple(found)


def _lesion(session: Session, values: Values) -> tuple[Layer, ...]:
    lesion = exposure_of(session).lesion
    if lesion is None or not np.any(values["lesion.depth_mm"] > 0):
        return ()
    depth = np.maximum(values["lesion.depth_mm"] / MM_PER_M, 2.0 * THINNEST_M)
    cap = values["lesion.keratin_mm"] / MM_PER_M
    name, zero = lesion_tissue(lesion.kind), np.zeros_like(depth)
    if not np.any(cap > 0):
        return (Layer("lesion", name, zero, depth),)
    cap = np.clip(cap, THINNEST_M, depth - THINNEST_M)
    return Layer("horny cap", "keratin", zero, cap), Layer("lesion", name, cap, depth)


def _lesion_radius(session: Session, values: Values, n: int) -> Array:
    if exposure_of(session).lesion is None:
        return np.zeros(n)
    return np.asarray(values["lesion.diameter_mm"] / 2.0 / MM_PER_M)


def _material(name: str, values: Values) -> Material:
    if name == GEL:
        return gel_material(values)
    return tissue(name, values[f"water.{name}"], values["freezing_c"], values["k_factor"])


def _blood(
    tissues: tuple[str, ...], stack: tuple[Layer, ...], values: Values, alive: bool
) -> tuple[Array, Array]:
    n = len(values["t_skin_c"])
    perfusion, metabolic = np.zeros((len(tissues), n)), np.zeros((len(tissues), n))
    if not alive:
        return perfusion, metabolic
    blood = [
        evidence.value("tissues", f"blood.{k}") for k in ("density_kg_m3", "specific_heat_j_kgk")
    ]
    dermis = next(layer for layer in stack if layer.name == "dermis")
    per_area = values["skin_blood_flow_ml_min_m2"] / ML_PER_M3 / SECONDS_PER_MINUTE
    skin_flow = per_area / (dermis.bottom_m - dermis.top_m)
    for row, name in enumerate(tissues):
        if evidence.flag("freezing", f"tissue.{name}.as_dermis"):
            flow, heat = skin_flow, evidence.value("tissues", "dermis.metabolic_w_m3")
        elif evidence.has("tissues", f"{name}.perfusion_per_s"):
            flow = np.full(n, evidence.value("tissues", f"{name}.perfusion_per_s"))
            heat = evidence.value("tissues", f"{name}.metabolic_w_m3")
        else:
            continue  # keratin and cartilage have no vessels
        perfusion[row] = perfusion_w_m3k(flow, *blood)
        metabolic[row] = heat
    return perfusion, metabolic
