"""Records on paper: all that is kept, for those who may read it, and every read written down."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from cryodose.clinic.live.store import Sender, append
from cryodose.clinic.middleware.gate import LINK_KEY
from cryodose.clinic.models import (
    Access,
    AdverseEvent,
    Attachment,
    Consent,
    OutcomeScore,
    Person,
    PersonLink,
    PlanRecord,
    Record,
    SessionEvent,
    SessionRecord,
)
from cryodose.clinic.paper import session as session_paper
from cryodose.clinic.paper.person import person_page
from cryodose.clinic.paper.session import session_page
from cryodose.clinic.services.plans import keep_plan
from cryodose.report.paper import pdf
from tests.clinic import make

HOSTILE = '#panic() $x$ ]] <script>alert(1)</script> \u202e "مرحبا" {0} ' + "W" * 300


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def happened(house: make.House, at: float, kind: str, **data: Any) -> None:
    """Write an event so many seconds after the start, which was ten minutes ago."""
    session = house.own.records[SessionRecord]
    rows = SessionEvent.objects.filter(session=session)
    when = timezone.now() - timedelta(seconds=600) + timedelta(seconds=at)
    number = rows.count() + 1
    SessionEvent(
        session=session, number=number, key=f"k{number}", kind=kind, at=when, data=data
    ).save()
    if kind == "started":
        session.started_at = when
        session.keep(None, "session started")


@pytest.fixture
def lived(house: make.House) -> make.House:
    """Return a house whose session has run: readings, one of them impossible, pressures, felt."""
    happened(house, -30, "pressure", when="before", systolic_mmhg=121, diastolic_mmhg=79)
    happened(house, 0, "started")
    for n, value in enumerate((30.0, 27.5, 80.0, 24.5)):
        data = {"quantity": "skin", "value": value, "source": "hand", "site": "ankle"}
        happened(house, 60.0 + 60 * n, "reading", **data)
    session = house.own.records[SessionRecord]
    append(session.pk, "stop", {"reason": "pain", "words": HOSTILE}, "stop", Sender())
    append(session.pk, "felt", {"cold": 7, "pain": 2, "words": "it stung"}, "felt", Sender())
    return house


def test_record_of_a_session_holds_what_was_set_measured_and_felt(lived: make.House) -> None:
    session = SessionRecord.objects.get(pk=lived.own.records[SessionRecord].pk)
    told = text_of(session_page(session))
    wanted = ["Tester-Own", "600", "Cabin 1", "121/79 mmHg", "24.5 °C", "30 °C", "80 °C"]
    wanted += ["implausible, not used", "it stung", "Pain", "A blister", HOSTILE.strip()]
    assert [w for w in wanted if w not in told] == []
    row = re.search(r"Skin ankle\s+24\.5 °C\s+24\.5 °C\s+3", told)
    assert row, "lowest, last and count leave the impossible reading out"
    assert pdf(session_page(session), made_at=session.ended_at) == pdf(
        session_page(session), made_at=session.ended_at
    )


def test_long_table_of_readings_ends_and_says_so(
    lived: make.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_paper, "MOST_READINGS", 2)
    told = text_of(session_page(lived.own.records[SessionRecord]))
    assert "More readings are in the export (FHIR): 2" in told


def test_everything_about_a_person_is_in_it(lived: make.House, operator: Client) -> None:
    person = lived.own.records[Person]
    operator.get(f"/people/{person.pk}/")
    told = text_of(person_page(person))
    kept = [
        lived.own.records[Consent].text,
        lived.own.records[PlanRecord].digest,
        lived.own.records[AdverseEvent].what,
        lived.own.records[OutcomeScore].scale,
        lived.own.records[Attachment].sha256,
        "Healed.",
        "made for a test",
        "person.read",
        "operator Own",
        "it stung",
        "1980-05-17",
    ]
    assert [w for w in kept if w not in told] == []
    assert "Tester-Other" not in told


def test_every_field_of_every_record_is_on_paper(lived: make.House) -> None:
    """What a person's record gains later must not be forgotten here."""
    person = lived.own.records[Person]
    filled = {
        "given_name": "Given-x", "email": "x@mail.example", "phone": "+49 30 12", "height_m": 1.71,
        "mass_kg": 63.5, "body_fat_percent": 22.5, "skin_type": 4, "note": "Note-x",
        "external_system": "Sys-x", "external_id": "Id-x", "language": "ru",
    }  # fmt: skip
    known = {f.name for f in Person._meta.concrete_fields}
    system = {"id", "clinic", "made_at", "made_by", "retired_at", "retired_why", "pseudonym"}
    asked = {"number", "family_name", "birth_date", "sex"}
    assert known - system - asked == set(filled)
    for name, value in filled.items():
        setattr(person, name, value)
    person.keep(None, "filled")
    told = text_of(person_page(person))
    assert [v for v in filled.values() if str(v) not in told] == []


