"""How somebody gets in: one-time links, passwords, second factors, and how they are kept out."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.utils import timezone

from cryodose.clinic.environment import read_environment
from cryodose.clinic.middleware import gate
from cryodose.clinic.models import Clinic, Invitation, Membership, User
from cryodose.clinic.serve import first_link
from tests.clinic.codes import totp
from tests.clinic.make import PASSWORD

NEW = {"name": "Ann", "email": "Ann@Example.org", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def client(db: None) -> Client:
    return Client(HTTP_HOST="localhost")


def path_of(link: str) -> str:
    return link.removeprefix("http://localhost:8000")


def log_in(client: Client, email: str, password: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def test_first_link_makes_clinic_and_administrator_once(client: Client) -> None:
    link = path_of(first_link("http://localhost:8000"))
    assert client.get(link).status_code == 200
    done = client.post(link, NEW | {"clinic": "Clinic"})
    assert done.status_code == 302
    member = Membership.objects.get()
    assert (member.role, member.clinic.name, member.user.email) == (
        "administrator",
        "Clinic",
        "ann@example.org",
    )
    assert client.get(link).status_code == 404
    assert client.post(link, NEW | {"clinic": "Second"}).status_code == 404
    assert Clinic.objects.count() == 1
    assert first_link("http://localhost:8000") == ""
    assert log_in(client, "ann@example.org", PASSWORD).headers["Location"] == "/home/"
    assert client.get("/home/").headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_only_the_last_first_link_works(client: Client) -> None:
    old, new = (path_of(first_link("http://localhost:8000")) for _ in range(2))
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_link_is_stored_as_a_digest_and_runs_out(client: Client) -> None:
    made, secret = Invitation.issue()
    assert secret not in str(Invitation.objects.values())
    made.expires_at = timezone.now() - timedelta(seconds=1)
    made.save()
    assert client.get(f"/welcome/{secret}/").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"again": "another password 12"}, "differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
        ({"email": "not an address"}, "valid email"),
        ({"clinic": ""}, "required"),
    ],
)
def test_wrong_welcome_makes_nobody(client: Client, change: dict[str, str], words: str) -> None:
    link = path_of(first_link("http://localhost:8000"))
    answer = client.post(link, NEW | {"clinic": "Clinic"} | change)
    assert words in answer.content.decode()
    assert not User.objects.exists()
    assert Invitation.objects.get().used_at is None


def test_five_wrong_passwords_lock_out(client: Client, house: Any) -> None:
    email = house.own.users["operator"].email
    for _ in range(4):
        assert log_in(client, email, "wrong").status_code == 200
    assert log_in(client, email, "wrong").status_code == 429
    assert log_in(client, email, PASSWORD).status_code == 429
    # Another user at the same address is not locked out with them.
    assert log_in(client, house.own.users["clinician"].email, PASSWORD).status_code == 302


def test_nobody_signs_up_or_resets(client: Client) -> None:
    for path in ("/account/signup/", "/account/password/reset/", "/account/email/", "/admin/"):
        assert client.get(path).status_code == 404


def test_second_factor_is_asked_for(client: Client, house: Any) -> None:
    user = house.own.users["operator"]
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    kept = get_adapter().encrypt(secret)
    assert secret not in kept
    Authenticator.objects.create(user=user, type="totp", data={"secret": kept})
    assert log_in(client, user.email, PASSWORD).headers["Location"].startswith("/account/mfa/")
    assert client.get("/").status_code == 302
    wrong = client.post("/account/mfa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert client.post("/account/mfa/authenticate/", {"code": totp(secret)}).status_code == 302
    assert client.get("/").status_code == 200


def test_without_second_factor_one_can_only_set_it_up(client: Client, house: Any) -> None:
    with override_settings(ENVIRONMENT=read_environment({})):
        user = house.own.users["operator"]
        assert log_in(client, user.email, PASSWORD).status_code == 302
        assert client.get("/").headers["Location"] == "/account/mfa/totp/activate/"
        assert client.get("/people/").headers["Location"] == "/account/mfa/totp/activate/"
        # Which asks for the password once more.
        again = client.get("/account/mfa/totp/activate/").headers["Location"]
        assert again.startswith("/account/again/")
        assert client.get(again).status_code == 200
        client.post(again, {"password": PASSWORD})
        assert client.get("/account/mfa/totp/activate/").status_code == 200


def test_new_password_by_link(client: Client, house: Any, logged_in: Any) -> None:
    row = house.own.memberships["operator"]
    page = logged_in(house.own.users["administrator"]).post(f"/staff/{row.pk}/password/")
    link = page.content.decode().partition("http://localhost")[2].partition("<")[0]
    assert client.post(link, {"password": "x" * 4, "again": "x" * 4}).status_code == 200
    new = {"password": "another long phrase", "again": "another long phrase"}
    assert client.post(link, new).status_code == 302
    assert log_in(client, row.user.email, PASSWORD).status_code == 200
    assert log_in(client, row.user.email, new["password"]).status_code == 302


def test_ended_role_ends_at_once(house: Any, logged_in: Any) -> None:
    client = logged_in(house.own.users["operator"])
    assert client.get("/people/").status_code == 200
    row = house.own.memberships["operator"]
    logged_in(house.own.users["administrator"]).post(f"/staff/{row.pk}/end/")
    assert client.get("/people/").status_code == 403


def test_last_administrator_stays(house: Any, logged_in: Any) -> None:
    row = house.own.memberships["administrator"]
    logged_in(row.user).post(f"/staff/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ended_at is None


def test_administrator_gets_no_key_to_another_clinic(house: Any, logged_in: Any) -> None:
    row = house.own.memberships["operator"]
    Membership.objects.create(user=row.user, clinic=house.other.clinic, role="operator")
    logged_in(house.own.users["administrator"]).post(f"/staff/{row.pk}/password/")
    assert not Invitation.objects.exists()


def test_clinics_are_switched_only_to_own_ones(house: Any, logged_in: Any) -> None:
    user = house.own.users["operator"]
    client = logged_in(user)
    wanted = {"clinic": str(house.other.clinic.pk)}
    assert client.post("/clinic/", wanted).status_code == 404
    Membership.objects.create(user=user, clinic=house.other.clinic, role="operator")
    assert client.post("/clinic/", wanted).status_code == 302
    assert b"Tester-Other" in client.get("/people/").content
    assert b"Tester-Own" not in client.get("/people/").content


def test_login_ends_when_nobody_asks(
    house: Any, logged_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = logged_in(house.own.users["operator"])
    client.get("/people/")
    row = Session.objects.get()
    begun = row.expire_date
    assert begun - timezone.now() <= timedelta(minutes=30)
    client.get("/people/")
    row.refresh_from_db()
    assert row.expire_date == begun
    later = time.time() + gate.RENEW_S + 1.0
    monkeypatch.setattr(gate.time, "time", lambda: later)
    client.get("/people/")
    row.refresh_from_db()
    assert row.expire_date > begun
    row.expire_date = timezone.now()
    row.save()
    assert client.get("/people/").status_code == 302
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE


def test_form_without_token_is_refused(house: Any) -> None:
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    client.force_login(
        house.own.users["operator"],
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.post("/people/new/", {"family_name": "X"}).status_code == 403


def test_researcher_lands_on_what_they_may_see(house: Any, logged_in: Any) -> None:
    page = logged_in(house.own.users["researcher"]).get("/home/")
    assert page.status_code == 200
    assert "Data for research" in page.content.decode()
    assert "Tester-Own" not in page.content.decode()
    row = house.own.memberships["researcher"]
    row.ended_at = timezone.now()
    row.save()
    assert "no clinic" in logged_in(row.user).get("/home/").content.decode()
