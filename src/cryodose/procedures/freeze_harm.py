"""What a freeze harms beside the lesion: layers, nerve, cartilage, pigment; blisters and scars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.procedures.freeze_death import DEAD_SHARE, death_field, necrosis_depth_mm
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.units import MM_PER_M, PERCENT

Array = NDArray[np.float64]
Level = Literal["unlikely", "possible", "likely"]

# A risk is called likely, or at least possible, where this share of the members meets it.
LIKELY_SHARE = 0.5
POSSIBLE_SHARE = 0.05  # numerical: the tail that a band of 90 percent leaves on one side


@dataclass(frozen=True)
class Risk:
    """A side effect in words.

    Attributes
    ----------
    name : ``pigment``, ``blister``, ``scar``, ``nerve`` or ``cartilage``
    level : how sure the model is that its cause is there
    share : share of members in which its cause is there
    words : one or two sentences
    sources : keys of the publications behind them
    """

    name: str
    level: Level
    share: float
    words: str
    sources: tuple[str, ...]


def layer_depth_mm(response: FreezeResponse, layer: str, cell: str) -> Array:
    """Return how much of a layer below the axis loses most of a kind of cell, mm, (n,).

    Zero where the freeze does not reach it, and for a layer that the site does not have.
    """
    found = response.layers.named(layer)
    if found is None:
        return np.zeros(response.n)
    deep = necrosis_depth_mm(response, cell) / MM_PER_M
    within = np.clip(deep, found.top_m, found.bottom_m) - found.top_m
    return np.asarray(within * MM_PER_M)


def nerve_share(response: FreezeResponse) -> Array:
    """Return the share of a nerve that loses function below the axis, (n,); nan without one."""
    depth = response.layers.nerve_depth_m
    if not np.isfinite(depth).all():
        return np.full(response.n, np.nan)
    dead = death_field(response, "nerve")[:, 0]
    return np.array(
        [np.interp(depth[m], response.z_m[:, m], dead[:, m]) for m in range(response.n)]
    )


def pigment_diameter_mm(response: FreezeResponse) -> Array:
    """Return the diameter in which most pigment cells of the epidermis die, mm, (n,)."""
    layer = response.layers.named("epidermis")
    if layer is None:
        return np.zeros(response.n)
    dead = death_field(response, "melanocyte")
    out = np.zeros(response.n)
    for m in range(response.n):
        row = int(np.argmin(np.abs(response.z_m[:, m] - layer.bottom_m[m])))
        hit = np.flatnonzero(dead[row, :, m] >= DEAD_SHARE)
        if len(hit):
            out[m] = 2.0 * response.r_m[hit[-1], m] * MM_PER_M
    return out


def risks_of(response: FreezeResponse, skin_type: int | None = None) -> tuple[Risk, ...]:
    """Return the side effects of a freeze of living skin in words; none for gels.

    Parameters
    ----------
    skin_type : int, optional
        Fitzpatrick 1 to 6.
    """
    if response.layers.named("epidermis") is None:
        return ()
    found = [_pigment(response, skin_type), _blister(response), _scar(response)]
    nerve = nerve_share(response)
    if np.isfinite(nerve).all():
        found.append(_nerve(nerve))
    if response.layers.named("cartilage") is not None:
        found.append(_cartilage(response))
    return tuple(found)


def _level(share: float) -> Level:
    if share >= LIKELY_SHARE:
        return "likely"
    return "possible" if share >= POSSIBLE_SHARE else "unlikely"


def _percent(key: str) -> str:
    return f"{evidence.value('cell_death', f'risk.{key}') * PERCENT:.0f} %"


def _pigment(response: FreezeResponse, skin_type: int | None) -> Risk:
    size = pigment_diameter_mm(response)
    share = float(np.mean(size > 0))
    dark = evidence.value("cell_death", "risk.dark_from")
    low, high = _percent("pigment_share_low"), _percent("pigment_share_high")
    if skin_type is None:
        who = f"{low} of patients in one series, up to {high} in dark skin; the type is not stated"
    elif skin_type >= dark:
        who = f"usual in skin type {skin_type}: up to {high} after contact freezing of keloids"
    else:
        who = f"about {low} of patients; skin type {skin_type}"
    words = (
        f"Pigment cells die within about {np.median(size):.0f} mm. Pale skin for half a year or "
        f"for good: {who}. Colour that goes is no proof that a pigmented lesion is dead."
    )
    return Risk(
        "pigment", _level(share), share, words, ("zouboulis1993", "harshai2007", "burge1990")
    )


def _blister(response: FreezeResponse) -> Risk:
    layer = response.layers.layers
    base = next(part for part in layer if part.name == "epidermis").bottom_m
    ice = response.deepest_mm() / MM_PER_M
    share = float(np.mean(ice > base))
    words = (
        f"Pain or a blister follows in {_percent('blister_halo')} after freezing to a halo and in "
        f"{_percent('blister_ten_s')} after ten seconds more; it heals without a scar."
    )
    return Risk("blister", _level(share), share, words, ("connolly2001", "almutairi2010"))


def _scar(response: FreezeResponse) -> Risk:
    dermis = response.layers.named("dermis")
    if dermis is None:
        return Risk("scar", "unlikely", 0.0, "No dermis.", ("mirshams2006",))
    thick = (dermis.bottom_m - dermis.top_m) * MM_PER_M
    dead = layer_depth_mm(response, "dermis", "fibroblast")
    share = float(np.mean(dead > thick / 2.0))
    words = (
        f"Fibroblasts die through {np.median(dead):.1f} of {np.median(thick):.1f} mm of dermis. "
        f"Collagen outlasts the cold; flat scars were seen in {_percent('scar_share')} after "
        "freezing into the dermis, hair there does not return."
    )
    return Risk("scar", _level(share), share, words, ("mirshams2006", "burge1990", "usatine2012"))


def _nerve(dead: Array) -> Risk:
    share = float(np.mean(dead >= DEAD_SHARE))
    words = (
        "A nerve lies within reach here. Feeling lost by freezing came back in 10 to 18 months; "
        "function of a motor nerve may be lost as long."
    )
    return Risk("nerve", _level(share), share, words, ("sonnex1985",))


def _cartilage(response: FreezeResponse) -> Risk:
    dead = layer_depth_mm(response, "cartilage", "cartilage")
    share = float(np.mean(dead > 0))
    words = (
        f"Cartilage dies by -50 to -60 °C: {np.median(dead):.1f} mm of it here. Frozen through, it "
        "may notch."
    )
    return Risk("cartilage", _level(share), share, words, ("usatine2012",))
