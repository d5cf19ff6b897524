"""Cold-water immersion: skin and muscle of a limb or the trunk under water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.column import Exposure, Values, expose
from cryodose.procedures.draws import Prior, stated
from cryodose.procedures.gel import gel_beliefs, gel_column
from cryodose.procedures.person import person_beliefs, person_column
from cryodose.procedures.request import Request, Response
from cryodose.procedures.surroundings import Air, schedule, timeline
from cryodose.session import Immersion, Session

Array = NDArray[np.float64]


def prior(session: Session, site: str | None = None) -> Prior:
    """Return what is believed of every quantity of an immersion."""
    exposure = _exposure(session)
    is_gel = session.subject.kind == "gel"
    beliefs = gel_beliefs(session) if is_gel else person_beliefs(session, site or site_of(exposure))
    add_water(beliefs)
    return beliefs.prior()


def add_water(beliefs: Beliefs) -> None:
    """Take the temperature of the water and how it moves."""
    exposure, path = _exposure(beliefs.session), "exposure.water_temperature_C"
    water, error = exposure.water_temperature_c, beliefs.doubt(path, "agent_k")
    beliefs.found["t_agent_c"] = stated(path, water, "degC", error)
    if exposure.stirred is None:
        beliefs.assume_word("exposure.stirred", "false")
    state = "stirred" if exposure.stirred else "still"
    beliefs.table("h_water_w_m2k", "ambient", f"water.h_{state}_w_m2k")


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
    line = timeline(request)
    wet = evidence.value("ambient", "water.drying_s") if under else 0.0
    air = Air(column.values, values["t_skin_c"])
    steps = schedule(line, _Water(column.values, under), air, wet)
    lateral = np.zeros_like(column.anatomy.thickness_m)  # water reaches all round
    return expose(column, Exposure(steps, line, start, lateral), request)
