"""What becomes of screenings, plans, courses, sessions, harm and scores in FHIR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryodose.fhir import codecs as c
from cryodose.fhir.codes import HL7, LOINC, MEASURES, UCUM, category, concept, procedure_concept
from cryodose.fhir.diagnoses import CONDITION
from cryodose.fhir.lenses import At, Ext, Map
from cryodose.fhir.maps import PEOPLE, of_person, unless_retired
from cryodose.fhir.records import AdverseEvent, Course, Plan, Record, Score, Screening, Session

READING, PRESSURE = "reading", "pressure"
# How a session may end without having been broken off.
_WHOLE = frozenset({"", "done"})
_SEVERITIES = frozenset({"mild", "moderate", "severe"})
_NEAR_MISS = "near-miss"


def tables(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the tables of what may be a list of tables."""
    if isinstance(value, list):
        yield from (v for v in value if isinstance(v, dict))


def words(value: Any) -> str:
    """Return what may be a text, as FHIR can hold it; empty where it is none."""
    return c.cleaned(value) if isinstance(value, str) and value.strip() else ""


def _code(record: Any) -> dict[str, Any]:
    return procedure_concept(record.procedure)


def _made(record: Record) -> str | None:
    return c.put_moment(record.made_at) if record.made_at else None


def _predictions(screening: Screening) -> list[dict[str, Any]] | None:
    found = []
    for finding in tables(screening.result.get("findings")):
        told = {"outcome": {"text": words(finding.get("condition")) or "not named"}}
        effect = words(finding.get("effect"))
        found.append(told | ({"qualitativeRisk": {"text": effect}} if effect else {}))
    return found or None


def _mitigation(screening: Screening) -> str:
    rules = [words(f.get("rule")) for f in tables(screening.result.get("findings"))]
    named = ", ".join(r for r in rules if r)
    return c.cleaned(f"{screening.verdict}: {named}" if named else screening.verdict)


def _activities(course: Course) -> list[dict[str, Any]] | None:
    found = []
    for sitting in tables(course.plan.get("sessions")):
        detail: dict[str, Any] = {"kind": "ServiceRequest", "code": _code(course)}
        detail["status"] = "scheduled"
        day = sitting.get("day")
        try:
            at = c.DATE.take(day)
            detail["scheduledPeriod"] = {"start": at.isoformat(), "end": at.isoformat()}
        except ValueError:
            pass
        minutes = sitting.get("minutes")
        if type(minutes) in (int, float):
            detail["description"] = f"at most {minutes:g} min"
        found.append({"detail": detail})
    return found or None


def _notes(texts: Any) -> list[dict[str, Any]] | None:
    listed = texts if isinstance(texts, list) else []
    return [{"text": t} for t in map(words, listed) if t] or None


def _session_status(session: Session) -> str:
    if session.retired_at:
        return "entered-in-error"
    if session.started_at is None:
        return "not-done" if session.ended_how else "preparation"
    if session.ended_at is None:
        return "in-progress"
    return "completed" if session.ended_how in _WHOLE else "stopped"


def _based_on(session: Session) -> list[dict[str, Any]] | None:
    named = (("ServiceRequest", session.plan), ("CarePlan", session.course))
    return [{"reference": f"{kind}/{own}"} for kind, own in named if own] or None


def _told(session: Session) -> list[dict[str, Any]] | None:
    """Return what happened, for a reader; what was measured are Observations of their own."""
    return [
        {"time": c.put_moment(e.at), "text": c.cleaned(e.kind)}
        for e in session.events
        if e.kind not in (READING, PRESSURE)
    ] or None


def _reason(session: Session) -> dict[str, Any] | None:
    ended = session.ended_how
    return {"text": c.cleaned(ended)} if ended not in _WHOLE else None


def _severity(event: AdverseEvent) -> dict[str, Any] | None:
    if event.severity not in _SEVERITIES:
        return None
    return concept((f"{HL7}/adverse-event-severity", event.severity), text=event.severity)


def _suspected(event: AdverseEvent) -> list[dict[str, Any]] | None:
    own = event.session
    return [{"instance": {"reference": f"Procedure/{own}"}}] if own else None


def _seconds(plan: Plan) -> str | None:
    return None if plan.dose_s is None else "s"


def _scale(score: Score) -> dict[str, Any]:
    loinc = MEASURES["pain"].loinc if score.scale == "pain" else ""
    return concept((LOINC, loinc), text=c.cleaned(score.scale))


SCREENING = Map(
    Screening,
    "RiskAssessment",
    {
        **of_person("subject", "performer.display"),
        "procedure": Ext("procedure", c.PROCEDURE),
        "device_kind": Ext("device-kind"),
        "stage": Ext("stage"),
        "day": At("occurrenceDateTime", c.DATE),
        "answers": Ext("answers", c.TABLE),
        "result": Ext("result", c.TABLE),
        "verdict": Ext("verdict"),
        "rules_version": Ext("rules-version"),
    },
    {
        "status": unless_retired("final"),
        "code": lambda s: {"text": f"screening before {s.procedure}"},
        "prediction": _predictions,
        "mitigation": _mitigation,
    },
)

