"""A session of a drug driven by current: its exposure, its skin, and what cools it."""

from __future__ import annotations

import math
from typing import Any

from cryodose import evidence
from cryodose.procedures import cold_pack
from cryodose.session import ColdPack, Cryoelectrophoresis, Session
from cryodose.units import CM2_PER_M2, MM_PER_M

# numerical: ice on less skin than this cools as if it were so large, which is the safe side
LEAST_PAD_CM2 = 1.0


def exposure_of(session: Session) -> Cryoelectrophoresis:
    """Return the exposure of a session of this modality."""
    if not isinstance(session.exposure, Cryoelectrophoresis):
        raise TypeError("not a session of cryoelectrophoresis")
    return session.exposure


def is_in_vitro(session: Session) -> bool:
    """Tell whether the skin is a membrane without blood at a given temperature."""
    subject = session.subject
    return subject.kind == "skin-in-vitro" or subject.initial_temperature_c is not None


def thermal_session(session: Session) -> Session:
    """Return the session of a cold pack that cools this skin as donor and precooling do."""
    exposure = exposure_of(session)
    agent: str = exposure.precooling.agent if exposure.precooling else "none"
    if exposure.donor_state == "frozen":
        donor = evidence.text("iontophoresis", "donor.frozen_agent")
        # After a colder pack the skin is taken to stay under it: the safe side.
        agent = min(donor, agent, key=_agent_c) if agent != "none" else donor
    data: dict[str, Any] = {"agent": agent, "site": exposure.site or "forearm"}
    if exposure.room_temperature_c is not None:
        data["room_temperature_C"] = exposure.room_temperature_c
    if agent != "none":
        data |= {"barrier": "none", "compression": "none"}
        # A pack before the current is larger than the pad and cools the tissue around it, too.
        if exposure.donor_state == "frozen" and exposure.precooling is None:
            area = exposure.area_cm2 or evidence.value("iontophoresis", "donor.area_cm2")
            thick = evidence.value("iontophoresis", "donor.ice_mm") / MM_PER_M
            ice = evidence.value("iontophoresis", "donor.ice_kg_m3")
            data["contact_area_cm2"] = area = max(area, LEAST_PAD_CM2)
            data["agent_mass_kg"] = ice * thick * area / CM2_PER_M2
    assumed = tuple(k for k in session.assumed if k != "exposure.area_cm2")
    return Session(session.subject, ColdPack.model_validate(data), assumed=assumed)


def _agent_c(agent: str) -> float:
    """Return how cold an agent may be; warm where the tables name no temperature."""
    key = f"{agent}.agent_temperature_c"
    return evidence.quantity("agents", key).low if evidence.has("agents", key) else math.inf


def site_of(session: Session) -> str:
    """Return the site under the electrode; a membrane has none."""
    if is_in_vitro(session):
        return "membrane"
    pack = thermal_session(session).exposure
    return cold_pack.site_of(pack) if isinstance(pack, ColdPack) else ""
