"""Plans: computed by the front door, and kept so that they can be computed again to the bit."""

from __future__ import annotations

import hashlib
from collections.abc import Container
from dataclasses import replace
from typing import Any

import cryodose
from cryodose.clinic import clock
from cryodose.clinic.live.before import GAS, sessions_before
from cryodose.clinic.models import Person, PlanRecord, Protocol, ScreeningRecord, User
from cryodose.clinic.services.answers import dose_s
from cryodose.clinic.services.screenings import again
from cryodose.front import plan, preview
from cryodose.io.plain import json_text
from cryodose.outcome import DrugResult, FreezeResult, Plan
from cryodose.outcome.sketch import sketch_of
from cryodose.session import session_from_dict

Result = Plan | DrugResult | FreezeResult
# Curves that pages draw; the rest comes back by computing again.
KEPT_CURVES = (
    "skin",
    "core-rectal",
    "core-oesophagus",
    "adipose+10",
    "nerve-velocity",
    "delivered",
    "in-skin",
    "in-blood",
    "depth0",
    "depth-20",
    "depth-50",
)
# People drawn while a slider moves: as many as are told in a fifth of a second.
QUICK = {
    "cold-pack": 64,
    "immersion": 32,
    "cryosauna": 32,
    "cryochamber": 32,
    "liquid-nitrogen": 32,
    "cryoelectrophoresis": 64,
}
_SEXES = ("female", "male")


def subject_of(person: Person, year_day: Any) -> dict[str, Any]:
    """Return what a session file says of a person: what is known, and nothing else.

    Parameters
    ----------
    person : Person
    year_day : date
        The day for which their age counts.
    """
    found: dict[str, Any] = {}
    if person.sex in _SEXES:
        found["sex"] = person.sex
    age_y = person.age_y(year_day)
    if age_y is not None:
        found["age_y"] = age_y
    for key in ("height_m", "mass_kg", "body_fat_percent", "skin_type"):
        value = getattr(person, key)
        if value is not None:
            found[key] = value
    return found


def with_sessions_before(
    session: dict[str, Any], person: Person, elsewhere: int | None = None
) -> dict[str, Any]:
    """Return a session that says how many of whole-body cold the person had before it.

    Parameters
    ----------
    session : dict
        Of any procedure; only of a whole body in cold gas this is asked.
    person : Person
    elsewhere : int, optional
        Sessions that this record does not know, to be added to its own; None leaves a session as
        it is that says so itself.
    """
    exposure, subject = session.get("exposure"), session.get("subject", {})
    if not isinstance(exposure, dict) or exposure.get("modality") not in GAS:
        return session
    if not isinstance(subject, dict) or (elsewhere is None and "sessions_before" in subject):
        return session
    before = sessions_before(person, clock.now()) + (elsewhere or 0)
    return {**session, "subject": {**subject, "sessions_before": before}}


def computed(
    session: dict[str, Any],
    *,
    screening: ScreeningRecord | None = None,
    seed: int | None = None,
    members: int | None = None,
    resolution: int = 1,
) -> Result:
    """Return the plan of a session, for a person who was screened or for nobody in particular.

    Raises
    ------
    BadInput
        For a session that does not follow the format.
    Barred
        Where the screening says stop.
    """
    patient = None if screening is None else again(screening)
    return plan(session, members=members, seed=seed, resolution=resolution, patient=patient)


def previewed(
    session: dict[str, Any], procedure: str, *, screening: ScreeningRecord | None = None
) -> dict[str, Any]:
    """Return a quick answer for the time that a session states, with what drawings need.

    Raises
    ------
    BadInput, Barred
        As for `computed`.
    """
    patient = None if screening is None else again(screening)
    result = preview(session, members=QUICK[procedure], patient=patient)
    sketch = sketch_of(result)
    # Most of the curves are not drawn, and turning them into plain data would take its time.
    return {**_with(result, _names(sketch)).to_dict(), "sketch": sketch}


def _with(result: Result, names: Container[str]) -> Result:
    """Return a result with some of its curves."""
    if isinstance(result, DrugResult | FreezeResult):
        return replace(result, curves=tuple(c for c in result.curves if c.name in names))
    if result.simulated is None:
        return result
    curves = tuple(c for c in result.simulated.curves if c.name in names)
    return replace(result, simulated=replace(result.simulated, curves=curves))


def _names(sketch: dict[str, Any]) -> Container[str]:
    """Return the curves that pages draw; of a whole body also the skin of the coldest site."""
    sites = sketch.get("sites") or {}
    coldest = min(sites, key=lambda name: float(sites[name]), default="")
    return (*KEPT_CURVES, f"skin-{coldest}")


def digest_of(answer: dict[str, Any]) -> str:
    """Return the fingerprint of a whole answer.

    It does not hang on the order of keys: PostgreSQL gives a session back with another one.
    """
    return hashlib.sha256(json_text(answer, is_sorted=True).encode()).hexdigest()


def keep_plan(
    person: Person,
    session: dict[str, Any],
    by: User | None,
    *,
    screening: ScreeningRecord | None = None,
    protocol: Protocol | None = None,
    title: str = "",
    seed: int | None = None,
) -> PlanRecord:
    """Compute and keep.

    Raises
    ------
    BadInput, Barred
        As for `computed`; then nothing is kept.
    """
    # Through the reader and back, so that what is kept is what was computed.
    whole = session_from_dict(with_sessions_before(session, person)).to_dict()
    result = computed(whole, screening=screening, seed=seed)
    answer = result.to_dict()
    return PlanRecord(
        clinic=person.clinic,
        person=person,
        screening=screening,
        protocol=protocol,
        title=title or answer["title"] or "",
        procedure=result.session.modality,
        session=whole,
        seed=answer["seed"],
        members=answer["members"],
        version=cryodose.__version__,
        verdict=answer["verdict"] or "refused",
        dose_s=dose_s(answer),
        released=result.released,
        answer=_shown(answer, sketch_of(result)),
        digest=digest_of(answer),
    ).keep(by, "planned")


def _shown(answer: dict[str, Any], sketch: dict[str, Any]) -> dict[str, Any]:
    names = _names(sketch)
    curves = [c for c in answer.get("curves", []) if c["name"] in names]
    return {**answer, "curves": curves, "sketch": sketch}


def plan_again(record: PlanRecord) -> Result:
    """Return a plan computed again from what was kept."""
    return computed(
        record.session,
        screening=record.screening,
        seed=record.seed,
        members=record.members,
        resolution=record.resolution,
    )


def is_same(record: PlanRecord, result: Result) -> bool:
    """Tell whether a plan came out the same, to the bit."""
    return digest_of(result.to_dict()) == record.digest
