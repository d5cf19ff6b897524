"""Layers below the skin at one site, for many members at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.evidence import EvidenceError
from cryodose.solve.grid import Shape
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

LAYERS = ("epidermis", "dermis", "fat", "soft", "deep")


@dataclass(frozen=True)
class Build:
    """Sizes of a member's site, each of shape (n,), mm."""

    epidermis_mm: Array
    dermis_mm: Array
    adipose_mm: Array
    girth_mm: Array | None
    soft_mm: Array | None
    deep_mm: Array


@dataclass(frozen=True)
class Anatomy:
    """Layers of a site.

    Attributes
    ----------
    tissues : tuple of str
        Tissue of each of the five layers from the surface inwards.
    thickness_m : ndarray, shape (5, n)
    fixed_core : bool
        True where the deepest face keeps body temperature (trunk, head); False on a limb's axis.
    """

    site: str
    shape: Shape
    tissues: tuple[str, ...]
    thickness_m: Array
    fixed_core: bool

    def depth_of_m(self, layer: str) -> Array:
        """Return the depth at which a layer begins, (n,)."""
        return np.asarray(self.thickness_m[: LAYERS.index(layer)].sum(axis=0), dtype=np.float64)


def anatomy_names() -> tuple[str, ...]:
    """Return the sites that have an anatomy."""
    return evidence.names("sites")


def build_anatomy(site: str, build: Build) -> Anatomy:
    """Return the layers of a site.

    Limbs are cylinders whose radius follows the girth; the layer between fat and bone (or, where
    the soft tissue is thin, the bone) fills what is left. Where fat and skin leave no room, the
    radius grows until half of the nominal bone fits: a girth that cannot hold
    its fat is a contradiction in the input, not a reason to fail.

    Raises
    ------
    EvidenceError
        For a site without an anatomy.
    """
    if site not in anatomy_names():
        raise EvidenceError(f"no anatomy for site {site!r}")
    shape = Shape[evidence.text("sites", f"{site}.shape").upper()]
    soft_tissue = evidence.text("sites", f"{site}.soft")
    tissues = ("epidermis", "dermis", "fat", soft_tissue, "bone")
    outer = [build.epidermis_mm, build.dermis_mm, build.adipose_mm]
    if shape is Shape.SLAB or build.girth_mm is None:
        soft, deep = _slab(build)
    else:
        soft, deep = _limb(build, build.girth_mm / (2.0 * np.pi) - np.sum(outer, axis=0))
    thickness = np.stack([*outer, soft, deep]) / MM_PER_M
    return Anatomy(site, shape, tissues, thickness, fixed_core=shape is Shape.SLAB)


def _slab(build: Build) -> tuple[Array, Array]:
    if build.soft_mm is None:
        raise EvidenceError("a flat site needs the thickness of its soft tissue")
    return build.soft_mm, build.deep_mm


def _limb(build: Build, inside_mm: Array) -> tuple[Array, Array]:
    """Return soft tissue and bone that fill the radius left inside skin and fat."""
    least_share = 0.5
    if build.soft_mm is not None:
        return build.soft_mm, np.maximum(inside_mm - build.soft_mm, least_share * build.deep_mm)
    deep = np.minimum(build.deep_mm, least_share * np.maximum(inside_mm, 1.0))
    return np.maximum(inside_mm - deep, deep), deep


def default_adipose(
    site: str, sex: str | None, body_fat_percent: float | None
) -> evidence.Quantity:
    """Return the fat layer of a site from sex and body fat where nobody measured it.

    Scales the table value with body fat over its reference for the sex. `mixed` or unknown sex
    takes the mean of both and the wider of their ranges.
    """
    key = {s: evidence.quantity("sites", f"{site}.adipose_{s}_mm") for s in ("female", "male")}
    chosen = [key[sex]] if sex in key else list(key.values())
    scale = []
    for q, name in zip(chosen, [sex] if sex in key else list(key), strict=True):
        reference = evidence.value("physiology", f"body.reference_fat_{name}_percent")
        share = 1.0 if body_fat_percent is None else body_fat_percent / reference
        scale.append((q.value * share, q.low * share, q.high * share))
    centre = float(np.mean([s[0] for s in scale]))
    low, high = min(s[1] for s in scale), max(s[2] for s in scale)
    first = chosen[0]
    return evidence.Quantity(
        first.key,
        centre,
        first.unit,
        low,
        high,
        first.source,
        first.confidence,
        "lognormal",
        "scaled with body fat" if body_fat_percent is not None else first.note,
    )
