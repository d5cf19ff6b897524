"""Records without names: tables for research, one row for a person, session, reading and so on.

Nobody is told by a date, a name, a place, a rare property or a free text: dates become days since
the person's first record, ids become keyed hashes, people stand in groups of at least `least`, and
words that fewer people share become "hidden".
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryodose.errors import BadInput
from cryodose.fhir.care_maps import READING, tables
from cryodose.fhir.codes import MEASURES
from cryodose.fhir.records import (
    AdverseEvent,
    Consent,
    OfPerson,
    Person,
    Plan,
    Record,
    Score,
    Screening,
    Session,
)
from cryodose.fhir.research_columns import HIDDEN, SCHEMA, UNKNOWN, Column
from cryodose.screening.dates import years_between

Row = dict[str, Any]
_SECRET_BYTES = 16
_HASH_LETTERS = 20
_LEAST = 5
_BAND_YEARS = 10
_OLDEST = 80
_BMI = ((18.5, "under 18.5"), (25.0, "18.5 to 25"), (30.0, "25 to 30"))
_BMI_TOP = "30 and more"
# In the order in which they are given up where too few people are alike.
_QUASI = ("skin_type", "bmi_band", "sex", "age_band")


@dataclass(frozen=True)
class Table:
    """A table: its columns with their meaning, and its rows in an order that tells nothing."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Research:
    """The tables, and how many people were left out and why."""

    tables: tuple[Table, ...]
    left_out: dict[str, int]


