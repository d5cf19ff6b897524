"""What was promised of whole bodies in cold gas, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence

from cryodose.validate.results import ExperimentScore, NumberScore, Target
from cryodose.validate.summary import group_of, score_of
from cryodose.validate.targets import at_most

__all__ = ["BODY_SKIN_RMSE_C", "BODY_WITHIN_1SD", "COLD_GAS", "body_targets"]

COLD_GAS = ("cryochamber", "cryosauna")
BODY_SKIN_RMSE_C = 1.5
BODY_WITHIN_1SD = 0.70


def body_targets(experiments: Sequence[ExperimentScore]) -> tuple[Target, ...]:
    """Return the promises about cold gas; none where no file is about it.

    Skin counts wherever its site is stated, one site or several; the core as a change.
    """
    mine = [e for e in experiments if e.modality in COLD_GAS]
    if not mine:
        return ()
    rows = [row for e in mine for row in e.measured if row.modality in COLD_GAS]
    skin = score_of([r for r in rows if group_of(r) == "skin temperature"], "C")
    core = score_of([r for r in rows if _is_core(r)], "C")
    return (
        at_most("RMSE of skin after cold gas", skin.rmse, BODY_SKIN_RMSE_C),
        _at_least("share of skin after cold gas within 1 SD", skin.within_1sd, BODY_WITHIN_1SD),
        _at_least("share of skin after cold gas within 2 SD", skin.within_2sd, 1.0),
        _at_least("share of core temperatures in cold gas within 1 SD", core.within_1sd, 1.0),
    )


def _is_core(row: NumberScore) -> bool:
    return row.quantity == "core-temperature" and row.unit == "C"


def _at_least(name: str, value: float | None, limit: float) -> Target:
    is_met = None if value is None else value >= limit
    return Target(name, f"at least {limit:.2f}" if limit < 1.0 else "1", "-", value, is_met)
