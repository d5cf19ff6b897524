"""What a room can bear, as an object and as plain data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from cryodose import evidence
from cryodose.outcome.head import SCHEMA
from cryodose.outcome.notebook import notebook_html
from cryodose.outcome.tell import Headline, percent, time_words
from cryodose.procedures.room import RoomAssessment, WorstCase

NOTICE = (
    "Decision support and a research tool; it replaces no oxygen monitor, no leak test and no "
    "second person. Nobody enters a room below 18 % oxygen without breathing apparatus."
)
NOT_ASSESSED = (
    "The oxygen of the room was not assessed: give the room with --room ROOM.toml (cryodose room "
    "ROOM.toml alone assesses it, too)."
)
CHAMBER_NOT_ASSESSED = "Where nitrogen cools the chamber: " + NOT_ASSESSED
ZONES = ("floor layer", "breathing zone")


@dataclass(frozen=True)
class RoomResult:
    """A room with its answer."""

    assessment: RoomAssessment

    @property
    def exit_code(self) -> int:
        """0 where a normal day stays above the first alarm, else 3."""
        return 3 if self.assessment.verdict == "refused" else 0

    @property
    def told(self) -> Headline:
        """The answer in one line and the sentence behind it."""
        a = self.assessment
        warn = percent(evidence.value("room", "alarm.warn_share"))
        floor, upper = (percent(float(v)) for v in a.history.share.min(axis=0))
        lowest = f"Lowest oxygen: {upper} in the breathing zone, {floor} at the floor."
        if a.verdict == "refused":
            return Headline(f"This room does not hold {warn} oxygen on a normal day.", lowest)
        per_h = f"up to {a.sessions_per_h} sessions an hour"
        return Headline(f"A normal day stays above {warn}: {per_h}.", lowest)

    def rows(self) -> list[tuple[str, str]]:
        """Return the facts a reader looks for first."""
        a = self.assessment
        return [
            ("First alarm (19.5 %), floor / breathing zone", _both(a.warn_s)),
            ("Second alarm (18 %), floor / breathing zone", _both(a.leave_s)),
            ("Ventilation there is", f"{a.fan_m3_h:.0f} m3/h"),
            ("Needed for the mean of an hour, mixed room", f"{a.needed_mean_m3_h:.0f} m3/h"),
            ("Needed if a session went on for ever, mixed room", f"{a.needed_m3_h:.0f} m3/h"),
            ("Sessions an hour that keep 19.5 % everywhere", f"{a.sessions_per_h}"),
            ("One session, no ventilation, worst case", percent(a.one_session_share)),
        ]

    def worst_rows(self) -> list[tuple[str, ...]]:
        """Return the table of bad days."""
        return [_worst(w) for w in self.assessment.worst]

    def _repr_html_(self) -> str:
        return notebook_html(self.assessment.file.title, self.told, {}, NOTICE)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data, as the JSON schema in the docs has it."""
        a, h = self.assessment, self.assessment.history
        return {
            "schema": SCHEMA,
            "kind": "room",
            "title": a.file.title,
            "room": a.file.to_dict(),
            "verdict": "holds" if a.verdict == "dose" else "refused",
            "lowest_share": dict(
                zip(("floor", "breathing"), map(float, h.share.min(0)), strict=True)
            ),
            "warn_s": [_finite(v) for v in a.warn_s],
            "leave_s": [_finite(v) for v in a.leave_s],
            "fan_m3_h": a.fan_m3_h,
            "needed_mean_m3_h": _finite(a.needed_mean_m3_h),
            "needed_m3_h": _finite(a.needed_m3_h),
            "sessions_per_h": a.sessions_per_h,
            "one_session_share": a.one_session_share,
            "worst": [{k: _plain(v) for k, v in vars(w).items()} for w in a.worst],
            "time_s": [round(float(t), 2) for t in h.time_s],
            "oxygen_share": [[round(float(x), 6) for x in row] for row in h.share],
            "notice": NOTICE,
        }


def _both(pair: tuple[float, float]) -> str:
    return " / ".join(_time(v) for v in pair)


def _time(time_s: float) -> str:
    return "never" if math.isinf(time_s) else f"after {time_words(time_s)}"


def _clock(time_s: float) -> str:
    return "never" if math.isinf(time_s) else time_words(time_s)


def _worst(case: WorstCase) -> tuple[str, ...]:
    back = "not until aired" if math.isinf(case.reentry_s) else time_words(case.reentry_s)
    return (
        f"{case.name}: {case.words}",
        percent(case.breathing_share),
        percent(case.floor_share),
        effect(case.breathing_share),
        _clock(case.warn_s),
        _clock(case.leave_s),
        back,
    )


def effect(share: float) -> str:
    """Return what a share of oxygen does to who breathes it."""
    for key, words in (
        ("faint_share", "fainting, death"),
        ("impaired_share", "judgement fails"),
        ("leave_share", "leave the room"),
        ("warn_share", "first alarm"),
    ):
        if share < evidence.value("room", f"alarm.{key}"):
            return words
    return "none known"


def _finite(value: float) -> float | None:
    return round(value, 6) if math.isfinite(value) else None


def _plain(value: float | str) -> float | str | None:
    return value if isinstance(value, str) else _finite(value)
