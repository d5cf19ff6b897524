"""What becomes of people, consents, devices, attachments, changes and accesses in FHIR."""

from __future__ import annotations

from typing import Any

from cryodose.fhir import codecs as c
from cryodose.fhir.codes import HL7, LOINC, concept
from cryodose.fhir.lenses import URN, At, Ext, Lens, Map, Telecom
from cryodose.fhir.records import (
    Access,
    Attachment,
    Change,
    Consent,
    Device,
    Person,
)

SEXES = {name: name for name in ("female", "male", "other", "unknown")}
_MEDIA = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
# The FHIR name of each kind of record.
KINDS = {
    "Person": "Patient",
    "Consent": "Consent",
    "Condition": "Condition",
    "Screening": "RiskAssessment",
    "Plan": "ServiceRequest",
    "Course": "CarePlan",
    "Session": "Procedure",
    "AdverseEvent": "AdverseEvent",
    "Score": "Observation",
    "Attachment": "Media",
    "Device": "Device",
    "Change": "Provenance",
    "Access": "AuditEvent",
}


def target_of(target: str) -> str:
    """Return the FHIR reference of ``Plan/ID``."""
    kind, _, own = target.partition("/")
    return f"{KINDS.get(kind, 'Basic')}/{own}"


def base(made_by: str = "") -> dict[str, Lens]:
    """Return the lenses of what every record has; `made_by` is a path that FHIR has for it."""
    return {
        "id": At("id", c.ID),
        "made_at": Ext("made-at", c.MOMENT),
        "made_by": At(made_by) if made_by else Ext("made-by"),
        "retired_at": Ext("retired-at", c.MOMENT),
        "retired_why": Ext("retired-why"),
    }


def of_person(path: str, made_by: str = "") -> dict[str, Lens]:
    """Return the lenses of what every record about a person has."""
    return {**base(made_by), "person": At(path, c.reference("Patient"))}


def unless_retired(status: str, else_: str = "entered-in-error") -> Any:
    """Return what derives a status from whether the record is in use."""
    return lambda record: else_ if record.retired_at else status


def _consent_status(record: Consent) -> str:
    return "inactive" if record.withdrawn_on or record.retired_at else "active"


def _period(record: Consent) -> str | None:
    # FHIR wants the start no later than the end; a consent that never held has no start.
    end = record.expires_on
    return None if end is not None and end < record.given_on else record.given_on.isoformat()


def _positive(count: int | None) -> int | None:
    return count if count is not None and count > 0 else None


PERSON = Map(
    Person,
    "Patient",
    {
        **base(),
        "family_name": At("name.0.family"),
        "given_name": At("name.0.given.0"),
        "birth_date": At("birthDate", c.DATE),
        "sex": At("gender", c.choice(SEXES)),
        "number": Ext("person-number", c.WHOLE),
        "language": At("communication.0.language.coding.0.code"),
        "email": Telecom("email"),
        "phone": Telecom("phone"),
        "height_m": Ext("height-m", c.NUMBER),
        "mass_kg": Ext("mass-kg", c.NUMBER),
        "body_fat_percent": Ext("body-fat-percent", c.NUMBER),
        "skin_type": Ext("skin-type", c.WHOLE),
        "note": Ext("note"),
        "external_system": At("identifier.0.system"),
        "external_id": At("identifier.0.value"),
    },
    {
        "active": lambda person: person.retired_at is None,
        "communication.0.language.coding.0.system": lambda person: (
            "urn:ietf:bcp:47" if person.language else None
        ),
    },
    modifiers=("active", "deceasedBoolean", "deceasedDateTime"),
    bars=(("link.type", "replaced-by"),),
    harmless={"deceasedBoolean": False},
)

