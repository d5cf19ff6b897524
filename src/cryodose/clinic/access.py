"""Who may do what: the one place that decides.

A view says with `@rule(action, of=Model)` what it does; the gate (`middleware/gate.py`) asks
`decide` before the view runs, and refuses a view that says nothing. Rows of another clinic do
not exist for a stranger (404); rows of the own clinic that a role may not use are refused (403).
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Literal, TypeVar, cast

from django.http import HttpRequest

from cryodose.clinic.models import (
    Clinic,
    Device,
    Membership,
    Person,
    Record,
    RecordQuerySet,
    Role,
    Room,
    SessionRecord,
    User,
)

R = TypeVar("R", bound=Record)
View = Callable[..., Any]
Answer = Literal["yes", "log-in", "forbidden", "not-found"]

# Beside the roles of a membership: the person themself by their link, a device by its token.
PERSON, DEVICE = "person", "device"
# A system of the hospital that signs its calls (CDS Hooks); it sees no record of anybody.
SYSTEM = "system"
_CARE = frozenset({Role.OPERATOR, Role.CLINICIAN, Role.ADMINISTRATOR})
_CLINICAL = frozenset({Role.CLINICIAN})
_OFFICE = frozenset({Role.ADMINISTRATOR})

# What each role may do in its own clinic; nobody may do anything in another.
MATRIX: Mapping[str, frozenset[str]] = {
    "board.see": _CARE,
    "person.find": _CARE,
    "person.read": _CARE,
    "person.write": _CARE,
    "person.retire": _OFFICE,
    "person.export": _CARE,
    "person.link": _CARE,
    "consent.write": _CARE,
    "condition.write": _CARE,
    "screening.write": _CARE,
    "screening.override": _CLINICAL,
    "plan.write": _CARE,
    "course.write": _CARE,
    "session.run": _CARE,
    "harm.write": _CARE,
    "harm.close": _CLINICAL,
    "score.write": _CARE,
    "attachment.write": _CARE,
    "place.read": _CARE,
    "place.write": _OFFICE,
    "air.send": _CARE | {DEVICE},
    "air.acknowledge": _CARE,
    "protocol.read": _CARE | {Role.RESEARCHER},
    "protocol.write": _CLINICAL,
    "evidence.read": _CARE | {Role.RESEARCHER},
    "clinic.manage": _OFFICE,
    "user.manage": _OFFICE,
    "audit.read": _OFFICE,
    "research.export": frozenset({Role.RESEARCHER}),
    "own.read": frozenset({PERSON}),
    "reading.send": frozenset({DEVICE}),
    "cds.ask": _CARE | {DEVICE, SYSTEM},
}
# Open to whoever has logged in, and to everybody.
SIGNED_IN, PUBLIC = "signed-in", "public"


@dataclass(frozen=True)
class Rule:
    """What a view does, and to which record the `pk` of its address belongs."""

    action: str
    of: type[Record] | None = None


@dataclass(frozen=True)
class Actor:
    """Who asks.

    Attributes
    ----------
    roles : mapping
        Clinic -> roles of the user there.
    clinic : Clinic or None
        The one they work in now.
    person : Person or None
        Set where a person reads their own data by link.
    device : Device or None
        Set where a device reports by its token.
    system : str
        Issuer of a signed token of CDS Hooks.
    """

    user: User | None = None
    roles: Mapping[uuid.UUID, frozenset[str]] = field(default_factory=dict)
    clinic: Clinic | None = None
    person: Person | None = None
    device: Device | None = None
    system: str = ""

    def roles_in(self, clinic_id: uuid.UUID | None) -> frozenset[str]:
        """Return what this actor is in a clinic."""
        if clinic_id is None:
            return frozenset()
        if self.device is not None:
            return frozenset({DEVICE}) if self.device.clinic_id == clinic_id else frozenset()
        own = frozenset({PERSON}) if self.person and self.person.clinic_id == clinic_id else None
        return own if own is not None else self.roles.get(clinic_id, frozenset())

    def may(self, action: str) -> bool:
        """Tell whether this actor may do something in the clinic they work in now."""
        clinic_id = self.clinic.id if self.clinic else None
        return bool(self.roles_in(clinic_id) & MATRIX[action])


class ClinicRequest(HttpRequest):
    """A request that has passed the gate."""

    actor: Actor
    record: Record | None
    request_id: str


def rule(action: str, of: type[Record] | None = None) -> Callable[[View], View]:
    """Say what a view does.

    Parameters
    ----------
    action : str
        A row of `MATRIX`, `SIGNED_IN` or `PUBLIC`.
    of : type of Record, optional
        The model of the address's ``pk``; the view gets the record as its second argument.
    """
    if action not in MATRIX and action not in (SIGNED_IN, PUBLIC):
        raise ValueError(f"no such action: {action}")

    def decorate(view: View) -> View:
        def arguments(request: ClinicRequest, given: dict[str, Any]) -> tuple[Any, ...]:
            if of is None:
                return (request,)
            given.pop("pk")
            return request, request.record

        if inspect.iscoroutinefunction(view):

            @wraps(view)
            async def run_async(request: ClinicRequest, **given: Any) -> Any:
                return await view(*arguments(request, given), **given)

            run_async.clinic_rule = Rule(action, of)  # type: ignore[attr-defined]  # read by rule_of
            return run_async

        @wraps(view)
        def run(request: ClinicRequest, **given: Any) -> Any:
            return view(*arguments(request, given), **given)

        run.clinic_rule = Rule(action, of)  # type: ignore[attr-defined]  # read by rule_of
        return run

    return decorate


def rule_of(view: View) -> Rule | None:
    """Return what a view said of itself."""
    found = getattr(view, "clinic_rule", None)
    return found if isinstance(found, Rule) else None


def decide(actor: Actor, asked: Rule, record: Record | None) -> Answer:
    """Return whether an actor may do something, to a record where one is meant.

    Parameters
    ----------
    actor : Actor
    asked : Rule
    record : Record or None
        The record of the address; None also where there is no such record.
    """
    if asked.action == PUBLIC:
        return "yes"
    if actor.system:
        is_open = asked.of is None and asked.action in MATRIX
        return "yes" if is_open and SYSTEM in MATRIX[asked.action] else "forbidden"
    if actor.user is None and actor.person is None and actor.device is None:
        return "log-in"
    if asked.action == SIGNED_IN:
        return "yes" if actor.user is not None else "forbidden"
    allowed = MATRIX[asked.action]
    if asked.of is None:
        return "yes" if actor.may(asked.action) else "forbidden"
    if record is None:
        return "not-found"
    here = actor.roles_in(record.clinic_id)
    if not here:
        return "not-found"
    if not here & allowed:
        return "forbidden"
    if actor.device is not None:
        return "yes" if _reports_to(actor.device, record) else "not-found"
    return "yes" if actor.person is None or owner_of(record) == actor.person else "not-found"


def _reports_to(device: Device, record: Record) -> bool:
    """Tell whether readings of a device belong to a record: its session, or the room it is in."""
    if isinstance(record, SessionRecord):
        return record.device_id == device.pk
    return isinstance(record, Room) and record.pk == device.room_id


def mine(actor: Actor, model: type[R]) -> RecordQuerySet[R]:
    """Return the rows of the clinic in which the actor works now; every list starts here."""
    rows = cast("RecordQuerySet[R]", model._default_manager.all())
    return rows.filter(clinic=actor.clinic) if actor.clinic else rows.none()


def owner_of(record: Record | None) -> Person | None:
    """Return the person whom a record is about."""
    if record is None or not record.person_path:
        return None
    if isinstance(record, Person):
        return record
    found: Any = record
    for step in record.person_path.split("__"):
        found = getattr(found, step)
    return found if isinstance(found, Person) else None


def memberships_of(user: User) -> list[Membership]:
    """Return what counts of a user's memberships, with their clinics."""
    rows = Membership.objects.filter(user=user, ended_at=None)
    return list(rows.select_related("clinic").order_by())


def roles_of(rows: Iterable[Membership]) -> dict[uuid.UUID, frozenset[str]]:
    """Return what somebody is in each clinic, by their memberships."""
    found: dict[uuid.UUID, frozenset[str]] = {}
    for row in rows:
        found[row.clinic_id] = found.get(row.clinic_id, frozenset()) | {row.role}
    return found
