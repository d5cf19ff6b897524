"""Rules as objects: one condition, its codes, and the cases in which it counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

Class = Literal["absolute", "relative", "temporary", "caution", "rule"]
Effect = Literal["stop", "ask", "caution"]
Stage = Literal["once", "session", "both"]

PROCEDURES = (
    "cryosauna",
    "cryochamber",
    "cold-pack",
    "immersion",
    "liquid-nitrogen",
    "cryoelectrophoresis",
)
DEVICES = ("open-top", "walk-in", "cold-air")
CLASSES: tuple[Class, ...] = ("absolute", "rule", "temporary", "relative", "caution")
EFFECT_OF: dict[str, Effect] = {
    "absolute": "stop",
    "rule": "stop",
    "temporary": "stop",
    "relative": "ask",
    "caution": "caution",
}
RANK: dict[str, int] = {"stop": 3, "ask": 2, "caution": 1}


@dataclass(frozen=True, slots=True)
class Limit:
    """A number beyond which a case counts."""

    quantity: str
    kind: Literal["at_least", "above", "below"]
    number: float

    def broken(self, low: float, high: float) -> bool:
        """Tell whether a value that lies between `low` and `high` may be beyond the limit."""
        if self.kind == "below":
            return low < self.number
        return high >= self.number if self.kind == "at_least" else high > self.number


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which a rule counts, with the class it then has.

    Attributes
    ----------
    by : what is looked at: a finding (codes, words, answers), a measured number, other rules,
        or the device
    state : "now" (present only), "ever" (also in the past), "past" (in the past only)
    months : counts only so long after the event
    older_than_days : counts only from this age of the finding on
    settled_by : a recorded disease does not count once all of these are measured
    when_settled : counts only then
    also : a question whose answer must be yes as well
    icd10, snomed, words, questions : where one of them is given, those of the rule do not hold
    optional : the number counts where it is known, and need not be asked for
    change : what would make the case not count any more
    """

    class_: Class
    by: Literal["finding", "measure", "rules", "device"]
    state: Literal["now", "ever", "past"] = "now"
    months: int | None = None
    older_than_days: int | None = None
    settled_by: tuple[str, ...] = ()
    when_settled: tuple[str, ...] = ()
    also: str = ""
    device: str = ""
    limit: Limit | None = None
    icd10: tuple[str, ...] | None = None
    snomed: tuple[str, ...] | None = None
    words: tuple[str, ...] | None = None
    questions: tuple[str, ...] | None = None
    source: str = ""
    why: str = ""
    change: str = ""
    optional: bool = False

    @property
    def own_evidence(self) -> bool:
        """Tell whether the case names codes, words or questions of its own."""
        given = (self.icd10, self.snomed, self.words, self.questions)
        return any(x is not None for x in given)

    @property
    def effect(self) -> Effect:
        """What a finding of this class does to the verdict."""
        return EFFECT_OF[self.class_]


@dataclass(frozen=True, slots=True)
class Variant:
    """What one group of sources says."""

    class_: str
    says: str
    sources: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the list: who may not have which cold, and why."""

    id: str
    condition: str
    class_: Class
    procedures: tuple[str, ...]
    stage: Stage
    cases: tuple[Case, ...]
    sources: tuple[str, ...]
    confidence: str
    conflict: bool = False
    hard: bool = False
    questions: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    broad: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    threshold: str = ""
    waiting: str = ""
    why: str = ""
    why_basis: str = ""
    article_items: tuple[int, ...] = ()
    note: str = ""
    version: int = 1

    @property
    def effect(self) -> Effect:
        """The strictest effect that this rule can have."""
        return max((c.effect for c in self.cases), key=RANK.__getitem__)


@dataclass(frozen=True, slots=True)
class Question:
    """One question in plain words."""

    id: str
    topic: str
    text: str
    bad: Literal["yes", "no"] = "yes"
    asks_date: bool = False
    skip_for: str = ""
    answered_by: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    valid_days: int | None = None
    ends_after_days: int | None = None
    atc: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity that rules ask for."""

    id: str
    topic: str
    text: str
    unit: str
    low: float
    high: float
    valid_days: int
    loinc: tuple[str, ...] = ()
    snomed: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    ends_after_days: int | None = None
    only_after: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a clinic's own file changed in one rule; `weaker` says how it is milder, if it is."""

    rule: str
    what: str
    weaker: bool
    by: str = ""
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "rule": self.rule,
            "what": self.what,
            "weaker": self.weaker,
            "by": self.by,
            "reason": self.reason,
        }


@dataclass(frozen=True, eq=False)
class RuleSet:
    """All rules with the questions and measures that they use, in one version."""

    version: str
    rules: dict[str, Rule]
    questions: dict[str, Question]
    measures: dict[str, Measure]
    topics: dict[str, str]
    policy: dict[str, int]
    text: dict[str, tuple[str, ...]]
    changes: tuple[Change, ...] = ()

    def of(self, procedure: str) -> tuple[Rule, ...]:
        """Return the rules of a procedure in the order of their ids."""
        found = [r for r in self.rules.values() if procedure in r.procedures]
        return tuple(sorted(found, key=lambda r: id_key(r.id)))


_FAMILIES = {"WBC": 0, "PBC": 1, "LOC": 2, "LN2": 3, "CEP": 4}


@lru_cache(maxsize=1024)
def id_key(rule_id: str) -> tuple[int, int, str]:
    """Return a key that sorts rule ids as their list has them."""
    family, _, number = rule_id.partition("-")
    digits = int(number) if number.isascii() and number.isdigit() else 0
    return _FAMILIES.get(family, len(_FAMILIES)), digits, rule_id
