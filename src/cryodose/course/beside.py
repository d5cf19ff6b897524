"""Other treatments on the day of a session: how far from the cold they lie, and must lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from cryodose import evidence
from cryodose.course.spec import Combined

State = Literal["kept", "too-close", "not-stated", "no-source"]


@dataclass(frozen=True, slots=True)
class Beside:
    """One other treatment with its distance from the cold.

    Attributes
    ----------
    offset_min : float or None
        Minutes from the cold, below zero before it; None where the file does not say.
    least_min : float or None
        Least distance that a source asks for on that side.
    state : {"kept", "too-close", "not-stated", "no-source"}
    """

    name: str
    kind: str
    offset_min: float | None
    least_min: float | None
    source: str
    state: State

    @property
    def words(self) -> str:
        """Say how it lies and what the sources ask for."""
        when = "the file does not say when"
        if self.offset_min is not None:
            side = "before" if self.offset_min <= 0 else "after"
            when = f"planned {abs(self.offset_min):g} min {side}"
        if self.least_min is None:
            return f"{self.name}: {when}; no distance from this cold was found in any source"
        asked = f"at least {self.least_min:g} min apart ({self.source})"
        mark = "TOO CLOSE, " if self.state == "too-close" else ""
        return f"{mark}{self.name}: {when}; {asked}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "name": self.name,
            "kind": self.kind,
            "offset_min": self.offset_min,
            "least_min": self.least_min,
            "source": self.source or None,
            "state": self.state,
        }


def beside(combined: Iterable[Combined], cold: str) -> tuple[Beside, ...]:
    """Return other treatments in the order of the day; those without a time go last.

    Parameters
    ----------
    combined : iterable of Combined
    cold : str
        "whole-body", "on-skin" or "liquid-nitrogen".
    """
    made = [_one(other, cold) for other in combined]
    return tuple(sorted(made, key=lambda b: (b.offset_min is None, b.offset_min or 0.0, b.name)))


def _one(other: Combined, cold: str) -> Beside:
    name = other.name or other.kind.replace("-", " ")
    offset = None
    if other.before_min is not None:
        offset = -other.before_min
    elif other.after_min is not None:
        offset = other.after_min
    key = f"with.{other.kind}"
    side = "after_min" if other.after_min is not None else "before_min"
    meant = evidence.has("courses", f"{key}.for") and cold in evidence.words(
        "courses", f"{key}.for"
    )
    if not meant or not evidence.has("courses", f"{key}.{side}"):
        return Beside(name, other.kind, offset, None, "", "no-source")
    least = evidence.quantity("courses", f"{key}.{side}")
    state: State = "kept"
    if offset is None:
        state = "not-stated"
    elif abs(offset) < least.value:
        state = "too-close"
    return Beside(name, other.kind, offset, least.value, least.source, state)


def order_of_day(others: Iterable[Beside], cold: str) -> tuple[str, ...]:
    """Return what follows what on the day of a session, the cold among it.

    Examples
    --------
    >>> sport = Beside("sport", "exercise", -45.0, 30.0, "COCS", "kept")
    >>> order_of_day([sport], "cold")
    ('45 min before: sport', 'cold')
    """
    timed = [b for b in others if b.offset_min is not None]
    before = [f"{-(b.offset_min or 0):g} min before: {b.name}" for b in timed if _is_before(b)]
    after = [f"{b.offset_min:g} min after: {b.name}" for b in timed if not _is_before(b)]
    return (*before, cold, *after)


def _is_before(one: Beside) -> bool:
    return one.offset_min is not None and one.offset_min <= 0