class _Names:
    """Turns ids into hashes that only the holder of the secret can compute."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _SECRET_BYTES:
            raise BadInput(None, "secret", len(secret), f"{_SECRET_BYTES} bytes or more")
        self._secret = secret

    def of(self, kind: str, own: str) -> str:
        if not own:
            return ""
        made = hmac.new(self._secret, f"{kind}/{own}".encode(), hashlib.sha256)
        return made.hexdigest()[:_HASH_LETTERS]


def research(
    records: Iterable[Record], secret: bytes, on: date, *, least: int = _LEAST
) -> Research:
    """Return records as de-identified tables.

    Parameters
    ----------
    records : iterable of Record
        Of any number of people; retired ones are left out.
    secret : bytes
        At least 16, made for this one export and then thrown away: two exports cannot be joined.
    on : date
        Day of the export: only people whose consent to research holds on it are in.
    least : int
        Smallest group of people who look alike.

    Raises
    ------
    BadInput
        For a short secret or a group smaller than 2.
    """
    if least < 2:
        raise BadInput(None, "least", least, "2 or more")
    names = _Names(secret)
    kept = [r for r in records if r.retired_at is None]
    people = {r.id: r for r in kept if isinstance(r, Person)}
    agreed = {r.person for r in kept if isinstance(r, Consent) and _holds(r, on)}
    own: dict[str, list[OfPerson]] = defaultdict(list)
    for record in kept:
        if isinstance(record, OfPerson) and record.person in people:
            own[record.person].append(record)
    willing = {i: p for i, p in people.items() if i in agreed}
    firsts = {i: _first(own[i]) for i in willing}
    rows, alone = _alike({i: _person(p, firsts[i]) for i, p in willing.items()}, least)
    inside = {i: own[i] for i in rows}
    told = _Tables(names, {i: firsts[i] for i in rows})
    told.rows["people"] = [{"person": names.of("Person", i), **row} for i, row in rows.items()]
    for listed in inside.values():
        for record in listed:
            told.add(record, listed)
    made = tuple(
        Table(name, columns, _ordered(_shared(columns, told.rows[name], least)))
        for name, columns in SCHEMA.items()
    )
    left_out = {"no consent to research": len(people) - len(willing), "too few alike": alone}
    return Research(made, left_out)


def _holds(consent: Consent, on: date) -> bool:
    ended = consent.expires_on is not None and consent.expires_on < on
    taken_back = consent.withdrawn_on is not None and consent.withdrawn_on <= on
    return consent.for_research and consent.given_on <= on and not ended and not taken_back


def _day_of(record: OfPerson) -> date | None:
    """Return the day of a record that stands in a table."""
    match record:
        case Screening():
            return record.day
        case Session():
            moment = record.started_at or record.planned_for
        case AdverseEvent():
            moment = record.happened_at
        case Score():
            return record.taken_on
        case _:
            return None
    return moment.date() if moment is not None else None


def _first(listed: Sequence[OfPerson]) -> date | None:
    return min((d for d in map(_day_of, listed) if d is not None), default=None)


def _person(person: Person, first: date | None) -> Row:
    age = (
        years_between(person.birth_date, first)
        if person.birth_date is not None and first is not None
        else None
    )
    return {
        "age_band": UNKNOWN if age is None else _age_band(age),
        "sex": person.sex,
        "bmi_band": _bmi_band(person),
        "skin_type": UNKNOWN if person.skin_type is None else str(person.skin_type),
    }


def _age_band(age: int) -> str:
    if age >= _OLDEST:
        return f"{_OLDEST} and more"
    low = max(age, 0) // _BAND_YEARS * _BAND_YEARS
    return f"{low} to {low + _BAND_YEARS - 1}"


def _bmi_band(person: Person) -> str:
    if not person.height_m or not person.mass_kg:
        return UNKNOWN
    bmi = person.mass_kg / person.height_m**2
    return next((words for top, words in _BMI if bmi < top), _BMI_TOP)


def _alike(rows: dict[str, Row], least: int) -> tuple[dict[str, Row], int]:
    """Return rows in groups of at least `least` that look alike, and how many were alone."""
    safe: dict[str, Row] = {}
    left = dict(rows)
    for given_up in (None, *_QUASI):
        if given_up is not None:
            left = {i: {**row, given_up: HIDDEN} for i, row in left.items()}
        groups = Counter(_key(row) for row in left.values())
        # Who would join a group that is there already must not: it would still be this one.
        enough = {i for i, row in left.items() if groups[_key(row)] >= least}
        safe |= {i: left[i] for i in enough}
        left = {i: row for i, row in left.items() if i not in enough}
    return {i: safe[i] for i in rows if i in safe}, len(left)


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _QUASI)


class _Tables:
    """Collects rows."""

    def __init__(self, names: _Names, firsts: dict[str, date | None]) -> None:
        self.names, self.firsts = names, firsts
        self.rows: dict[str, list[Row]] = {name: [] for name in SCHEMA}

    def add(self, record: OfPerson, others: Sequence[OfPerson]) -> None:
        """Add the rows of one record."""
        own: Row = {"person": self.names.of("Person", record.person)}
        day: Row = {"day": self._days(record)}
        match record:
            case Screening():
                found = [str(f.get("rule")) for f in tables(record.result.get("findings"))]
                rules = [{"rule": rule} for rule in sorted(set(found))] or [{"rule": ""}]
                said: Row = {"procedure": record.procedure, "verdict": record.verdict}
                self.rows["screenings"] += [{**own, **day, **said, **rule} for rule in rules]
            case Session():
                self._session(record, {**own, **day}, others)
            case Score():
                said = {"scale": record.scale.strip().lower(), "value": record.value}
                link = {"session": self.names.of("Session", record.session)}
                self.rows["scores"].append({**own, **link, **day, **said})
            case AdverseEvent():
                link = {"session": self.names.of("Session", record.session)}
                said = {"severity": record.severity, "closed": record.closed_on is not None}
                self.rows["harm"].append({**own, **link, **day, **said})

    def _days(self, record: OfPerson) -> int | None:
        day, first = _day_of(record), self.firsts[record.person]
        return None if day is None or first is None else (day - first).days

    def _session(self, session: Session, own: Row, others: Sequence[OfPerson]) -> None:
        key = {"person": own["person"], "session": self.names.of("Session", session.id)}
        plans = [r for r in others if isinstance(r, Plan) and r.id == session.plan]
        pain = session.felt.get("pain")
        self.rows["sessions"].append(
            {
                **own,
                **key,
                "procedure": session.procedure,
                "planned_s": session.planned_s,
                "cold_s": session.cold_s,
                "ended_how": session.ended_how.strip().lower(),
                "plan_verdict": plans[0].verdict if plans else "",
                "plan_dose_s": plans[0].dose_s if plans else None,
                "pain": pain if type(pain) in (int, float) else None,
            }
        )
        if session.started_at is not None:
            self.rows["readings"] += _readings(session, key, session.started_at)


def _readings(session: Session, key: Row, start: datetime) -> list[Row]:
    made = []
    for event in session.events:
        quantity, value = event.data.get("quantity"), event.data.get("value")
        if event.kind != READING or not isinstance(quantity, str) or quantity not in MEASURES:
            continue
        made.append(
            {
                **key,
                "second": (event.at - start).total_seconds(),
                "quantity": quantity,
                "unit": MEASURES[quantity].unit,
                "value": value if type(value) in (int, float) else None,
                "quality": str(event.data.get("quality") or "good"),
            }
        )
    return made


def _shared(columns: tuple[Column, ...], rows: list[Row], least: int) -> list[Row]:
    """Replace words that too few people share."""
    made = rows
    for column in columns:
        if not column.is_shared:
            continue
        users: dict[str, set[str]] = defaultdict(set)
        for row in made:
            users[row[column.name]].add(row["person"])
        rare = {word for word, who in users.items() if word and len(who) < least}
        made = [{**row, column.name: HIDDEN} if row[column.name] in rare else row for row in made]
    return made


def _ordered(rows: list[Row]) -> tuple[Row, ...]:
    # By hash: the order of entry would tell who came first.
    return tuple(sorted(rows, key=lambda row: [(v is not None, str(v)) for v in row.values()]))
