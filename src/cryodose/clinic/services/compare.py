"""Kept plans side by side: dose, goals and limits in one table, curves over one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cryodose.clinic.models import PlanRecord
from cryodose.clinic.services import answers
from cryodose.clinic.services.drawings import Drawing, drawings_of

# More columns do not fit a page, and one is no comparison.
FEWEST, MOST = 2, 4


@dataclass(frozen=True)
class Cell:
    """What one plan has for a row, and how it looks."""

    words: str
    look: str = ""


@dataclass(frozen=True)
class CompareRow:
    """One line of the table: what, and a cell for each plan."""

    words: str
    cells: Sequence[Cell]


def compared(plans: Sequence[PlanRecord]) -> dict[str, Any]:
    """Return table and drawings of some plans of one person.

    Curves of different procedures have nothing in common and are drawn for each procedure alone.
    """
    names = [f"{i + 1}" for i in range(len(plans))]
    return {
        "columns": list(zip(names, plans, strict=True)),
        "general": _general(plans),
        "goals": _listed(plans, answers.goal_rows, _goal_cell),
        "limits": _listed(plans, answers.limit_rows, _limit_cell),
        "drawings": _drawn(plans, names),
    }


def _general(plans: Sequence[PlanRecord]) -> list[CompareRow]:
    verdicts = {
        "dose": _("the goal is reached"),
        "goal-not-reached": _("the goal is not reached surely enough"),
        "refused": _("Refused"),
    }
    table: list[tuple[str, Callable[[PlanRecord], Cell]]] = [
        (_("Verdict"), lambda p: Cell(verdicts.get(p.verdict, ""), answers.look_of(p.answer))),
        (_("Dose"), lambda p: Cell(answers.dose_words(p.answer) or "—")),
        (_("Chosen"), lambda p: Cell(answers.chosen_words(p.session) or "—")),
        (_("Window"), lambda p: Cell(answers.window_words(p.answer) or "—")),
        (_("Released"), lambda p: Cell(_("yes") if p.released else _("no"))),
        (_("people drawn"), lambda p: Cell(str(p.members))),
    ]
    return [CompareRow(words, [cell(p) for p in plans]) for words, cell in table]


def _listed(
    plans: Sequence[PlanRecord],
    rows_of: Callable[[Any], Sequence[Any]],
    cell_of: Callable[[Any], Cell],
) -> list[CompareRow]:
    """Return one line for each goal or limit that any of the plans has."""
    columns = [{row.words: row for row in rows_of(p.answer)} for p in plans]
    every = dict.fromkeys(words for column in columns for words in column)
    return [
        CompareRow(words, [cell_of(c[words]) if words in c else Cell("—") for c in columns])
        for words in every
    ]


def _goal_cell(row: answers.GoalRow) -> Cell:
    needs = f", {_('takes')} {row.needs}" if row.needs else ""
    return Cell(f"{row.chance} / {row.wanted}{needs}", "good" if row.is_reached else "warn")


def _limit_cell(row: answers.LimitRow) -> Cell:
    parts = [p for p in (row.until, row.margin, row.chance) if p]
    return Cell(" · ".join(parts), "" if row.holds else "bad")


def _drawn(plans: Sequence[PlanRecord], names: Sequence[str]) -> list[Drawing]:
    found: list[Drawing] = []
    for procedure in dict.fromkeys(p.procedure for p in plans):
        own = [(n, p.answer) for n, p in zip(names, plans, strict=True) if p.procedure == procedure]
        if len(own) >= FEWEST:
            found += drawings_of(own)
    return found
