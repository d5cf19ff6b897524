"""Fold errors of delivered drugs by class of ion, and what was promised of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, median

from cryodose.validate.results import ExperimentScore, FoldScore, NumberScore, Target
from cryodose.validate.targets import at_most

__all__ = ["CATION_LARGEST", "CATION_MEDIAN", "INSIDE", "drug_targets", "fold_of", "fold_scores"]

CATION_MEDIAN = 1.3
CATION_LARGEST = 2.0
INSIDE = 0.8


def fold_of(row: NumberScore) -> float | None:
    """Return how many times too high or too low a number is foretold, at least 1.

    None without a prediction; infinite where a positive amount is foretold as none or less.
    """
    if row.predicted is None or not row.mean > 0:
        return None
    if not row.predicted > 0:
        return math.inf
    return math.exp(abs(math.log(row.predicted / row.mean)))


def fold_scores(experiments: Sequence[ExperimentScore]) -> tuple[FoldScore, ...]:
    """Return the scores of every class of ion that was measured, by name."""
    rows = [row for e in experiments for row in e.measured if row.ion_class is not None]
    classes = sorted({row.ion_class for row in rows if row.ion_class is not None})
    found = (_score(name, [r for r in rows if r.ion_class == name]) for name in classes)
    return tuple(score for score in found if score is not None)


def _score(name: str, rows: Sequence[NumberScore]) -> FoldScore | None:
    folds = [f for f in map(fold_of, rows) if f is not None]
    bands = [(r.low, r.mean, r.high) for r in rows if r.low is not None and r.high is not None]
    if not folds or not bands:
        return None
    inside = fmean(low <= mean <= high for low, mean, high in bands)
    widths = [high / low if low > 0 else math.inf for low, _, high in bands]
    return FoldScore(name, len(folds), median(folds), max(folds), inside, median(widths))


def drug_targets(drugs: Sequence[FoldScore]) -> tuple[Target, ...]:
    """Return the promises about drugs; none where no drug was measured."""
    if not drugs:
        return ()
    cation = next((d for d in drugs if d.ion_class == "cation"), None)
    inside = sum(d.inside * d.n for d in drugs) / sum(d.n for d in drugs)
    return (
        at_most(
            "median fold error of cations", cation.median if cation else None, CATION_MEDIAN, "-"
        ),
        at_most(
            "largest fold error of cations", cation.largest if cation else None, CATION_LARGEST, "-"
        ),
        Target(
            "share of drug numbers inside their 90 % band",
            f"at least {INSIDE:.2f}",
            "-",
            inside,
            inside >= INSIDE,
        ),
    )
