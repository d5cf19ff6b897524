"""Makes results out of a finished ensemble: curves, picture, facts, timetable, sources."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.build_up import BuiltUp
from cryodose.dosing.search import Dose
from cryodose.dosing.simulation import Simulation
from cryodose.evidence.build_up import decided_by
from cryodose.outcome.types import Application, Curve, Simulated
from cryodose.outcome.whole_body import body_curves, body_facts, circulation_facts, segments_of
from cryodose.physics.nerve import velocity_ratio
from cryodose.procedures import Probe, Response, is_cold_gas
from cryodose.procedures.readout import first_below
from cryodose.session import Session
from cryodose.units import CM2_PER_M2, KILO, PERCENT, SECONDS_PER_MINUTE

Array = NDArray[np.float64]

BAND = (0.05, 0.5, 0.95)
_WORDS = {
    "fat": "middle of the fat",
    "adipose+10": "tissue 10 mm below the fat",
    "adipose+20": "tissue 20 mm below the fat",
    "joint": "surface of the bone or joint",
    "nerve": "nerve",
    "skin+5": "5 mm deep",
    "skin+10": "10 mm deep",
    "skin+20": "20 mm deep",
}


def shown_probes(session: Session) -> tuple[Probe, ...]:
    """Return the places that every result shows."""
    if session.subject.kind == "gel":
        return tuple(Probe(float(d)) for d in (5, 10, 20))
    if is_cold_gas(session):
        return tuple(Probe(float(d), "adipose") for d in (10, 20, 30))
    deep = tuple(Probe(float(d), "adipose") for d in (10, 20))
    return (Probe(0.0, "fat"), *deep, Probe(0.0, "joint"), Probe(0.0, "nerve"))


def simulated(run: Simulation) -> Simulated:
    """Return everything a finished ensemble has to show."""
    response = run.response()
    if is_cold_gas(run.session):
        return _whole_body(run, response)
    return Simulated(
        run.session,
        run,
        _curves(run, response),
        _facts(run, response),
        run.assumed(),
        sources_of(run, None),
    )


def _whole_body(run: Simulation, response: Response) -> Simulated:
    rows = body_curves(response)
    facts = {k: _band(v, run.weights) for k, v in body_facts(run, response).items()}
    return Simulated(
        run.session,
        run,
        tuple(_curve(row, response.time_s, run.weights) for row in rows),
        {**facts, **circulation_facts(run.session.modality)},
        run.assumed(),
        sources_of(run, None),
        segments_of(run),
    )


def _curves(run: Simulation, response: Response) -> tuple[Curve, ...]:
    table: list[tuple[str, str, str, Array]] = [("skin", "skin", "C", response.t_skin_c)]
    table += [
        (name, _WORDS[name], "C", t) for name, t in response.t_probe_c.items() if name in _WORDS
    ]
    if run.session.subject.kind != "gel":
        table.append(("skin-flow", "skin blood flow", "percent", response.skin_flow * PERCENT))
        table.append(
            ("muscle-flow", "muscle blood flow", "percent", response.muscle_flow * PERCENT)
        )
        speed = nerve_velocity(response) * PERCENT
        table.append(("nerve-velocity", "nerve conduction", "percent", speed))
    if not np.all(np.isnan(response.t_pack_c)):
        table.append(("pack", "pack", "C", response.t_pack_c))
    heat = heat_removed_kj(response)
    if heat is not None:
        table.append(("heat", "heat removed", "kJ", heat))
    return tuple(_curve(row, response.time_s, run.weights) for row in table)


def nerve_velocity(response: Response) -> Array:
    """Return the conduction of the site's nerve as a share of the start, (n_out, n)."""
    nerve = response.t_probe_c["nerve"]
    return velocity_ratio(nerve, nerve[0], response.values["nerve_q10"])


def heat_removed_kj(response: Response) -> Array | None:
    """Return the heat that left through the contact area, kJ; None where no area is known."""
    area = response.values.get("area_cm2")
    return None if area is None else response.heat_out_j_m2 * area / CM2_PER_M2 / KILO


