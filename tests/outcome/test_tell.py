"""What is said to people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose import plan
from cryodose.dosing.build_up import BuiltUp
from cryodose.dosing.search import Dose
from cryodose.outcome.markup import Markup, el, join, table
from cryodose.outcome.tell import (
    build_up_rows,
    chance,
    fact_rows,
    goal_rows,
    headline,
    limit_rows,
    number,
    time_words,
)

ANKLE = {
    "title": "<script>alert(1)</script>",
    "subject": {"adipose_mm": 12},
    "exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "ankle"},
}
FAR = ANKLE | {
    "goal": [{"kind": "tissue-temperature", "depth_mm": 40, "change_C": -30}],
}


@given(st.integers(0, 200_000))
def test_time_words_lose_nothing(time_s: int) -> None:
    units = {"h": 3600, "min": 60, "s": 1}
    parts = time_words(time_s).split()
    said = sum(int(n) * units[u] for n, u in zip(parts[::2], parts[1::2], strict=True))
    assert said == time_s


@given(st.floats(0, 1))
def test_certainty_is_never_feigned(probability: float) -> None:
    words = chance(probability)
    assert (words == "0 %") == (probability == 0)
    assert (words == "100 %") == (probability == 1)


@given(st.floats(-1e6, 1e6))
def test_numbers_have_one_true_minus(value: float) -> None:
    shown = number(value)
    assert "-" not in shown
    assert float(shown.replace("−", "-")) == pytest.approx(value, abs=0.051)
    assert not shown.startswith("−0.0")


def test_number_that_does_not_exist() -> None:
    assert number(math.nan) == "none"


def test_headlines_follow_the_verdict() -> None:
    dose = plan(ANKLE, members=32).dose
    told = headline(dose, "cold-pack")
    assert time_words(dose.dose_s or 0) in told.answer
    assert time_words(dose.longest_s) in told.detail
    assert headline(dose, "immersion").answer.startswith("Stay in the water")
    far = plan(FAR, members=32).dose
    assert "at most" in headline(far, "cold-pack").answer
    assert "not reached" in headline(far, "cold-pack").detail


def dose_of(verdict: str, dose_s: float | None, goals: int = 1) -> Dose:
    return Dose(verdict, dose_s, 70.0, 180.0, "time", (None,) * goals, ())  # type: ignore[arg-type]


def first_of(dose_s: float | None, probability: float = 0.25) -> BuiltUp:
    verdict = "refused" if dose_s is None else "dose"
    return BuiltUp(1, False, verdict, dose_s, 60.0, "first session", probability)


def test_headline_tells_a_first_session_where_nobody_said_whether_it_is_one() -> None:
    told = headline(dose_of("dose", 180.0), "cryosauna", first_of(60.0))
    assert told.answer == ("Stay in the cabin for 3 min; in a first session for 1 min at most.")
    assert told.detail.endswith("A first session reaches the goal with 25 %.")
    short = headline(dose_of("goal-not-reached", 180.0, 2), "cryochamber", first_of(60.0))
    assert short.answer.endswith("3 min at most; in a first session for 1 min at most.")
    assert "reaches all goals with 25 %" in short.detail
    # Where the dose is short enough for a first session, only its limit is another one.
    same = headline(dose_of("dose", 60.0), "cryosauna", first_of(60.0))
    assert same.answer == headline(dose_of("dose", 60.0), "cryosauna").answer
    assert same.detail.endswith("In a first session they hold until 1 min.")
    never = headline(dose_of("dose", 60.0), "cryosauna", first_of(None))
    assert never.answer == "Stay in the cabin for 1 min; not in a first session."
    refused = headline(dose_of("refused", None), "cryosauna", first_of(60.0))
    assert "first" not in refused.answer + refused.detail


def test_rows_of_the_build_up() -> None:
    rows = (
        first_of(60.0),
        BuiltUp(2, False, "dose", 70.0, 120.0, "build-up", 0.8),
        BuiltUp(3, True, "dose", 70.0, 180.0, "time", 0.8),
    )
    assert build_up_rows(rows) == [
        ("1", "1 min at most", "25 %"),
        ("2", "1 min 10 s (2 min at most)", "80 %"),
        ("3 and later", "1 min 10 s (3 min at most)", "80 %"),
    ]


def test_rows_of_a_plan() -> None:
    dose = plan(ANKLE, members=32).dose
    assert [row[0] for row in goal_rows(dose)] == [g.goal.words for g in dose.goals]
    rows = limit_rows(dose)
    assert [row[-1] for row in rows].count(True) == 1
    assert next(row for row in rows if row[-1])[0] == next(
        x.limit.words for x in dose.limits if x.limit.name == dose.limiting
    )


def test_every_fact_has_words_and_band() -> None:
    shown = plan(ANKLE, members=32).simulated
    assert shown is not None
    rows = fact_rows(shown.facts)
    assert len(rows) == len(shown.facts)
    assert all("_" not in row.words for row in rows)
    (row,) = fact_rows({"analgesia_on_s": None})
    assert row.likely == "does not happen"


@given(st.text())
def test_text_is_escaped_everywhere(text: str) -> None:
    page = el("p", text, [text], title=text)
    rest = page.replace("<p title=", "").replace("</p>", "")
    assert rest.count("<") == 0
    assert rest.count(">") == 1
    assert rest.count('"') == 2


def test_markup_is_kept_and_nothing_left_out() -> None:
    inner = el("b", "x")
    assert join(inner, None, "<") == "<b>x</b>&lt;"
    assert el("img", alt="", hidden=True, src=None) == '<img alt="" hidden>'
    assert 'scope="row">a</th>' in table(("A", "B"), [("a", Markup("<i>b</i>"))])
    assert "<i>b</i>" in table(("A", "B"), [("a", Markup("<i>b</i>"))])


def test_notebook_shows_headline_and_table_without_the_script() -> None:
    answer = plan(ANKLE, members=32)
    assert answer.simulated is not None
    for html, words in (
        (answer._repr_html_(), headline(answer.dose, "cold-pack").answer),
        (answer.simulated._repr_html_(), "Simulated"),
    ):
        assert words in html
        assert "<table>" in html
        assert "<script" not in html
        assert len(html) < 20_000
