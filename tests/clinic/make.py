"""Makes clinics with people who do not exist."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from cryodose.clinic import models as m
from cryodose.course import plan_course
from cryodose.course.spec import course_from

PASSWORD = "correct horse battery"
SESSION = {
    "subject": {"adipose_mm": 8},
    "exposure": {
        "modality": "cold-pack",
        "agent": "crushed-ice",
        "site": "ankle",
        "barrier": "damp-cloth",
    },
}
COURSE = {
    "format": "cryodose-course/1",
    "procedure": "cold-pack",
    "start": "2026-11-25",
    "sessions": 3,
    "days_between": 1,
}


@dataclass
class Place:
    """One clinic with its users by role and one record of every kind by model."""

    clinic: Any
    users: dict[str, Any] = field(default_factory=dict)
    memberships: dict[str, Any] = field(default_factory=dict)
    records: dict[type, Any] = field(default_factory=dict)


@dataclass
class House:
    """Two clinics: our own, and another that must stay hidden."""

    own: Place
    other: Place


def house() -> House:
    return House(place("Own"), place("Other"))


def place(name: str) -> Place:
    made = Place(m.Clinic.objects.create(name=name))
    for role in m.Role.values:
        user = m.User.objects.create_user(f"{role}@{name.lower()}.example", f"{role} {name}")
        user.set_password(PASSWORD)
        user.save()
        made.users[role] = user
        made.memberships[role] = m.Membership.objects.create(
            user=user, clinic=made.clinic, role=role
        )
    made.records = {type(r): r for r in records(made)}
    return made


def records(made: Place, number: int = 1) -> list[Any]:
    """Return one kept record of every kind; `number` is that of the person."""
    by, clinic, now = made.users["operator"], made.clinic, timezone.now()
    person = m.Person(
        clinic=clinic, number=number, family_name=f"Tester-{clinic.name}", given_name="Ann"
    )
    person.birth_date = date(1980, 5, 17)
    kept = [person.keep(by, "made for a test")]

    def add(model: Any, **fields: Any) -> Any:
        row = model(clinic=clinic, **fields).keep(by, "made for a test")
        kept.append(row)
        return row

    add(
        m.Consent,
        person=person,
        procedure="cold-pack",
        text="What was explained.",
        given_on=now.date(),
        expires_on=now.date() + timedelta(days=365),
        for_research=True,
    )
    add(m.Condition, person=person, words="Sprained ankle", icd10="S93.4", since="2026")
    link, _, _ = m.PersonLink.issue(person, by, "made for a test")
    kept.append(link)
    room = add(m.Room, name="Room 1")
    device = add(m.Device, name="Cabin 1", kind="open-top", room=room)
    sensor = add(m.RoomSensor, **sensor_fields(clinic, by))
    seen = {"acknowledged_at": now, "acknowledged_by": by, "words": "Aired.", "over_at": now}
    add(m.RoomAlarm, sensor=sensor, kind="oxygen-low", began_at=now, percent=19.0, **seen)
    add(m.Protocol, title="Ankle", procedure="cold-pack", session=SESSION)
    screening = add(
        m.ScreeningRecord,
        person=person,
        procedure="cold-pack",
        day=now.date(),
        answers={"format": "cryodose-patient/1"},
        result={"verdict": "incomplete", "findings": [], "not_assessed": []},
        verdict="incomplete",
        rules_version="test",
    )
    plan = add(
        m.PlanRecord,
        person=person,
        screening=screening,
        procedure="cold-pack",
        session=SESSION,
        seed=0,
        members=64,
        version="test",
        verdict="dose",
        dose_s=600.0,
        answer={},
        digest="0" * 64,
    )
    course = add(
        m.CourseRecord,
        person=person,
        procedure="cold-pack",
        spec=COURSE,
        plan=plan_course(course_from(COURSE)).to_dict(),
        version="t",
        session_plan=plan,
    )
    session = add(
        m.SessionRecord,
        person=person,
        plan=plan,
        screening=screening,
        course=course,
        device=device,
        procedure="cold-pack",
        planned_for=now,
        planned_s=600,
    )
    event = add(
        m.AdverseEvent,
        person=person,
        session=session,
        happened_at=now,
        what="A blister",
        severity="mild",
    )
    add(m.FollowUp, event=event, seen_on=now.date(), found="Healed.")
    add(m.OutcomeScore, person=person, scale="VAS", value=4.0, taken_on=now.date())
    data = picture()
    row = m.Attachment(
        clinic=clinic,
        person=person,
        kind="photo",
        suffix="png",
        bytes=len(data),
        width_px=8,
        height_px=8,
        sha256="0" * 64,
    )
    row.file.save("x.png", ContentFile(data), save=False)
    kept.append(row.keep(by, "made for a test"))
    return kept


def sensor_fields(clinic: Any, by: Any) -> dict[str, Any]:
    """Return what a sensor says of itself; it hangs where nobody is cooled."""
    return {
        "room": m.Room(clinic=clinic, name="Tank room").keep(by, "made for a test"),
        "name": "wall",
        "place": "By the door",
        "height_m": 1.5,
        "calibrated_on": timezone.localdate() - timedelta(days=10),
        "calibrate_days": 180,
        "every_s": 60,
    }


def picture(size: tuple[int, int] = (8, 8), kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()
