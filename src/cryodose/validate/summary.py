"""Boils comparisons down to bias, RMSE and shares; only numbers of one unit meet."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from cryodose.session.quantities import TIMES
from cryodose.validate.results import ExperimentScore, NumberScore, Score, Summary

__all__ = ["GROUPS", "group_of", "score_of", "summary_of"]

GROUPS = {
    "skin-temperature": "skin temperature",
    "mean-skin-temperature": "skin temperature",
    "surface-temperature": "skin temperature",
    "tissue-temperature": "tissue temperature",
    "core-temperature": "tissue temperature",
    **dict.fromkeys(TIMES, "times"),
    "skin-conductance-change": "flows and nerve",
    "muscle-flow-change": "flows and nerve",
    "nerve-velocity-change": "flows and nerve",
}
_TEMPERATURES = ("skin temperature", "tissue temperature")
_UNITS = {"skin temperature": "C", "tissue temperature": "C", "times": "s"}


def group_of(row: NumberScore) -> str:
    """Return the group of a number; what stands outside the named groups goes by its quantity."""
    name = GROUPS.get(row.quantity, row.quantity)
    usual = _UNITS.get(name, "percent" if name == "flows and nerve" else None)
    return name if row.unit == usual else f"{name} ({row.unit})"


def score_of(rows: Sequence[NumberScore], unit: str) -> Score:
    """Score numbers that share a unit."""
    errors = [row.error for row in rows if row.error is not None]
    one = [row.within_1sd for row in rows if row.within_1sd is not None]
    two = [row.within_2sd for row in rows if row.within_2sd is not None]
    unreached = sum(r.error is None and r.share_reached is not None for r in rows)
    return Score(
        unit=unit,
        n=len(errors),
        bias=_mean(errors),
        rmse=math.sqrt(_mean([e * e for e in errors]) or 0.0) if errors else None,
        within_1sd=_mean(one),
        within_2sd=_mean(two),
        n_sd=len(two),
        not_reached=unreached,
        not_predicted=len(rows) - len(errors) - unreached,
    )


def summary_of(experiments: Sequence[ExperimentScore], modality: str | None = None) -> Summary:
    """Sum experiments up.

    Parameters
    ----------
    modality : str, optional
        Only numbers of sessions of this modality, and relations of experiments whose base has it.
    """
    rows = [row for e in experiments for row in e.measured if modality in (None, row.modality)]
    groups: dict[str, list[NumberScore]] = {}
    for row in sorted(rows, key=lambda row: _rank(group_of(row))):
        groups.setdefault(group_of(row), []).append(row)
    mine = [e for e in experiments if modality in (None, e.modality)]
    tried = [r.holds for e in mine for r in e.expected if r.holds is not None]
    return Summary(
        temperatures=score_of([r for r in rows if group_of(r) in _TEMPERATURES], "C"),
        groups={name: score_of(some, some[0].unit) for name, some in groups.items()},
        relations=sum(len(e.expected) for e in mine),
        relations_tried=len(tried),
        relations_holding=sum(tried),
        experiments=len(mine),
        experiments_not_run=sum(e.not_run is not None for e in mine),
    )


def _rank(group: str) -> tuple[int, str]:
    order = list(dict.fromkeys(GROUPS.values()))
    return (order.index(group) if group in order else len(order), group)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return math.fsum(found) / len(found) if found else None
