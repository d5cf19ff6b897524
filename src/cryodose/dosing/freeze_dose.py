"""The answer of a planned freeze, and what stands beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from cryodose.dosing.freeze_rules import Caution, FreezeRefusal


@dataclass(frozen=True)
class FreezeLimit:
    """A structure that must outlast the freeze, or a longest time.

    Attributes
    ----------
    accepted : chance of harm that is accepted; 0 for a time
    passed : chance of harm at the dose (of the least dose tried where none is given); nan: none run
    allowed_s : longest freeze that keeps it, inf where none that was searched passes it
    """

    name: str
    words: str
    accepted: float
    passed: float
    allowed_s: float
    source: str

    @property
    def holds(self) -> bool:
        """Whether the dose keeps it."""
        return not self.passed > self.accepted


@dataclass(frozen=True)
class FreezeAlternative:
    """Another way to freeze the same lesion, or the same way with other numbers.

    Attributes
    ----------
    freeze_s : of one cycle; nan where none was found
    probability : that the whole lesion and its margin die
    harm : chance of the likeliest harm that is not accepted at this rate, or of the likeliest one
    is_feasible, why : the verdict, and what stands against it or binds it
    """

    technique: str
    spot_mm: float
    cycles: int
    freeze_s: float
    probability: float
    harm: float
    is_feasible: bool
    why: str


@dataclass(frozen=True)
class Unknown:
    """An uncertain number and its share of what makes the depth of the cold uncertain, 0 to 1."""

    name: str
    words: str
    share: float
    correlation: float


@dataclass(frozen=True)
class EndPoint:
    """Freezing until the ice is seen so far beyond the lesion, however long that takes.

    What is seen tells most of what is not known beforehand: a hard spray gets there sooner.

    Attributes
    ----------
    halo_mm : ice seen beyond the edge of the lesion
    reached : share of the cases in which it is seen within the longest time; the rest is of these
    probability : that the whole lesion and its margin die, once it is seen
    harm : chance of the likeliest harm, once it is seen
    low_s, median_s, high_s : how long it takes, 90 percent of those cases; nan where it is in none
    is_feasible : sure enough, and nothing that must be spared is harmed too often
    """

    halo_mm: float
    reached: float
    probability: float
    harm: float
    low_s: float
    median_s: float
    high_s: float
    is_feasible: bool


@dataclass(frozen=True)
class Protocol:
    """A published way to freeze such a lesion, and how the plan differs from it."""

    lesion: str
    technique: str
    freeze_s: tuple[float, float] | None
    until: str
    cycles: tuple[int, int]
    outcome: str
    source: str
    confidence: str
    difference: str = ""


@dataclass(frozen=True)
class FreezeDose:
    """The answer.

    Attributes
    ----------
    verdict : ``dose``, ``goal-not-reached`` or ``refused``
    lesion : name of the diagnosis; empty where there is none
    freeze_s, cycles : of each freeze, and how many; None if refused
    thaw_s : until all ice is gone between two freezes, in the central member
    needed_s : shortest freeze that reaches the goal; nan: none that was searched
    longest_s : what the limits allow
    probability, wanted : that the whole lesion with its margin dies, and what is asked for
    depth_mm, margin_mm, spot_mm, diameter_mm : what is frozen
    covered_lesion, covered_target : share of the volume of a lesion with a mask, and of it with its
        margin, in which enough cells die in the likeliest case; nan without a mask
    limiting : name of the limit that decides the longest time; empty where none does
    """

    verdict: str
    lesion: str = ""
    cell: str = ""
    technique: str = ""
    freeze_s: float | None = None
    cycles: int | None = None
    thaw_s: float = math.nan
    needed_s: float = math.nan
    longest_s: float = math.nan
    probability: float = math.nan
    wanted: float = math.nan
    depth_mm: float = math.nan
    margin_mm: float = math.nan
    spot_mm: float = math.nan
    diameter_mm: float = math.nan
    covered_lesion: float = math.nan
    covered_target: float = math.nan
    limiting: str = ""
    limits: tuple[FreezeLimit, ...] = ()
    end_points: tuple[EndPoint, ...] = ()
    alternatives: tuple[FreezeAlternative, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    protocols: tuple[Protocol, ...] = ()
    refusals: tuple[FreezeRefusal, ...] = ()
    cautions: tuple[Caution, ...] = ()
    reasons: tuple[str, ...] = field(default=())
