"""What is known about a person, wherever it came from."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cryodose.screening.dates import When

_SHOWN = 200
State = Literal["present", "past", "unstated"]
Say = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Code:
    """One code; `system` is the short name, or the address of a system that the rules lack."""

    system: str
    code: str
    known_system: bool
    display: str = ""


@dataclass(frozen=True, slots=True)
class Coded:
    """A disease, device, procedure, allergy or medicine of this person.

    Attributes
    ----------
    where : str
        Where it stands, for the reader: ``Condition/c1``.
    codes : tuple of Code
    texts : tuple of str
        Words for it, such as the text of the record.
    state : {"present", "past", "unstated"}
        What the record says; what it does not say follows from the dates.
    start, end : When or None
    is_medicine : bool
    """

    where: str
    codes: tuple[Code, ...]
    texts: tuple[str, ...]
    state: State = "unstated"
    start: When | None = None
    end: When | None = None
    is_medicine: bool = False

    @property
    def words(self) -> str:
        """Name it for a reader."""
        if self.codes:
            name = f"{self.codes[0].code} {self.codes[0].display}".strip()
        else:
            name = self.texts[0] if self.texts else ""
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]} ..."
        return f"{self.where}: {shown}" if shown else self.where


@dataclass(frozen=True, slots=True)
class Measured:
    """A number with its unit converted; `low` and `high` differ for "more than 180"."""

    where: str
    quantity: str
    low: float
    high: float
    unit: str
    at: When | None

    @property
    def words(self) -> str:
        """Name it for a reader."""
        if self.low == self.high:
            number = f"{self.low:g}"
        elif math.isinf(self.low) or math.isinf(self.high):
            number = f"up to {self.high:g}" if math.isinf(self.low) else f"{self.low:g} or more"
        else:
            number = f"{self.low:g} to {self.high:g}"
        unit = "" if self.unit == "1" else f" {self.unit}"
        return f"{self.quantity} {number}{unit}" + (f" on {self.at}" if self.at else ", undated")


@dataclass(frozen=True, slots=True)
class Unread:
    """A reading whose value cannot be used: it clears nothing, and what it says stays open."""

    where: str
    quantity: str
    why: str
    at: When | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one of our questions; `at` is when it was given, `since` what it tells."""

    where: str
    question: str
    say: Say
    at: When | None = None
    since: When | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """A named person's decision that one rule shall count less for this person."""

    rule: str
    by: str
    reason: str
    on: date | None = None


@dataclass(slots=True)
class Facts:
    """Everything known about one person.

    `ignored` holds what does not count, with the reason; `conflicts` what contradicts itself.
    """

    subject: str = ""
    sex: str = ""
    births: list[When] = field(default_factory=list)
    coded: list[Coded] = field(default_factory=list)
    measured: list[Measured] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[Code] = field(default_factory=list)
    open_points: list[tuple[str, str]] = field(default_factory=list)
