"""How often one address, or one login, may ask: a bucket that fills up again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from cryodose.clinic.middleware.requests import client_ip

_MOST_KEYS = 20_000
# What a form may hold beside its picture.
_AROUND_BYTES = 2_000_000


@dataclass(frozen=True)
class Bucket:
    """`most` requests at once, and `per_s` more each second."""

    most: float
    per_s: float


# Readings of fifty sensors may come through one address, one a second each.
USUAL = Bucket(600.0, 120.0)
# Where secrets are tried: logins, one-time links, a person's code.
SECRETS = Bucket(20.0, 0.2)
SECRET_PATHS = ("/account/login/", "/account/mfa/", "/welcome/", "/my/")


class Limiter:
    """Buckets by key, in this process; the longest unused are forgotten first."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def takes(self, key: str, bucket: Bucket, now_s: float) -> bool:
        """Take one request out of a bucket; False where it is empty."""
        with self._lock:
            left, then_s = self._left.pop(key, (bucket.most, now_s))
            left = min(bucket.most, left + (now_s - then_s) * bucket.per_s)
            allowed = left >= 1.0
            self._left[key] = (left - 1.0 if allowed else left, now_s)
            while len(self._left) > _MOST_KEYS:
                self._left.popitem(last=False)
        return allowed

    def clear(self) -> None:
        """Fill every bucket."""
        with self._lock:
            self._left.clear()


LIMITER = Limiter()


def largest_body() -> int:
    """Return how many bytes a request may have."""
    return int(settings.ATTACHMENT_BYTES) + _AROUND_BYTES


def _length(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


class RateLimit(MiddlewareMixin):
    """Answer 429 to whoever asks too often."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Let pass, or refuse with the time to wait."""
        if request.path.startswith("/static/"):
            return None
        if _length(request) > largest_body():
            return HttpResponse("Too large.\n", status=413, content_type="text/plain")
        is_secret = request.method == "POST" and request.path.startswith(SECRET_PATHS)
        bucket, name = (SECRETS, "secret") if is_secret else (USUAL, "usual")
        if LIMITER.takes(f"{name} {client_ip(request)}", bucket, time.monotonic()):
            return None
        wait_s = str(max(1, round(1.0 / bucket.per_s)))
        return HttpResponse(
            "Too many requests. Please wait a moment.\n",
            status=429,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": wait_s},
        )
