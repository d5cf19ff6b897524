"""Layers of a session file: what is given, what is assumed, and what a variant overrides.

The level below `subject`, `exposure`, `assumed.subject` and `assumed.exposure` is the leaf:
a value there, also a list or a table, replaces the older one whole. TOML reads
``exposure.current.mean_mA = 1`` and ``exposure.current = { mean_mA = 1 }`` as the same thing,
so nothing finer could be told apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryodose.errors import BadInput

__all__ = ["Draft", "Leaf", "Merged", "read_draft"]

# Keys that exclude each other; the first of each side decides, the others go with it.
_ALTERNATIVES = (
    (("skinfold_mm", "skinfold_mm_sd"), ("adipose_mm", "adipose_mm_sd")),
    (("current",), ("programme",)),
    (("donor_percent",), ("donor_mmol_l",)),
    (("spot_diameter_mm",), ("lesion_mask", "pixel_mm")),
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value and the dotted path where the file has it."""

    value: Any
    path: str


Layer = Mapping[str, Leaf]


@dataclass(frozen=True, slots=True)
class Merged:
    """A section after merging.

    Attributes
    ----------
    layer : mapping of str to Leaf
        What holds.
    assumed : tuple of str
        Keys of `layer` that came from `[assumed]`.
    beaten : mapping of str to Leaf
        Assumed values that a given value goes before.
    """

    layer: Layer
    assumed: tuple[str, ...]
    beaten: Layer


@dataclass(frozen=True, slots=True)
class Draft:
    """The four layers of a session before merging."""

    subject: Layer
    exposure: Layer
    assumed_subject: Layer
    assumed_exposure: Layer

    def overridden_by(self, changes: Draft) -> Draft:
        """Put the keys of a variant over these.

        A variant that sets the modality starts from an empty exposure, the assumed part too.
        """
        modality_set = "modality" in changes.exposure or (
            "modality" in changes.assumed_exposure and "modality" not in self.exposure
        )
        return Draft(
            subject=over(self.subject, changes.subject),
            exposure=over({} if modality_set else self.exposure, changes.exposure),
            assumed_subject=over(self.assumed_subject, changes.assumed_subject),
            assumed_exposure=over(
                {} if modality_set else self.assumed_exposure, changes.assumed_exposure
            ),
        )

    def merged_subject(self) -> Merged:
        """Merge `[subject]` over `[assumed.subject]`."""
        return _merge(self.subject, self.assumed_subject)

    def merged_exposure(self) -> Merged:
        """Merge `[exposure]` over `[assumed.exposure]`."""
        return _merge(self.exposure, self.assumed_exposure)


def over(old: Layer, new: Layer) -> Layer:
    """Put one layer over another; a new key also removes its alternatives from the old."""
    gone = _alternatives(new)
    kept = {key: leaf for key, leaf in old.items() if key not in new and key not in gone}
    return {**kept, **new}


def read_draft(table: Mapping[str, Any], file: object, at: str = "") -> Draft:
    """Cut a file, or a variant, into its four layers.

    Parameters
    ----------
    table : mapping
        Plain data; keys other than `subject`, `exposure` and `assumed` are not looked at.
    file : object
        Name for errors.
    at : str
        Path of `table` in the file, with its dot.

    Returns
    -------
    Draft
        The layers; what the table does not have is empty.

    Raises
    ------
    BadInput
        If one of them is not a table, or `assumed` holds anything else.
    """
    assumed = _table(table.get("assumed", {}), file, f"{at}assumed")
    for key, value in assumed.items():
        if key not in ("subject", "exposure"):
            raise BadInput(
                file, f"{at}assumed.{key}", value, "[assumed.subject] or [assumed.exposure]"
            )
    return Draft(
        subject=_layer(table, "subject", file, at),
        exposure=_layer(table, "exposure", file, at),
        assumed_subject=_layer(assumed, "subject", file, f"{at}assumed."),
        assumed_exposure=_layer(assumed, "exposure", file, f"{at}assumed."),
    )


def _layer(table: Mapping[str, Any], name: str, file: object, at: str) -> Layer:
    values = _table(table.get(name, {}), file, f"{at}{name}")
    return {key: Leaf(value, f"{at}{name}.{key}") for key, value in values.items()}


def _table(value: Any, file: object, path: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(file, path, value, f"a table [{path}]")
    return value


def _alternatives(keys: Layer) -> set[str]:
    gone: set[str] = set()
    for one, other in _ALTERNATIVES:
        if one[0] in keys and other[0] not in keys:
            gone.update(other)
        elif other[0] in keys and one[0] not in keys:
            gone.update(one)
    return gone


def _merge(given: Layer, assumed: Layer) -> Merged:
    gone = _alternatives(given)
    beaten = {key: leaf for key, leaf in assumed.items() if key in given or key in gone}
    kept = {key: leaf for key, leaf in assumed.items() if key not in beaten}
    return Merged({**kept, **given}, tuple(kept), beaten)
