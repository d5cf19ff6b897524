"""What a clinic keeps about a person, as plain frozen objects.

The clinic's site has tables of the same names; whoever exchanges data fills these from them. Empty
texts, None, empty tuples and empty tables all mean "not given".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every record has.

    Attributes
    ----------
    id : str
        At most 64 letters, digits, ``-`` and ``.``, unique among the records of one kind.
    made_at : datetime or None
        With its offset, as every moment here.
    made_by : str
        The name of whoever made it.
    retired_at, retired_why
        When and why it was taken out of use.
    """

    id: str
    made_at: datetime | None = None
    made_by: str = ""
    retired_at: datetime | None = None
    retired_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """Somebody who is treated; `external_id` is what `external_system` calls them."""

    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    sex: str = "unknown"
    number: int | None = None
    language: str = ""
    email: str = ""
    phone: str = ""
    height_m: float | None = None
    mass_kg: float | None = None
    body_fat_percent: float | None = None
    skin_type: int | None = None
    note: str = ""
    external_system: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfPerson(Record):
    """What every record about a person has: the id of that person."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(OfPerson):
    """What a person agreed to, until when, and when they took it back."""

    procedure: str
    text: str = ""
    given_on: date
    expires_on: date | None = None
    given_by: str = ""
    for_research: bool = False
    withdrawn_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition(OfPerson):
    """A diagnosis; `since` and `until` are as much of a date as is known."""

    words: str = ""
    icd10: str = ""
    snomed: str = ""
    status: str = ""
    verification: str = "confirmed"
    since: str = ""
    until: str = ""
    stated_on: date | None = None
    stated_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening(OfPerson):
    """A screening: `answers` is a whole patient file, `result` what the rules said."""

    procedure: str
    device_kind: str = ""
    stage: str = "all"
    day: date
    answers: dict[str, Any] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    verdict: str
    rules_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(OfPerson):
    """A plan with all that computes it again: `session`, `seed`, `members`, `version`."""

    screening: str = ""
    protocol: str = ""
    title: str = ""
    procedure: str
    session: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    members: int | None = None
    resolution: int = 1
    version: str = ""
    verdict: str = ""
    dose_s: float | None = None
    released: bool = False
    answer: dict[str, Any] = field(default_factory=dict)
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Course(OfPerson):
    """A course: `spec` is the course file, `plan` the sessions that came of it."""

    procedure: str
    goal: str = ""
    spec: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    version: str = ""
    session_plan: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in a session, at the clock of the server."""

    number: int
    kind: str
    at: datetime
    key: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    by: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(OfPerson):
    """One session: as set (`planned_s`), as measured (`events`), as felt (`felt`)."""

    plan: str = ""
    screening: str = ""
    course: str = ""
    device: str = ""
    procedure: str
    planned_for: datetime | None = None
    planned_s: float | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cold_s: float | None = None
    ended_how: str = ""
    felt: dict[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Record):
    """What became of an adverse event."""

    seen_on: date
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent(OfPerson):
    """Harm, or what could have been harm."""

    session: str = ""
    happened_at: datetime
    what: str
    severity: str = ""
    sign: str = ""
    site: str = ""
    done: str = ""
    follow_up_on: date | None = None
    closed_on: date | None = None
    follow_ups: tuple[FollowUp, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score(OfPerson):
    """The score of a scale on a day; lower is better."""

    course: str = ""
    session: str = ""
    scale: str
    value: float
    taken_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment(OfPerson):
    """A photo or thermal image with its content."""

    session: str = ""
    kind: str = "photo"
    words: str = ""
    suffix: str = ""
    width_px: int | None = None
    height_px: int | None = None
    sha256: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Record):
    """A cabin, chamber, spray, pack or current source."""

    name: str = ""
    kind: str = "other"
    maker: str = ""
    model: str = ""
    serial: str = ""
    room: str = ""
    serviced_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Record):
    """Who changed which record, when and why; `target` is ``Plan/ID``."""

    target: str
    at: datetime
    by: str = ""
    why: str = ""
    action: str = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access(Record):
    """Who was shown, or was refused, what of a person."""

    person: str = ""
    at: datetime
    by: str = ""
    action: str = ""
    route: str = ""
    what: str = ""
    allowed: bool = True
    request_id: str = ""


RECORDS: dict[str, type[Record]] = {
    kind.__name__: kind
    for kind in (
        Person, Consent, Condition, Screening, Plan, Course, Session, AdverseEvent, Score,
        Attachment, Device, Change, Access,
    )
}  # fmt: skip
