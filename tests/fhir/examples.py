"""The official FHIR R4 examples, and one person with everything that a clinic keeps."""

from __future__ import annotations

import hashlib
import json
import lzma
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cryodose.fhir.records import (
    Access,
    AdverseEvent,
    Attachment,
    Change,
    Condition,
    Consent,
    Course,
    Device,
    Event,
    FollowUp,
    Person,
    Plan,
    Record,
    Score,
    Screening,
    Session,
)
from cryodose.screening import facts_from, screen

HERE = Path(__file__).parent
FILES = {
    HERE / "data" / "fhir-r4-more.json.xz": (
        "88ab56af801b4ed5fc8fc86d3fad6bd3b91d760ccb72fabfe17f39c53251f96a"
    ),
    HERE.parent / "screening" / "data" / "fhir-r4-examples.json.xz": (
        "50971778c84e7efaa37b680e498b30e18c960473eac2b18e7a3bbe9e9c4952e6"
    ),
}
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
DAY = date(2026, 11, 25)
FORM = {
    "format": "cryodose-patient/1",
    "date": "2026-11-25",
    "sex": "female",
    "birth_date": "1980-05-01",
    "answers": {"hypertension": "no", "raynaud": {"answer": "yes", "since": "2012"}},
    "measured": [
        {"quantity": "systolic", "value": 17.3, "unit": "kPa"},
        {"quantity": "diastolic", "value": 80},
        {"quantity": "fontaine_stage", "value": 1},
    ],
    "condition": [
        {"icd10": "I73.0", "text": "Raynaud", "status": "active", "since": "2012"},
        {"icd10": "J45", "status": "resolved", "until": "2020"},
        {"snomed": "195295006", "status": "active", "until": "2031"},
        {"icd10": "G40", "family": True},
    ],
    "medicine": [{"atc": "C07AB02", "text": "metoprolol", "since": "2020-01"}],
}


def official() -> dict[str, dict[str, Any]]:
    """Return every official example by name of its file."""
    found: dict[str, dict[str, Any]] = {}
    for path, digest in FILES.items():
        content = path.read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        data = json.loads(lzma.decompress(content))
        if "bundles" in data:
            data = {**data["bundles"], **data["resources"]}
        found.update(data)
    return found


def clinic() -> list[Record]:
    """Return one person with one record of every kind, all fields filled."""
    by = {"made_at": NOW, "made_by": "Dr Noor"}
    told = screen(facts_from(FORM), "cryosauna", DAY).to_dict()
    events = (
        Event(number=1, kind="start", at=NOW, key="a", by="operator"),
        Event(number=2, kind="reading", at=NOW, device="d",
              data={"quantity": "skin", "value": 12.5, "site": "calf"}),
        Event(number=3, kind="reading", at=NOW,
              data={"quantity": "skin", "value": 99, "quality": "implausible"}),
        Event(number=4, kind="reading", at=NOW, data={"quantity": "moon phase", "value": 1}),
        Event(number=5, kind="pressure", at=NOW,
              data={"when": "after", "systolic_mmhg": 120, "diastolic_mmhg": 80}),
    )  # fmt: skip
    return [
        Person(id="p", **by, family_name="Ivanova", given_name="Anna Maria", sex="female",
               birth_date=date(1980, 5, 1), number=3, language="ru", email="a@example.org",
               phone="+49 1", height_m=1.7, mass_kg=60.5, body_fat_percent=22.0, skin_type=2,
               note="likes tea", external_system="urn:oid:1.2.3", external_id="7"),
        Consent(id="c", person="p", **by, procedure="cryosauna", text="as explained",
                given_on=date(2026, 1, 1), expires_on=date(2027, 1, 1), given_by="a parent",
                for_research=True, withdrawn_on=date(2026, 12, 1)),
        Condition(id="di", person="p", **by, words="Raynaud's phenomenon", icd10="I73.0",
                  snomed="195295006", status="resolved", verification="provisional", since="2012",
                  until="2020-05", stated_on=DAY, stated_by="Dr Noor", note="both hands"),
        Screening(id="s", person="p", **by, procedure="cryosauna", device_kind="open-top",
                  stage="once", day=DAY, answers=FORM, result=told, verdict=told["verdict"],
                  rules_version=told["rules_version"]),
        Plan(id="pl", person="p", **by, screening="s", protocol="pr", title="Cold, briefly",
             procedure="cryosauna", session={"subject": {"mass_kg": 60.5}}, seed=2**40, members=512,
             resolution=2, version="0.1.0", verdict="reached", dose_s=150.0, released=True,
             answer={"warnings": ["dry skin"], "dose_s": 150.0}, digest="ab"),
        Course(id="co", person="p", **by, procedure="cryosauna", goal="rheumatoid-arthritis",
               spec={"sessions": 2}, version="0.1.0", session_plan="pl", protocol="pr",
               plan={"title": "Ten", "rests_on": "a trial", "stop_rules": ["chest pain"],
                     "sessions": [{"number": 1, "day": "2026-12-01", "minutes": 3.0}]}),
        Session(id="se", person="p", **by, plan="pl", screening="s", course="co", device="d",
                procedure="cryosauna", planned_for=NOW, planned_s=150.0, started_at=NOW,
                ended_at=NOW + timedelta(seconds=100), cold_s=100.0, ended_how="unwell",
                felt={"pain": 3, "cold": 7}, events=events),
        AdverseEvent(id="ae", person="p", **by, session="se", happened_at=NOW, what="blister",
                     severity="mild", sign="skin_injury", site="calf", done="cooled no more",
                     follow_up_on=date(2026, 12, 1), closed_on=date(2026, 12, 2),
                     follow_ups=(FollowUp(id="f", **by, seen_on=date(2026, 12, 1), found="ok"),)),
        Score(id="sc", person="p", **by, course="co", session="se", scale="pain", value=3.0,
              taken_on=DAY),
        Attachment(id="at", person="p", **by, session="se", kind="thermal", words="left calf",
                   suffix=".png", width_px=8, height_px=9, sha256="00", content=b"\x89PNG"),
        Device(id="d", **by, name="Cabin 1", kind="open-top", maker="M", model="X", serial="1",
               room="Room 2", serviced_on=date(2026, 10, 1)),
        Change(id="ch", **by, target="Plan/pl", at=NOW, by="Dr Noor", why="typing error",
               action="change"),
        Access(id="ac", **by, person="p", at=NOW, by="operator", action="person.read",
               route="person", what="page", allowed=False, request_id="r1"),
    ]  # fmt: skip


def retired(record: Record) -> Record:
    """Return a record taken out of use."""
    return replace(record, retired_at=NOW, retired_why="entered twice")
