"""What a freeze has to kill and what it has to spare."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.freeze_rules import TABLE, exposure_of, kind_of
from cryodose.errors import MISSING, BadInput
from cryodose.evidence.diagnoses import LesionKind
from cryodose.procedures.freeze_cold import technique_of
from cryodose.procedures.freeze_death import death_field
from cryodose.procedures.freeze_mask import mask_of
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.session import Lesion, LiquidNitrogen, Session
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]
POLICY = "freeze_policy"
_SPRAYS = ("open-spray", "cone-spray", "vapour-jet")
_NEEDLE = "needle-probe"


@dataclass(frozen=True)
class Target:
    """The lesion with its margin, and the cells in it that must die.

    Attributes
    ----------
    radius_m : of the lesion; margin_m : healthy skin around it that dies with it
    wanted : probability that is asked for
    assumed : keys of the session that the diagnosis had to fill in
    """

    kind: LesionKind
    cell: str
    technique: str
    radius_m: float
    depth_m: float
    margin_m: float
    spot_mm: float
    wanted: float
    assumed: tuple[str, ...]

    @property
    def is_malignant(self) -> bool:
        """Whether too little is worse than too much."""
        return self.cell == "malignant"

    def cells(self, response: FreezeResponse) -> NDArray[np.bool_]:
        """Return the cells to kill, (n_z, n_r, n): a bowl without its horny cap.

        The bowl is as wide as the lesion with its margin and as deep as the lesion.
        """
        z, r = response.z_m[:, None], response.r_m[None]
        lesion = response.layers.lesion
        depth = lesion[-1].bottom_m if lesion else np.full(response.n, self.depth_m)
        top = lesion[-1].top_m if lesion else np.zeros(response.n)
        outer = response.layers.lesion_radius_m + self.margin_m
        inside = (r / outer) ** 2 + (z / depth) ** 2 <= 1.0
        return np.asarray(inside & ((z > top) | (r > response.layers.lesion_radius_m)))


def target_of(session: Session) -> Target:
    """Return the target of a session whose lesion is not refused.

    Raises
    ------
    BadInput
        For a lesion whose width is not stated.
    ValueError
        For a session without a lesion that is dosed.
    """
    kind = kind_of(session)
    if kind is None:
        raise ValueError("a session without a lesion that is dosed")
    exposure = exposure_of(session)
    lesion = exposure.lesion or Lesion()
    assumed = [f"exposure.lesion.{k}" for k in ("depth_mm", "keratin_mm") if not _has(lesion, k)]
    width, depth = _width_mm(session), lesion.depth_mm or _usual_mm(kind, "depth_mm")
    margin_mm = _usual_mm(kind, "margin_mm")
    key = "malignant_probability" if kind.cell == "malignant" else "benign_probability"
    return Target(
        kind,
        kind.cell,
        technique_of(session),
        width / 2.0 / MM_PER_M,
        depth / MM_PER_M,
        margin_mm / MM_PER_M,
        _spot_mm(exposure, technique_of(session), width + 2.0 * margin_mm),
        session.plan.probability or evidence.value(POLICY, f"lethal.{key}"),
        tuple(assumed),
    )


def _has(lesion: Lesion, key: str) -> bool:
    return getattr(lesion, key) is not None


def _usual_mm(kind: LesionKind, key: str) -> float:
    usual = kind.size(key)
    return usual.value if usual is not None else 0.0


def _width_mm(session: Session) -> float:
    """Return the width of a lesion; of one with a mask, that of the circle with its area."""
    exposure = exposure_of(session)
    mask = mask_of(exposure, session.folder)
    if mask is not None:
        return mask.diameter_mm
    width = exposure.lesion.diameter_mm if exposure.lesion else None
    if not width:
        expected = "the width of the lesion, a number above 0 mm, or a lesion_mask"
        raise BadInput(None, "exposure.lesion.diameter_mm", width or MISSING, expected)
    return width


def _spot_mm(exposure: LiquidNitrogen, technique: str, whole_mm: float) -> float:
    """Return the stated spot; else one that covers lesion and margin."""
    stated = exposure.probe_diameter_mm if technique not in _SPRAYS else None
    if technique == _NEEDLE and stated is None:
        return evidence.value("cryogens", f"tool.{_NEEDLE}.diameter_mm")
    return stated or exposure.spot_diameter_mm or whole_mm


def posed(session: Session, target: Target, technique: str, spot_mm: float) -> Session:
    """Return the session with every size stated, for one technique and spot, round."""
    exposure = exposure_of(session)
    lesion = (exposure.lesion or Lesion()).model_copy(
        update={
            "kind": target.kind.name,
            "diameter_mm": 2.0 * target.radius_m * MM_PER_M,
            "depth_mm": target.depth_m * MM_PER_M,
            "keratin_mm": _keratin_mm(exposure, target),
        }
    )
    is_spray = technique in _SPRAYS
    changed = {
        "technique": technique,
        "lesion": lesion,
        "lesion_mask": None,
        "pixel_mm": None,
        "spot_diameter_mm": spot_mm if is_spray else None,
        "probe_diameter_mm": None if is_spray else spot_mm,
        "cycles": (),
    }
    if technique != target.technique:
        changed |= {"probe_temperature_c": None, "insertion_mm": None, "nozzle": None}
        changed |= {"distance_mm": None}
    marked = tuple(dict.fromkeys((*session.assumed, *target.assumed)))
    return replace(session, exposure=exposure.model_copy(update=changed), assumed=marked)


def _keratin_mm(exposure: LiquidNitrogen, target: Target) -> float:
    stated = exposure.lesion.keratin_mm if exposure.lesion else None
    if stated is not None:
        return stated
    return min(_usual_mm(target.kind, "keratin_mm"), target.depth_m * MM_PER_M / 2.0)


@dataclass(frozen=True)
class Spared:
    """A structure below the lesion that must outlive the freeze.

    Attributes
    ----------
    depth_m : (n,), where it begins below the axis
    """

    name: str
    words: str
    cell: str
    accepted: float
    source: str
    depth_m: Array

    def harmed(self, response: FreezeResponse, dead: Array) -> NDArray[np.bool_]:
        """Tell for each member whether most of it dies, from the death below the axis, (n_z, n)."""
        share = evidence.value(POLICY, "accept.harm_share")
        return np.array(
            [
                np.interp(self.depth_m[m], response.z_m[:, m], dead[:, m]) > share
                for m in range(response.n)
            ],
            dtype=np.bool_,
        )


_WORDS = {
    "nerve": ("the nerve below the spot stays alive", "nerve"),
    "cartilage": ("the cartilage below the spot stays alive", "cartilage"),
    "bone": ("the bone below the spot stays alive", "cartilage"),
    "dermis": ("the dermis does not die through its thickness", "fibroblast"),
}


def spared_of(response: FreezeResponse, target: Target) -> tuple[Spared, ...]:
    """Return what must outlive a freeze at this site, by the drawn anatomy."""
    layers, found = response.layers, {}
    if np.isfinite(layers.nerve_depth_m).all():
        found["nerve"] = layers.nerve_depth_m
    for name in ("cartilage", "bone"):
        layer = layers.named(name)
        if layer is not None:
            found[name] = layer.top_m
    dermis = layers.named("dermis")
    if dermis is not None and not takes_the_dermis(response, target):
        found["dermis"] = dermis.bottom_m
    return tuple(
        Spared(
            name,
            *_WORDS[name],
            evidence.value(POLICY, f"accept.{name}"),
            evidence.quantity(POLICY, f"accept.{name}").source,
            np.broadcast_to(depth, (response.n,)),
        )
        for name, depth in found.items()
    )


def takes_the_dermis(response: FreezeResponse, target: Target) -> bool:
    """Tell whether a lesion reaches so deep that the dermis under it cannot be spared."""
    dermis = response.layers.named("dermis")
    if dermis is None:
        return False
    share = evidence.value(POLICY, "accept.lesion_share")
    return target.depth_m > share * float(np.median(dermis.bottom_m))


def killed(response: FreezeResponse, target: Target) -> NDArray[np.bool_]:
    """Tell for each member whether enough cells die at every place of lesion and margin, (n,)."""
    dead = death_field(response, target.cell)
    least = np.where(target.cells(response), dead, 1.0).min(axis=(0, 1))
    return np.asarray(least >= evidence.value(POLICY, "lethal.share"))


def on_axis(response: FreezeResponse) -> FreezeResponse:
    """Return the response of the column below the middle of the spot alone."""
    return replace(
        response,
        r_m=response.r_m[:1],
        volume_m3=response.volume_m3[:, :1],
        lesion=response.lesion[:, :1],
        t_min_c=response.t_min_c[:, :, :1],
        below_s=response.below_s[:, :, :, :1],
        thawed=response.thawed[:, :, :1],
    )


def child_limit_s(session: Session) -> tuple[float, int] | None:
    """Return the longest freeze and most cycles of a child; None for anybody else."""
    age = session.subject.age_y
    if age is None or age >= evidence.value(TABLE, "limit.child_age_y"):
        return None
    return (
        evidence.value(TABLE, "limit.child_freeze_s"),
        int(evidence.value(TABLE, "limit.child_cycles")),
    )
