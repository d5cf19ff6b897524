"""Looks at what was done: go on, pause or stop, and when to screen again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from cryodose import evidence
from cryodose.course.plan import Course, Sitting, resumed
from cryodose.course.spec import Done

Action = Literal["go-on", "pause", "stop"]
_RANK = {"go-on": 0, "pause": 1, "stop": 2}


@dataclass(frozen=True)
class Progress:
    """Where a course stands on a day.

    Attributes
    ----------
    action : {"go-on", "pause", "stop"}
    reasons : tuple of str
        Why it pauses or stops, with sources.
    left : tuple of Sitting
        Sessions that remain, none before that day; empty once it stops.
    scores : tuple of (date, score)
        The outcome, session by session.
    """

    action: Action
    reasons: tuple[str, ...]
    done: int
    left: tuple[Sitting, ...]
    scores: tuple[tuple[date, float], ...]
    screen_again: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "action": self.action,
            "reasons": list(self.reasons),
            "done": self.done,
            "left": [s.to_dict() for s in self.left],
            "scores": [{"day": day.isoformat(), "score": score} for day, score in self.scores],
            "screen_again": self.screen_again,
        }


def progress_of(course: Course, on: date) -> Progress:
    """Return where a course stands.

    Parameters
    ----------
    course : Course
        With the sessions that were done in its `spec`.
    on : date
        Sessions after this day are not looked at.

    Returns
    -------
    Progress
        A sign that stops holds for good: nobody resumes a course after it without a new one.
    """
    done = sorted((d for d in course.spec.done if d.day <= on), key=lambda d: d.day)
    action: Action = "go-on"
    reasons: list[str] = []
    for key in evidence.names("courses", "stop"):
        found = _days(key, done)
        wanted: Action = (
            "stop" if evidence.text("courses", f"stop.{key}.action") == "stop" else "pause"
        )
        if wanted == "pause":
            found = [d for d in found if d == _last_told(key, done)]
        if not found:
            continue
        action = max(action, wanted, key=_RANK.__getitem__)
        sources = ", ".join(evidence.words("courses", f"stop.{key}.sources"))
        words = evidence.text("courses", f"stop.{key}.words")
        reasons.append(f"{found[-1].isoformat()}: {words} ({sources})")
    took_place = [d for d in done if not d.called_off]
    left = () if action == "stop" else resumed(course, took_place, on)
    pending = left[:1]
    gap = (on - done[-1].day).days if done else 0
    paused = gap > evidence.value("courses", "rescreen.after_pause_days")
    again = action != "go-on" or paused or any(s.screen_again for s in pending)
    scores = tuple((d.day, d.score) for d in done if d.score is not None)
    return Progress(action, tuple(reasons), len(took_place), left, scores, again)


def _last_told(key: str, done: Sequence[Done]) -> date | None:
    """Return the last day that tells of a reason to pause: only such a day can end the pause."""
    told = [
        d.day
        for d in done
        if key in d.signs
        or (key == "pressure" and not (d.systolic is None and d.diastolic is None))
        or (key == "worse" and d.score is not None)
    ]
    return told[-1] if told else None


def _days(key: str, done: Sequence[Done]) -> list[date]:
    """Return the days on which a stop rule holds."""
    found = [d.day for d in done if key in d.signs]
    if key == "pressure":
        high = evidence.value("courses", "pressure.systolic")
        low = evidence.value("courses", "pressure.diastolic")
        found += [
            d.day
            for d in done
            if (d.systolic is not None and d.systolic >= high)
            or (d.diastolic is not None and d.diastolic >= low)
        ]
    if key == "worse":
        scored = [(d.day, d.score) for d in done if d.score is not None]
        found += [b[0] for a, b in pairwise(scored[1:]) if min(a[1], b[1]) > scored[0][1]]
    return sorted(found)
