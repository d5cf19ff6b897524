"""Settings, one's own account, languages and tokens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from cryodose.clinic.backup import LAST, backup
from cryodose.clinic.middleware.gate import LINK_KEY
from cryodose.clinic.models import ApiToken, Person, PersonLink
from cryodose.clinic.services.state import last_backup, settings_shown
from cryodose.clinic.services.tokens import MOST, new_token
from tests.clinic import make


@pytest.fixture
def office(house: make.House, logged_in: Any) -> Client:
    return logged_in(house.own.users["administrator"])


def test_administrator_changes_name_telephone_and_language(
    office: Client, house: make.House
) -> None:
    clinic = house.own.clinic
    page = office.get("/settings/").content.decode()
    assert "the database answers" in page
    given = {"name": "North", "phone": "+49 30 555", "language": "ru"}
    assert "This field is required" in office.post("/settings/", given).content.decode()
    assert office.post("/settings/", {**given, "why": "moved"}).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.name, clinic.language, clinic.history.count()) == ("North", "ru", 2)
    assert clinic.phone == clinic.history.first().phone == "+49 30 555"
    assert 'value="+49 30 555"' in office.get("/settings/").content.decode()
    assert clinic.history.first().history_change_reason == "moved"
    assert "moved" in office.get("/audit/").content.decode()
    taken = {"name": "Other", "language": "", "why": "x"}
    assert office.post("/settings/", taken).status_code == 200
    clinic.refresh_from_db()
    assert clinic.name == "North"


def test_no_secret_is_shown(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYODOSE_METRICS_TOKEN", "very-secret-token")
    monkeypatch.setenv("CRYODOSE_DATABASE_URL", "postgres://u:very-secret-password@h/n")
    page = office.get("/settings/").content.decode()
    assert "very-secret" not in page
    assert settings.SECRET_KEY not in page
    shown = {s.name: s for s in settings_shown()}
    assert shown["CRYODOSE_METRICS_TOKEN"].is_set
    assert shown["CRYODOSE_METRICS_TOKEN"].value == ""
    assert shown["CRYODOSE_IDLE_MINUTES"].value == "30"


def test_last_backup_is_known(office: Client, monkeypatch: Any, tmp_path: Path) -> None:
    from cryodose.clinic.environment import read_environment

    env = read_environment(
        {"CRYODOSE_DATA": str(tmp_path / "data"), "CRYODOSE_SECOND_FACTOR": "optional"}
    )
    monkeypatch.setattr(settings, "ENVIRONMENT", env)
    assert last_backup() is None
    assert "never, as far as this site knows" in office.get("/settings/").content.decode()
    env.data.mkdir()
    import sqlite3

    sqlite3.connect(env.data / "clinic.sqlite3").close()
    backup(env, tmp_path / "night.tar.gz")
    told = last_backup()
    assert told is not None
    assert (told.file, told.bytes) == ("night.tar.gz", (tmp_path / "night.tar.gz").stat().st_size)
    assert "night.tar.gz" in office.get("/settings/").content.decode()
    (env.data / LAST).write_text(json.dumps({"made_at": "moon"}))
    assert last_backup() is None


def test_user_is_spoken_to_in_their_language(house: make.House, logged_in: Any) -> None:
    user = house.own.users["operator"]
    client = logged_in(user)
    german = {"accept-language": "de"}
    assert "Today" in client.get("/", headers=german).content.decode()
    house.own.clinic.language = "ru"
    house.own.clinic.change(user, "test")
    assert "Сегодня" in client.get("/", headers=german).content.decode()
    assert client.post("/account/", {"name": "Op", "language": "en"}).status_code == 302
    assert "Today" in client.get("/", headers={"accept-language": "ru"}).content.decode()
    client.post("/language/", {"language": "ru", "next": "/"})
    user.refresh_from_db()
    assert (user.name, user.language) == ("Op", "ru")
    # On another machine, too, where no cookie says so.
    assert "Сегодня" in logged_in(user).get("/").content.decode()
    client.post("/language/", {"language": "moon", "next": "/"})
    user.refresh_from_db()
    assert user.language == "ru"


def test_person_is_spoken_to_in_theirs(house: make.House, office: Client) -> None:
    person = house.own.records[Person]
    client = Client(HTTP_HOST="localhost")
    session = client.session
    session[LINK_KEY] = str(house.own.records[PersonLink].pk)
    session.save()
    assert "Sessions" in client.get("/my/").content.decode()
    page = office.get(f"/people/{person.pk}/edit/").content.decode()
    assert "Language of leaflets" in page
    given = {"family_name": "Tester-Own", "sex": "female", "language": "ru", "why": "asked"}
    assert office.post(f"/people/{person.pk}/edit/", given).status_code == 302
    assert "Сеансы" in client.get("/my/").content.decode()
    person.refresh_from_db()
    person.language = "de"  # as another house may send it
    person.keep(None, "test")
    assert 'value="de" selected' in office.get(f"/people/{person.pk}/edit/").content.decode()


def test_tokens_are_made_listed_and_ended(operator: Client, house: make.House) -> None:
    page = operator.post("/account/tokens/", {"name": "Ward system"}).content.decode()
    token = ApiToken.objects.get(name="Ward system")
    secret = page.partition('class="secret">')[2].partition("<")[0]
    assert ApiToken.of(secret) == token
    assert secret not in operator.get("/account/tokens/").content.decode()
    header = {"authorization": f"Bearer {secret}"}
    program = Client(HTTP_HOST="localhost")
    assert program.get("/api/persons", headers=header).status_code == 200
    assert operator.post(f"/account/tokens/{token.pk}/end/").status_code == 302
    assert program.get("/api/persons", headers=header).status_code == 401
    assert "Ward system" not in operator.get("/account/tokens/").content.decode()


def test_tokens_of_others_cannot_be_ended(operator: Client, house: make.House) -> None:
    token, _ = ApiToken.issue(house.own.users["clinician"], house.own.clinic, "theirs")
    assert operator.post(f"/account/tokens/{token.pk}/end/").status_code == 404
    assert "theirs" not in operator.get("/account/tokens/").content.decode()


def test_there_is_an_end_to_tokens(operator: Client, house: make.House) -> None:
    for _ in range(MOST):
        new_token(house.own.users["operator"], house.own.clinic, "x")
    page = operator.post("/account/tokens/", {"name": "one more"}).content.decode()
    assert "too many tokens" in page
    assert not ApiToken.objects.filter(name="one more").exists()
