"""Few bytes that would become very many: refused before they are unpacked, by every way in."""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import time
import tracemalloc
import zipfile
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cryodose.clinic import models as m
from cryodose.clinic.services.pictures import MOST_PIXELS, checked
from cryodose.errors import BadInput
from tests.clinic import make

ZEROS = zlib.compress(bytes(200_000_000), 9)
HEAD = b"\x89PNG\r\n\x1a\n"
MOST_MEMORY = 100_000_000
MOST_S = 10.0


def chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def png(*more: bytes, size: tuple[int, int] = (10, 10), pixels: bytes | None = None) -> bytes:
    """Return a PNG with chunks of ours before its pixels."""
    width, height = size
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    if pixels is None:
        pixels = zlib.compress(bytes((width + 1) * height))
    return HEAD + head + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def large_jpeg() -> bytes:
    """Return a small JPEG whose head says 65 500 x 65 500 pixels."""
    content = bytearray(make.picture((8, 8), "JPEG"))
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", 65_500, 65_500)
    return bytes(content)


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("picture.png", bytes(50_000_000))
    return out.getvalue()


MANY = zlib.compress(bytes(900_000), 9)
BOMBS = {
    "pixels of a PNG": png(size=(100_000, 100_000), pixels=zlib.compress(bytes(1000))),
    "one row": png(size=(MOST_PIXELS + 1, 1), pixels=zlib.compress(bytes(1000))),
    "pixels of a JPEG": large_jpeg(),
    "a text": png(chunk(b"zTXt", b"Comment\0\0" + ZEROS)),
    "an international text": png(chunk(b"iTXt", b"Comment\0\1\0\0\0" + ZEROS)),
    "a colour profile": png(chunk(b"iCCP", b"x\0\0" + ZEROS)),
    "a thousand texts": png(*[chunk(b"zTXt", b"Comment\0\0" + MANY)] * 1000),
    "a ZIP file": packed(),
    "a gzip file": gzip.compress(bytes(50_000_000)),
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("kind", ["photo", "thermal"])
def test_a_bomb_is_refused_and_costs_little(name: str, kind: str) -> None:
    begun = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            checked(BOMBS[name], kind, 12_000_000)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < MOST_MEMORY
    assert time.process_time() - begun < MOST_S


def test_what_hides_behind_the_pixels_is_left_behind() -> None:
    """Pixels that go on after the last row: the picture is that of its head."""
    tracemalloc.start()
    try:
        found = checked(png(pixels=ZEROS), "photo", 12_000_000)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert (found.width_px, found.height_px) == (10, 10)
    assert len(found.content) < 1000


@pytest.mark.parametrize("name", BOMBS)
def test_no_way_in_takes_a_bomb(name: str, house: make.House, logged_in: Any) -> None:
    place = house.own
    client: Client = logged_in(place.users["clinician"])
    person = place.records[m.Person]
    before = m.Attachment.objects.count()
    file = SimpleUploadedFile("x.png", BOMBS[name], "image/png")
    answer = client.post(
        f"/people/{person.pk}/pictures/new/", {"kind": "photo", "words": "x", "file": file}
    )
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    media = {
        "resourceType": "Media",
        "id": "m1",
        "status": "completed",
        "subject": {"reference": "Patient/p1"},
        "content": {
            "contentType": "image/png",
            "data": base64.b64encode(BOMBS[name]).decode(),
        },
    }
    patient = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Bomb"}]}
    entries = [{"resource": patient}, {"resource": media}]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    status = client.post("/api/fhir/in", json.dumps(bundle), "application/fhir+json").status_code
    assert 400 <= status < 500 or m.Person.objects.filter(family_name="Bomb").exists()
    assert m.Attachment.objects.count() == before


def test_a_packed_body_is_not_unpacked(house: make.House, logged_in: Any) -> None:
    client = logged_in(house.own.users["clinician"])
    body = gzip.compress(b'{"family_name": "' + b"x" * 50_000_000 + b'"}')
    answer = client.post(
        "/api/persons/new",
        body,
        "application/json",
        headers={"content-encoding": "gzip"},
    )
    assert answer.status_code == 400


def test_a_document_with_a_picture_is_not_too_large(house: make.House, logged_in: Any) -> None:
    client = logged_in(house.own.users["clinician"])
    body = json.dumps({"resourceType": "Nothing", "data": "A" * 5_000_000})
    assert client.post("/api/fhir/in", body, "application/json").status_code == 200
