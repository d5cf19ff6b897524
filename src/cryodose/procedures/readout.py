"""Reads what somebody measured (or could measure) out of simulated responses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.errors import CryodoseError
from cryodose.physics.blood import beside_edge
from cryodose.physics.nerve import velocity_ratio
from cryodose.procedures.body_response import CORE
from cryodose.procedures.cryoelectrophoresis import DrugResponse
from cryodose.procedures.drug_readout import DRUG_QUANTITIES, read_drug
from cryodose.procedures.request import Probe, Response, muscle_depth_mm
from cryodose.session import Where
from cryodose.session.quantities import TIMES
from cryodose.units import MM_PER_M, PERCENT, ml_100g_min

Array = NDArray[np.float64]
ResponseOf = Callable[[str], Response]

PREDICTED = (
    "skin-temperature",
    "mean-skin-temperature",
    "core-temperature",
    "tissue-temperature",
    "surface-temperature",
    "time-to-temperature",
    "time-to-change",
    "time-of-minimum",
    "skin-conductance-change",
    "muscle-flow-change",
    "nerve-velocity-change",
)
# Flow of muscle and speed of nerves are read as shares of the start, unless these are asked for.
FLOW, SPEED = "mL/100g/min", "m/s"
# What a curve of skin temperature answers.
_OF_SKIN = ("skin-temperature", "mean-skin-temperature", "surface-temperature", *TIMES)


class NotPredicted(CryodoseError):
    """A quantity that this version has no model for; it is reported as such, never guessed."""

    exit_code = 2


def probes_for(wanted: Iterable[Where]) -> tuple[Probe, ...]:
    """Return every place that a list of measurements needs."""
    return tuple({p.name: p for p in map(_probe, wanted) if p is not None}.values())


def muscle_probe(wanted: Iterable[Where]) -> Probe:
    """Return where a start temperature of the muscle was taken: the first depth measured there.

    Without one, the depth of the evidence table.
    """
    for where in wanted:
        probe = _probe(where)
        if (
            where.quantity == "tissue-temperature"
            and probe
            and probe.depth_from in ("skin", "adipose")
        ):
            return probe
    return Probe(muscle_depth_mm(), "adipose")


def mean_rule(wanted: Iterable[Where]) -> tuple[tuple[str, float], ...]:
    """Return the rule of a measured start of the mean skin: that of the first mean read later.

    A study that weights chest, arm, thigh and calf means the same four at the start. Without such
    a rule, nothing: all skin by area.
    """
    for where in wanted:
        if where.quantity == "mean-skin-temperature":
            return tuple(sites_of(where, "").items()) if where.weights else ()
    return ()


def _probe(where: Where) -> Probe | None:
    if where.quantity == "nerve-velocity-change":
        return Probe(0.0, "nerve", where.nerve or "")
    if where.site in CORE:  # a depth of the thermometer says nothing more
        return None
    if where.layer == "fat":
        return Probe(0.0, "fat")
    if where.layer == "joint":
        return Probe(0.0, "joint")
    depth = where.depth_mm or 0.0
    if depth == 0 and where.depth_from == "skin":
        return None
    return Probe(depth, where.depth_from)


def sites_of(where: Where, site: str, *, is_whole: bool = False) -> dict[str, float]:
    """Return the sites a measurement covers with their weights; `site` where it names none.

    A whole body knows all of its skin by area; elsewhere some sites stand for the mean.
    """
    if where.weights:
        found: dict[str, float] = {}
        for region, weight in where.weights.items():
            for member, share in _members(region).items():
                found[member] = found.get(member, 0.0) + weight * share
        return found
    place = "mean" if where.quantity == "mean-skin-temperature" else where.site or site
    if is_whole and place == "mean" and where.quantity in _OF_SKIN and _probe(where) is None:
        return {place: 1.0}
    return _members(place)


def _members(region: str) -> dict[str, float]:
    """Area-weighted members of a group of sites; a site alone stands for itself."""
    if region not in evidence.names("regions", "group"):
        return {region: 1.0}
    members = evidence.words("regions", f"group.{region}")
    area = [evidence.value("sites", f"{m}.area_share") for m in members]
    return {m: a / sum(area) for m, a in zip(members, area, strict=True)}


def read(where: Where, site: str, response_of: ResponseOf, *, is_whole: bool = False) -> Array:
    """Return what the members would show, (n_places, n).

    Parameters
    ----------
    where : Where
        Quantity, place and moments.
    site : str
        Site of the session, for measurements that name none.
    response_of : callable
        Gives the response of a site.
    is_whole : bool
        Whether it also gives that of the ``mean`` skin.

    Raises
    ------
    NotPredicted
        For a quantity without a model.
    """
    if where.quantity in DRUG_QUANTITIES:
        response = response_of(site)
        if isinstance(response, DrugResponse):
            return read_drug(where, response)
    if where.quantity not in PREDICTED:
        raise NotPredicted(f"{where.quantity} has no model in this procedure")
    parts = sites_of(where, site, is_whole=is_whole)
    total = sum(parts.values())
    shares = [(w / total, response_of(s)) for s, w in parts.items()]
    if where.quantity in TIMES:
        return _times(where, _together(where, shares), shares[0][1])[None]
    found = sum(w * _read_site(where, part) * _scale(where, part) for w, part in shares)
    return np.asarray(found, dtype=np.float64)


def _scale(where: Where, response: Response) -> Array | float:
    """Return what turns a share in percent into a change in the unit that is asked for."""
    unit, values = getattr(where, "unit", None), response.values
    if unit == FLOW:
        rest = values.get(
            "soft.perfusion_per_s", evidence.value("tissues", "muscle.perfusion_per_s")
        )
        people = values.get("muscle_share", values.get("muscle_flow_share", 1.0))
        density = evidence.value("tissues", "muscle.density_kg_m3")
        return np.asarray(rest * people * ml_100g_min(1.0, density) / PERCENT)
    if unit == SPEED:
        nerve = where.nerve or "superficial"
        return evidence.value("nerves", f"{nerve}.velocity_m_s") / PERCENT
    return 1.0


def _together(where: Where, shares: Sequence[tuple[float, Response]]) -> Array:
    """Return the curve of several sites taken together, (n_out, n).

    A group reaches a temperature when its mean does, which is not the mean of the moments at which
    its sites do.
    """
    return np.asarray(sum(w * _series_of_time(where, part) for w, part in shares))


def lowest_of_mean_s(
    where: Where, site: str, response_of: ResponseOf, weights: Array, *, is_whole: bool = False
) -> float:
    """Return when the mean curve of the members is lowest, s, on the clock of the measurement.

    Papers tell the moment of the lowest point of a group's curve. Where curves are flat, the
    moments of single members scatter over half an hour round it and their mean is another number.
    """
    parts = sites_of(where, site, is_whole=is_whole)
    total = sum(parts.values())
    shares = [(w / total, response_of(s)) for s, w in parts.items()]
    curve = _together(where, shares) @ weights / weights.sum()
    first = shares[0][1]
    origin = first.exit_s if where.since == "exit" else 0.0
    return float(first.time_s[curve.argmin()] - origin)


def _read_site(where: Where, response: Response) -> Array:
    series = _series(where, response)
    if where.when_skin_c is not None:
        return _at_skin(series, response, where.when_skin_c)[None]
    offset = response.exit_s if where.since == "exit" else 0.0
    places = [_moment(where, response, series, t + offset) for t in where.time_s or ()]
    values = np.stack(places)
    if where.change and _is_temperature(where):
        first = (
            response.at(series, where.change_from_s)
            if where.change_from_s is not None
            else series[0]
        )
        values = values - first
    if where.from_edge_mm is not None:
        moments = np.asarray(where.time_s) + offset
        values = _beside(where, series[0], values, moments)
    return values


def _is_temperature(where: Where) -> bool:
    return where.quantity.endswith("-temperature")


def _series(where: Where, response: Response) -> Array:
    match where.quantity:
        case "skin-conductance-change":
            return (response.skin_flow - 1.0) * PERCENT
        case "muscle-flow-change":
            return (response.muscle_flow - 1.0) * PERCENT
        case "nerve-velocity-change":
            t = response.t_probe_c[Probe(0.0, "nerve", where.nerve or "").name]
            return (velocity_ratio(t, t[0], response.values["nerve_q10"]) - 1.0) * PERCENT
    probe = _probe(where)
    if probe is not None:
        return response.t_probe_c[probe.name]
    return response.t_skin_c if where.read_delay_s is not None else sensor_c(response)


def sensor_c(response: Response) -> Array:
    """Return what a sensor taped to the skin reads, (n_out, n).

    Under a pack it keeps the cold off its own spot and reads a share of the way from the skin
    beside it to blood temperature; off the pack it reads the skin.
    """
    v = response.values
    share = np.where(response.is_on()[:, None], v["sensor_share"], 0.0)
    return np.asarray(response.t_skin_c + share * (v["t_artery_c"] - response.t_skin_c))


def _moment(where: Where, response: Response, series: Array, time_s: float) -> Array:
    """Value at a moment, averaged over the delay of a camera where one is stated."""
    if where.read_delay_s is None:
        return response.at(series, _within(response, time_s))
    low, high = where.read_delay_s
    points = np.linspace(low, high, 13 if high > low else 1)
    return np.asarray(
        np.mean([response.at(series, _within(response, time_s + d)) for d in points], axis=0)
    )


def _within(response: Response, time_s: float) -> float:
    """Hold a moment just past the end of the record (a camera's delay) at the end."""
    return float(min(max(time_s, 0.0), response.time_s[-1]))


def _at_skin(series: Array, response: Response, target_c: float) -> Array:
    """Value at the moment the skin reads a temperature; nan where it never does."""
    skin = sensor_c(response)
    moment = first_below(response.time_s, skin, np.full(skin.shape[1], target_c))
    out = np.full(skin.shape[1], np.nan)
    for member in np.flatnonzero(np.isfinite(moment)):
        out[member] = np.interp(moment[member], response.time_s, series[:, member])
    return out


def first_below(time_s: Array, series: Array, level: Array) -> Array:
    """Return when each member first reaches a level from above, (n,); nan where it never does."""
    below = series <= level
    index = below.argmax(axis=0)
    hit = below.any(axis=0)
    columns = np.arange(series.shape[1])
    before = np.maximum(index - 1, 0)
    a, b = series[before, columns], series[index, columns]
    span = np.where(a > b, a - b, 1.0)
    share = np.where(index > 0, np.clip((a - level) / span, 0.0, 1.0), 0.0)
    moment = time_s[before] + share * (time_s[index] - time_s[before])
    return np.asarray(np.where(hit, moment, np.nan))


def _times(where: Where, series: Array, response: Response) -> Array:
    """Return moments since the start or, for what happens after it, since the end of cooling."""
    time = response.time_s
    origin = response.exit_s if where.since == "exit" else 0.0
    if where.quantity == "time-of-minimum":
        return np.asarray(time[series.argmin(axis=0)] - origin)
    first = series[0]
    if where.since == "exit":
        first = response.at(series, origin)
        kept = time > origin
        time = np.concatenate([[origin], time[kept]])
        series = np.concatenate([first[None], series[kept]])
    if where.target_c is not None:
        level = np.full(series.shape[1], where.target_c)
    else:
        level = first + (where.change_c or 0.0)
    rises = level > first
    falling = first_below(time, series, level)
    rising = first_below(time, -series, -level)
    return np.asarray(np.where(rises, rising, falling) - origin)


def _series_of_time(where: Where, response: Response) -> Array:
    probe = _probe(where)
    return sensor_c(response) if probe is None else response.t_probe_c[probe.name]


def _beside(where: Where, start: Array, change: Array, moments: Array) -> Array:
    """Carry a change under the pack sideways past its edge; inside the edge it stays."""
    distance = (where.from_edge_mm or 0.0) / MM_PER_M
    if distance < 0:
        return change
    diffusivity = evidence.value("tissues", "fat.k_w_mk") / (
        evidence.value("tissues", "fat.density_kg_m3")
        * evidence.value("tissues", "fat.specific_heat_j_kgk")
    )
    sink = evidence.value("contact", "law.edge_length_mm") / MM_PER_M
    share = beside_edge(distance, moments, diffusivity, sink)[:, None]
    if where.change:
        return change * share
    return np.asarray(start + (change - start) * share)
