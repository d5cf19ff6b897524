"""Plans: computed by the front door, and kept so that they can be computed again to the bit."""

from __future__ import annotations

import hashlib
from typing import Any

import cryodose
from cryodose.clinic.models import Person, PlanRecord, Protocol, ScreeningRecord, User
from cryodose.clinic.services.screenings import again
from cryodose.front import plan
from cryodose.io.plain import json_text
from cryodose.outcome import DrugResult, FreezeResult, Plan
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
)
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


def digest_of(answer: dict[str, Any]) -> str:
    """Return the fingerprint of a whole answer."""
    return hashlib.sha256(json_text(answer).encode()).hexdigest()


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
    whole = session_from_dict(session).to_dict()
    result = computed(whole, screening=screening, seed=seed)
    answer = result.to_dict()
    dose_s = answer.get("dose_s", answer.get("needed_s"))
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
        dose_s=dose_s,
        released=result.released,
        answer=_shown(answer),
        digest=digest_of(answer),
    ).keep(by, "planned")


def _shown(answer: dict[str, Any]) -> dict[str, Any]:
    curves = [c for c in answer.get("curves", []) if c["name"] in KEPT_CURVES]
    return {**answer, "curves": curves}


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
