"""People who do not exist, to try the pages with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from cryodose.clinic.models import (
    Clinic,
    Consent,
    Device,
    OutcomeScore,
    Person,
    PlanRecord,
    Protocol,
    Room,
    ScreeningRecord,
    SessionRecord,
)
from cryodose.clinic.services.courses import Asked, keep_course
from cryodose.clinic.services.numbering import add_person
from cryodose.clinic.services.plans import keep_plan, subject_of
from cryodose.clinic.services.protocols import keep_protocol, publish
from cryodose.clinic.services.screenings import file_from, items_for, keep_screening
from cryodose.screening import load_rules

NAME = "Demonstration"
_WHY = "demonstration"
# Family name, given name, birth date, sex, height, mass, one answer that counts against the cold.
_PEOPLE = (
    ("Alder", "Ann", date(1991, 4, 2), "female", 1.68, 61.0, ""),
    ("Birch", "Boris", date(1984, 9, 17), "male", 1.80, 79.0, ""),
    ("Cedar", "Clara", date(1958, 1, 30), "female", 1.62, 70.0, "cold_allergy"),
    ("Downy", "Dmitri", date(1975, 6, 8), "male", 1.76, 95.0, "raynaud"),
)
_USUAL = {
    "systolic": 122.0,
    "diastolic": 78.0,
    "heart_rate": 66.0,
    "session_min": 3.0,
    "sessions_today": 0.0,
    "application_min": 15.0,
    "pause_min": 120.0,
}
_ANKLE: dict[str, Any] = {
    "title": "Sprained ankle",
    "subject": {"adipose_mm": 4},
    "exposure": {
        "modality": "cold-pack",
        "agent": "crushed-ice",
        "barrier": "damp-cloth",
        "site": "ankle",
    },
    "goal": [{"kind": "analgesia"}],
}
_ROOM: dict[str, Any] = {
    "room": {"floor_m2": 24, "height_m": 2.6},
    "ventilation": {"fan": "exhaust", "air_changes_per_h": 15, "device_extraction_percent": 50},
    "nitrogen": {"sessions_per_h": 4, "boil_off_kg_day": 3, "vessel_l": 180},
    "hours": 8,
}


@transaction.atomic
def fill() -> Clinic:
    """Return the clinic of the demonstration, made where it was not there."""
    clinic, is_new = Clinic.objects.get_or_create(name=NAME)
    if not is_new:
        return clinic
    room = Room(clinic=clinic, name="Room 1", file=_ROOM).keep(None, _WHY)
    Device(clinic=clinic, name="Cabin 1", kind="open-top", room=room).keep(None, _WHY)
    pack = Device(clinic=clinic, name="Cold packs", kind="other", room=room).keep(None, _WHY)
    ankle = Protocol(clinic=clinic, title="Ankle", procedure="cold-pack")
    publish(keep_protocol(ankle, _ANKLE, None, _WHY), None, _WHY)
    for number, row in enumerate(_PEOPLE):
        person = _person(clinic, row)
        bad = row[-1]
        for procedure in ("cold-pack", "cryosauna"):
            screening = _screened(person, procedure, bad)
            if procedure == "cold-pack" and not bad:
                _planned(person, pack, number, screening)
    return clinic


def _person(clinic: Clinic, row: tuple[Any, ...]) -> Person:
    family, given, born, sex, height_m, mass_kg, _ = row
    person = Person(family_name=family, given_name=given, birth_date=born, sex=sex)
    person.height_m, person.mass_kg = height_m, mass_kg
    add_person(person, clinic, None)
    today = timezone.localdate()
    for procedure in ("cold-pack", "cryosauna"):
        Consent(
            clinic=clinic,
            person=person,
            procedure=procedure,
            text="Cold, its effects and its dangers were explained.",
            given_on=today,
            expires_on=today + timedelta(days=365),
            for_research=True,
        ).keep(None, _WHY)
    return person


def _screened(person: Person, procedure: str, bad: str) -> ScreeningRecord:
    questions = load_rules().questions
    items = items_for(person, procedure, "en")
    given: dict[str, str] = {}
    for item in items:
        if item.unit:
            given[item.id] = str(_USUAL.get(item.id, ""))
        elif item.id in questions:
            harmless = "no" if questions[item.id].bad == "yes" else "yes"
            against = "yes" if harmless == "no" else "no"
            given[item.id] = against if item.id == bad else harmless
    day = timezone.localdate()
    told = file_from(person, items, given, day)
    return keep_screening(person, told, procedure, "", day, None)


def _planned(person: Person, device: Device, number: int, screening: ScreeningRecord) -> None:
    now = timezone.now()
    subject = subject_of(person, now.date()) | _ANKLE["subject"]
    record: PlanRecord = keep_plan(
        person, {**_ANKLE, "subject": subject}, None, screening=screening
    )
    spec = {"procedure": record.procedure, "start": now.date().isoformat(), "sessions": 6}
    spec |= {"days_between": 2, "title": _ANKLE["title"], "outcome": "Pain, 0 to 10"}
    course = keep_course(person, Asked(spec, record), None, _WHY)
    SessionRecord(
        clinic=person.clinic,
        person=person,
        plan=record,
        screening=screening,
        course=course,
        device=device,
        procedure=record.procedure,
        planned_for=now + timedelta(minutes=15 * number),
        planned_s=round(record.dose_s or record.answer["longest_s"]),
    ).keep(None, _WHY)
    score = OutcomeScore(clinic=person.clinic, person=person, scale="Pain, 0 to 10", value=6.0)
    score.taken_on = now.date()
    score.keep(None, _WHY)
