"""Finds every way in which a changed rule is weaker than it was; what is not proven counts."""

from __future__ import annotations

from cryodose.screening.codes import icd10_keys, icd10_prefixes
from cryodose.screening.rules import RANK, Case, Rule

_STATES = {"now": {"now"}, "past": {"past"}, "ever": {"now", "past", "ever"}}


def weaker_in(old: Rule, new: Rule) -> list[str]:
    """Return in what a rule became weaker, in words; empty where it is as strict or stricter.

    Parameters
    ----------
    old, new : Rule
        The same rule before and after.
    """
    found = [f"no longer for {p}" for p in old.procedures if p not in new.procedures]
    if new.stage not in (old.stage, "both"):
        found.append(f"asked {new.stage} and not {old.stage}")
    if old.hard and not new.hard:
        found.append("may be overridden")
    gone = [r for r in old.rules if r not in new.rules]
    found += [f"no longer looks at {r}" for r in gone]
    for n, case in enumerate(old.cases, start=1):
        if not any(_covers(other, new, case, old) for other in new.cases):
            found.append(f"case {n} ({case.class_}) is milder or gone")
    return found


def _covers(new: Case, new_rule: Rule, old: Case, old_rule: Rule) -> bool:
    """Tell whether a new case counts whenever the old one did, and as strictly."""
    same = new.by == old.by and RANK[new.effect] >= RANK[old.effect]
    if not same or new.device not in ("", old.device) or new.also not in ("", old.also):
        return False
    if new.when_settled not in ((), old.when_settled):
        return False
    if new.settled_by not in ((), old.settled_by):
        return False
    if old.limit is not None:
        return _limit_covers(new, old) and (old.optional or not new.optional)
    return _time_covers(new, old) and _evidence_covers(new, new_rule, old, old_rule)


def _limit_covers(new: Case, old: Case) -> bool:
    a, b = new.limit, old.limit
    if a is None or b is None or a.quantity != b.quantity:
        return False
    if (a.kind == "below") != (b.kind == "below"):
        return False
    if a.kind == "below":
        return a.number >= b.number
    if a.kind == "above" and b.kind == "at_least":
        return a.number < b.number
    return a.number <= b.number


def _time_covers(new: Case, old: Case) -> bool:
    if new.months is not None and (old.months is None or new.months < old.months):
        return False
    if new.older_than_days is not None and (
        old.older_than_days is None or new.older_than_days > old.older_than_days
    ):
        return False
    return _STATES[old.state] <= _STATES[new.state]


def _evidence_covers(new: Case, new_rule: Rule, old: Case, old_rule: Rule) -> bool:
    a, b = evidence_of(new, new_rule), evidence_of(old, old_rule)
    prefixes = set(icd10_prefixes(a[0]))
    codes = all(not prefixes.isdisjoint(icd10_keys(p)) for p in icd10_prefixes(b[0]))
    rest = all(set(y) <= set(x) for x, y in zip(a[1:], b[1:], strict=True))
    return codes and rest and set(new_rule.not_words) <= set(old_rule.not_words)


def evidence_of(case: Case, rule: Rule) -> tuple[tuple[str, ...], ...]:
    """Return the ICD-10 codes, SNOMED CT ids, words and questions by which a case counts."""
    if case.by != "finding":
        return (), (), (), ()
    if case.own_evidence:
        return case.icd10 or (), case.snomed or (), case.words or (), case.questions or ()
    broad_icd = tuple(c for c in rule.broad if not c.isdigit())
    broad_ids = tuple(c for c in rule.broad if c.isdigit())
    return (*rule.icd10, *broad_icd), (*rule.snomed, *broad_ids), rule.words, rule.questions
