"""The questionnaire asks what the rules of a procedure need, in two languages, and is read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import fhirkit
import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from people import BASE, DAY, bundle

from cryodose.errors import BadInput
from cryodose.screening import PROCEDURES, facts_from, load_rules, screen
from cryodose.screening.language import catalogue
from cryodose.screening.questionnaire import asked, fhir_questionnaire

SAYS = {"yes": "yes", "no": "no"}


def items_of(questionnaire: dict) -> dict[str, dict]:
    found: dict[str, dict] = {}

    def walk(items: list) -> None:
        for item in items:
            found[item["linkId"]] = item
            walk(item.get("item", []))

    walk(questionnaire["item"])
    return found


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_asks_all_that_is_needed_and_no_more(procedure: str) -> None:
    ids = {item.id for item in asked(procedure)}
    told = screen(facts_from(bundle(patient={"birthDate": None})), procedure, DAY)
    assert {o.question for o in told.not_assessed} <= ids
    needed = {q for r in load_rules().of(procedure) for q in r.questions}
    assert needed <= ids
    for item in asked(procedure):
        assert item.rules


def test_home_compress_is_not_asked_about_claustrophobia() -> None:
    assert "claustrophobia" not in {i.id for i in asked("cold-pack")}
    assert len(asked("cold-pack")) < len(asked("cryosauna")) / 2


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_russian_translates_everything(procedure: str) -> None:
    english, russian = asked(procedure), asked(procedure, "ru")
    assert [i.id for i in english] == [i.id for i in russian]
    for one, other in zip(english, russian, strict=True):
        assert one.text != other.text, one.id
        assert any("а" <= c <= "я" for c in other.text.lower())
    pairs = zip(
        texts_of(fhir_questionnaire(procedure)),
        texts_of(fhir_questionnaire(procedure, "ru")),
        strict=True,
    )
    for before, after in pairs:
        assert before != after
        assert any("а" <= c <= "я" for c in after.lower()), after
        assert not any("a" <= c <= "z" for c in after.lower()), after


def texts_of(value: object) -> Iterator[str]:
    """Yield every text of a form that a person reads."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("text", "title", "description", "display"):
                assert isinstance(inner, str)
                yield inner
            else:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)


@pytest.mark.parametrize("procedure", PROCEDURES)
@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("stage", ["all", "once", "session"])
def test_form_is_valid_for_two_checkers(procedure: str, language: str, stage: str) -> None:
    form = fhir_questionnaire(procedure, language, stage)
    assert fhirkit.validate(json.dumps(form)) == []
    Questionnaire.model_validate(form)
    # What neither of them looks at: names are there once, and known before they are asked for.
    seen: set[str] = set()
    for link, item in items_of(form).items():
        assert link not in seen
        seen.add(link)
        conditions = item.get("enableWhen", [])
        assert {c["question"] for c in conditions} <= seen - {link}
        assert (len(conditions) > 1) == ("enableBehavior" in item)


def test_what_need_not_be_asked_is_skipped() -> None:
    items = items_of(fhir_questionnaire("cryosauna"))
    assert items["fontaine_stage"]["enableWhen"] == [
        {
            "question": "arterial_disease",
            "operator": "!=",
            "answerCoding": {"system": "urn:cryodose:answer", "code": "no"},
        }
    ]
    shown = {c["question"] for c in items["pressure_measured"]["enableWhen"]}
    assert shown == {"systolic", "diastolic", "heart_rate"}
    session = items_of(fhir_questionnaire("cryosauna", stage="session"))
    assert {"systolic", "diastolic", "heart_rate", "wet_skin", "metal_worn", "intoxicated",
            "attendant", "head_above_rim"} <= session.keys()  # fmt: skip
    assert "raynaud" not in session


def test_catalogue_holds_no_text_that_nobody_says() -> None:
    rules = load_rules()
    said = {q.text for q in rules.questions.values()} | {m.text for m in rules.measures.values()}
    said |= set(rules.topics.values()) | set(PROCEDURES)
    extra = set(catalogue("ru").texts) - said
    assert len(extra) < 15, extra
    assert said <= set(catalogue("ru").texts)
    assert all(catalogue("ru").texts.values())


