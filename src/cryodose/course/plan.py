"""Plans a course: the days of its sessions, their length, and when to screen again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryodose import evidence
from cryodose.course.beside import Beside, beside, order_of_day
from cryodose.course.spec import CourseSpec, Pause
from cryodose.errors import BadInput, Refused
from cryodose.evidence.catalogue import indication, wish_words
from cryodose.screening import Facts, screen

_KIND = {
    "cryosauna": "whole-body",
    "cryochamber": "whole-body",
    "cold-pack": "on-skin",
    "immersion": "on-skin",
    "liquid-nitrogen": "liquid-nitrogen",
}


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
    sittings = tuple(_sittings(spec, kind, range(1, count + 1), spec.start, gap))
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


def _sittings(
    spec: CourseSpec, kind: str, numbers: range, first: date, gap: int, *, ramp_from: int = 1
) -> list[Sitting]:
    """Return sessions from a day on; the length grows as if `ramp_from` were the first."""
    every = evidence.value("courses", "rescreen.after_sessions")
    days = evidence.value("courses", "rescreen.after_days")
    long_pause = evidence.value("courses", "rescreen.after_pause_days")
    made: list[Sitting] = []
    day, screened, since, ramp = first, None, 0, ramp_from
    for number in numbers:
        free = _free(day, spec.pauses)
        paused = bool(made) and (free - made[-1].day).days > max(long_pause, gap)
        again = screened is None or since >= every or (free - screened).days > days or paused
        if again:
            screened, since = free, 0
        # After a long pause the body is not used to it any more.
        ramp = number if paused else ramp
        since += 1
        made.append(Sitting(number, free, _minutes(kind, number - ramp + 1), again))
        day = free + timedelta(days=gap)
    return made


def resumed(course: Course, done: Sequence[date], on: date) -> tuple[Sitting, ...]:
    """Return the sessions that are left, from a day on, at their distance from the last one.

    Parameters
    ----------
    course : Course
    done : sequence of date
        Days of the sessions that took place, in order.
    on : date
        None of those left lies before this day.

    Returns
    -------
    tuple of Sitting
        The first one is screened again, and starts short after a long pause.
    """
    if not done:
        late = course.sittings[0].day < on
        return (
            course.sittings if not late else _later(course, range(1, len(course.sittings) + 1), on)
        )
    numbers = range(len(done) + 1, len(course.sittings) + 1)
    planned = course.sittings[len(done) :]
    earliest = done[-1] + timedelta(days=course.days_between)
    if planned and planned[0].day >= max(on, earliest):
        return planned
    first = max(on, earliest)
    paused = (first - done[-1]).days > evidence.value("courses", "rescreen.after_pause_days")
    return _later(course, numbers, first, ramp_from=numbers.start if paused else 1)


def _later(course: Course, numbers: range, first: date, ramp_from: int = 1) -> tuple[Sitting, ...]:
    kind = _KIND[course.spec.procedure]
    gap = course.days_between
    return tuple(_sittings(course.spec, kind, numbers, first, gap, ramp_from=ramp_from))


def _free(day: date, pauses: tuple[Pause, ...]) -> date:
    """Return the first day from this one on that lies in no pause."""
    for pause in sorted(pauses, key=lambda p: p.first):
        if pause.first <= day <= pause.last:
            day = pause.last + timedelta(days=1)
    return day


def _minutes(kind: str, number: int) -> float | None:
    if not evidence.has("courses", f"limit.{kind}.minutes"):
        return None
    most = evidence.value("courses", f"limit.{kind}.minutes")
    if not evidence.has("courses", f"limit.{kind}.first_minutes"):
        return most
    first = evidence.value("courses", f"limit.{kind}.first_minutes")
    step = evidence.value("courses", f"limit.{kind}.step_minutes")
    return min(most, first + step * (number - 1))


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
