"""CDS Hooks clients: signed tokens that count once, and pages of chosen origins."""

from __future__ import annotations

import dataclasses
import json
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from cryodose.clinic.cds_clients import CdsClient, read_clients
from cryodose.clinic.environment import read_environment
from cryodose.errors import BadInput
from tests.clinic import make

ISSUER = "https://ehr.example.org"
SERVICE = "/api/cds-services/cryodose-view-cryosauna"
HERE = f"http://localhost{SERVICE}"
KEY = ec.generate_private_key(ec.SECP384R1())
ASKED = {
    "hook": "patient-view",
    "hookInstance": str(uuid.uuid4()),
    "context": {"userId": "u", "patientId": "p1"},
    "prefetch": {"patient": {"resourceType": "Patient", "id": "p1", "gender": "female"}},
}


def jwk_of(key: Any, kid: str = "one") -> dict[str, Any]:
    kind = jwt.algorithms.ECAlgorithm if hasattr(key, "curve") else jwt.algorithms.RSAAlgorithm
    return {**json.loads(kind.to_jwk(key.public_key())), "kid": kid}


@pytest.fixture(autouse=True)
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[CdsClient, ...]:
    cache.clear()
    path = tmp_path / "clients.json"
    path.write_text(json.dumps({"clients": [{"issuer": ISSUER, "keys": [jwk_of(KEY)]}]}))
    found = read_clients(path)
    env = dataclasses.replace(
        settings.ENVIRONMENT, cds_clients=found, cds_origins=("https://ehr.example.org",)
    )
    monkeypatch.setattr(settings, "ENVIRONMENT", env)
    return found


def token(
    key: Any = KEY, alg: str = "ES384", header: dict[str, Any] | None = None, **claims: Any
) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "aud": HERE, "iat": now, "exp": now + 240, "jti": str(uuid.uuid4()),
            **claims}  # fmt: skip
    told = {k: v for k, v in said.items() if v is not None}
    return jwt.encode(told, key, algorithm=alg, headers={"kid": "one", **(header or {})})


def ask(signed: str, path: str = SERVICE, data: Any = None) -> int:
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    header = {"authorization": f"Bearer {signed}"}
    body = json.dumps(ASKED if data is None else data)
    return client.post(path, body, content_type="application/json", headers=header).status_code


@pytest.mark.django_db
def test_a_signed_call_is_answered_once() -> None:
    signed = token()
    assert ask(signed) == 200
    assert ask(signed) == 401
    assert ask(token()) == 200
    done = {"feedback": [{"card": str(uuid.uuid4()), "outcome": "accepted",
                          "outcomeTimestamp": "2026-01-01T00:00:00Z"}]}  # fmt: skip
    assert ask(token(), f"{SERVICE}/feedback", done) == 200


def unsigned(signed: str) -> str:
    head = jwt.utils.base64url_encode(b'{"alg":"none","kid":"one"}').decode()
    return f"{head}.{signed.split('.')[1]}."


def twisted(signed: str) -> str:
    head, body, sign = signed.split(".")
    told = json.loads(jwt.utils.base64url_decode(body)) | {"sub": "admin"}
    return f"{head}.{jwt.utils.base64url_encode(json.dumps(told).encode()).decode()}.{sign}"


WRONG: dict[str, Callable[[], str]] = {
    "another house": lambda: token(iss="https://other.example.org"),
    "another address": lambda: token(aud=HERE.replace("cryosauna", "immersion")),
    "no address": lambda: token(aud=None),
    "over": lambda: token(exp=int(time.time()) - 60),
    "too long": lambda: token(exp=int(time.time()) + 900),
    "for ever": lambda: token(exp=None),
    "endless": lambda: token(exp=10**400),
    "no number": lambda: token(jti=None),
    "odd number": lambda: token(jti="x" * 201),
    "not yet": lambda: token(iat=int(time.time()) + 600),
    "no time": lambda: token(iat=None),
    "another key": lambda: token(ec.generate_private_key(ec.SECP384R1())),
    "unknown key": lambda: token(header={"kid": "two"}),
    "unsigned": lambda: unsigned(token()),
    "twisted": lambda: twisted(token()),
    "shared secret": lambda: token("x" * 64, alg="HS384"),
    "rsa": lambda: token(rsa.generate_private_key(65537, 2048), alg="RS384"),
    "no token": lambda: "a.b.c",
    "nothing": lambda: "",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(WRONG))
