"""What happened to a person, day by day: every record at the moment that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from cryodose.clinic.models import Person, Record
from cryodose.clinic.words import RECORDS, VERDICTS

# Names of the way back from a person, and what an entry leads to.
_PAGES = {
    "screenings": "screening",
    "plans": "plan",
    "courses": "course",
    "sessions": "session",
    "adverse_events": "harm",
    "attachments": "picture",
    "conditions": "condition_edit",
}
_KINDS = ("consents", "scores", *_PAGES)


@dataclass(frozen=True)
class Happened:
    """One entry: when, what kind of record, what it says, and the page that has more."""

    at: datetime
    kind: str
    words: str
    route: str
    record: Record


def timeline(person: Person) -> list[tuple[date, list[Happened]]]:
    """Return the days of a person, newest first, each with what happened in its order."""
    found = sorted(_entries(person), key=lambda h: h.at, reverse=True)
    return [(day, list(rows)) for day, rows in groupby(found, key=lambda h: _day(h.at))]


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _entries(person: Person) -> Iterator[Happened]:
    yield _made(person, person.made_at, _("New person"), "")
    for name in _KINDS:
        for row in getattr(person, name).in_use():
            yield _made(row, _moment(row), _said(row), _PAGES.get(name, ""))
    for event in person.adverse_events.in_use():
        for one in event.follow_ups.in_use():
            words = f"{event.what}: {one.found}"
            yield Happened(_moment(one), str(RECORDS["FollowUp"]), words, "harm", event)


def _made(row: Record, at: datetime, words: str, route: str) -> Happened:
    return Happened(at, str(RECORDS[type(row).__name__]), words, route, row)


# The day or moment that a record is about, by the first of these that it has.
_WHEN = ("started_at", "planned_for", "happened_at", "given_on", "taken_on", "seen_on", "day",
         "stated_on")  # fmt: skip


def _moment(row: Record) -> datetime:
    for name in _WHEN:
        value: Any = getattr(row, name, None)
        if isinstance(value, datetime):
            return value
        if isinstance(value, date):
            # Of the same day the clock says when it was written down.
            same = _day(row.made_at) == value
            noon = timezone.make_aware(datetime.combine(value, time(12)))
            return row.made_at if same else noon
    return row.made_at


def _said(row: Any) -> str:
    verdict = getattr(row, "verdict", "")
    if type(row).__name__ == "ScreeningRecord":
        return f"{row.get_procedure_display()}: {VERDICTS.get(verdict, verdict)}"
    if type(row).__name__ == "SessionRecord":
        cold = f", {row.cold_s:.0f} s" if row.cold_s is not None else ""
        state = _("ended") if row.ended_at else _("running") if row.started_at else _("planned")
        return f"{row.get_procedure_display()}: {state}{cold}"
    if type(row).__name__ == "Consent":
        return f"{row.get_procedure_display()}, {_('until')} {row.expires_on}"
    return str(row)
