"""Lesions by name: what may be frozen, and under which rule everything else is refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from cryodose.evidence.folding import folded, undisguised, words_of
from cryodose.evidence.loader import EvidenceError, Quantity, document, quantity

_DOUBT = "?¿؟⸮︖﹖？"
# Whose word counts first where a name holds words of several.
_ORDER = ("melanoma", "naevus", "carcinoma", "pigmented", "pathology", "undiagnosed")


@dataclass(frozen=True)
class LesionKind:
    """A lesion that a dose is computed for.

    Attributes
    ----------
    cell : type of cell that must die
    pigment : ``no``, ``sometimes``, ``often`` or ``always`` dark
    needs : ways of diagnosis of which one must be stated; empty: looking is enough
    near : what lies under it by its nature, as `LiquidNitrogen` names it
    """

    key: str
    name: str
    cell: str
    pigment: str
    needs: tuple[str, ...]
    near: tuple[str, ...]
    protocols: tuple[str, ...]
    caution: str

    def size(self, name: str) -> Quantity | None:
        """Return `depth_mm`, `keratin_mm` or `margin_mm`; None where the table has none."""
        held = name in document("diagnoses")["kind"][self.key]
        return quantity("diagnoses", f"kind.{self.key}.{name}") if held else None


@dataclass(frozen=True)
class LesionRefusal:
    """Why a name is not frozen: the screening rule, the reason, its sources, the word that hit."""

    key: str
    rule: str
    why: str
    sources: tuple[str, ...]
    word: str


@cache
def lesion_kinds() -> tuple[LesionKind, ...]:
    """Return every lesion that a dose is computed for, in the order of the table."""
    return tuple(_kind(key, row) for key, row in document("diagnoses")["kind"].items())


def _kind(key: str, row: dict[str, Any]) -> LesionKind:
    try:
        return LesionKind(
            key,
            row["name"],
            row["cell"],
            row["pigment"],
            tuple(row.get("needs", ())),
            tuple(row.get("near", ())),
            tuple(row["protocols"]),
            row.get("caution", ""),
        )
    except KeyError as error:
        raise EvidenceError(f"diagnoses.toml: {key}: {error}") from None


@cache
def _by_name() -> dict[str, LesionKind]:
    """Return kinds by their joined words, so that spaces and hyphens do not matter."""
    found: dict[str, LesionKind] = {}
    rows = document("diagnoses")["kind"]
    for kind in lesion_kinds():
        for name in (kind.key, kind.name, *rows[kind.key]["names"]):
            known = found.setdefault("".join(words_of(name)), kind)
            if known is not kind:
                raise EvidenceError(f"diagnoses.toml: {name!r} names two lesions")
    return found


def lesion_of(text: str | None) -> LesionKind | LesionRefusal:
    """Return what a name of a lesion stands for: a kind to dose, or why it is refused.

    Only a whole known name is accepted, beside nothing but neutral words such as ``left``. So no
    spelling of anything else can be dosed: what is not understood has no diagnosis.

    Examples
    --------
    >>> lesion_of("Plantar_warts").key, lesion_of("verruca vulgaris, left hand").key
    ('plantar-wart', 'common-wart')
    >>> lesion_of("mole (benign)").rule, lesion_of("pigmented wart?").key, lesion_of(None).rule
    ('LN2-01', 'pigmented', 'LN2-01')
    """
    shown = text or ""
    refusal = _refused(shown)
    if refusal is None and not any(mark in shown for mark in _DOUBT):
        kind = _known(shown)
        if kind is not None:
            return kind
    return refusal or _refusal("undiagnosed", "")


def _known(text: str) -> LesionKind | None:
    names, neutral = _by_name(), _neutral()
    words = words_of(text)
    whole = names.get("".join(words))
    if whole is not None:
        return whole
    return names.get("".join(word for word in words if word not in neutral))


@cache
def _neutral() -> frozenset[str]:
    listed = document("diagnoses")["qualifiers"]["words"]
    return frozenset(word for entry in listed for word in words_of(entry))


def _refused(text: str) -> LesionRefusal | None:
    """Return the refusal whose words stand in a text, unless the text is a known name."""
    if _known(text) is not None:
        return None
    for read in (folded(text), undisguised(text)):
        joined = read.replace(" ", "")
        for key in _ORDER:
            for stem in _stems(key):
                if stem.strip() in read or stem.replace(" ", "") in joined:
                    return _refusal(key, stem.strip())
    return None


@cache
def _stems(key: str) -> tuple[str, ...]:
    return tuple(folded(stem) for stem in document("diagnoses")["refusal"][key]["stems"])


def _refusal(key: str, word: str) -> LesionRefusal:
    row = document("diagnoses")["refusal"][key]
    return LesionRefusal(key, row["rule"], row["why"], tuple(row["sources"]), word)


def mentions_refused(text: str) -> LesionRefusal | None:
    """Return the refusal of a mole, a melanoma or a carcinoma that a free text speaks of, or None.

    For titles, whose other words are not about the diagnosis.

    Examples
    --------
    >>> mentions_refused("A mole on the back").rule
    'LN2-01'
    >>> mentions_refused("A wart on the sole")
    """
    for read in (folded(text), undisguised(text)):
        words = read.split()
        for key in _ORDER[:3]:
            for stem in _stems(key):
                if any(word.startswith(stem) for word in words) or (" " in stem and stem in read):
                    return _refusal(key, stem)
    return None
