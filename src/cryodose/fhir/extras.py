"""Resources that follow from a record, for systems that do not know ours.

A record is one resource that holds all of it. What others look for elsewhere, such as a blood
pressure within a screening, is told once more in the resource of its kind. When our own export is
read again these are compared with the record they came from, and nothing is stored twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

from cryodose.fhir import codecs as c
from cryodose.fhir.care_maps import PRESSURE, READING, tables, words
from cryodose.fhir.codes import (
    ATC,
    HL7,
    ICD10,
    MEASURES,
    OWN,
    SNOMED,
    category,
    concept,
    measure_concept,
    pressure_panel,
    quantity_of,
)
from cryodose.fhir.records import Person, Record, Screening, Session
from cryodose.screening.dates import when
from cryodose.screening.fhir_responses import CANONICAL
from cryodose.screening.form import FORMAT
from cryodose.screening.questionnaire import fhir_questionnaire
from cryodose.units import converted

Resource = dict[str, Any]
_SPACE = uuid.UUID("5b0f7c3e-6c61-5b1c-8f0b-0d3c4e1a7a55")
_ENDED = frozenset({"inactive", "resolved", "remission"})
_SEVERITY = {"stop": "high", "ask": "moderate", "caution": "low"}
_GOOD = frozenset({"", "good"})


def extras_of(record: Record) -> list[Resource]:
    """Return what else a record tells, each with an id that follows from the record's."""
    make = _MAKERS.get(type(record))
    if make is None or record.retired_at is not None:
        return []
    made = []
    for n, resource in enumerate(make(record)):
        kind = resource["resourceType"]
        own = uuid.uuid5(_SPACE, f"{type(record).__name__}/{record.id}/{kind}/{n}")
        made.append({"resourceType": kind, "id": str(own), **resource})
    return made


def _patient(own: str) -> Resource:
    return {"reference": f"Patient/{own}"}


def _observation(quantity: str, value: float, unit: str, person: str) -> Resource:
    measure = MEASURES[quantity]
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": category(measure.category),
        "code": measure_concept(quantity),
        "subject": _patient(person),
        "valueQuantity": quantity_of(value, unit),
    }


def _of_person(person: Person) -> Iterator[Resource]:
    for quantity, value, unit in (
        ("height", person.height_m, "m"),
        ("mass", person.mass_kg, "kg"),
        ("body_fat", person.body_fat_percent, "%"),
    ):
        if value is not None:
            wanted = MEASURES[quantity].unit
            shown = converted(value, unit, wanted)
            yield _observation(quantity, value if shown is None else shown, wanted, person.id)


def _of_screening(screening: Screening) -> Iterator[Resource]:
    for finding in tables(screening.result.get("findings")):
        yield _issue(screening, finding)
    form = screening.answers
    if form.get("format") != FORMAT:
        return
    yield _response(screening, form)
    for one in tables(form.get("condition")):
        if _concept(one):
            yield (
                _family(screening, one) if one.get("family") is True else _condition(screening, one)
            )
    for one in tables(form.get("medicine")):
        if _concept(one):
            yield _medicine(screening, one)
    yield from _readings(screening, form)


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _issue(screening: Screening, finding: dict[str, Any]) -> Resource:
    rule = words(finding.get("rule")) or "unnamed"
    because = finding.get("because")
    reasons = [r for r in map(words, because if isinstance(because, list) else ()) if r]
    told = "; ".join([words(finding.get("condition")) or rule, *reasons])
    made: Resource = {
        "resourceType": "DetectedIssue",
        "status": "final",
        "code": {"text": f"contraindication rule {rule}"},
        "patient": _patient(screening.person),
        "identifiedDateTime": screening.day.isoformat(),
        "implicated": [{"reference": f"RiskAssessment/{screening.id}"}],
        "detail": told,
        "reference": f"{OWN}:rule:{'-'.join(rule.split())}",
    }
    effect = finding.get("effect")
    if isinstance(effect, str) and effect in _SEVERITY:
        made["severity"] = _SEVERITY[effect]
    return made


