"""The cold side of a freeze: which technique, how large a spot, what it takes from the skin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.errors import BadInput
from cryodose.physics.boiling import spray_w_m2, spray_w_m2k
from cryodose.physics.spray import (
    Jet,
    covered,
    flow_factor,
    footprint_mm,
    jet_c,
    jet_film_w_m2k,
    liquid_share,
    pull_down_c,
)
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.freeze_mask import Mask, mask_of
from cryodose.session import LiquidNitrogen, Session
from cryodose.session.names import Technique
from cryodose.solve.freeze_problem import ToolMass
from cryodose.units import MM_PER_M

Array = NDArray[np.float64]
Values = dict[str, Array]

SPRAYS = ("open-spray", "cone-spray")
VAPOUR = "vapour-jet"
NEEDLE = "needle-probe"
_DEFAULTS = {"liquid-nitrogen": "open-spray", "argon": NEEDLE, "dmep": "cotton-swab"}
_SPRAY = ("film_w_m2k", "wet_w_m2k", "ceiling_w_m2", "intensity")
_NOZZLE = (*Jet._fields, "liquid_half_widths", "flow_exponent")
_REFERENCE = ("width_mm", "distance_mm")
_VAPOUR = ("h_w_m2k", "h_exponent", "t_gas_c")

# numerical: knots of the flux of a spray over surface temperature
SPRAY_KNOTS = 40
# numerical: and their span, degC
SPRAY_SPAN_C = (-210.0, 70.0)
# numerical: moments of a pull-down, in time constants
PULL_DOWN = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0)


def technique_of(session: Session) -> Technique:
    """Return how the cold is applied; where a session does not say, what its other keys imply."""
    exposure = _exposure(session)
    if exposure.technique is not None:
        return exposure.technique
    if exposure.insertion_mm is not None:
        found = NEEDLE
    elif exposure.probe_diameter_mm is not None or exposure.probe_temperature_c is not None:
        found = "contact-probe"
    elif exposure.nozzle is not None:
        found = "open-spray"
    else:
        found = _DEFAULTS.get(exposure.agent, "contact-probe")
    return next(name for name in get_args(Technique) if name == found)


def _exposure(session: Session) -> LiquidNitrogen:
    if not isinstance(session.exposure, LiquidNitrogen):
        raise TypeError("not a session with a cryogen")
    return session.exposure


def cold_beliefs(beliefs: Beliefs, technique: Technique) -> None:
    """Add what is believed of the cold: the spray or the tool, and its spot."""
    exposure = _exposure(beliefs.session)
    if exposure.technique is None:
        beliefs.assume_word("exposure.technique", technique)
    beliefs.table("t_boil_c", "cryogens", f"agent.{exposure.agent}.t_boil_c")
    if technique in SPRAYS:
        _spray(beliefs, exposure, technique)
    elif technique == VAPOUR:
        _vapour(beliefs, exposure)
    else:
        _tool(beliefs, exposure, technique)


def _spray(beliefs: Beliefs, exposure: LiquidNitrogen, technique: Technique) -> None:
    for key in _SPRAY:
        beliefs.table(key, "cryogens", f"spray.{key}")
    beliefs.table("t_wetting_c", "cryogens", f"agent.{exposure.agent}.t_wetting_c")
    if technique == "cone-spray":
        beliefs.table("rim", "cryogens", "spray.rim_cone")
        beliefs.table("cone_gain", "cryogens", "spray.cone_gain")
    else:
        beliefs.table("rim", "cryogens", "spray.rim")
    if beliefs.session.subject.kind == "human":
        beliefs.table("duty", "cryogens", "spray.duty")
    holes_of(exposure.nozzle)
    has_jet = exposure.nozzle is not None or exposure.distance_mm is not None
    if has_jet:
        for key in _NOZZLE:
            beliefs.table(key, "cryogens", f"spray.{key}")
        for key, usual in (("distance_mm", "distance_mm"), ("nozzle", "width_mm")):
            if getattr(exposure, key) is None:
                reference = evidence.quantity("cryogens", f"spray.reference_{usual}")
                beliefs.assume(f"exposure.{key}", reference)
    mask = mask_of(exposure, beliefs.session.folder)
    if mask is not None:
        beliefs.assume_word("exposure.spot_diameter_mm", "a circle of the area of the mask")
    given = _stated_spot(exposure, mask)
    if given is None and has_jet:
        beliefs.assume_word("exposure.spot_diameter_mm", "from nozzle and distance")
        return
    table = evidence.quantity("cryogens", "spray.spot_mm")
    path = "exposure.spot_diameter_mm"
    beliefs.size("spot_mm", path, given, table, 0.0)


def _stated_spot(exposure: LiquidNitrogen, mask: Mask | None) -> float | None:
    """Return the spot that a session states, else the lesion it is to cover."""
    if mask is not None:
        return mask.diameter_mm
    if exposure.spot_diameter_mm is not None:
        return exposure.spot_diameter_mm
    lesion = exposure.lesion
    return lesion.diameter_mm if lesion is not None and lesion.diameter_mm else None


def _vapour(beliefs: Beliefs, exposure: LiquidNitrogen) -> None:
    for key in _VAPOUR:
        beliefs.table(f"vapour.{key}", "cryogens", f"vapour.{key}")
    beliefs.table("rim", "cryogens", "spray.rim")
    reference = evidence.quantity("cryogens", "vapour.reference_mm")
    beliefs.size("distance_mm", "exposure.distance_mm", exposure.distance_mm, reference, 0.0)
    table = evidence.quantity("cryogens", "vapour.spot_mm")
    path = "exposure.spot_diameter_mm"
    beliefs.size("spot_mm", path, exposure.spot_diameter_mm, table, 0.0)


def _tool(beliefs: Beliefs, exposure: LiquidNitrogen, technique: Technique) -> None:
    kind = f"tool.{technique}"
    path = "exposure.probe_temperature_C"
    table = evidence.quantity("cryogens", f"{kind}.{exposure.agent}")
    doubt = beliefs.doubt(path, "tool_k")
    beliefs.temperature("t_tool_c", path, exposure.probe_temperature_c, table, doubt)
    if technique != NEEDLE:  # a needle is frozen in: no contact to speak of
        wet = "gel_" if beliefs.session.subject.kind == "gel" else ""
        beliefs.table("contact_w_m2k", "cryogens", f"{kind}.contact_{wet}w_m2k")
        for key in ("capacity_j_m2k", "coolant_w_m2k"):
            beliefs.table(key, "cryogens", f"{kind}.{key}")
    else:
        beliefs.table("time_constant_s", "cryogens", f"{kind}.time_constant_s")
    given, path = exposure.probe_diameter_mm, "exposure.probe_diameter_mm"
    mask = mask_of(exposure, beliefs.session.folder)
    if mask is not None and technique != NEEDLE:
        given = mask.diameter_mm
    if given is None and technique != NEEDLE:
        given = exposure.spot_diameter_mm
    if given is None and technique == "cotton-swab" and exposure.lesion is not None:
        given = exposure.lesion.diameter_mm or None
    size = evidence.quantity("cryogens", f"{kind}.diameter_mm")
    beliefs.size("spot_mm", path, given, size, 0.0)
    if technique == NEEDLE:
        path = "exposure.insertion_mm"
        table = evidence.quantity("cryogens", f"{kind}.insertion_mm")
        beliefs.size("insertion_mm", path, exposure.insertion_mm, table, 0.0)


@dataclass(frozen=True)
class Cold:
    """The cold side for drawn values; arrays are (n,) where no shape is given.

    Attributes
    ----------
    technique : str
    radius_m : radius of the spot, the probe or the needle
    rim : how far beyond the edge a spray reaches, in radii; 0 for a tool
    insertion_m : length of a needle in the tissue, else 0
    t_knot_c, q_knot_w_m2 : (n_knots, 1|n), flux of a spray; zeros without one
    h_contact_w_m2k : to a tool or a gas; 0 for a spray and for a needle
    tool_time_s : (n_moments,); t_tool_c : (n_moments, n)
        Temperature of a gas or of a needle, which has that of its rim; of a tool with a mass what
        it comes to by itself.
    mass : of a probe or swab
    """

    technique: str
    radius_m: Array
    rim: Array
    insertion_m: Array
    t_knot_c: Array
    q_knot_w_m2: Array
    h_contact_w_m2k: Array
    tool_time_s: Array
    t_tool_c: Array
    mass: ToolMass | None = None

    def cover(self, r_m: Array) -> Array:
        """Return the share of a ring around r that the agent reaches, (n_r, n)."""
        if self.technique == NEEDLE:
            return np.zeros(np.broadcast_shapes(r_m.shape, (1, len(self.radius_m))))
        return covered(r_m, self.radius_m, self.rim)


def holes_of(nozzle: str | None) -> tuple[int, float]:
    """Return number and width in mm of the holes of a nozzle: ``"3 x 0.5 mm"`` or a letter.

    Raises
    ------
    BadInput
        For holes without a width.
    """
    if nozzle is None:
        return 1, evidence.value("cryogens", "spray.reference_width_mm")
    if evidence.has("cryogens", f"nozzle.{nozzle}"):
        return 1, evidence.value("cryogens", f"nozzle.{nozzle}")
    holes, width = nozzle.removesuffix("mm").split("x")
    if not float(width) > 0:
        raise BadInput(None, "exposure.nozzle", nozzle, "holes of a positive width")
    return int(holes), float(width)


def cold_of(session: Session, values: Values) -> Cold:
    """Return the cold side of a session for drawn values."""
    technique, n = technique_of(session), len(values["t_boil_c"])
    if technique in SPRAYS:
        return _spray_cold(session, technique, values)
    zero = np.zeros(n)
    flat = np.array([[SPRAY_SPAN_C[0]], [SPRAY_SPAN_C[1]]])
    if technique == VAPOUR:
        ratio = values["distance_mm"] / evidence.value("cryogens", "vapour.reference_mm")
        ratio = np.maximum(ratio, evidence.value("cryogens", "vapour.nearest_share"))
        h = jet_film_w_m2k(values["vapour.h_w_m2k"], ratio, values["vapour.h_exponent"])
        gas = jet_c(values["t_room_c"], values["vapour.t_gas_c"], ratio)
        gas = np.maximum(gas, values["t_boil_c"])
        radius = values["spot_mm"] / 2.0 / MM_PER_M
        once = np.zeros(1)
        return Cold(
            technique, radius, values["rim"], zero, flat, np.zeros((2, 1)), h, once, gas[None]
        )
    radius = values["spot_mm"] / 2.0 / MM_PER_M
    is_needle = technique == NEEDLE
    inside = values["insertion_mm"] / MM_PER_M if is_needle else zero
    none = np.zeros((2, 1))
    if is_needle:
        moments = np.array(PULL_DOWN) * float(np.median(values["time_constant_s"]))
        tool = pull_down_c(
            moments[:, None], values["t_room_c"], values["t_tool_c"], values["time_constant_s"]
        )
        return Cold(technique, radius, zero, inside, flat, none, zero, moments, tool)
    mass = ToolMass(values["capacity_j_m2k"], values["coolant_w_m2k"], values["t_room_c"])
    coolant = values["t_tool_c"][None]
    contact = values["contact_w_m2k"]
    return Cold(technique, radius, zero, inside, flat, none, contact, np.zeros(1), coolant, mass)


def _spray_cold(session: Session, technique: str, values: Values) -> Cold:
    exposure = _exposure(session)
    n = len(values["t_boil_c"])
    radius_mm, factor = _spot(exposure, values)
    knots = np.linspace(*SPRAY_SPAN_C, SPRAY_KNOTS)[:, None]
    # How much liquid arrives counts for the film; a wetted skin has a range of its own.
    strength = values["intensity"] * factor * values.get("cone_gain", np.ones(n))
    film = values["film_w_m2k"] * strength
    wet = np.maximum(values["wet_w_m2k"], film)
    width = evidence.value("cryogens", "spray.width_k")
    h = spray_w_m2k(knots, film, wet, values["t_wetting_c"], width)
    q = spray_w_m2(knots, h, values["t_boil_c"], values["ceiling_w_m2"])
    q = q * np.minimum(values.get("duty", np.ones(n)), 1.0)
    once, zero = np.zeros(1), np.zeros(n)
    gas = values["t_boil_c"][None]
    return Cold(technique, radius_mm / MM_PER_M, values["rim"], zero, knots, q, zero, once, gas)


def _spot(exposure: LiquidNitrogen, values: Values) -> tuple[Array, Array]:
    """Return the radius of the spot, mm, and how its liquid changes the film coefficient."""
    if "slope" not in values:
        spot = values["spot_mm"]
        return spot / 2.0, np.ones_like(spot)
    holes, width = holes_of(exposure.nozzle)
    reference = {k: evidence.value("cryogens", f"spray.reference_{k}") for k in _REFERENCE}
    distance = exposure.distance_mm
    if distance is None:
        distance = reference["distance_mm"]
    jet = footprint_mm(width, distance, Jet(*(values[k] for k in Jet._fields)), holes)
    narrow, wide = (evidence.value("cryogens", f"spray.spot_{k}_mm") for k in ("least", "most"))
    spot = values.get("spot_mm", np.clip(jet, narrow, wide))
    half = values["liquid_half_widths"]
    arrives = holes * width**2 * liquid_share(distance, width, half) / spot**2
    usual = (
        reference["width_mm"] ** 2
        * liquid_share(reference["distance_mm"], reference["width_mm"], half)
        / evidence.value("cryogens", "spray.spot_mm") ** 2
    )
    return spot / 2.0, flow_factor(arrives / usual, values["flow_exponent"])
