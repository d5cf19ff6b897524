"""The first start: folder, secret, link, and the demonstration."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.test import Client

from cryodose.clinic.environment import read_environment
from cryodose.clinic.models import Person, PlanRecord, ScreeningRecord, SessionRecord
from cryodose.clinic.serve import first_link, prepare_folder
from cryodose.errors import BadInput
from tests.clinic.make import PASSWORD


def test_folder_and_secret_are_for_one_user(tmp_path: Path) -> None:
    env = read_environment({"CRYODOSE_DATA": str(tmp_path / "a" / "b")})
    prepare_folder(env)
    key = env.data / "secret-key"
    first = key.read_text()
    assert stat.S_IMODE(env.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(first.strip()) >= 60
    prepare_folder(env)
    assert key.read_text() == first


def test_folder_that_cannot_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    env = read_environment({"CRYODOSE_DATA": str(tmp_path / "file")})
    with pytest.raises(BadInput, match="CRYODOSE_DATA"):
        prepare_folder(env)


def test_demonstration_is_made_once_and_led_into(db: None) -> None:
    first_link("http://x", demo=True)
    link = first_link("http://x", demo=True).removeprefix("http://x")
    assert Person.objects.count() == 4
    verdicts = {
        (s.person.family_name, s.procedure): s.verdict for s in ScreeningRecord.objects.all()
    }
    assert verdicts["Alder", "cold-pack"] == "no-rule-hit"
    assert verdicts["Cedar", "cold-pack"] == "stop"
    assert PlanRecord.objects.count() == SessionRecord.objects.count() == 2
    client = Client(HTTP_HOST="localhost")
    given = {"name": "Ann", "email": "ann@example.org", "password": PASSWORD, "again": PASSWORD}
    assert client.post(link, given).status_code == 302
    client.post("/account/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert "Alder" in client.get("/").content.decode()
