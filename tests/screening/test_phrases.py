"""How the words of a record are read: what is not surely denied counts."""

from __future__ import annotations

import pytest
from people import bundle, effect_of

EPILEPSY, ASTHMA, STROKE, PREGNANCY = "WBC-18", "WBC-27", "WBC-15", "WBC-52"
COUNTS = [
    ("Epilepsy. Family history of diabetes", EPILEPSY),
    ("family history of diabetes, epilepsy", EPILEPSY),
    ("at risk of falls because of epilepsy", EPILEPSY),
    ("epilepsy not excluded", EPILEPSY),
    ("epilepsy cannot be ruled out", EPILEPSY),
    ("epilepsy to be ruled out", EPILEPSY),
    ("epilepsy, ruled out syncope", EPILEPSY),
    ("epilepsy?", EPILEPSY),
    ("epilepsy not confirmed", EPILEPSY),
    ("no recent seizures", EPILEPSY),
    ("history of epilepsy", EPILEPSY),
    ("past medical history: epilepsy", EPILEPSY),
    ("asthma: no\nepilepsy: yes", EPILEPSY),
    ("asthma: no epilepsy: yes", EPILEPSY),
    ("no asthma, epilepsy", EPILEPSY),
    ("not without epilepsy", EPILEPSY),
    ("EPILEPSY: present", EPILEPSY),
    ("Asthma; pneumonia ruled out", ASTHMA),
    ("Asthma and pneumonia ruled out", ASTHMA),
    ("asthma exacerbation ruled out", ASTHMA),
    ("previous stroke", STROKE),
    ("no recent stroke", STROKE),
    ("no acute stroke", STROKE),
    ("positive pregnancy test", PREGNANCY),
    ("pregnancy test positive", PREGNANCY),
]
COUNTS_NOT = [
    ("no epilepsy", EPILEPSY),
    ("no known history of epilepsy", EPILEPSY),
    ("denies epilepsy", EPILEPSY),
    ("never had any epilepsy", EPILEPSY),
    ("epilepsy: no", EPILEPSY),
    ("epilepsy = negative", EPILEPSY),
    ("Epilepsy, ruled out", EPILEPSY),
    ("epilepsy has been excluded in 2020", EPILEPSY),
    ("epilepsy (ruled out)", EPILEPSY),
    ("family history of epilepsy", EPILEPSY),
    ("Mother: epilepsy", EPILEPSY),
    ("FH: epilepsy", EPILEPSY),
    ("epilepsy in brother", EPILEPSY),
    ("fear of epilepsy", EPILEPSY),
    ("previous epilepsy", EPILEPSY),
    ("asthma: no", ASTHMA),
    ("heat stroke", STROKE),
    ("pregnancy test", PREGNANCY),
    ("not pregnant", PREGNANCY),
    ("family history of melanoma", "WBC-50"),
    ("screening for lymphoma", "WBC-50"),
]


def record(text: str, kind: str = "Condition") -> dict:
    return {
        "resourceType": kind,
        "id": "t",
        "code": {"text": text},
        "subject": {"reference": "Patient/p"},
    }


@pytest.mark.parametrize(("text", "rule"), COUNTS)
def test_counts(ask, text: str, rule: str) -> None:
    assert effect_of(ask(bundle(record(text))), rule) == "stop"


@pytest.mark.parametrize(("text", "rule"), COUNTS_NOT)
def test_counts_not_and_says_so(ask, text: str, rule: str) -> None:
    told = ask(bundle(record(text)))
    assert effect_of(told, rule) == "none"
    shown = [fact for fact, _ in told.ignored] + [u["code"] for u in told.unknown_codes]
    assert any(text in fact or fact == text for fact in shown), (told.ignored, told.unknown_codes)


def test_words_add_to_a_code(ask) -> None:
    both = record("Asthma, known Raynaud phenomenon")
    both["code"]["coding"] = [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "J45.0"}]
    told = ask(bundle(both))
    assert (effect_of(told, "WBC-27"), effect_of(told, "WBC-12")) == ("stop", "stop")


def test_a_code_goes_before_words_that_deny_it(ask) -> None:
    both = record("no asthma")
    both["code"]["coding"] = [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "J45.0"}]
    assert effect_of(ask(bundle(both)), "WBC-27") == "stop"
