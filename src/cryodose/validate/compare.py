"""Puts every measured number beside its prediction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.bands import mean_sd, probability, weighted_quantiles
from cryodose.dosing.simulation import Simulation
from cryodose.errors import BadInput, show_value
from cryodose.procedures.drug import drug_of
from cryodose.procedures.drug_readout import DRUG_QUANTITIES
from cryodose.procedures.readout import FLOW, SPEED, NotPredicted
from cryodose.session import Cryoelectrophoresis, Measured, Session, Where
from cryodose.session.quantities import TIMES, UNITS
from cryodose.units import KILO, PERCENT
from cryodose.validate.results import NumberScore
from cryodose.validate.scope import taken_for_no_site, why_not

__all__ = ["Prediction", "compare", "horizon_s", "joined", "predict", "unit_factor"]

Array = NDArray[np.float64]

# Fewer members than this, and a moment counts as not reached. It is the median's own rule.
REACHED_SHARE = 0.5
BAND = (0.05, 0.95)
_CM3_TO_MM3 = KILO
_FACTORS = {
    ("mm3", "cm3"): 1.0 / _CM3_TO_MM3,
    ("cm3", "mm3"): _CM3_TO_MM3,
    ("ug", "mg"): 1.0 / KILO,
    ("mg", "ug"): KILO,
    ("-", "percent"): PERCENT,
    ("percent", "-"): 1.0 / PERCENT,
    # The readout answers in these units where they are asked for.
    ("ug", "ug/cm2"): 1.0,
    ("percent", FLOW): 1.0,
    ("percent", SPEED): 1.0,
}


@dataclass(frozen=True)
class Prediction:
    """Members' values at each place, in the first unit of the quantity.

    Attributes
    ----------
    values : ndarray, shape (n_places, members)
        nan where a member never reaches the moment.
    mean, sd : ndarray, shape (n_places,)
        nan where fewer than half of the members reach the moment.
    share : ndarray, shape (n_places,)
        Share of members that reach it.
    low, high : ndarray, shape (n_places,)
        5 and 95 percent points; nan as for `mean`.
    """

    values: Array
    mean: Array
    sd: Array
    share: Array
    low: Array
    high: Array


def unit_factor(quantity: str, unit: str) -> float:
    """Return what turns a prediction into `unit`.

    A prediction is in the first unit that the format lists for its quantity.
    """
    own = UNITS[quantity][0]
    return 1.0 if own == unit else _FACTORS[own, unit]


def predict(where: Where, run: Simulation) -> Prediction:
    """Return what the members show for a measurement.

    Raises
    ------
    NotPredicted
        For what has no model, and for numbers of a file that fit no body.
    """
    reason = why_not(where, run.session)
    if reason is not None:
        raise NotPredicted(reason)
    try:
        values = run.read(where)
    except BadInput as problem:
        # A file may be sound and its numbers still fit no body: that is a miss, not the end.
        found = f"{problem.key} = {show_value(problem.value)}: expected {problem.expected}"
        raise NotPredicted(f"cannot be run: {found}") from None
    share = np.array([probability(np.isfinite(row), run.weights) for row in values])
    reached = share >= REACHED_SHARE
    mean, sd = (np.where(reached, a, np.nan) for a in mean_sd(values, run.weights))
    if where.quantity == "time-of-minimum" and (lowest := run.lowest_of_mean_s(where)) is not None:
        mean = np.where(reached, lowest, np.nan)
    ends = np.full((2, len(values)), np.nan)
    for place in np.flatnonzero(reached):
        known = np.isfinite(values[place])
        ends[:, place] = weighted_quantiles(values[place, known], BAND, run.weights[known])
    return Prediction(values, mean, sd, share, *ends)


def horizon_s(where: Where, run: Simulation) -> float:
    """Return how far a session was simulated, on the clock of a measurement."""
    request = run.request
    end = sum(c.on_s + c.off_s for c in request.cycles) + request.recovery_s
    return end - (request.exit_s if where.since == "exit" else 0.0)


def joined(*notes: str | None) -> str | None:
    """Join what there is to say about one number."""
    return "; ".join(note for note in notes if note) or None


def compare(
    measured: Measured, modality: str, run: Simulation | None, reason: str = ""
) -> list[NumberScore]:
    """Compare one entry of `[[measured]]`, place by place.

    Parameters
    ----------
    modality : str
        Of the session that it was measured in.
    run : Simulation or None
        None where the session could not be run, for the given `reason`.
    """
    blank = list(_as_measured(measured, modality))
    if run is None:
        return [replace(row, note=joined(f"not run: {reason}", row.note)) for row in blank]
    factor = unit_factor(measured.quantity, measured.unit)
    try:
        prediction = predict(measured, run)
    except NotPredicted as missing:
        return [replace(row, note=joined(str(missing), row.note)) for row in blank]
    if (site := taken_for_no_site(measured, run.session)) is not None:
        blank = [replace(row, note=joined(f"no site stated: {site}", row.note)) for row in blank]
    end = horizon_s(measured, run)
    kind = ion_class_of(run.session) if measured.quantity in DRUG_QUANTITIES else None
    blank = [replace(row, ion_class=kind) for row in blank]
    return [
        _filled(row, prediction, place, factor, end)
        if np.isfinite(prediction.mean[place])
        else _unreached(row, measured, float(prediction.share[place]), end)
        for place, row in enumerate(blank)
    ]


def ion_class_of(session: Session) -> str | None:
    """Return the class of ion of a session's drug; None without one."""
    exposure = session.exposure
    return drug_of(exposure.drug).kind if isinstance(exposure, Cryoelectrophoresis) else None


