"""What is believed of a person's site before a session: sizes, tissue, start temperatures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body import Build, build_anatomy
from cryodose.body.anatomy import default_adipose
from cryodose.evidence import Quantity, Spread
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.column import Column, Values
from cryodose.procedures.draws import Z95, stated, stated_positive
from cryodose.session import Immersion, Session

_VARIED = {
    "dermis": ("k_w_mk",),
    "fat": ("k_w_mk", "perfusion_per_s"),
    "soft": ("k_w_mk", "perfusion_per_s"),
}
_VESSELS = ("floor", "half_k", "narrow_s", "recover_s")
_PHYSIOLOGY = {
    "muscle_share": "rest.muscle_share",
    "countercurrent": "rest.countercurrent",
    "probe_share": "probe.depth_share",
    "sensor_share": "sensor.share",
    "nerve_q10": "nerve.q10",
    "analgesia_c": "analgesia.onset_c",
}


def person_beliefs(session: Session, site: str) -> Beliefs:
    """Return what is believed of a person's site and what was assumed for it."""
    beliefs = Beliefs(session)
    _sizes(beliefs, site)
    _tissue(beliefs, site)
    _start(beliefs, site)
    add_air(beliefs)
    return beliefs


def _sizes(beliefs: Beliefs, site: str) -> None:
    subject = beliefs.session.subject
    beliefs.table("epidermis_mm", "physiology", "body.epidermis_mm")
    beliefs.table("dermis_mm", "sites", f"{site}.dermis_mm")
    for key in ("soft_mm", "deep_mm", "nerve_depth_mm"):
        if evidence.has("sites", f"{site}.{key}"):
            beliefs.table(key, "sites", f"{site}.{key}")
    for nerve in evidence.names("nerves"):
        beliefs.table(f"nerve_depth_mm.{nerve}", "nerves", f"{nerve}.depth_mm")
    beliefs.found.setdefault("nerve_depth_mm", beliefs.found["nerve_depth_mm.superficial"])
    beliefs.found["adipose_mm"] = adipose_belief(beliefs, site)
    if evidence.has("sites", f"{site}.girth_mm"):
        table = evidence.quantity("sites", f"{site}.girth_mm")
        relative = _relative(subject.girth_mm, subject.girth_mm_sd)
        beliefs.size("girth_mm", "subject.girth_mm", subject.girth_mm, table, relative)


def _relative(value: float | None, sd: float | None) -> float:
    """Relative spread of a stated size: the group's, at least that of the measurement."""
    error = evidence.value("physiology", "body.size_error")
    most = evidence.value("physiology", "body.spread_most")
    return max(error, min(sd / value, most)) if value and sd else error


def adipose_belief(beliefs: Beliefs, site: str) -> Quantity:
    """Return the fat layer: a stated one, half the skinfold less the skin, or the table's."""
    subject = beliefs.session.subject
    least = evidence.value("physiology", "body.least_adipose_mm")
    if subject.adipose_mm is not None:
        path = "subject.adipose_mm"
        error = _relative(subject.adipose_mm, subject.adipose_mm_sd)
        error = max(error, beliefs.doubt(path, "size_share"))
        return stated_positive(path, max(subject.adipose_mm, least), "mm", error)
    if subject.skinfold_mm is not None:
        spread = subject.skinfold_mm_sd or 0.0
        spread = max(
            spread, beliefs.doubt("subject.skinfold_mm", "size_share") * subject.skinfold_mm
        )
        return adipose_from_skinfold(subject.skinfold_mm, spread, beliefs.found["dermis_mm"].value)
    table = default_adipose(site, subject.sex, subject.body_fat_percent)
    return beliefs.assume("subject.adipose_mm", table)


def adipose_from_skinfold(fold_mm: float, spread_mm: float, dermis_mm: float) -> Quantity:
    """Return the layer of fat below a double fold, less the skin over it, mm.

    Parameters
    ----------
    spread_mm : float
        Standard deviation of the fold between people, or of the doubt about it.
    """
    share = evidence.quantity("physiology", "body.skinfold_share")
    least = evidence.value("physiology", "body.least_adipose_mm")

    def layer(part: float) -> float:
        return max(fold_mm * part - dermis_mm, least)

    # The spread between people and the doubt about the share add in quadrature.
    centre, people = layer(share.value), Z95 * spread_mm * share.value
    low = centre - float(np.hypot(centre - layer(share.low), people))
    high = centre + float(np.hypot(layer(share.high) - centre, people))
    low = max(low, min(least, centre))
    spread: Spread = "lognormal" if high > low else "fixed"
    note = "from the skinfold"
    return Quantity(
        "subject.adipose_mm", centre, "mm", low, high, share.source, "derived", spread, note
    )