def _date(value: object) -> str | None:
    """Return what may be a date as FHIR writes it: a year, a month, a day or a moment."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    found = when(text)
    return text if found is not None and ("T" not in text or _is_moment(text)) else None


def _is_moment(text: str) -> bool:
    try:
        c.MOMENT.take(text)
    except ValueError:
        return False
    return True


def _day(value: object) -> str | None:
    found = _date(value)
    return found[:10] if found else None


def _concept(one: dict[str, Any]) -> Resource:
    def code(key: str) -> str:
        value = one.get(key)
        return "".join(value.split()) if isinstance(value, str) else ""

    codings = ((ICD10, code("icd10")), (SNOMED, code("snomed")), (ATC, code("atc")))
    return concept(*codings, text=words(one.get("text")))


def _condition(screening: Screening, one: dict[str, Any]) -> Resource:
    made: Resource = {
        "resourceType": "Condition",
        "code": _concept(one),
        "subject": _patient(screening.person),
        "recordedDate": screening.day.isoformat(),
    }
    status, certain = one.get("status"), one.get("verification")
    if isinstance(certain, str) and certain:
        made["verificationStatus"] = concept((f"{HL7}/condition-ver-status", words(certain)))
    if isinstance(status, str) and status and certain != "entered-in-error":
        made["clinicalStatus"] = concept((f"{HL7}/condition-clinical", words(status)))
    since, until = _date(one.get("since")), _date(one.get("until"))
    if since:
        made["onsetDateTime"] = since
    if until and status in _ENDED:
        made["abatementDateTime"] = until
    elif until:
        made["note"] = [{"text": f"until {until}"}]
    return made


def _family(screening: Screening, one: dict[str, Any]) -> Resource:
    return {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "patient": _patient(screening.person),
        "relationship": {"text": "family"},
        "condition": [{"code": _concept(one)}],
    }


def _medicine(screening: Screening, one: dict[str, Any]) -> Resource:
    made: Resource = {
        "resourceType": "MedicationStatement",
        "status": "stopped" if one.get("status") == "stopped" else "active",
        "medicationCodeableConcept": _concept(one),
        "subject": _patient(screening.person),
    }
    since, until = _date(one.get("since")), _date(one.get("until"))
    period = {k: v for k, v in (("start", since), ("end", until)) if v}
    if period:
        made["effectivePeriod"] = period
    return made


def _readings(screening: Screening, form: dict[str, Any]) -> Iterator[Resource]:
    for one in tables(form.get("measured")):
        quantity, value, unit = one.get("quantity"), _number(one.get("value")), one.get("unit")
        known = MEASURES.get(quantity) if isinstance(quantity, str) else None
        if known is None or value is None:
            continue
        wanted = known.unit
        shown = value if not isinstance(unit, str) else converted(value, unit, wanted)
        if shown is None:
            continue
        made = _observation(str(quantity), shown, wanted, screening.person)
        at = _date(one.get("date")) or _date(form.get("date"))
        if at:
            made["effectiveDateTime"] = at
        yield made


def _response(screening: Screening, form: dict[str, Any]) -> Resource:
    """Return the answers as a response to our own questionnaire."""
    made: Resource = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{CANONICAL}:{screening.procedure}:{words(screening.stage) or 'all'}",
        "status": "completed",
        "subject": _patient(screening.person),
        "authored": _date(form.get("date")) or screening.day.isoformat(),
    }
    items = list(_items(form))
    return {**made, "item": items} if items else made


def _coding(code: str) -> list[Resource]:
    return [{"valueCoding": {"system": f"{OWN}:answer", "code": code}}]


def _items(form: dict[str, Any]) -> Iterator[Resource]:
    if words(form.get("sex")):
        yield {"linkId": "sex", "answer": _coding(words(form["sex"]))}
    birth = _day(form.get("birth_date"))
    if birth:
        yield {"linkId": "age", "answer": [{"valueDate": birth}]}
    given = form.get("answers")
    for key, value in given.items() if isinstance(given, dict) else ():
        inner = value if isinstance(value, dict) else {"answer": value}
        say, since = words(inner.get("answer")), _day(inner.get("since"))
        if say and c.fits(key):
            yield {"linkId": key, "answer": _coding(say)}
            if since:
                yield {"linkId": f"{key}.date", "answer": [{"valueDate": since}]}


def _of_session(session: Session) -> Iterator[Resource]:
    for event in session.events:
        made = None
        if event.kind == READING:
            made = _reading(session, event.data)
        elif event.kind == PRESSURE:
            made = _pressure(session, event.data)
        if made is not None:
            yield {**made, "effectiveDateTime": c.put_moment(event.at)}
    pain = _number(session.felt.get("pain"))
    if pain is not None:
        yield {**_observation("pain", pain, "{score}", session.person), **_part_of(session)}


def _pressure(session: Session, data: dict[str, Any]) -> Resource | None:
    high, low = _number(data.get("systolic_mmhg")), _number(data.get("diastolic_mmhg"))
    if high is None or low is None:
        return None
    panel = pressure_panel(high, low)
    return {**_common(session), "category": category("vital-signs"), **panel}


def _common(session: Session) -> Resource:
    common = {"resourceType": "Observation", "status": "final"}
    return {**common, "subject": _patient(session.person), **_part_of(session)}


def _part_of(session: Session) -> Resource:
    return {"partOf": [{"reference": f"Procedure/{session.id}"}]}


def _reading(session: Session, data: dict[str, Any]) -> Resource | None:
    """Return a reading; one that is not good has no value, so that nobody uses it unawares."""
    quantity, value = data.get("quantity"), _number(data.get("value"))
    if not isinstance(quantity, str) or quantity not in MEASURES:
        return None
    quality = words(data.get("quality"))
    measure = MEASURES[quantity]
    made = {
        **_common(session),
        "category": category(measure.category),
        "code": measure_concept(quantity),
    }
    if value is not None and quality in _GOOD:
        made["valueQuantity"] = quantity_of(value, measure.unit)
    else:
        made["dataAbsentReason"] = concept(
            (f"{HL7}/data-absent-reason", "unknown" if value is None else "error"), text=quality
        )
    site = words(data.get("site"))
    return {**made, "bodySite": {"text": site}} if site else made


_MAKERS: dict[type[Record], Callable[[Any], Iterator[Resource]]] = {
    Person: _of_person,
    Screening: _of_screening,
    Session: _of_session,
}


def questionnaire_of(procedure: str, stage: str = "all", language: str = "en") -> Resource:
    """Return our own questionnaire, which the answers of screenings respond to.

    Raises
    ------
    BadInput
        For an unknown procedure, stage or language.
    """
    made = fhir_questionnaire(procedure, language, stage)
    return {**made, "id": f"cryodose-{procedure}-{stage}"}
