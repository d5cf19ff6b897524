"""Reads what somebody measured of a freeze out of its response."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from cryodose.procedures.freeze_death import necrosis_depth_mm, necrosis_mm3
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.procedures.request import Probe
from cryodose.session import Where
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]

SURFACE = ("skin-temperature", "surface-temperature")
EVENTS = ("time-to-temperature", "time-to-change", "time-of-minimum")
ISOTHERMS = ("isotherm-depth", "isotherm-diameter", "frozen-volume")
NECROSIS = ("necrosis-depth", "necrosis-volume")
FREEZE_QUANTITIES = (*SURFACE, "tissue-temperature", *EVENTS, *ISOTHERMS, *NECROSIS)

# numerical: moments over which a camera's delay is averaged
DELAYS = 13


def freeze_probe(where: Where) -> Probe:
    """Return the place of a measurement; on the skin below the centre where none is stated."""
    if where.layer is not None:
        return Probe(0.0, where.layer, from_edge_mm=where.from_edge_mm)
    depth = 0.0 if where.quantity in SURFACE else where.depth_mm or 0.0
    return Probe(depth, where.depth_from, from_edge_mm=where.from_edge_mm)


def freeze_probes(wanted: Iterable[Where]) -> tuple[Probe, ...]:
    """Return every place that a list of measurements needs."""
    places = [freeze_probe(w) for w in wanted if w.quantity not in (*ISOTHERMS, *NECROSIS)]
    return tuple({p.name: p for p in places}.values())


def wanted_isotherms(wanted: Iterable[Where]) -> tuple[float, ...]:
    """Return every isotherm that a list of measurements needs."""
    return tuple({w.isotherm_c for w in wanted if w.isotherm_c is not None})


def read_freeze(where: Where, response: FreezeResponse) -> Array:
    """Return what the members show for a measurement of a freeze, (n_places, n).

    An isotherm without a moment is read where it reaches farthest.
    """
    if where.quantity == "necrosis-depth":
        return necrosis_depth_mm(response)[None]
    if where.quantity == "necrosis-volume":
        return necrosis_mm3(response)[None]
    series = _series(where, response)
    if where.quantity in EVENTS:
        return _event(where, response, series)[None]
    if where.when_skin_c is not None:
        values = _when_skin(response, series, where.when_skin_c)[None]
    elif where.time_s is None:
        return np.asarray(series.max(axis=0)[None])
    else:
        origin = _origin(where, response)
        values = np.stack([_moment(where, response, series, origin + t) for t in where.time_s])
    if where.change:
        values = values - _first(where, response, series)
    return values


def _series(where: Where, response: FreezeResponse) -> Array:
    match where.quantity:
        case "isotherm-depth":
            return response.isotherm_depth_mm(where.isotherm_c)
        case "isotherm-diameter":
            return response.isotherm_diameter_mm(where.isotherm_c)
        case "frozen-volume":
            return response.frozen_m3[:, response.mark(where.isotherm_c)] * MM_PER_M**3
    return response.t_probe_c[freeze_probe(where).name]


def _origin(where: Where, response: FreezeResponse) -> Array:
    """Return the moment that times count from, (n,)."""
    return response.freeze_end_s[-1] if where.since == "exit" else np.zeros(response.n)


def _first(where: Where, response: FreezeResponse, series: Array) -> Array:
    if where.change_from_s is None:
        return np.asarray(series[0])
    return response.at_each(series, np.full(response.n, where.change_from_s))


def _moment(where: Where, response: FreezeResponse, series: Array, time_s: Array) -> Array:
    """Return the value at a moment, averaged over the delay of a camera."""
    if where.read_delay_s is None:
        return response.at_each(series, time_s)
    low, high = where.read_delay_s
    points = np.linspace(low, high, DELAYS if high > low else 1)
    return np.asarray(np.mean([response.at_each(series, time_s + d) for d in points], axis=0))


def _when_skin(response: FreezeResponse, series: Array, target_c: float) -> Array:
    """Return the value when the skin in the middle of the spot first reaches a temperature."""
    skin = response.t_skin_c
    moment = _crossing(response.time_s, skin, np.full(response.n, target_c))
    out = np.full(response.n, np.nan)
    for m in np.flatnonzero(np.isfinite(moment)):
        out[m] = np.interp(moment[m], response.time_s, series[:, m])
    return out


def _event(where: Where, response: FreezeResponse, series: Array) -> Array:
    """Return a moment since the start, or since the end of the cold for what happens after it."""
    origin, time = _origin(where, response), response.time_s
    if where.quantity == "time-of-minimum":
        return np.asarray(time[series.argmin(axis=0)] - origin)
    first = response.at_each(series, origin) if where.since == "exit" else series[0]
    level = first + (where.change_c or 0.0)
    if where.target_c is not None:
        level = np.full(response.n, where.target_c)
    out = np.full(response.n, np.nan)
    for m in range(response.n):
        later = time > origin[m]
        clock = np.concatenate([[origin[m]], time[later]])
        row = np.concatenate([first[m : m + 1], series[later, m]])
        out[m] = _crossing(clock, row[:, None], level[m : m + 1])[0] - origin[m]
    return out


def _crossing(time_s: Array, series: Array, level: Array) -> Array:
    """Return when each member first comes to a level, from whichever side it begins, (n,)."""
    side = np.where(series[0] < level, -1.0, 1.0)
    over = side * (series - level) <= 0
    index = over.argmax(axis=0)
    columns = np.arange(series.shape[1])
    before = np.maximum(index - 1, 0)
    a, b = series[before, columns], series[index, columns]
    gap = np.where(a == b, 1.0, b - a)
    share = np.where(index > 0, np.clip((level - a) / gap, 0.0, 1.0), 0.0)
    moment = time_s[before] + share * (time_s[index] - time_s[before])
    return np.asarray(np.where(over.any(axis=0), moment, np.nan))
