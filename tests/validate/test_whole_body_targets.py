"""The promises about cold gas, on made-up scores."""

from __future__ import annotations

import pytest

from cryodose.validate.results import ExperimentScore, NumberScore
from cryodose.validate.whole_body import body_targets


def row(quantity: str, error: float | None, modality: str = "cryochamber", sd: float = 1.0):
    inside = (None, None) if error is None else (abs(error) <= sd, abs(error) <= 2 * sd)
    return NumberScore(
        quantity, "base", modality, "thigh", None, "skin", 0.0, "exit", False, "C", 20.0, sd, 10,
        predicted=None if error is None else 20.0 + error, error=error,
        within_1sd=inside[0], within_2sd=inside[1],
    )  # fmt: skip


def of(*rows: NumberScore, modality: str = "cryochamber") -> tuple[ExperimentScore, ...]:
    return (ExperimentScore("k", "t", modality, "c", None, "text", None, rows, (), ()),)


@pytest.mark.parametrize(
    ("errors", "met"),
    [
        ((0.5, -1.0, 1.0, 1.5), (True, True, True)),
        ((0.5, -1.0, 1.5, 1.5), (True, False, True)),
        ((1.6, -1.6, 1.6, 1.6), (False, False, True)),
        ((0.0, 0.0, 0.0, 2.1), (True, True, False)),
    ],
)
def test_limits_belong_to_what_is_wanted(errors, met) -> None:
    got = body_targets(of(*(row("skin-temperature", e) for e in errors)))
    assert tuple(t.is_met for t in got[:3]) == met
    assert got[3].is_met is None


def test_the_core_counts_apart_from_muscle_and_skin() -> None:
    rows = (row("core-temperature", 1.2), row("tissue-temperature", 0.0))
    got = body_targets(of(*rows))
    assert [t.is_met for t in got] == [None, None, None, False]


def test_mean_skin_counts_as_skin_and_other_modalities_do_not() -> None:
    rows = (row("mean-skin-temperature", 1.0), row("skin-temperature", 9.0, "immersion"))
    assert body_targets(of(*rows))[0].value == pytest.approx(1.0)
    assert body_targets(of(rows[1], modality="immersion")) == ()
