"""What a whole body shows: the response of every site, of the core, and of the skin as a whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.neutral import deep_mean
from cryodose.body.segments import PART_OF, segment_names
from cryodose.body.whole import WholeBody
from cryodose.procedures.request import Probe, Request, Response
from cryodose.solve.body_problem import BodySolution, BodyState
from cryodose.units import KILO, MM_PER_M

Array = NDArray[np.float64]
Values = dict[str, Array]

MEAN = "mean"
# The tissue that a thermometer in the rectum follows: what a limit of the core is about.
INNER = "inner"
CORE = ("rectal", "gut", "oesophagus", "tympanic")
_DEEP = {"rectal": "pelvis", "gut": "abdomen"}
_BRAIN, _EAR = "forehead", "ear"


@dataclass(frozen=True)
class Place:
    """A place inside a segment: between a cell and the next one, for every member."""

    segment: int
    name: str
    cell: NDArray[np.int32]
    weight: Array
    depth_mm: Array


@dataclass(frozen=True)
class BodyRun:
    """A finished run of whole bodies; `t_neutral_c` is each member's neutral room, (n,)."""

    body: WholeBody
    start: BodyState
    solution: BodySolution
    places: tuple[Place, ...]
    request: Request
    values: Values
    t_neutral_c: Array

    @cached_property
    def time_s(self) -> Array:
        """Moments, the start first."""
        return np.concatenate([[0.0], self.solution.time_s])

    @cached_property
    def t_skin_c(self) -> Array:
        """Skin of every segment, (n_out, S, n)."""
        return np.concatenate([self.start.t_surface_c[None], self.solution.t_surface_c])

    @cached_property
    def ice_mm(self) -> Array:
        """Thickness of the ice in every segment, (n_out, S, n)."""
        first = self.body.tissue.ice_depth_m(self.start.t_c)[None]
        return np.concatenate([first, self.solution.ice_m]) * MM_PER_M

    @cached_property
    def mean_skin_c(self) -> Array:
        """Skin by area, (n_out, n)."""
        area = self.body.tissue.area_m2
        return np.asarray((self.t_skin_c * area).sum(axis=1) / area.sum(axis=0))

    def core_c(self, site: str) -> Array:
        """Return what is read at a site of the core, (n_out, n).

        Oesophagus: the central blood. Rectum and gut: the deep tissue of pelvis and abdomen, which
        the reading follows with a lag of minutes.
        `INNER`: the tissue round the rectum, without the lag. Eardrum: the brain, and a small share
        of the cooled skin round the ear.
        """
        if site == "oesophagus":
            return np.concatenate([self.start.t_pool_c[None], self.solution.t_pool_c])
        names = segment_names()
        deep = self._deep_c
        if site == INNER:
            return np.asarray(deep[:, names.index(_DEEP["rectal"])])
        if site in _DEEP:
            tissue = np.asarray(deep[:, names.index(_DEEP[site])])
            return _lagging(self.time_s, tissue, self.values[f"{site}_lag_s"])
        share = self.values["tympanic_skin_share"]
        ear = self.t_skin_c[:, names.index(_EAR)]
        return np.asarray((1.0 - share) * deep[:, names.index(_BRAIN)] + share * ear)

    @cached_property
    def _deep_c(self) -> Array:
        first = deep_mean(self.body.tissue, self.start.t_c)[None]
        return np.concatenate([first, self.solution.t_deep_c])

    @cached_property
    def heat_out_kj(self) -> Array:
        """Heat lost through all skin since the start, kJ, (n_out, n)."""
        flux = (self.solution.heat_out_j_m2 * self.body.tissue.area_m2).sum(axis=1)
        return np.concatenate([np.zeros((1, flux.shape[1])), flux]) / KILO


def _lagging(time_s: Array, t_c: Array, lag_s: Array) -> Array:
    r"""Return what follows a temperature by :math:`\tau \dot y = x - y`.

    Exact for a temperature that is a line between moments: with :math:`r = h/\tau` and
    :math:`p = (1 - e^{-r})/r`, :math:`y_1 = e^{-r} y_0 + (p - e^{-r}) x_0 + (1 - p) x_1`.
    """
    r = np.diff(time_s)[:, None] / lag_s
    kept, p = np.exp(-r), -np.expm1(-r) / r
    driven = (p - kept) * t_c[:-1] + (1.0 - p) * t_c[1:]
    found = np.empty_like(t_c)
    found[0] = t_c[0]
    for i in range(len(r)):
        found[i + 1] = kept[i] * found[i] + driven[i]
    return found


def places_of(body: WholeBody, probes: tuple[Probe, ...], values: Values) -> tuple[Place, ...]:
    """Return every probe in every segment."""
    found = []
    for s, name in enumerate(segment_names()):
        for probe in probes:
            depth = _depth_m(body, name, probe, values)
            found.append(_place(body, s, probe.name, depth))
    return tuple(found)


