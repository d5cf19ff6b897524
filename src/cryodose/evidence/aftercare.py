"""What a person is told to take home: each statement with its sources and when it is said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryodose.evidence.loader import CONFIDENCES, EvidenceError, document, source

TABLE = "aftercare"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a leaflet.

    Attributes
    ----------
    key : such as ``freeze.care.wash``
    words : a finished sentence
    sources : keys of the publications behind it
    confidence : one of `CONFIDENCES`
    given : said only where one of these is so; empty: always
    not_given : said only where none of these is so
    note : what else the sources say
    """

    key: str
    words: str
    sources: tuple[str, ...]
    confidence: str
    given: frozenset[str] = frozenset()
    not_given: frozenset[str] = frozenset()
    note: str = ""

    def holds(self, traits: Collection[str]) -> bool:
        """Tell whether it is said of a treatment with these traits."""
        known = frozenset(traits)
        return (not self.given or bool(self.given & known)) and not self.not_given & known

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "key": self.key,
            "words": self.words,
            "given": sorted(self.given),
            "not_given": sorted(self.not_given),
            "sources": list(self.sources),
            "confidence": self.confidence,
            "note": self.note,
        }


@cache
def statements() -> tuple[Statement, ...]:
    """Return every statement, in the order of the table.

    Raises
    ------
    EvidenceError
        For a row without words or sources, of unknown confidence, or with a source that is not
        in the table of sources.
    """
    return tuple(
        _statement(f"{procedure}.{part}.{name}", row)
        for procedure, parts in document(TABLE).items()
        for part, rows in parts.items()
        for name, row in rows.items()
    )


def said(group: str, traits: Collection[str]) -> tuple[Statement, ...]:
    """Return what is said under a heading, of a treatment with these traits.

    Parameters
    ----------
    group : str
        Procedure and part, such as ``freeze.care``.
    traits : collection of str
        Names that `given` and `not_given` of the rows may hold.
    """
    return tuple(s for s in statements() if s.key.startswith(f"{group}.") and s.holds(traits))


def _statement(key: str, row: dict[str, Any]) -> Statement:
    try:
        found = Statement(
            key,
            row["words"],
            tuple(source(name).key for name in row["sources"]),
            row["confidence"],
            frozenset(row.get("given", ())),
            frozenset(row.get("not_given", ())),
            row.get("note", ""),
        )
    except KeyError as error:
        raise EvidenceError(f"{TABLE}.toml: {key} has no {error}") from None
    if not found.sources or found.confidence not in CONFIDENCES:
        raise EvidenceError(f"{TABLE}.toml: {key} has no source or an unknown confidence")
    return found
