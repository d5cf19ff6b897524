r"""Oxygen in a room of two zones: a floor layer in which cold gas pools, and the air above.

.. math::
   V_1 \dot C_1 = a_1 C_a - (o_1 + f^+) C_1 + f^- C_2 + m (C_2 - C_1)

and the like for the upper zone, at constant pressure: the flow f from floor to upper zone closes
the volumes. Between two changes of the flows the solution is exact (matrix exponential), and so is
the balance of the gas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TAYLOR_TERMS = 20


@dataclass(frozen=True)
class Flows:
    """Flows during a span, m3/s; (2,) each for floor and upper zone.

    Fresh air in, nitrogen set free, air out, and what floor and upper zone exchange both ways.
    Out equals fresh plus nitrogen.
    """

    span_s: float
    fresh: Array
    nitrogen: Array
    out: Array
    exchange: float


@dataclass(frozen=True)
class OxygenHistory:
    """Oxygen over time.

    Attributes
    ----------
    time_s : (n_t,)
    share : (n_t, 2), floor and upper zone
    gained_m3, lost_m3 : (n_t,), oxygen in and out since the start
    """

    time_s: Array
    share: Array
    gained_m3: Array
    lost_m3: Array


def follow_oxygen(
    volume_m3: Array, start_share: Array, air_share: float, spans: tuple[Flows, ...], every_s: float
) -> OxygenHistory:
    """Return the oxygen along spans of constant flows.

    Parameters
    ----------
    volume_m3, start_share : (2,), floor and upper zone
    every_s : longest step between two points of the answer
    """
    state = np.array([*start_share, 0.0, 1.0])
    times, states, gained = [0.0], [state], [0.0]
    known: dict[tuple[bytes, float], Array] = {}  # a day repeats its few flows
    for flows in spans:
        if not flows.span_s > 0:
            continue
        steps = max(int(np.ceil(flows.span_s / every_s)), 1)
        h = flows.span_s / steps
        rates = _matrix(volume_m3, air_share, flows)
        key = (rates.tobytes(), h)
        if key not in known:
            known[key] = matrix_exponential(rates * h)
        step = known[key]
        for _ in range(steps):
            state = step @ state
            times.append(times[-1] + h)
            states.append(state)
            gained.append(gained[-1] + air_share * float(flows.fresh.sum()) * h)
    found = np.array(states)
    return OxygenHistory(np.array(times), found[:, :2], np.array(gained), found[:, 2])


def _matrix(volume_m3: Array, air_share: float, flows: Flows) -> Array:
    """Return the rates of (floor, upper, oxygen lost, 1)."""
    up = float(flows.fresh[0] + flows.nitrogen[0] - flows.out[0])
    rise, sink = max(up, 0.0) + flows.exchange, max(-up, 0.0) + flows.exchange
    v1, v2 = volume_m3
    a = np.zeros((4, 4))
    a[0] = [-(flows.out[0] + rise) / v1, sink / v1, 0.0, flows.fresh[0] * air_share / v1]
    a[1] = [rise / v2, -(flows.out[1] + sink) / v2, 0.0, flows.fresh[1] * air_share / v2]
    a[2] = [flows.out[0], flows.out[1], 0.0, 0.0]
    return a


def matrix_exponential(a: Array) -> Array:
    """Return the exponential of a small matrix by scaling and squaring."""
    norm = float(np.abs(a).sum(axis=1).max())
    halvings = max(int(np.ceil(np.log2(norm))) + 1, 0) if norm > 0 else 0
    small = a / 2.0**halvings
    term = total = np.eye(len(a))
    for n in range(1, TAYLOR_TERMS):
        term = term @ small / n
        total = total + term
    for _ in range(halvings):
        total = total @ total
    return total
