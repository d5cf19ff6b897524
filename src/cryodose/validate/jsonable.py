"""A validation as plain data with the keys of `experiments/FORMAT.md`."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cryodose import __version__
from cryodose.validate.curves import Arm, Curve, Study
from cryodose.validate.results import ExperimentScore, Summary, Validation

__all__ = ["to_json"]


def to_json(validation: Validation) -> dict[str, Any]:
    """Return a validation as plain data for JSON: finite numbers, null for what is unknown.

    ``experiments`` and ``summary`` are as the format has them, with more keys; beside them stand
    ``overall``, ``independent`` (experiments that no evidence number was taken from),
    ``individuals``, ``drugs`` (fold errors by class of ion), ``targets``, ``fitted`` and what is
    needed to run it again.
    """
    data = {
        "cryodose": __version__,
        "members": validation.members,
        "seed": validation.seed,
        "experiments": [_experiment(e) for e in validation.experiments],
        "summary": {name: _summary(s) for name, s in validation.summary.items()},
        "overall": _summary(validation.overall),
        "independent": _summary(validation.independent),
        "individuals": [_study(s) for s in validation.individuals],
        "drugs": [asdict(d) for d in validation.drugs],
        "targets": [asdict(t) for t in validation.targets],
        "fitted": [asdict(f) for f in validation.fitted],
    }
    plain: dict[str, Any] = _plain(data)
    return plain


def _experiment(score: ExperimentScore) -> dict[str, Any]:
    return {
        "key": score.key,
        "title": score.title,
        "modality": score.modality,
        "citation": score.citation,
        "doi": score.doi,
        "read": score.read,
        "file": None if score.file is None else score.file.as_posix(),
        "run": score.not_run is None,
        "reason": score.not_run,
        "measured": [asdict(row) for row in score.measured],
        "expected": [asdict(row) for row in score.expected],
        "assumed": [asdict(a) for a in score.assumed],
        "fitted": list(score.fitted),
        "informed": list(score.informed),
    }


def _summary(summary: Summary) -> dict[str, Any]:
    return {
        **asdict(summary.temperatures),
        "groups": {name: asdict(score) for name, score in summary.groups.items()},
        "relations": {
            "n": summary.relations,
            "tried": summary.relations_tried,
            "holding": summary.relations_holding,
        },
        "experiments": {
            "n": summary.experiments,
            "not_run": summary.experiments_not_run,
        },
    }


def _study(study: Study) -> dict[str, Any]:
    return {
        "key": study.key,
        "file": study.file.as_posix(),
        "on_s": study.on_s,
        "people": [asdict(person) for person in study.people],
        "arms": [_arm(arm) for arm in study.arms],
        "group": [asdict(curve) for curve in study.group],
        "scores": {place: asdict(score) for place, score in study.scores.items()},
        "by_agent": {
            agent: {place: asdict(score) for place, score in scores.items()}
            for agent, scores in study.by_agent.items()
        },
    }


def _arm(arm: Arm) -> dict[str, Any]:
    return {
        "person": arm.person.name,
        "agent": arm.agent,
        "baseline_skin_c": arm.baseline_skin_c,
        "baseline_muscle_c": arm.baseline_muscle_c,
        "curves": [_scored(curve) for curve in arm.curves],
    }


def _scored(curve: Curve) -> dict[str, Any]:
    """Leave out the moments that are only drawn."""
    columns = ("time_s", "measured_c", "predicted_c", "low_c", "high_c")
    return {
        "place": curve.place,
        **{
            name: [
                v for v, scored in zip(getattr(curve, name), curve.is_scored, strict=True) if scored
            ]
            for name in columns
        },
    }


def _plain(value: Any) -> Any:
    """Turn tuples to lists, paths to text and numbers that are not finite to None."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
