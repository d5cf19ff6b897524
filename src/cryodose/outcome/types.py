"""The results as objects, and as plain data for JSON."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.build_up import BuiltUp
from cryodose.dosing.plan import Alternative
from cryodose.dosing.search import Dose
from cryodose.dosing.simulation import Simulation
from cryodose.evidence import Source
from cryodose.outcome.head import head_of, release_of
from cryodose.outcome.notebook import notebook_html
from cryodose.outcome.picture import Picture, picture_of
from cryodose.outcome.release import released
from cryodose.outcome.room_use import use_to_dict
from cryodose.outcome.tell import Headline, headline, time_words
from cryodose.outcome.whole_body import Segment
from cryodose.procedures import Assumption
from cryodose.procedures.room import RoomUse
from cryodose.screening import Screening
from cryodose.session import Session

Array = NDArray[np.float64]

NOTICE = (
    "Decision support for trained people and a research tool; not a certified medical device. "
    "Stop at pain, blisters, white or waxy skin."
)


@dataclass(frozen=True)
class Curve:
    """A quantity over time with its 90 percent band, each of shape (n_times,).

    `name` is one of ``skin``, ``fat``, ``adipose+10``, ``adipose+20``, ``joint``, ``nerve``,
    ``skin-flow``, ``muscle-flow``, ``nerve-velocity``, ``pack``, ``heat`` (or ``skin+5`` and so on
    in a gel); `unit` is ``C``, ``percent``, ``kJ`` or ``W``.
    """

    name: str
    words: str
    unit: str
    time_s: Array
    low: Array
    median: Array
    high: Array

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        numbers = {k: _numbers(getattr(self, k)) for k in ("time_s", "low", "median", "high")}
        return {"name": self.name, "words": self.words, "unit": self.unit, **numbers}


@dataclass(frozen=True)
class Application:
    """One line of a timetable; clock times where a start was given, else time since it."""

    on_s: float
    off_s: float
    on: str
    off: str


@dataclass(frozen=True)
class Simulated:
    """What a session does to the tissue, with a band on every curve.

    `facts` are numbers a reader looks for first, name -> (low, median, high) or None where an event
    does not happen for half of the ensemble; names end in their unit. `warnings` names the
    readings that were left out.
    """

    session: Session
    run: Simulation
    curves: tuple[Curve, ...]
    facts: dict[str, tuple[float, float, float] | None]
    assumed: tuple[Assumption, ...]
    sources: tuple[Source, ...]
    segments: tuple[Segment, ...] = ()
    warnings: tuple[str, ...] = ()

    @cached_property
    def picture(self) -> Picture:
        """Temperature over depth and time of the central member; run when first asked for."""
        return picture_of(self.run)

    def curve(self, name: str) -> Curve:
        """Return a curve by name."""
        return next(c for c in self.curves if c.name == name)

    def _repr_html_(self) -> str:
        told = Headline(
            f"Simulated: {time_words(self.run.request.exit_s)} to the end of cooling.",
            f"{self.run.members} people drawn.",
        )
        return notebook_html(self.session.title, told, self.facts, NOTICE)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, as the JSON schema in the docs has it."""
        return {
            **head_of(
                "simulation",
                self.session,
                site=self.run.site,
                members=self.run.members,
                seed=self.run.seed,
            ),
            "exit_s": self.run.request.exit_s,
            "warnings": list(self.warnings),
            "facts": _facts(self.facts),
            "curves": [c.to_dict() for c in self.curves],
            **_segments(self.segments),
            "assumed": [vars(a) for a in self.assumed],
            "sources": [vars(s) for s in self.sources],
            "notice": NOTICE,
        }


