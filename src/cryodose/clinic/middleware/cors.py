"""Lets pages of chosen origins ask the CDS Hooks services from a browser; nothing else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

CDS_PATH = "/api/cds-services"
_DAY_S = "86400"


class CdsOrigins(MiddlewareMixin):
    """Answer what a browser asks before a call from another origin, and mark the answers.

    No cookie is ever sent along: a page of another origin shows a token, or is nobody.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Answer a preflight, before anybody asks who is calling."""
        asked = "Access-Control-Request-Method" in request.headers
        if request.method != "OPTIONS" or not asked or not _origin(request):
            return None
        return HttpResponse(
            status=204,
            headers={
                "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
                "Access-Control-Allow-Headers": "Authorization, Content-Type",
                "Access-Control-Max-Age": _DAY_S,
            },
        )

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Say which origin may read the answer."""
        if request.path.startswith(CDS_PATH) and settings.ENVIRONMENT.cds_origins:
            response["Vary"] = ", ".join(filter(None, (response.get("Vary"), "Origin")))
        origin = _origin(request)
        if origin:
            response["Access-Control-Allow-Origin"] = origin
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response


def _origin(request: HttpRequest) -> str:
    """Return the origin of a request to the services, if it is one that may ask; else nothing."""
    origin = request.headers.get("Origin", "")
    is_cds = request.path == CDS_PATH or request.path.startswith(f"{CDS_PATH}/")
    return origin if is_cds and origin in settings.ENVIRONMENT.cds_origins else ""
