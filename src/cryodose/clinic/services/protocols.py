"""Protocols: sessions that a clinic has agreed upon, from a draft to a plan of somebody."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from cryodose.clinic.models import Kept, Person, PlanRecord, Protocol, User
from cryodose.clinic.services.plans import keep_plan, subject_of
from cryodose.clinic.services.screenings import screening_today
from cryodose.session import session_from_dict

# What a plan says of somebody and no protocol does.
_OF_SOMEBODY = ("subject", "measured", "title", "safety")
# Of what is asked before a current, this belongs to the procedure.
_OF_PROCEDURE = ("electrode", "return_site")


def without_person(session: dict[str, Any]) -> dict[str, Any]:
    """Return what a session file holds, without the person."""
    kept = {k: v for k, v in session.items() if k not in _OF_SOMEBODY}
    safety = {k: v for k, v in session.get("safety", {}).items() if k in _OF_PROCEDURE}
    return kept | ({"safety": safety} if safety else {})


def keep_protocol(row: Protocol, session: dict[str, Any], by: User | None, why: str) -> Protocol:
    """Keep a draft.

    Raises
    ------
    BadInput
        For a session that does not follow the format; then nothing is kept.
    Kept
        For a protocol that is no draft.
    ValidationError
        For a session of another procedure than the protocol's.
    """
    if row.state != Protocol.State.DRAFT or row.is_retired:
        raise Kept("Protocol: only a draft is changed; make a new version")
    row.session = session_from_dict(without_person(session)).to_dict()
    row.clean()
    return row.keep(by, why)


def next_version(row: Protocol, by: User | None) -> Protocol:
    """Return a draft that follows a protocol, with the same session."""
    return Protocol(
        clinic=row.clinic,
        title=row.title,
        procedure=row.procedure,
        session=row.session,
        note=row.note,
        follows=row,
    ).keep(by, "new version")


@transaction.atomic
def publish(row: Protocol, by: User | None, why: str) -> Protocol:
    """Let the clinic use a draft; what it follows is used no more.

    Raises
    ------
    Kept
        For what is no draft.
    """
    row.publish(by, why)
    before = row.follows
    if before is not None and not before.is_retired:
        before.retire(by, f"a newer version was published: {why}")
    return row


def versions_of(row: Protocol) -> list[Protocol]:
    """Return a protocol with everything that it follows, newest first."""
    found = [row]
    while found[-1].follows is not None:
        found.append(found[-1].follows)
    return found


def plan_by(row: Protocol, person: Person, by: User | None) -> PlanRecord:
    """Plan a protocol for somebody, as it is.

    Raises
    ------
    Kept
        For a protocol that is not published, or no longer used.
    BadInput, Barred
        As `keep_plan` does.
    """
    if row.state != Protocol.State.PUBLISHED or row.is_retired:
        raise Kept("Protocol: only a published one is planned")
    session = {**row.session, "subject": subject_of(person, timezone.localdate())}
    screening = screening_today(person, row.procedure)
    return keep_plan(person, session, by, screening=screening, protocol=row, title=row.title)
