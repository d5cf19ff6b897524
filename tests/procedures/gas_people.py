"""A person in cold gas, for the tests."""

from __future__ import annotations

from typing import Any

import numpy as np

from cryodose.body.segments import segment_names
from cryodose.procedures import Cycle, Probe, Request, Response, procedure_for
from cryodose.procedures.cold_gas import ColdGas
from cryodose.session import Session, session_from_dict

MAN = {"sex": "male", "age_y": 30, "height_m": 1.8, "mass_kg": 78, "body_fat_percent": 16}


def chamber(
    t_gas: float = -110.0, coverings: dict[str, str] | None = None, **subject: Any
) -> Session:
    exposure = {
        "modality": "cryochamber",
        "stages": [{"gas_temperature_C": t_gas, "duration_s": 180}],
        "room_temperature_C": 23,
        "coverings": coverings or {},
    }
    return session_from_dict({"subject": {**MAN, **subject}, "exposure": exposure})


def run(
    session: Session, on_s: float = 180.0, after_s: float = 60.0, **changed: float
) -> dict[str, Response]:
    procedure = procedure_for(session)
    assert isinstance(procedure, ColdGas)
    values = procedure.prior(session).nominal()
    values |= {k.replace("__", "."): np.full(1, v) for k, v in changed.items()}
    request = Request((Cycle(on_s, 0.0),), after_s, (Probe(10.0, "adipose"),))
    return procedure.run_everywhere(session, values, request)


def exits(found: dict[str, Response]) -> np.ndarray:
    return np.array([found[s].at(found[s].t_skin_c, found[s].exit_s)[0] for s in segment_names()])
