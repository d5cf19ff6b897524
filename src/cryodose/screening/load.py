"""Reads the rule set: data in, checked objects out, one telling line per fault."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from cryodose import evidence
from cryodose.errors import BadInput, BadInputs
from cryodose.files import parse_toml
from cryodose.screening.codes import SNOMED, icd10_prefixes, plain_code
from cryodose.screening.rules import (
    CLASSES,
    DEVICES,
    PROCEDURES,
    Case,
    Limit,
    Measure,
    Question,
    Rule,
    RuleSet,
    Variant,
)
from cryodose.screening.table import Table

_NOT_RULES = ("set.toml", "questions.toml", "measures.toml")
_LIMITS = ("at_least", "above", "below")
_CONFIDENCES = evidence.CONFIDENCES
_DIGEST = 12
_TEXT_LISTS = (
    "denied_before", "fillers", "denied_after", "elsewhere_before", "elsewhere_near",
    "elsewhere_after", "past_before",
)  # fmt: skip


@cache
def load_rules() -> RuleSet:
    """Return the rule set of the package, checked; the same object each time.

    Raises
    ------
    BadInput, BadInputs
        If a table is malformed; the tests of the package hold that none is.
    """
    home = files("cryodose.evidence").joinpath("rules")
    texts = {p.name: p.read_text(encoding="utf-8") for p in home.iterdir() if _isparse_toml(p.name)}
    return rules_from_texts(texts)


def load_rules_from(folder: str | Path) -> RuleSet:
    """Return the rule set of a folder with the files of `evidence/rules`.

    Raises
    ------
    BadInput, BadInputs
        Naming file, key, value and expectation.
    """
    home = Path(folder)
    if not home.is_dir():
        raise BadInput(folder, "", expected="a folder of rules")
    texts = {}
    for path in sorted(home.iterdir()):
        if _isparse_toml(path.name):
            try:
                texts[path.name] = path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise BadInput(path, "", expected=f"a readable file in UTF-8 ({error})") from None
    return rules_from_texts(texts)


def rules_from_texts(texts: dict[str, str]) -> RuleSet:
    """Return the rule set that some TOML texts hold, by file name."""
    missing = [name for name in _NOT_RULES if name not in texts]
    if missing:
        raise BadInput(missing[0], "", expected="a file of the rule set, but there is none")
    tables = {name: parse_toml(text, name) for name, text in texts.items()}
    head = Table(tables["set.toml"], "set.toml")
    limits = head.table("policy")
    policy = {key: limits.whole(key) for key in limits.raw}
    words = head.table("text")
    text = {key: _lower(words, key) for key in _TEXT_LISTS}
    version = head.text("version")
    asked = Table(tables["questions.toml"], "questions.toml")
    questions = {k: _question(k, t) for k, t in asked.table("question").tables()}
    measured = Table(tables["measures.toml"], "measures.toml").table("measure")
    measures = {k: _measure(k, t) for k, t in measured.tables()}
    rules: dict[str, Rule] = {}
    for name in sorted(tables.keys() - set(_NOT_RULES)):
        for key, table in Table(tables[name], name).tables():
            if key in rules:
                raise BadInput(name, key, key, "a rule id that is used once")
            rules[key] = rule_of(key, table)
    topics = {k: t.text("text") for k, t in asked.table("topic").tables()}
    digest = hashlib.sha256("\0".join(f"{k}\0{texts[k]}" for k in sorted(texts)).encode())
    stamp = f"{version}+{digest.hexdigest()[:_DIGEST]}"
    made = RuleSet(stamp, rules, questions, measures, topics, policy, text)
    check_references(made)
    return made


def rule_of(key: str, t: Table) -> Rule:
    """Return one rule of a table.

    Raises
    ------
    BadInput
        Naming what is wrong with it.
    """
    needed = {"condition", "class", "procedures", "stage", "sources", "confidence", "case"}
    return Rule(id=key, **parts_of(key, t, set(t.raw) | needed))


def parts_of(key: str, t: Table, keys: set[str]) -> dict[str, Any]:
    """Return the fields of a rule that a table gives, by the name of the field.

    Parameters
    ----------
    key : str
        The id of the rule.
    t : Table
    keys : set of str
        Keys of the file that are wanted.

    Raises
    ------
    BadInput
        For a value that is wrong, and for a key that rules do not have.
    """
    readers: dict[str, Callable[[], Any]] = {
        "condition": lambda: t.text("condition"),
        "class": lambda: t.one_of("class", CLASSES),
        "procedures": lambda: t.many_of("procedures", PROCEDURES),
        "stage": lambda: t.one_of("stage", ("once", "session", "both")),
        "case": lambda: _cases(t),
        "sources": lambda: t.texts("sources"),
        "confidence": lambda: t.one_of("confidence", _CONFIDENCES),
        "conflict": lambda: t.flag("conflict"),
        "hard": lambda: t.flag("hard"),
        "questions": lambda: t.texts("questions"),
        "icd10": lambda: _icd10(t),
        "snomed": lambda: _snomed(t),
        "broad": lambda: t.texts("broad"),
        "words": lambda: _lower(t, "words"),
        "not_words": lambda: _lower(t, "not_words"),
        "rules": lambda: t.texts("rules"),
        "variant": lambda: tuple(_variant(v) for v in t.list("variant")),
        "threshold": lambda: t.text("threshold"),
        "waiting": lambda: t.text("waiting"),
        "why": lambda: t.text("why"),
        "why_basis": lambda: t.one_of("why_basis", ("source", "reasoned")),
        "article_items": lambda: tuple(t.whole_numbers("article_items")),
        "note": lambda: t.text("note"),
        "version": lambda: t.whole("version"),
    }
    fields = {"class": "class_", "case": "cases", "variant": "variants"}
    parts = {fields.get(k, k): read() for k, read in readers.items() if k in keys}
    t.done()
    return parts


def _cases(t: Table) -> tuple[Case, ...]:
    cases = tuple(_case(c) for c in t.list("case"))
    if not cases:
        raise t.wrong("case", [], "at least one case")
    return cases


def _case(t: Table) -> Case:
    by = t.one_of("by", ("finding", "measure", "rules", "device"))
    limit = None
    if by == "measure":
        given = [k for k in _LIMITS if k in t.raw]
        if len(given) != 1:
            raise t.wrong(
                "at_least", t.raw.get("at_least"), "exactly one of at_least, above, below"
            )
        limit = Limit(t.text("quantity"), given[0], t.number(given[0]))  # type: ignore[arg-type]  # one of _LIMITS
    case = Case(
        class_=t.one_of("class", CLASSES),
        by=by,
        state=t.one_of("state", ("now", "ever", "past"), "now"),
        months=t.whole("months", None),
        older_than_days=t.whole("older_than_days", None),
        settled_by=t.texts("settled_by"),
        when_settled=t.texts("when_settled"),
        also=t.text("also", ""),
        device=t.one_of("device", ("", *DEVICES), ""),
        limit=limit,
        icd10=_icd10(t) if "icd10" in t.raw else None,
        snomed=_snomed(t) if "snomed" in t.raw else None,
        words=_lower(t, "words") if "words" in t.raw else None,
        questions=t.texts("questions") if "questions" in t.raw else None,
        source=t.text("source", ""),
        why=t.text("why", ""),
        change=t.text("change", ""),
        optional=t.flag("optional"),
    )
    t.done()
    return case


def _variant(t: Table) -> Variant:
    known = (*CLASSES, "indication", "stated")
    made = Variant(
        t.one_of("class", known), t.text("says"), t.texts("sources"), t.texts("jurisdictions")
    )
    t.done()
    return made


def _question(key: str, t: Table) -> Question:
    made = Question(
        key,
        t.text("topic"),
        t.text("text"),
        t.one_of("bad", ("yes", "no"), "yes"),
        t.flag("asks_date"),
        t.one_of("skip_for", ("", "male", "female"), ""),
        t.texts("answered_by"),
        t.texts("loinc"),
        t.texts("yes"),
        t.texts("no"),
        t.whole("valid_days", None),
        t.whole("ends_after_days", None),
        t.texts("atc"),
        _lower(t, "words"),
    )
    t.done()
    return made


def _measure(key: str, t: Table) -> Measure:
    made = Measure(
        key,
        t.text("topic"),
        t.text("text"),
        t.text("unit"),
        t.number("low"),
        t.number("high"),
        t.whole("valid_days"),
        t.texts("loinc"),
        t.texts("snomed"),
        _lower(t, "words"),
        t.whole("ends_after_days", None),
        t.text("only_after", ""),
    )
    t.done()
    return made


def _icd10(t: Table) -> tuple[str, ...]:
    codes = t.texts("icd10")
    try:
        for _ in icd10_prefixes(codes):
            continue
    except ValueError as error:
        raise t.wrong("icd10", str(error), "an ICD-10 code or a range such as E10-E14") from None
    return codes


def _snomed(t: Table) -> tuple[str, ...]:
    codes = t.texts("snomed")
    for code in codes:
        if plain_code(SNOMED, code) != code:
            raise t.wrong("snomed", code, "a SNOMED CT id, digits only")
    return codes


def _lower(t: Table, key: str) -> tuple[str, ...]:
    return tuple(w.lower() for w in t.texts(key))


def check_references(rules: RuleSet) -> None:
    """Raise BadInputs naming every question, measure, rule and source that does not exist."""
    faults: list[BadInput] = []

    def missing(rule: str, key: str, names: tuple[str, ...], known: Any, what: str) -> None:
        faults.extend(
            BadInput(None, f"{rule}.{key}", n, f"a known {what}") for n in names if n not in known
        )

    for measure in rules.measures.values():
        after = (measure.only_after,) * bool(measure.only_after)
        missing(measure.id, "only_after", after, rules.questions, "question")
    sources = evidence.source_keys()
    for rule in rules.rules.values():
        missing(rule.id, "questions", rule.questions, rules.questions, "question")
        missing(rule.id, "rules", rule.rules, rules.rules, "rule")
        missing(rule.id, "sources", rule.sources, sources, "source")
        for n, case in enumerate(rule.cases):
            at = f"case[{n}]"
            missing(rule.id, f"{at}.questions", case.questions or (), rules.questions, "question")
            missing(
                rule.id, f"{at}.also", (case.also,) * bool(case.also), rules.questions, "question"
            )
            quantity = (case.limit.quantity,) if case.limit else ()
            named = (*quantity, *case.settled_by, *case.when_settled)
            missing(rule.id, f"{at}.quantity", named, rules.measures, "measure")
            missing(rule.id, f"{at}.source", (case.source,) * bool(case.source), sources, "source")
        for variant in rule.variants:
            missing(rule.id, "variant.sources", variant.sources, sources, "source")
    if faults:
        raise BadInputs(faults)


def _isparse_toml(name: str) -> bool:
    return name.endswith(".toml")
