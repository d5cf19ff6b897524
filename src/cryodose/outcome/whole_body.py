"""What a whole body shows: curves, facts, and a table of its segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.segments import segment_names
from cryodose.dosing.bands import probability, weighted_quantiles
from cryodose.dosing.simulation import Simulation
from cryodose.procedures import Response
from cryodose.procedures.readout import first_below
from cryodose.units import KILO, PERCENT

Array = NDArray[np.float64]
Row = tuple[str, str, str, Array]
Band = tuple[float, float, float]

BAND = (0.05, 0.5, 0.95)
_CORES = {
    "rectal": "rectum",
    "oesophagus": "oesophagus (blood)",
    "gut": "gut",
    "tympanic": "eardrum",
}
_MAP_MOMENTS = 13


@dataclass(frozen=True)
class Segment:
    """One segment of a whole body: its skin, and how near each harm it comes.

    Attributes
    ----------
    start_c, exit_c, coldest_c : (low, median, high) of the skin
    margins_k : name of a threshold -> distance of the coldest skin that 95 of 100 people keep
    numb_chance, freezing_chance : share of people whose skin passes the threshold
    frozen_chance : share of people in whose tissue ice forms
    ice_mm : (low, median, high) of its greatest thickness, of those in whom it forms
    """

    name: str
    start_c: Band
    exit_c: Band
    coldest_c: Band
    margins_k: dict[str, float]
    numb_chance: float
    freezing_chance: float
    frozen_chance: float
    ice_mm: Band

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        bands = {k: [round(x, 3) for x in getattr(self, k)] for k in ("start_c", "exit_c")}
        return {
            "name": self.name,
            **bands,
            "coldest_c": [round(x, 3) for x in self.coldest_c],
            "margins_k": {k: round(v, 3) for k, v in self.margins_k.items()},
            "numb_chance": round(self.numb_chance, 5),
            "freezing_chance": round(self.freezing_chance, 5),
            "frozen_chance": round(self.frozen_chance, 5),
            "ice_mm": [round(x, 4) for x in self.ice_mm],
        }


@dataclass(frozen=True)
class BodyMap:
    """Median skin of every segment at some moments: (n_times, S), with their names."""

    segments: tuple[str, ...]
    time_s: Array
    t_c: Array
    exit_s: float


def thresholds_c() -> dict[str, float]:
    """Return the skin temperatures of harm, warmest first."""
    keys = ("cold_pain", "numbness", "freezing", "frostnip", "frostbite")
    return {k: evidence.value("limits", f"{k}.t_skin_c") for k in keys}


def segments_of(run: Simulation) -> tuple[Segment, ...]:
    """Return every segment of a finished run, head first."""
    response = run.response()
    return tuple(_segment(s, response.everywhere[s], run.weights) for s in segment_names())


def _band(values: Array, weights: Array) -> Band:
    low, median, high = weighted_quantiles(values, BAND, weights)
    return float(low), float(median), float(high)


def _segment(name: str, r: Response, weights: Array) -> Segment:
    coldest = r.t_skin_c.min(axis=0)
    (kept,) = weighted_quantiles(coldest, BAND[:1], weights)
    levels = thresholds_c()
    return Segment(
        name,
        _band(r.t_skin_c[0], weights),
        _band(r.at(r.t_skin_c, r.exit_s), weights),
        _band(coldest, weights),
        {k: float(kept - t) for k, t in levels.items()},
        probability(coldest <= levels["numbness"], weights),
        probability(coldest <= levels["freezing"], weights),
        *_ice(r, weights),
    )


def _ice(r: Response, weights: Array) -> tuple[float, Band]:
    """Return in how many people a segment freezes, and how thick the ice becomes in them."""
    thickest = np.zeros(len(weights)) if r.ice_mm is None else r.ice_mm.max(axis=0)
    froze = thickest > 0
    if not froze.any():
        return 0.0, (0.0, 0.0, 0.0)
    return probability(froze, weights), _band(thickest[froze], weights[froze])


def body_map(run: Simulation) -> BodyMap:
    """Return the skin over time for pictures: even moments up to a while after the exit."""
    response = run.response()
    names = segment_names()
    end = min(2.0 * response.exit_s, float(response.time_s[-1]))
    moments = np.unique(np.append(np.linspace(0.0, end, _MAP_MOMENTS), response.exit_s))
    rows = []
    for t in moments:
        now = [response.at(response.everywhere[s].t_skin_c, float(t)) for s in names]
        (median,) = weighted_quantiles(np.stack(now), (0.5,), run.weights)
        rows.append(median)
    return BodyMap(names, moments, np.stack(rows), response.exit_s)


def body_curves(response: Response) -> list[Row]:
    """Return the curves: mean skin first, then cores, sites, muscle, flows and heat."""
    all_ = response.everywhere
    table: list[Row] = [("skin", "mean skin", "C", all_["mean"].t_skin_c)]
    table.append(("skin-iso9886", "mean skin, ISO 9886", "C", iso9886_mean_c(response)))
    table += [(f"core-{k}", words, "C", all_[k].t_skin_c) for k, words in _CORES.items()]
    table += [(f"skin-{s}", f"skin, {s}", "C", all_[s].t_skin_c) for s in segment_names()]
    table += [
        (name, f"thigh muscle, {name.removeprefix('adipose+')} mm below the fat", "C", t)
        for name, t in response.t_probe_c.items()
        if name.startswith("adipose+")
    ]
    flow, muscle = response.skin_flow * PERCENT, response.muscle_flow * PERCENT
    table.append(("skin-flow", "skin blood flow of the thigh", "percent", flow))
    table.append(("muscle-flow", "muscle blood flow of the thigh", "percent", muscle))
    table.append(("heat", "heat removed", "kJ", heat_removed_kj(response)))
    shiver_w = all_["mean"].shiver_w
    if shiver_w is not None:
        table.append(("shivering", "heat made by shivering", "W", shiver_w))
    return table


def iso9886_mean_c(response: Response) -> Array:
    """Return the mean skin by the fourteen sites of equal weight of ISO 9886, (n_out, n)."""
    names = evidence.names("thermoregulation", "iso9886")
    weights = [evidence.value("thermoregulation", f"iso9886.{s}") for s in names]
    skin = [w * response.everywhere[s].t_skin_c for s, w in zip(names, weights, strict=True)]
    return np.asarray(np.sum(skin, axis=0) / sum(weights))


def heat_removed_kj(response: Response) -> Array:
    """Return the heat that left the whole skin, kJ, (n_out, n)."""
    area = response.values["skin_area_m2"]
    return np.asarray(response.everywhere["mean"].heat_out_j_m2 * area / KILO)


def body_facts(run: Simulation, response: Response) -> dict[str, Array]:
    """Return the numbers a reader looks for first, by member; nan where it does not happen."""
    all_, exit_s = response.everywhere, response.exit_s
    mean, thigh = all_["mean"].t_skin_c, all_["thigh"].t_skin_c
    coldest = np.min([all_[s].t_skin_c.min(axis=0) for s in segment_names()], axis=0)
    found = {
        "mean_skin_at_exit_c": response.at(mean, exit_s),
        "mean_skin_at_exit_change_k": response.at(mean, exit_s) - mean[0],
        "mean_skin_iso9886_at_exit_c": response.at(iso9886_mean_c(response), exit_s),
        "coldest_point_c": coldest,
        "thigh_at_exit_c": response.at(thigh, exit_s),
    }
    onset = response.values["analgesia_c"]
    found["thigh_analgesia_on_s"] = first_below(response.time_s, thigh, onset)
    for site in ("rectal", "oesophagus"):
        t = all_[site].t_skin_c
        found[f"{site}_at_exit_change_k"] = response.at(t, exit_s) - t[0]
        found[f"{site}_lowest_change_k"] = t.min(axis=0) - t[0]
    after = response.time_s >= exit_s
    lowest = all_["gut"].t_skin_c[after].argmin(axis=0)
    found["gut_lowest_after_exit_s"] = response.time_s[after][lowest] - exit_s
    found["heat_removed_at_exit_kj"] = response.at(heat_removed_kj(response), exit_s)
    return found


def circulation_facts(modality: str) -> dict[str, Band]:
    """Return the published load on heart and vessels with its spread: it is not computed."""
    keys = {
        "pulse_change_percent": f"{modality}_heart_percent",
        "mean_pressure_change_mmhg": "pressure_mmhg",
    }
    found = {}
    for name, key in keys.items():
        q = evidence.quantity("thermoregulation", f"response.{key}")
        found[name] = (q.low, q.value, q.high)
    return found
