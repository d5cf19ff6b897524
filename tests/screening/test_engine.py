"""The engine: states, dates, units, latest values, conflicts, overrides, stages."""

from __future__ import annotations

from datetime import date

import pytest
from people import ICD, SCT, bundle, coded, effect_of, observation

from cryodose.errors import BadInput


def status(code: str) -> dict:
    return {"clinicalStatus": {"coding": [{"code": code}]}}


def verified(code: str) -> dict:
    return {"verificationStatus": {"coding": [{"code": code}]}}


@pytest.mark.parametrize("how", ["unconfirmed", "provisional", "differential", "confirmed"])
def test_suspected_condition_counts(ask, how: str) -> None:
    assert ask(bundle(coded(ICD, "G40.9", **verified(how)))).verdict == "stop"


@pytest.mark.parametrize("how", ["refuted", "entered-in-error"])
def test_condition_that_is_not_true_does_not_count(ask, how: str) -> None:
    told = ask(bundle(coded(ICD, "I73.0", **verified(how))))
    assert told.findings == ()
    assert any(fact.startswith("Condition/c1") for fact, _ in told.ignored)


@pytest.mark.parametrize("how", ["inactive", "remission", "resolved"])
def test_past_disease_does_not_count_but_a_disposition_does(ask, how: str) -> None:
    assert ask(bundle(coded(ICD, "J18.9", **status(how)))).findings == ()
    for code, rule in (("L50.2", "WBC-40"), ("D89.1", "WBC-33"), ("I73.0", "WBC-12")):
        assert effect_of(ask(bundle(coded(ICD, code, **status(how)))), rule) == "stop"


def test_family_history_and_other_people_do_not_count(ask) -> None:
    family = {
        "resourceType": "FamilyMemberHistory",
        "id": "f",
        "patient": {"reference": "Patient/p"},
        "condition": [{"code": {"coding": [{"system": ICD, "code": "I73.0"}]}}],
    }
    other = coded(ICD, "I73.0", subject={"reference": "Patient/somebody"})
    told = ask(bundle(family, other))
    assert told.findings == ()
    assert {why for _, why in told.ignored} == {"family history", "about somebody else"}


def test_records_name_their_patient_in_many_ways(ask) -> None:
    for reference in ("Patient/p", "https://a.example/fhir/Patient/p", "Patient/p/_history/2"):
        record = coded(ICD, "I73.0", subject={"reference": reference})
        assert ask(bundle(record)).verdict == "stop", reference
    data = bundle(coded(ICD, "I73.0", subject={"reference": "urn:uuid:1"}))
    data["entry"][0]["fullUrl"] = "urn:uuid:1"
    assert ask(data).verdict == "stop"


def test_waiting_time_runs_out_on_its_day(ask) -> None:
    heart = bundle(coded(ICD, "I21.9", onsetDateTime="2026-09-01", **status("resolved")))
    told = ask(heart)
    assert told.findings[0].until == date(2027, 3, 1)
    assert told.would_change == ("WBC-02: from 2027-03-01 on",)
    assert effect_of(ask(heart, on=date(2027, 2, 28)), "WBC-02") == "stop"
    over = ask(heart, on=date(2027, 3, 1))
    assert effect_of(over, "WBC-02") == "none"
    assert any("over since 2027-03-01" in why for _, why in over.ignored)


def test_undated_or_half_dated_event_counts_as_late_as_it_can_be(ask) -> None:
    assert effect_of(ask(bundle(coded(ICD, "I21"))), "WBC-02") == "stop"
    year = bundle(coded(ICD, "I21", onsetDateTime="2026"))
    assert effect_of(ask(year, on=date(2027, 5, 1)), "WBC-02") == "stop"
    assert effect_of(ask(year, on=date(2027, 7, 1)), "WBC-02") == "none"
    assert effect_of(ask(bundle(coded(ICD, "I21", onsetDateTime="2030-01-01"))), "WBC-02") == "stop"


def test_month_that_is_too_short_waits_one_day_more(ask) -> None:
    told = ask(bundle(coded(ICD, "I21", onsetDateTime="2026-08-31")))
    assert told.findings[0].until == date(2027, 3, 1)


def test_wound_is_told_apart_by_its_age(ask) -> None:
    for since, effect in (("2026-11-21", "caution"), ("2026-11-19", "stop")):
        told = ask(bundle(coded(ICD, "T14.1", onsetDateTime=since)), "cold-pack")
        assert effect_of(told, "LOC-11") == effect
    undated = ask(bundle(coded(ICD, "T14.1")), "cold-pack")
    assert effect_of(undated, "LOC-11") == "caution"
    assert "Condition/c1 since when" in {o.question for o in undated.not_assessed}


