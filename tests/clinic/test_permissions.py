"""Every route, every role, own and other clinic: generated from the URL table.

A route without a rule fails, and so does a route with an argument that nobody can fill in.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from cryodose.clinic.access import MATRIX, PUBLIC, SIGNED_IN, Rule
from cryodose.clinic.checks import routes
from cryodose.clinic.middleware.gate import LINK_KEY, OTHERS, rule_for
from cryodose.clinic.models import PersonLink, PlanRecord, Protocol, Record, Role
from cryodose.clinic.views import paper, plans
from tests.clinic import make

ROUTES = {name: (address, view) for name, address, view in routes()}
EVIDENCE = {
    "values": "room.alarm.warn_share",
    "rules": "WBC-01",
    "claims": "fibromyalgia",
    "experiments": "cold-pack/algafly2007",
    "sources": "PALMER",
}
ROLES = (*Role.values, "person", "nobody")
# Ends the login, or answers for ever; both are asked in tests of their own.
STREAMS = {"session_stream"}


def arguments(address: str, rule: Rule, place: make.Place) -> dict[str, Any]:
    """Return what a route needs to point at something of a clinic."""
    given: dict[str, Any] = {}
    for name in re.findall(r"<(?:\w+:)?(\w+)>", address):
        if name == "pk" and rule.of is not None:
            given[name] = place.records[rule.of].pk
        elif name == "protocol":
            given[name] = place.records[Protocol].pk
        elif name == "membership":
            given[name] = place.memberships["operator"].pk
        elif name == "procedure":
            given[name] = "cold-pack"
        elif name == "key":
            given[name] = EVIDENCE[address.split("/")[1]]
        elif name == "token" and address.startswith("account/"):
            given[name] = uuid.uuid4()
        elif name == "token":
            given[name] = "not-a-token"
        elif name == "pk" and address.startswith("account/"):
            given[name] = 1
        else:
            pytest.fail(f"{address}: what is {name}?")
    return given


def expected(rule: Rule, role: str, *, own: bool, has_arguments: bool) -> set[str]:
    """Return which answers are right; "passed" means that the gate let the view run."""
    if rule.action == PUBLIC:
        return {"passed", "missing", "login"}  # what is public may send somebody to the login
    if role == "nobody":
        return {"login"}
    if rule.action == SIGNED_IN:
        return {"forbidden"} if role == "person" else {"passed", "missing"}
    if rule.of is not None and not own:
        return {"missing"}
    if role not in MATRIX[rule.action]:
        return {"forbidden"}
    if has_arguments and not own:
        return {"missing"}
    return {"passed"}


def answer_of(response: Any) -> str:
    if response.status_code in (401, 302) and "/account/login/" in response.get("Location", ""):
        return "login"
    # 405: the gate let it pass, and the view does not know the method.
    found = {401: "login", 403: "forbidden", 404: "missing", 405: "method"}
    return found.get(response.status_code, "passed" if response.status_code < 500 else "broken")


def browsers(house: make.House, logged_in: Any) -> Iterator[tuple[str, Client]]:
    for role in ROLES:
        client = Client(HTTP_HOST="localhost")
        if role == "person":
            session = client.session
            session[LINK_KEY] = str(house.own.records[PersonLink].pk)
            session.save()
        elif role != "nobody":
            client = logged_in(house.own.users[role])
        client.raise_request_exception = False
        yield role, client


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that answers the same arguments but once."""
    kept: dict[Any, Any] = {}

    def call(*args: Any, **named: Any) -> Any:
        # A result cannot be hashed; each that we made is kept, so that its id stays its own.
        told = (*args, *named.values())
        key = tuple(a if isinstance(a, str | PlanRecord) else id(a) for a in told)
        if key not in kept:
            kept[key] = told, function(*args, **named)
        return kept[key][1]

    return call


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute and draw a plan once and not for each role: who may see it is asked here."""
    for module in (paper, plans):
        for name in ("plan_again", "report_page", "pdf"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, once(getattr(module, name)))


def test_every_route_has_a_name_and_a_rule() -> None:
    for name, address, view in routes():
        assert name, address
        assert rule_for(view, name) is not None, address


def test_rules_for_views_of_others_are_all_needed() -> None:
    assert set(OTHERS) - set(ROUTES) == set()


@pytest.mark.parametrize("name", sorted(set(ROUTES) - STREAMS))
def test_route(name: str, house: make.House, logged_in: Any, drawn_once: None) -> None:
    address, view = ROUTES[name]
    rule = rule_for(view, name)
    for own, place in ((True, house.own), (False, house.other)):
        given = arguments(address, rule, place)
        for role, client in browsers(house, logged_in):
            for method in ("get", "post"):
                with transaction.atomic():  # each request finds the same clinic
                    response = getattr(client, method)(reverse(name, kwargs=given))
                    transaction.set_rollback(True)
                shown = b"".join(response) if response.streaming else response.content
                right = expected(rule, role, own=own, has_arguments="membership" in given)
                found = answer_of(response)
                where = f"{method} {address} as {role}, {'own' if own else 'other'} clinic"
                if found == "method":
                    right = right & {"passed", "missing"} and {"method"}
                assert found in right, f"{where}: {response.status_code} {found}"
                assert b"Tester-Other" not in shown, where


def test_every_record_knows_whose_it_is(house: make.House) -> None:
    from cryodose.clinic.access import owner_of

    for model in Record.__subclasses__():
        record = house.own.records[model]
        assert record.clinic == house.own.clinic
        if model.person_path:
            assert owner_of(record) == house.own.records[type(owner_of(record))]
