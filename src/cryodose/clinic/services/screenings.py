"""Screenings: from a form to a patient file, from that to a verdict, and both kept together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cryodose import evidence
from cryodose.clinic.models import Kept, Person, ScreeningRecord, User
from cryodose.errors import BadInput
from cryodose.screening import Screening, facts_from, screen
from cryodose.screening.form import FORMAT
from cryodose.screening.questionnaire import Item, asked

ANSWERS = ("yes", "no", "unknown")
# What the person's own record says: quantity -> field and its unit.
_OF_PERSON = {
    "mass": ("mass_kg", "kg"),
    "height": ("height_m", "m"),
    "skin_type": ("skin_type", "1"),
}


def items_for(person: Person, procedure: str, language: str) -> list[Item]:
    """Return the questions for a person: those that their record does not answer."""
    known = {key for key, (name, _) in _OF_PERSON.items() if getattr(person, name) is not None}
    known |= {"age"} if person.birth_date is not None else set()
    items = asked(procedure, language if language in ("en", "ru") else "en")
    return [i for i in items if i.id not in known and (not i.skip_for or i.skip_for != person.sex)]


def file_from(
    person: Person, items: list[Item], given: Mapping[str, str], day: date
) -> dict[str, Any]:
    """Return a patient file with what a form says.

    Parameters
    ----------
    person : Person
    items : list of Item
        The questions that the form has shown.
    given : mapping
        Question -> yes, no, unknown or a number; ``<question>-since`` -> a date. What is missing
        or empty stays open: no answer is ever assumed.
    day : date

    Raises
    ------
    BadInput
        Naming key, value and expectation.
    """
    answers: dict[str, Any] = {}
    measured: list[dict[str, Any]] = []
    for item in items:
        text = given.get(item.id, "").strip()
        if not text:
            continue
        if item.unit:
            measured.append({"quantity": item.id, "value": _number(item.id, text)})
        elif item.id == "age":
            continue
        elif text not in ANSWERS:
            raise BadInput("form", item.id, text, f"one of {', '.join(ANSWERS)}")
        else:
            since = given.get(f"{item.id}-since", "").strip()
            answers[item.id] = {"answer": text, "since": since} if since else text
    for key, (name, unit) in _OF_PERSON.items():
        value = getattr(person, name)
        if value is not None:
            measured.append({"quantity": key, "value": value, "unit": unit})
    told: dict[str, Any] = {
        "format": FORMAT,
        "date": day.isoformat(),
        "answers": answers,
        "measured": measured,
        "sex": person.sex,
    }
    if person.birth_date is not None:
        told["birth_date"] = person.birth_date.isoformat()
    known = diagnoses_of(person)
    return told | ({"condition": known} if known else {})


# Field of a diagnosis -> key of a patient file.
_OF_DIAGNOSIS = {
    "words": "text",
    "icd10": "icd10",
    "snomed": "snomed",
    "status": "status",
    "verification": "verification",
    "since": "since",
    "until": "until",
}


def diagnoses_of(person: Person) -> list[dict[str, str]]:
    """Return the diagnoses of a person that count, as a patient file has them."""
    return [
        {key: value for name, key in _OF_DIAGNOSIS.items() if (value := getattr(row, name))}
        for row in person.conditions.in_use()
        if row.counts
    ]


def with_diagnoses(told: dict[str, Any], person: Person) -> dict[str, Any]:
    """Return a patient file of ours with the diagnoses that it does not name; others as they are.

    A verdict must not depend on whether a program thought of sending what is known here.
    """
    if told.get("format") != FORMAT or not isinstance(told.get("condition", []), list):
        return told
    said = told.get("condition", [])
    more = [one for one in diagnoses_of(person) if one not in said]
    return {**told, "condition": [*said, *more]} if more else told


def _number(key: str, text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise BadInput("form", key, text, "a number") from None


def with_earlier(told: dict[str, Any], earlier: ScreeningRecord | None) -> dict[str, Any]:
    """Return a patient file with the answers of an earlier screening, each with its own date.

    The rules know how long an answer holds; what was answered anew counts in its place.
    """
    if earlier is None:
        return told
    old, before = earlier.answers, earlier.day.isoformat()
    answers = {
        key: {**(value if isinstance(value, dict) else {"answer": value})}
        for key, value in old.get("answers", {}).items()
    }
    for value in answers.values():
        value.setdefault("date", before)
    new = {m["quantity"] for m in told["measured"]}
    measured = [{"date": before, **m} for m in old.get("measured", []) if m["quantity"] not in new]
    return {
        **told,
        "answers": answers | told["answers"],
        "measured": [*measured, *told["measured"]],
    }


def earlier_for(person: Person, procedure: str, day: date) -> ScreeningRecord | None:
    """Return the last screening whose answers may still count: no older than courses allow."""
    most = timedelta(days=evidence.value("courses", "rescreen.after_days"))
    rows = person.screenings.in_use().filter(procedure=procedure, day__gte=day - most)
    return rows.filter(day__lt=day).order_by("-day", "-made_at").first()


def screening_today(person: Person, procedure: str) -> ScreeningRecord | None:
    """Return the last screening of today, which a plan is released or stopped by."""
    rows = person.screenings.in_use().filter(procedure=procedure, day=timezone.localdate())
    return rows.order_by("-made_at").first()


def judge(told: Mapping[str, Any], procedure: str, device_kind: str, day: date) -> Screening:
    """Return what the rules say of a patient file.

    Raises
    ------
    BadInput
        Naming key, value and expectation.
    """
    return screen(facts_from(dict(told)), procedure, day, device=device_kind)


def keep_screening(
    person: Person,
    told: dict[str, Any],
    procedure: str,
    device_kind: str,
    day: date,
    by: User | None,
) -> ScreeningRecord:
    """Judge and keep.

    Raises
    ------
    BadInput
        As for `judge`; then nothing is kept.
    """
    found = judge(told, procedure, device_kind, day)
    return ScreeningRecord(
        clinic=person.clinic,
        person=person,
        procedure=procedure,
        device_kind=device_kind,
        day=day,
        answers=told,
        result=found.to_dict(),
        verdict=found.verdict,
        rules_version=found.rules_version,
    ).keep(by, "screened")


def again(record: ScreeningRecord) -> Screening:
    """Return the verdict computed again from what was kept."""
    return judge(record.answers, record.procedure, record.device_kind, record.day)


def overridden(record: ScreeningRecord, rule: str, reason: str, by: User) -> ScreeningRecord:
    """Let a clinician decide that one rule counts one step less; keep that as a new screening.

    Raises
    ------
    Kept
        If the rule is not among the findings, or the rules do not let it be overridden.
    """
    if rule not in {f["rule"] for f in record.result["findings"]}:
        raise Kept(f"{rule} is not among the findings")
    decided = {
        "rule": rule,
        "by": f"{by.name} <{by.email}>",
        "reason": reason,
        "date": record.day.isoformat(),
    }
    told = {**record.answers, "override": [*record.answers.get("override", []), decided]}
    found = judge(told, record.procedure, record.device_kind, record.day)
    if not any(f.rule == rule and f.override for f in found.findings):
        raise Kept(f"{rule} cannot be overridden")
    return keep_screening(record.person, told, record.procedure, record.device_kind, record.day, by)
