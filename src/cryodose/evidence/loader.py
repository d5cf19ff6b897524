"""Reads the evidence tables: every number with unit, range, source and confidence."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import NormalDist
from typing import Any, Literal

Spread = Literal["fixed", "normal", "lognormal"]
CONFIDENCES = ("measured", "direct", "secondary", "derived", "calibrated", "memory", "assumed")
_Z95 = NormalDist().inv_cdf(0.95)


class EvidenceError(Exception):
    """A table is malformed or a key does not exist."""


@dataclass(frozen=True)
class Quantity:
    """One number with what is known about it.

    `low` and `high` are taken as the 5 and 95 percent points of belief about the number.
    """

    key: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    confidence: str
    spread: Spread
    note: str = ""

    def at(self, z: float) -> float:
        """Return the value `z` standard deviations from the centre.

        A range that is not centred on `value` gets its own width on either side, so that z = 0 is
        `value` and z = -1.645 and 1.645 are `low` and `high`.
        """
        if self.spread == "fixed":
            return self.value
        end = self.high if z > 0 else self.low
        share = abs(z) / _Z95
        if self.spread == "lognormal":
            return self.value * math.exp(math.log(end / self.value) * share)
        return self.value + (end - self.value) * share


@cache
def _document(table: str) -> dict[str, Any]:
    path = files("cryodose.evidence").joinpath(f"{table}.toml")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise EvidenceError(f"no evidence table {table!r}") from None


def tables() -> tuple[str, ...]:
    """Return the names of all tables, `sources` left out."""
    found = (p.name for p in files("cryodose.evidence").iterdir())
    names = (n.removesuffix(".toml") for n in found if n.endswith(".toml"))
    return tuple(sorted(n for n in names if n != "sources"))


def _node(table: str, key: str) -> Any:
    node: Any = _document(table)
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            raise EvidenceError(f"{table}.toml has no {key!r}")
        node = node[part]
    return node


@cache
def quantity(table: str, key: str) -> Quantity:
    """Return the quantity at a dotted key of a table."""
    node = _node(table, key)
    if not isinstance(node, dict) or "value" not in node:
        raise EvidenceError(f"{table}.toml: {key!r} is not a quantity")
    return _quantity(f"{table}.{key}", node)


def _quantity(key: str, node: Mapping[str, Any]) -> Quantity:
    try:
        value = float(node["value"])
        low, high = float(node.get("low", value)), float(node.get("high", value))
        unit, source, confidence = str(node["unit"]), str(node["source"]), str(node["confidence"])
    except (KeyError, TypeError, ValueError) as error:
        raise EvidenceError(f"{key}: {error}") from None
    default: Spread = "fixed" if low == high else ("lognormal" if low > 0 else "normal")
    spread = node.get("spread", default)
    if not low <= value <= high:
        raise EvidenceError(f"{key}: value outside its own range")
    if confidence not in CONFIDENCES:
        raise EvidenceError(f"{key}: unknown confidence {confidence!r}")
    if source not in _document("sources"):
        raise EvidenceError(f"{key}: unknown source {source!r}")
    return Quantity(
        key, value, unit, low, high, source, confidence, spread, str(node.get("note", ""))
    )


def value(table: str, key: str) -> float:
    """Return just the number at a dotted key."""
    return quantity(table, key).value


def text(table: str, key: str) -> str:
    """Return a word (a kind, a name) at a dotted key."""
    node = _node(table, key)
    if not isinstance(node, str):
        raise EvidenceError(f"{table}.toml: {key!r} is not a text")
    return node


def document(table: str) -> dict[str, Any]:
    """Return a whole table as plain data, not to be changed."""
    return _document(table)


def names(table: str, key: str = "") -> tuple[str, ...]:
    """Return the names below a key (or at the top of the table)."""
    node = _node(table, key) if key else _document(table)
    return tuple(node)


def has(table: str, key: str) -> bool:
    """Tell whether a key exists."""
    try:
        _node(table, key)
    except EvidenceError:
        return False
    return True


def walk(table: str) -> Iterator[Quantity]:
    """Yield every quantity of a table."""

    def below(prefix: str, node: Mapping[str, Any]) -> Iterator[Quantity]:
        for name, child in node.items():
            if isinstance(child, dict):
                key = f"{prefix}.{name}" if prefix else name
                if "value" in child:
                    yield _quantity(f"{table}.{key}", child)
                else:
                    yield from below(key, child)

    yield from below("", _document(table))


@dataclass(frozen=True)
class Source:
    """A publication behind a number."""

    key: str
    citation: str
    doi: str = ""


@cache
def source(key: str) -> Source:
    """Return the publication of a source key."""
    node = _document("sources").get(key)
    if node is None:
        raise EvidenceError(f"no source {key!r}")
    return Source(key, node["citation"], node.get("doi", ""))


def source_keys() -> frozenset[str]:
    """Return the keys of all sources."""
    return frozenset(_document("sources"))


def words(table: str, key: str) -> tuple[str, ...]:
    """Return a list of words at a dotted key."""
    node = _node(table, key)
    if not isinstance(node, list) or not all(isinstance(w, str) for w in node):
        raise EvidenceError(f"{table}.toml: {key!r} is not a list of words")
    return tuple(node)


def flag(table: str, key: str) -> bool:
    """Return a yes or no at a dotted key."""
    node = _node(table, key)
    if not isinstance(node, bool):
        raise EvidenceError(f"{table}.toml: {key!r} is neither true nor false")
    return node
