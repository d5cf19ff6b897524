"""What every result begins with as plain data."""

from __future__ import annotations

from typing import Any

from cryodose.screening import Screening
from cryodose.session import Session

SCHEMA = "cryodose/1"


def head_of(kind: str, session: Session, *, site: str, members: int, seed: int) -> dict[str, Any]:
    """Return the first keys of a result: what it is, of which session, where, with which draws."""
    return {
        "schema": SCHEMA,
        "kind": kind,
        "title": session.title,
        "session": session.to_dict(),
        "site": site,
        "members": members,
        "seed": seed,
    }


def release_of(screening: Screening | None, *, is_released: bool) -> dict[str, Any]:
    """Return whether a plan is released, and what the rules said."""
    return {"released": is_released, "screening": screening.to_dict() if screening else None}
