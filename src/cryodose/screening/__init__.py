"""May this person have cold? Facts and rules in, a verdict with its reasons out.

The room reads rules (data under `evidence/rules`), facts (forms, FHIR R4) and judges. It never
says "safe": a question without an answer allows `incomplete` at best.
"""

from __future__ import annotations

from cryodose.screening.engine import screen
from cryodose.screening.facts import Facts
from cryodose.screening.load import load_rules
from cryodose.screening.overlay import overlaid
from cryodose.screening.read import facts_from, read_facts
from cryodose.screening.result import Finding, Screening
from cryodose.screening.rules import PROCEDURES, Rule, RuleSet

__all__ = [
    "PROCEDURES",
    "Facts",
    "Finding",
    "Rule",
    "RuleSet",
    "Screening",
    "facts_from",
    "load_rules",
    "overlaid",
    "read_facts",
    "screen",
]
