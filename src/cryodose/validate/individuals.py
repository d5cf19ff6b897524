"""Runs single people through the cold they got, and compares with their raw curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.bands import mean_sd, weighted_quantiles
from cryodose.dosing.simulation import simulation
from cryodose.errors import BadInput
from cryodose.session import Session, Where, session_from_dict
from cryodose.validate.curves import Arm, BandScore, Curve, GroupCurve, Study
from cryodose.validate.raw import RawArm, RawStudy, read_raw

__all__ = ["BAND", "run_individuals"]

Array = NDArray[np.float64]

BAND = (0.05, 0.95)
# The moments that the files of group means report, so that both are scored alike.
SCORED_S = (0, 60, 180, 300, 600, 900, 1200, 1500, 1800, 2400, 3600, 5400, 7200)
DRAWN_EVERY_S = 120
BASELINE_S = 120
# How the study was done (Dykstra et al. 2009, doi 10.4085/1062-6050-44.2.136), and what the
# files of group means assume where it does not say.
SITE = "calf"
MUSCLE = {"depth_mm": 20.0, "depth_from": "adipose"}
ASSUMED = {"agent_temperature_C": 0.0, "room_temperature_C": 23.0}


def run_individuals(path: Path, members: int, seed: int) -> Study:
    """Compare each person of a file of raw curves with a prediction from their own sizes.

    The prediction knows sex, skinfold, girth and the readings of the last two minutes before the
    ice, nothing of the curve. The band is that of the ensemble, without noise of the sensor.

    Raises
    ------
    BadInput
        For a file that cannot be read, or a person without readings before the ice.
    """
    raw = read_raw(path)
    arms = tuple(_arm(raw, arm, members, seed) for arm in raw.arms)
    curves = [curve for arm in arms for curve in arm.curves]
    agents = list(dict.fromkeys(arm.agent for arm in arms))
    people = {arm.person.name: arm.person for arm in arms}
    return Study(
        key=path.stem,
        file=path,
        on_s=raw.on_s,
        people=tuple(people.values()),
        arms=arms,
        group=tuple(_group(curves)),
        scores=_scores(curves),
        by_agent={agent: _scores([c for c in curves if c.agent == agent]) for agent in agents},
    )


def session_of(raw: RawStudy, arm: RawArm, baseline: dict[str, float]) -> Session:
    """Return the session of one person under one agent."""
    person = arm.person
    end = max(max(curve) for curve in arm.readings.values())
    data: dict[str, Any] = {
        "title": f"{raw.file.stem}: person {person.name}, {arm.agent}",
        "subject": {
            "sex": person.sex,
            "age_y": person.age_y,
            "mass_kg": person.mass_kg,
            "height_m": person.height_m,
            "skinfold_mm": person.skinfold_mm,
            "girth_mm": person.girth_mm,
            "baseline": {"skin_C": baseline["skin"], "muscle_C": baseline["muscle"]},
        },
        "exposure": {
            "modality": "cold-pack",
            "agent": arm.agent,
            "barrier": "none",
            "compression": "none",
            "site": SITE,
            "cycles": [{"on_s": raw.on_s, "off_s": 0.0}],
            "recovery_s": end - raw.on_s,
        },
        "assumed": {"exposure": ASSUMED},
    }
    return session_from_dict(data, raw.file)


def _arm(raw: RawStudy, arm: RawArm, members: int, seed: int) -> Arm:
    baseline = {place: _baseline(raw, arm, place) for place in ("skin", "muscle")}
    times = {place: _times(arm.readings[place]) for place in baseline}
    wanted = {
        "skin": _where("skin-temperature", times["skin"]),
        "muscle": _where("tissue-temperature", times["muscle"], **MUSCLE),
    }
    run = simulation(
        session_of(raw, arm, baseline), list(wanted.values()), members=members, seed=seed
    )
    curves = []
    for place, where in wanted.items():
        values = run.read(where)
        low, high = weighted_quantiles(values, BAND, run.weights)
        mean = mean_sd(values, run.weights)[0]
        curves.append(_curve(arm, place, times[place], (mean, low, high)))
    return Arm(arm.person, arm.agent, baseline["skin"], baseline["muscle"], tuple(curves))


def _where(quantity: str, time_s: tuple[float, ...], **place: object) -> Where:
    return Where.model_validate(
        {"quantity": quantity, "site": SITE, "time_s": time_s, **place}, by_name=True
    )


def _baseline(raw: RawStudy, arm: RawArm, place: str) -> float:
    readings = arm.readings.get(place, {})
    before = [t_c for time_s, t_c in readings.items() if -BASELINE_S <= time_s < 0]
    if not before or not _times(readings):
        what = f"{place} readings before and after the ice"
        raise BadInput(raw.file, f"person {arm.person.name}, {arm.agent}", len(readings), what)
    return sum(before) / len(before)


def _times(readings: dict[float, float]) -> tuple[float, ...]:
    """Moments with a reading, out of those that count and those that are drawn."""
    last = int(max(readings, default=0.0))
    every = set(range(0, min(last, max(SCORED_S)) + 1, DRAWN_EVERY_S))
    return tuple(float(t) for t in sorted(every | set(SCORED_S)) if t in readings)


def _curve(
    arm: RawArm, place: str, time_s: tuple[float, ...], predicted: tuple[Array, Array, Array]
) -> Curve:
    mean, low, high = (tuple(map(float, series)) for series in predicted)
    return Curve(
        arm.person.name,
        arm.agent,
        place,
        time_s,
        tuple(arm.readings[place][t] for t in time_s),
        mean,
        low,
        high,
        tuple(t in SCORED_S for t in time_s),
    )


def _group(curves: list[Curve]) -> list[GroupCurve]:
    """Average over the people, at each moment over those who have a reading there."""
    found = []
    for agent, place in dict.fromkeys((c.agent, c.place) for c in curves):
        points: dict[float, list[tuple[float, float]]] = {}
        for curve in (c for c in curves if (c.agent, c.place) == (agent, place)):
            for i in np.flatnonzero(curve.is_scored):
                points.setdefault(curve.time_s[i], []).append(
                    (curve.measured_c[i], curve.predicted_c[i])
                )
        times = tuple(sorted(points))
        means = np.array([np.mean(points[t], axis=0) for t in times])
        found.append(
            GroupCurve(
                agent, place, times, tuple(map(float, means[:, 0])), tuple(map(float, means[:, 1]))
            )
        )
    return found


def _scores(curves: list[Curve]) -> dict[str, BandScore]:
    return {
        "skin": _score([c for c in curves if c.place == "skin"], True),
        "muscle": _score([c for c in curves if c.place == "muscle"], True),
        "both": _score(curves, False),
    }


def _score(curves: list[Curve], is_one_place: bool) -> BandScore:
    scored = np.concatenate([np.array(c.is_scored) for c in curves])
    columns = [
        np.concatenate([np.array(getattr(c, name)) for c in curves])[scored]
        for name in ("measured_c", "predicted_c", "low_c", "high_c")
    ]
    measured, predicted, low, high = columns
    error = predicted - measured
    group = _group(curves)
    gap = np.concatenate([np.subtract(g.predicted_c, g.measured_c) for g in group])
    return BandScore(
        n=len(error),
        group_rmse_c=float(np.sqrt(np.mean(gap**2))) if is_one_place else None,
        group_bias_c=float(np.mean(gap)) if is_one_place else None,
        individual_rmse_c=float(np.sqrt(np.mean(error**2))),
        individual_bias_c=float(np.mean(error)),
        coverage=float(np.mean((measured >= low) & (measured <= high))),
    )
