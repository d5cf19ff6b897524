"""What the project promised of whole bodies in cold gas, and whether it holds."""

from __future__ import annotations

from collections.abc import Sequence

from cryodose.validate.results import ExperimentScore, NumberScore, Target
from cryodose.validate.summary import score_of

__all__ = ["EXIT_RMSE_C", "EXIT_WITHIN_1SD", "gas_targets"]

EXIT_RMSE_C = 1.5
EXIT_WITHIN_1SD = 0.7
_MODALITIES = ("cryochamber", "cryosauna")
_SKIN = ("skin-temperature", "mean-skin-temperature")
# A reading at the exit is one within the delay of a camera.
_EXIT_S = 60.0


def gas_targets(experiments: Sequence[ExperimentScore]) -> tuple[Target, ...]:
    """Return the promises about cold gas; none where nothing was measured in it."""
    rows = [r for e in experiments for r in e.measured if r.modality in _MODALITIES]
    skin = score_of([r for r in rows if _is_exit_skin(r)], "C")
    core = score_of([r for r in rows if r.quantity == "core-temperature" and r.change], "C")
    if not rows:
        return ()
    return (
        Target(
            "RMSE of skin at the exit from cold gas",
            f"at most {EXIT_RMSE_C:.1f}",
            "C",
            skin.rmse,
            None if skin.rmse is None else skin.rmse <= EXIT_RMSE_C,
        ),
        _share("skin at the exit within 1 SD", skin.within_1sd, EXIT_WITHIN_1SD),
        _share("skin at the exit within 2 SD", skin.within_2sd, 1.0),
        _share("changes of the core within 1 SD", core.within_1sd, 1.0),
    )


def _is_exit_skin(row: NumberScore) -> bool:
    at_exit = row.since == "exit" and row.time_s is not None and 0.0 <= row.time_s <= _EXIT_S
    return row.quantity in _SKIN and at_exit


def _share(what: str, value: float | None, least: float) -> Target:
    wanted = "1" if least == 1.0 else f"at least {least:.2f}"
    met = None if value is None else value >= least
    return Target(f"share of {what}", wanted, "-", value, met)