PLAN = Map(
    Plan,
    "ServiceRequest",
    {
        **of_person("subject", "requester.display"),
        "screening": At("supportingInfo.0", c.reference("RiskAssessment")),
        "protocol": Ext("protocol"),
        "title": Ext("title"),
        "procedure": Ext("procedure", c.PROCEDURE),
        "session": Ext("session-file", c.TABLE),
        "seed": Ext("seed", c.WHOLE),
        "members": Ext("members", c.WHOLE),
        "resolution": Ext("resolution", c.WHOLE),
        "version": Ext("version"),
        "verdict": Ext("verdict"),
        "dose_s": At("quantityQuantity.value", c.NUMBER),
        "released": Ext("released", c.FLAG),
        "answer": Ext("answer", c.TABLE),
        "digest": Ext("digest"),
    },
    {
        "status": lambda p: "revoked" if p.retired_at else "active" if p.released else "draft",
        "intent": lambda _: "plan",
        "code": _code,
        "authoredOn": _made,
        "note": lambda p: _notes(p.answer.get("warnings")),
        "quantityQuantity.unit": _seconds,
        "quantityQuantity.code": _seconds,
        "quantityQuantity.system": lambda p: UCUM if _seconds(p) else None,
    },
    modifiers=("status", "intent", "doNotPerform"),
    harmless={"doNotPerform": False},
)

COURSE = Map(
    Course,
    "CarePlan",
    {
        **of_person("subject", "author.display"),
        "procedure": Ext("procedure", c.PROCEDURE),
        "goal": Ext("goal"),
        "spec": Ext("course-file", c.TABLE),
        "plan": Ext("course", c.TABLE),
        "version": Ext("version"),
        "session_plan": Ext("session-plan", c.reference("ServiceRequest")),
        "protocol": Ext("protocol"),
    },
    {
        "status": unless_retired("active", "revoked"),
        "intent": lambda _: "plan",
        "title": lambda course: words(course.plan.get("title")) or None,
        "description": lambda course: words(course.plan.get("rests_on")) or None,
        "created": _made,
        "activity": _activities,
        "note": lambda course: _notes(course.plan.get("stop_rules")),
    },
    modifiers=("status", "intent"),
)

SESSION = Map(
    Session,
    "Procedure",
    {
        **of_person("subject", "recorder.display"),
        "plan": Ext("plan", c.reference("ServiceRequest")),
        "screening": Ext("screening", c.reference("RiskAssessment")),
        "course": Ext("course", c.reference("CarePlan")),
        "device": Ext("device", c.reference("Device")),
        "procedure": Ext("procedure", c.PROCEDURE),
        "planned_for": Ext("planned-for", c.MOMENT),
        "planned_s": Ext("planned-s", c.NUMBER),
        "started_at": At("performedPeriod.start", c.MOMENT),
        "ended_at": At("performedPeriod.end", c.MOMENT),
        "cold_s": Ext("cold-s", c.NUMBER),
        "ended_how": Ext("ended-how"),
        "felt": Ext("felt", c.TABLE),
        "events": Ext("events", c.EVENTS),
    },
    {
        "status": _session_status,
        "statusReason": _reason,
        "code": _code,
        "basedOn": _based_on,
        "usedReference": lambda s: [{"reference": f"Device/{s.device}"}] if s.device else None,
        "note": _told,
    },
)

HARM = Map(
    AdverseEvent,
    "AdverseEvent",
    {
        **of_person("subject", "recorder.display"),
        "session": Ext("session", c.reference("Procedure")),
        "happened_at": At("date", c.MOMENT),
        "what": At("event.text"),
        "severity": Ext("severity"),
        "sign": Ext("sign"),
        "site": Ext("site"),
        "done": Ext("done"),
        "follow_up_on": Ext("follow-up-on", c.DATE),
        "closed_on": Ext("closed-on", c.DATE),
        "follow_ups": Ext("follow-ups", c.FOLLOW_UPS),
    },
    {
        "actuality": lambda e: "potential" if e.severity == _NEAR_MISS else "actual",
        "recordedDate": _made,
        "severity": _severity,
        "suspectEntity": _suspected,
        "outcome": lambda e: concept(
            (f"{HL7}/adverse-event-outcome", "resolved" if e.closed_on else "ongoing")
        ),
    },
    modifiers=("actuality",),
)

SCORE = Map(
    Score,
    "Observation",
    {
        **of_person("subject", "performer.0.display"),
        "course": Ext("course", c.reference("CarePlan")),
        "session": At("partOf.0", c.reference("Procedure")),
        "scale": Ext("scale"),
        "value": At("valueQuantity.value", c.NUMBER),
        "taken_on": At("effectiveDateTime", c.DATE),
    },
    {
        "status": unless_retired("final"),
        "category": lambda _: category("survey"),
        "code": _scale,
        "valueQuantity.unit": lambda _: "{score}",
        "valueQuantity.system": lambda _: UCUM,
        "valueQuantity.code": lambda _: "{score}",
    },
)

MAPS: tuple[Map, ...] = (*PEOPLE, CONDITION, SCREENING, PLAN, COURSE, SESSION, HARM, SCORE)
BY_RECORD: dict[type[Record], Map] = {m.record: m for m in MAPS}
BY_KIND: dict[str, Map] = {m.kind: m for m in MAPS}
