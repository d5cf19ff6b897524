"""A freeze on the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cryodose.cli.tables import bullets, dim, facts_table, heading, plain_table, room_table
from cryodose.errors import one_line
from cryodose.outcome import freeze_words as words
from cryodose.outcome.freeze import NOTICE
from cryodose.outcome.freeze_compare import HEAD, compared_rows

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cryodose.dosing.freeze_dose import FreezeDose
    from cryodose.outcome import FreezeResult

_COLOUR = {"dose": "green", "goal-not-reached": "yellow", "refused": "red"}


def freeze_lines(result: FreezeResult) -> Iterator[RenderableType]:
    """Yield what to print, from top to bottom."""
    from rich.padding import Padding
    from rich.text import Text

    dose, told = result.dose, result.told
    text = Text()
    if result.session.title:
        text.append(one_line(result.session.title) + "\n\n", style="dim")
    text.append(told.answer + "\n", style=f"bold {_COLOUR[dose.verdict] if dose else 'green'}")
    text.append(told.detail)
    yield Padding(text, (1, 0, 0, 0))
    if result.screening is not None and not result.released:
        yield Text("NOT RELEASED: see below what stands against it.", style="bold red")
    if dose is not None:
        refusals = [refusal_words(r.rule, r.words, r.sources) for r in dose.refusals]
        yield from bullets("Why", (*refusals, *dose.reasons), "yellow")
        yield from _tables(result)
    if result.facts:
        yield heading("What the cold does")
        yield facts_table(f.row() for f in result.facts)
    yield from bullets("Harm", result.harms, "yellow")
    yield from room_table(result.room)
    yield from bullets("Mind", result.warnings, "yellow")
    yield from _protocols(dose)
    yield from bullets("How it was computed", result.notes, "cyan")
    assumed = [f"{a.key} = {a.value} {a.unit}".strip() for a in result.assumed]
    yield from bullets("Assumed", assumed, "dim")
    yield dim(f"\n{NOTICE}")


def refusal_words(rule: str, said: str, sources: tuple[str, ...]) -> str:
    """Return a refusal with its rule and sources."""
    return f"{rule}: {said} ({', '.join(sources)})."


def _tables(result: FreezeResult) -> Iterator[RenderableType]:
    dose = result.dose
    if dose is None:
        return
    if dose.limits:
        yield heading("Limits")
        yield plain_table(words.LIMIT_HEAD, [words.limit_row(x) for x in dose.limits])
    if dose.end_points:
        yield heading("Watching the ice in place of the clock")
        rows = [words.end_point_row(x) for x in dose.end_points]
        yield plain_table(words.END_POINT_HEAD, rows)
    if dose.alternatives:
        yield heading("Alternatives")
        rows = [words.alternative_row(x) for x in dose.alternatives]
        yield plain_table(words.ALTERNATIVE_HEAD, rows)
    if dose.unknowns:
        yield dim(f"\n{words.unknown_words(dose.unknowns)}")
    if result.compared is not None:
        yield heading("Side by side")
        yield plain_table(HEAD, compared_rows(result, result.compared))


def _protocols(dose: FreezeDose | None) -> Iterator[RenderableType]:
    found = dose.protocols if dose else ()
    lines = [f"{words.published_words(p)} ({p.source}). {p.difference}" for p in found]
    yield from bullets("Published protocols beside it", lines, "cyan")
