"""A whole person in cold gas or in water, from a session to every site."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.films import T_HIGH_C, T_LOW_C
from cryodose.body.neutral import deep_mean, neutral
from cryodose.body.segments import segment_names, segment_of
from cryodose.body.size import Person
from cryodose.body.whole import WholeBody, awake, whole_body
from cryodose.errors import BadInput
from cryodose.procedures.body_beliefs import ADIPOSE_AT, GIRTH_AT, body_prior, focus_of
from cryodose.procedures.body_response import BodyRun, Place, places_of, responses
from cryodose.procedures.draws import Prior
from cryodose.procedures.gas_phases import Phase, Setting
from cryodose.procedures.request import Request, Response
from cryodose.procedures.water_phases import WaterSetting
from cryodose.session import Immersion, Session
from cryodose.solve.body_problem import BodyProblem, BodySchedule, BodySolution, BodyState
from cryodose.solve.body_run import solve_body
from cryodose.solve.steps import phase_steps

Array = NDArray[np.float64]
Values = dict[str, Array]

_WAIT_STEPS = 64
_A_MOMENT_S = 1.0  # numerical: see `expose_body`
_LAST: dict[int, tuple[WholeBody, BodyState, Array]] = {}


@dataclass(frozen=True)
class ColdGas:
    """The procedure of both devices; what sets them apart stands in the evidence tables.

    Of an immersion it gives what a single site cannot: the core.
    """

    def prior(self, session: Session, site: str | None = None) -> Prior:
        """Return what is believed of every quantity; the same for every site."""
        return body_prior(session)

    def run(self, session: Session, site: str, values: Values, request: Request) -> Response:
        """Return the response of one site."""
        return self.run_everywhere(session, values, request)[site]

    def run_everywhere(
        self, session: Session, values: Values, request: Request
    ) -> dict[str, Response]:
        """Return the response of every site, of the core sites too."""
        return responses(expose_body(session, values, request))


def person_of(values: Values) -> Person:
    """Return the people of drawn values."""
    adipose, girth = (
        {k.removeprefix(start): v for k, v in values.items() if k.startswith(start)}
        for start in (ADIPOSE_AT, GIRTH_AT)
    )
    return Person(
        values["female"],
        values["age_y"],
        values["height_m"],
        values["mass_kg"],
        values["body_fat_percent"],
        values["subcutaneous_share"],
        values["dermis_share"],
        adipose,
        girth,
    )


def expose_body(session: Session, values: Values, request: Request) -> BodyRun:
    """Take every member from neutrality through the wait and the session."""
    body, start, t_neutral = _ready(session, values, request)
    setting = _setting(session, values, body)
    phases = []
    for i, cycle in enumerate(request.cycles):
        is_last = i == len(request.cycles) - 1
        rest_s = cycle.off_s + (request.recovery_s if is_last else 0.0)
        phases += [*setting.stages(cycle.on_s), *setting.after(rest_s)]
    # A session without length, followed for no time, is still a state to be read.
    phases = phases or setting.after(_A_MOMENT_S)
    places = places_of(body, request.probes, values)
    solution = _advance(body, start, phases, places, None, request.resolution)
    return BodyRun(body, start, solution, places, request, values, t_neutral)


def _setting(session: Session, values: Values, body: WholeBody) -> Setting:
    kind = WaterSetting if isinstance(session.exposure, Immersion) else Setting
    return kind(session, values, body)


def _ready(
    session: Session, values: Values, request: Request
) -> tuple[WholeBody, BodyState, Array]:
    """Return people who have waited, and their neutral room.

    A plan exposes the same people twice, so the last ones are kept.
    """
    resolution, rule = request.resolution, request.mean_rule
    drawn = tuple((k, v.tobytes()) for k, v in sorted(values.items()))
    key = hash((focus_of(session), resolution, rule, drawn))
    if (found := _LAST.get(key)) is not None:
        return found
    body, state, t_neutral = neutral(whole_body(person_of(values), values, resolution))
    body = awake(body)
    waiting = _setting(session, values, body).waiting()
    waited = _advance(body, state, [waiting], (), _WAIT_STEPS * resolution)
    start = _shifted(body, waited.end, values, _seen(session, values, body, rule))
    _LAST.clear()
    _LAST[key] = (body, start, t_neutral)
    return body, start, t_neutral


def _advance(
    body: WholeBody,
    start: BodyState,
    phases: list[Phase],
    places: tuple[Place, ...],
    steps: int | None,
    resolution: int = 1,
) -> BodySolution:
    lengths = [steps or _steps_for(p.duration_s) * resolution for p in phases]
    parts = [phase_steps(p.duration_s, k) for p, k in zip(phases, lengths, strict=True)]
    index = np.repeat(np.arange(len(phases), dtype=np.int32), lengths)
    n = body.person.n

    def rows(name: str) -> Array:
        return np.ascontiguousarray(np.stack([getattr(p, name) for p in phases]))

    schedule = BodySchedule(
        np.concatenate(parts), index, rows("film_u"), rows("film_g"), rows("breath_w"),
        T_LOW_C, T_HIGH_C,
    )  # fmt: skip
    last = len(index) - 1
    out = np.arange(len(index)) if steps is None else np.array([last])
    cells = np.array([p.cell for p in places], dtype=np.int32).reshape(len(places), n)
    weights = np.array([p.weight for p in places]).reshape(len(places), n)
    segments = np.array([p.segment for p in places], dtype=np.int32)
    problem = BodyProblem(
        body.tissue, body.control, schedule, start, segments, cells, weights,
        _thinned(out, index),
    )  # fmt: skip
    return solve_body(problem)


def _steps_for(duration_s: float) -> int:
    def table(key: str) -> float:
        return evidence.value("thermoregulation", f"grid.{key}")

    # A long recovery is smooth: beyond a while more of it needs no finer steps.
    root = table("steps_per_root_second") * np.sqrt(min(duration_s, table("root_until_s")))
    # Graded steps grow in proportion: the last one is twice the mean.
    slow = 2.0 * duration_s / table("step_most_s")
    return int(np.ceil(max(table("steps_least"), root, slow)))


def _thinned(out: NDArray[np.int64], phase: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the steps that are kept: evenly spread, the end of every phase among them."""
    most = int(evidence.value("numerics", "out_most"))
    if len(out) <= most:
        return out
    even = np.unique(np.linspace(0, len(out) - 1, most).astype(np.int64))
    ends = np.append(np.flatnonzero(np.diff(phase)), len(phase) - 1)
    return np.unique(np.concatenate([out[even], ends]))


