"""Plans a course: the days of its sessions, their length, and when to screen again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cryodose import evidence
from cryodose.course.beside import Beside, beside, order_of_day
from cryodose.course.spec import CourseSpec, Done, Pause
from cryodose.errors import BadInput, Refused
from cryodose.evidence.build_up import longest_after_s
from cryodose.evidence.catalogue import indication, wish_words
from cryodose.screening import Facts, screen
from cryodose.units import minutes

_KIND = {
    "cryosauna": "whole-body",
    "cryochamber": "whole-body",
    "cold-pack": "on-skin",
    "immersion": "on-skin",
    "liquid-nitrogen": "liquid-nitrogen",
}
# The kind whose first sessions are shorter, the same ones that a dose keeps short.
_BUILT_UP = "whole-body"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One planned session; `minutes` is its longest time, None where the dose says it."""

    number: int
    day: date
    minutes: float | None
    screen_again: bool

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "number": self.number,
            "day": self.day.isoformat(),
            "minutes": self.minutes,
            "screen_again": self.screen_again,
        }


@dataclass(frozen=True)
class Course:
    """A planned course with what it rests on.

    Attributes
    ----------
    rests_on : str
        Where number and spacing come from.
    notes : tuple of str
        The article's claims beside the evidence, and wishes.
    beside : tuple of Beside
        Other treatments on the day of a session.
    order : tuple of str
        What follows what on such a day.
    """

    spec: CourseSpec
    sittings: tuple[Sitting, ...]
    days_between: int
    rests_on: str
    notes: tuple[str, ...]
    stop_rules: tuple[str, ...]
    sources: tuple[str, ...]
    beside: tuple[Beside, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def unsettled(self) -> tuple[Beside, ...]:
        """Other treatments that lie too close to the cold, or of which nobody says when."""
        return tuple(b for b in self.beside if b.state in ("too-close", "not-stated"))

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "kind": "course",
            "title": self.spec.title,
            "procedure": self.spec.procedure,
            "goal": self.spec.goal,
            "days_between": self.days_between,
            "rests_on": self.rests_on,
            "sessions": [s.to_dict() for s in self.sittings],
            "outcome": self.spec.outcome,
            "notes": list(self.notes),
            "with": [b.to_dict() for b in self.beside],
            "order_of_day": list(self.order),
            "stop_rules": list(self.stop_rules),
            "sources": list(self.sources),
        }


def plan_course(spec: CourseSpec) -> Course:
    """Return the sessions of a course.

    Parameters
    ----------
    spec : CourseSpec
        Number and spacing may be left to the trial of its goal.

    Raises
    ------
    BadInput
        If neither the file nor a trial says how many sessions or how far apart, if they are closer
        than the limits allow, or if the procedure cannot be planned as a course.
    Refused
        If the goal is itself a reason against the cold.
    """
    kind = _KIND.get(spec.procedure)
    if kind is None:
        expected = "a procedure with a published standard: cryoelectrophoresis has none"
        raise BadInput(None, "procedure", spec.procedure, expected)
    _refuse_barred_goal(spec)
    row = indication(spec.goal) if spec.goal else None
    key = row.key if row is not None and evidence.has("courses", f"schedule.{row.key}") else ""
    usable = bool(key) and row is not None and spec.procedure in row.procedures
    count, n_source = _chosen(spec.sessions, key if usable else "", "sessions")
    gap, g_source = _chosen(spec.days_between, key if usable else "", "days_between")
    least = evidence.quantity("courses", f"limit.{kind}.days_between")
    if gap < least.value:
        expected = f"at least {least.value:g} days ({least.source})"
        raise BadInput(None, "days_between", gap, expected)
    days_of = _sittings(spec, kind, range(1, count + 1), spec.start, gap)
    sittings = _timed(days_of, kind, spec.sessions_before)
    days = "1 day" if gap == 1 else f"{gap} days"
    rests = f"{count} sessions: {n_source}; {days} apart: {g_source}"
    stops, stop_sources = _stop_rules()
    found = {s for s in (n_source, g_source, least.source) if s in evidence.source_keys()}
    others = beside(spec.combined, kind)
    found |= {b.source for b in others if b.source}
    return Course(
        spec,
        sittings,
        gap,
        rests,
        tuple(_notes(spec, kind)),
        stops,
        tuple(sorted({*found, *stop_sources, *(row.sources if row else ())})),
        others,
        order_of_day(others, spec.procedure) if others else (),
    )


def _refuse_barred_goal(spec: CourseSpec) -> None:
    """Refuse a goal that is itself a reason against the cold, such as bronchitis."""
    if not spec.goal:
        return
    told = screen(Facts(wishes=[spec.goal]), spec.procedure, spec.start, stage="once")
    if told.verdict == "stop":
        reasons = [f"{f.rule} {f.condition}: {'; '.join(f.because)}" for f in told.findings]
        raise Refused([f"the goal {spec.goal} bars the cold", *reasons])


def _chosen(given: int | None, key: str, what: str) -> tuple[int, str]:
    if given is not None:
        return given, "as asked"
    if not key:
        expected = "a number: no trial of this goal with this procedure gives one"
        raise BadInput(None, what, None, expected)
    quantity = evidence.quantity("courses", f"schedule.{key}.{what}")
    return int(quantity.value), quantity.source


