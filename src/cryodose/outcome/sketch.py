"""The few numbers that small drawings of a result are made of, as plain data that can be kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.search import Dose
from cryodose.outcome.drug import DrugResult
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.freeze_views import FreezeSection
from cryodose.outcome.types import Plan, Simulated
from cryodose.procedures import is_cold_gas
from cryodose.session import ColdPack
from cryodose.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

Array = NDArray[np.float64]

# numerical: points of a kept cut, sideways and down
_ACROSS, _DOWN = 45, 37
# numerical: moments of a profile over depth, since the cold is off
_AFTER_S = (0.0, 10.0 * SECONDS_PER_MINUTE, 30.0 * SECONDS_PER_MINUTE)
_MIDDLE = (0.5,)
# numerical: of what is frozen or of the lesion, whichever is wider; and at least so deep of it
_AROUND, _FLATTEST = 1.25, 0.5


def sketch_of(result: Plan | DrugResult | FreezeResult) -> dict[str, Any]:
    """Return what small drawings of a result need.

    Parameters
    ----------
    result : Plan, DrugResult or FreezeResult

    Returns
    -------
    dict
        ``exit_s``, when the cold is off. ``sites``: site -> skin then, degC, ``is_one_sided`` where
        only one limb of a pair is cooled. ``depth``: profiles
        over the depth below the skin, with the layers. ``levels``: goals and limits of the skin,
        degC. ``cut``: of a freeze, coldest temperature and death over the plane through its
        middle. What a result has not is left out; a refusal has nothing.
    """
    if isinstance(result, FreezeResult):
        return {} if result.pictures is None else {"cut": _cut(result.pictures.section)}
    if isinstance(result, DrugResult):
        return _drug(result)
    if result.simulated is None:
        return {}
    shown = result.simulated
    found = {"exit_s": shown.run.request.exit_s, "levels": _levels(result.dose)}
    if is_cold_gas(result.session):
        return {**found, "sites": {s.name: round(s.exit_c[1], 2) for s in shown.segments}}
    return {
        **found,
        "sites": _sites(shown),
        "is_one_sided": isinstance(result.session.exposure, ColdPack),
        "depth": _tissue(shown),
    }


def _levels(dose: Dose) -> list[dict[str, Any]]:
    """Return the temperatures of the skin that goals want and limits forbid."""
    found = []
    for goal in dose.goals:
        target = getattr(goal.goal.stated, "target_c", None)
        if target is not None and goal.goal.kind == "skin-temperature":
            found.append({"t_c": target, "is_limit": False})
    skin = {x.limit.t_c for x in dose.limits if x.limit.probe is None and x.limit.name != "core"}
    found += [{"t_c": t, "is_limit": True} for t in sorted(t for t in skin if t is not None)]
    return found


def _sites(shown: Simulated) -> dict[str, float]:
    """Return the likely skin of every site that the cold touches, when it is off."""
    run = shown.run
    own = run.response_everywhere()
    found = {own.site: own, **own.everywhere}
    sites = {}
    for name, r in found.items():
        (middle,) = weighted_quantiles(r.at(r.t_skin_c, r.exit_s), _MIDDLE, run.weights)
        sites[name] = round(float(middle), 2)
    return sites


def _tissue(shown: Simulated) -> dict[str, Any]:
    picture, exit_s = shown.picture, shown.run.request.exit_s
    moments = [-exit_s, *_AFTER_S]
    return {
        "unit": "C",
        "depth_mm": _short(picture.depth_mm, 2),
        "layers_mm": {k: round(v, 2) for k, v in picture.layers_mm.items()},
        "lines": [
            {"after_s": m, "values": _short(_at(picture.t_c, picture.time_s, exit_s + m), 2)}
            for m in moments
            if exit_s + m <= picture.time_s[-1]
        ],
    }


def _drug(result: DrugResult) -> dict[str, Any]:
    if result.profile is None or result.dose is None or result.dose.time_s is None:
        return {}
    profile, exit_s = result.profile, result.dose.time_s
    skin = result.curve("skin")
    later = min(SECONDS_PER_HOUR, float(profile.time_s[-1]) - exit_s)
    return {
        "exit_s": exit_s,
        "levels": [],
        "is_one_sided": True,
        "sites": {result.site: round(float(np.interp(exit_s, skin.time_s, skin.median)), 2)},
        "depth": {
            "unit": "ug/cm3",
            "depth_mm": _short(profile.depth_mm, 3),
            "layers_mm": {},
            "lines": [
                {"after_s": m, "values": _short(_at(profile.ug_cm3, profile.time_s, exit_s + m), 3)}
                for m in (0.0, later)
            ],
        },
    }


def _at(values: Array, time_s: Array, moment_s: float) -> Array:
    """Return (n_depths, n_times) at a moment, (n_depths,)."""
    return np.array([np.interp(moment_s, time_s, row) for row in values])


def _cut(section: FreezeSection) -> dict[str, Any]:
    """Return a cut on an even grid over what is frozen and what shall die."""
    frozen = section.t_min_c < 0.0
    ice_r = float(section.r_mm[frozen.any(axis=0)].max(initial=0.0))
    ice_z = float(section.z_mm[frozen.any(axis=1)].max(initial=0.0))
    half = _AROUND * max(ice_r, section.target_mm, section.spot_mm)
    half = min(half, float(section.r_mm[-1]))
    deep = max(_AROUND * ice_z, _AROUND * section.depth_mm, _FLATTEST * half)
    deep = min(deep, float(section.z_mm[-1]))
    across, down = np.linspace(0.0, half, _ACROSS), np.linspace(0.0, deep, _DOWN)
    fields = {"t_min_c": (section.t_min_c, 1), "death": (section.death, 3)}
    return {
        "r_mm": _short(across, 3),
        "z_mm": _short(down, 3),
        **{
            name: [_short(row, digits) for row in _even(section, values, across, down)]
            for name, (values, digits) in fields.items()
        },
        "layers_mm": {k: round(v, 3) for k, v in section.layers_mm.items()},
        "spot_mm": round(section.spot_mm, 3),
        "lesion_mm": round(section.lesion_mm, 3),
        "target_mm": round(section.target_mm, 3),
        "depth_mm": round(section.depth_mm, 3),
        "cell": section.cell,
    }


def _even(section: FreezeSection, values: Array, across: Array, down: Array) -> Array:
    rows = np.array([np.interp(across, section.r_mm, row) for row in values])
    return np.array([np.interp(down, section.z_mm, column) for column in rows.T]).T


def _short(values: Array, digits: int) -> list[float]:
    return [round(float(v), digits) for v in values]
