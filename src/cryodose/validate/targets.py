"""What the project promised of its predictions, and whether it holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cryodose.validate.curves import BandScore, Study
from cryodose.validate.results import Summary, Target

__all__ = [
    "COVERAGE",
    "MUSCLE_RMSE_C",
    "SKIN_RMSE_C",
    "at_most",
    "pack_targets",
    "relation_targets",
]

SKIN_RMSE_C = 1.0
MUSCLE_RMSE_C = 0.6
COVERAGE = (0.80, 0.97)


def pack_targets(individuals: Sequence[Study]) -> tuple[Target, ...]:
    """Return the promises about raw curves under packs; without data neither met nor missed."""
    skin = _pooled([study.scores["skin"] for study in individuals])
    muscle = _pooled([study.scores["muscle"] for study in individuals])
    both = [study.scores["both"] for study in individuals]
    n = sum(score.n for score in both)
    coverage = sum(score.coverage * score.n for score in both) / n if n else None
    low, high = COVERAGE
    return (
        at_most("RMSE of the group's mean skin temperature", skin, SKIN_RMSE_C),
        at_most("RMSE of the group's mean muscle temperature", muscle, MUSCLE_RMSE_C),
        Target(
            "share of single readings inside their 90 % band",
            f"{low:.2f} to {high:.2f}",
            "-",
            coverage,
            None if coverage is None else low <= coverage <= high,
        ),
    )


def relation_targets(overall: Summary) -> tuple[Target, ...]:
    """Return the promise about expected relations: all of them hold."""
    tried = overall.relations_tried
    holding = overall.relations_holding / tried if tried else None
    return (
        Target(
            "share of the expected relations that hold",
            "1",
            "-",
            holding,
            None if holding is None else holding == 1,
        ),
    )


def at_most(name: str, value: float | None, limit: float, unit: str = "C") -> Target:
    """Return a promise that a number stays below a limit."""
    is_met = None if value is None else value <= limit
    return Target(name, f"at most {limit:.1f}", unit, value, is_met)


def _pooled(scores: Sequence[BandScore]) -> float | None:
    """Root mean square over several studies, each by its number of readings."""
    n = sum(score.n for score in scores)
    total = sum((score.group_rmse_c or 0.0) ** 2 * score.n for score in scores)
    return math.sqrt(total / n) if n else None