@pytest.mark.parametrize(
    ("value", "unit", "effect", "is_usable"),
    [
        (160, "mm[Hg]", "stop", True),
        (159.9, "mmHg", "none", True),
        (21.4, "kPa", "stop", True),
        (21.3, "kPa", "none", True),
        (160, "parsec", "none", False),
        (1600, "mmHg", "none", False),
        ("160", "mmHg", "none", False),
        (True, "mmHg", "none", False),
    ],
)
def test_pressure_in_its_units(ask, value: object, unit: str, effect: str, is_usable: bool) -> None:
    told = ask(bundle(observation("8480-6", value, unit)))
    assert effect_of(told, "WBC-01") == effect
    assert ("systolic" in {o.question for o in told.not_assessed}) == (not is_usable)
    assert any("systolic" in fact for fact, _ in told.ignored) == (not is_usable)


def test_latest_valid_measurement_counts(ask) -> None:
    high = observation("8480-6", 190, "mmHg", "2026-11-01")
    low = observation("8480-6", 120, "mmHg", "2026-11-20")
    broken = observation("8480-6", 200, "mmHg", "2026-11-21", status="entered-in-error")
    later = observation("8480-6", 200, "mmHg", "2026-12-24")
    assert effect_of(ask(bundle(high, low, broken, later)), "WBC-01") == "none"
    assert effect_of(ask(bundle(high, low), on=date(2026, 11, 10)), "WBC-01") == "stop"
    assert effect_of(ask(bundle(high, broken)), "WBC-01") == "stop"


def test_readings_of_one_time_that_differ_are_reported_and_the_worse_counts(ask) -> None:
    pair = [observation("8480-6", v, "mmHg", "2026-11-20") for v in (120, 170)]
    for told in (ask(bundle(*pair)), ask(bundle(*pair[::-1]))):
        assert effect_of(told, "WBC-01") == "stop"
        assert told.conflicts


def test_old_harmless_reading_clears_nothing_and_old_harmful_one_counts(ask) -> None:
    for value, effect in ((120, "none"), (185, "stop")):
        told = ask(bundle(observation("8480-6", value, "mmHg", "2025-01-01")))
        assert effect_of(told, "WBC-01") == effect
        assert ("systolic" in {o.question for o in told.not_assessed}) == (effect == "none")


def test_diagnosed_hypertension_is_settled_by_a_reading(ask) -> None:
    ill = coded(SCT, "38341003")
    pressure = [observation(c, v, "mmHg") for c, v in (("8480-6", 130), ("8462-4", 80))]
    assert effect_of(ask(bundle(ill)), "WBC-01") == "stop"
    told = ask(bundle(ill, *pressure))
    assert effect_of(told, "WBC-01") == "ask"
    assert told.verdict == "ask-clinician"


def test_stricter_limit_holds_on_treatment(ask, person) -> None:
    data = person(set={"diastolic": 95})
    assert effect_of(ask(data), "WBC-01") == "none"
    treated = person(set={"diastolic": 95, "pressure_medicine": "yes"})
    assert effect_of(ask(treated), "WBC-01") == "stop"
    silent = person(set={"diastolic": 95}, drop="pressure_medicine")
    assert "pressure_medicine" in {o.question for o in ask(silent).not_assessed}


def test_medicine_is_known_by_its_group(ask) -> None:
    def takes(code: str, status: str = "active") -> dict:
        return {
            "resourceType": "MedicationStatement",
            "id": "m",
            "status": status,
            "subject": {"reference": "Patient/p"},
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.whocc.no/atc", "code": code}]
            },
        }

    assert effect_of(ask(bundle(takes("N05AD01"))), "WBC-59") == "stop"
    assert effect_of(ask(bundle(takes("N05AD01", "not-taken"))), "WBC-59") == "none"
    assert effect_of(ask(bundle(takes("C09AA05"))), "WBC-60") == "ask"
    rx = bundle(takes("N05AD01"))
    rx["entry"][1]["resource"]["medicationCodeableConcept"]["coding"][0]["system"] = "urn:rx"
    assert [u["code"] for u in ask(rx).unknown_codes] == ["N05AD01"]


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("cold urticaria", "stop"),
        ("Possible COLD  URTICARIA?", "stop"),
        ("no history of cold urticaria", "none"),
        ("cold urticaria ruled out", "none"),
        ("family history of cold urticaria", "none"),
        ("not well controlled cold urticaria", "stop"),
        ("urticaria without cold intolerance", "none"),
    ],
)
def test_words_of_a_record(ask, text: str, effect: str) -> None:
    record = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "code": {"text": text},
        "patient": {"reference": "Patient/p"},
    }
    told = ask(bundle(record))
    assert effect_of(told, "WBC-40") == effect
    if effect == "none":
        assert any(fact.startswith("AllergyIntolerance/a") for fact, _ in told.ignored)


def test_answer_against_record_is_a_conflict_and_the_record_counts(ask, person) -> None:
    told = ask(person(condition={"icd10": "G40.1"}))
    assert effect_of(told, "WBC-18") == "stop"
    assert any(about == "WBC-18" for about, _ in told.conflicts)


