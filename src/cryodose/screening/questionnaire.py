"""The questions that the rules of a procedure need, as a list and as a FHIR R4 Questionnaire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryodose.errors import BadInput
from cryodose.screening.engine import STAGES
from cryodose.screening.fhir_responses import CANONICAL, DATE
from cryodose.screening.language import catalogue
from cryodose.screening.load import load_rules
from cryodose.screening.rules import PROCEDURES, Rule, RuleSet

_UCUM = {"mmHg": "mm[Hg]", "degC": "Cel"}
_SYSTEM = "urn:cryodose:answer"
_TITLE = "Questions before treatment with cold"
_NOTICE = "This form supports a trained person; it does not replace a doctor."


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a form; `unit` is empty where it is answered by yes or no."""

    id: str
    topic: str
    text: str
    unit: str
    asks_date: bool
    skip_for: str
    rules: tuple[str, ...]


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
    items = []
    order = list(used.topics)
    for key, ids in needed.items():
        question, measure = used.questions.get(key), used.measures.get(key)
        if question is not None:
            topic, text, unit = question.topic, question.text, ""
        elif measure is not None:
            topic, text, unit = measure.topic, measure.text, measure.unit
        else:
            continue
        dates, skip = (question.asks_date, question.skip_for) if question else (False, "")
        items.append((order.index(topic), Item(key, topic, text, unit, dates, skip, tuple(ids))))
    items.sort(key=lambda pair: pair[0])
    return tuple(
        Item(i.id, say(used.topics[i.topic]), say(i.text), i.unit, i.asks_date, i.skip_for, i.rules)
        for _, i in items
    )


def _needs(rule: Rule, rules: RuleSet) -> list[str]:
    found = list(rule.questions)
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


def _sexes(say: Any) -> list[dict[str, Any]]:
    return [
        {"valueCoding": {"system": _SYSTEM, "code": code, "display": say(words)}}
        for code, words in (("female", "female"), ("male", "male"), ("other", "other"))
    ]


def _items(item: Item, language: str) -> list[dict[str, Any]]:
    say = catalogue(language).gettext
    made: dict[str, Any] = {"linkId": item.id, "text": item.text}
    if item.skip_for:
        made["enableWhen"] = [
            {
                "question": "sex",
                "operator": "!=",
                "answerCoding": {"system": _SYSTEM, "code": item.skip_for},
            }
        ]
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
        "enableWhen": [
            {
                "question": item.id,
                "operator": "=",
                "answerCoding": {"system": _SYSTEM, "code": "yes"},
            }
        ],
    }
    return [made, when]
