"""CDS Hooks 2.0: what the service offers, and a request to cards; no server, no clock.

The screening is that of `cryodose.screening`; here it is only asked and told. What a client did not
send is never taken for "none": it becomes an open question.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from cryodose.errors import MISSING, BadInput, CryodoseError
from cryodose.fhir.cds_cards import cards_of
from cryodose.fhir.codes import OWN, PROCEDURES, SNOMED
from cryodose.screening import Facts, facts_from, screen

Resource = dict[str, Any]
VIEW, SELECT = "patient-view", "order-select"
ORDER_SERVICE = "cryodose-order"
_VIEW_SERVICE = "cryodose-view-"
_OUTCOMES = ("accepted", "overridden")
_MOST = 100
# Searches whose answers the rules need; the name is the key of the prefetch.
_SEARCHES = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "allergies": "AllergyIntolerance?patient={{context.patientId}}",
    "medications": "MedicationRequest?patient={{context.patientId}}",
    "statements": "MedicationStatement?patient={{context.patientId}}",
    "procedures": "Procedure?patient={{context.patientId}}",
    "devices": "DeviceUseStatement?patient={{context.patientId}}",
    "answers": "QuestionnaireResponse?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}",
}
# SNOMED CT cannot tell a cabin from a chamber or a tub: an order for "cryotherapy" asks about all.
_BY_SNOMED = {
    code: tuple(p for p, (_, c) in PROCEDURES.items() if c == code)
    for _, code in PROCEDURES.values()
    if code
}


class NoService(CryodoseError):
    """There is no service of this name."""

    exit_code = 2


class NoData(CryodoseError):
    """The request lacks what the service needs; over HTTP this is 412."""

    exit_code = 2


def discovery() -> dict[str, Any]:
    """Return what `GET /cds-services` answers."""
    services = [
        {
            "hook": VIEW,
            "id": _VIEW_SERVICE + procedure,
            "title": f"May this person have cold: {words}?",
            "description": f"Screens the record of the person for {words}.",
            "prefetch": dict(_SEARCHES),
        }
        for procedure, (words, _) in PROCEDURES.items()
    ]
    services.append(
        {
            "hook": SELECT,
            "id": ORDER_SERVICE,
            "title": "May this person have the cold that is being ordered?",
            "description": "Screens the record of the person for each selected order of cold.",
            "prefetch": dict(_SEARCHES),
        }
    )
    return {"services": services}


def answer(service: str, request: object, on: date) -> dict[str, Any]:
    """Return the cards for a request to a service.

    Parameters
    ----------
    service : str
        One of the ids of `discovery`.
    request : dict
        As the client sent it.
    on : date
        The day of the screening.

    Returns
    -------
    dict
        ``{"cards": [...]}``; no cards where no selected order is about cold.

    Raises
    ------
    NoService
        For an unknown service.
    NoData
        Where the person, or the whole prefetch, is missing.
    BadInput
        For a request that does not follow CDS Hooks 2.0, naming its first fault.
    """
    hook = _hook_of(service)
    asked = _checked(request, hook)
    context = asked["context"]
    procedures = (
        {service.removeprefix(_VIEW_SERVICE): []} if hook == VIEW else dict(_ordered(context))
    )
    cards: list[dict[str, Any]] = []
    for procedure, reasons in procedures.items():
        facts = _facts(asked, context["patientId"], reasons)
        cards += cards_of(screen(facts, procedure, on, stage="once"), asked["hookInstance"])
    return {"cards": cards}


def _hook_of(service: str) -> str:
    if service == ORDER_SERVICE:
        return SELECT
    if service.startswith(_VIEW_SERVICE) and service.removeprefix(_VIEW_SERVICE) in PROCEDURES:
        return VIEW
    raise NoService(f"no CDS service has the id {service[:80]!r}")


def _checked(request: object, hook: str) -> dict[str, Any]:
    if not isinstance(request, dict):
        raise BadInput(None, "request", request, "an object")
    if request.get("hook") != hook:
        raise BadInput(None, "hook", request.get("hook", MISSING), hook)
    instance = request.get("hookInstance", MISSING)
    try:
        uuid.UUID(instance)
    except (ValueError, TypeError, AttributeError):
        raise BadInput(None, "hookInstance", instance, "a UUID") from None
    context = request.get("context", MISSING)
    if not isinstance(context, dict):
        raise BadInput(None, "context", context, "an object")
    for key in ("userId", "patientId"):
        value = context.get(key, MISSING)
        if not isinstance(value, str) or not value.strip():
            raise BadInput(None, f"context.{key}", value, "a text")
    server = request.get("fhirServer")
    if server is not None and not (isinstance(server, str) and server.startswith("http")):
        raise BadInput(None, "fhirServer", server, "an address that begins with http")
    if request.get("fhirAuthorization") is not None and server is None:
        raise BadInput(None, "fhirServer", MISSING, "an address, since fhirAuthorization is given")
    prefetch = request.get("prefetch")
    if prefetch is not None and not isinstance(prefetch, dict):
        raise BadInput(None, "prefetch", prefetch, "an object")
    if not prefetch:
        raise NoData("the request has no prefetch, and this service fetches nothing itself")
    return request


def _facts(request: dict[str, Any], patient: str, reasons: list[Resource]) -> Facts:
    """Return what the prefetch says; what is missing from it is an open question."""
    prefetch = request["prefetch"]
    person = prefetch.get("patient")
    if not isinstance(person, dict) or person.get("resourceType") != "Patient":
        raise NoData("prefetch.patient holds no Patient")
    name = f"Patient/{patient.removeprefix('Patient/')}"
    if f"Patient/{person.get('id')}" != name:
        raise BadInput(None, "prefetch.patient.id", person.get("id"), f"that of {name}")
    entries = [{"resource": person}]
    gaps = []
    for key in _SEARCHES:
        if key == "patient":
            continue
        found = prefetch.get(key)
        if not isinstance(found, dict) or found.get("resourceType") != "Bundle":
            gaps.append((f"prefetch.{key}", f"{key} were not sent"))
            continue
        if any(
            isinstance(link, dict) and link.get("relation") == "next"
            for link in _listed(found.get("link"))
        ):
            gaps.append((f"prefetch.{key}", f"only the first page of {key} was sent"))
        entries.append({"resource": found})
    entries += [{"resource": {**r, "subject": {"reference": name}}} for r in reasons]
    facts = facts_from({"resourceType": "Bundle", "entry": entries}, subject=name)
    facts.open_points += gaps
    return facts


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _ordered(context: dict[str, Any]) -> Iterator[tuple[str, list[Resource]]]:
    """Yield each procedure of the selected orders, with the diagnoses they are ordered for."""
    drafts, chosen = context.get("draftOrders"), context.get("selections")
    if not isinstance(drafts, dict) or drafts.get("resourceType") != "Bundle":
        raise BadInput(None, "context.draftOrders", drafts or MISSING, "a Bundle")
    if not isinstance(chosen, list) or not all(isinstance(c, str) for c in chosen):
        raise BadInput(None, "context.selections", chosen, "a list of references")
    found: dict[str, list[Resource]] = {}
    for entry in _listed(drafts.get("entry")):
        order = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(order, dict) or order.get("doNotPerform") is True:
            continue
        if f"{order.get('resourceType')}/{order.get('id')}" not in chosen:
            continue
        reasons = [
            {"resourceType": "Condition", "id": f"reason-{n + 1}", "code": reason}
            for n, reason in enumerate(_listed(order.get("reasonCode")))
        ]
        for procedure in _procedures(order.get("code")):
            found.setdefault(procedure, []).extend(reasons)
    yield from found.items()


def _procedures(concept: object) -> tuple[str, ...]:
    """Return which procedures a code may mean; none for what is not about cold."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    pairs = [(c.get("system"), c.get("code")) for c in _listed(codings) if isinstance(c, dict)]
    for system, code in pairs:
        if system == f"{OWN}:procedure" and code in PROCEDURES:
            return (str(code),)
    for system, code in pairs:
        if system == SNOMED and isinstance(code, str) and code in _BY_SNOMED:
            return _BY_SNOMED[code]
    return ()


def feedback(service: str, body: object) -> list[dict[str, Any]]:
    """Return what became of cards, as a client tells it; errors as for `answer`.

    Returns
    -------
    list of dict
        ``card``, ``outcome``, ``outcomeTimestamp``, and ``overrideReason`` where one was given.
    """
    _hook_of(service)
    given = body.get("feedback", MISSING) if isinstance(body, dict) else body
    if not isinstance(given, list) or not 0 < len(given) <= _MOST:
        raise BadInput(None, "feedback", given, f"a list of 1 to {_MOST}")
    told = []
    for n, one in enumerate(given):
        place = f"feedback[{n}]"
        if not isinstance(one, dict):
            raise BadInput(None, place, one, "an object")
        for key in ("card", "outcomeTimestamp"):
            if not isinstance(one.get(key), str) or not one[key]:
                raise BadInput(None, f"{place}.{key}", one.get(key, MISSING), "a text")
        if one.get("outcome") not in _OUTCOMES:
            expected = f"one of {', '.join(_OUTCOMES)}"
            raise BadInput(None, f"{place}.outcome", one.get("outcome", MISSING), expected)
        keys = ("card", "outcome", "outcomeTimestamp", "overrideReason")
        told.append({k: one[k] for k in keys if k in one})
    return told