def test_any_other_token_is_nobody(name: str) -> None:
    assert ask(WRONG[name]()) == 401


def test_such_a_client_sees_no_record(house: make.House) -> None:
    from cryodose.clinic.models import Person

    person = house.own.records[Person]
    client = Client(HTTP_HOST="localhost")
    for path in ("/api/persons", f"/api/persons/{person.pk}", "/api/tokens", "/api/research"):
        signed = token(aud=f"http://localhost{path}")
        answer = client.get(path, headers={"authorization": f"Bearer {signed}"})
        assert answer.status_code == 401, path


@pytest.mark.django_db
def test_without_clients_it_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    env = dataclasses.replace(settings.ENVIRONMENT, cds_clients=())
    monkeypatch.setattr(settings, "ENVIRONMENT", env)
    assert ask(token()) == 401


@pytest.mark.django_db
def test_pages_of_chosen_origins_may_ask() -> None:
    client = Client(HTTP_HOST="localhost")
    preflight = {"origin": ISSUER, "access-control-request-method": "POST"}
    answer = client.options(SERVICE, headers=preflight)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (204, ISSUER)
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer
    found = client.get("/api/cds-services", headers={"origin": ISSUER})
    assert (found.status_code, found["Access-Control-Allow-Origin"]) == (200, ISSUER)
    assert "Origin" in found["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "origin"),
    [
        (SERVICE, "https://evil.example.org"),
        (SERVICE, "https://ehr.example.org.evil.example"),
        (SERVICE, "null"),
        (SERVICE, "*"),
        ("/api/persons", ISSUER),
        ("/api/cds-services-of-others", ISSUER),
        ("/", ISSUER),
    ],
)
def test_nobody_else_may(path: str, origin: str) -> None:
    client = Client(HTTP_HOST="localhost")
    preflight = {"origin": origin, "access-control-request-method": "POST"}
    for answer in (client.options(path, headers=preflight), client.get(path, headers=preflight)):
        assert "Access-Control-Allow-Origin" not in answer
        assert answer.status_code != 204


@pytest.mark.parametrize(
    "data",
    [
        [], {}, {"clients": []}, {"clients": [{}]}, {"clients": [{"issuer": " ", "keys": [1]}]},
        {"clients": [{"issuer": "x", "keys": []}]},
        {"clients": [{"issuer": "x", "keys": [{"kty": "EC"}]}]},
        {"clients": [{"issuer": "x", "keys": [{"kid": "1", "kty": "oct", "k": "c2VjcmV0"}]}]},
        {"clients": [{"issuer": "x", "keys": [{"kid": "1", "kty": "EC", "d": "c2VjcmV0"}]}]},
        {"clients": [{"issuer": "x", "keys": [{"kid": "1", "kty": "EC", "crv": "P-384"}]}]},
        {"clients": [{"issuer": "x", "keys": [jwk_of(KEY), jwk_of(KEY)]}]},
        {"clients": [{"issuer": "x", "keys": [jwk_of(KEY)]}] * 2},
    ],
)  # fmt: skip
def test_a_wrong_file_stops_the_start(tmp_path: Path, data: Any) -> None:
    path = tmp_path / "clients.json"
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput) as raised:
        read_environment({"CRYODOSE_CDS_CLIENTS": str(path)})
    assert "c2VjcmV0" not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["ehr.example.org", "https://x/path", "ftp://x", "https://", "*"])
def test_a_wrong_origin_stops_the_start(text: str) -> None:
    with pytest.raises(BadInput, match="CRYODOSE_CDS_ORIGINS"):
        read_environment({"CRYODOSE_CDS_ORIGINS": text})


def test_origins_and_rsa_keys_are_read(tmp_path: Path) -> None:
    path = tmp_path / "clients.json"
    key = rsa.generate_private_key(65537, 2048)
    path.write_text(json.dumps({"clients": [{"issuer": "x", "keys": [jwk_of(key)]}]}))
    env = read_environment({
        "CRYODOSE_CDS_ORIGINS": "https://a.example.org/, http://B.example:8080",
        "CRYODOSE_CDS_CLIENTS": str(path),
    })  # fmt: skip
    assert env.cds_origins == ("https://a.example.org", "http://b.example:8080")
    assert set(env.cds_clients[0].keys) == {"one"}
