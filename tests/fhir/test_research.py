"""The research tables: nothing in them tells who somebody is."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from examples import DAY, NOW, clinic
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.errors import BadInput
from cryodose.fhir.records import AdverseEvent, Consent, Event, Person, Record, Score, Session
from cryodose.fhir.research import Research, research
from cryodose.fhir.research_columns import SCHEMA

SECRET = b"0123456789abcdef"
QUASI = ("age_band", "sex", "bmi_band", "skin_type")


def rows(told: Research, name: str) -> tuple[dict[str, Any], ...]:
    return next(t for t in told.tables if t.name == name).rows


def crowd(count: int = 6, **changes: Any) -> list[Record]:
    """Return people who look alike, each with everything that the example has."""
    made: list[Record] = []
    for n in range(count):
        for record in clinic():
            shifted = {"id": f"{record.id}-{n}"}
            if hasattr(record, "person") and record.person:
                shifted["person"] = f"p-{n}"
            if isinstance(record, Session):
                shifted["plan"] = f"pl-{n}"
            if isinstance(record, Consent):
                shifted["withdrawn_on"] = None
            if isinstance(record, Person):
                shifted |= changes
            made.append(replace(record, **shifted))
    return made


def test_rows_have_the_documented_columns() -> None:
    told = research(crowd(), SECRET, DAY)
    for table in told.tables:
        assert table.rows, table.name
        assert all(tuple(sorted(r)) == tuple(sorted(c.name for c in table.columns))
                   for r in table.rows), table.name  # fmt: skip
    assert [t.name for t in told.tables] == list(SCHEMA)
    assert told.left_out == {"no consent to research": 0, "too few alike": 0}


def test_no_word_of_a_person_is_left() -> None:
    text = json.dumps([t.rows for t in research(crowd(), SECRET, DAY).tables])
    for secret in ("Ivanova", "Anna", "a@example.org", "+49", "likes tea", "1980", "2026", "p-0",
                   "se-0", "blister", "calf", "cooled no more", "Dr Noor", "operator"):  # fmt: skip
        assert secret not in text, secret


def test_days_are_relative_and_times_are_seconds() -> None:
    told = research(crowd(), SECRET, DAY)
    assert {r["day"] for r in rows(told, "sessions")} == {0}
    assert {r["second"] for r in rows(told, "readings")} == {0.0}
    late = [
        replace(r, taken_on=DAY + timedelta(days=40)) if isinstance(r, Score) else r
        for r in crowd()
    ]
    assert {r["day"] for r in rows(research(late, SECRET, DAY), "scores")} == {40}


def test_only_who_agreed_is_in() -> None:
    everybody = crowd(12)

    def consents(**changes: Any) -> list[Record]:
        return [
            replace(r, **changes) if isinstance(r, Consent) and r.person in ("p-0", "p-1") else r
            for r in everybody
        ]

    for changes in (
        {"for_research": False}, {"withdrawn_on": DAY}, {"expires_on": DAY - timedelta(days=1)},
        {"given_on": DAY + timedelta(days=1)}, {"retired_at": NOW},
    ):  # fmt: skip
        told = research(consents(**changes), SECRET, DAY)
        assert len(rows(told, "people")) == 10
        assert told.left_out["no consent to research"] == 2
    assert len(rows(research(consents(expires_on=None), SECRET, DAY), "people")) == 12


def test_each_export_has_its_own_names() -> None:
    first = {r["person"] for r in rows(research(crowd(), SECRET, DAY), "people")}
    again = {r["person"] for r in rows(research(crowd(), SECRET, DAY), "people")}
    other = {r["person"] for r in rows(research(crowd(), SECRET[::-1], DAY), "people")}
    assert first == again
    assert not first & other
    for bad in (b"", b"short"):
        with pytest.raises(BadInput, match="16 bytes"):
            research([], bad, DAY)
    with pytest.raises(BadInput, match="2 or more"):
        research([], SECRET, DAY, least=1)


def test_rare_words_are_hidden() -> None:
    made = crowd(12)
    n = next(i for i, r in enumerate(made) if isinstance(r, Session))
    made[n] = replace(made[n], ended_how="Mrs Ivanova fainted")
    words = Counter(r["ended_how"] for r in rows(research(made, SECRET, DAY), "sessions"))
    assert words == {"unwell": 11, "hidden": 1}


def test_bad_readings_keep_their_mark() -> None:
    found = Counter(r["quality"] for r in rows(research(crowd(), SECRET, DAY), "readings"))
    assert found == {"good": 6, "implausible": 6}


def test_retired_records_are_out() -> None:
    made = [replace(r, retired_at=NOW) if isinstance(r, AdverseEvent) else r for r in crowd()]
    assert rows(research(made, SECRET, DAY), "harm") == ()


PEOPLE = st.lists(
    st.builds(
        dict,
        birth_date=st.none() | st.dates(date(1930, 1, 1), date(2020, 1, 1)),
        sex=st.sampled_from(["female", "male", "other"]),
        mass_kg=st.none() | st.floats(40, 150),
        skin_type=st.none() | st.integers(1, 6),
    ),
    max_size=40,
)


@settings(max_examples=150)
@given(PEOPLE, st.integers(2, 6))
def test_nobody_stands_in_a_small_group(drawn: list[dict[str, Any]], least: int) -> None:
    made: list[Record] = []
    for n, changes in enumerate(drawn):
        made += [
            Person(id=f"p{n}", height_m=1.7, **changes),
            Consent(id=f"c{n}", person=f"p{n}", procedure="immersion", given_on=DAY,
                    for_research=True),
            Session(id=f"s{n}", person=f"p{n}", procedure="immersion", started_at=NOW,
                    ended_how=f"words of {n}",
                    events=(Event(number=1, kind="reading", at=NOW,
                                  data={"quantity": "skin", "value": 1.0}),)),
        ]  # fmt: skip
    told = research(made, SECRET, DAY, least=least)
    people = rows(told, "people")
    groups = Counter(tuple(r[q] for q in QUASI) for r in people)
    assert all(count >= least for count in groups.values())
    assert len(people) + told.left_out["too few alike"] == len(drawn)
    assert told.left_out["too few alike"] < least
    inside = {r["person"] for r in people}
    for table in told.tables:
        assert {r["person"] for r in table.rows} <= inside
        for column in (c for c in table.columns if c.is_shared):
            users: dict[str, set[str]] = {}
            for row in table.rows:
                users.setdefault(row[column.name], set()).add(row["person"])
            assert all(len(u) >= least for w, u in users.items() if w not in ("", "hidden"))


def test_every_column_is_in_the_guide() -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "guide" / "exchange.md"
    text = guide.read_text(encoding="utf-8")
    for table, columns in SCHEMA.items():
        for c in columns:
            assert f"| `{table}` | `{c.name}` | {c.kind} | {c.words} |" in text
