"""The longest freeze that is searched: of the technique, of the person, of the plan."""

from __future__ import annotations

from cryodose import evidence
from cryodose.dosing.freeze_dose import FreezeLimit
from cryodose.dosing.freeze_rules import TABLE
from cryodose.dosing.freeze_target import POLICY, child_limit_s
from cryodose.session import Session


def cap_of(session: Session, technique: str) -> FreezeLimit:
    """Return the longest time of one freeze, as the limit that stands beside the others."""
    q = evidence.quantity(POLICY, f"search.{technique}_s")
    words = f"one freeze by {technique.replace('-', ' ')} lasts at most {q.value:g} s"
    longest, source = q.value, q.source
    child = child_limit_s(session)
    if child is not None and child[0] < longest:
        longest, source = child[0], evidence.quantity(TABLE, "limit.child_freeze_s").source
        words = f"a child is frozen for at most {longest:g} s, once"
    if session.plan.max_s is not None and session.plan.max_s < longest:
        longest = session.plan.max_s
        words = f"the session allows at most {longest:g} s (plan.max_s)"
    return FreezeLimit("time", words, 0.0, 0.0, longest, source)
