"""Tries the expected relations on the predictions."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.bands import probability
from cryodose.procedures.readout import NotPredicted
from cryodose.session import Expected, Where
from cryodose.session.quantities import TIMES
from cryodose.validate.compare import Prediction, horizon_s, joined, predict
from cryodose.validate.ensembles import Ensembles
from cryodose.validate.results import RelationScore

__all__ = ["holds_for", "try_relation"]

Array = NDArray[np.float64]


def try_relation(expected: Expected, ensembles: Ensembles) -> RelationScore:
    """Return whether a relation holds, by the means of the ensembles and member by member.

    A time that is not reached counts as later than any other.
    """
    sides = [where for where in (expected.where_a, expected.where_b) if where is not None]
    blank = RelationScore(
        expected.relation,
        expected.a,
        expected.b,
        expected.where_a.quantity,
        expected.low,
        expected.high,
    )
    try:
        found = [_side(where, ensembles) for where in sides]
    except NotPredicted as missing:
        return replace(blank, note=joined(str(missing), expected.note))
    means = [_late(w, p.mean[0]) for w, p in zip(sides, found, strict=True)]
    members = [_late(w, p.values[0]) for w, p in zip(sides, found, strict=True)]
    notes = [_reach(w, p, ensembles, n) for w, p, n in zip(sides, found, "ab", strict=False)]
    weights = ensembles.ran[expected.where_a.variant].weights
    return replace(
        blank,
        holds=bool(holds_for(expected, *means)),
        value=_finite(_value(expected.relation, *means)),
        a_predicted=_finite(means[0]),
        b_predicted=_finite(means[1]) if expected.where_b is not None else None,
        probability=probability(holds_for(expected, *members), weights),
        note=joined(*notes, expected.note),
    )


def holds_for(expected: Expected, a: Array, b: Array | None = None) -> NDArray[np.bool_]:
    """Tell where a relation holds; one whose value is unknown does not."""
    if expected.relation == "less" and b is not None:
        return np.asarray(a < b)
    if expected.relation == "greater" and b is not None:
        return np.asarray(a > b)
    value = _value(expected.relation, a, b)
    low = -math.inf if expected.low is None else expected.low
    high = math.inf if expected.high is None else expected.high
    return np.asarray((value >= low) & (value <= high))


def _value(relation: str, a: Array, b: Array | None = None) -> Array:
    if b is None:
        return a
    with np.errstate(divide="ignore", invalid="ignore"):
        if relation != "ratio":
            return np.asarray(a - b)
        return np.asarray(np.where(b == 0, np.nan, np.divide(a, b)))


def _side(where: Where, ensembles: Ensembles) -> Prediction:
    if where.variant in ensembles.refused:
        raise NotPredicted(f"{where.variant} not run: {ensembles.refused[where.variant]}")
    return predict(where, ensembles.ran[where.variant])


def _late(where: Where, values: Array | float) -> Array:
    """Put "never" after every time; of other quantities it stays unknown."""
    found = np.asarray(values, dtype=np.float64)
    return np.where(np.isnan(found), np.inf, found) if where.quantity in TIMES else found


def _reach(where: Where, side: Prediction, ensembles: Ensembles, name: str) -> str | None:
    if not np.isnan(side.mean[0]):
        return None
    return f"{name} not within {horizon_s(where, ensembles.ran[where.variant]):g} s"


def _finite(value: Array) -> float | None:
    return float(value) if np.isfinite(value) else None
