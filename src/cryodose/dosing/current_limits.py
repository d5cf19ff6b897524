"""What a current through skin must not pass. Nothing here is a matter of chance but the cold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.physics.electrode import electrode_mol, ph_after
from cryodose.procedures.currents import Leg, pulse_energy_of
from cryodose.session import Cryoelectrophoresis, EarlierDose, Session
from cryodose.units import (
    A_PER_MA,
    CM2_PER_M2,
    KILO,
    L_PER_M3,
    ML_PER_M3,
    SECONDS_PER_MINUTE,
    minutes,
)

Array = NDArray[np.float64]

OWN_PH = "own pH"
_SLACK = 1e-9  # decimal text and binary numbers may differ in the last digit


@dataclass(frozen=True)
class CurrentLimit:
    """One limit: what the session has, what is allowed; `holds` decides.

    `allowed_s` is the longest time for which it holds at this current, inf where time is no matter.
    """

    name: str
    words: str
    value: float
    allowed: float
    unit: str
    source: str
    holds: bool
    allowed_s: float = math.inf


def at_most(name: str, words: str, value: float, key: str, *, scale: float = 1.0) -> CurrentLimit:
    """Return a limit from the evidence table that a value must not exceed."""
    q = evidence.quantity("current_limits", key)
    allowed = q.value * scale
    holds = value <= allowed * (1.0 + _SLACK)
    return CurrentLimit(name, words, value, allowed, q.unit, q.source, holds)


def density_share(t_skin_c: Array, onset_c: Array, weights: Array) -> tuple[float, float]:
    """Return the share of the usual density that the cold leaves, and the chance of numb skin."""
    numb = (t_skin_c < onset_c).any(axis=0)
    chance = float(weights[numb].sum() / weights.sum())
    is_numb = chance > evidence.value("current_limits", "density.numb_probability")
    return (evidence.value("current_limits", "density.numb_share") if is_numb else 1.0), chance


def limits_of_current(
    session: Session, exposure: Cryoelectrophoresis, legs: tuple[Leg, ...], share: float
) -> tuple[CurrentLimit, ...]:
    """Return every limit of a session's current.

    Parameters
    ----------
    legs : tuple of Leg
        The whole programme; what it adds up to counts, however it is cut.
    share : float
        Of the usual density, as `density_share` returns it.
    """
    area = exposure.area_cm2 or math.nan
    densest = max(leg.mean_ma_cm2 for leg in legs)
    face = exposure.site in evidence.words("current_limits", "sites.face")
    key = "density.face_ma_cm2" if face else "density.mean_ma_cm2"
    cold = " (halved: the skin may be numb)" if share < 1.0 else ""
    found = [
        at_most("mean density", f"mean current density{cold}", densest, key, scale=share),
        at_most(
            "peak density",
            "peak current density",
            max(leg.peak_ma_cm2 for leg in legs),
            "density.peak_ma_cm2",
            scale=share,
        ),
        _charge(session, exposure, legs),
        _device(densest * area, area),
        _time(session, exposure, legs),
        _energy(legs, area),
        _voltage(legs),
        _pad(session, exposure),
    ]
    found += _ph(session, exposure, legs)
    return tuple(found)


def _charge(session: Session, exposure: Cryoelectrophoresis, legs: tuple[Leg, ...]) -> CurrentLimit:
    area = exposure.area_cm2 or math.nan
    current = sum(leg.mean_ma_cm2 * area * leg.duration_s for leg in legs)
    own = current / SECONDS_PER_MINUTE
    before = sum(e.ma_min for e in _earlier(session, exposure))
    words = "current times time on this site"
    if before:
        words += f" ({before:g} mA min of it earlier)"
    found = at_most("charge", words, own + before, "charge.ma_min")
    total = sum(leg.duration_s for leg in legs)
    left = max(found.allowed - before, 0.0)
    return _with_time(found, total * left / own if own > 0 else math.inf)


def _earlier(session: Session, exposure: Cryoelectrophoresis) -> list[EarlierDose]:
    """Return the currents of today that the same skin may have had."""
    listed = session.safety.earlier or ()
    return [e for e in listed if same_skin(e.site, exposure.site)]


def _with_time(limit: CurrentLimit, allowed_s: float) -> CurrentLimit:
    values = {**vars(limit), "allowed_s": allowed_s}
    return CurrentLimit(**values)


def same_skin(one: str | None, other: str | None) -> bool:
    """Tell whether two sites may share skin: a limb counts as one, whatever its parts are called.

    Examples
    --------
    >>> same_skin("forearm", "hand"), same_skin("forearm", "thigh")
    (True, False)
    """
    if one is None or other is None or one == other:
        return True
    parts = evidence.names("current_limits", "same_skin")
    return any(
        {one, other} <= set(evidence.words("current_limits", f"same_skin.{p}")) for p in parts
    )


def _device(mean_ma: float, area_cm2: float) -> CurrentLimit:
    usual, most, pad = (
        evidence.value("current_limits", f"device.{k}") for k in ("mean_ma", "most_ma", "pad_cm2")
    )
    scale = min(max(area_cm2 / pad, 1.0), most / usual)
    return at_most("device", "mean current through one pad", mean_ma, "device.mean_ma", scale=scale)


def _time(session: Session, exposure: Cryoelectrophoresis, legs: tuple[Leg, ...]) -> CurrentLimit:
    on = sum(leg.duration_s for leg in legs if leg.mean_ma_cm2 > 0)
    before = sum(e.duration_s or 0.0 for e in _earlier(session, exposure))
    words = "time with the current on"
    if before:
        words += f" ({minutes(before):g} min of it earlier today)"
    found = at_most("time", words, on + before, "time.time_s")
    return _with_time(found, max(found.allowed - before, 0.0))


def _energy(legs: tuple[Leg, ...], area_cm2: float) -> CurrentLimit:
    load = evidence.value("current_limits", "pulse.load_ohm")
    energy = max(pulse_energy_of(leg, area_cm2, load) for leg in legs)
    return at_most("pulse energy", "energy of one pulse into 500 ohm", energy, "pulse.energy_j")


def _voltage(legs: tuple[Leg, ...]) -> CurrentLimit:
    worst = evidence.quantity("iontophoresis", "electrode.resistance_kohm_cm2").high
    peak = max(leg.peak_ma_cm2 for leg in legs) * worst * KILO * A_PER_MA
    return at_most("voltage", "peak voltage over well-connected skin", peak, "pulse.peak_v")


def site_cm2(session: Session, site: str | None) -> float:
    """Return the skin of a site, cm2; inf where the tables do not know it."""
    if site is None or not evidence.has("sites", f"{site}.area_share"):
        return math.inf
    body = evidence.value("current_limits", "device.body_m2")
    subject = session.subject
    if subject.height_m and subject.mass_kg:
        # Mosteller 1987, doi 10.1056/NEJM198710223171717
        body = math.sqrt(subject.height_m * subject.mass_kg / 36)
    return body * evidence.value("sites", f"{site}.area_share") * CM2_PER_M2


def _pad(session: Session, exposure: Cryoelectrophoresis) -> CurrentLimit:
    q = evidence.quantity("current_limits", "device.site_share")
    room = site_cm2(session, exposure.site) * q.value
    area = exposure.area_cm2 or math.nan
    words = f"pad on the {exposure.site or 'skin'}"
    return CurrentLimit("pad", words, area, room, "cm2", q.source, area <= room * (1.0 + _SLACK))


def _ph(
    session: Session, exposure: Cryoelectrophoresis, legs: tuple[Leg, ...]
) -> list[CurrentLimit]:
    """Return the limits of the donor's own pH, and of what an inert electrode makes of it."""
    own = _own_ph(exposure)
    if session.safety.electrode == "ag-agcl":
        return own
    is_anode = exposure.polarity == "anode"
    key = "ph.least" if is_anode else "ph.most"
    q = evidence.quantity("current_limits", key)
    end = donor_ph(session, exposure, legs, 1.0)
    holds = end >= q.value - _SLACK if is_anode else end <= q.value + _SLACK
    total = sum(leg.duration_s for leg in legs)
    low, high = 0.0, 1.0
    for _ in range(int(evidence.value("iontophoresis", "numerics.steps"))):
        middle = (low + high) / 2.0
        ph = donor_ph(session, exposure, legs, middle)
        fine = ph >= q.value if is_anode else ph <= q.value
        low, high = (middle, high) if fine else (low, middle)
    allowed = math.inf if holds else total * low
    words = "pH of the donor at the end, under an electrode that is not Ag/AgCl"
    return [*own, CurrentLimit("pH", words, end, q.value, "pH", q.source, holds, allowed)]


