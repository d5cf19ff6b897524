"""What a freeze does, as an object and as plain data."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from cryodose.dosing.freeze_dose import FreezeDose
from cryodose.evidence import Source
from cryodose.outcome.fact import Fact, finite
from cryodose.outcome.freeze_views import (
    FreezeFilm,
    FreezeMap,
    FreezeReach,
    FreezeSection,
    FreezeVolume,
)
from cryodose.outcome.freeze_words import told
from cryodose.outcome.head import head_of, release_of
from cryodose.outcome.notebook import notebook_html
from cryodose.outcome.release import released
from cryodose.outcome.room_use import use_to_dict
from cryodose.outcome.tell import Headline
from cryodose.outcome.types import Curve
from cryodose.procedures import Assumption
from cryodose.procedures.room import RoomUse
from cryodose.screening import Screening
from cryodose.session import Session

NOTICE = (
    "Decision support for trained people and a research tool; not a certified medical device. "
    "Freeze nothing without a diagnosis; stop at pain that does not fit."
)
KINDS = ("freeze-plan", "freeze-simulation")


@dataclass(frozen=True)
class FreezePictures:
    """What pictures and files are made of; the costly ones are computed when first asked for."""

    section: FreezeSection
    reach: FreezeReach
    surface: FreezeMap
    film_of: Callable[[], FreezeFilm]
    volume_of: Callable[[], FreezeVolume]

    @cached_property
    def film(self) -> FreezeFilm:
        """Freeze and thaw of the central member."""
        return self.film_of()

    @cached_property
    def volume(self) -> FreezeVolume:
        """The frozen tissue as a box, of the central member."""
        return self.volume_of()


@dataclass(frozen=True)
class FreezeResult:
    """A plan (`kind` ``freeze-plan``, with a dose) or a simulation (``freeze-simulation``).

    Attributes
    ----------
    dose : FreezeDose or None
    curves : tuple of Curve
        ``depth0``, ``depth-5`` ... in mm: depth of isotherms; ``skin`` in C; empty for a refusal.
    pictures : FreezePictures or None
        None where a plan is refused before anything is computed.
    harms : tuple of str
        Pigment, blister, scar, nerve, hair: risks in words, with sources.
    screening : Screening or None
        What the rules say about the person; None where nobody was screened.
    notes : tuple of str
        How it was computed.
    compared : FreezeResult or None
        Another plan to stand beside this one.
    room : RoomUse or None
        What a spill does to the air of its room; None where no room was given.
    """

    kind: str
    session: Session
    dose: FreezeDose | None
    curves: tuple[Curve, ...]
    pictures: FreezePictures | None
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    harms: tuple[str, ...]
    assumed: tuple[Assumption, ...]
    sources: tuple[Source, ...]
    site: str
    seed: int
    members: int
    screening: Screening | None = None
    notes: tuple[str, ...] = field(default=())
    compared: FreezeResult | None = None
    room: RoomUse | None = None

    @property
    def released(self) -> bool:
        """Whether nothing stands against the freeze: no refusal, and a screening without a hit."""
        allowed = self.dose is not None and self.dose.verdict != "refused"
        return allowed and released(self.screening)

    @property
    def exit_code(self) -> int:
        """0 for a plan, 3 for a refusal."""
        return 3 if self.dose is not None and self.dose.verdict == "refused" else 0

    @property
    def told(self) -> Headline:
        """The answer in one line and the sentence behind it."""
        return told(self.dose, self.facts)

    def curve(self, name: str) -> Curve:
        """Return a curve by name."""
        return next(c for c in self.curves if c.name == name)

    def _repr_html_(self) -> str:
        return notebook_html(self.session.title, self.told, {}, NOTICE)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, as the JSON schema in the docs has it."""
        return {
            **head_of(
                self.kind, self.session, site=self.site, members=self.members, seed=self.seed
            ),
            **self._decided(),
            "facts": {f.name: f.to_dict() for f in self.facts},
            "curves": [c.to_dict() for c in self.curves],
            "warnings": list(self.warnings),
            "harms": list(self.harms),
            "notes": list(self.notes),
            "assumed": [vars(a) for a in self.assumed],
            "sources": [vars(s) for s in self.sources],
            "room": use_to_dict(self.room) if self.room else None,
            "notice": NOTICE,
            **({} if self.compared is None else {"compared": self.compared.to_dict()}),
        }

    def _decided(self) -> dict[str, Any]:
        if self.dose is None:
            return {}
        return release_of(self.screening, is_released=self.released) | dose_dict(self.dose)


def dose_dict(dose: FreezeDose) -> dict[str, Any]:
    """Return a dose as plain data; what does not exist is null."""
    found: dict[str, Any] = _plain(asdict(dose))
    for limit, row in zip(dose.limits, found["limits"], strict=True):
        row["holds"] = limit.holds
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return finite(value) if math.isfinite(value) else None
    return value
