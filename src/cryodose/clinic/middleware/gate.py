"""The gate: no view runs before `access.decide` has said yes, and every answer is remembered."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin

from cryodose.clinic.access import (
    PUBLIC,
    SIGNED_IN,
    Actor,
    ClinicRequest,
    Rule,
    View,
    decide,
    memberships_of,
    owner_of,
    roles_of,
    rule_of,
)
from cryodose.clinic.cds_clients import APART_S, LONGEST_S, NotSigned, issuer_of
from cryodose.clinic.middleware.cors import CDS_PATH
from cryodose.clinic.middleware.requests import route_of
from cryodose.clinic.models import (
    Access,
    ApiToken,
    Clinic,
    Device,
    Membership,
    Person,
    PersonLink,
    Record,
    User,
)
from cryodose.clinic.models.users import digest

CLINIC_KEY, LINK_KEY, SEEN_KEY = "clinic", "person-link", "seen"
RENEW_S = 60.0
API_PATH = "/api/"
# Asked by pages by themselves: that somebody is there it does not say.
BY_ITSELF = frozenset({"room_alarms"})
_REFUSALS = {
    "log-in": (401, "log in first, or send the token of a device or user"),
    "forbidden": (403, "your role in this clinic does not include this"),
    "not-found": (404, "nothing is here"),
    "second-factor": (403, "set up your second factor first"),
}
# Views of others that we use: what they do, by the name of their route.
OTHERS: dict[str, Rule] = {
    "account_login": Rule(PUBLIC),
    "account_logout": Rule(PUBLIC),
    "account_reauthenticate": Rule(SIGNED_IN),
    "account_change_password": Rule(SIGNED_IN),
    "mfa_authenticate": Rule(PUBLIC),
    "mfa_login_webauthn": Rule(PUBLIC),
    "mfa_index": Rule(SIGNED_IN),
    "mfa_reauthenticate": Rule(SIGNED_IN),
    "mfa_activate_totp": Rule(SIGNED_IN),
    "mfa_deactivate_totp": Rule(SIGNED_IN),
    "mfa_view_recovery_codes": Rule(SIGNED_IN),
    "mfa_generate_recovery_codes": Rule(SIGNED_IN),
    "mfa_download_recovery_codes": Rule(SIGNED_IN),
    "mfa_list_webauthn": Rule(SIGNED_IN),
    "mfa_add_webauthn": Rule(SIGNED_IN),
    "mfa_reauthenticate_webauthn": Rule(SIGNED_IN),
    "mfa_remove_webauthn": Rule(SIGNED_IN),
    "mfa_edit_webauthn": Rule(SIGNED_IN),
}
# Where somebody may go who has still to set up their second factor.
WITHOUT_SECOND_FACTOR = frozenset(
    name for name in OTHERS if name.startswith(("account_", "mfa_"))
) | {"set_language"}
_LOG = logging.getLogger("cryodose.clinic.access")


def rule_for(view: View, route: str) -> Rule | None:
    """Return what a view does: its own word, or ours about a view of others."""
    return rule_of(view) or OTHERS.get(route)


class Gate(MiddlewareMixin):
    """Asks `access` before each view."""

    def process_view(
        self, request: ClinicRequest, view: View, args: Any, given: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Return nothing to let the view run, else the answer in its place."""
        route = route_of(request)
        asked = rule_for(view, route)
        if asked is None:
            raise ImproperlyConfigured(f"route {route}: no rule says who may use it")
        request.actor = actor_of(request)
        _renew(request)
        _speak(request)
        request.record = _record(asked, given)
        answer = decide(request.actor, asked, request.record)
        if answer == "yes" and _lacks_second_factor(request, asked, route):
            return _said(request, "second-factor") or redirect("mfa_activate_totp")
        remember(request, asked.action, allowed=answer == "yes")
        if answer == "log-in":
            return _said(request, answer) or _log_in_first(request)
        if answer != "yes" and is_api(request):
            return _said(request, answer)
        if answer == "forbidden":
            raise PermissionDenied
        if answer == "not-found":
            raise Http404
        return None


def is_api(request: HttpRequest) -> bool:
    """Tell whether a program asks: it gets JSON, and no page."""
    return request.path.startswith(API_PATH)