def test_override_is_one_step_named_and_shown(ask, person) -> None:
    data = person(set={"epilepsy": "yes"})
    data["override"] = [{"rule": "WBC-18", "by": "Dr A", "reason": "none for ten years"}]
    told = ask(data)
    finding = next(f for f in told.findings if f.rule == "WBC-18")
    assert (finding.effect, finding.override.by) == ("ask", "Dr A")
    assert told.verdict == "ask-clinician"
    for key in ("by", "reason"):
        nameless = data | {"override": [{**data["override"][0], key: " "}]}
        with pytest.raises(BadInput, match=key):
            ask(nameless)


def issue(rule: str = "WBC-18", **mitigation: object) -> dict:
    told = {"action": {"text": "none for ten years"}, "author": {"display": "Dr A"},
            "date": "2026-11-20", **mitigation}  # fmt: skip
    return {
        "resourceType": "DetectedIssue",
        "id": "d",
        "status": "final",
        "patient": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "urn:cryodose:rule", "code": rule}]},
        "mitigation": [told],
    }


@pytest.mark.parametrize(
    ("record", "effect"),
    [
        (issue(), "ask"),
        (issue(author={}), "stop"),
        (issue(action={}), "stop"),
        (issue(date="2026-11-23"), "stop"),
        (issue("WBC-12"), "stop"),
        ({**issue(), "status": "entered-in-error"}, "stop"),
        ({**issue(), "patient": {"reference": "Patient/q"}}, "stop"),
        ({**issue(), "mitigation": None}, "stop"),
        ({**issue(), "code": {"text": "WBC-18"}}, "stop"),
    ],
)
def test_override_recorded_in_fhir(ask, record: dict, effect: str) -> None:
    told = ask(bundle(coded(ICD, "R56.8"), record))
    assert effect_of(told, "WBC-18") == effect
    named = [f.override.by for f in told.findings if f.override]
    assert named == (["Dr A"] if effect == "ask" else [])


def test_everything_that_bars_says_what_would_change_it(ask, person) -> None:
    told = ask(person(set={"epilepsy": "yes", "attendant": "no", "systolic": 170}))
    assert told.would_change == (
        "WBC-01: with blood pressure below 160/100, measured on another day",
        "WBC-18: only a named override, with a reason",
        "WBC-67: only when it is no longer so",
    )


def test_hard_rule_cannot_be_overridden(ask, person) -> None:
    data = person(set={"attendant": "no"})
    data["override"] = [{"rule": "WBC-67", "by": "Dr A", "reason": "busy"}]
    told = ask(data)
    assert told.verdict == "stop"
    assert ("override of WBC-67 by Dr A", "this rule cannot be overridden") in told.ignored


def test_stages_ask_their_own_questions(ask, person) -> None:
    without = person(drop="attendant")
    assert ask(without, stage="once").verdict == "no-rule-hit"
    assert ask(without, stage="session").verdict == "incomplete"
    assert ask(without).verdict == "incomplete"


def test_answers_of_another_day_do_not_clear_a_session(ask, person) -> None:
    data = person() | {"date": "2026-11-20"}
    told = ask(data, stage="session")
    assert told.verdict == "incomplete"
    assert {"WBC-47", "WBC-67"} <= {o.rule for o in told.not_assessed}


def test_man_is_not_asked_about_pregnancy(ask, person) -> None:
    data = person(drop="pregnancy")
    assert ask(data).verdict == "incomplete"
    assert ask(data | {"sex": "male"}).verdict == "no-rule-hit"


@pytest.mark.parametrize(
    ("value", "day", "effect"),
    [
        ("77386006", "2026-11-01", "stop"),
        ("60001007", "2026-11-01", "none"),
        ("77386006", "2024-01-01", "none"),
    ],
)
def test_pregnancy_as_an_observation(ask, value: str, day: str, effect: str) -> None:
    record = observation("82810-3", 1, "1", day)
    del record["valueQuantity"]
    record["valueCodeableConcept"] = {"coding": [{"system": SCT, "code": value}]}
    assert effect_of(ask(bundle(record)), "WBC-52") == effect


def test_unknown_codes_are_counted(ask) -> None:
    two = [coded(SCT, "999999", id=f"c{n}") for n in range(2)]
    assert ask(bundle(*two)).unknown_codes == (
        {"system": "snomed", "code": "999999", "display": "", "count": 2},
    )


@pytest.mark.parametrize(
    ("procedure", "options"),
    [("sauna", {}), ("cryosauna", {"device": "box"}), ("cryosauna", {"stage": "never"})],
)
def test_unknown_names_are_bad_input(ask, person, procedure: str, options: dict) -> None:
    with pytest.raises(BadInput, match="expected one of"):
        ask(person(), procedure, **options)