def _depth_m(body: WholeBody, segment: str, probe: Probe, values: Values) -> Array:
    n = body.person.n
    match probe.depth_from:
        case "skin":
            return np.full(n, probe.depth_mm / MM_PER_M)
        case "adipose":
            share = values["probe_share"]
            return np.asarray(body.begins_m("soft", segment) + share * probe.depth_mm / MM_PER_M)
        case "fat":
            both = body.begins_m("fat", segment) + body.begins_m("soft", segment)
            return np.asarray(both / 2.0)
        case "joint":
            return body.begins_m("deep", segment)
        case "nerve":
            depth = evidence.value("nerves", f"{probe.nerve or 'superficial'}.depth_mm")
            return np.full(n, depth / MM_PER_M)


def _place(body: WholeBody, segment: int, name: str, depth_m: Array) -> Place:
    centres = body.depth_m[:, segment]
    nodes = np.vstack([np.zeros((1, centres.shape[1])), centres])
    upper = np.clip((nodes <= depth_m).sum(axis=0) - 1, 0, len(nodes) - 2)
    people = np.arange(centres.shape[1])
    above, below = nodes[upper, people], nodes[upper + 1, people]
    weight = np.clip((depth_m - above) / (below - above), 0.0, 1.0)
    return Place(segment, name, (upper - 1).astype(np.int32), weight, depth_m * MM_PER_M)


def responses(run: BodyRun) -> dict[str, Response]:
    """Return the response of every site and of every site of the core."""
    names = segment_names()
    shared = _Shared.of(run)
    found = {name: _site(run, shared, i, name) for i, name in enumerate(names)}
    found |= {part: found[whole] for part, whole in PART_OF.items()}
    for site in (*CORE, INNER):
        found[site] = _response(run, shared, site, run.core_c(site), 0)
    found[MEAN] = _response(run, shared, MEAN, run.mean_skin_c, 0)
    area = run.body.tissue.area_m2.sum(axis=0)
    # Of the mean, heat is that of the whole body spread over its skin.
    shiver_w = np.concatenate([run.start.shiver_w[None], run.solution.shiver_w])
    heat = run.heat_out_kj * KILO / area
    found[MEAN] = replace(found[MEAN], heat_out_j_m2=heat, shiver_w=shiver_w)
    return {site: replace(response, everywhere=found) for site, response in found.items()}


@dataclass(frozen=True)
class _Shared:
    """What the responses of all sites have in common, worked out once; axes (n_out, S, n)."""

    values: Values
    skin_flow: Array
    muscle_flow: Array
    heat_out_j_m2: Array
    nothing: Array  # (n_out, n) of nan
    energy_residual: float

    @classmethod
    def of(cls, run: BodyRun) -> _Shared:
        """Return it for a finished run."""
        solution, tissue = run.solution, run.body.tissue
        n = run.body.person.n
        values = {
            **run.values,
            "sensor_share": np.zeros(n),
            "t_artery_c": run.start.t_pool_c,
            "skin_area_m2": tissue.area_m2.sum(axis=0),
        }
        skin = tissue.layer == run.body.control.skin_layer
        soft = tissue.layer == tissue.layer.max() - 1
        heat = solution.heat_out_j_m2
        return cls(
            values,
            _flow(run, skin, solution.skin_flow),
            _flow(run, soft, solution.muscle_flow),
            np.concatenate([np.zeros((1, *heat.shape[1:])), heat]),
            np.full((len(run.time_s), n), np.nan),
            float(np.max(solution.energy_residual())),
        )


def _site(run: BodyRun, shared: _Shared, segment: int, name: str) -> Response:
    probes, depths = {}, {}
    places = [(i, place) for i, place in enumerate(run.places) if place.segment == segment]
    if places:
        start = np.vstack([run.start.t_surface_c[None, segment], run.start.t_c[:, segment]])
        people = np.arange(start.shape[1])
        for i, place in places:
            above, below = start[place.cell + 1, people], start[place.cell + 2, people]
            first = above + place.weight * (below - above)
            probes[place.name] = np.concatenate([first[None], run.solution.t_probe_c[:, i]])
            depths[place.name] = place.depth_mm
    t_c, ice_mm = run.t_skin_c[:, segment], run.ice_mm[:, segment]
    return _response(run, shared, name, t_c, segment, (probes, depths), ice_mm)


def _response(
    run: BodyRun,
    shared: _Shared,
    site: str,
    t_c: Array,
    segment: int,
    probes: tuple[dict[str, Array], dict[str, Array]] | None = None,
    ice_mm: Array | None = None,
) -> Response:
    return Response(
        run.time_s,
        run.request.exit_s,
        t_c,
        *(probes or ({}, {})),
        shared.skin_flow[:, segment],
        shared.muscle_flow[:, segment],
        shared.heat_out_j_m2[:, segment],
        shared.nothing,
        shared.values,
        site,
        run.request.spans(),
        shared.energy_residual,
        ice_mm,
    )


def _flow(run: BodyRun, layer: NDArray[np.bool_], series: Array) -> Array:
    """Return the flow of a layer over that at the start, (n_out, S, n)."""
    weight = run.body.tissue.heat_j_m2k[layer]
    first = (weight * run.start.flow[layer]).sum(axis=0) / weight.sum(axis=0)
    return np.concatenate([np.ones((1, *first.shape)), series / first])
