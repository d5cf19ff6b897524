"""A plan on the terminal: the answer first, then what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.show_segments import segment_lines
from cryodose.cli.tables import (
    bullets,
    dim,
    facts_table,
    heading,
    indented,
    plain_table,
    room_table,
)
from cryodose.errors import one_line
from cryodose.outcome.tell import (
    build_up_rows,
    chance,
    fact_rows,
    goal_rows,
    limit_rows,
    number,
    time_words,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.outcome import Plan

_COLOUR = {"dose": "green", "goal-not-reached": "yellow", "refused": "red"}
_VERDICT = {"dose": "safe and enough", "goal-not-reached": "not enough", "refused": "refused"}


def plan_lines(plan: Plan) -> Iterator[RenderableType]:
    """Yield what to print, from top to bottom."""
    from rich.text import Text

    from cryodose.procedures import is_cold_gas

    yield _answer(plan)
    if plan.screening is not None and not plan.released:
        yield Text("NOT RELEASED: see below what stands against it.", style="bold red")
    if plan.reasons:
        yield from bullets("Why", plan.reasons, "yellow")
    if plan.timetable:
        yield heading("When" if is_cold_gas(plan.session) else "When, on the first day")
        yield indented(Text("   ".join(f"{a.on}–{a.off}" for a in plan.timetable)))
    yield from _tables(plan)
    yield from room_table(plan.room)
    yield from bullets("Mind", plan.warnings, "yellow")
    yield from _small_print(plan)


def _answer(plan: Plan) -> RenderableType:
    from rich.padding import Padding
    from rich.text import Text

    told = plan.headline
    colour = _COLOUR[plan.dose.verdict]
    text = Text()
    if plan.session.title:
        text.append(one_line(plan.session.title) + "\n\n", style="dim")
    text.append(told.answer + "\n", style=f"bold {colour}")
    text.append(told.detail)
    return Padding(text, (1, 0, 0, 0))


def _tables(plan: Plan) -> Iterator[RenderableType]:
    dose = plan.dose
    if goals := goal_rows(dose):
        yield heading("Goals")
        at = f"at {time_words(dose.dose_s)}" if dose.dose_s else "in the least time"
        rows = [(words, needs, chance, want) for words, needs, chance, want in goals]
        yield plain_table(("Goal", "Needs", f"Reached {at}", "Wanted"), rows)
    if limits := limit_rows(dose):
        yield heading("Limits")
        marked = [(f"{w} ◂" if b else w, u, m, r) for w, u, m, r, b in limits]
        yield plain_table(("Limit", "Holds until", "Margin", "Chance to pass it"), marked)
        yield dim("  ◂ this one decides the longest time")
    if plan.build_up:
        yield heading("How sessions are built up")
        rows_of = build_up_rows(plan.build_up)
        yield plain_table(("Session", "Time inside", "Goal reached by then"), rows_of)
    if plan.alternatives:
        yield heading("What else was tried")
        yield plain_table(
            ("With", "Verdict", "At most", "Goal reached by then"),
            [
                (
                    a.words,
                    _VERDICT[a.verdict],
                    time_words(a.longest_s),
                    chance(a.probability_at_longest),
                )
                for a in plan.alternatives
            ],
        )
    if plan.simulated:
        yield heading("What the cold does")
        yield facts_table(fact_rows(plan.simulated.facts))
        yield from segment_lines(plan.simulated.segments)


def _small_print(plan: Plan) -> Iterator[RenderableType]:
    from cryodose.outcome.types import NOTICE

    yield from assumed_lines(plan.assumed)
    yield dim(f"\n{plan.members} people drawn, seed {number(plan.seed, 0)}. {NOTICE}")


def assumed_lines(assumed: tuple[object, ...]) -> Iterator[RenderableType]:
    """Yield the table of what a session did not state."""
    if not assumed:
        return
    rows = [
        (a["key"], f"{a['value']} {_unit(a['unit'])}".strip(), a["source"])
        for a in map(vars, assumed)
    ]
    yield heading("What was assumed, because the file does not say")
    yield plain_table(("Key", "Value (90 % range)", "Source"), rows, whole_keys=True)


def _unit(unit: str) -> str:
    return {"degC": "°C", "-": ""}.get(unit, unit)
