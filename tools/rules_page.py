"""Write docs/rules.md: every rule of screening, from the rules themselves."""

from __future__ import annotations

from pathlib import Path

from cryodose.screening import load_rules
from cryodose.screening.describe import case_words, rule_rows
from cryodose.screening.rules import Rule, id_key

TARGET = Path(__file__).resolve().parent.parent / "docs" / "rules.md"
HEAD = """# The rules of screening

Written by `tools/rules_page.py` from `src/cryodose/evidence/rules`; do not edit. Version {version}.
{count} rules, collected from published lists. They are not a validated rule set: a clinician must
approve them before use. How they work: [screening](guide/screening.md). SNOMED CT ids are
those of the Global Patient Set (CC BY 4.0) unless a rule's list says otherwise; ICD-10 is the WHO
edition.
"""


def cell(text: str) -> str:
    """Return a text for a cell of a Markdown table."""
    return text.replace("|", "\\\\|").replace("<", "&lt;")


def section(rule: Rule) -> str:
    """Return one rule."""
    lines = [f"## {rule.id}: {cell(rule.condition)}", "", "| | |", "|---|---|"]
    shown = [(n, w) for n, w in rule_rows(rule) if n != "words"]
    lines += [f"| {name} | {cell(words)} |" for name, words in shown]
    lines += [f"| counts | {cell(a)}: {cell(b)} |" for a, b in map(case_words, rule.cases)]
    lines += [f"| variant | {cell(v.says)} |" for v in rule.variants]
    lines += [f"| sources | {', '.join(rule.sources)} |", ""]
    return "\n".join(lines)


def page() -> str:
    """Return the whole page."""
    rules = load_rules()
    ordered = sorted(rules.rules.values(), key=lambda r: id_key(r.id))
    head = HEAD.format(version=rules.version, count=len(ordered))
    return "\n".join([head, *map(section, ordered)])


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
    print(TARGET)
