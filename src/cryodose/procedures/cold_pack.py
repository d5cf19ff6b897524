"""Cold packs: from a session to what the tissue under the pack does."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.contact import contact_w_m2k, pressed_share, settled_share
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.column import Column, Exposure, Pack, Values, expose
from cryodose.procedures.draws import Prior, stated
from cryodose.procedures.gel import gel_beliefs, gel_column
from cryodose.procedures.person import person_beliefs, person_column
from cryodose.procedures.request import Request, Response
from cryodose.procedures.surroundings import Air, schedule, timeline
from cryodose.session import ColdPack, Session
from cryodose.solve import Shape
from cryodose.units import CM2_PER_M2, MM_PER_CM

Array = NDArray[np.float64]

_LAW = ("film_w_m2k", "gap_w_m2k", "settle_start", "settle_s", "press_scale_mmhg")
_PACK = (
    "density_kg_m3",
    "specific_heat_j_kgk",
    "specific_heat_frozen_j_kgk",
    "latent_heat_j_kg",
    "k_w_mk",
)


def prior(session: Session, site: str | None = None) -> Prior:
    """Return what is believed of every quantity of a cold-pack session."""
    exposure = _exposure(session)
    is_gel = session.subject.kind == "gel"
    beliefs = gel_beliefs(session) if is_gel else person_beliefs(session, site or site_of(exposure))
    kind = evidence.text("agents", f"{exposure.agent}.kind")
    if kind != "air":
        _contact(exposure, beliefs)
    if kind == "pack":
        _mass(exposure, beliefs)
    return beliefs.prior()


def site_of(exposure: ColdPack) -> str:
    """Return the site under the pack; a group of sites is represented by its largest member."""
    if exposure.site is None:  # animal skin has no site of the body
        return evidence.words("regions", "group.leg")[-1]
    if exposure.site in evidence.names("regions", "group"):
        members = evidence.words("regions", f"group.{exposure.site}")
        return max(members, key=lambda m: evidence.value("sites", f"{m}.area_share"))
    return exposure.site


def _exposure(session: Session) -> ColdPack:
    if not isinstance(session.exposure, ColdPack):
        raise TypeError("not a cold-pack session")
    return session.exposure


def _contact(exposure: ColdPack, beliefs: Beliefs) -> None:
    agent = exposure.agent
    beliefs.table("wet_share", "agents", f"{agent}.wet_share")
    for key in _LAW:
        beliefs.table(key, "contact", f"law.{key}")
    cold, path = exposure.agent_temperature_c, "exposure.agent_temperature_C"
    table = evidence.quantity("agents", f"{agent}.agent_temperature_c")
    is_frozen = cold is not None and cold < evidence.value("limits", "freezing.t_skin_c")
    error = beliefs.doubt(path, "frozen_agent_k" if is_frozen else "agent_k")
    beliefs.temperature("t_agent_c", path, cold, table, error)
    for name in ("barrier", "compression"):
        if getattr(exposure, name) is None:
            beliefs.assume_word(f"exposure.{name}", "none")
    barrier, compression = exposure.barrier or "none", exposure.compression or "none"
    beliefs.table("barrier_m2k_w", "contact", f"barrier.{barrier}.resistance_m2k_w")
    beliefs.table("pressure_mmhg", "contact", f"compression.{compression}.pressure_mmhg")
    if exposure.compression_mmhg is not None:
        path = "exposure.compression_mmHg"
        beliefs.found["pressure_mmhg"] = stated(path, exposure.compression_mmhg, "mmHg")
    path, area = "exposure.contact_area_cm2", evidence.quantity("contact", "law.area_cm2")
    beliefs.size("area_cm2", path, exposure.contact_area_cm2, area, 0.0)


def _mass(exposure: ColdPack, beliefs: Beliefs) -> None:
    agent = exposure.agent
    table = evidence.quantity("agents", f"{agent}.mass_kg")
    beliefs.size("mass_kg", "exposure.agent_mass_kg", exposure.agent_mass_kg, table, 0.0)
    for key in (*_PACK, "t_liquidus_c", "t_solidus_c"):
        beliefs.table(f"pack.{key}", "agents", f"{agent}.{key}")


@dataclass(frozen=True)
class _Touch:
    """The cold side of a pack or a bath, for drawn values."""

    agent: str
    values: Values

    def conductance(self, since_s: Array) -> Array:
        v = self.values
        if self.agent == "thermode":
            fixed = evidence.value("contact", "law.thermode_w_m2k")
            return np.full((len(since_s), len(v["wet_share"])), fixed)
        share = np.minimum(v["wet_share"], 1.0)
        pressed = pressed_share(share, v["pressure_mmhg"], v["press_scale_mmhg"])
        start = np.minimum(v["settle_start"], 1.0)
        grown = settled_share(since_s[:, None], start, v["settle_s"])
        return contact_w_m2k(pressed * grown, v["film_w_m2k"], v["gap_w_m2k"], v["barrier_m2k_w"])

    def pack(self, since_on_s: Array) -> Array | None:
        is_pack = evidence.text("agents", f"{self.agent}.kind") == "pack"
        return self.conductance(since_on_s) if is_pack else None

    def film(self, since_on_s: Array) -> tuple[Array, Array] | None:
        if evidence.text("agents", f"{self.agent}.kind") != "bath":
            return None
        t = np.broadcast_to(
            self.values["t_agent_c"], (len(since_on_s), len(self.values["t_agent_c"]))
        )
        return self.conductance(since_on_s), t


def _pack(agent: str, values: Values, column: Column) -> Pack | None:
    if evidence.text("agents", f"{agent}.kind") != "pack":
        return None
    v = {k.removeprefix("pack."): a for k, a in values.items() if k.startswith("pack.")}
    density, liquidus = v["density_kg_m3"], v["t_liquidus_c"]
    narrowest = evidence.value("numerics", "narrowest_melting_k")
    solidus = np.minimum(v["t_solidus_c"], liquidus - narrowest)  # both are drawn apart
    if agent == "pcm-pack":  # melts at the temperature that the session states
        solidus = values["t_agent_c"] + solidus - liquidus
        liquidus = values["t_agent_c"]
    start = values["t_agent_c"]
    if evidence.flag("agents", f"{agent}.is_melting"):
        # A bag of ice that reads a little above 0 degC is wet outside and still ice inside.
        start = np.minimum(start, solidus)
    thickness = values["mass_kg"] / density / (values["area_cm2"] / CM2_PER_M2)
    if column.anatomy.shape is Shape.CYLINDER:
        # Bent round a limb, the same volume over the same skin is a thinner shell.
        radius = column.anatomy.thickness_m.sum(axis=0)
        thickness = radius * (np.sqrt(1.0 + 2.0 * thickness / radius) - 1.0)
    return Pack(
        thickness,
        v["k_w_mk"],
        density * v["specific_heat_j_kgk"],
        density * v["specific_heat_frozen_j_kgk"],
        density * v["latent_heat_j_kg"],
        liquidus,
        solidus,
        start,
    )


def run(session: Session, site: str, values: Values, request: Request) -> Response:
    """Expose every member to the session's pack; a site that lies elsewhere stays bare.

    Parameters
    ----------
    session : Session
    site : str
    values : dict of ndarray, shape (n,)
        Drawn quantities, as `Prior.values` returns them.
    request : Request
    """
    exposure = _exposure(session)
    if session.subject.kind == "gel":
        return _run_column(gel_column(values), exposure.agent, request)
    agent = exposure.agent if site == site_of(exposure) else "none"
    column = person_column(site, values)
    if "area_cm2" in values and "girth_mm" in values:
        # A limb segment is about as long as it is round.
        segment_cm2 = (values["girth_mm"] / MM_PER_CM) ** 2
        share = np.minimum(values["area_cm2"] / segment_cm2, 1.0)
        column = replace(column, cooled_share=share)
    return _run_column(column, agent, request)


def _run_column(column: Column, agent: str, request: Request) -> Response:
    values = column.values
    anchor = None
    if "t_muscle_c" in values:
        anchor = (column.depth_m(request.muscle_probe), values["t_muscle_c"])
    start = column.start(values["t_skin_c"], anchor, request.resolution)
    line = timeline(request)
    air = Air(values, values["t_skin_c"])
    touch = _Touch(agent, values)
    wet = evidence.value("ambient", "air.wet_after_pack_s")
    if evidence.text("agents", f"{agent}.kind") == "air":
        lateral = np.zeros_like(column.anatomy.thickness_m)
    else:
        lateral = column.lateral_w_m3k(values["area_cm2"], evidence.value("contact", "law.aspect"))
    exposure = Exposure(
        schedule(line, touch, air, wet), line, start, lateral, _pack(agent, values, column)
    )
    return expose(column, exposure, request)
