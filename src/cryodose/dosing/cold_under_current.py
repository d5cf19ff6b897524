"""The limits of the cold itself where a donor is frozen or a pack lies on the skin before."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.current_limits import CurrentLimit
from cryodose.dosing.limits import Limit, limits_of
from cryodose.dosing.search import longest_allowed_s
from cryodose.procedures import Probe
from cryodose.procedures.cryoelectrophoresis import DrugResponse
from cryodose.procedures.currents import duration_s
from cryodose.procedures.drug_session import exposure_of, site_of, thermal_session
from cryodose.session import Session

Array = NDArray[np.float64]

# numerical: the leaner end of belief decides what counts as thin, as for packs alone
_LEAN_SHARE = 0.05
_SLACK = 1e-9
COLD = "cold "  # how the names of these limits begin


def is_cold(session: Session) -> bool:
    """Tell whether anything cold touches the skin."""
    exposure = exposure_of(session)
    return exposure.donor_state == "frozen" or exposure.precooling is not None


def cold_probes(session: Session) -> tuple[Probe, ...]:
    """Return the places below the skin that a limit of the cold is about."""
    if not is_cold(session):
        return ()
    found = limits_of(thermal_session(session), site_of(session), 0.0)
    return tuple(x.probe for x in found if x.probe is not None)


def cold_limits(
    session: Session, response: DrugResponse, weights: Array
) -> tuple[CurrentLimit, ...]:
    """Return every limit of the cold, as for a pack of its own; none without anything cold.

    Parameters
    ----------
    response : DrugResponse
        Of the session; a frozen donor cools as long as the current is on, a pack before it only
        before.
    """
    if not is_cold(session):
        return ()
    fat = response.values.get("adipose_mm")
    lean = math.inf
    if fat is not None:
        lean = float(weighted_quantiles(fat, (_LEAN_SHARE,), weights)[0])
    found = limits_of(thermal_session(session), site_of(session), lean)
    return tuple(
        _of_time(x, session) if x.time_s is not None else _of_cold(x, session, response, weights)
        for x in found
    )


def _spans(session: Session) -> tuple[float, float]:
    """Return how long the cold lies on before and with the current."""
    exposure = exposure_of(session)
    before = exposure.precooling.duration_s if exposure.precooling else 0.0
    return before, duration_s(exposure) if exposure.donor_state == "frozen" else 0.0


def _of_time(limit: Limit, session: Session) -> CurrentLimit:
    before, on = _spans(session)
    most = limit.time_s or 0.0
    holds = before + on <= most * (1.0 + _SLACK)
    is_frozen = exposure_of(session).donor_state == "frozen"
    left = max(most - before, 0.0) if is_frozen else math.inf
    words = f"cold on the skin ({limit.words})"
    return CurrentLimit(COLD + limit.name, words, before + on, most, "s", limit.source, holds, left)


def _of_cold(
    limit: Limit, session: Session, response: DrugResponse, weights: Array
) -> CurrentLimit:
    _, on = _spans(session)
    first = longest_allowed_s(limit, response, weights)
    coldest = limit.series(response).min(axis=0)
    value = float(weighted_quantiles(coldest, (limit.probability,), weights)[0])
    passed = math.inf if first is None else first
    is_frozen = exposure_of(session).donor_state == "frozen"
    holds = first is None or (is_frozen and passed > on)
    allowed_s = passed if is_frozen else (math.inf if holds else 0.0)
    words = f"cold: {limit.words}"
    return CurrentLimit(
        COLD + limit.name, words, value, limit.t_c or 0.0, "°C", limit.source, holds, allowed_s
    )
