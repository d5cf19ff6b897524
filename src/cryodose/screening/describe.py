"""A rule in words, for the terminal, for JSON and for the docs."""

from __future__ import annotations

from typing import Any

from cryodose.screening.rules import Case, Rule

_LIMITS = {"at_least": "at least", "above": "above", "below": "below"}
_STAGES = {
    "once": "asked once",
    "session": "asked before each session",
    "both": "asked once and before each session",
}
_SHOWN = 3
_STATES = {"now": "", "ever": ", now or in the past", "past": ", in the past"}


def case_words(case: Case) -> tuple[str, str]:
    """Return the class of a case and when it counts."""
    parts = []
    if case.limit is not None:
        parts.append(f"{case.limit.quantity} {_LIMITS[case.limit.kind]} {case.limit.number:g}")
    elif case.by == "finding":
        own = [*(case.icd10 or ()), *(case.snomed or ()), *(case.questions or ())]
        parts.append(f"recorded or answered so{_STATES[case.state]}")
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
        ("asked", _STAGES[rule.stage].removeprefix("asked ")),
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


def brief_rows(rule: Rule) -> list[tuple[str, str]]:
    """Return what decides in a rule and who says so, name and words; a list under one name."""
    disagree = ", sources disagree: the stricter holds" if rule.conflict else ""
    codes = [f"ICD-10 {', '.join(rule.icd10)}"] if rule.icd10 else []
    codes += [f"SNOMED CT {_first(rule.snomed)}"] if rule.snomed else []
    codes += [f"words {_first(rule.words)}"] if rule.words else []
    codes += [f"question {', '.join(rule.questions)}"] if rule.questions else []
    cases = [
        f"{effect.partition(' -> ')[2]}: {when}" for effect, when in map(case_words, rule.cases)
    ]
    says = [
        v.says + (f" [{', '.join(v.jurisdictions)}]" if v.jurisdictions else "")
        for v in rule.variants
    ]
    rows = [
        ("class", [f"{rule.class_} -> {rule.effect}{disagree}; version {rule.version}"]),
        ("for", [f"{', '.join(rule.procedures)}; {_STAGES[rule.stage]}"]),
        ("counts", cases),
        ("known by", ["; ".join(codes)]),
        ("numbers", [rule.threshold]),
        ("waiting", [rule.waiting]),
        ("variants", says),
        ("why", [rule.why]),
        ("sources", [f"{', '.join(rule.sources)} (cited by --full)"]),
        ("override", ["not possible" if rule.hard else ""]),
    ]
    return [
        (name if n == 0 else "", line)
        for name, lines in rows
        for n, line in enumerate(x for x in lines if x)
    ]


def _first(names: tuple[str, ...]) -> str:
    """Return the first names of a list, and how many more there are."""
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


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
