"""What can be worked out before any fact is known: the rules of a procedure and their questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cryodose.screening.gather import Gathered
from cryodose.screening.judge import WHICH, Judge
from cryodose.screening.result import Open
from cryodose.screening.rules import RANK, Rule, RuleSet

_SINCE = " since when"


@dataclass(frozen=True, slots=True)
class Prepared:
    """One rule with all that it looks at, and what is missing while nothing of it is known.

    `keys` is None for a rule that must always be judged.
    """

    rule: Rule
    keys: frozenset[str] | None
    asked: bool
    blank: tuple[Open, ...]


@lru_cache(maxsize=64)
def prepared(rules: RuleSet, procedure: str, device: str, stage: str) -> tuple[Prepared, ...]:
    """Return the rules of a procedure, ready to be asked."""
    judge = Judge(rules, Gathered(date.min), device, stage)
    made = []
    for rule in rules.of(procedure):
        asked = must_ask(rule, stage)
        blank = [Open(rule.id, key, ask(key, rules)) for key in judge.judge(rule).missing]
        made.append(Prepared(rule, _keys(rule), asked, tuple(blank) if asked else ()))
    return tuple(made)


def must_ask(rule: Rule, stage: str) -> bool:
    """Tell whether a rule needs an answer at a stage: it is asked then, and could stop or ask."""
    of_stage = stage == "all" or rule.stage in (stage, "both")
    return of_stage and RANK[rule.effect] >= RANK["ask"]


def ask(key: str, rules: RuleSet) -> str:
    """Return a missing point in words."""
    if key in rules.questions:
        return rules.questions[key].text
    if key in rules.measures:
        measure = rules.measures[key]
        return measure.text if measure.unit == "1" else f"{measure.text} in {measure.unit}"
    if key.endswith(WHICH):
        return f"Which disease of this group is it? ({key.removesuffix(WHICH)})"
    return f"Since when is it there? ({key.removesuffix(_SINCE)})"


def _keys(rule: Rule) -> frozenset[str] | None:
    if rule.rules or any(case.by == "device" for case in rule.cases):
        return None
    keys = {rule.id, *rule.questions}
    for case in rule.cases:
        keys |= {*(case.questions or ()), *case.settled_by, *case.when_settled, case.also}
        if case.limit is not None:
            keys.add(case.limit.quantity)
    return frozenset(keys - {""})
