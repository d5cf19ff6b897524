"""A clinic's own rules over those of the package: never weaker in silence."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryodose.errors import MISSING, BadInput
from cryodose.files import parse_toml, read_text
from cryodose.screening.load import check_references, parts_of, rule_of
from cryodose.screening.rules import Change, Rule, RuleSet
from cryodose.screening.table import Table
from cryodose.screening.weaker import weaker_in

FORMAT = "cryodose-rules/1"
_DIGEST = 8


def overlaid(rules: RuleSet, path: str | Path) -> RuleSet:
    """Return a rule set with the changes of a clinic's own file.

    Parameters
    ----------
    rules : RuleSet
    path : path-like
        A TOML file: ``format``, ``name``, and under ``[rules.<id>]`` what differs. A rule with a
        new id is added. A change that makes a rule weaker needs `by` and `reason`.

    Returns
    -------
    RuleSet
        Its `changes` are shown in every result.

    Raises
    ------
    BadInput, BadInputs
        Naming file, key, value and expectation.
    """
    text = read_text(path)
    data = parse_toml(text, path)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
    return _apply(rules, data, path, digest)


def _apply(rules: RuleSet, data: dict[str, Any], file: object, digest: str) -> RuleSet:
    top = Table(data, file)
    top.one_of("format", (FORMAT,))
    name = top.text("name")
    by, reason = top.text("by", ""), top.text("reason", "")
    changed = dict(rules.rules)
    changes = list(rules.changes)
    for key, table in top.table("rules").tables():
        who, why = table.text("by", by).strip(), table.text("reason", reason).strip()
        body = {k: v for k, v in table.raw.items() if k not in ("by", "reason")}
        inner = Table(body, file, table.place)
        if key not in changed:
            changed[key] = rule_of(key, inner)
            changes.append(Change(key, "added", False, who, why))
            continue
        old = changed[key]
        new = None if inner.flag("disabled") else _merged(old, inner)
        inner.done()
        weaker = ["disabled"] if new is None else weaker_in(old, new)
        if weaker and not (who and why):
            lacking = "by" if not who else "reason"
            expected = f"who decides and why, because the rule becomes weaker: {'; '.join(weaker)}"
            raise BadInput(file, f"{table.place}.{lacking}", MISSING, expected)
        what = "; ".join(weaker) or "changed, not weaker"
        changes.append(Change(key, what, bool(weaker), who, why))
        if new is None:
            del changed[key]
        else:
            changed[key] = new
    top.done()
    version = f"{rules.version}+{name}:{digest}"
    made = replace(rules, version=version, rules=changed, changes=tuple(changes))
    check_references(made)
    return made


def _merged(old: Rule, table: Table) -> Rule:
    """Return a rule with what a table changes in it."""
    given = {k: v for k, v in table.raw.items() if k != "disabled"}
    parts = parts_of(old.id, Table(given, table.file, table.place), set(given))
    for key in given:
        table.raw.pop(key)
    if "class_" in parts and "cases" not in parts:
        cases = tuple(
            replace(c, class_=parts["class_"]) if c.class_ == old.class_ else c for c in old.cases
        )
        parts["cases"] = cases
    return replace(old, **parts, version=old.version + 1)
