"""All operations as addresses, each with the rule that the gate asks about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import URLPattern, path

from cryodose.clinic.access import SIGNED_IN, ClinicRequest, Rule, rule
from cryodose.clinic.api import air, exchange, live, people, tokens
from cryodose.clinic.api.frame import made_api
from cryodose.clinic.middleware.gate import API_PATH

PARTS = (people, live, air, exchange, tokens)
api = made_api()
for _part in PARTS:
    api.add_router("", _part.router)


@rule(SIGNED_IN)
def openapi(request: ClinicRequest) -> HttpResponse:
    """Return the OpenAPI document of the API."""
    return JsonResponse(schema())


@cache
def schema() -> dict[str, Any]:
    """Return the OpenAPI document as plain data; it is made once and must not be changed."""
    return dict(api.get_openapi_schema(path_prefix=API_PATH))


def _rules() -> dict[str, Rule]:
    """Return the rule of each address by the name of its route."""
    found: dict[str, Rule] = {}
    for part in PARTS:
        for path_view in part.router.path_operations.values():
            for operation in path_view.operations:
                said: Rule = operation.view_func.clinic_rule
                if found.setdefault(str(operation.url_name), said) != said:
                    raise ValueError(f"{operation.url_name}: one rule for an address")
    return found


def _ruled() -> Iterator[URLPattern]:
    """Yield the addresses; the gate finds their rules, and Django guards them against forgery."""
    rules = _rules()
    for pattern in api.urls[0]:
        if isinstance(pattern, URLPattern) and pattern.name in rules:
            view: Any = pattern.callback
            view.clinic_rule, view.csrf_exempt = rules[pattern.name], False
            yield pattern


urlpatterns: list[URLPattern] = [
    path("openapi.json", openapi, name="api_openapi"),
    *_ruled(),
]
