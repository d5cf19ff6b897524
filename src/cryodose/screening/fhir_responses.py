"""Turns a FHIR QuestionnaireResponse to our own questionnaire into answers."""

from __future__ import annotations

from typing import Any

from cryodose.screening.dates import When
from cryodose.screening.facts import Answer, Facts, Say
from cryodose.screening.fhir_observations import add_reading
from cryodose.screening.fhir_values import first_when, items, status_of, text_of, when_of
from cryodose.screening.rules import RuleSet

CANONICAL = "urn:cryodose:questionnaire"
DATE = ".date"
_DEPTH = 8
_SAYS: dict[object, Say] = {"yes": "yes", "no": "no", True: "yes", False: "no"}


def add_response(resource: dict[str, Any], where: str, facts: Facts, rules: RuleSet) -> None:
    """Add the answers of a response; those to another questionnaire are ignored and listed."""
    if not text_of(resource.get("questionnaire")).startswith(CANONICAL):
        facts.ignored.append((where, "answers to a questionnaire that is not ours"))
        return
    if status_of(resource.get("status")) in ("entered-in-error", "stopped"):
        facts.ignored.append((where, status_of(resource.get("status"))))
        return
    at = first_when(resource, "authored")
    if status_of(resource.get("status")) == "in-progress":
        at = None
        facts.ignored.append((where, "answers that are not finished cannot clear anything"))
    elif at is None:
        facts.ignored.append((where, "answers without a date cannot clear anything"))
    found: dict[str, list[Any]] = {}
    if _collect(resource.get("item"), found, 0):
        facts.open_points.append((where, f"{where} is nested deeper than is read"))
    for link, given in found.items():
        if link.endswith(DATE):
            continue
        dates = [when_of(a.get("valueDate")) for a in found.get(link + DATE, ())]
        _add(link, given, where, (at, next((d for d in dates if d), None)), facts, rules)


def _collect(raw: object, found: dict[str, list[Any]], depth: int) -> bool:
    """Collect answers by question; tell whether something lies too deep."""
    if depth > _DEPTH:
        return bool(items(raw))
    deep = False
    for item in items(raw):
        if isinstance(item, dict):
            given = [a for a in items(item.get("answer")) if isinstance(a, dict)]
            if given:
                found.setdefault(text_of(item.get("linkId")), []).extend(given)
            for holder in (item, *given):
                deep = _collect(holder.get("item"), found, depth + 1) or deep
    return deep


def _add(
    link: str,
    given: list[Any],
    where: str,
    times: tuple[When | None, When | None],
    facts: Facts,
    rules: RuleSet,
) -> None:
    at, since = times
    if link == "sex":
        codings = [a.get("valueCoding") for a in given]
        facts.sex = next((status_of(c.get("code")) for c in codings if isinstance(c, dict)), "")
    elif link in rules.questions:
        for answer in given:
            coding = answer.get("valueCoding")
            code = coding.get("code") if isinstance(coding, dict) else answer.get("valueBoolean")
            known = isinstance(code, str | bool)
            say: Say = _SAYS.get(code, "unknown") if known else "unknown"
            facts.answers.append(Answer(where, link, say, at, since))
    elif link == "age":
        facts.births += [b for b in (when_of(a.get("valueDate")) for a in given) if b]
    elif link in rules.measures:
        for answer in given:
            add_reading(answer, where, at, facts, rules.measures[link])
    else:
        facts.ignored.append((f"{where}: {link[:80]}", "not a question of these rules"))