def _seen(
    session: Session, values: Values, body: WholeBody, rule: tuple[tuple[str, float], ...]
) -> Array:
    """Return what part of the measured start skin each segment is, (S, n)."""
    if "mean_skin_c" in values and not rule:
        return body.tissue.area_m2
    found = np.zeros_like(body.tissue.area_m2)
    for site, weight in rule if "mean_skin_c" in values else ((focus_of(session), 1.0),):
        found[segment_names().index(segment_of(site))] += weight
    return found


def _shifted(body: WholeBody, state: BodyState, values: Values, part: Array) -> BodyState:
    """Shift the start so that the mean skin, or that of one site, is what was measured.

    Every cell moves by its share of the way from blood to that skin, so the core stays.

    Raises
    ------
    BadInput
        For a skin that no waiting person has: as warm as the core, or with ice in it somewhere.
    """
    if "mean_skin_c" not in values and "focus_skin_c" not in values:
        return state
    wanted = values.get("mean_skin_c", values.get("focus_skin_c"))
    now = (part * state.t_surface_c).sum(axis=0) / part.sum(axis=0)
    core = np.maximum(state.t_pool_c, deep_mean(body.tissue, state.t_c).max(axis=0))
    scale = (core - wanted) / np.maximum(core - now, 1.0)

    def moved(t: Array) -> Array:
        return np.asarray(core - (core - t) * scale)

    skin = moved(state.t_surface_c)
    _check_start(values, float(np.median(core)), float(np.median(skin.min(axis=0))))
    return replace(state, t_c=moved(state.t_c), t_surface_c=skin)


def _check_start(values: Values, core_c: float, coldest_c: float) -> None:
    """Refuse a measured start of the skin that is none of a person who waits."""
    name = "mean_skin" if "mean_skin_c" in values else "skin"
    stated_c = float(np.median(values[f"{'focus_' if name == 'skin' else ''}{name}_c"]))
    key, freezing_c = f"subject.baseline.{name}_C", evidence.value("limits", "freezing.t_skin_c")
    if stated_c >= core_c:
        raise BadInput(None, key, round(stated_c, 3), f"less than the core of {core_c:.3g} C")
    if coldest_c <= freezing_c:
        expected = f"skin of somebody who waits: the coldest site would begin at {coldest_c:.3g} C"
        raise BadInput(None, key, round(stated_c, 3), expected)
