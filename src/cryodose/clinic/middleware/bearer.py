"""The token of a program, in place of a cookie."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from cryodose.clinic.middleware.gate import is_api

_SCHEME = "bearer "


class Bearer(MiddlewareMixin):
    """Note a token sent with a request to the API.

    A page of somebody else cannot make a browser send this header, so such a request needs no
    proof against forgery; in turn its cookies count for nothing (`gate.actor_of`).
    """

    def process_request(self, request: HttpRequest) -> None:
        """Take the token."""
        sent = request.headers.get("Authorization", "")
        if is_api(request) and sent.lower().startswith(_SCHEME):
            request.bearer = sent[len(_SCHEME) :].strip()  # type: ignore[attr-defined]  # read by the gate
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # Django's own switch
