"""What all operations of the API share: rules, faults, and how a body is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.parser import Parser
from pydantic import ConfigDict

from cryodose import __version__
from cryodose.clinic.access import Rule
from cryodose.clinic.live.command import NotReady
from cryodose.clinic.live.store import NotNow
from cryodose.clinic.models import Kept, Record
from cryodose.errors import BadInput, CryodoseError, Refused
from cryodose.fhir.cds import NoData, NoService
from cryodose.files import parse_json

View = Callable[..., Any]
Teller = Callable[[HttpRequest, Any], HttpResponse]
# The first kind that fits says the status.
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (RequestDataTooBig, 413),
    (NoService, 404),
    (NoData, 412),
    (Refused, 409),
    (NotReady, 409),
    (NotNow, 409),
    (Kept, 409),
    (CryodoseError, 400),
)


class Strict(Schema):
    """A body in which every key must be known."""

    model_config = ConfigDict(extra="forbid")


class Fault(Schema):
    """Why a request was not done; then nothing of it was."""

    detail: Any


FAULTS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 405, 409, 412, 413, 422, 429), Fault)


class Careful(Parser):
    """Reads JSON as files are read: no key twice, no NaN, no text that a database cannot hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what the body says."""
        try:
            text = request.body.decode("utf-8")
        except UnicodeDecodeError as error:
            found = error.object[error.start : error.start + 1]
            raise BadInput("body", f"byte {error.start}", found, "text in UTF-8") from None
        data = parse_json(text, "body")
        try:
            _storable(data, "")
        except RecursionError:
            raise BadInput("body", "", expected="JSON that is nested less deep") from None
        return data


def storable(text: str) -> bool:
    """Tell whether every database can hold a text."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _storable(node: Any, place: str) -> None:
    if isinstance(node, str) and not storable(node):
        raise BadInput("body", place, node, "text without NUL and lone surrogates")
    if isinstance(node, dict):
        for key, value in node.items():
            _storable(key, place)
            _storable(value, f"{place}.{key}" if place else key)
    elif isinstance(node, list):
        for n, value in enumerate(node):
            _storable(value, f"{place}[{n}]")


def says(action: str, of: type[Record] | None = None) -> Callable[[View], View]:
    """Say what an operation does, as `access.rule` does for a page."""

    def decorate(operation: View) -> View:
        operation.clinic_rule = Rule(action, of)  # type: ignore[attr-defined]  # read by ruled()
        return operation

    return decorate


def made_api() -> NinjaAPI:
    """Return the API without operations."""
    api = NinjaAPI(
        title="cryodose clinic",
        version=__version__,
        description=(
            "People, screenings, plans, live sessions and readings of one clinic. A program sends "
            "the token of a user or a device; a page of the site uses its cookie with its CSRF "
            "token. What a role may do is the same as on the pages."
        ),
        parser=Careful(),
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        openapi_extra={
            "components": {
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    "cookie": {"type": "apiKey", "in": "cookie", "name": "cryodose"},
                }
            },
            "security": [{"token": []}, {"cookie": []}],
        },
    )
    for kind, status in _STATUS:
        api.add_exception_handler(kind, _teller(api, status))
    api.add_exception_handler(ValidationError, _invalid(api))
    api.add_exception_handler(HttpError, _unreadable(api))
    return api


def _teller(api: NinjaAPI, status: int) -> Teller:
    def tell(request: HttpRequest, error: Any) -> HttpResponse:
        return api.create_response(request, {"detail": str(error)}, status=status)

    return tell


def _invalid(api: NinjaAPI) -> Teller:
    def tell(request: HttpRequest, error: Any) -> HttpResponse:
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        return api.create_response(request, {"detail": told}, status=422)

    return tell


def _unreadable(api: NinjaAPI) -> Teller:
    """Answer for a body that could not be read with the reason, where it is one of ours."""

    def tell(request: HttpRequest, error: Any) -> HttpResponse:
        cause = error.__cause__
        words = str(cause) if isinstance(cause, CryodoseError) else str(error)
        return api.create_response(
            request, {"detail": words}, status=getattr(error, "status_code", 400)
        )

    return tell
