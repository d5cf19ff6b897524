"""Pages for what went wrong; they say what to do, and nothing about the inside."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    request_id = getattr(request, "request_id", "")
    told = {"title": title, "words": words, "request_id": request_id}
    if request.headers.get("HX-Request"):
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    return render(request, "clinic/error.html", told, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _page(request, 400, _("This request cannot be read"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403."""
    words = _("Your role in this clinic does not include this.")
    return _page(request, 403, _("Not for your role"), words)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    return _page(request, 404, _("Nothing is here"), _("The address is wrong or out of date."))


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    words = _("The error was written down. Nothing half-written was left behind.")
    return _page(request, 500, _("Something went wrong"), words)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that this site did not give out."""
    words = _("The page was open too long. Load it again and send it once more.")
    return _page(request, 403, _("This form is out of date"), words)
