"""For whoever runs the site: is it alive, and what does it do."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

import cryodose
from cryodose.clinic import metrics
from cryodose.clinic.access import PUBLIC, rule
from cryodose.clinic.air.store import STANDS, watched
from cryodose.clinic.live.room_watch import ROOM_WATCH
from cryodose.clinic.live.watch import WATCH
from cryodose.clinic.models import RoomAlarm, SessionRecord

_STARTED_S = time.time()
# The watch looks several times a second; after this it is stuck, and alarms are late.
_LATE_S = 15.0
_LOOPBACK = ("127.0.0.1", "::1")


@rule(PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database answers, and alarms and rooms are watched, else 503."""
    try:
        has_sensors = watched().exists()
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if WATCH.late_s() > _LATE_S:
        return JsonResponse({"status": "alarms are not watched"}, status=503)
    if has_sensors and (not ROOM_WATCH.is_started or ROOM_WATCH.late_s() > _LATE_S):
        return JsonResponse({"status": "the air of rooms is not watched"}, status=503)
    return JsonResponse({"status": "ok", "version": cryodose.__version__})


@rule(PUBLIC)
def prometheus(request: HttpRequest) -> HttpResponse:
    """Answer with counters, to a scraper that knows the token or runs on this machine."""
    if not _may_scrape(request):
        return HttpResponse("not for you\n", status=403, content_type="text/plain")
    text = "\n".join(_lines()) + "\n"
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_scrape(request: HttpRequest) -> bool:
    token = settings.ENVIRONMENT.metrics_token
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    # Behind a proxy everybody is a neighbour, also where nobody has set CRYODOSE_TRUST_PROXY.
    is_proxied = settings.ENVIRONMENT.trust_proxy or "X-Forwarded-For" in request.headers
    return request.META.get("REMOTE_ADDR") in _LOOPBACK and not is_proxied


def _lines() -> Iterator[str]:
    yield from metrics.REQUESTS.lines()
    yield from metrics.EVENTS.lines()
    running = SessionRecord.objects.exclude(started_at=None).filter(ended_at=None).count()
    yield from metrics.gauge("cryodose_sessions_running", "Live sessions.", running)
    words = "Time since live sessions were last looked at for alarms."
    yield from metrics.gauge("cryodose_watch_late_seconds", words, round(WATCH.late_s(), 3))
    words = "Time since the air of rooms was last looked at for alarms."
    yield from metrics.gauge(
        "cryodose_room_watch_late_seconds", words, round(ROOM_WATCH.late_s(), 3)
    )
    alarms = RoomAlarm.objects.filter(STANDS).count()
    yield from metrics.gauge("cryodose_room_alarms", "Alarms of rooms that stand.", alarms)
    up = time.time() - _STARTED_S
    yield from metrics.gauge("cryodose_up_seconds", "Time since the start.", round(up))