def test_unknown_language_is_bad_input() -> None:
    with pytest.raises(BadInput, match="en, ru"):
        asked("cryosauna", "xx")


def response(procedure: str, answers: dict[str, str], when: str = "2026-11-22") -> dict:
    form = fhir_questionnaire(procedure)
    measured = {m["quantity"]: m["value"] for m in BASE["measured"]}
    units = {i.id: i.unit for i in asked(procedure)}
    answered = []
    for link, item in items_of(form).items():
        if link in answers:
            answer = {"valueCoding": {"code": answers[link]}}
        elif link in measured:
            answer = {"valueQuantity": {"value": measured[link], "unit": units[link]}}
        elif item["type"] == "date" and link == "age":
            answer = {"valueDate": "1980-01-01"}
        else:
            continue
        answered.append({"linkId": link, "answer": [answer]})
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "r",
        "status": "completed",
        "questionnaire": form["url"],
        "authored": when,
        "subject": {"reference": "Patient/p"},
        "item": [{"linkId": "group", "item": answered}],
    }


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_filled_questionnaire_is_read_back(ask, procedure: str) -> None:
    told = ask(bundle(response(procedure, BASE["answers"])), procedure)
    assert told.verdict == "no-rule-hit", told.not_assessed
    worse = BASE["answers"] | {"raynaud": "yes", "open_wound": "unknown"}
    assert ask(bundle(response(procedure, worse)), procedure).verdict in ("stop", "no-rule-hit")
    assert fhirkit.validate(json.dumps(response(procedure, BASE["answers"]))) == []
    foreign = response(procedure, BASE["answers"]) | {"questionnaire": "http://example.org/q"}
    assert ask(bundle(foreign), procedure).verdict == "incomplete"


@pytest.mark.parametrize("change", [{"status": "in-progress"}, {"authored": None}])
def test_unfinished_or_undated_answers_clear_nothing(ask, change: dict) -> None:
    told = ask(bundle(response("cold-pack", BASE["answers"]) | change), "cold-pack")
    assert told.verdict == "incomplete"
    yes = response("cold-pack", BASE["answers"] | {"raynaud": "yes"}) | change
    assert ask(bundle(yes), "cold-pack").verdict == "stop"


def test_answers_below_answers_are_read_and_too_deep_ones_stay_open(ask) -> None:
    form = response("cold-pack", BASE["answers"])
    inner = {"linkId": "raynaud", "answer": [{"valueCoding": {"code": "yes"}}]}
    form["item"][0]["item"][0]["answer"][0]["item"] = [inner]
    assert ask(bundle(form), "cold-pack").verdict == "stop"
    for _ in range(12):
        inner = {"linkId": "x", "item": [inner]}
    form["item"][0]["item"][0]["answer"][0]["item"] = [inner]
    told = ask(bundle(form), "cold-pack")
    assert any("nested deeper" in o.ask for o in told.not_assessed)


def test_skip_logic_and_units_are_in_the_form() -> None:
    items = items_of(fhir_questionnaire("cryosauna"))
    assert items["pregnancy"]["enableWhen"][0]["question"] == "sex"
    assert items["infarction.date"]["enableWhen"][0]["question"] == "infarction"
    assert items["systolic"]["extension"][0]["valueCoding"]["code"] == "mm[Hg]"
    assert (
        len({item["type"] for item in items.values()} - {"choice", "date", "group", "quantity"})
        == 0
    )


def test_catalogue_is_a_gettext_source() -> None:
    path = Path(catalogue.__wrapped__.__code__.co_filename).parent / "locale/ru/LC_MESSAGES"
    text = (path / "screening.po").read_text(encoding="utf-8")
    assert text.startswith('msgid ""\nmsgstr ""\n')
    assert "charset=UTF-8" in text
