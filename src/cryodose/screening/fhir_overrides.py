"""Turns a FHIR DetectedIssue about one of our rules into the override that it records."""

from __future__ import annotations

from typing import Any

from cryodose.screening.facts import Facts, Override
from cryodose.screening.fhir_values import items, text_of, when_of, words_of

RULE_SYSTEM = "urn:cryodose:rule"


def add_overrides(resource: dict[str, Any], where: str, facts: Facts) -> None:
    """Add an override for each rule named and each mitigation that has an author and words.

    Parameters
    ----------
    resource : dict
        A DetectedIssue whose code is the id of a rule in the system ``urn:cryodose:rule``.
    where : str
    facts : Facts
        Filled. What lacks a name or a reason is ignored, and says so.
    """
    concept = resource.get("code")
    codings = items(concept.get("coding")) if isinstance(concept, dict) else []
    rules = [
        text_of(c.get("code")).strip()
        for c in codings
        if isinstance(c, dict) and c.get("system") == RULE_SYSTEM
    ]
    if not rules:
        facts.ignored.append((where, "an issue that is about none of these rules"))
    for rule in rules:
        for one in items(resource.get("mitigation")):
            if isinstance(one, dict):
                author = one.get("author")
                who = author if isinstance(author, dict) else {}
                by = text_of(who.get("display")) or text_of(who.get("reference"))
                when = when_of(one.get("date"))
                # Of a month or a year, the last day: an override never counts too early.
                day = None if when is None else when.last
                reason = "; ".join(words_of(one.get("action")))
                facts.overrides.append(Override(rule, by, reason, day))
