"""The whole API under generated requests: refusals, never a broken server."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.core import NOT_SET

from cryodose.clinic import models as m
from cryodose.clinic.api.site import schema
from tests.clinic import make
from tests.clinic.test_api import Ask, caller

API = schemathesis.openapi.from_dict(schema())
OPERATIONS = [result.ok() for result in API.get_all_operations()]
# Each is asked so often, as a clinician and as a device.
_TIMES = 12


@pytest.fixture
def world(house: make.House, logged_in: Any) -> dict[str, Client]:
    place = house.own
    secret = place.records[m.Device].new_token(place.users["administrator"], "a new sensor")
    device = Client(HTTP_HOST="localhost", headers={"authorization": f"Bearer {secret}"})
    users = {role: logged_in(place.users[role]) for role in ("clinician", "researcher")}
    return {**users, "device": device}


def known(place: make.Place, path: str) -> Any:
    """Return the id of a record that an address may mean, so that the view is reached."""
    kinds = {"persons": m.Person, "screenings": m.ScreeningRecord, "plans": m.PlanRecord,
             "sessions": m.SessionRecord, "rooms": m.Room,
             "room-alarms": m.RoomAlarm}  # fmt: skip
    return place.records[kinds[path.split("/")[2]]].pk


def sent(client: Client, case: Any, pk: Any) -> Any:
    """Send a generated case through Django, without a network."""
    body = b"" if case.body is NOT_SET else json.dumps(case.body, default=str).encode()
    client.raise_request_exception = False
    return client.generic(
        case.method.upper(),
        case.path.replace("{pk}", str(pk)),
        body,
        "application/json",
        query_params={k: v for k, v in (case.query or {}).items() if v is not None},
    )


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_no_request_breaks_the_server(
    operation: Any, world: dict[str, Client], house: make.House
) -> None:
    pk = known(house.own, operation.path) if "{pk}" in operation.path else None
    seen: set[int] = set()

    @settings(max_examples=_TIMES, suppress_health_check=list(HealthCheck), database=None)
    @given(operation.as_strategy())
    def ask(case: Any) -> None:
        for client in world.values():
            response = sent(client, case, pk)
            told = (operation.path, case.query, case.body, response.content[:300])
            assert response.status_code < 500, told
            seen.add(response.status_code)

    ask()
    assert seen - {401, 404}, seen


@pytest.fixture
def clinician(house: make.House, logged_in: Any) -> Ask:
    return caller(logged_in(house.own.users["clinician"]))


@pytest.mark.parametrize(
    "body",
    ["", "null", "0", '""', "[" * 5000, "{" * 5000, '{"a":' * 900 + "1" + "}" * 900, "\ufeff{}",
     '{"resourceType":"Bundle","entry":[' + '{"resource":{"resourceType":"Bundle","entry":[' * 50],
)  # fmt: skip
def test_bodies_that_are_none(clinician: Ask, house: make.House, body: str) -> None:
    who, room = house.own.records[m.Person].pk, house.own.records[m.Room].pk
    for path in ("persons/new", f"persons/{who}/screenings/new", f"persons/{who}/plans/new",
                 f"rooms/{room}/readings",
                 "fhir/in", "fhir/check", "cds-services/cryodose-order", "tokens/new"):  # fmt: skip
        status, told = clinician("post", path, body.encode("utf-8", "surrogatepass"))
        assert 400 <= status < 500, (path, status, told)


def test_a_body_that_is_too_large(clinician: Ask, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    status, told = clinician("post", "fhir/in", {"resourceType": "Patient", "x": "y" * 2000})
    assert status == 413
    assert "exceeded" in told["detail"]
