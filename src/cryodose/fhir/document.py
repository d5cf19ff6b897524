"""Everything about a person as one FHIR document."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from cryodose.errors import BadInput
from cryodose.fhir.codecs import cleaned, put_moment
from cryodose.fhir.codes import LOINC, OWN, concept
from cryodose.fhir.records import Person, Record
from cryodose.fhir.writing import resources_of

Resource = dict[str, Any]
# RFC 2606: an address that nobody has, for files that come from no server.
NOWHERE = "https://cryodose.invalid/fhir"
_SPACE = uuid.UUID("0b5dd0c1-3a0e-5d49-9f5e-6b7f1a2c9e10")
# Title, LOINC code, and kinds of the sections, as the international patient summary names them.
_SECTIONS = (
    ("Consent", "42348-3", ("Consent",)),
    ("Screening", "104605-1", ("RiskAssessment", "DetectedIssue", "QuestionnaireResponse")),
    ("Problems", "11450-4", ("Condition", "FamilyMemberHistory", "AdverseEvent")),
    ("Medication", "10160-0", ("MedicationStatement",)),
    ("Plans", "18776-5", ("ServiceRequest", "CarePlan")),
    ("Sessions", "47519-4", ("Procedure", "Media")),
    ("Measurements and scores", "30954-2", ("Observation",)),
    ("Devices", "46264-8", ("Device",)),
    ("Who changed and saw what", "", ("Provenance", "AuditEvent")),
)


def document(
    records: Sequence[Record], made_at: datetime, *, base: str = NOWHERE, author: str = "cryodose"
) -> Resource:
    """Return a Bundle of type ``document`` about one person.

    Parameters
    ----------
    records : sequence of Record
        With exactly one `Person`.
    made_at : datetime
        The moment of the export, with its offset.
    base : str
        Address below which the resources stand, without a slash at its end.
    author : str
        Who is responsible for it.

    Raises
    ------
    BadInput
        Without a person or with several, for two records of one kind with the same id, or for
        what FHIR cannot hold.
    """
    people = [r for r in records if isinstance(r, Person)]
    if len(people) != 1:
        raise BadInput(None, "records", len(people), "records of exactly one person")
    resources = resources_of(records)
    title = _composition(people[0], resources, made_at, author)
    moment = put_moment(made_at)
    return {
        "resourceType": "Bundle",
        "identifier": {"system": f"{OWN}:document", "value": title["id"]},
        "type": "document",
        "timestamp": moment,
        "entry": entries([title, *resources], base),
    }


def entries(resources: Iterable[Resource], base: str = NOWHERE) -> list[Resource]:
    """Return resources as entries of a Bundle; raises BadInput where two have one name."""
    made: list[Resource] = []
    seen: set[str] = set()
    for resource in resources:
        name = f"{resource['resourceType']}/{resource['id']}"
        if name in seen:
            raise BadInput(None, "records", name, "each id once")
        seen.add(name)
        made.append({"fullUrl": f"{base}/{name}", "resource": resource})
    return made


def _composition(
    person: Person, resources: Sequence[Resource], made_at: datetime, author: str
) -> Resource:
    moment = put_moment(made_at)
    sections = []
    for title, code, kinds in _SECTIONS:
        named = [
            {"reference": f"{r['resourceType']}/{r['id']}"}
            for r in resources
            if r["resourceType"] in kinds
        ]
        if named:
            coded = {"code": concept((LOINC, code))} if code else {}
            sections.append({"title": title, **coded, "entry": named})
    made: Resource = {
        "resourceType": "Composition",
        "id": str(uuid.uuid5(_SPACE, f"{person.id} {moment}")),
        "identifier": {"system": f"{OWN}:composition", "value": person.id},
        "status": "final",
        "type": concept((LOINC, "11503-0"), text="medical records"),
        "subject": {"reference": f"Patient/{person.id}"},
        "date": moment,
        "author": [{"display": cleaned(author)}],
        "title": "Everything recorded about this person",
    }
    return {**made, "section": sections} if sections else made
