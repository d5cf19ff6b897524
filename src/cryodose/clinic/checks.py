"""Checks when the site starts: every route says who may use it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver


def routes(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield name, address and view of every route of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, address)
        elif isinstance(entry, URLPattern):
            yield entry.name or "", address, entry.callback


def every_route_has_a_rule(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return an error for each route that nobody has given a rule."""
    from cryodose.clinic.middleware.gate import rule_for

    return [
        Error(f"no rule says who may use {address} ({name})", id="clinic.E001")
        for name, address, view in routes()
        if rule_for(view, name) is None
    ]


def register_all() -> None:
    """Let Django run them."""
    register()(every_route_has_a_rule)
