"""Diagnoses: what becomes of ours in FHIR, and what of a Condition of others can be kept."""

from __future__ import annotations

import copy
from typing import Any

from cryodose.fhir import codecs as c
from cryodose.fhir.codes import HL7, ICD10, SNOMED, concept
from cryodose.fhir.lenses import ABSENT, At, Ext, Map, get, pop, unread
from cryodose.fhir.maps import of_person
from cryodose.fhir.records import Condition
from cryodose.screening import codes
from cryodose.screening.dates import when

Resource = dict[str, Any]
STATUSES = ("active", "recurrence", "relapse", "inactive", "remission", "resolved")
VERIFICATIONS = (
    "confirmed", "unconfirmed", "provisional", "differential", "refuted", "entered-in-error",
)  # fmt: skip
_ERROR = "entered-in-error"
_ENDED = frozenset({"inactive", "remission", "resolved"})
_MOST = 300
# What a Condition of others has that tells nothing about the person.
_SILENT = (
    "resourceType", "id", "meta", "text", "subject", "identifier", "language", "category",
    "encounter",
)  # fmt: skip
# Whatever stands there and is not understood changes what the rest means.
_MODIFIERS = ("clinicalStatus", "verificationStatus", "implicitRules", "modifierExtension")
_SYSTEMS = {codes.ICD10: "icd10", codes.SNOMED: "snomed"}


def _certainty(record: Condition) -> str:
    return _ERROR if record.retired_at else record.verification


def _verification(record: Condition) -> dict[str, Any] | None:
    said = _certainty(record)
    return concept((f"{HL7}/condition-ver-status", said)) if said in VERIFICATIONS else None


def _clinical(record: Condition) -> dict[str, Any] | None:
    # FHIR: what was written down in error has no clinical status.
    if record.status not in STATUSES or _certainty(record) == _ERROR:
        return None
    return concept((f"{HL7}/condition-clinical", record.status))


def _code(record: Condition) -> list[dict[str, str]] | None:
    pairs = ((ICD10, record.icd10), (SNOMED, record.snomed))
    return [{"system": s, "code": v} for s, v in pairs if v and c.fits(v) and " " not in v] or None


def date_of(text: str) -> str | None:
    """Return what may be a date as FHIR writes it; None where it cannot."""
    plain = text.strip()
    found = when(plain)
    if found is None:
        return None
    try:
        if "T" in plain:
            c.MOMENT.take(plain)
    except ValueError:
        return None
    return plain


def _until(record: Condition) -> str | None:
    # FHIR: only what is over has an end.
    return date_of(record.until) if _clinical(record) and record.status in _ENDED else None


CONDITION = Map(
    Condition,
    "Condition",
    {
        **of_person("subject", "recorder.display"),
        "words": At("code.text"),
        "icd10": Ext("icd10"),
        "snomed": Ext("snomed"),
        "status": Ext("condition-status"),
        "verification": Ext("verification"),
        "since": Ext("since"),
        "until": Ext("until"),
        "stated_on": At("recordedDate", c.DATE),
        "stated_by": At("asserter.display"),
        "note": At("note.0.text"),
    },
    {
        "clinicalStatus": _clinical,
        "verificationStatus": _verification,
        "code.coding": _code,
        "onsetDateTime": lambda record: date_of(record.since),
        "abatementDateTime": _until,
    },
    modifiers=("clinicalStatus", "verificationStatus"),
)


def condition_of(resource: Resource, person: str) -> tuple[Condition | None, list[str]]:
    """Return what can be kept of a Condition of others, and the paths of what cannot.

    Parameters
    ----------
    resource : dict
        A Condition of FHIR R4 with its id.
    person : str
        Id of the person whom it is about.

    Returns
    -------
    record : Condition or None
        None where it says neither words nor a code of ICD-10 or SNOMED CT, or where something
        that changes its meaning is not understood.
    unread : list of str
    """
    left = copy.deepcopy(resource)
    for key in _SILENT:
        left.pop(key, None)
    given: dict[str, Any] = {"words": _taken(left, "code.text", 0), **_codes(left)}
    if not given["words"]:
        given["words"] = given.pop("display", "")
    given.pop("display", None)
    if not any(given.values()):
        return None, unread(left)
    status = _coded(left, "clinicalStatus", STATUSES)
    certain = _coded(left, "verificationStatus", VERIFICATIONS)
    if any(key in left for key in _MODIFIERS):
        return None, unread(left)
    for name, path in (("since", "onsetDateTime"), ("until", "abatementDateTime")):
        value = get(left, path)
        if isinstance(value, str) and when(value) is not None:
            given[name] = value
            pop(left, path)
    day = get(left, "recordedDate")
    if isinstance(day, str):
        try:
            given["stated_on"] = c.DATE.take(day[:10])
            pop(left, "recordedDate")
        except ValueError:
            pass
    given["stated_by"] = _taken(left, "asserter.display", 160) or _taken(
        left, "recorder.display", 160
    )
    given["note"] = _taken(left, "note.0.text", 4000)
    record = Condition(
        id=resource["id"],
        person=person,
        status=status,
        verification=certain or "confirmed",
        **given,
    )
    return record, unread(left)


def _taken(left: Resource, path: str, most: int) -> str:
    """Return a text and take it out; leave one that is no text or too long."""
    found = get(left, path)
    if not isinstance(found, str) or not found.strip() or len(found) > (most or _MOST):
        return ""
    pop(left, path)
    return found.strip()


def _codes(left: Resource) -> dict[str, str]:
    """Return the first code of each system that we know, and the first display."""
    listed = get(left, "code.coding")
    found: dict[str, str] = {}
    for n, coding in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(coding, dict):
            continue
        system, code = coding.get("system"), coding.get("code")
        shown = coding.get("display")
        name = _SYSTEMS.get(codes.system_of(system) or "") if isinstance(system, str) else None
        if isinstance(shown, str) and shown.strip() and len(shown) <= _MOST:
            found.setdefault("display", shown.strip())
        known = name and isinstance(code, str) and codes.plain_code(name, code) is not None
        if name and known and name not in found and len(str(code)) <= 20:
            found[name] = str(code)
            for key in ("system", "code", "display", "version", "userSelected"):
                pop(left, f"code.coding.{n}.{key}")
    return found


def _coded(left: Resource, path: str, known: tuple[str, ...]) -> str:
    code = get(left, f"{path}.coding.0.code")
    if code is ABSENT or code not in known:
        return ""
    left.pop(path)
    return str(code)
