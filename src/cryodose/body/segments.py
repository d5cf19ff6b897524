"""The segments of a whole body and their tables, as arrays over segments."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.evidence import EvidenceError
from cryodose.solve.grid import Shape

Array = NDArray[np.float64]

LAYERS = ("epidermis", "dermis", "fat", "soft", "deep")
HEAD = ("forehead", "cheek", "nose", "ear")
# The sole is part of the foot.
PART_OF = {"sole": "foot"}


@cache
def segment_names() -> tuple[str, ...]:
    """Return the segments in their fixed order; a pair of limbs is one segment."""
    return evidence.names("segments")


def segment_of(site: str) -> str:
    """Return the segment that a site belongs to.

    Raises
    ------
    EvidenceError
        For a site that no segment covers.
    """
    name = PART_OF.get(site, site)
    if name not in segment_names():
        raise EvidenceError(f"no segment for site {site!r}")
    return name


@cache
def column(key: str) -> Array:
    """Return one number of every segment, (S, 1)."""
    return np.array([[evidence.value("segments", f"{s}.{key}")] for s in segment_names()])


@cache
def shapes() -> tuple[Shape, ...]:
    """Return the shape of every segment."""
    return tuple(Shape[evidence.text("segments", f"{s}.shape").upper()] for s in segment_names())


def shape_of(segment: str) -> Shape:
    """Return the shape of one segment."""
    return shapes()[segment_names().index(segment)]


@cache
def site_column(key: str) -> Array:
    """Return one number of the table of sites for every segment, (S, 1)."""
    return np.array([[evidence.value("sites", f"{s}.{key}")] for s in segment_names()])


def tissue_of(segment: str, layer: str) -> str:
    """Return the tissue of a layer of a segment."""
    if layer in ("soft", "deep"):
        return evidence.text("segments", f"{segment}.{layer}")
    return layer


@cache
def property_of(tissue: str, name: str) -> float:
    """Return a thermal property of a tissue or an organ."""
    table = "tissues" if evidence.has("tissues", tissue) else "organs"
    return evidence.value(table, f"{tissue}.{name}")


@cache
def stack(name: str) -> Array:
    """Return a property of every layer of every segment, (5, S, 1)."""
    rows = [[[property_of(tissue_of(s, x), name)] for s in segment_names()] for x in LAYERS]
    return np.array(rows)
