"""Tokens of users: made, listed and ended by the user themself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from ninja import Router, Schema, Status
from pydantic import Field

from cryodose.clinic.access import SIGNED_IN, ClinicRequest
from cryodose.clinic.api.frame import FAULTS, Strict, says
from cryodose.clinic.models import ApiToken, Kept
from cryodose.clinic.services.tokens import new_token, tokens_of

router = Router(tags=["tokens"])


class TokenIn(Strict):
    """What the token is for."""

    name: Annotated[str, Field(min_length=1, max_length=80)]


class TokenEnd(Strict):
    """Which token ends."""

    id: UUID


class TokenOut(Schema):
    """A token, without its secret."""

    id: UUID
    name: str
    made_at: datetime
    expires_at: datetime


class TokenMade(TokenOut):
    """A new token with its secret, which is told this once."""

    secret: str


@router.get("/tokens", response={200: list[TokenOut], **FAULTS}, url_name="api_tokens")
@says(SIGNED_IN)
def tokens(request: ClinicRequest) -> Any:
    """List the own tokens that count."""
    return list(tokens_of(request.actor.user))


@router.post("/tokens/new", response={201: TokenMade, **FAULTS}, url_name="api_token_new")
@says(SIGNED_IN)
def token_new(request: ClinicRequest, data: TokenIn) -> Any:
    """Make a token for the clinic in which one works now."""
    actor = request.actor
    if getattr(request, "bearer", None) is not None:
        raise Kept("a token cannot make another: log in yourself")
    made, secret = new_token(actor.user, actor.clinic, data.name)
    return Status(201, {**TokenOut.from_orm(made).dict(), "secret": secret})


@router.post("/tokens/end", response={200: TokenOut, **FAULTS}, url_name="api_token_end")
@says(SIGNED_IN)
def token_end(request: ClinicRequest, data: TokenEnd) -> Any:
    """End a token of one's own."""
    found = ApiToken.objects.filter(user=request.actor.user, pk=data.id).first()
    if found is None:
        raise Http404
    found.end()
    return found