def _said(request: HttpRequest, answer: str) -> HttpResponse | None:
    """Return a refusal as JSON where a program asks."""
    if not is_api(request):
        return None
    status, words = _REFUSALS[answer]
    response = JsonResponse({"detail": words}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _actor_by_token(secret: str) -> Actor:
    """Return who a token stands for: a device, or a user in one clinic; else nobody."""
    device = Device.of_token(secret)
    if device is not None:
        return Actor(clinic=device.clinic, device=device)
    token = ApiToken.of(secret)
    if token is None or not token.user.is_active:
        return Actor()
    rows = [row for row in memberships_of(token.user) if row.clinic_id == token.clinic_id]
    roles = roles_of(rows)
    return Actor(token.user, roles, token.clinic if roles else None)


def _system(request: HttpRequest, token: str) -> Actor | None:
    """Return the client of CDS Hooks that signed a token for this call, once; else None."""
    clients = settings.ENVIRONMENT.cds_clients
    if not clients or not request.path.startswith(f"{CDS_PATH}/"):
        return None
    # The address as clients know it; what became of a card is told below that of its service.
    origin = settings.ENVIRONMENT.origin
    base = origin.geturl().rstrip("/") if origin else f"{request.scheme}://{request.get_host()}"
    audience = base + request.path.rstrip("/").removesuffix("/feedback")
    try:
        issuer, number = issuer_of(token, audience, clients, timezone.now())
    except NotSigned as error:
        _LOG.info("token of no client", extra={"fields": {"why": str(error)}})
        return None
    is_new = cache.add(digest(f"{issuer} {number}"), True, timeout=LONGEST_S + 2 * APART_S)
    return Actor(system=issuer) if is_new else None


def _renew(request: ClinicRequest) -> None:
    """Let a login that is used go on; without this it ends after the idle time."""
    by_program = getattr(request, "bearer", None) is not None or route_of(request) in BY_ITSELF
    if by_program or (request.actor.user is None and request.actor.person is None):
        return
    now_s = time.time()
    if now_s - request.session.get(SEEN_KEY, 0.0) > RENEW_S:
        request.session[SEEN_KEY] = now_s


def _speak(request: ClinicRequest) -> None:
    """Speak the language that the user or person chose; else what the browser or clinic says."""
    actor = request.actor
    known = dict(settings.LANGUAGES)
    chosen = actor.user.language if actor.user else actor.person.language if actor.person else ""
    # A cookie is a choice, too, of somebody whom the site did not know then.
    if not chosen and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and actor.clinic:
        chosen = actor.clinic.language
    if chosen in known:
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks: a program by its token, a user with their roles, a person by their link."""
    secret = getattr(request, "bearer", None)
    if secret is not None:
        return _system(request, secret) or _actor_by_token(secret)
    user = request.user
    if isinstance(user, User) and user.is_active:
        rows = memberships_of(user)
        return Actor(user, roles_of(rows), _clinic_now(request, rows))
    link_id = request.session.get(LINK_KEY) if hasattr(request, "session") else None
    if link_id:
        link = PersonLink.objects.in_use().filter(pk=link_id).select_related("person").first()
        if link is not None and not link.is_over:
            return Actor(clinic=link.person.clinic, person=link.person)
    return Actor()


def _clinic_now(request: HttpRequest, rows: list[Membership]) -> Clinic | None:
    chosen = str(request.session.get(CLINIC_KEY, ""))
    clinics = {str(row.clinic_id): row.clinic for row in rows}
    return clinics.get(chosen) or next((clinics[i] for i in sorted(clinics)), None)


def _record(asked: Rule, given: dict[str, Any]) -> Record | None:
    if asked.of is None:
        return None
    try:
        rows = asked.of._default_manager.select_related("clinic", *_way_to_person(asked.of))
        return rows.filter(pk=given["pk"]).order_by().first()
    except (ValidationError, ValueError):
        return None


def _way_to_person(model: type[Record]) -> tuple[str, ...]:
    """Return what leads from a record to whom it is about, so that one query fetches both."""
    return () if model is Person or not model.person_path else (model.person_path,)


def _lacks_second_factor(request: ClinicRequest, asked: Rule, route: str) -> bool:
    user = request.actor.user
    if not settings.ENVIRONMENT.second_factor_required or user is None or asked.action == PUBLIC:
        return False
    if route in WITHOUT_SECOND_FACTOR:
        return False
    from allauth.mfa.utils import is_mfa_enabled

    return not is_mfa_enabled(user)


def _log_in_first(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") or not request.accepts("text/html"):
        return HttpResponse("Log in first.\n", status=401, content_type="text/plain")
    return redirect_to_login(request.get_full_path())


def remember(request: ClinicRequest, action: str, *, allowed: bool, person: Any = None) -> None:
    """Write down that somebody was shown, or refused, something of a person."""
    about = person or owner_of(request.record)
    if about is None and allowed:
        return
    actor = request.actor
    if not allowed:
        _LOG.warning(
            "refused",
            extra={
                "fields": {
                    "request": request.request_id,
                    "action": action,
                    "user": str(actor.user.pk) if actor.user else None,
                }
            },
        )
    if actor.user is None and actor.person is None:
        return
    Access(
        clinic_id=about.clinic_id if about else getattr(actor.clinic, "pk", None),
        user=actor.user,
        by_person=actor.person,
        person=about,
        action=action,
        route=route_of(request),
        what=_what(request.record),
        allowed=allowed,
        request_id=request.request_id,
    ).save()


def _what(record: Record | None) -> str:
    return "" if record is None else f"{type(record).__name__} {record.pk}"
