"""Two independent checkers of FHIR, and what neither of them sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import fhirkit

REQUEST = {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"}
EVENT = {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed",
         "entered-in-error", "unknown"}  # fmt: skip
OBSERVATION = {"registered", "preliminary", "final", "amended", "corrected", "cancelled",
               "entered-in-error", "unknown"}  # fmt: skip
# The required value sets of FHIR 4.0.1 for what we write; neither checker knows them.
STATUS = {
    "CarePlan": REQUEST,
    "Composition": {"preliminary", "final", "amended", "entered-in-error"},
    "Consent": {"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"},
    "DetectedIssue": OBSERVATION,
    "Device": {"active", "inactive", "entered-in-error", "unknown"},
    "FamilyMemberHistory": {"partial", "completed", "entered-in-error", "health-unknown"},
    "Media": EVENT,
    "MedicationStatement": {"active", "completed", "entered-in-error", "intended", "stopped",
                            "on-hold", "unknown", "not-taken"},
    "Observation": OBSERVATION,
    "Procedure": EVENT,
    "Questionnaire": {"draft", "active", "retired", "unknown"},
    "QuestionnaireResponse": {"in-progress", "completed", "amended", "entered-in-error",
                              "stopped"},
    "RiskAssessment": OBSERVATION,
    "ServiceRequest": REQUEST,
}  # fmt: skip
UCUM = {"Cel", "%", "mm[Hg]", "/min", "kg", "cm", "s", "mA", "g/dL", "{score}"}


def r4_faults(resource: dict[str, Any]) -> list[str]:
    """Return what fhirkit-rs has against a resource: FHIR R4, 4.0.1."""
    return [str(issue) for issue in fhirkit.validate(json.loads(json.dumps(resource)))]


def r4b_faults(resource: dict[str, Any]) -> list[str]:
    """Return what fhir.resources has against a resource: FHIR R4B, 4.3.0."""
    kind = resource["resourceType"]
    model = getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    try:
        model.model_validate_json(json.dumps(resource))
    except ValueError as error:
        return [str(error)]
    return []


def own_faults(resource: dict[str, Any]) -> Iterator[str]:
    """Yield what the checkers do not look at: value sets, invariants, units."""
    kind = resource["resourceType"]
    wanted = STATUS.get(kind)
    if wanted is not None and resource.get("status") not in wanted:
        yield f"{kind}.status {resource.get('status')}"
    if kind == "Observation":
        if "dataAbsentReason" in resource and "valueQuantity" in resource:
            yield "obs-6"
        if not {"dataAbsentReason", "valueQuantity", "component"} & set(resource):
            yield "vs-2"
    if kind == "Condition":
        ended = {c["code"] for c in resource.get("clinicalStatus", {}).get("coding", [])}
        if "abatementDateTime" in resource and not ended & {"inactive", "resolved", "remission"}:
            yield "con-4"
    if kind == "Consent" and not {"policy", "policyRule"} & set(resource):
        yield "ppc-1"
    for unit in units_in(resource):
        if unit not in UCUM:
            yield f"unit {unit}"


def units_in(node: Any) -> Iterator[str]:
    """Yield the UCUM codes of a resource."""
    if isinstance(node, dict):
        if node.get("system") == "http://unitsofmeasure.org" and "value" in node:
            yield node["code"]
        for value in node.values():
            yield from units_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from units_in(value)


def faults(resource: dict[str, Any]) -> list[str]:
    """Return what anybody has against a resource."""
    return [*r4_faults(resource), *r4b_faults(resource), *own_faults(resource)]
