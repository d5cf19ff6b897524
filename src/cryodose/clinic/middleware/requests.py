"""Every request gets a number, a line in the log without personal data, and a place in metrics."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cryodose.clinic import metrics

_LOG = logging.getLogger("cryodose.clinic.request")
Next = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class RequestLog:
    """Name each request, and write its route, never its address: that may name a person."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Run the request."""
        if self.is_async:
            return self._later(request)
        begun = _begin(request)
        response = self.get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101  # the sync path has no awaitables
        return _end(request, response, begun)

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        begun = _begin(request)
        response = self.get_response(request)
        assert not isinstance(response, HttpResponseBase)  # noqa: S101  # the async path has only those
        return _end(request, await response, begun)


def _begin(request: HttpRequest) -> float:
    request.request_id = str(uuid.uuid4())  # type: ignore[attr-defined]  # see access.ClinicRequest
    return time.perf_counter()


def _end(request: HttpRequest, response: HttpResponseBase, begun: float) -> HttpResponseBase:
    took_s = time.perf_counter() - begun
    route = route_of(request)
    metrics.REQUESTS.observe(took_s, method=_method(request), route=route, status=_status(response))
    response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]  # set by _begin
    level = logging.WARNING if response.status_code >= 500 else logging.INFO
    _LOG.log(
        level,
        "request",
        extra={
            "fields": {
                "request": request.request_id,  # type: ignore[attr-defined]  # set by _begin
                "method": _method(request),
                "route": route,
                "status": response.status_code,
                "ms": round(took_s * 1000, 1),
            }
        },
    )
    return response


@receiver(got_request_exception)
def _broken(request: HttpRequest, **_: Any) -> None:
    """Write an error down: its kind and its place, never its text."""
    fields = {"request": getattr(request, "request_id", None), "route": route_of(request)}
    _LOG.error("request failed", exc_info=True, extra={"fields": fields})


def route_of(request: HttpRequest) -> str:
    """Return the name of the route: a path may hold the secret of a link."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


def _method(request: HttpRequest) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return request.method if request.method in known else "OTHER"


def _status(response: HttpResponseBase) -> str:
    return f"{response.status_code // 100}xx"


def client_ip(request: HttpRequest) -> str:
    """Return who asks: the neighbour, or whom our one proxy names as its own neighbour."""
    neighbour = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.ENVIRONMENT.trust_proxy:
        return neighbour
    # The last entry is the proxy's own word; the ones before it are anybody's.
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    return told or neighbour
