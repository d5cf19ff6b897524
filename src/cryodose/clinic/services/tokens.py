"""Tokens of users: the same rules for the page and for the API."""

from __future__ import annotations

from django.db.models import QuerySet

from cryodose.clinic.models import ApiToken, Clinic, Kept, User

MOST = 20


def tokens_of(user: User | None) -> QuerySet[ApiToken]:
    """Return the tokens of a user that have not ended, newest first."""
    return ApiToken.objects.filter(user=user, ended_at=None).select_related("clinic")


def new_token(user: User | None, clinic: Clinic | None, name: str) -> tuple[ApiToken, str]:
    """Return a new token and its secret.

    Raises
    ------
    Kept
        For somebody who works in no clinic, or who has too many.
    """
    if user is None or clinic is None:
        raise Kept("a token is for somebody who works in a clinic")
    if tokens_of(user).count() >= MOST:
        raise Kept(f"at most {MOST} tokens: end one first")
    return ApiToken.issue(user, clinic, name)
