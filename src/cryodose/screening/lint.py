"""Checks of a rule set beyond its form, and the differences of two."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from cryodose.screening.rules import Rule, RuleSet, id_key
from cryodose.screening.weaker import evidence_of, weaker_in


def lint_rules(rules: RuleSet) -> list[str]:
    """Return the faults of a rule set, one line each.

    Every case must be able to count, every question be used, every rule say why and where from,
    and the class of a rule be that of one of its cases.
    """
    found = []
    for rule in sorted(rules.rules.values(), key=lambda r: id_key(r.id)):
        found += [f"{rule.id}: {fault}" for fault in _faults(rule)]
    used = {q for r in rules.rules.values() for q in r.questions}
    used |= {c.also for r in rules.rules.values() for c in r.cases}
    used |= {q for r in rules.rules.values() for c in r.cases for q in c.questions or ()}
    found += [f"question {q}: no rule asks it" for q in sorted(rules.questions.keys() - used)]
    topics = rules.topics
    named = {q.id: q.topic for q in rules.questions.values()}
    named |= {m.id: m.topic for m in rules.measures.values()}
    found += [f"{key}: no topic {topic}" for key, topic in named.items() if topic not in topics]
    return found


def _faults(rule: Rule) -> list[str]:
    found = []
    for n, case in enumerate(rule.cases, start=1):
        if case.by == "finding" and not any(evidence_of(case, rule)):
            found.append(f"case {n} has no code, word or question by which it could count")
        if case.by == "rules" and not rule.rules:
            found.append(f"case {n} looks at other rules, but none is named")
    # A row may be milder as a whole than one of its cases, on a certain device or after a delay.
    if not any(c.class_ == rule.class_ for c in rule.cases):
        found.append(f"class {rule.class_} is that of no case")
    if not rule.sources:
        found.append("no source")
    if not rule.variants:
        found.append("no variant says what the sources say")
    if rule.conflict and len(rule.variants) < 2 and not rule.threshold:
        found.append("sources disagree, but there are no two variants")
    return found


def differences(old: RuleSet, new: RuleSet) -> list[dict[str, Any]]:
    """Return in what two rule sets differ, one entry for each rule.

    Each has `rule`, `fields` that changed, and `weaker`: in what the new one is weaker.
    """
    found = []
    for key in sorted({*old.rules, *new.rules}, key=id_key):
        a, b = old.rules.get(key), new.rules.get(key)
        if a is None or b is None:
            gone = b is None
            what = ["removed"] if gone else ["added"]
            found.append({"rule": key, "fields": what, "weaker": ["removed"] if gone else []})
        elif a != b:
            names = [
                f.name.rstrip("_") for f in fields(Rule) if getattr(a, f.name) != getattr(b, f.name)
            ]
            found.append({"rule": key, "fields": names, "weaker": weaker_in(a, b)})
    return found
