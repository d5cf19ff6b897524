"""The lesion under a freeze: its kind, its tissue, its size."""

from __future__ import annotations

from cryodose import evidence
from cryodose.errors import BadInput
from cryodose.evidence import Quantity
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.draws import stated
from cryodose.procedures.freeze_mask import mask_of
from cryodose.session import LiquidNitrogen
from cryodose.session.nitrogen import Lesion

_SIZES = ("diameter_mm", "depth_mm", "keratin_mm")
_OTHER = "other"


def lesion_kind(name: str | None) -> str:
    """Return the table of a lesion: the first of which a word occurs in its name."""
    said = (name or "").lower()
    for kind in evidence.names("lesions"):
        if any(word in said for word in evidence.words("lesions", f"{kind}.words")):
            return kind
    return _OTHER


def target_cell(name: str | None) -> str:
    """Return the cells of a lesion that have to die."""
    return evidence.text("lesions", f"{lesion_kind(name)}.cell")


def lesion_tissue(name: str | None) -> str:
    """Return the tissue of a lesion."""
    return evidence.text("lesions", f"{lesion_kind(name)}.tissue")


def lesion_beliefs(beliefs: Beliefs, exposure: LiquidNitrogen) -> None:
    """Add size and tissue of a lesion; nothing where a session states none.

    Raises
    ------
    BadInput
        For a horny cap that is as thick as the lesion is deep.
    """
    lesion = exposure.lesion
    if lesion is None:
        return
    mask = mask_of(exposure, beliefs.session.folder)
    if mask is not None and lesion.diameter_mm is None:
        lesion = lesion.model_copy(update={"diameter_mm": mask.diameter_mm})
    kind = lesion_kind(lesion.kind)
    if lesion.kind is None:
        beliefs.assume_word("exposure.lesion.kind", kind)
    name = lesion_tissue(lesion.kind)
    beliefs.table(f"water.{name}", "freezing", f"tissue.{name}.water")
    beliefs.table("water.keratin", "freezing", "tissue.keratin.water")
    beliefs.table("freezing_c", "freezing", "law.freezing_c")
    for key in _SIZES:
        beliefs.found[f"lesion.{key}"] = _size(beliefs, lesion, kind, key)
    depth, cap = beliefs.found["lesion.depth_mm"], beliefs.found["lesion.keratin_mm"]
    if lesion.keratin_mm and cap.value >= depth.value:
        expected = (
            f"less than the depth of the lesion, {depth.value:g} mm, which counts from its top"
        )
        raise BadInput(None, "exposure.lesion.keratin_mm", lesion.keratin_mm, expected)


def _size(beliefs: Beliefs, lesion: Lesion, kind: str, key: str) -> Quantity:
    given, path = getattr(lesion, key), f"exposure.lesion.{key}"
    table = evidence.quantity("lesions", f"{kind}.{key}")
    if given == 0:
        return stated(path, 0.0, "mm")
    if given is None and table.value == 0:
        return table
    beliefs.size(key, path, given, table, 0.0)
    return beliefs.found.pop(key)
