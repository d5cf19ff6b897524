"""What a reading is worth: bounds, age, jumps, silence."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose.errors import BadInput
from cryodose.fhir.codes import MEASURES
from cryodose.sensors import (
    QUANTITIES,
    Reading,
    judged,
    latest,
    reading_from_message,
    readings_from_csv,
    readings_from_json,
)
from cryodose.sensors.readings import Judge, in_unit

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
SKIN = "skin"


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def skin(value: float | None, at: float = 0.0, sensor: str = "s") -> Reading:
    return Reading(SKIN, value, after(at), "calf", sensor)


def test_every_quantity_can_leave_as_fhir_in_the_same_unit() -> None:
    assert {q: s.unit for q, s in QUANTITIES.items()} == {q: MEASURES[q].unit for q in QUANTITIES}


@pytest.mark.parametrize(
    ("value", "age_s", "quality", "why"),
    [
        (30.0, 0, "good", ""),
        (30.0, 14, "good", ""),
        (30.0, -4, "good", ""),
        (None, 0, "missing", "no number"),
        (math.nan, 0, "missing", "no number"),
        (math.inf, 0, "missing", "no number"),
        (45.1, 0, "implausible", "not within -60 to 45 Cel"),
        (-60.1, 0, "implausible", "not within"),
        (30.0, 16, "stale", "16 s old"),
        (30.0, -6, "implausible", "6 s ahead"),
    ],
)
def test_quality(value: float | None, age_s: float, quality: str, why: str) -> None:
    told = judged(skin(value, -age_s), NOW)
    assert told.quality == quality
    assert why in told.why
    assert (told.usable() is None) == (quality != "good")
    if quality == "implausible":
        assert told.value == value


def test_a_sensor_that_falls_off_is_not_believed() -> None:
    judge = Judge()
    said = [30.0, 29.5, -18.0, -18.3, -18.1]
    told = [judge(skin(v, n), after(n)).quality for n, v in enumerate(said)]
    assert told == ["good", "good", "implausible", "implausible", "implausible"]
    assert judge(skin(29.0, 5), after(5)).quality == "good"


def test_a_sensor_that_hangs_is_stale() -> None:
    judge = Judge()
    told = [judge(skin(20.0, n), after(n)) for n in range(0, 60, 5)]
    assert [t.quality for t in told[:7]] == ["good"] * 7
    assert {t.quality for t in told[7:]} == {"stale"}
    assert "unchanged" in told[-1].why
    by_hand = [judge(skin(20.0, n, ""), after(n)).quality for n in range(0, 60, 5)]
    assert set(by_hand) == {"good"}


def test_what_arrives_out_of_order_is_stale() -> None:
    judge = Judge()
    assert judge(skin(20.0, 5), after(5)).quality == "good"
    assert judge(skin(20.1, 4), after(5)).quality == "stale"


def test_silence_and_absence_are_told() -> None:
    heard = [judged(skin(20.0, 0), NOW), judged(skin(19.0, 2), after(2))]
    wanted = [(SKIN, "calf", "s"), (SKIN, "thigh", "s")]
    soon, late = (latest(heard, wanted, after(t)) for t in (3, 60))
    assert soon[SKIN, "calf", "s"].usable() == 19.0
    assert soon[SKIN, "thigh", "s"].quality == "missing"
    assert (late[SKIN, "calf", "s"].quality, late[SKIN, "calf", "s"].usable()) == ("stale", None)


@pytest.mark.parametrize(
    ("value", "unit", "wanted", "found"),
    [
        (50.0, "[degF]", "Cel", 10.0), (283.15, "K", "Cel", 10.0), (10.0, "degC", "Cel", 10.0),
        (16.0, "kPa", "mm[Hg]", 120.01), (120.0, "mmHg", "mm[Hg]", 120.0), (1.0, "kg", "Cel", None),
        (7.0, "", "Cel", 7.0), (1.0, "Cel", "%", None),
    ],
)  # fmt: skip
def test_units(value: float, unit: str, wanted: str, found: float | None) -> None:
    got = in_unit(value, unit, wanted)
    assert got == (None if found is None else pytest.approx(found, abs=0.01))


CSV = (
    "at,quantity,value,unit,site,sensor\n"
    "2026-11-25T10:00:00+00:00,skin,86,[degF],calf,t1\n"
    "\n"
    "2026-11-25T10:00:01+00:00,skin,,,calf,t1\n"
    "2026-11-25T10:00:02+00:00,skin,-20,,calf,t1\n"
    "2026-11-25T10:00:02+00:00,oxygen,30,%,,t2\n"
)


def test_csv() -> None:
    told = readings_from_csv("\ufeff" + CSV.replace("\n", "\r\n"))
    assert [t.quality for t in told] == ["good", "missing", "implausible", "implausible"]
    assert told[0].value == pytest.approx(30.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a column at"),
        ("at,quantity\n", "a column value"),
        ("at,quantity,value,at\n", "each once"),
        ("at,quantity,value,colour\n", "each once"),
        (CSV + "x\n", "line 7 = 1"),
        (CSV.replace("86", "warm"), "line 2.value"),
        (CSV.replace("[degF]", "kg"), "line 2.unit"),
        (CSV.replace("skin,86", "mood,86"), "line 2.quantity"),
        (CSV.replace("2026-11-25T10:00:00+00:00", "10:00"), "line 2.at"),
        (CSV.replace("+00:00", ""), "offset"),
        (CSV + '"', "CSV"),
        ("at,quantity,value\n" + "x" * 2_000_001, "at most"),
        (CSV.replace("calf", "x" * 81), "short text"),
    ],
)
def test_bad_csv_is_one_line(text: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        readings_from_csv(text, "x.csv")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "x.csv" in str(caught.value)


def test_json() -> None:
    data = {"readings": [{"quantity": SKIN, "value": 30}, {"quantity": SKIN, "value": None},
                         {"quantity": "oxygen", "value": 99}]}  # fmt: skip
    told = readings_from_json(data, NOW)
    assert [t.quality for t in told] == ["good", "missing", "implausible"]
    assert told[0].at == NOW
    assert json.loads(json.dumps(told[2].to_dict()))["why"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "readings"), ({}, "readings"), ({"readings": []}, "readings"),
        ({"readings": [5]}, "readings[0]"),
        ({"readings": [{"value": 1}]}, "readings[0].quantity"),
        ({"readings": [{"quantity": [], "value": 1}]}, "readings[0].quantity"),
        ({"readings": [{"quantity": SKIN}]}, "readings[0].value"),
        ({"readings": [{"quantity": SKIN, "value": "30"}]}, "a number or null"),
        ({"readings": [{"quantity": SKIN, "value": True}]}, "a number or null"),
        ({"readings": [{"quantity": SKIN, "value": 10**400}]}, "usual size"),
        ({"readings": [{"quantity": SKIN, "value": 1, "unit": 7}]}, "unit"),
        ({"readings": [{"quantity": SKIN, "value": 1, "unit": "\x00"}]}, "unit"),
        ({"readings": [{"quantity": SKIN, "value": 1, "at": 5}]}, "offset"),
        ({"readings": [{"quantity": SKIN, "value": 1, "at": "2026-01-01T00:00"}]}, "offset"),
        ({"readings": [{"quantity": SKIN, "value": 1, "mood": 1}]}, "mood"),
        ({"readings": [{"quantity": SKIN, "value": 1}] * 10_001}, "1 to 10000"),
    ],
)  # fmt: skip
def test_bad_json_is_one_line(data: object, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        readings_from_json(data, NOW)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("topic", "payload", "value", "site"),
    [
        ("c/t1/skin/calf", b"30.5", 30.5, "calf"),
        ("c/t1/skin", b'{"value": 86, "unit": "[degF]"}', 30.0, ""),
        ("c/t1/skin", b"null", None, ""),
        ("c/t1/skin", b"", None, ""),
        ("c/t1/skin", b"NaN", None, ""),
    ],
)
def test_messages(topic: str, payload: bytes, value: float | None, site: str) -> None:
    told = reading_from_message(topic, payload, NOW)
    assert told.value == (None if value is None else pytest.approx(value))
    assert (told.site, told.sensor) == (site, "t1")


@pytest.mark.parametrize(
    ("topic", "payload"),
    [("c/t1", b"1"), ("c/t1/mood", b"1"), ("c/t1/oxygen", b"{"), ("c/t1/oxygen", b"[1]"),
     ("c/t1/oxygen", b'{"x": 1}'), ("c/t1/oxygen", b"\xff"), ("a/b/c/d/e", b"1"),
     ("c/t1/oxygen", b"[" * 100_000)],
)  # fmt: skip
def test_bad_messages_are_one_line(topic: str, payload: bytes) -> None:
    with pytest.raises(BadInput) as caught:
        reading_from_message(topic, payload, NOW)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=60), st.text(max_size=40))
def test_random_messages_and_files_never_crash(payload: bytes, text: str) -> None:
    for call in (
        lambda: reading_from_message("c/s/skin", payload, NOW),
        lambda: readings_from_csv("at,quantity,value\n" + text),
        lambda: readings_from_csv(text),
    ):
        try:
            call()
        except BadInput:
            continue


def test_every_quantity_is_in_the_guide() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "guide" / "sensors.md"
    text = guide.read_text(encoding="utf-8")
    for name, spec in QUANTITIES.items():
        fastest = "" if math.isinf(spec.most_per_s) else f"{spec.most_per_s:g}"
        row = f"| `{name}` | {spec.unit} | {spec.low:g} | {spec.high:g} | {fastest} |"
        assert row in text
