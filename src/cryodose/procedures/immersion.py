"""Cold-water immersion: skin and muscle of a limb or the trunk under water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.procedures.column import Exposure, Values, expose
from cryodose.procedures.draws import Assumption, Prior, stated
from cryodose.procedures.gel import gel_column, gel_prior
from cryodose.procedures.person import person_column, person_prior
from cryodose.procedures.request import Request, Response
from cryodose.procedures.surroundings import Air, schedule, timeline
from cryodose.session import Immersion, Session

Array = NDArray[np.float64]


def prior(session: Session, site: str | None = None) -> Prior:
    """Return what is believed of every quantity of an immersion."""
    exposure = _exposure(session)
    is_gel = session.subject.kind == "gel"
    base = gel_prior(session) if is_gel else person_prior(session, site or site_of(exposure))
    found, assumed = dict(base.quantities), list(base.assumed)
    found["t_agent_c"] = stated(
        "exposure.water_temperature_C", exposure.water_temperature_c, "degC"
    )
    if exposure.stirred is None:
        assumed.append(Assumption("exposure.stirred", "false", "", "session", "not stated"))
    state = "stirred" if exposure.stirred else "still"
    found["h_water_w_m2k"] = evidence.quantity("ambient", f"water.h_{state}_w_m2k")
    return Prior(found, tuple(assumed))


def site_of(exposure: Immersion) -> str:
    """Return the site that stands for what is under water."""
    return evidence.words("regions", f"focus.{exposure.immersed}")[0]


def _exposure(session: Session) -> Immersion:
    if not isinstance(session.exposure, Immersion):
        raise TypeError("not an immersion session")
    return session.exposure


@dataclass(frozen=True)
class _Water:
    values: Values
    is_under: bool

    def pack(self, since_on_s: Array) -> Array | None:
        return None

    def film(self, since_on_s: Array) -> tuple[Array, Array] | None:
        if not self.is_under:
            return None
        shape = (len(since_on_s), len(self.values["t_agent_c"]))
        h = np.broadcast_to(self.values["h_water_w_m2k"], shape)
        return h, np.broadcast_to(self.values["t_agent_c"], shape)


def run(session: Session, site: str, values: Values, request: Request) -> Response:
    """Expose every member's site to the water, or to air where it stays above it."""
    exposure = _exposure(session)
    is_gel = session.subject.kind == "gel"
    under = is_gel or site in evidence.words("regions", f"immersed.{exposure.immersed}")
    dry = {**values, "sensor_share": np.zeros_like(values["t_skin_c"])}  # water reaches the sensor
    column = gel_column(dry) if is_gel else person_column(site, dry)
    anchor = None
    if "t_muscle_c" in values:
        anchor = (column.depth_m(request.muscle_probe), values["t_muscle_c"])
    start = column.start(values["t_skin_c"], anchor, request.resolution)
    line = timeline(request.cycles, request.recovery_s, request.resolution)
    wet = evidence.value("ambient", "water.drying_s") if under else 0.0
    air = Air(column.values, values["t_skin_c"])
    steps = schedule(line, _Water(column.values, under), air, wet)
    lateral = np.zeros_like(column.anatomy.thickness_m)  # water reaches all round
    return expose(column, Exposure(steps, line, start, lateral), request)
