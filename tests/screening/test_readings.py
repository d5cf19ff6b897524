"""Which reading counts: units, times, zones, and values that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from people import bundle, effect_of, observation

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"


def bare(code: str, day: str = "2026-11-22", **value: Any) -> dict:
    record = observation(code, 1, "1", day, id="x", **value)
    if "valueQuantity" not in value:
        del record["valueQuantity"]
    return record


def pressure(value: float, at: str, **more: Any) -> dict:
    return observation(SYSTOLIC, value, "mmHg", at, **more)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2026-11-20", "2026-11-21"),
        ("2026-11-20T08:00:00Z", "2026-11-20T09:00:00Z"),
        ("2026-11-21T01:00:00+02:00", "2026-11-20T23:30:00Z"),
        ("2026-11-20T23:30:00-05:00", "2026-11-21T06:00:00+01:00"),
        ("2026-11-20T08:00:00", "2026-11-20T09:00:00"),
        ("2026-10", "2026-11-01"),
        ("2025", "2026-11"),
    ],
)
def test_the_later_counts(ask, earlier: str, later: str) -> None:
    lower = ask(bundle(pressure(190, earlier), pressure(120, later)))
    assert effect_of(lower, "WBC-01") == "none"
    assert any(fact == "1 older of systolic: 190" for fact, _ in lower.ignored)
    higher = ask(bundle(pressure(120, earlier), pressure(190, later)))
    assert effect_of(higher, "WBC-01") == "stop"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20", "2026-11-20T23:00:00Z"),
        ("2026-11", "2026-11-20"),
        ("2026-11-20T10:00:00", "2026-11-20T12:00:00+01:00"),
        ("2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z"),
    ],
)
def test_where_none_is_surely_later_the_worse_counts(ask, one: str, other: str) -> None:
    for values in ((190, 120), (120, 190)):
        told = ask(bundle(pressure(values[0], one), pressure(values[1], other)))
        assert effect_of(told, "WBC-01") == "stop"
        assert any(about == "systolic" for about, _ in told.conflicts)


def test_nobody_measures_until_it_fits_on_the_day_of_the_session(ask) -> None:
    high, low = pressure(170, "2026-11-22T08:00:00Z"), pressure(130, "2026-11-22T08:30:00Z")
    told = ask(bundle(high, low))
    assert effect_of(told, "WBC-01") == "stop"
    assert "WBC-01: with blood pressure below 160/100, measured on another day" in told.would_change


def test_undated_reading_is_never_outdated(ask) -> None:
    told = ask(bundle(bare(SYSTOLIC, None, valueQuantity={"value": 170, "unit": "mmHg"}),
                      pressure(120, "2026-11-21")))  # fmt: skip
    assert effect_of(told, "WBC-01") == "stop"


def test_evening_in_the_west_is_the_next_date_in_utc(ask) -> None:
    assert effect_of(ask(bundle(pressure(170, "2026-11-23T01:00:00Z"))), "WBC-01") == "stop"
    for later in ("2026-11-23T13:00:00Z", "2026-11-23T01:00:00+01:00", "2026-11-23"):
        told = ask(bundle(pressure(170, later)))
        assert effect_of(told, "WBC-01") == "none"
        assert any("after the day" in why for _, why in told.ignored)


UNREADABLE = {
    "text": {"valueString": "195/120 mmHg"},
    "no value": {"interpretation": [{"coding": [{"code": "HH"}]}]},
    "absent": {"dataAbsentReason": {"coding": [{"code": "error"}]}},
    "no unit": {"valueQuantity": {"value": 195}},
    "wrong unit": {"valueQuantity": {"value": 195, "unit": "psi"}},
    "number as text": {"valueQuantity": {"value": "195", "unit": "mmHg"}},
    "impossible": {"valueQuantity": {"value": 1950, "unit": "mmHg"}},
    "comparator": {"valueQuantity": {"value": 195, "unit": "mmHg", "comparator": "~"}},
    "samples": {"valueSampledData": {"data": "190 200"}},
    "ratio": {"valueRatio": {"numerator": {"value": 195}}},
    "list": {"valueQuantity": [195]},
}


@pytest.mark.parametrize("value", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_reading_is_open_and_clears_nothing(ask, person, value: dict) -> None:
    told = ask(bundle(bare(SYSTOLIC, **value), pressure(120, "2026-11-21")))
    assert "systolic" in {o.question for o in told.not_assessed}
    assert any("x: systolic" in fact for fact, _ in told.ignored)
    # A newer one that can be read takes its place.
    newer = ask(bundle(bare(SYSTOLIC, "2026-11-20", **value), pressure(120, "2026-11-21")))
    assert "systolic" not in {o.question for o in newer.not_assessed}


@pytest.mark.parametrize(
    ("value", "effect"),
    [
        ({"valueQuantity": {"value": 150, "unit": "mmHg", "comparator": ">"}}, "stop"),
        ({"valueQuantity": {"value": 170, "unit": "mmHg", "comparator": "<"}}, "stop"),
        ({"valueQuantity": {"value": 150, "unit": "mmHg", "comparator": "<="}}, "none"),
        ({"valueRange": {"low": {"value": 140, "unit": "mmHg"},
                         "high": {"value": 165, "unit": "mmHg"}}}, "stop"),
        ({"valueRange": {"low": {"value": 165, "unit": "mmHg"}}}, "stop"),
        ({"valueRange": {"high": {"value": 150, "unit": "mmHg"}}}, "none"),
        ({"valueQuantity": {"value": 21.4, "code": "kPa"}}, "stop"),
        ({"valueQuantity": {"value": 150, "code": "mm[Hg]", "unit": "kPa"}}, "stop"),
        ({"valueQuantity": {"value": 160, "unit": "mm Hg"}}, "stop"),
    ],
)  # fmt: skip
def test_value_that_may_be_beyond_the_limit_counts(ask, value: dict, effect: str) -> None:
    assert effect_of(ask(bundle(bare(SYSTOLIC, **value))), "WBC-01") == effect


@pytest.mark.parametrize(
    ("code", "value", "unit", "rule", "effect"),
    [
        (SYSTOLIC, 160, "mmHg", "WBC-01", "stop"),
        (SYSTOLIC, 159.9, "mmHg", "WBC-01", "none"),
        (DIASTOLIC, 100, "mmHg", "WBC-01", "stop"),
        (DIASTOLIC, 13.33, "kPa", "WBC-01", "none"),
        (DIASTOLIC, 13.34, "kPa", "WBC-01", "stop"),
        ("8867-4", 100, "/min", "WBC-07", "none"),
        ("8867-4", 101, "{beats}/min", "WBC-07", "stop"),
        ("718-7", 7.9, "g/dL", "WBC-32", "stop"),
        ("718-7", 80, "g/L", "WBC-32", "none"),
        ("718-7", 79, "g/L", "WBC-32", "stop"),
        ("29463-7", 40, "kg", "WBC-51", "none"),
        ("29463-7", 88, "[lb_av]", "WBC-51", "stop"),
        ("29463-7", 89, "lb", "WBC-51", "none"),
        ("8302-2", 152.4, "cm", "PBC-01", "none"),
        ("8302-2", 60, "[in_i]", "PBC-01", "none"),
        ("8302-2", 59.9, "in", "PBC-01", "stop"),
        ("8302-2", 1.52, "m", "PBC-01", "stop"),
        ("8310-5", 37.9, "Cel", "WBC-41", "none"),
        ("8310-5", 38, "Cel", "WBC-41", "stop"),
        ("8310-5", 100.3, "[degF]", "WBC-41", "none"),
        ("8310-5", 100.4, "[degF]", "WBC-41", "stop"),
        ("8310-5", 312.15, "K", "WBC-41", "stop"),
    ],
)
def test_limits_and_units(ask, code: str, value: float, unit: str, rule: str, effect: str) -> None:
    assert effect_of(ask(bundle(observation(code, value, unit))), rule) == effect


def test_fever_of_last_month_is_over(ask) -> None:
    told = ask(bundle(observation("8310-5", 40, "Cel", "2026-10-22")))
    assert effect_of(told, "WBC-41") == "none"
    assert any("too long ago" in why for _, why in told.ignored)


def test_panel_with_components_and_missing_parts(ask) -> None:
    panel = bare("85354-9")
    panel["component"] = [
        {"code": {"coding": [{"system": "http://loinc.org", "code": SYSTOLIC}]},
         "valueQuantity": {"value": 170, "unit": "mmHg"}},
        {"code": {"coding": [{"system": "http://loinc.org", "code": DIASTOLIC}]},
         "dataAbsentReason": {"coding": [{"code": "not-performed"}]}},
        {"valueQuantity": {"value": 5}},
    ]  # fmt: skip
    told = ask(bundle(panel))
    assert effect_of(told, "WBC-01") == "stop"
    whys = {why for _, why in told.ignored}
    assert {"no value: not-performed", "neither a code nor words"} <= whys


def test_reading_named_in_words_only(ask) -> None:
    record = bare("1", valueQuantity={"value": 170, "unit": "mmHg"})
    record["code"] = {"text": "Systolic blood pressure"}
    assert effect_of(ask(bundle(record)), "WBC-01") == "stop"


def test_severe_pressure_stops_a_cold_pack(ask, person) -> None:
    for value, effect in ((180, "none"), (181, "stop")):
        assert effect_of(ask(person(set={"systolic": value}), "cold-pack"), "LOC-10") == effect


def test_numbers_of_a_session_are_those_of_its_day(ask, person) -> None:
    told = ask(person(set={"sessions_today": 1}, measured_on="2026-11-21"))
    assert effect_of(told, "WBC-64") == "none"
    assert {"sessions_today", "session_min"} <= {o.question for o in told.not_assessed}