def _as_measured(measured: Measured, modality: str) -> Iterator[NumberScore]:
    times = measured.time_s or (None,) * len(measured.mean)
    spreads = measured.sd_effective or (None,) * len(measured.mean)
    for time_s, mean, sd in zip(times, measured.mean, spreads, strict=True):
        yield NumberScore(
            quantity=measured.quantity,
            variant=measured.variant,
            modality=modality,
            site=measured.site,
            depth_mm=measured.depth_mm,
            depth_from=measured.depth_from,
            time_s=time_s,
            since=measured.since,
            change=measured.change,
            unit=measured.unit,
            mean=mean,
            sd=sd,
            n=measured.n,
            note=measured.note,
        )


def _filled(
    row: NumberScore, prediction: Prediction, place: int, factor: float, end_s: float
) -> NumberScore:
    predicted = float(prediction.mean[place]) * factor
    error = predicted - row.mean
    known = row.sd is not None and row.sd > 0
    z = error / row.sd if known and row.sd else None
    must_reach = row.quantity in TIMES or bool(np.isnan(prediction.values[place]).any())
    note = row.note
    if row.quantity == "time-of-minimum" and predicted >= end_s:
        note = joined(f"still falling at {end_s:g} s, where the run ends", note)
    return replace(
        row,
        note=note,
        predicted=predicted,
        predicted_sd=float(prediction.sd[place]) * abs(factor),
        error=error,
        z=z,
        within_1sd=None if z is None else abs(z) <= 1,
        within_2sd=None if z is None else abs(z) <= 2,
        share_reached=float(prediction.share[place]) if must_reach else None,
        low=float(prediction.low[place]) * factor,
        high=float(prediction.high[place]) * factor,
    )


def _unreached(row: NumberScore, where: Measured, share: float, end_s: float) -> NumberScore:
    """Say that a moment is not reached; it is outside an interval that ends before the record."""

    def outside(reach: int) -> bool | None:
        is_time = where.quantity in TIMES and row.sd
        return False if is_time and row.mean + reach * (row.sd or 0.0) < end_s else None

    why = f"not within {end_s:g} s; reached by {share * PERCENT:.0f} % of the members"
    return replace(
        row,
        within_1sd=outside(1),
        within_2sd=outside(2),
        share_reached=share,
        note=joined(why, row.note),
    )