@dataclass(frozen=True)
class Plan:
    """A dose with everything behind it.

    Attributes
    ----------
    dose : Dose
        Verdict, times, goals and limits.
    simulated : Simulated or None
        The session at the dose and two hours after it; None if refused.
    timetable : tuple of Application
        When to put on and take off on the first day.
    alternatives : tuple of Alternative
        What other packs and cloths would allow, where the goal is not reached.
    warnings, reasons : tuple of str
        Named cautions; why a goal is not reached or the plan refuses, and what would change it.
    screening : Screening or None
        What the rules say about the person; None where nobody was screened.
    room : RoomUse or None
        What the session does to the air of its room; None where no room was given.
    build_up : tuple of BuiltUp
        What this session and the next ones may last, where the person is not past the first ones.
    """

    session: Session
    dose: Dose
    simulated: Simulated | None
    timetable: tuple[Application, ...]
    alternatives: tuple[Alternative, ...]
    warnings: tuple[str, ...]
    reasons: tuple[str, ...]
    assumed: tuple[Assumption, ...]
    sources: tuple[Source, ...]
    site: str
    seed: int
    members: int
    screening: Screening | None = None
    room: RoomUse | None = None
    build_up: tuple[BuiltUp, ...] = ()

    @property
    def first_session(self) -> BuiltUp | None:
        """What a first session may last, where the file does not say whether this is one."""
        unsaid = self.session.subject.sessions_before is None
        return self.build_up[0] if unsaid and self.build_up else None

    @property
    def headline(self) -> Headline:
        """The answer in one line, and the sentence behind it."""
        return headline(self.dose, self.session.modality, self.first_session)

    @property
    def released(self) -> bool:
        """Whether somebody was screened and no rule stands against it."""
        return released(self.screening)

    @property
    def exit_code(self) -> int:
        """0 for a plan, 3 for a refusal."""
        return 3 if self.dose.verdict == "refused" else 0

    def _repr_html_(self) -> str:
        told = self.headline
        facts = self.simulated.facts if self.simulated else {}
        return notebook_html(self.session.title, told, facts, NOTICE)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain data, as the JSON schema in the docs has it."""
        dose = self.dose
        shown = self.simulated
        return {
            **head_of("plan", self.session, site=self.site, members=self.members, seed=self.seed),
            "verdict": dose.verdict,
            **release_of(self.screening, is_released=self.released),
            "room": use_to_dict(self.room) if self.room else None,
            "dose_s": dose.dose_s,
            "shortest_s": dose.shortest_s,
            "longest_s": dose.longest_s,
            "limiting": dose.limiting,
            "goals": [_goal(g) for g in dose.goals],
            "limits": [_limit(x) for x in dose.limits],
            "build_up": [_built_up(x) for x in self.build_up],
            "timetable": [vars(a) for a in self.timetable],
            "warnings": list(self.warnings),
            "reasons": list(self.reasons),
            "alternatives": [vars(a) for a in self.alternatives],
            "facts": _facts(shown.facts) if shown else {},
            "curves": [c.to_dict() for c in shown.curves] if shown else [],
            **_segments(shown.segments if shown else ()),
            "assumed": [vars(a) for a in self.assumed],
            "sources": [vars(s) for s in self.sources],
            "notice": NOTICE,
        }


def _segments(segments: tuple[Segment, ...]) -> dict[str, Any]:
    """Return the table of segments, or nothing where no whole body was run."""
    return {"segments": [s.to_dict() for s in segments]} if segments else {}


def _numbers(values: Array) -> list[float]:
    """Return floats with five significant digits after the point: enough, and short files."""
    return [round(float(v), 5) for v in values]


def _facts(facts: dict[str, tuple[float, float, float] | None]) -> dict[str, Any]:
    return {
        k: None
        if v is None
        else dict(zip(("low", "median", "high"), _numbers(np.array(v)), strict=True))
        for k, v in facts.items()
    }


def _built_up(row: BuiltUp) -> dict[str, Any]:
    return {**vars(row), "probability_at_dose": round(row.probability_at_dose, 5)}


def _goal(result: Any) -> dict[str, Any]:
    goal = result.goal
    return {
        "kind": goal.kind,
        "words": goal.words,
        "wanted_probability": goal.probability,
        "needed_s": result.needed_s,
        "probability_at_dose": round(result.probability_at_dose, 5),
        "source": goal.source,
    }


def _limit(result: Any) -> dict[str, Any]:
    limit = result.limit
    return {
        "name": limit.name,
        "words": limit.words,
        "allowed_s": result.allowed_s,
        "accepted_probability": limit.probability,
        "probability_passed": round(result.probability_passed, 5),
        "margin_k": None if result.margin_k is None else round(result.margin_k, 3),
        "source": limit.source,
    }
