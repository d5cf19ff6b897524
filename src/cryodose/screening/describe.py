"""A rule in words, for the terminal, for JSON and for the docs."""

from __future__ import annotations

from typing import Any

from cryodose.screening.rules import Case, Rule

_LIMITS = {"at_least": "at least", "above": "above", "below": "below"}
_STATES = {"now": "present", "ever": "now or in the past", "past": "in the past"}


def case_words(case: Case) -> tuple[str, str]:
    """Return the class of a case and when it counts."""
    parts = []
    if case.limit is not None:
        parts.append(f"{case.limit.quantity} {_LIMITS[case.limit.kind]} {case.limit.number:g}")
    elif case.by == "finding":
        own = [*(case.icd10 or ()), *(case.snomed or ()), *(case.questions or ())]
        parts.append(f"on record or answered so, {_STATES[case.state]}")
        parts += [f"only {', '.join(own)}"] if own else []
    elif case.by == "rules":
        parts.append("any of the rules it names counts")
    else:
        parts.append(case.why)
    parts += [f"within {case.months} months"] if case.months is not None else []
    parts += [f"older than {case.older_than_days} days"] if case.older_than_days is not None else []
    parts += [f"unless {' and '.join(case.settled_by)} measured"] if case.settled_by else []
    parts += [f"once {' and '.join(case.when_settled)} measured"] if case.when_settled else []
    parts += [f"with {case.also}"] if case.also else []
    parts += [f"device {case.device}"] if case.device and case.by != "device" else []
    parts += [case.source] if case.source else []
    return f"{case.class_} -> {case.effect}", "; ".join(parts)


def rule_rows(rule: Rule) -> list[tuple[str, str]]:
    """Return what is known about a rule, name and words."""
    rows = [
        (
            "class",
            rule.class_ + (", sources disagree: the stricter holds" if rule.conflict else ""),
        ),
        ("procedures", ", ".join(rule.procedures)),
        ("asked", {"once": "once", "session": "before each session", "both": "both"}[rule.stage]),
        ("questions", ", ".join(rule.questions)),
        ("ICD-10", ", ".join(rule.icd10)),
        ("SNOMED CT", ", ".join(rule.snomed)),
        ("wider codes", ", ".join(rule.broad)),
        ("words", ", ".join(rule.words)),
        ("rules", ", ".join(rule.rules)),
        ("threshold", rule.threshold),
        ("waiting", rule.waiting),
        ("why", f"{rule.why} ({rule.why_basis})" if rule.why else ""),
        ("article", ", ".join(map(str, rule.article_items))),
        ("note", rule.note),
        ("confidence", f"{rule.confidence}, version {rule.version}"),
        ("override", "not possible" if rule.hard else "by a named person, with a reason"),
    ]
    return [(name, words) for name, words in rows if words]


def rule_dict(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain data."""
    return {
        "rule": rule.id,
        "condition": rule.condition,
        "class": rule.class_,
        "effect": rule.effect,
        "sources_disagree": rule.conflict,
        **{name: words for name, words in rule_rows(rule) if name != "class"},
        "cases": [
            {"class": c.class_, "effect": c.effect, "when": case_words(c)[1]} for c in rule.cases
        ],
        "variants": [
            {
                "class": v.class_,
                "says": v.says,
                "sources": list(v.sources),
                "jurisdictions": list(v.jurisdictions),
            }
            for v in rule.variants
        ],
        "sources": list(rule.sources),
    }
