"""Measured numbers beside predictions: errors, spreads, units, and what is not predicted."""

from __future__ import annotations

import math

import pytest

from cryodose.errors import BadInput
from cryodose.session import Measured
from cryodose.session.quantities import UNITS
from cryodose.validate.compare import compare, unit_factor

NAN = math.nan
SKIN = {"quantity": "skin-temperature", "time_s": 60.0, "unit": "C", "mean": 10.0}
TIME = {"quantity": "time-to-temperature", "target_C": 10.0, "unit": "s", "mean": 500.0}


def measured(**keys: object) -> Measured:
    return Measured.model_validate(keys)


def test_error_z_and_shares(known) -> None:
    row = compare(measured(**SKIN, sd=2.0, n=5), "cold-pack", known([12.0, 14.0]))[0]
    assert (row.predicted, row.predicted_sd, row.error, row.z) == (13.0, 1.0, 3.0, 1.5)
    assert (row.within_1sd, row.within_2sd) == (False, True)
    assert (row.n, row.unit, row.share_reached, row.note) == (5, "C", None, None)


def test_a_curve_gives_one_row_for_each_place(known) -> None:
    entry = measured(**{**SKIN, "time_s": (0.0, 60.0), "mean": (10.0, 9.0)}, sd=(1.0, 0.5))
    rows = compare(entry, "cold-pack", known([10.0, 10.0], [8.0, 8.0]))
    assert [(r.time_s, r.mean, r.sd, r.error) for r in rows] == [
        (0.0, 10.0, 1.0, 0.0),
        (60.0, 9.0, 0.5, -1.0),
    ]


@pytest.mark.parametrize("spread", [{}, {"sd": 0.0}])
def test_without_a_spread_nothing_is_within(known, spread: dict[str, float]) -> None:
    row = compare(measured(**SKIN, **spread), "cold-pack", known([10.0, 10.0]))[0]
    assert (row.error, row.z, row.within_1sd, row.within_2sd) == (0.0, None, None, None)


def test_a_time_that_some_do_not_reach(known) -> None:
    row = compare(measured(**TIME, sd=50.0), "cold-pack", known([400.0, 500.0, 600.0, NAN]))[0]
    assert row.predicted == 500.0
    assert row.share_reached == 0.75


def test_a_time_that_most_do_not_reach(known) -> None:
    entry = measured(**TIME, sd=300.0, note="from a figure")
    row = compare(entry, "cold-pack", known([400.0, NAN, NAN, NAN]))[0]
    assert (row.predicted, row.error, row.z, row.share_reached) == (None, None, None, 0.25)
    assert row.note == "not within 1000 s; reached by 25 % of the members; from a figure"
    # The record of 1000 s covers 500 + 300 and not 500 + 600.
    assert (row.within_1sd, row.within_2sd) == (False, None)


def test_the_end_of_the_record_counts_from_the_exit_where_the_time_does(known) -> None:
    row = compare(measured(**TIME, since="exit"), "cold-pack", known([NAN, NAN]))[0]
    assert row.note is not None
    assert row.note.startswith("not within 400 s; reached by 0 %")


def test_a_moment_named_by_the_skin_may_not_come(known) -> None:
    entry = measured(quantity="nerve-velocity-change", when_skin_C=10, unit="percent", mean=-30)
    row = compare(entry, "cold-pack", known([NAN, -20.0, -40.0]))[0]
    assert row.predicted == pytest.approx(-30.0)
    assert row.share_reached == pytest.approx(2 / 3)
    row = compare(entry, "cold-pack", known([NAN, NAN]))[0]
    assert (row.predicted, row.within_1sd) == (None, None)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"quantity": "frozen-volume", "unit": "cm3"}, "no model: frozen-volume in cold-pack"),
        (
            {"quantity": "core-temperature", "site": "rectal", "time_s": 60, "unit": "C"},
            "no model: core-temperature",
        ),
        ({"quantity": "time-of-minimum", "site": "gut", "unit": "s"}, "no model: time-of-minimum"),
    ],
)
def test_what_has_no_model_is_said(known, keys: dict[str, object], why: str) -> None:
    rows = compare(measured(**keys, mean=1.0, note="as printed"), "cold-pack", known([0.0]))
    assert [row.predicted for row in rows] == [None]
    assert rows[0].note is not None
    assert rows[0].note.startswith(why)
    assert rows[0].note.endswith("; as printed")


def test_a_session_that_was_not_run_keeps_its_numbers() -> None:
    rows = compare(measured(**SKIN), "cryosauna", None, "this version cannot run cryosauna")
    assert [(r.mean, r.predicted, r.note) for r in rows] == [
        (10.0, None, "not run: this version cannot run cryosauna")
    ]


@pytest.mark.parametrize(
    ("quantity", "unit", "factor"),
    [
        ("frozen-volume", "mm3", 1.0),
        ("frozen-volume", "cm3", 1e-3),
        ("delivered-mass", "mg", 1e-3),
        ("delivered-mass", "ug/cm2", 1.0),
        ("transport-number", "percent", 100.0),
        ("muscle-flow-change", "mL/100g/min", 1.0),
        ("time-of-minimum", "s", 1.0),
    ],
)
def test_units_of_a_quantity(quantity: str, unit: str, factor: float) -> None:
    assert unit_factor(quantity, unit) == factor


def test_every_first_unit_is_the_unit_of_the_prediction() -> None:
    assert {unit_factor(q, units[0]) for q, units in UNITS.items()} == {1.0}
    assert all(unit_factor(q, unit) > 0 for q, units in UNITS.items() for unit in units)


def test_a_minimum_at_the_end_of_the_run_is_no_minimum(known) -> None:
    entry = measured(quantity="time-of-minimum", unit="s", mean=900.0, sd=100.0, note="a pill")
    late = compare(entry, "immersion", known([1000.0, 1000.0]))[0]
    assert late.note == "still falling at 1000 s, where the run ends; a pill"
    assert compare(entry, "immersion", known([990.0, 990.0]))[0].note == "a pill"


def test_numbers_that_fit_no_body_are_a_miss_and_not_the_end(known) -> None:
    run = known([10.0, 10.0])

    def fits_nobody(where: object) -> None:
        raise BadInput(None, "subject.baseline.muscle_C", 37.0, "what fits the skin")

    run.read = fits_nobody
    row = compare(measured(**SKIN, sd=1.0), "cold-pack", run)[0]
    assert (row.predicted, row.within_2sd) == (None, None)
    says = "cannot be run: subject.baseline.muscle_C = 37.0: expected what fits the skin"
    assert row.note == says
