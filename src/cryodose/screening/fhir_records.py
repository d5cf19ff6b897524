"""Turns single FHIR R4 resources into facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryodose.screening.dates import When
from cryodose.screening.facts import Code, Coded, Facts, State
from cryodose.screening.fhir_observations import add_observation
from cryodose.screening.fhir_responses import add_response
from cryodose.screening.fhir_values import (
    codes_of,
    first_when,
    items,
    status_of,
    statuses_of,
    text_of,
    too_much,
    when_of,
    words_of,
)
from cryodose.screening.rules import RuleSet

Record = dict[str, Any]
Find = Callable[[object], Record | None]

_ENDED = frozenset({"inactive", "remission", "resolved"})
_STATED = frozenset({"active", "recurrence", "relapse"})
_NOT_TRUE = {
    "refuted": "refuted",
    "entered-in-error": "entered in error",
    "cancelled": "cancelled",
    "not-done": "not done",
    "not-taken": "not taken",
}
_OWN_WAY = ("Observation", "QuestionnaireResponse")
_ALLERGY = "allergy to cold"
_COLD = frozenset(
    {"cold", "ice", "cold air", "cold water", "cold weather", "cold temperature", "low temperature",
     "cold temperatures", "cold exposure", "exposure to cold"}
)  # fmt: skip
_OVER = frozenset({"completed", "stopped", "inactive", "ended"})


def add_record(resource: Record, where: str, facts: Facts, rules: RuleSet, find: Find) -> bool:
    """Add what one resource says; return False for a kind that the rules do not ask for.

    Parameters
    ----------
    resource : dict
    where : str
        Its name for a reader.
    facts : Facts
        Filled.
    rules : RuleSet
    find : callable
        Returns the resource that a reference names, or None.
    """
    kind = resource.get("resourceType")
    if "modifierExtension" in resource and kind in READ_KINDS:
        facts.open_points.append((where, f"{where} has a modifier that the rules cannot read"))
    if kind in _OWN_WAY:
        add = add_observation if kind == "Observation" else add_response
        add(resource, where, facts, rules)
        return True
    reader = _READERS.get(str(kind))
    if reader is None:
        return False
    forbidden = "not to be given" if resource.get("doNotPerform") is True else ""
    for key in ("verificationStatus", "clinicalStatus", "status"):
        why = forbidden or (_not_true(statuses_of(resource[key])) if key in resource else "")
        if why:
            concept = resource.get("code") or resource.get("medicationCodeableConcept")
            facts.ignored.append((_named(where, concept), why))
            return True
    reader(resource, where, facts, find)
    return True


def _not_true(says: frozenset[str]) -> str:
    """Return why a record is not true; empty where any of its codes says otherwise."""
    if says.isdisjoint(_NOT_TRUE):
        return ""
    return ", ".join(sorted(_NOT_TRUE[s] for s in says)) if says <= _NOT_TRUE.keys() else ""


def _state(resource: Record) -> State:
    """Return what the clinical status says; where its codes disagree, it is present."""
    says = statuses_of(resource.get("clinicalStatus"))
    if says & _STATED:
        return "present"
    return "past" if says and says <= _ENDED else "unstated"


def _named(where: str, concept: object) -> str:
    codes, words = codes_of(concept), words_of(concept)
    name = f"{codes[0].code} {codes[0].display}".strip() if codes else (words or ("",))[0]
    return f"{where}: {name}" if name else where


def _add(facts: Facts, where: str, concepts: list[object], times: tuple[Any, ...]) -> None:
    """Add a coded entry, or an open point where it says nothing that can be read."""
    state, start, end, is_medicine = times
    codes: tuple[Code, ...] = ()
    texts: tuple[str, ...] = ()
    many = False
    for concept in concepts:
        codes += codes_of(concept)
        texts += words_of(concept)
        many = many or too_much(concept)
    if many:
        facts.open_points.append((where, f"{where} holds more codes or words than are read"))
    if not codes and not texts:
        facts.open_points.append((where, f"{where} does not say what it is about"))
        facts.ignored.append((where, "neither a code nor words"))
        return
    facts.coded.append(Coded(where, codes, texts, state, start, end, is_medicine))


def _condition(resource: Record, where: str, facts: Facts, find: Find) -> None:
    end = first_when(resource, "abatementDateTime", "abatementPeriod", "abatementString")
    start = first_when(resource, "onsetDateTime", "onsetPeriod", "onsetString")
    # What was recorded or was over on a day had begun by then: the latest that it can be.
    start = start or first_when(resource, "recordedDate", "assertedDate", "dateRecorded")
    _add(facts, where, [resource.get("code")], (_state(resource), start or end, end, False))


def _allergy(resource: Record, where: str, facts: Facts, find: Find) -> None:
    code = resource.get("code")
    # Somebody who is allergic to "Cold" is not said to have a common cold.
    named = [{"text": f"{w}, {_ALLERGY}"} for w in words_of(code) if w.lower() in _COLD]
    concepts = [*named, code]
    for reaction in items(resource.get("reaction")):
        if isinstance(reaction, dict):
            concepts += [reaction.get("substance")]
            concepts += items(reaction.get("manifestation"))
    start = first_when(resource, "onsetDateTime", "onsetPeriod", "recordedDate")
    _add(facts, where, [c for c in concepts if c], (_state(resource), start, None, False))


def _medicine(resource: Record, where: str, facts: Facts, find: Find) -> None:
    concept: object = resource.get("medicationCodeableConcept")
    if concept is None:
        named = find(resource.get("medicationReference"))
        if named is not None:
            concept = named.get("code")
        elif isinstance(resource.get("medicationReference"), dict):
            concept = {"text": text_of(resource["medicationReference"].get("display"))}
    over = status_of(resource.get("status")) in _OVER
    start = first_when(
        resource, "effectiveDateTime", "effectivePeriod", "authoredOn", "dateAsserted"
    )
    end = _end_of(resource.get("effectivePeriod"))
    _add(facts, where, [concept], ("past" if over else "unstated", start, end, True))


def _procedure(resource: Record, where: str, facts: Facts, find: Find) -> None:
    start = first_when(resource, "performedDateTime", "performedPeriod", "performedString")
    _add(facts, where, [resource.get("code")], ("unstated", start, None, False))


def _device(resource: Record, where: str, facts: Facts, find: Find) -> None:
    names = [
        text_of(n.get("name")) for n in items(resource.get("deviceName")) if isinstance(n, dict)
    ]
    concepts: list[object] = [resource.get("type"), *({"text": n} for n in names if n)]
    over = status_of(resource.get("status")) in _OVER
    _add(
        facts,
        where,
        [c for c in concepts if c],
        ("past" if over else "unstated", None, None, False),
    )


def _device_use(resource: Record, where: str, facts: Facts, find: Find) -> None:
    device = find(resource.get("device"))
    if device is not None:
        _device({**device, "status": resource.get("status")}, where, facts, find)
        return
    reference = resource.get("device")
    name = text_of(reference.get("display")) if isinstance(reference, dict) else ""
    over = status_of(resource.get("status")) in _OVER
    _add(facts, where, [{"text": name}], ("past" if over else "unstated", None, None, False))


def _family(resource: Record, where: str, facts: Facts, find: Find) -> None:
    for condition in items(resource.get("condition")) or [None]:
        concept = condition.get("code") if isinstance(condition, dict) else None
        facts.ignored.append((_named(where, concept), "family history"))


def _end_of(period: object) -> When | None:
    return when_of(period.get("end")) if isinstance(period, dict) else None


_READERS: dict[str, Callable[[Record, str, Facts, Find], None]] = {
    "Condition": _condition,
    "AllergyIntolerance": _allergy,
    "MedicationStatement": _medicine,
    "MedicationRequest": _medicine,
    "MedicationAdministration": _medicine,
    "Procedure": _procedure,
    "Device": _device,
    "DeviceUseStatement": _device_use,
    "FamilyMemberHistory": _family,
}
READ_KINDS = frozenset({*_READERS, *_OWN_WAY})
