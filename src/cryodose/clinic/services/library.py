"""The evidence as a library: numbers, rules, claims, experiments and the sources behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import cryodose
from cryodose import evidence
from cryodose.errors import CryodoseError
from cryodose.evidence.catalogue import indication, indications
from cryodose.files import read_toml
from cryodose.screening import load_rules
from cryodose.screening.rules import id_key

KINDS = ("value", "rule", "claim", "experiment", "source")
# They come with the sources of the program, not with an installed package.
EXPERIMENTS = Path(cryodose.__file__).resolve().parents[2] / "experiments"


@dataclass(frozen=True)
class Entry:
    """One thing to be found.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    key : str
        Its name in the evidence; unique within its kind.
    title, says : str
        What it is, and what it says, in a few words.
    confidence : str
        How its number is known; empty where it has none.
    sources : tuple of str
    words : str
        Everything that a search looks through, in lower case.
    """

    kind: str
    key: str
    title: str
    says: str = ""
    confidence: str = ""
    sources: tuple[str, ...] = ()
    words: str = field(default="", repr=False)


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Return everything in the library, kind by kind."""
    found = [*_values(), *_rules(), *_claims(), *_experiments()]
    return (*found, *_sources())


def found(words: str, kind: str = "", confidence: str = "") -> list[Entry]:
    """Return the entries in which each of the words stands.

    Parameters
    ----------
    words : str
    kind, confidence : str
        Empty for all.
    """
    wanted = words.lower().split()
    return [
        e
        for e in entries()
        if (not kind or e.kind == kind)
        and (not confidence or e.confidence == confidence)
        and all(w in e.words for w in wanted)
    ]


def resting_on(source: str) -> list[Entry]:
    """Return what rests on a source."""
    return [e for e in entries() if source in e.sources]


def entry(kind: str, key: str) -> Entry | None:
    """Return one entry."""
    return next((e for e in entries() if e.kind == kind and e.key == key), None)


def experiment(key: str) -> dict[str, Any] | None:
    """Return a published experiment as its file has it."""
    path = _files().get(key)
    return None if path is None else read_toml(path)


def number(value: float) -> str:
    """Return a number as a reader writes it."""
    return f"{value:.6g}".replace("-", "\N{MINUS SIGN}")


def _made(kind: str, key: str, title: str, **more: Any) -> Entry:
    also = more.pop("also", "")
    says, sources = more.get("says", ""), more.get("sources", ())
    cited = " ".join(f"{s} {evidence.source(s).citation}" for s in sources if s in _known())
    words = " ".join((key, title, says, also, cited, more.get("confidence", ""))).lower()
    return Entry(kind, key, title, words=words, **more)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return evidence.source_keys()


def _values() -> Iterator[Entry]:
    for table in evidence.tables():
        for q in evidence.walk(table):
            span = "" if q.low == q.high else f" ({number(q.low)} – {number(q.high)})"
            yield _made(
                "value",
                q.key,
                q.key.replace(".", " › ").replace("_", " "),
                says=f"{number(q.value)} {q.unit}{span}",
                confidence=q.confidence,
                sources=(q.source,),
                also=q.note,
            )


def _rules() -> Iterator[Entry]:
    for rule in sorted(load_rules().rules.values(), key=lambda r: id_key(r.id)):
        also = (rule.why, rule.note, rule.threshold, rule.waiting, *rule.procedures, *rule.words)
        yield _made(
            "rule",
            rule.id,
            rule.condition,
            says=f"{rule.effect}: {', '.join(rule.procedures)}",
            confidence=rule.confidence,
            sources=rule.sources,
            also=" ".join((*also, *rule.icd10, *rule.snomed)),
        )


def _claims() -> Iterator[Entry]:
    for row in indications():
        yield _made(
            "claim",
            row.key,
            row.name,
            says=row.verdict,
            confidence=row.confidence,
            sources=row.sources,
            also=" ".join((row.id, *row.also, *row.procedures, *row.texts.values())),
        )


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    return {f"{p.parent.name}/{p.stem}": p for p in sorted(EXPERIMENTS.glob("*/*.toml"))}


def _experiments() -> Iterator[Entry]:
    for key, path in _files().items():
        try:
            data = read_toml(path)
        except CryodoseError:
            continue
        source = data.get("source", {})
        yield _made(
            "experiment",
            key,
            str(data.get("title", key)),
            says=str(source.get("citation", "")),
            also=" ".join(str(source.get(k, "")) for k in ("key", "doi", "note")),
        )


def _sources() -> Iterator[Entry]:
    for key in sorted(_known(), key=str.lower):
        one = evidence.source(key)
        yield _made("source", key, one.citation, says=one.doi)


def claim(key: str) -> dict[str, Any] | None:
    """Return a claim with its evidence as plain data."""
    row = indication(key)
    return row.to_dict() if row is not None and row.key == key else None
