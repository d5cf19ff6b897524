"""CDS Hooks: requests to cards, and one clear line for each fault."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from examples import DAY, official
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import JSON

from cryodose.errors import BadInput, CryodoseError
from cryodose.fhir.cds import NoData, NoService, answer, discovery, feedback
from cryodose.fhir.cds_cards import plain

INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
EMPTY = {"resourceType": "Bundle", "type": "searchset"}
KEYS = ("conditions", "allergies", "medications", "statements", "procedures", "devices", "answers",
        "observations")  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {**EMPTY, "entry": [{"resource": r} for r in resources]}


def condition(code: str, text: str = "x") -> dict[str, Any]:
    return {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}],
                 "text": text},
    }  # fmt: skip


def request(hook: str = "patient-view", **prefetch: Any) -> dict[str, Any]:
    person = {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01", "gender": "female"}
    made = {"patient": person, **dict.fromkeys(KEYS, EMPTY), **prefetch}
    return {
        "hook": hook, "hookInstance": INSTANCE, "context": {"userId": "u", "patientId": "p"},
        "prefetch": {k: v for k, v in made.items() if v is not None},
    }  # fmt: skip


def order(code: str, system: str = "http://snomed.info/sct", **more: Any) -> dict[str, Any]:
    return {"resourceType": "ServiceRequest", "id": "o", "status": "draft", "intent": "order",
            "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": system, "code": code}]}, **more}  # fmt: skip


def ordering(*orders: dict[str, Any], selections: Any = ("ServiceRequest/o",)) -> dict[str, Any]:
    asked = request("order-select")
    asked["context"] |= {"draftOrders": bundle(*orders), "selections": list(selections)}
    return asked


def empties(node: Any, place: str = "") -> list[str]:
    """Return the places of what CDS Hooks forbids: null and empty values."""
    if node in (None, "", [], {}):
        return [place]
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(
        node, list) else ()  # fmt: skip
    return [x for key, value in items for x in empties(value, f"{place}.{key}")]


def check(told: dict[str, Any]) -> None:
    """Assert what the specification asks of a response."""
    assert set(told) == {"cards"}
    for card in told["cards"]:
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in {"info", "warning", "critical"}
        assert card["source"]["label"]
        assert "suggestions" not in card
        assert empties(card) == []
    ids = [card["uuid"] for card in told["cards"]]
    assert len(ids) == len(set(ids))
    assert json.loads(json.dumps(told)) == told


def test_discovery() -> None:
    services = discovery()["services"]
    assert len({s["id"] for s in services}) == len(services) == 7
    assert empties(services) == []
    for service in services:
        assert {"hook", "id", "description"} <= set(service)
        assert service["hook"] in {"patient-view", "order-select"}
        assert set(service["prefetch"]) == {"patient", *KEYS}


def test_a_barred_person_is_critical() -> None:
    told = answer("cryodose-view-cryosauna", request(conditions=bundle(condition("I73.0"))), DAY)
    check(told)
    first, *rest = told["cards"]
    assert first["indicator"] == "critical"
    assert "do not treat" in first["summary"]
    critical = [c for c in rest if c["indicator"] == "critical"]
    assert any(c["summary"].startswith("WBC-12") for c in critical)
    urls = [c["source"]["url"] for c in rest if "url" in c["source"]]
    assert all(u.startswith("https://doi.org/10.") for u in urls)


def test_an_empty_record_is_never_clear() -> None:
    told = answer("cryodose-view-cold-pack", request(), DAY)
    check(told)
    assert told["cards"][0]["indicator"] == "warning"
    assert "open" in told["cards"][0]["summary"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "value", [None, {"resourceType": "OperationOutcome"}, {**EMPTY, "link": [{"relation": "next"}]}]
)
def test_what_was_not_sent_is_an_open_question(key: str, value: Any) -> None:
    told = answer("cryodose-view-immersion", request(**{key: value}), DAY)
    check(told)
    assert key in told["cards"][0]["detail"]
    assert told["cards"][0]["indicator"] != "info"


def test_warnings_can_be_overridden_with_a_reason() -> None:
    from_relative = answer(
        "cryodose-view-cryosauna", request(conditions=bundle(condition("G40.9"))), DAY
    )
    told = [c for c in from_relative["cards"][1:] if c["indicator"] == "warning"]
    everything = [c for c in from_relative["cards"][1:] if c["indicator"] == "critical"]
    assert all({"code", "system", "display"} <= set(r) for c in told for r in c["overrideReasons"])
    assert all("overrideReasons" not in c for c in everything)


@pytest.mark.parametrize(
    ("code", "system", "titles"),
    [
        ("302396003", "http://snomed.info/sct", ["liquid nitrogen"]),
        ("229585002", "http://snomed.info/sct", ["cold pack"]),
        ("26782000", "http://snomed.info/sct", ["open-top", "walk-in", "immersion"]),
        ("cryosauna", "urn:cryodose:procedure", ["open-top"]),
        ("71388002", "http://snomed.info/sct", []),
    ],
)
def test_orders_of_cold(code: str, system: str, titles: list[str]) -> None:
    told = answer("cryodose-order", ordering(order(code, system)), DAY)
    check(told)
    verdicts = [c["summary"] for c in told["cards"] if ": " in c["summary"] and c["source"][
        "label"].startswith("cryodose, rules")]  # fmt: skip
    assert len(verdicts) == len(titles)
    assert all(any(t in v for v in verdicts) for t in titles)


def test_the_reason_of_an_order_counts() -> None:
    reason = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I73.0"}]}
    told = answer("cryodose-order", ordering(order("26782000", reasonCode=[reason])), DAY)
    assert told["cards"][0]["indicator"] == "critical"
    without = answer("cryodose-order", ordering(order("26782000")), DAY)
    assert without["cards"][0]["indicator"] == "warning"


def test_orders_that_are_not_selected_or_negated_are_left_alone() -> None:
    assert answer("cryodose-order", ordering(order("26782000"), selections=[]), DAY) == {
        "cards": []
    }
    negated = order("26782000", doNotPerform=True)
    assert answer("cryodose-order", ordering(negated), DAY) == {"cards": []}


def test_the_same_request_gives_the_same_cards() -> None:
    asked = request(conditions=bundle(condition("I73.0")))
    first = answer("cryodose-view-cryosauna", asked, DAY)
    assert first == answer("cryodose-view-cryosauna", copy.deepcopy(asked), DAY)


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        ({"hook": "order-sign"}, BadInput, "hook"),
        ({"hookInstance": "7"}, BadInput, "a UUID"),
        ({"hookInstance": None}, BadInput, "a UUID"),
        ({"context": []}, BadInput, "context"),
        ({"context": {"userId": "u"}}, BadInput, "context.patientId"),
        ({"context": {"userId": "u", "patientId": "q"}}, BadInput, "that of Patient/q"),
        ({"prefetch": []}, BadInput, "prefetch"),
        ({"prefetch": None}, NoData, "prefetch"),
        ({"prefetch": {"conditions": EMPTY}}, NoData, "Patient"),
        ({"fhirServer": 5}, BadInput, "fhirServer"),
        ({"fhirAuthorization": {"access_token": "x"}}, BadInput, "fhirServer"),
    ],
)
def test_faults_are_one_clear_line(changes: dict[str, Any], kind: type, words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        answer("cryodose-view-cryosauna", {**request(), **changes}, DAY)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("context", "words"),
    [({"draftOrders": 1}, "draftOrders"), ({"selections": "x"}, "selections"),
     ({"draftOrders": None}, "draftOrders")],
)  # fmt: skip
def test_faults_of_orders(context: dict[str, Any], words: str) -> None:
    asked = ordering(order("26782000"))
    asked["context"] |= context
    with pytest.raises(BadInput, match=words):
        answer("cryodose-order", asked, DAY)


def test_unknown_service() -> None:
    for name in ("", "cryodose-view-", "cryodose-view-moon", "../x"):
        with pytest.raises(NoService):
            answer(name, request(), DAY)
        with pytest.raises(NoService):
            feedback(name, {})


def test_words_of_records_are_no_markup() -> None:
    bad = "[click](javascript:alert(1)) <img src=x> `x` \x00\n# head"
    told = answer(
        "cryodose-view-cryosauna", request(conditions=bundle(condition("I73.0", bad))), DAY
    )
    check(told)
    for card in told["cards"]:
        assert "](javascript" not in card.get("detail", "")
        assert "<img" not in card.get("detail", "").replace("\\<img", "")
    assert plain("a\nb") == "a b"


@pytest.mark.parametrize("name", [n for n in official() if n.startswith("Bundle-")])
def test_official_bundles_as_prefetch(name: str) -> None:
    told = answer("cryodose-view-cryosauna", request(conditions=official()[name]), DAY)
    check(told)


def test_feedback() -> None:
    good = {"card": "u", "outcome": "overridden", "outcomeTimestamp": "2026-01-01T00:00:00Z",
            "overrideReason": {"reason": {"code": "x"}}}  # fmt: skip
    assert feedback("cryodose-order", {"feedback": [good]}) == [good]
    for bad in (None, {}, {"feedback": []}, {"feedback": [1]}, {"feedback": [{**good, "card": 1}]},
                {"feedback": [{**good, "outcome": "x"}]}, {"feedback": [good] * 101}):  # fmt: skip
        with pytest.raises(BadInput):
            feedback("cryodose-order", bad)


@settings(max_examples=200)
@given(
    st.dictionaries(
        st.sampled_from(["hook", "hookInstance", "context", "prefetch", "fhirServer"]), JSON
    ),
    st.dictionaries(st.sampled_from(["patient", *KEYS]), JSON, max_size=3),
)
def test_hostile_requests_never_crash(changes: dict[str, Any], prefetch: dict[str, Any]) -> None:
    asked = {**request(**prefetch), **changes}
    try:
        told = answer("cryodose-view-cryosauna", asked, DAY)
    except CryodoseError:
        return
    check(told)