def _curve(row: tuple[str, str, str, Array], time_s: Array, weights: Array) -> Curve:
    name, words, unit, series = row
    low, median, high = weighted_quantiles(series, BAND, weights)
    return Curve(name, words, unit, time_s, low, median, high)


def _facts(run: Simulation, response: Response) -> dict[str, tuple[float, float, float] | None]:
    """Numbers a reader looks for first."""
    exit_s, skin, time = response.exit_s, response.t_skin_c, response.time_s
    found: dict[str, Array] = {
        "skin_at_exit_c": response.at(skin, exit_s),
        "skin_coldest_c": skin.min(axis=0),
    }
    for name in ("adipose+10", "adipose+20"):
        if name in response.t_probe_c:
            t = response.t_probe_c[name]
            key = name.replace("adipose+", "below_fat_") + "mm"
            found[f"{key}_at_exit_change_k"] = response.at(t, exit_s) - t[0]
            found[f"{key}_coldest_change_k"] = t.min(axis=0) - t[0]
            found[f"{key}_coldest_after_exit_s"] = time[t.argmin(axis=0)] - exit_s
    if run.session.subject.kind != "gel":
        onset = response.values["analgesia_c"]
        begin = first_below(time, skin, onset)
        found["analgesia_on_s"] = begin
        found["analgesia_off_after_exit_s"] = np.where(
            np.isnan(begin), np.nan, _last_below(time, skin, onset) - exit_s
        )
        found["nerve_velocity_least_percent"] = nerve_velocity(response).min(axis=0) * PERCENT
        found["muscle_flow_least_percent"] = response.muscle_flow.min(axis=0) * PERCENT
    heat = heat_removed_kj(response)
    if heat is not None:
        found["heat_removed_at_exit_kj"] = response.at(heat, exit_s)
    return {k: _band(v, run.weights) for k, v in found.items()}


def _band(values: Array, weights: Array) -> tuple[float, float, float] | None:
    """Return low, median and high; None where it does not happen for half of the ensemble."""
    happens = np.isfinite(values)
    if float(weights[happens].sum()) < weights.sum() / 2.0:
        return None
    low, median, high = weighted_quantiles(
        values[happens], BAND, weights[happens] / weights[happens].sum()
    )
    return float(low), float(median), float(high)


def _last_below(time_s: Array, series: Array, level: Array) -> Array:
    """Return the last moment each member is at or below a level."""
    below = series <= level
    last = below.shape[0] - 1 - below[::-1].argmax(axis=0)
    return np.asarray(time_s[last], dtype=np.float64)


def timetable(session: Session, dose: Dose, count: int) -> tuple[Application, ...]:
    """Return `count` applications of the first day: on, off, and again after the interval."""
    if dose.dose_s is None:
        return ()
    interval = evidence.value("limits", "interval.time_s")
    begin = dt.datetime.strptime(session.plan.start, "%H:%M") if session.plan.start else None

    # A session of minutes in cold gas is told to the second.
    is_fine = is_cold_gas(session)

    def clock(seconds: float) -> str:
        later = dt.timedelta(seconds=round(seconds))
        if begin is not None:
            return (begin + later).strftime("%H:%M:%S" if is_fine else "%H:%M")
        if is_fine:
            return f"+{later}"
        whole = int(seconds / SECONDS_PER_MINUTE + 0.5)
        return f"+{whole // 60}:{whole % 60:02d}"

    gaps = [i * interval for i in range(count)]
    return tuple(Application(g, g + dose.dose_s, clock(g), clock(g + dose.dose_s)) for g in gaps)


def sources_of(
    run: Simulation, dose: Dose | None, sessions: tuple[BuiltUp, ...] = ()
) -> tuple[evidence.Source, ...]:
    """Return every publication behind the numbers of a run, each once."""
    keys = {q.source for q in run.prior().quantities.values()}
    keys |= {a.source for a in run.assumed()}
    if dose is not None:
        keys |= {g.goal.source for g in dose.goals} | {x.limit.source for x in dose.limits}
    keys |= {decided_by(x.number - 1).source for x in sessions}
    found = [evidence.source(k) for k in sorted(keys) if k not in ("session", "file")]
    return tuple(found)