def _sittings(spec: CourseSpec, kind: str, numbers: range, first: date, gap: int) -> list[Sitting]:
    """Return sessions from a day on, without the length that the first ones build up."""
    every = evidence.value("courses", "rescreen.after_sessions")
    days = evidence.value("courses", "rescreen.after_days")
    long_pause = evidence.value("courses", "rescreen.after_pause_days")
    made: list[Sitting] = []
    day, screened, since = first, None, 0
    for number in numbers:
        free = _free(day, spec.pauses)
        paused = bool(made) and (free - made[-1].day).days > max(long_pause, gap)
        again = screened is None or since >= every or (free - screened).days > days or paused
        if again:
            screened, since = free, 0
        since += 1
        made.append(Sitting(number, free, _minutes(kind), again))
        day = free + timedelta(days=gap)
    return made


def resumed(course: Course, done: Sequence[Done], on: date) -> tuple[Sitting, ...]:
    """Return the sessions that are left, from a day on, at their distance from the last one.

    Parameters
    ----------
    course : Course
    done : sequence of Done
        The sessions that took place, in order.
    on : date
        None of those left lies before this day.

    Returns
    -------
    tuple of Sitting
        The first one is screened again, and starts short after a long pause.
    """
    spec, kind, gap = course.spec, _KIND[course.spec.procedure], course.days_between
    last = done[-1].day if done else None
    first = on if last is None else max(on, last + timedelta(days=gap))
    left: Sequence[Sitting] = course.sittings[len(done) :]
    if left and left[0].day < first:
        left = _sittings(spec, kind, range(left[0].number, left[-1].number + 1), first, gap)
    return _timed(left, kind, built_up(done, spec.sessions_before), last)


def built_up(done: Iterable[Done], before: int) -> int:
    """Return how many sessions the body is used to after some more of them.

    One that was stopped before its time adds none. After a long pause the body is not used to it
    any more.

    Parameters
    ----------
    done : iterable of Done
        Sessions that took place, in order.
    before : int
        Those that the person had had before.

    Examples
    --------
    >>> from datetime import date
    >>> days = [Done(date(2026, 12, 1)), Done(date(2026, 12, 2), cut_short=True)]
    >>> built_up(days, 0), built_up([*days, Done(date(2027, 1, 20))], 5)
    (1, 1)
    """
    last: date | None = None
    for one in done:
        before = 0 if is_long_pause(last, one.day) else before
        before += not one.cut_short
        last = one.day
    return before


def is_long_pause(last: date | None, day: date) -> bool:
    """Tell whether a person who had a session on the day `last` starts anew on another day.

    Parameters
    ----------
    last : date or None
        None where there was no session: then nothing is to be started anew.
    day : date
    """
    most = evidence.value("courses", "rescreen.after_pause_days")
    return last is not None and (day - last).days > most


def _timed(
    sittings: Iterable[Sitting], kind: str, before: int, last: date | None = None
) -> tuple[Sitting, ...]:
    """Return sessions with their longest times, built up from those that the person has had.

    Parameters
    ----------
    before : int
        Sessions that the person is used to.
    last : date, optional
        The last one of them, where its day is known.
    """
    if kind != _BUILT_UP:
        return tuple(sittings)
    found = []
    for sitting in sittings:
        before = 0 if is_long_pause(last, sitting.day) else before
        found.append(replace(sitting, minutes=minutes(longest_after_s(before))))
        before, last = before + 1, sitting.day
    return tuple(found)


def _free(day: date, pauses: tuple[Pause, ...]) -> date:
    """Return the first day from this one on that lies in no pause."""
    for pause in sorted(pauses, key=lambda p: p.first):
        if pause.first <= day <= pause.last:
            day = pause.last + timedelta(days=1)
    return day


def _minutes(kind: str) -> float | None:
    key = f"limit.{kind}.minutes"
    return evidence.value("courses", key) if evidence.has("courses", key) else None


def _notes(spec: CourseSpec, kind: str) -> list[str]:
    notes = [wish_words(spec.goal, spec.procedure)] if spec.goal else []
    if kind == "whole-body":
        claims = indication("twenty-sessions"), indication("eighteen-months")
        asked = evidence.quantity("courses", "article.sessions")
        seen = evidence.quantity("courses", "article.least_with_benefit")
        lasts = evidence.quantity("courses", "article.effect_months")
        found = evidence.quantity("courses", "article.effect_seen_months")
        verdicts = [c.verdict for c in claims if c is not None]
        notes.append(
            f"The article asks for at least {asked.value:g} sessions; trials saw benefit after "
            f"{seen.low:g} to {seen.high:g}: {verdicts[0]}."
        )
        notes.append(
            f"The article says that the effect lasts {lasts.value:g} months; follow-ups saw "
            f"{found.low:g} to {found.high:g}: {verdicts[1]}."
        )
    return notes


def _stop_rules() -> tuple[tuple[str, ...], tuple[str, ...]]:
    lines: list[str] = []
    sources: list[str] = []
    for key in evidence.names("courses", "stop"):
        found = evidence.words("courses", f"stop.{key}.sources")
        action = evidence.text("courses", f"stop.{key}.action")
        words = evidence.text("courses", f"stop.{key}.words")
        lines.append(f"{action} at {words} ({', '.join(found)})")
        sources += found
    return tuple(lines), tuple(sources)