def _own_ph(exposure: Cryoelectrophoresis) -> list[CurrentLimit]:
    """Return the limit of what the donor is made up to; none where nobody says."""
    ph = exposure.donor_ph
    if ph is None:
        return []
    ends = [evidence.quantity("current_limits", f"ph.{k}") for k in ("least", "most")]
    holds = ends[0].value - _SLACK <= ph <= ends[1].value + _SLACK
    near = min(ends, key=lambda q: abs(q.value - ph))
    words = f"pH of the donor, {ends[0].value:g} to {ends[1].value:g} allowed"
    return [CurrentLimit(OWN_PH, words, ph, near.value, "pH", near.source, holds)]


def donor_ph(
    session: Session, exposure: Cryoelectrophoresis, legs: tuple[Leg, ...], share: float
) -> float:
    """Return the pH of the donor after a share of the session's charge."""
    safety, area = session.safety, exposure.area_cm2 or math.nan
    charge = sum(leg.mean_ma_cm2 * A_PER_MA * area * leg.duration_s for leg in legs) * share
    usual, most = (
        evidence.value("iontophoresis", f"electrode.donor_{k}_ml_per_cm2") * area
        for k in ("volume", "most")
    )
    # More than lies over the pad takes no part in what the electrode makes.
    volume = usual if safety.donor_volume_ml is None else min(safety.donor_volume_ml, most)
    made = electrode_mol(charge) / (volume / ML_PER_M3 * L_PER_M3)
    start = exposure.donor_ph or evidence.value("iontophoresis", "skin.ph_reference")
    buffer = (safety.buffer_mmol_l or 0.0) / KILO
    return ph_after(made if exposure.polarity == "anode" else -made, start, buffer, start)


def longest_s(limits: tuple[CurrentLimit, ...]) -> float:
    """Return the longest time that every limit of time allows."""
    return min(limit.allowed_s for limit in limits)


def time_words(limit: CurrentLimit) -> str:
    """Return what a limit says, with its numbers."""
    if limit.unit == "s":
        return (
            f"{limit.words}: {minutes(limit.value):g} min, allowed {minutes(limit.allowed):g} min"
        )
    if limit.name == OWN_PH:
        return f"{limit.words}: {limit.value:.3g}"
    if limit.unit == "°C":
        return f"{limit.words}: coldest {limit.value:.1f} °C"
    unit = "" if limit.unit == "pH" else f" {limit.unit}"
    return f"{limit.words}: {limit.value:.3g}{unit}, allowed {limit.allowed:.3g}{unit}"