CONSENT = Map(
    Consent,
    "Consent",
    {
        **of_person("patient", "performer.0.display"),
        "procedure": Ext("procedure", c.PROCEDURE),
        "text": At("policyRule.text"),
        "given_on": At("dateTime", c.DATE),
        "expires_on": At("provision.period.end", c.DATE),
        "given_by": Ext("given-by"),
        "for_research": Ext("for-research", c.FLAG),
        "withdrawn_on": Ext("withdrawn-on", c.DATE),
    },
    {
        "status": _consent_status,
        "scope": lambda _: concept((f"{HL7}/consentscope", "treatment")),
        "category": lambda _: [concept((LOINC, "59284-0"), text="patient consent")],
        "policyRule.coding": lambda _: [{"system": f"{URN}:policy", "code": "consent-to-cold"}],
        "provision.type": lambda _: "permit",
        "provision.period.start": _period,
    },
    modifiers=("status", "provision.type"),
)


def _device_kind(device: Device) -> dict[str, Any] | None:
    words = c.cleaned(device.kind) if device.kind else ""
    return concept((f"{URN}:device-kind", device.kind), text=words) or None


DEVICE = Map(
    Device,
    "Device",
    {
        **base(),
        "name": At("deviceName.0.name"),
        "kind": Ext("device-kind"),
        "maker": At("manufacturer"),
        "model": At("modelNumber"),
        "serial": At("serialNumber"),
        "room": Ext("room"),
        "serviced_on": Ext("serviced-on", c.DATE),
    },
    {
        "status": lambda device: "inactive" if device.retired_at else "active",
        "deviceName.0.type": lambda device: "user-friendly-name" if device.name else None,
        "type": _device_kind,
    },
)

ATTACHMENT = Map(
    Attachment,
    "Media",
    {
        **of_person("subject", "operator.display"),
        "session": Ext("session", c.reference("Procedure")),
        "kind": Ext("attachment-kind"),
        "words": At("content.title"),
        "suffix": Ext("suffix"),
        "width_px": Ext("width-px", c.WHOLE),
        "height_px": Ext("height-px", c.WHOLE),
        "sha256": Ext("sha256"),
        "content": At("content.data", c.BYTES),
    },
    {
        "status": unless_retired("completed"),
        "type": lambda _: concept((f"{HL7}/media-type", "image")),
        "content.contentType": lambda a: _MEDIA.get(
            a.suffix.lstrip(".").lower(), "application/octet-stream"
        ),
        "width": lambda a: _positive(a.width_px),
        "height": lambda a: _positive(a.height_px),
    },
)

CHANGE = Map(
    Change,
    "Provenance",
    {
        **base(),
        "target": Ext("target"),
        "at": At("recorded", c.MOMENT),
        "by": Ext("by"),
        "why": Ext("why"),
        "action": Ext("action"),
    },
    {
        "target": lambda change: [{"reference": target_of(change.target)}],
        "agent": lambda change: [{"who": {"display": c.cleaned(change.by or "the program")}}],
        "activity": lambda change: {"text": c.cleaned(change.action)},
        "reason": lambda change: [{"text": c.cleaned(change.why)}] if change.why else None,
    },
    modifiers=(),
)

ACCESS = Map(
    Access,
    "AuditEvent",
    {
        **base(),
        "person": At("entity.0.what", c.reference("Patient")),
        "at": At("recorded", c.MOMENT),
        "by": Ext("by"),
        "action": Ext("action"),
        "route": Ext("route"),
        "what": Ext("what"),
        "allowed": Ext("allowed", c.FLAG),
        "request_id": Ext("request-id"),
    },
    {
        "type": lambda _: {"system": _DCM, "code": "110110", "display": "Patient Record"},
        # 4: a minor failure, such as a refused access; 0: success.
        "outcome": lambda access: "0" if access.allowed else "4",
        "agent": lambda access: [
            {"requestor": True, "who": {"display": c.cleaned(access.by or "nobody known")}}
        ],
        "source": lambda _: {"observer": {"display": "cryodose"}},
    },
    modifiers=(),
)

PEOPLE: tuple[Map, ...] = (PERSON, CONSENT, DEVICE, ATTACHMENT, CHANGE, ACCESS)
