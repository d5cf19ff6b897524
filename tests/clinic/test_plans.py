"""Plans are kept whole, and come out the same to the bit; pictures are looked into."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cryodose.clinic.models import Attachment, Person, PlanRecord, ScreeningRecord
from cryodose.clinic.services.pictures import MOST_PIXELS, checked
from cryodose.clinic.services.plans import is_same, keep_plan, plan_again, subject_of
from cryodose.errors import BadInput
from cryodose.outcome.release import Barred
from tests.clinic.make import SESSION, picture


@pytest.fixture
def person(house: Any) -> Person:
    return house.own.records[Person]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    return {**SESSION, "plan": {"members": 64, "seed": 5}}


def test_plan_comes_out_the_same(person: Person, house: Any, small: dict[str, Any]) -> None:
    record = keep_plan(person, small, house.own.users["operator"], title="Ankle")
    record.refresh_from_db()
    assert (record.seed, record.verdict) == (5, "goal-not-reached")
    assert record.version
    assert is_same(record, plan_again(record))
    record.seed = 6
    assert not is_same(record, plan_again(record))


def test_order_of_what_is_worn_does_not_count(person: Person, house: Any) -> None:
    """PostgreSQL gives keys back in an order of its own."""
    worn = {"hands": "wool mittens", "feet": "wool socks", "groin": "underwear"}
    stages = [{"displayed_temperature_C": -130, "duration_s": 60}]
    exposure = {"modality": "cryosauna", "coverings": worn, "stages": stages}
    record = keep_plan(person, {"plan": {"members": 16}, "exposure": exposure}, None)
    kept = record.session["exposure"]
    kept["coverings"] = dict(sorted(kept["coverings"].items()))
    assert list(kept["coverings"]) != list(worn)
    assert is_same(record, plan_again(record))
    del kept["coverings"]["hands"]
    assert not is_same(record, plan_again(record))


def test_barred_person_gets_no_plan(person: Person, house: Any, small: dict[str, Any]) -> None:
    row = house.own.records[ScreeningRecord]
    row.answers = {
        "format": "cryodose-patient/1",
        "date": row.day.isoformat(),
        "answers": {"cold_allergy": "yes"},
    }
    row.keep(house.own.users["operator"], "answered")
    before = PlanRecord.objects.count()
    with pytest.raises(Barred):
        keep_plan(person, small, house.own.users["operator"], screening=row)
    with pytest.raises(BadInput):
        keep_plan(person, {"exposure": {"modality": "oven"}}, house.own.users["operator"])
    assert PlanRecord.objects.count() == before


def test_subject_is_what_is_known(person: Person) -> None:
    person.sex, person.mass_kg = "other", 80.0
    assert subject_of(person, date(2026, 5, 16)) == {"age_y": 45, "mass_kg": 80.0}
    assert subject_of(person, date(2026, 5, 17))["age_y"] == 46


def test_report_cannot_run_anything(
    operator: Client, person: Person, house: Any, small: dict[str, Any]
) -> None:
    words = "<script>window.hacked = 1</script>"
    record = keep_plan(person, {**small, "title": words}, house.own.users["operator"])
    report = operator.get(f"/plans/{record.pk}/report/")
    assert "sandbox" in report.headers["Content-Security-Policy"]
    assert words not in report.content.decode()
    assert words not in operator.get(f"/plans/{record.pk}/").content.decode()
    told = operator.post(f"/plans/{record.pk}/check/", follow=True).content.decode()
    assert "the same to the bit" in told


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it has so many pixels and holds almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + b"\0" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"PK\x03\x04" + b"\0" * 100,
        picture()[:40],
        png_of(100_000, 100_000),
        png_of(8000, 8000),
        b"%PDF-1.7",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes, operator: Client, person: Person) -> None:
    with pytest.raises(BadInput):
        checked(content, "thermal", 10**6)
    before = Attachment.objects.count()
    file = SimpleUploadedFile("../../etc/passwd.png", content, "image/png")
    answer = operator.post(
        f"/people/{person.pk}/pictures/new/", {"kind": "photo", "words": "x", "file": file}
    )
    assert answer.status_code == 200
    assert Attachment.objects.count() == before


def test_too_large_is_refused() -> None:
    assert MOST_PIXELS < 8000 * 8000
    with pytest.raises(BadInput, match="size in bytes"):
        checked(picture((200, 200)), "photo", 100)


def test_photo_leaves_its_secrets_behind(operator: Client, person: Person) -> None:
    out = io.BytesIO()
    data = Image.Exif()
    data[0x010E] = "taken at home of Ann"
    Image.new("RGB", (16, 16), "navy").save(out, "JPEG", exif=data)
    assert b"home of Ann" in out.getvalue()
    file = SimpleUploadedFile("../../x.php", out.getvalue(), "text/html")
    given = {"kind": "photo", "words": "<b>arm</b>", "file": file}
    assert operator.post(f"/people/{person.pk}/pictures/new/", given).status_code == 302
    row = Attachment.objects.order_by("-made_at").first()
    stored = Path(row.file.path)
    assert stored.is_relative_to(settings.MEDIA_ROOT)
    assert stored.name == f"{row.pk}.jpg"
    assert b"home of Ann" not in stored.read_bytes()
    shown = operator.get(f"/pictures/{row.pk}/")
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert b"".join(shown) == stored.read_bytes()
    assert "<b>arm" not in operator.get(f"/people/{person.pk}/").content.decode()


def test_thermal_image_keeps_its_bytes() -> None:
    content = picture(kind="JPEG")
    assert checked(content, "thermal", 10**6).content == content
    assert checked(content, "photo", 10**6).content[:3] == content[:3]
