"""Codes in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cryodose.clinic import engine_words
from cryodose.clinic.words import EVENTS, LOOKS, QUANTITIES, VERDICTS, event_says
from cryodose.outcome.tell import time_words
from cryodose.units import PERCENT

register = template.Library()


@register.filter
def event_words(kind: str) -> str:
    """Return what a kind of event is called."""
    return str(EVENTS.get(kind, kind))


@register.filter
def quantity_words(quantity: str) -> str:
    """Return what a measured quantity is called."""
    return str(QUANTITIES.get(quantity, quantity))


@register.filter
def says(event: Any) -> str:
    """Return what an event tells."""
    return event_says(event.kind, event.data)


@register.filter
def verdict_words(verdict: str) -> str:
    """Return what a verdict of screening says."""
    return str(VERDICTS.get(verdict, verdict))


@register.filter
def span(time_s: float | None) -> str:
    """Return a time as it is said aloud; empty for none."""
    return "" if time_s is None else time_words(time_s)


@register.filter
def percent(share: float) -> str:
    """Return a share in percent, to a tenth."""
    return f"{share * PERCENT:.1f} %"


@register.filter
def verdict_look(verdict: str) -> str:
    """Return the look of a verdict."""
    return LOOKS.get(verdict, "warn")


@register.filter
def said(words: str) -> SafeString:
    """Return what the engine says in the reader's language; marked as English where it stayed."""
    text = engine_words.said(words)
    if engine_words.is_foreign(words, text):
        return format_html('<span lang="en">{}</span>', text)
    return format_html("{}", text)
