"""A person against whom no rule stands, the list of contraindications, and how to ask."""

from __future__ import annotations

import csv
import tomllib
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from cryodose.screening import Screening

HERE = Path(__file__).resolve().parent
DAY = date(2026, 11, 22)


def read_base() -> dict[str, Any]:
    return tomllib.loads((HERE / "cases" / "base.toml").read_text(encoding="utf-8"))


def read_list() -> list[dict[str, str]]:
    with (HERE / "data" / "contraindications.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


BASE = read_base()
LIST = read_list()


def with_changes(case: dict[str, Any]) -> dict[str, Any]:
    """Return the base with what a case sets, adds and drops."""
    data = deepcopy(BASE)
    for key, value in case.get("set", {}).items():
        if key == "birth_date":
            data[key] = value
        elif isinstance(value, int | float):
            drop(data, key)
            data["measured"].append({"quantity": key, "value": value})
        else:
            data["answers"][key] = value
    if "measured_on" in case:
        for one in data["measured"]:
            one["date"] = case["measured_on"]
    if "drop" in case:
        drop(data, case["drop"])
    if "condition" in case:
        data["condition"] = [case["condition"]]
    return data


def drop(data: dict[str, Any], key: str) -> None:
    data["answers"].pop(key, None)
    data["measured"] = [m for m in data["measured"] if m["quantity"] != key]
    if key == "birth_date":
        data.pop(key)


def effect_of(told: Screening, rule: str) -> str:
    return next((f.effect for f in told.findings if f.rule == rule), "none")


def coded(system: str, code: str, /, **more: Any) -> dict[str, Any]:
    """Return a FHIR Condition."""
    return {
        "resourceType": "Condition",
        "id": "c1",
        "code": {"coding": [{"system": system, "code": code}]},
        "subject": {"reference": "Patient/p"},
        **more,
    }


def bundle(*resources: dict[str, Any], patient: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a FHIR Bundle about one patient."""
    who = {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01", **(patient or {})}
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": r} for r in (who, *resources)],
    }


def observation(code: str, value: Any, unit: str, day: str = "2026-11-21", **more: Any) -> Any:
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": day,
        "valueQuantity": {"value": value, "unit": unit},
        **more,
    }


ICD = "http://hl7.org/fhir/sid/icd-10"
SCT = "http://snomed.info/sct"