def _tissue(beliefs: Beliefs, site: str) -> None:
    names = {"dermis": "dermis", "fat": "fat", "soft": evidence.text("sites", f"{site}.soft")}
    for layer, keys in _VARIED.items():
        for key in keys:
            beliefs.table(f"{layer}.{key}", "tissues", f"{names[layer]}.{key}")
    for tissue in ("dermis", "fat", "muscle"):
        for key in _VESSELS:
            beliefs.table(f"{tissue}.{key}", "physiology", f"vasomotion.{tissue}.{key}")
    flow = "skin_blood_flow_ml_min_m2"
    beliefs.table(flow, "sites", f"{site}.{flow}")
    for name, key in _PHYSIOLOGY.items():
        beliefs.table(name, "physiology", key)


def _start(beliefs: Beliefs, site: str) -> None:
    """Add start temperatures, and what exercise just before changes."""
    add_start(beliefs, site)
    if beliefs.session.subject.prior_exercise:
        beliefs.table("exercise_k", "physiology", "rest.exercise_muscle_k")
        beliefs.table("exercise_flow", "physiology", "rest.exercise_flow")


def add_start(beliefs: Beliefs, site: str) -> None:
    """Add the start temperatures of skin and artery, and of the muscle where one was measured."""
    subject = beliefs.session.subject
    baseline = subject.baseline
    error = evidence.value("physiology", "rest.baseline_error_k")
    spread = (
        evidence.value("physiology", "rest.baseline_spread_k")
        if _is_group(beliefs.session)
        else error
    )
    table = evidence.quantity("sites", f"{site}.t_skin_c")
    path = "subject.baseline.skin_C"
    skin = baseline.skin_c if baseline else None
    sd = (baseline.skin_c_sd if baseline else None) or spread
    beliefs.temperature("t_skin_c", path, skin, table, sd)
    beliefs.table("t_artery_c", "sites", f"{site}.t_artery_c")
    is_bath = isinstance(beliefs.session.exposure, Immersion)
    why = "single sites start from skin_C" + ("; the core starts from it" if is_bath else "")
    for key in ("mean_skin_C", "core_C"):
        if baseline and getattr(baseline, key.lower()) is not None:
            beliefs.unused(f"subject.baseline.{key}", why)
    if baseline and baseline.muscle_c is not None:
        sd = baseline.muscle_c_sd or spread
        beliefs.found["t_muscle_c"] = stated(
            "subject.baseline.muscle_C", baseline.muscle_c, "degC", sd
        )


def _is_group(session: Session) -> bool:
    """Tell whether a file speaks of several people: it states spreads or both sexes."""
    subject = session.subject
    sds = (subject.skinfold_mm_sd, subject.adipose_mm_sd, subject.girth_mm_sd, subject.age_y_sd)
    return subject.sex == "mixed" or any(s is not None for s in sds)


def add_air(beliefs: Beliefs) -> None:
    """Add the room, its air and what the outside of a pack takes up from it."""
    path = "exposure.room_temperature_C"
    room = getattr(beliefs.session.exposure, "room_temperature_c", None)
    table = evidence.quantity("physiology", "rest.t_room_c")
    beliefs.temperature("t_room_c", path, room, table, beliefs.doubt(path, "room_k"))
    beliefs.table("h_air_w_m2k", "ambient", "air.h_convection_w_m2k")
    beliefs.table("relative_humidity", "ambient", "air.relative_humidity")
    beliefs.table("pack_room_w_m2k", "contact", "law.pack_room_w_m2k")


def person_column(site: str, values: Mapping[str, NDArray[np.float64]]) -> Column:
    """Return the column of a site for drawn values."""
    v: Values = dict(values)
    if "exercise_flow" in v:
        v["muscle_share"] = v["muscle_share"] * v["exercise_flow"]
        v["t_artery_c"] = v["t_artery_c"] + v["exercise_k"]
    build = Build(
        v["epidermis_mm"],
        v["dermis_mm"],
        v["adipose_mm"],
        v.get("girth_mm"),
        v.get("soft_mm"),
        v["deep_mm"],
    )
    return Column(build_anatomy(site, build), v)
