"""The tables that documents of the clinic are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cryodose.clinic.models import Person, Record
from cryodose.outcome.markup import Markup, el, table
from cryodose.outcome.types import NOTICE
from cryodose.report.language import texts
from cryodose.report.page import page, section

Cell = object


def moment(at: datetime | None) -> str:
    """Return a moment in the time of the clinic, to the second."""
    return "–" if at is None else timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")


def day(on: date | None) -> str:
    """Return a day."""
    return "–" if on is None else on.isoformat()


def amount(value: float | None, unit: str = "") -> str:
    """Return a number with its unit, or a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:g} {unit}".strip().replace("-", "\N{MINUS SIGN}")


def pairs(rows: Iterable[tuple[str, Cell]]) -> Markup:
    """Return names with what they are."""
    return table((_("What"), _("Value")), [(str(name), value) for name, value in rows])


def listed(head: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> Markup:
    """Return a table, or the word that there is nothing."""
    found = list(rows)
    return table(tuple(head), found) if found else el("p", _("None."))


def part(title: str, *inside: object) -> Markup:
    """Return a part of a document with its heading."""
    return section(title, *inside, name="part")


def under(title: str, *inside: object) -> Markup:
    """Return a part of a part with its heading."""
    return el("div", el("h3", title), *inside)


def retired(row: Record) -> str:
    """Return that a record was taken out of use, and why; nothing where it is in use."""
    return f" ({_('retired')}: {row.retired_why})" if row.is_retired else ""


def who(row: Any) -> str:
    """Return who made a record."""
    return row.made_by.name if row.made_by else "–"


def document(title: str, answer: str, person: Person, *body: object) -> str:
    """Return a whole document about a person.

    Parameters
    ----------
    title : str
        What it is.
    answer : str
        What it says in one line.
    person : Person
    body : object
        What `el` takes as children.
    """
    known = [person.full_name, f"{_('No.')} {person.number}", day(person.birth_date)]
    head = el(
        "header",
        el("p", person.clinic.name, class_="verdict"),
        el("h1", title),
        el("p", answer, class_="answer"),
        el("p", " · ".join(known), class_="detail"),
    )
    language = (get_language() or "en").split("-")[0]
    foot = el("footer", el("p", texts(language)(NOTICE)))
    name = f"{title} · {person.full_name} · {person.clinic.name}"
    return page(name, "report.css", head, el("main", *body), foot, language=language)
