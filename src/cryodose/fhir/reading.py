"""Resources to records: what is understood, what is kept whole, what is refused and why."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryodose.errors import BadInput, one_line
from cryodose.fhir.care_maps import BY_KIND
from cryodose.fhir.codes import OWN
from cryodose.fhir.extras import extras_of
from cryodose.fhir.files import records_data
from cryodose.fhir.lenses import TAG, unread, without
from cryodose.fhir.records import Record

Resource = dict[str, Any]
# What the rules of screening can read: kept as it is, and asked there.
HISTORY = frozenset({
    "Condition", "AllergyIntolerance", "MedicationStatement", "MedicationRequest",
    "MedicationAdministration", "Medication", "Observation", "Procedure", "Device",
    "DeviceUseStatement", "FamilyMemberHistory", "QuestionnaireResponse",
})  # fmt: skip
_MOST = 100_000
_DEPTH = 4
_NAME = 120
_SPACE = uuid.UUID("8e6f3b9a-6b5e-5f0e-9a43-0a3a1f6a7d21")
_OWN_TITLES = f"{OWN}:composition"
_WHY = {
    "Consent": "a consent counts here only where it names the procedure and was given to it",
    "ServiceRequest": "an order without a session file: plan it here",
    "CarePlan": "a course without its course file: plan it here",
    "RiskAssessment": "a screening is made by the rules of this program, from the records",
    "Questionnaire": "questions are asked from the rules, not from questionnaires of others",
    "Media": "an image of another system: attach its file itself",
    "Provenance": "a trail of changes that were not made here",
    "AuditEvent": "a trail of accesses that were not made here",
    "DetectedIssue": "a finding of other rules than ours",
    "Composition": "a table of contents; what it lists is read by itself",
}


@dataclass
class Imported:
    """What became of every resource.

    Attributes
    ----------
    records : list of Record
    history : list of dict
        Resources kept as they are, for screening; their references are made local.
    refused : list of (str, str)
        Name of a resource, and why nothing is stored of it.
    not_understood : list of (str, str)
        Name of a resource that was stored, and a path in it that was not.
    """

    records: list[Record] = field(default_factory=list)
    history: list[Resource] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    not_understood: list[tuple[str, str]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            **records_data(self.records),
            "history": self.history,
            "refused": [{"resource": name, "why": why} for name, why in self.refused],
            "not_understood": [{"resource": n, "path": p} for n, p in self.not_understood],
        }


def read_fhir(data: object, file: object = None) -> Imported:
    """Return what a FHIR R4 resource or Bundle holds.

    Nothing is dropped in silence: each resource becomes a record, is kept whole for screening, or
    is refused with a reason; what of a record was not understood is listed.

    Parameters
    ----------
    data : dict
        As `json` gives it; at most 100 000 entries, bundles at most 4 deep.
    file : object
        Name for errors.

    Raises
    ------
    BadInput
        If it is no FHIR resource, or too large or too deep.
    """
    if not isinstance(data, dict) or not isinstance(data.get("resourceType"), str):
        raise BadInput(file, "resourceType", data, "a FHIR resource")
    try:
        return _read(data, file)
    except RecursionError:
        raise BadInput(file, "", expected="resources that are nested less deep") from None


def _read(data: Resource, file: object) -> Imported:
    told = Imported()
    names: dict[str, str] = {}
    found: list[tuple[str, Resource]] = []
    for resource, url in _flat(data, "", 0, file, told):
        if len(found) >= _MOST:
            raise BadInput(file, "entry", len(found) + 1, f"at most {_MOST} entries")
        named = _named(resource, url)
        name = f"{named['resourceType']}/{named['id']}"
        if url:
            names[url] = name
        found.append((name, named))
    known = {name for name, _ in found}
    left = []
    for name, resource in found:
        local = _local(resource, names, known)
        if not _record(name, local, told):
            left.append((name, local))
    _follow(left, told)
    return told


def _flat(
    data: Resource, url: str, depth: int, file: object, told: Imported
) -> Iterator[tuple[Resource, str]]:
    if data["resourceType"] != "Bundle":
        yield data, url
        return
    if depth > _DEPTH:
        raise BadInput(file, "entry", "...", f"bundles within bundles at most {_DEPTH} deep")
    listed = data.get("entry")
    if listed is not None and not isinstance(listed, list):
        raise BadInput(file, "entry", listed, "a list of entries")
    for n, entry in enumerate(listed or ()):
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(inner, dict) or not isinstance(inner.get("resourceType"), str):
            told.refused.append((f"entry {n + 1}", "it holds no resource"))
            continue
        full = entry.get("fullUrl")
        yield from _flat(inner, full if isinstance(full, str) else "", depth + 1, file, told)


def _named(resource: Resource, url: str) -> Resource:
    """Return a resource with an id: its own, else one that follows from where or what it is."""
    own = resource.get("id")
    if isinstance(own, str) and own:
        return resource
    seed = (
        url
        or hashlib.sha256(
            json.dumps(resource, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
        ).hexdigest()
    )
    return {**resource, "id": str(uuid.uuid5(_SPACE, seed))}


def _local(node: Any, names: dict[str, str], known: set[str]) -> Any:
    """Return data whose references name resources of the same bundle as ``Kind/id``."""
    if isinstance(node, list):
        return [_local(v, names, known) for v in node]
    if not isinstance(node, dict):
        return node
    made = {k: _local(v, names, known) for k, v in node.items()}
    target = made.get("reference")
    if isinstance(target, str):
        tail = "/".join(target.split("/_history/", maxsplit=1)[0].split("/")[-2:])
        made["reference"] = names.get(target, tail if tail in known else target)
    return made


def _is_ours(resource: Resource) -> bool:
    meta = resource.get("meta")
    tags = meta.get("tag") if isinstance(meta, dict) else None
    return isinstance(tags, list) and any(
        isinstance(t, dict) and t.get("system") == TAG for t in tags
    )


def _record(name: str, resource: Resource, told: Imported) -> bool:
    """Add the record of a resource, or say why there is none; False where it may be no record."""
    kind = resource["resourceType"]
    shown = one_line(name, _NAME)
    one = BY_KIND.get(kind)
    if one is None or (kind in HISTORY and not _is_ours(resource)):
        return False
    if kind in _WHY and not _is_ours(resource):
        told.refused.append((shown, _WHY[kind]))
        return True
    record, left, why = one.read(resource)
    if record is None:
        told.refused.append((shown, one_line(why)))
        return True
    told.records.append(record)
    told.not_understood += [(shown, one_line(p, _NAME)) for p in unread(left)]
    return True


def _follow(left: list[tuple[str, Resource]], told: Imported) -> None:
    """Sort what is no record: what follows from one, what is kept for screening, and the rest."""
    expected = {
        f"{extra['resourceType']}/{extra['id']}": extra
        for record in told.records
        for extra in extras_of(record)
    }
    for name, resource in left:
        kind = resource["resourceType"]
        shown = one_line(name, _NAME)
        if name in expected:
            rest = without(resource, expected[name])
            told.not_understood += [(shown, one_line(p, _NAME)) for p in unread(rest)]
        elif kind in HISTORY:
            told.history.append(resource)
        elif kind == "Composition" and _is_own_title(resource):
            continue
        else:
            why = _WHY.get(kind, f"this program keeps no {one_line(kind, _NAME)}")
            told.refused.append((shown, why))


def _is_own_title(resource: Resource) -> bool:
    identifier = resource.get("identifier")
    return isinstance(identifier, dict) and identifier.get("system") == _OWN_TITLES
