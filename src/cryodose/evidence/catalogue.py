"""What is claimed of cold, and the best evidence for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from cryodose.evidence.loader import EvidenceError, document, source

_TEXTS = (
    "claim", "design", "people", "course", "outcome", "effect", "interval", "direction",
    "certainty", "certainty_basis", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """A measured effect with its 95 percent interval, where one was given."""

    outcome: str
    value: float
    unit: str
    source: str
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        span = "" if self.low is None else f" ({self.low:g} to {self.high:g})"
        return f"{self.outcome}: {self.unit} {self.value:g}{span}, {self.source}"


@dataclass(frozen=True)
class Indication:
    """One indication, effect or number, and what is known about it.

    Attributes
    ----------
    trial : bool
        Whether any trial was found.
    offered : tuple of str
        Procedures for which a plan may propose it; empty for what can only be a wish.
    texts : dict
        The rest in words: claim, design, people, course, outcome, effect, direction, certainty.
    """

    key: str
    id: str
    group: str
    name: str
    also: tuple[str, ...]
    article: bool
    procedures: tuple[str, ...]
    icd10: tuple[str, ...]
    snomed: tuple[str, ...]
    trial: bool
    offered: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str
    sizes: tuple[Size, ...]
    texts: dict[str, str]

    @property
    def verdict(self) -> str:
        """Say in one line what the evidence is worth."""
        if not self.trial:
            return "no trial found"
        words = self.texts.get("direction", "")
        return f"{words}; certainty {self.texts.get('certainty', 'not stated')}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "key": self.key,
            "id": self.id,
            "group": self.group,
            "name": self.name,
            "article": self.article,
            "procedures": list(self.procedures),
            "trial": self.trial,
            "offered": list(self.offered),
            "verdict": self.verdict,
            "sizes": [
                {k: getattr(s, k) for k in ("outcome", "value", "low", "high", "unit", "source")}
                for s in self.sizes
            ],
            **self.texts,
            "confidence": self.confidence,
            "sources": [
                {"key": s.key, "citation": s.citation, "doi": s.doi}
                for s in map(source, self.sources)
            ],
        }


@cache
def indications() -> tuple[Indication, ...]:
    """Return the whole catalogue, in the order of its file."""
    return tuple(_indication(key, row) for key, row in document("indications").items())


def _indication(key: str, row: dict[str, Any]) -> Indication:
    try:
        sizes = tuple(Size(**size) for size in row.get("size", ()))
        return Indication(
            key,
            row["id"],
            row["group"],
            row["name"],
            tuple(row.get("also", ())),
            row["article"],
            tuple(row["procedures"]),
            tuple(row.get("icd10", ())),
            tuple(row.get("snomed", ())),
            row["trial"],
            tuple(row["offered"]),
            tuple(row["sources"]),
            row["confidence"],
            sizes,
            {k: row[k] for k in _TEXTS if k in row},
        )
    except (KeyError, TypeError) as error:
        raise EvidenceError(f"indications.toml: {key}: {error}") from None


def indication(name: str) -> Indication | None:
    """Return the indication of a name, key or id, or None.

    Examples
    --------
    >>> indication("Migraine").key
    'migraine'
    >>> indication("rheumatoid arthritis").key
    'joint-inflammation'
    """
    wanted = " ".join(name.lower().replace("_", " ").split())
    for row in indications():
        names = {row.key, row.key.replace("-", " "), row.id.lower(), row.name.lower(), *row.also}
        if wanted in names:
            return row
    return None


def proposable(procedure: str) -> tuple[Indication, ...]:
    """Return the goals that a plan may propose for a procedure: those with a trial in favour."""
    return tuple(row for row in indications() if row.trial and procedure in row.offered)


def wish_words(name: str, procedure: str) -> str:
    """Say what a wished goal is worth, for the plan to show.

    Examples
    --------
    >>> wish_words("cellulite", "cryosauna")
    'Wish recorded: get rid of cellulite. No trial found: it is no reason for this plan.'
    """
    row = indication(name)
    if row is None:
        return f"Wish recorded: {name}. It is not in the catalogue: it is no reason for this plan."
    if not row.trial:
        return f"Wish recorded: {row.name}. No trial found: it is no reason for this plan."
    if procedure not in row.offered:
        return (
            f"Wish recorded: {row.name}. {_opened(row.verdict)}: it is no reason for {procedure}."
        )
    return f"Goal: {row.name}. {_opened(row.verdict)}."


def _opened(words: str) -> str:
    return words[:1].upper() + words[1:]
