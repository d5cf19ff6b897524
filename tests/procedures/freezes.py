"""Freezes that several tests run."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from cryodose.procedures import Cycle, Probe, Request, cycles_of, liquid_nitrogen, site_of
from cryodose.procedures.freeze_response import FreezeResponse
from cryodose.session import Session, session_from_dict

SPRAY: dict[str, Any] = {
    "modality": "liquid-nitrogen",
    "technique": "open-spray",
    "spot_diameter_mm": 10.0,
    "cycles": [{"freeze_s": 20, "thaw_s": 10}],
}
GEL: dict[str, Any] = {"kind": "gel", "medium": "agar-1.5%", "initial_temperature_C": 22.0}
PIG: dict[str, Any] = {"kind": "pig-skin", "initial_temperature_C": 25.0}
HUMAN: dict[str, Any] = {"sex": "female", "skin_type": 2}


def freeze_session(subject: dict[str, Any] | None = None, **exposure: Any) -> Session:
    """Return an open spray on a gel, with keys of subject and exposure changed; None drops one."""
    changed = {**copy.deepcopy(SPRAY), **exposure}
    data = {k: v for k, v in changed.items() if v is not None}
    return session_from_dict({"subject": subject or dict(GEL), "exposure": data})


def run_freeze(
    session: Session,
    *,
    recovery_s: float = 0.0,
    probes: tuple[Probe, ...] = (),
    isotherms_c: tuple[float, ...] = (),
    members: int = 1,
    resolution: int = 1,
    **values: float,
) -> FreezeResponse:
    """Freeze the central member (or several alike), with some values set."""
    cycles, _ = cycles_of(session)
    site = site_of(session)
    drawn = liquid_nitrogen.prior(session, site).nominal()
    drawn = {k: np.repeat(v, members) for k, v in drawn.items()}
    drawn |= {k: np.full(members, v) for k, v in values.items()}
    last = cycles[-1]
    cycles = (*cycles[:-1], Cycle(last.on_s, last.off_s))
    request = Request(cycles, recovery_s, probes, resolution, isotherms_c=isotherms_c)
    return liquid_nitrogen.run(session, site, drawn, request)
