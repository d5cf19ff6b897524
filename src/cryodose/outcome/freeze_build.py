"""Makes the result of a freeze out of a finished plan or run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.dosing.bands import weighted_quantiles
from cryodose.dosing.freeze_dose import FreezeDose
from cryodose.dosing.freeze_plan import FreezePlanned
from cryodose.dosing.freeze_shape import FreezeShape
from cryodose.dosing.freeze_target import Target
from cryodose.dosing.simulation import Simulation
from cryodose.outcome import freeze_pictures as pictures
from cryodose.outcome.build import BAND
from cryodose.outcome.fact import Fact
from cryodose.outcome.freeze import FreezePictures, FreezeResult
from cryodose.outcome.freeze_harms import harms_of
from cryodose.outcome.freeze_pictures import Central, central_of
from cryodose.outcome.release import told_freeze_release
from cryodose.outcome.types import Curve
from cryodose.procedures import Assumption, Cycle, Prior, liquid_nitrogen
from cryodose.procedures.freeze_death import lesion_killed, margin_killed, usual_cell
from cryodose.procedures.freeze_lesion import target_cell
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.screening import Screening
from cryodose.session import LiquidNitrogen, Session
from cryodose.units import MM_PER_M, PERCENT

Array = NDArray[np.float64]

RESEARCH = "A simulation, not a plan: nobody looked whether this may be frozen."


def refused_freeze(
    session: Session, dose: FreezeDose, seed: int, members: int, screening: Screening | None
) -> FreezeResult:
    """Return the result of a plan that is refused before anything is computed."""
    warnings = tuple(caution.words for caution in dose.cautions)
    return FreezeResult(
        "freeze-plan",
        session,
        dose,
        (),
        None,
        (),
        told_freeze_release(warnings, screening),
        (),
        (),
        _sources(_keys_of(dose)),
        getattr(session.exposure, "site", None) or "",
        seed,
        members,
        screening,
    )


def freeze_plan_of(
    planned: FreezePlanned,
    session: Session,
    size: tuple[int, int],
    resolution: int,
    screening: Screening | None,
) -> FreezeResult:
    """Return everything that a plan has to show, with what screening said of the person."""
    dose, trial, ensemble = planned.dose, planned.trial, planned.ensemble
    members, seed = size
    thaw_s = liquid_nitrogen.longest_thaw_s(trial.freeze_s)
    whole = (Cycle(trial.freeze_s, thaw_s, until_thawed=True),) * planned.cycles
    central = central_of(ensemble.session, planned.target, planned.target.cell, whole, resolution)
    thaw = central.response.thaw_s()[-1]
    dose = replace(dose, thaw_s=float(thaw[0]))
    warnings = tuple(caution.words for caution in dose.cautions)
    if planned.target.kind.caution:
        warnings = (*warnings, planned.target.kind.caution)
    return FreezeResult(
        "freeze-plan",
        session,
        dose,
        curves_of(trial.response),
        pictures_of(central, trial.response, planned.shape),
        _facts(trial.response, planned.target, central),
        told_freeze_release(warnings, screening),
        harms_of(session, trial.response),
        _assumed(session, ensemble.prior, planned.target),
        _sources((*_keys_of(dose), *_keys_of_prior(ensemble.prior))),
        ensemble.site,
        seed,
        members,
        screening,
        planned.notes,
    )


def freeze_simulation_of(run: Simulation) -> FreezeResult:
    """Return everything that a simulated session has to show; whatever it freezes."""
    session, response = run.session, run.freeze()
    lesion = session.exposure.lesion if isinstance(session.exposure, LiquidNitrogen) else None
    cell = target_cell(lesion.kind) if lesion is not None else usual_cell(response)
    resolution = run.request.resolution
    central = central_of(session, None, cell, run.request.cycles, resolution)
    return FreezeResult(
        "freeze-simulation",
        session,
        None,
        curves_of(response),
        pictures_of(central, response, None),
        _facts(response, None, central),
        (RESEARCH,),
        harms_of(session, response) if session.subject.kind == "human" else (),
        run.assumed(),
        _sources((*_keys_of_prior(run.prior()), *(a.source for a in run.assumed()))),
        run.site,
        run.seed,
        run.members,
    )


def pictures_of(
    central: Central, response: FreezeResponse, shape: FreezeShape | None
) -> FreezePictures:
    """Return what pictures are made of, of the central member and of the ensemble."""
    section = pictures.section_of(central)
    return FreezePictures(
        section,
        pictures.reach_of(response),
        pictures.map_of(section) if shape is None else pictures.map_of_shape(shape),
        lambda: pictures.film_of(central),
        lambda: pictures.volume_of(central) if shape is None else pictures.volume_of_shape(shape),
    )


def _sources(keys: Iterable[str]) -> tuple[evidence.Source, ...]:
    return tuple(evidence.source(k) for k in sorted(set(keys)) if k not in ("session", "file"))


def _keys_of(dose: FreezeDose) -> list[str]:
    keys = [key for refusal in dose.refusals for key in refusal.sources]
    keys += [caution.source for caution in dose.cautions]
    keys += [limit.source for limit in dose.limits]
    return keys + [protocol.source for protocol in dose.protocols]


def _keys_of_prior(prior: Prior) -> list[str]:
    return [q.source for q in prior.quantities.values()] + [a.source for a in prior.assumed]


def _assumed(session: Session, prior: Prior, target: Target) -> tuple[Assumption, ...]:
    marked = tuple(Assumption(k, "as the file assumes", "", "file") for k in session.assumed)
    filled = []
    for key in target.assumed:
        name = key.rsplit(".", 1)[1]
        q = target.kind.size(name)
        if q is not None:
            said = f"{q.value:.3g} ({q.low:.3g} to {q.high:.3g})"
            filled.append(Assumption(key, said, q.unit, q.source, q.note))
    margin = target.kind.size("margin_mm")
    if margin is not None:
        words = f"{margin.value:g} ({margin.low:g} to {margin.high:g})"
        filled.append(Assumption("margin", words, "mm", margin.source, "skin around the lesion"))
    return (*marked, *filled, *prior.assumed)


def curves_of(response: FreezeResponse) -> tuple[Curve, ...]:
    """Return depth of isotherms and temperature of the skin over time, with their bands."""
    marks = [("depth0", "edge of the ice", response.edge)]
    marks += [
        (f"depth{t:g}", f"{t:g} °C isotherm".replace("-", "−"), response.mark(t))
        for t in sorted(pictures.MARKS_C, reverse=True)
    ]
    time = response.time_s
    found = [
        Curve(name, words, "mm", time, *_band(response.depth_m[:, row] * MM_PER_M))
        for name, words, row in marks
    ]
    skin = Curve("skin", "skin in the middle of the spot", "C", time, *_band(response.t_skin_c))
    return (*found, skin)


def _band(series: Array) -> tuple[Array, Array, Array]:
    low, median, high = weighted_quantiles(np.asarray(series, dtype=np.float64), BAND)
    return low, median, high


def _fact(name: str, words: str, unit: str, values: Array) -> Fact | None:
    known = np.nan_to_num(values[np.isfinite(values)])
    if not len(known):
        return None
    low, median, high = (float(q) for q in weighted_quantiles(known, BAND))
    return Fact(name, words, unit, low, median, high)


def _facts(response: FreezeResponse, target: Target | None, central: Central) -> tuple[Fact, ...]:
    cell, margin = central.cell, target.margin_m * MM_PER_M if target is not None else 0.0
    thaw = central.response.thaw_s()[-1]
    table: list[tuple[str, str, str, Array]] = [
        ("depth_ice_mm", "Ice reaches", "mm", response.deepest_mm()),
        ("depth_m20_mm", "−20 °C reaches", "mm", response.deepest_mm(-20.0)),
        ("depth_m50_mm", "−50 °C reaches", "mm", response.deepest_mm(-50.0)),
        ("halo_mm", "Ice seen beyond the edge of the spot", "mm", response.halo_mm()),
        ("skin_c", "Skin at its coldest", "°C", response.t_skin_c.min(axis=0)),
        ("thaw_s", "All ice gone after the last freeze, likeliest case", "s", thaw),
        ("lesion_killed", "Lesion cells that die", "%", lesion_killed(response, cell) * PERCENT),
    ]
    if margin > 0:
        share = margin_killed(response, cell, margin) * PERCENT
        table.append(("margin_killed", f"Cells that die within {margin:g} mm around", "%", share))
    return tuple(f for f in (_fact(*row) for row in table) if f is not None)
