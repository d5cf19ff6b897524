"""The questions that the rules of a procedure need, as a list and as a FHIR R4 Questionnaire."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from cryodose.errors import BadInput
from cryodose.screening.engine import STAGES
from cryodose.screening.fhir_responses import CANONICAL, DATE
from cryodose.screening.language import catalogue
from cryodose.screening.load import load_rules
from cryodose.screening.rules import PROCEDURES, Rule, RuleSet

Say = Callable[[str], str]
_UCUM = {"mmHg": "mm[Hg]", "degC": "Cel"}
_SYSTEM = "urn:cryodose:answer"
_TITLE = "Questions before treatment with cold"
_NOTICE = "This form supports a trained person; it does not replace a doctor."


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a form; `unit` is empty where it is answered by yes or no.

    It is left out for the sex `skip_for`, where the question `only_after` was answered by no, and
    where all numbers of `answered_by` are given.
    """

    id: str
    topic: str
    text: str
    unit: str
    asks_date: bool
    skip_for: str
    rules: tuple[str, ...]
    only_after: str = ""
    answered_by: tuple[str, ...] = ()


def asked(
    procedure: str, language: str = "en", stage: str = "all", rules: RuleSet | None = None
) -> tuple[Item, ...]:
    """Return the questions of a procedure, by topic, in a language.

    Parameters
    ----------
    procedure : str
    language : {"en", "ru"}
    stage : {"all", "once", "session"}
    rules : RuleSet, optional

    Raises
    ------
    BadInput
        For an unknown procedure, language or stage.
    """
    if procedure not in PROCEDURES:
        raise BadInput(None, "procedure", procedure, f"one of {', '.join(PROCEDURES)}")
    if stage not in STAGES:
        raise BadInput(None, "stage", stage, f"one of {', '.join(STAGES)}")
    used = load_rules() if rules is None else rules
    say = catalogue(language).gettext
    needed: dict[str, list[str]] = {}
    for rule in used.of(procedure):
        if stage == "all" or rule.stage in (stage, "both"):
            for key in _needs(rule, used):
                needed.setdefault(key, []).append(rule.id)
    items = [
        made
        for key, ids in needed.items()
        if (made := _item(key, tuple(ids), used, needed.keys(), say)) is not None
    ]
    order = {say(text): n for n, text in enumerate(used.topics.values())}
    return tuple(sorted(items, key=lambda item: order[item.topic]))


def _item(
    key: str, ids: tuple[str, ...], rules: RuleSet, needed: Collection[str], say: Say
) -> Item | None:
    question, measure = rules.questions.get(key), rules.measures.get(key)
    if question is not None:
        topic, text = say(rules.topics[question.topic]), say(question.text)
        by = question.answered_by if set(question.answered_by) <= set(needed) else ()
        return Item(
            key, topic, text, "", question.asks_date, question.skip_for, ids, answered_by=by
        )
    if measure is None:
        return None
    after = measure.only_after if measure.only_after in needed else ""
    topic, text = say(rules.topics[measure.topic]), say(measure.text)
    return Item(key, topic, text, measure.unit, False, "", ids, only_after=after)


def _needs(rule: Rule, rules: RuleSet) -> list[str]:
    found = list(rule.questions)
    for key in rule.questions:
        found += rules.questions[key].answered_by
    for case in rule.cases:
        found += case.questions or ()
        found += [*case.settled_by, *case.when_settled, case.also]
        found += [case.limit.quantity] if case.limit else []
    for other in rule.rules:
        found += _needs(rules.rules[other], rules)
    return list(dict.fromkeys(k for k in found if k))


def fhir_questionnaire(
    procedure: str, language: str = "en", stage: str = "all", rules: RuleSet | None = None
) -> dict[str, Any]:
    """Return the questions as a FHIR R4 Questionnaire; parameters and errors as for `asked`.

    A response to it is read by `cryodose.screening.facts_from`.
    """
    used = load_rules() if rules is None else rules
    say = catalogue(language).gettext
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in asked(procedure, language, stage, used):
        groups.setdefault(item.topic, []).extend(_items(item, language))
    return {
        "resourceType": "Questionnaire",
        "url": f"{CANONICAL}:{procedure}:{stage}",
        "version": used.version.split(":", 1)[0],
        "name": "CryodoseScreening",
        "title": f"{say(_TITLE)}: {say(procedure)}",
        "status": "draft",
        "language": language,
        "subjectType": ["Patient"],
        "description": say(_NOTICE),
        "item": [
            {"linkId": "sex", "text": say("Sex"), "type": "choice", "answerOption": _sexes(say)},
            *(
                {"linkId": f"topic-{n}", "text": topic, "type": "group", "item": items}
                for n, (topic, items) in enumerate(groups.items(), start=1)
            ),
        ],
    }


def _sexes(say: Say) -> list[dict[str, Any]]:
    return [
        {"valueCoding": {"system": _SYSTEM, "code": code, "display": say(words)}}
        for code, words in (("female", "female"), ("male", "male"), ("other", "other"))
    ]


def _items(item: Item, language: str) -> list[dict[str, Any]]:
    say = catalogue(language).gettext
    made: dict[str, Any] = {"linkId": item.id, "text": item.text}
    conditions = _conditions(item)
    if conditions:
        made["enableWhen"] = conditions
    if len(conditions) > 1:
        made["enableBehavior"] = "any"
    if item.id == "age":
        return [{**made, "type": "date"}]
    if item.unit:
        made["type"] = "quantity"
        code = _UCUM.get(item.unit, item.unit)
        made["extension"] = [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption",
                "valueCoding": {"system": "http://unitsofmeasure.org", "code": code},
            }
        ]
        return [made]
    answers = (("yes", "Yes"), ("no", "No"), ("unknown", "I do not know"))
    made["type"] = "choice"
    made["answerOption"] = [
        {"valueCoding": {"system": _SYSTEM, "code": code, "display": say(words)}}
        for code, words in answers
    ]
    if not item.asks_date:
        return [made]
    when = {
        "linkId": item.id + DATE,
        "text": say("When was it?"),
        "type": "date",
        "enableWhen": [_answered(item.id, "=", "yes")],
    }
    return [made, when]


def _conditions(item: Item) -> list[dict[str, Any]]:
    """Return when an item is shown: always where there is none, else where any holds."""
    if item.skip_for:
        return [_answered("sex", "!=", item.skip_for)]
    if item.only_after:
        return [_answered(item.only_after, "!=", "no")]
    return [
        {"question": key, "operator": "exists", "answerBoolean": False} for key in item.answered_by
    ]


def _answered(question: str, operator: str, code: str) -> dict[str, Any]:
    answer = {"system": _SYSTEM, "code": code}
    return {"question": question, "operator": operator, "answerCoding": answer}
