"""Sessions and runs that several tests share."""

from __future__ import annotations

from typing import Any

import pytest

from cryodose.procedures import Cycle, Probe, Request, Response, procedure_for, site_of
from cryodose.session import Session, session_from_dict


def make_session(**changes: Any) -> Session:
    """Return a cold pack on a calf, with keys of exposure (or subject_...) changed."""
    subject: dict[str, Any] = {"adipose_mm": 8.0, "girth_mm": 370.0, "baseline": {"skin_C": 31.5}}
    exposure: dict[str, Any] = {
        "modality": "cold-pack",
        "agent": "crushed-ice",
        "site": "calf",
        "room_temperature_C": 23.0,
    }
    for key, value in changes.items():
        if key.startswith("subject_"):
            subject[key.removeprefix("subject_")] = value
        else:
            exposure[key] = value
    return session_from_dict({"subject": subject, "exposure": exposure})


def run_nominal(
    session: Session, on_s: float = 900.0, off_s: float = 0.0, **request: Any
) -> Response:
    """Return the response of the central member."""
    procedure, site = procedure_for(session), site_of(session)
    probes = (Probe(10.0, "adipose"), Probe(5.0), Probe(20.0, "adipose"))
    asked = Request((Cycle(on_s, 0.0),), off_s, probes, **request)
    return procedure.run(session, site, procedure.prior(session, site).nominal(), asked)


@pytest.fixture
def calf() -> Session:
    """A bag of crushed ice on a calf."""
    return make_session()
