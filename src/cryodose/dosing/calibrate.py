"""A person's own readings narrow the band: Bayesian update of the drawn quantities.

Each member is weighted by the likelihood of the readings (importance sampling). Where few members
survive, the draws move: a new hypercube is laid round the weighted members and weighted by prior
times likelihood over the density it was drawn from (population Monte Carlo, doi
10.1198/106186004X12803), so the proposal does not bias the posterior.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.ensemble import scores
from cryodose.dosing.simulation import Simulation
from cryodose.session import Measured

Array = NDArray[np.float64]


_ENOUGH_SHARE = 1.0 / 3.0  # numerical: of the members must still count
_CLEAR = 3.0  # numerical: a centre is trusted beyond so many standard errors
_INFLATE = 1.2  # numerical: a proposal is drawn wider than what it is meant to cover
_LEAST_SPREAD = 0.25  # numerical: and never so narrow that weights explode


def effective_members(weights: Array) -> float:
    """Return Kish's effective number of members."""
    return float(np.sum(weights) ** 2 / np.sum(weights**2))


def log_likelihood(simulation: Simulation, readings: Sequence[Measured]) -> Array:
    """Return the log likelihood of the readings for every member, (members,).

    Errors of the thermometer are independent; that of the model is one and the same for all
    readings of the skin in a session, and another one for all of the core, so that a hundred of
    them do not count as a hundred.
    """
    rows = [simulation.read(by_infrared(r)) - np.array(r.mean)[:, None] for r in readings]
    away = np.vstack(rows)
    own = np.concatenate([_error_k(r) for r in readings])
    covariance = np.diag(own**2)
    of_core = np.concatenate([np.full(len(r.mean), _is_core(r)) for r in readings])
    for kind in (False, True):
        same = (of_core == kind).astype(np.float64)
        covariance += np.outer(same, same) * _model_k(is_core=kind) ** 2
    log = -0.5 * np.sum(away * np.linalg.solve(covariance, away), axis=0)
    return np.asarray(np.where(np.isfinite(log), log, -np.inf))


def _is_core(reading: Measured) -> bool:
    return reading.quantity == "core-temperature"


def _model_k(*, is_core: bool) -> float:
    """Return the standard deviation of the model's own error, K."""
    return evidence.value("limits", "reading.core_model_k" if is_core else "reading.model_k")


def _error_k(reading: Measured) -> Array:
    """Return the standard deviation of each value of a reading, K."""
    key = "reading.core_error_k" if _is_core(reading) else "reading.error_k"
    default = evidence.value("limits", key)
    stated = reading.sd_effective
    if stated is None:
        return np.full(len(reading.mean), default)
    least = evidence.value("limits", "reading.least_k")
    return np.maximum(
        np.broadcast_to(np.asarray(stated, dtype=np.float64), len(reading.mean)), least
    )


def contradiction(simulation: Simulation, readings: Sequence[Measured]) -> str:
    """Return words where readings do not fit together or leave hardly a member; "" where they do.

    Then none of them is used: a dose must not rest on the few members that happen to survive.
    """
    few = evidence.value("limits", "reading.least_members")
    most = evidence.value("limits", "reading.most_apart_sd")
    if effective_members(simulation.weights) < min(few, simulation.members * _ENOUGH_SHARE):
        return "The readings fit hardly anybody in the ensemble; none was used. Measure again."
    for reading in readings:
        mean, sd = simulation.predict(by_infrared(reading))
        model = _model_k(is_core=_is_core(reading))
        error = np.hypot(np.hypot(_error_k(reading), model), sd)
        if np.any(np.abs(np.asarray(reading.mean) - mean) > most * error):
            return "The readings contradict each other; none was used. Measure again."
    return ""


def plausible(
    simulation: Simulation, readings: Sequence[Measured]
) -> tuple[tuple[Measured, ...], tuple[str, ...]]:
    """Return the readings that the ensemble can explain, and words for those it cannot.

    A reading is implausible where it lies further from the ensemble's mean than
    `limits.reading.most_sd` standard deviations of ensemble and reading together.
    """
    most = evidence.value("limits", "reading.most_sd")
    kept, ignored = [], []
    for reading in readings:
        mean, sd = simulation.predict(by_infrared(reading))
        error = np.hypot(_error_k(reading), _model_k(is_core=_is_core(reading)))
        away = np.abs(np.asarray(reading.mean) - mean) / np.hypot(sd, error)
        if np.all(np.isfinite(away) & (away <= most)):
            kept.append(reading)
            continue
        worst = int(np.argmax(away))
        ignored.append(
            f"A reading of {reading.mean[worst]:g} °C was left out: at that moment "
            f"{mean[worst]:.1f} °C, give or take {sd[worst]:.1f}, was expected. Measure again."
        )
    return tuple(kept), tuple(ignored)


def by_infrared(reading: Measured) -> Measured:
    """Return a reading as one by infrared thermometer: of the skin, without a taped sensor."""
    if reading.read_delay_s is not None or reading.depth_mm or _is_core(reading):
        return reading
    return reading.model_copy(update={"read_delay_s": (0.0, 0.0)})


def update(simulation: Simulation, readings: Sequence[Measured], rounds: int = 3) -> Simulation:
    """Return the ensemble that also knows the readings.

    Parameters
    ----------
    simulation : Simulation
        Prior ensemble.
    readings : sequence of Measured
        Readings of this person.
    rounds : int
        At most so many moves of the draws; none where enough members survive at once.
    """
    if not readings:
        return simulation
    current, prior_over_draw = simulation, np.zeros(simulation.members)
    for turn in range(rounds + 1):
        log_weight = log_likelihood(current, readings) + prior_over_draw
        weights = np.exp(log_weight - log_weight.max())
        weights /= weights.sum()
        if turn == rounds or effective_members(weights) > simulation.members * _ENOUGH_SHARE:
            break
        current, prior_over_draw = _moved(current, weights, turn)
    return Simulation(
        current.session, current.members, current.seed, current.request, weights, current.scores()
    )


def _moved(simulation: Simulation, weights: Array, turn: int) -> tuple[Simulation, Array]:
    """Return draws laid round the weighted members and log(prior / proposal) of each."""
    z = simulation.scores()
    centre = z @ weights
    spread = np.sqrt(((z - centre[:, None]) ** 2) @ weights)
    # Few effective members make noisy moments: trust them only where they speak clearly.
    noise = 1.0 / np.sqrt(max(effective_members(weights), 1.0))
    is_clear = np.abs(centre) > _CLEAR * noise
    centre = np.where(is_clear, centre, 0.0)
    spread = np.where(is_clear, np.clip(_INFLATE * spread, _LEAST_SPREAD, 1.0), 1.0)
    fresh = scores(len(z), simulation.members, simulation.seed + 1 + turn)
    moved = centre[:, None] + spread[:, None] * fresh
    log_prior = -0.5 * (moved**2).sum(axis=0)
    log_draw = -0.5 * (fresh**2).sum(axis=0) - np.log(spread).sum()
    even = np.full(simulation.members, 1.0 / simulation.members)
    now = Simulation(
        simulation.session, simulation.members, simulation.seed, simulation.request, even, moved
    )
    return now, log_prior - log_draw