def test_pages_are_in_the_reader_s_language(lived: make.House) -> None:
    with translation.override("ru"):
        page = session_page(lived.own.records[SessionRecord])
    assert 'lang="ru"' in page
    assert "Протокол сеанса" in page
    assert "не сертифицированное" in page


def test_hostile_words_go_on_paper(lived: make.House) -> None:
    person = lived.own.records[Person]
    person.family_name, person.note = HOSTILE[:80], HOSTILE + "\x00\x07"
    assert pdf(person_page(person), made_at=timezone.now()).startswith(b"%PDF")
    assert "<script>alert" not in person_page(person)


def test_report_leaflet_and_export_by_their_addresses(lived: make.House, operator: Client) -> None:
    person, by = lived.own.records[Person], lived.own.users["operator"]
    plan = keep_plan(person, make.SESSION, by, seed=1)
    session = lived.own.records[SessionRecord]
    before = Access.objects.filter(person=person).count()
    addresses = [
        f"/plans/{plan.pk}/report.pdf",
        f"/plans/{plan.pk}/leaflet.pdf",
        f"/sessions/{session.pk}/record.pdf",
        f"/api/persons/{person.pk}/pdf",
    ]
    for address in addresses:
        answer = operator.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), address
        assert answer.content.startswith(b"%PDF")
        assert person.family_name not in answer["Content-Disposition"]
    assert operator.get(addresses[0]).content == operator.get(addresses[0]).content
    packed = operator.get(f"/api/persons/{person.pk}/export")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as found:
        assert sorted(found.namelist()) == ["person-1.json", "person-1.pdf"]
        assert json.loads(found.read("person-1.json"))["resourceType"] == "Bundle"
        assert found.read("person-1.pdf").startswith(b"%PDF")
    assert Access.objects.filter(person=person).count() == before + 7


def test_leaflet_speaks_the_language_of_the_person(lived: make.House, operator: Client) -> None:
    person = lived.own.records[Person]
    person.language = "ru"
    person.keep(None, "asked")
    plan = keep_plan(person, make.SESSION, lived.own.users["operator"], seed=1)
    sheets = operator.get(f"/plans/{plan.pk}/leaflet.pdf").content
    assert b"/Lang(ru)" in sheets


def test_person_takes_their_own_data_along(lived: make.House) -> None:
    client = Client(HTTP_HOST="localhost")
    session = client.session
    session[LINK_KEY] = str(lived.own.records[PersonLink].pk)
    session.save()
    assert client.get("/api/my/pdf").content.startswith(b"%PDF")
    assert "/api/my/pdf" in client.get("/my/").content.decode()
    assert client.get(f"/api/persons/{lived.own.records[Person].pk}/pdf").status_code in (403, 404)


# Texts that are for programs, or are secrets.
NOT_ON_PAPER = {
    "PersonLink": {"token_digest", "code_digest", "retired_why"},  # leads to this very document
    "Attachment": {"file", "suffix"},
    "SessionRecord": {"ended_how"},
    "ScreeningRecord": {"device_kind", "stage", "verdict"},
    "PlanRecord": {"verdict"},
    "CourseRecord": {"version"},
}


FIRST_RUNE = 0x16A0


def texts_of_records(made: make.House) -> dict[str, str]:
    """Give every text of every record about the person a mark of its own, and return them."""
    marks = {}
    for model in Record.__subclasses__():
        if not model.person_path:
            continue
        row, left = made.own.records[model], NOT_ON_PAPER.get(model.__name__, set())
        for field in model._meta.concrete_fields:
            is_text = field.get_internal_type() in ("CharField", "TextField")
            if not is_text or field.choices or field.name in left or not field.name.islower():
                continue
            mark = chr(FIRST_RUNE + len(marks)) * 2  # as short as the shortest field
            setattr(row, field.name, mark)
            marks[f"{model.__name__}.{field.name}"] = mark
        row.retired_at = timezone.now()
        row.keep(None, "marked")
    return marks


def test_every_text_of_every_record_is_on_paper(lived: make.House) -> None:
    """A record or a text that is new must not be forgotten here."""
    marks = texts_of_records(lived)
    assert len(marks) > 25
    told = text_of(person_page(Person.objects.get(pk=lived.own.records[Person].pk)))
    assert [name for name, mark in marks.items() if mark not in told] == []
